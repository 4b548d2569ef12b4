//! Decides what a `module` block says beside the arguments of the module it calls.

use std::sync::Arc;

use cairn_diag::Diagnostic;
use cairn_value::Value;

use super::decode::Decoder;
use super::fields::{Fields, missing_argument, unsupported_block};
use super::types::{ModuleCall, ProviderRef};
use crate::syntax::{Attribute, Block, ExprKind, Step};

const RESERVED_BLOCKS: [&str; 4] = ["locals", "provider", "connection", "provisioner"];

impl Decoder<'_> {
    pub(super) fn module_call(&mut self, block: Block) {
        let span = block.body.span;
        let (labels, mut fields) = Fields::new(block);
        let header = fields.header;
        let Some([name]) = self.labels(&labels, "module", ["name"], header) else {
            return;
        };
        let ok = self.check_name(&name, "Invalid module instance name");
        let source = fields.take("source").map(|a| a.expr);
        if source.is_none() && !fields.may_have("source") {
            self.push(missing_argument("source", header));
        }
        let version = fields.take("version").map(|a| a.expr);
        let mut repetition = self.repetition(&mut fields);
        let mut lifecycles = fields.blocks("lifecycle").into_iter();
        if let Some(block) = lifecycles.next() {
            self.call_lifecycle(block, &mut repetition);
        }
        for extra in lifecycles {
            self.repeated(&extra, "lifecycle");
        }
        let depends_on = self.depends_on(fields.take("depends_on"));
        let providers = fields
            .take("providers")
            .map_or_else(Vec::new, |a| self.passed_providers(a));
        for reserved in RESERVED_BLOCKS {
            for b in fields.blocks(reserved) {
                self.push(
                    Diagnostic::error(
                        "reserved-module-block",
                        "Reserved block type name in module block",
                    )
                    .detail(format!(
                        "A `module` block has no `{reserved}` block; the language keeps the name for itself. Remove it."
                    ))
                    .at(b.ty_span),
                );
            }
        }
        let escaped = fields.blocks("_");
        let mut body = fields.rest(span);
        for block in escaped {
            body.attributes.extend(block.body.attributes);
        }
        for b in std::mem::take(&mut body.blocks) {
            self.push(unsupported_block(&b, &[], &[]).hint(
                "A module takes its values as arguments: for an object write an equals sign between name and brace.",
            ));
        }
        if let Some(first) = self.config.calls.get(&name.value) {
            let first = first.header;
            self.duplicate(
                "duplicate-module-call",
                "Duplicate module call",
                "module call",
                &name,
                first,
            );
            return;
        }
        let (Some(source), true) = (source, ok) else {
            return;
        };
        let call = ModuleCall {
            name: name.clone(),
            source,
            version,
            repetition,
            depends_on,
            providers,
            body: Arc::new(body),
            header,
        };
        self.config.calls.insert(name.value, call);
    }

    /// `providers = { name_there = name_here.alias }`
    pub(super) fn passed_providers(
        &mut self,
        attribute: Attribute,
    ) -> Vec<(ProviderRef, ProviderRef)> {
        let place = attribute.expr.span;
        let ExprKind::Object(items) = attribute.expr.kind else {
            self.push(
                Diagnostic::error("invalid-providers", "Invalid providers argument")
                    .detail("Provider configurations are handed over as an object: providers = { name_there = name_here.alias }.")
                    .at(place),
            );
            return Vec::new();
        };
        let mut passed: Vec<(ProviderRef, ProviderRef)> = Vec::with_capacity(items.len());
        for item in items {
            let span = item.key.span;
            let there = match item.key.names().kind {
                ExprKind::Literal(Value::String(name)) => Some(ProviderRef {
                    name,
                    alias: None,
                    key: None,
                    span: Some(span),
                }),
                ExprKind::Ref(access) => match access.steps.into_iter().next() {
                    Some(Step::Attr(alias, _)) => Some(ProviderRef {
                        name: access.source,
                        alias: Some(alias),
                        key: None,
                        span: Some(span),
                    }),
                    _ => None,
                },
                _ => None,
            };
            let Some(there) = there else {
                self.push(
                    Diagnostic::error("invalid-providers", "Invalid providers argument")
                        .detail("The name of a provider configuration in the module is expected here: name, or name.alias.")
                        .at(span),
                );
                continue;
            };
            let Some(here) = self.provider_ref(item.value) else {
                continue;
            };
            if passed
                .iter()
                .any(|(t, _)| t.name == there.name && t.alias == there.alias)
            {
                self.push(
                    Diagnostic::error("invalid-providers", "Duplicate provider address")
                        .detail("This provider configuration of the module is handed over twice. Remove one of the two.")
                        .at(span),
                );
                continue;
            }
            passed.push((there, here));
        }
        passed
    }
}
