//! Decides which top-level blocks there are and gathers those of all files of a module. What a block contains is decided in the
//! file of its kind.

use std::collections::HashMap;

use cairn_diag::{Diagnostic, Diagnostics, SourceMap, Span, Spanned, nearest};
use cairn_value::Name;

use super::fields::{Fields, unsupported_block};
use super::override_file;
use super::types::{Local, ModuleConfig};
use crate::syntax::{Block, Body, Label, is_identifier};

const BLOCKS: [&str; 13] = [
    "terraform",
    "provider",
    "variable",
    "locals",
    "output",
    "module",
    "resource",
    "data",
    "ephemeral",
    "moved",
    "removed",
    "import",
    "check",
];

/// Gathers one module.
pub(super) struct Decoder<'s> {
    pub(super) sources: &'s SourceMap,
    pub(super) config: ModuleConfig,
    pub(super) said: Diagnostics,
    /// Addresses that objects are imported into, with the headers of the blocks.
    pub(super) imported: HashMap<String, Span>,
    /// The header of the top-level block at hand.
    within: Option<Span>,
}

/// The configuration that the files of a folder make, overrides merged in. The files in order of their names.
pub(crate) fn decode(
    sources: &SourceMap,
    mut files: Vec<Body>,
    overrides: Vec<Body>,
) -> (ModuleConfig, Diagnostics) {
    let mut decoder = Decoder::new(sources);
    override_file::merge(&mut files, overrides, &mut decoder.said);
    for file in files {
        for attribute in &file.attributes {
            decoder.said.push(
                super::fields::unsupported_argument(attribute, &[], &BLOCKS).hint(
                    "Arguments stand inside of blocks; named values of your own go into a `locals` block, values of variables into a .tfvars file.",
                ),
            );
        }
        for block in file.blocks {
            decoder.block(block);
        }
    }
    decoder.check_required_providers();
    (decoder.config, decoder.said)
}

impl<'s> Decoder<'s> {
    /// One that has gathered nothing.
    pub(super) fn new(sources: &'s SourceMap) -> Self {
        Self {
            sources,
            config: ModuleConfig::default(),
            said: Diagnostics::new(),
            imported: HashMap::new(),
            within: None,
        }
    }
}

impl Decoder<'_> {
    /// Notes a message, with the block it is in.
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        let within = self.within.and_then(|header| self.sources.text(header));
        self.said.push(match within {
            Some(within) if diagnostic.within.is_none() => diagnostic.within(within),
            _ => diagnostic,
        });
    }

    fn block(&mut self, block: Block) {
        self.within = Some(block.header);
        let before = self.said.len();
        match &*block.ty {
            "resource" => self.resource(block),
            "data" => self.data(block),
            "ephemeral" => self.ephemeral(block),
            "variable" => self.variable(block),
            "output" => self.output(block),
            "locals" => self.locals(block),
            "module" => self.module_call(block),
            "provider" => self.provider(block),
            "terraform" => self.terraform(block),
            "moved" => self.moved(block),
            "removed" => self.removed(block),
            "import" => self.import(block),
            "check" => self.check(block),
            _ => {
                let mut d = unsupported_block(&block, &BLOCKS, &[]);
                if nearest(&block.ty, BLOCKS).is_none() {
                    d = d.hint("A resource is declared by resource \"TYPE\" \"NAME\" { ... }.");
                }
                self.push(d);
            }
        }
        if let Some(within) = self.within.and_then(|h| self.sources.text(h)) {
            for d in self.said.iter_mut().skip(before) {
                if d.within.is_none() {
                    d.within = Some(within.to_owned());
                }
            }
        }
        self.within = None;
    }

    fn locals(&mut self, block: Block) {
        let (labels, fields) = Fields::new(block);
        self.labels::<0>(&labels, "locals", [], fields.header);
        let span = fields.header;
        let body = fields.rest(span);
        for nested in &body.blocks {
            self.push(
                Diagnostic::error("unexpected-block", "Unexpected block")
                    .detail(format!(
                        "There are no blocks in `locals`. For an object write {} = {{ ... }}.",
                        nested.ty
                    ))
                    .at(nested.ty_span),
            );
        }
        for attribute in body.attributes {
            let name = Spanned::new(attribute.name.clone(), attribute.name_span);
            if let Some(first) = self.config.locals.get(&attribute.name) {
                let first = first.name.span;
                self.duplicate(
                    "duplicate-local",
                    "Duplicate local value definition",
                    "local value",
                    &name,
                    first,
                );
                continue;
            }
            self.config.locals.insert(
                attribute.name,
                Local {
                    name,
                    expr: attribute.expr,
                },
            );
        }
    }

    /// The labels of a block, if there are as many as there must be. `names` says what each stands for.
    pub(super) fn labels<const N: usize>(
        &mut self,
        labels: &[Label],
        ty: &'static str,
        names: [&str; N],
        header: Span,
    ) -> Option<[Spanned<Name>; N]> {
        let form: String = std::iter::once(ty.to_owned())
            .chain(names.iter().map(|n| format!(" \"{}\"", n.to_uppercase())))
            .collect();
        if let Some(extra) = labels.get(N) {
            self.push(
                Diagnostic::error("extraneous-label", format!("Extraneous label for {ty}"))
                    .detail(format!(
                        "A `{ty}` block is written {form} {{ ... }}; this label is too much."
                    ))
                    .at(extra.span)
                    .context(header),
            );
            return None;
        }
        if labels.len() < N {
            let what = names[labels.len()];
            self.push(
                Diagnostic::error("missing-label", format!("Missing {what} for {ty}"))
                    .detail(format!(
                        "A `{ty}` block is written {form} {{ ... }}; the {what} is missing."
                    ))
                    .at(header),
            );
            return None;
        }
        Some(std::array::from_fn(|i| {
            Spanned::new(labels[i].text.clone(), labels[i].span)
        }))
    }

    /// Whether a name is one; says so if not.
    pub(super) fn check_name(&mut self, name: &Spanned<Name>, summary: &'static str) -> bool {
        let ok = is_identifier(&name.value);
        if !ok {
            self.push(
                Diagnostic::error("invalid-name", summary)
                    .detail("A name begins with a letter or an underscore and goes on with letters, digits, underscores and dashes.")
                    .at(name.span),
            );
        }
        ok
    }

    /// Says that a name is taken, and by what.
    pub(super) fn duplicate(
        &mut self,
        code: &'static str,
        summary: &'static str,
        what: &str,
        name: &Spanned<Name>,
        first: Span,
    ) {
        let place = self.place(first);
        self.push(
            Diagnostic::error(code, summary)
                .detail(format!(
                    "The {what} `{}` is declared {place} already. Rename or remove one of the two.",
                    name.value
                ))
                .at(name.span),
        );
    }

    /// Where a span is, in words.
    pub(super) fn place(&self, span: Span) -> String {
        self.sources.locate(span).map_or_else(
            || "elsewhere".to_owned(),
            |(file, start, _)| format!("in {file} on line {}", start.line),
        )
    }
}
