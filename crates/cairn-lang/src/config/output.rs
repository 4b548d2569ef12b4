//! Decides what an `output` block says.

use super::constant::{flag, text};
use super::decode::Decoder;
use super::fields::Fields;
use super::types::Output;
use crate::syntax::Block;

impl Decoder<'_> {
    pub(super) fn output(&mut self, block: Block) {
        let (labels, mut fields) = Fields::new(block);
        let header = fields.header;
        let Some([name]) = self.labels(&labels, "output", ["name"], header) else {
            return;
        };
        let ok = self.check_name(&name, "Invalid output name");
        let value = fields.require("value", &mut self.said);
        let description = fields
            .take("description")
            .and_then(|a| text(&a.expr, &mut self.said));
        let mut take_flag = |d: &mut Self, name: &str| {
            let a = fields.take(name)?;
            flag(&a.expr, &mut d.said)
        };
        let sensitive = take_flag(self, "sensitive").unwrap_or(false);
        let ephemeral = take_flag(self, "ephemeral").unwrap_or(false);
        let deprecated = fields
            .take("deprecated")
            .and_then(|a| text(&a.expr, &mut self.said));
        let depends_on = self.depends_on(fields.take("depends_on"));
        let preconditions = fields.blocks("precondition");
        let preconditions = self.guards(preconditions);
        fields.finish(
            &[
                "value",
                "description",
                "sensitive",
                "ephemeral",
                "depends_on",
                "deprecated",
            ],
            &["precondition"],
            &mut self.said,
        );
        if let Some(first) = self.config.outputs.get(&name.value) {
            let first = first.header;
            self.duplicate(
                "duplicate-output",
                "Duplicate output definition",
                "output",
                &name,
                first,
            );
            return;
        }
        let (Some(value), true) = (value, ok) else {
            return;
        };
        let output = Output {
            name: name.clone(),
            description: description.map(|d| d.to_string()),
            value: value.expr,
            sensitive,
            ephemeral,
            deprecated: deprecated.map(|d| d.to_string()),
            depends_on,
            preconditions,
            header,
        };
        self.config.outputs.insert(name.value, output);
    }
}
