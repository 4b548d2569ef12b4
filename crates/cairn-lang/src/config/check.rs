//! Decides what conditions consist of (validation, preconditions, postconditions, assertions), and `check` blocks.

use cairn_diag::Diagnostic;

use super::decode::Decoder;
use super::fields::Fields;
use super::types::{Check, Condition};
use crate::refs::references;
use crate::syntax::Block;

impl Decoder<'_> {
    /// A block of a condition and its message.
    pub(super) fn condition(&mut self, block: Block) -> Option<Condition> {
        let span = block.header;
        let ty = block.ty.clone();
        let (labels, mut fields) = Fields::new(block);
        if let Some(extra) = labels.first() {
            self.push(
                Diagnostic::error("extraneous-label", format!("Extraneous label for {ty}"))
                    .detail("This block has no label.")
                    .at(extra.span),
            );
        }
        let condition = fields.require("condition", &mut self.said);
        let error_message = fields.require("error_message", &mut self.said);
        fields.finish(&["condition", "error_message"], &[], &mut self.said);
        Some(Condition {
            condition: condition?.expr,
            error_message: error_message?.expr,
            span,
        })
    }

    pub(super) fn conditions(&mut self, blocks: Vec<Block>) -> Vec<Condition> {
        blocks
            .into_iter()
            .filter_map(|b| self.condition(b))
            .collect()
    }

    /// Conditions that look at something: one that refers to nothing always comes to the same.
    pub(super) fn guards(&mut self, blocks: Vec<Block>) -> Vec<Condition> {
        blocks
            .into_iter()
            .filter_map(|block| {
                let summary = match &*block.ty {
                    "precondition" => "Invalid precondition expression",
                    "postcondition" => "Invalid postcondition expression",
                    _ => "Invalid assert expression",
                };
                let condition = self.condition(block)?;
                if references(&condition.condition).is_empty() {
                    self.push(
                        Diagnostic::error("condition-without-reference", summary)
                            .detail("The condition refers to nothing, so it always comes to the same and checks nothing. Refer to a resource, a variable or another value.")
                            .at(condition.condition.span),
                    );
                }
                Some(condition)
            })
            .collect()
    }

    pub(super) fn check(&mut self, block: Block) {
        let (labels, mut fields) = Fields::new(block);
        let header = fields.header;
        let Some([name]) = self.labels(&labels, "check", ["name"], header) else {
            return;
        };
        self.check_name(&name, "Invalid check block name");
        let asserts = fields.blocks("assert");
        if asserts.is_empty() {
            self.push(
                Diagnostic::error("check-without-assert", "Zero assert blocks")
                    .detail("A `check` block needs at least one `assert` block with a condition and an error_message.")
                    .at(header),
            );
        }
        let asserts = self.guards(asserts);
        let mut data = fields.blocks("data").into_iter();
        let resource = data
            .next()
            .and_then(|block| self.check_data(block, &name.value));
        if let Some(extra) = data.next() {
            self.push(
                Diagnostic::error("repeated-check-data", "Multiple data resource blocks")
                    .detail("A `check` block can have one data source of its own.")
                    .at(extra.header),
            );
        }
        fields.finish(&[], &["assert", "data"], &mut self.said);
        if let Some(first) = self.config.checks.get(&name.value) {
            let first = first.name.span;
            self.duplicate(
                "duplicate-check",
                "Duplicate check configuration",
                "check",
                &name,
                first,
            );
            return;
        }
        let check = Check {
            name: name.clone(),
            asserts,
            data: resource,
        };
        self.config.checks.insert(name.value, check);
    }
}
