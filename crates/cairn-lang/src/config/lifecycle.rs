//! Decides what a `lifecycle` block says, and which of it is for which kind of resource.

use cairn_diag::Diagnostic;
use cairn_model::ResourceMode;
use cairn_value::Value;

use super::constant::flag;
use super::decode::Decoder;
use super::fields::Fields;
use super::types::{IgnoreChanges, Lifecycle, Repetition};
use crate::refs::{RefTarget, reference};
use crate::syntax::{Attribute, Block, Expr, ExprKind};

const MANAGED: [&str; 5] = [
    "create_before_destroy",
    "destroy",
    "prevent_destroy",
    "ignore_changes",
    "replace_triggered_by",
];

impl Decoder<'_> {
    pub(super) fn lifecycle_block(
        &mut self,
        mode: ResourceMode,
        block: Block,
        repetition: &mut Repetition,
    ) -> Lifecycle {
        let (_, mut fields) = Fields::new(block);
        self.enabled(&mut fields, repetition);
        let mut lifecycle = Lifecycle {
            preconditions: Vec::new(),
            ..Lifecycle::default()
        };
        let pre = fields.blocks("precondition");
        lifecycle.preconditions = self.guards(pre);
        let post = fields.blocks("postcondition");
        lifecycle.postconditions = self.guards(post);
        if mode != ResourceMode::Managed {
            for name in MANAGED {
                if let Some(a) = fields.take(name) {
                    self.only_managed(&a);
                }
            }
            fields.finish(
                &["enabled"],
                &["precondition", "postcondition"],
                &mut self.said,
            );
            return lifecycle;
        }
        if let Some(a) = fields.take("create_before_destroy") {
            lifecycle.create_before_destroy = flag(&a.expr, &mut self.said);
        }
        if let Some(a) = fields.take("destroy") {
            lifecycle.destroy = flag(&a.expr, &mut self.said);
        }
        if let Some(a) = fields.take("prevent_destroy") {
            lifecycle.prevent_destroy = Some(a.expr);
        }
        if let Some(a) = fields.take("ignore_changes") {
            lifecycle.ignore_changes = self.ignore_changes(a.expr);
        }
        if let Some(a) = fields.take("replace_triggered_by") {
            lifecycle.replace_triggered_by = self.static_list(a.expr, "replace_triggered_by");
            let triggers = std::mem::take(&mut lifecycle.replace_triggered_by);
            for expr in triggers {
                if names_a_resource(&expr) {
                    lifecycle.replace_triggered_by.push(expr);
                } else {
                    self.push(no_trigger(&expr));
                }
            }
        }
        let known: Vec<&str> = MANAGED.into_iter().chain(["enabled"]).collect();
        fields.finish(&known, &["precondition", "postcondition"], &mut self.said);
        lifecycle
    }

    /// The `lifecycle` block of a module call, which says at most whether there is an instance.
    pub(super) fn call_lifecycle(&mut self, block: Block, repetition: &mut Repetition) {
        let (_, mut fields) = Fields::new(block);
        self.enabled(&mut fields, repetition);
        fields.finish(&["enabled"], &[], &mut self.said);
    }

    /// `enabled`, instead of `count` and `for_each`.
    fn enabled(&mut self, fields: &mut Fields, repetition: &mut Repetition) {
        let Some(enabled) = fields.take("enabled") else {
            return;
        };
        if matches!(repetition, Repetition::Once) {
            *repetition = Repetition::Enabled(enabled.expr);
            return;
        }
        self.push(
            Diagnostic::error(
                "enabled-and-repeated",
                "Invalid combination of enabled and count or for_each",
            )
            .detail("`enabled` makes one instance without a key or none, `count` and `for_each` make instances with keys. Remove one of the two.")
            .at(enabled.name_span),
        );
    }

    fn only_managed(&mut self, attribute: &Attribute) {
        self.push(
            Diagnostic::error(
                "lifecycle-of-data",
                "Invalid data resource lifecycle argument",
            )
            .detail(format!(
                "`{}` is for what is created and deleted, that is for `resource` blocks. Remove it here.",
                attribute.name
            ))
            .at(attribute.name_span),
        );
    }

    fn ignore_changes(&mut self, expr: Expr) -> IgnoreChanges {
        let place = expr.span;
        let all = |e: &Expr| match &e.kind {
            ExprKind::Ref(access) => access.steps.is_empty() && &*access.source == "all",
            _ => false,
        };
        if all(&expr) {
            return IgnoreChanges::All;
        }
        let ExprKind::Tuple(items) = expr.kind else {
            self.push(
                Diagnostic::error("invalid-ignore-changes", "Invalid expression")
                    .detail("`ignore_changes` is the word all, or a list of arguments in brackets: [tags, image_id].")
                    .at(place),
            );
            return IgnoreChanges::Nothing;
        };
        let mut paths = Vec::with_capacity(items.len());
        for item in items {
            let wildcard = matches!(&item.kind, ExprKind::Literal(Value::String(t)) if &**t == "*");
            if wildcard {
                self.push(
                    Diagnostic::error("invalid-ignore-changes", "Invalid ignore_changes wildcard")
                        .detail(
                            "To ignore the changes of all arguments write ignore_changes = all.",
                        )
                        .at(item.span),
                );
                return IgnoreChanges::All;
            }
            paths.extend(self.attribute_path(item));
        }
        if paths.is_empty() {
            IgnoreChanges::Nothing
        } else {
            IgnoreChanges::Paths(paths)
        }
    }
}

fn names_a_resource(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Ref(access)
        if matches!(reference(access).target, RefTarget::Resource(_)))
}

/// What is said of an entry of `replace_triggered_by` that is no resource.
pub(crate) fn no_trigger(expr: &Expr) -> Diagnostic {
    Diagnostic::error(
        "invalid-replace-trigger",
        "Invalid replace_triggered_by expression",
    )
    .detail("Only references to resources of this module, their instances and attributes can stand here. For other values put them into a terraform_data resource and refer to that.")
    .at(expr.span)
}
