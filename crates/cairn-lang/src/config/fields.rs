//! Decides how a block's arguments and nested blocks are taken out one by one, and how what is left over is refused.

use cairn_diag::{Diagnostic, Diagnostics, Span, nearest};

use crate::syntax::{Attribute, Block, Body, Label};

/// The contents of a block while it is being decoded.
pub(super) struct Fields {
    /// From the type to the last label.
    pub(super) header: Span,
    attributes: Vec<Attribute>,
    blocks: Vec<Block>,
    json: bool,
    partial: bool,
}

impl Fields {
    /// The contents of a block.
    pub(super) fn new(block: Block) -> (Vec<Label>, Self) {
        let fields = Self {
            header: block.header,
            attributes: block.body.attributes,
            blocks: block.body.blocks,
            json: block.body.json,
            partial: block.body.partial,
        };
        (block.labels, fields)
    }

    /// Takes an argument out.
    pub(super) fn take(&mut self, name: &str) -> Option<Attribute> {
        let i = self.attributes.iter().position(|a| &*a.name == name)?;
        Some(self.attributes.remove(i))
    }

    /// Takes all blocks of a type out.
    pub(super) fn blocks(&mut self, ty: &str) -> Vec<Block> {
        if self.blocks.iter().all(|b| &*b.ty != ty) {
            return Vec::new();
        }
        let (taken, rest) = std::mem::take(&mut self.blocks)
            .into_iter()
            .partition(|b| &*b.ty == ty);
        self.blocks = rest;
        taken
    }

    /// The places of all blocks of a type.
    pub(super) fn blocks_of(&self, ty: &str) -> impl Iterator<Item = Span> {
        self.blocks
            .iter()
            .filter(move |b| &*b.ty == ty)
            .map(|b| b.header)
    }

    /// Takes an argument out that must be there.
    pub(super) fn require(&mut self, name: &str, said: &mut Diagnostics) -> Option<Attribute> {
        let found = self.take(name);
        if found.is_none() && !self.may_have(name) {
            said.push(missing_argument(name, self.header));
        }
        found
    }

    /// Whether an argument may be there in another way: in a part that could not be read, or misspelled. Both have been said,
    /// or will be.
    pub(super) fn may_have(&self, name: &str) -> bool {
        self.partial
            || self
                .attributes
                .iter()
                .any(|a| nearest(&a.name, [name]).is_some())
    }

    /// What is left is the schema's business.
    pub(super) fn rest(self, span: Span) -> Body {
        Body {
            attributes: self.attributes,
            blocks: self.blocks,
            span,
            json: self.json,
            partial: self.partial,
        }
    }

    /// Refuses what is left. `arguments` and `blocks` are the names that would have been right.
    pub(super) fn finish(self, arguments: &[&str], blocks: &[&str], said: &mut Diagnostics) {
        for a in self.attributes {
            said.push(unsupported_argument(&a, arguments, blocks).context(self.header));
        }
        for b in self.blocks {
            said.push(unsupported_block(&b, blocks, arguments).context(self.header));
        }
    }
}

/// An argument that must be there is not.
pub(super) fn missing_argument(name: &str, header: Span) -> Diagnostic {
    Diagnostic::error("missing-required-argument", "Missing required argument")
        .detail(format!("The argument `{name}` must be set here."))
        .at(header)
}

/// An argument of a name that does not occur here.
pub(crate) fn unsupported_argument(
    argument: &Attribute,
    arguments: &[&str],
    blocks: &[&str],
) -> Diagnostic {
    let name = &*argument.name;
    let detail = if blocks.contains(&name) {
        format!(
            "`{name}` is not an argument but a block: write {name} {{ ... }} without an equals sign."
        )
    } else if let Some(near) = nearest(name, arguments.iter().copied()) {
        format!("There is no argument `{name}` here. Did you mean `{near}`?")
    } else {
        format!("There is no argument `{name}` here.")
    };
    Diagnostic::error("unsupported-argument", "Unsupported argument")
        .detail(detail)
        .at(argument.name_span)
}

/// A block of a type that does not occur here.
pub(super) fn unsupported_block(block: &Block, blocks: &[&str], arguments: &[&str]) -> Diagnostic {
    let ty = &*block.ty;
    let detail = if arguments.contains(&ty) {
        format!("`{ty}` is not a block but an argument: write {ty} = ... with an equals sign.")
    } else if let Some(near) = nearest(ty, blocks.iter().copied()) {
        format!("There are no blocks of type `{ty}` here. Did you mean `{near}`?")
    } else {
        format!("There are no blocks of type `{ty}` here.")
    };
    Diagnostic::error("unsupported-block-type", "Unsupported block type")
        .detail(detail)
        .at(block.ty_span)
}
