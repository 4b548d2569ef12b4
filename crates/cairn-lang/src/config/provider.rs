//! Decides what a `provider` block says beside the provider's own arguments.

use std::sync::Arc;

use cairn_diag::{Diagnostic, Spanned};

use super::constant::text;
use super::decode::Decoder;
use super::fields::Fields;
use super::types::ProviderBlock;
use crate::syntax::{Block, is_identifier};

const RESERVED_ARGUMENTS: [&str; 3] = ["count", "depends_on", "source"];
const RESERVED_BLOCKS: [&str; 2] = ["lifecycle", "locals"];

impl Decoder<'_> {
    pub(super) fn provider(&mut self, block: Block) {
        let span = block.body.span;
        let (labels, mut fields) = Fields::new(block);
        let header = fields.header;
        let Some([name]) = self.labels(&labels, "provider", ["name"], header) else {
            return;
        };
        let ok = self.check_name(&name, "Invalid provider configuration name");
        let alias = fields.take("alias").and_then(|a| {
            let alias = Spanned::new(text(&a.expr, &mut self.said)?, a.expr.span);
            if !is_identifier(&alias.value) {
                self.check_name(&alias, "Invalid provider configuration alias");
                return None;
            }
            Some(alias)
        });
        if let Some(a) = fields.take("version") {
            text(&a.expr, &mut self.said);
            self.push(
                Diagnostic::warning(
                    "provider-version",
                    "Version constraints inside provider configuration blocks are deprecated",
                )
                .detail("The version of a provider is stated in required_providers of the `terraform` block.")
                .at(a.name_span),
            );
        }
        for reserved in RESERVED_ARGUMENTS {
            if let Some(a) = fields.take(reserved) {
                self.push(
                    Diagnostic::error(
                        "reserved-provider-argument",
                        "Reserved argument name in provider block",
                    )
                    .detail(format!(
                        "A provider configuration has no `{reserved}`; the language keeps the name for itself. Remove it."
                    ))
                    .at(a.name_span),
                );
            }
        }
        let for_each = fields.take("for_each");
        if let Some(a) = &for_each
            && alias.is_none()
            && !fields.may_have("alias")
        {
            self.push(
                Diagnostic::error("provider-for-each", "Alias required when using for_each")
                    .detail("A provider configuration that is repeated by for_each is named by its alias and a key, so it needs an alias.")
                    .at(a.name_span)
                    .hint(format!(
                        "Add alias = \"by_key\", and select an instance by provider = {}.by_key[KEY].",
                        name.value
                    )),
            );
        }
        for reserved in RESERVED_BLOCKS {
            for b in fields.blocks(reserved) {
                self.push(
                    Diagnostic::error(
                        "reserved-provider-block",
                        "Reserved block type name in provider block",
                    )
                    .detail(format!(
                        "A provider configuration has no `{reserved}` block; the language keeps the name for itself. Remove it."
                    ))
                    .at(b.ty_span),
                );
            }
        }
        let key = (name.value.clone(), alias.as_ref().map(|a| a.value.clone()));
        if let Some(first) = self.config.providers.get(&key) {
            let place = self.place(first.header);
            let which = match &alias {
                Some(alias) => format!(
                    "A configuration of `{}` with the alias `{}`",
                    name.value, alias.value
                ),
                None => format!("A configuration of `{}` without an alias", name.value),
            };
            self.push(
                Diagnostic::error("duplicate-provider", "Duplicate provider configuration")
                    .detail(format!(
                        "{which} is declared {place} already. Give one of the two another alias."
                    ))
                    .at(header),
            );
            return;
        }
        if !ok {
            return;
        }
        let block = ProviderBlock {
            name,
            alias,
            for_each: for_each.map(|a| a.expr),
            body: Arc::new(fields.rest(span)),
            header,
        };
        self.config.providers.insert(key, block);
    }
}
