//! Decides what expressions see of an ephemeral resource while planning: what opening it gave, or its arguments where it is opened
//! only during the apply. None of it is a change, and none of it is recorded.

use cairn_diag::Diagnostic;
use cairn_lang::ResourceConfig;
use cairn_model::{AbsResourceInstance, ProviderAddr, ProviderSchema, ResourceMode};
use cairn_provider::OpenRequest;
use cairn_value::{Marks, Type, Value};
use petgraph::graph::NodeIndex;

use super::data::DataDraft;
use super::{Subject, has_sensitive, marked};
use crate::messages::block_name;
use crate::planner::Planner;
use crate::proposed::proposed;

/// The message for an ephemeral resource of a type that its provider does not have.
pub(crate) fn unknown_type(
    block: &ResourceConfig,
    provider: &ProviderAddr,
    schema: &ProviderSchema,
) -> Diagnostic {
    let ty = &block.addr.ty;
    let known: Vec<&str> = schema.ephemerals.keys().map(|n| &**n).collect();
    let there_are = match known.as_slice() {
        [] => "It has none.".to_owned(),
        some => format!("It has: {}.", some.join(", ")),
    };
    let mut d = Diagnostic::error("unknown-ephemeral-resource", "Invalid ephemeral resource")
        .detail(format!(
            "The provider {provider} does not support the ephemeral resource \"{ty}\". {there_are}"
        ))
        .at(block.header)
        .within(block_name(&block.addr));
    if let Some(near) = cairn_diag::nearest(ty, known) {
        d = d.hint(format!("Did you mean \"{near}\"?"));
    }
    for (others, kind) in [
        (&schema.resources, "resource"),
        (&schema.data_sources, "data source"),
    ] {
        if others.contains_key(ty) {
            d = d.hint(format!("There is a {kind} of this type."));
        }
    }
    d
}

impl Planner<'_> {
    /// Nothing is known of an instance, for a reason that has been said.
    pub(super) fn no_value(&mut self, addr: &AbsResourceInstance) {
        let marks = match addr.resource.resource.mode {
            ResourceMode::Ephemeral => Marks::EPHEMERAL,
            _ => Marks::NONE,
        };
        let value = Value::unknown(Type::Dynamic).mark(marks);
        self.values.set(addr, value);
    }

    pub(super) fn ask_to_open(&mut self, node: NodeIndex, drafts: &[DataDraft]) {
        for (i, d) in drafts.iter().enumerate() {
            if d.deferred.is_none() {
                let request = OpenRequest {
                    addr: d.addr.clone(),
                    ty: d.addr.resource.resource.ty.clone(),
                    config: d.config.clone(),
                };
                self.opens.ask(&d.provider, (node, i), request);
            }
        }
    }

    pub(super) fn settle_ephemeral(
        &mut self,
        node: NodeIndex,
        subject: &Subject,
        drafts: Vec<DataDraft>,
    ) {
        let schema = subject.schema().block.clone();
        let sensitive = has_sensitive(&schema);
        let postconditions = !subject.block().lifecycle.postconditions.is_empty();
        for (i, draft) in drafts.into_iter().enumerate() {
            self.note_data_dependencies(&draft);
            let value = if draft.deferred.is_some() {
                proposed(&schema, None, &draft.config)
            } else if let Some(value) = self.opens.take(node, i) {
                value
            } else {
                self.fail(node);
                self.no_value(&draft.addr);
                continue;
            };
            let value = marked(&schema, sensitive, value, &draft.marks).mark(Marks::EPHEMERAL);
            self.values.set(&draft.addr, value.clone());
            if postconditions && !self.check_postconditions(&draft.addr, &value) {
                self.fail(node);
            }
        }
    }
}
