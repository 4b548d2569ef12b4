//! Decides what `resource`, `data` and `ephemeral` blocks say beside the arguments of their type.

use std::sync::Arc;

use cairn_diag::Diagnostic;
use cairn_model::{Resource, ResourceMode};
use cairn_value::{Name, name};

use super::decode::Decoder;
use super::fields::Fields;
use super::types::{Lifecycle, ProviderRef, Repetition, ResourceConfig};
use crate::syntax::{Access, Attribute, Block, Expr};

impl Decoder<'_> {
    pub(super) fn resource(&mut self, block: Block) {
        self.resource_of(ResourceMode::Managed, "resource", block);
    }

    pub(super) fn data(&mut self, block: Block) {
        self.resource_of(ResourceMode::Data, "data", block);
    }

    pub(super) fn ephemeral(&mut self, block: Block) {
        self.resource_of(ResourceMode::Ephemeral, "ephemeral", block);
    }

    /// The data source of a `check` block.
    pub(super) fn check_data(&mut self, block: Block, check: &Name) -> Option<Resource> {
        let resource = self.resource_of(ResourceMode::Data, "data", block)?;
        if let Some(config) = self.config.resources.get_mut(&resource) {
            config.check = Some(check.clone());
        }
        Some(resource)
    }

    fn resource_of(
        &mut self,
        mode: ResourceMode,
        keyword: &'static str,
        block: Block,
    ) -> Option<Resource> {
        let span = block.body.span;
        let (labels, mut fields) = Fields::new(block);
        let header = fields.header;
        let [ty, label] = self.labels(&labels, keyword, ["type", "name"], header)?;
        let ok = self.check_name(&ty, "Invalid resource type name");
        let ok = self.check_name(&label, "Invalid resource name") && ok;
        let addr = Resource {
            mode,
            ty: ty.value.clone(),
            name: label.value.clone(),
        };

        let mut repetition = self.repetition(&mut fields);
        let depends_on = self.depends_on(fields.take("depends_on"));
        let provider = fields
            .take("provider")
            .and_then(|a| self.provider_ref(a.expr))
            .unwrap_or_else(|| implied_provider(&ty.value));
        let lifecycle = self.lifecycle(mode, fields.blocks("lifecycle"), &mut repetition);
        let provisioners = if mode == ResourceMode::Managed {
            self.provisioners(&mut fields)
        } else {
            Vec::new()
        };
        // A block `_` holds arguments whose names the language has taken.
        let escaped = fields.blocks("_");
        let mut body = fields.rest(span);
        for block in escaped {
            body.attributes.extend(block.body.attributes);
            body.blocks.extend(block.body.blocks);
        }
        if !ok {
            return None;
        }
        if let Some(first) = self.config.resources.get(&addr) {
            let first = first.header;
            let what = match mode {
                ResourceMode::Managed => "resource",
                ResourceMode::Data => "data source",
                ResourceMode::Ephemeral => "ephemeral resource",
            };
            let place = self.place(first);
            self.push(
                Diagnostic::error("duplicate-resource", "Duplicate resource configuration")
                    .detail(format!(
                        "The {what} {addr} is declared {place} already. Names must be unique for a type within a module; rename or remove one of the two."
                    ))
                    .at(header),
            );
            return None;
        }
        let config = ResourceConfig {
            addr: addr.clone(),
            check: None,
            provider,
            repetition,
            depends_on,
            lifecycle,
            provisioners,
            body: Arc::new(body),
            header,
            stands_in: false,
        };
        self.config.resources.insert(addr.clone(), config);
        Some(addr)
    }

    /// `count` or `for_each`.
    pub(super) fn repetition(&mut self, fields: &mut Fields) -> Repetition {
        match (fields.take("count"), fields.take("for_each")) {
            (None, None) => Repetition::Once,
            (Some(count), None) => Repetition::Count(count.expr),
            (None, Some(each)) => Repetition::ForEach(each.expr),
            (Some(count), Some(each)) => {
                self.push(
                    Diagnostic::error(
                        "count-and-for-each",
                        "Invalid combination of count and for_each",
                    )
                    .detail("A block is repeated either by a number (`count`) or for each element of a map or set (`for_each`), not by both. Remove one of the two.")
                    .at(each.name_span)
                    .context(count.name_span.to(each.name_span)),
                );
                Repetition::ForEach(each.expr)
            }
        }
    }

    /// `depends_on`
    pub(super) fn depends_on(&mut self, attribute: Option<Attribute>) -> Vec<Access<Name>> {
        let Some(attribute) = attribute else {
            return Vec::new();
        };
        let items: Vec<Expr> = self.static_list(attribute.expr, "depends_on");
        items
            .into_iter()
            .filter_map(|item| self.static_reference(item))
            .collect()
    }

    /// Says that a block can occur once only.
    pub(super) fn repeated(&mut self, block: &Block, ty: &str) {
        self.push(
            Diagnostic::error("repeated-block", "Duplicate block")
                .detail(format!("There can be one `{ty}` block here, and this is one more. Put everything into one."))
                .at(block.header),
        );
    }

    fn lifecycle(
        &mut self,
        mode: ResourceMode,
        blocks: Vec<Block>,
        repetition: &mut Repetition,
    ) -> Lifecycle {
        let mut blocks = blocks.into_iter();
        let Some(block) = blocks.next() else {
            return Lifecycle::default();
        };
        for extra in blocks {
            self.repeated(&extra, "lifecycle");
        }
        self.lifecycle_block(mode, block, repetition)
    }
}

/// The provider whose name begins the resource type.
pub(crate) fn implied_provider(ty: &str) -> ProviderRef {
    let prefix = ty.split('_').next().unwrap_or(ty);
    ProviderRef {
        name: name(prefix),
        alias: None,
        key: None,
        span: None,
    }
}
