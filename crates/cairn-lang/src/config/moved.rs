//! Decides what `moved`, `removed` and `import` blocks say. Whether their addresses fit the state is the planner's matter.

use cairn_diag::Diagnostic;
use cairn_value::Name;

use super::constant::flag;
use super::decode::Decoder;
use super::fields::Fields;
use super::types::{Import, Moved, Removed};
use crate::refs::{access_span, written};
use crate::syntax::{Access, Block, ExprKind, Step};

impl Decoder<'_> {
    pub(super) fn moved(&mut self, block: Block) {
        let (labels, mut fields) = Fields::new(block);
        let span = fields.header;
        self.labels(&labels, "moved", [], span);
        let from = fields.require("from", &mut self.said);
        let to = fields.require("to", &mut self.said);
        fields.finish(&["from", "to"], &[], &mut self.said);
        let (Some(from), Some(to)) = (from, to) else {
            return;
        };
        let from = self.static_reference(from.expr);
        let to = self.static_reference(to.expr);
        if let (Some(from), Some(to)) = (from, to)
            && self.check_address(&from)
            && self.check_address(&to)
        {
            self.config.moved.push(Moved { from, to, span });
        }
    }

    pub(super) fn removed(&mut self, block: Block) {
        let (labels, mut fields) = Fields::new(block);
        let span = fields.header;
        self.labels(&labels, "removed", [], span);
        let from = fields
            .require("from", &mut self.said)
            .and_then(|a| self.static_reference(a.expr));
        let mut destroy = true;
        let mut lifecycles = fields.blocks("lifecycle").into_iter();
        if let Some(block) = lifecycles.next() {
            let (_, mut lifecycle) = Fields::new(block);
            if let Some(a) = lifecycle.take("destroy") {
                destroy = flag(&a.expr, &mut self.said).unwrap_or(true);
            }
            lifecycle.finish(&["destroy"], &[], &mut self.said);
        }
        for extra in lifecycles {
            self.repeated(&extra, "lifecycle");
        }
        let places: Vec<_> = fields.blocks_of("provisioner").collect();
        let provisioners = self.removed_provisioners(&mut fields);
        fields.finish(
            &["from"],
            &["lifecycle", "provisioner", "connection"],
            &mut self.said,
        );
        let Some(from) = from.filter(|from| self.check_address(from)) else {
            return;
        };
        if from.steps.iter().any(|s| matches!(s, Step::Index(..))) {
            self.push(
                Diagnostic::error("removed-instance", "Invalid removed address")
                    .detail("A `removed` block is about a whole resource or module, so its address has no key in brackets.")
                    .at(from.source_span),
            );
            return;
        }
        if names_module(&from) {
            for place in places {
                self.push(
                    Diagnostic::error("invalid-removed-provisioner", "Invalid provisioner block")
                        .detail("Provisioners belong to a resource, but this block removes a whole module. Write a `removed` block for each resource that needs one.")
                        .at(place),
                );
            }
        }
        self.config.removed.push(Removed {
            from,
            destroy,
            provisioners,
            span,
        });
    }

    pub(super) fn import(&mut self, block: Block) {
        let (labels, mut fields) = Fields::new(block);
        let span = fields.header;
        self.labels(&labels, "import", [], span);
        let to = fields
            .require("to", &mut self.said)
            .and_then(|a| self.reference(a.expr));
        let id = fields.require("id", &mut self.said);
        let for_each = fields.take("for_each").map(|a| a.expr);
        let provider = fields
            .take("provider")
            .and_then(|a| self.provider_ref(a.expr));
        fields.finish(&["to", "id", "for_each", "provider"], &[], &mut self.said);
        let (Some(to), Some(id)) = (to, id) else {
            return;
        };
        if !self.check_address(&to) {
            return;
        }
        if let Some((target, resource)) = constant_target(&to) {
            if let Some(first) = self.imported.get(&target).copied() {
                let place = self.place(first);
                self.push(
                    Diagnostic::error(
                        "duplicate-import",
                        format!("Duplicate import configuration for \"{resource}\""),
                    )
                    .detail(format!(
                        "{target} has an import block {place} already, and one object cannot be taken for another. Remove one of the two blocks."
                    ))
                    .at(access_span(&to)),
                );
                return;
            }
            self.imported.insert(target, span);
        }
        self.config.imports.push(Import {
            to,
            id: id.expr,
            for_each,
            provider,
            span,
        });
    }

    /// At least a type and a name, or a module.
    fn check_address(&mut self, access: &Access<Name>) -> bool {
        let enough = match access.steps.first() {
            Some(Step::Attr(..)) => true,
            Some(Step::Index(..)) | None => false,
        };
        if !enough {
            self.push(
                Diagnostic::error("invalid-address", "Invalid address")
                    .detail("A resource is addressed by its type and name (TYPE.NAME), a module by module.NAME.")
                    .at(access.source_span),
            );
        }
        enough
    }
}

/// An address whose keys are constants, and the same without the key at its end.
fn constant_target(to: &Access<Name>) -> Option<(String, String)> {
    let constant = |step: &Step| match step {
        Step::Attr(..) => true,
        Step::Index(key, _) => matches!(key.kind, ExprKind::Literal(_)),
    };
    if !to.steps.iter().all(constant) {
        return None;
    }
    let mut resource = to.clone();
    if matches!(resource.steps.last(), Some(Step::Index(..))) {
        resource.steps.pop();
    }
    Some((written(to), written(&resource)))
}

/// Whether an address is a module's, not a resource's.
fn names_module(from: &Access<Name>) -> bool {
    let mut words = vec![&*from.source];
    words.extend(from.steps.iter().filter_map(|s| match s {
        Step::Attr(name, _) => Some(&**name),
        Step::Index(..) => None,
    }));
    words.chunks(2).all(|pair| pair[0] == "module")
}
