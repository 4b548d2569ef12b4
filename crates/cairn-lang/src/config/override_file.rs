//! Decides what override files change: `override.tf` and `*_override.tf` are laid over the blocks of the same type and labels.
//! An argument takes the place of that of the same name; nested blocks take the place of all of their type, except that the
//! arguments of `lifecycle` and `required_providers` are laid over one by one.

use std::collections::HashMap;

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_value::Name;

use crate::syntax::{Block, Body};

/// Lays the override files over the others, in order.
pub(super) fn merge(files: &mut [Body], overrides: Vec<Body>, said: &mut Diagnostics) {
    if overrides.is_empty() {
        return;
    }
    let mut places: HashMap<(Name, Vec<Name>), (usize, usize)> = HashMap::new();
    let mut locals: HashMap<Name, (usize, usize, usize)> = HashMap::new();
    for (f, file) in files.iter().enumerate() {
        for (b, block) in file.blocks.iter().enumerate() {
            if &*block.ty == "locals" {
                for (a, attribute) in block.body.attributes.iter().enumerate() {
                    locals.insert(attribute.name.clone(), (f, b, a));
                }
            }
            places.entry(key(block)).or_insert((f, b));
        }
    }
    for file in overrides {
        for block in file.blocks {
            match &*block.ty {
                "locals" => {
                    for attribute in block.body.attributes {
                        match locals.get(&attribute.name) {
                            Some(&(f, b, a)) => {
                                files[f].blocks[b].body.attributes[a] = attribute;
                            }
                            None => said.push(missing(&block.ty).at(attribute.name_span)),
                        }
                    }
                }
                "terraform" => match places.get(&key(&block)) {
                    Some(&(f, b)) => lay(&mut files[f].blocks[b].body, block.body),
                    None => {
                        if let Some(first) = files.first_mut() {
                            first.blocks.push(block);
                        }
                    }
                },
                "moved" | "removed" | "import" | "check" => said.push(
                    Diagnostic::error("not-overridable", "Cannot override this block")
                        .detail(format!(
                            "A `{}` block has no name that an override could mean. Put it into a file that is no override file.",
                            block.ty
                        ))
                        .at(block.header),
                ),
                _ => match places.get(&key(&block)) {
                    Some(&(f, b)) => lay(&mut files[f].blocks[b].body, block.body),
                    None => said.push(missing(&block.ty).at(block.header)),
                },
            }
        }
    }
}

fn missing(ty: &str) -> Diagnostic {
    Diagnostic::error("missing-base-block", "Missing base declaration to override").detail(format!(
        "This is an override file, but there is no `{ty}` block of this name in the other files that it could change."
    ))
}

fn key(block: &Block) -> (Name, Vec<Name>) {
    let labels = match &*block.ty {
        "provider" => {
            // The alias tells configurations of one provider apart.
            let alias = block.body.attribute("alias").map(|a| match &a.expr.kind {
                crate::syntax::ExprKind::Literal(cairn_value::Value::String(s)) => s.clone(),
                _ => Name::from(""),
            });
            block
                .labels
                .iter()
                .map(|l| l.text.clone())
                .chain(alias)
                .collect()
        }
        _ => block.labels.iter().map(|l| l.text.clone()).collect(),
    };
    (block.ty.clone(), labels)
}

fn lay(base: &mut Body, over: Body) {
    for attribute in over.attributes {
        // Only one of the two ways of repetition can hold.
        let rival = match &*attribute.name {
            "count" => "for_each",
            "for_each" => "count",
            _ => "",
        };
        base.attributes.retain(|a| &*a.name != rival);
        match base
            .attributes
            .iter_mut()
            .find(|a| a.name == attribute.name)
        {
            Some(a) => *a = attribute,
            None => base.attributes.push(attribute),
        }
    }
    let mut replaced: Vec<Name> = Vec::new();
    for block in over.blocks {
        let one_by_one = matches!(&*block.ty, "lifecycle" | "required_providers");
        if one_by_one && let Some(b) = base.blocks.iter_mut().find(|b| b.ty == block.ty) {
            lay(&mut b.body, block.body);
            continue;
        }
        // A `dynamic` block stands for blocks of its label's type.
        let ty = named(&block);
        if !replaced.contains(&ty) {
            base.blocks.retain(|b| named(b) != ty);
            replaced.push(ty);
        }
        base.blocks.push(block);
    }
}

fn named(block: &Block) -> Name {
    match (&*block.ty, block.labels.first()) {
        ("dynamic", Some(label)) => label.text.clone(),
        _ => block.ty.clone(),
    }
}
