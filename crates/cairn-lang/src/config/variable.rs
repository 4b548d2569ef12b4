//! Decides what a `variable` block says. Validation rules are kept, not evaluated.

use std::collections::BTreeMap;

use cairn_diag::{Diagnostic, Spanned};
use cairn_value::{Name, Type};

use super::constant::{constant, flag, text};
use super::decode::Decoder;
use super::fields::Fields;
use super::types::{Condition, TypeConstraint, Variable};
use crate::refs::{RefTarget, references};
use crate::syntax::Block;

/// Names that mean something else in a `module` block.
const RESERVED: [&str; 8] = [
    "source",
    "version",
    "providers",
    "count",
    "for_each",
    "lifecycle",
    "depends_on",
    "locals",
];

impl Decoder<'_> {
    pub(super) fn variable(&mut self, block: Block) {
        let (labels, mut fields) = Fields::new(block);
        let header = fields.header;
        let Some([name]) = self.labels(&labels, "variable", ["name"], header) else {
            return;
        };
        let mut ok = self.check_name(&name, "Invalid variable name");
        if RESERVED.contains(&&*name.value) {
            self.push(
                Diagnostic::error("reserved-variable-name", "Invalid variable name")
                    .detail(format!(
                        "`{}` means something of its own in a `module` block, so no variable can have that name.",
                        name.value
                    ))
                    .at(name.span),
            );
            ok = false;
        }
        let description = fields
            .take("description")
            .and_then(|a| text(&a.expr, &mut self.said));
        let ty = fields.take("type");
        let typed = ty.is_some();
        let any = || TypeConstraint {
            ty: Type::Dynamic,
            defaults: BTreeMap::new(),
        };
        let constraint = ty.map_or_else(|| Some(any()), |a| self.variable_type(&a.expr));
        let mut take_flag = |d: &mut Self, name: &str| {
            let a = fields.take(name)?;
            flag(&a.expr, &mut d.said)
        };
        let sensitive = take_flag(self, "sensitive").unwrap_or(false);
        let ephemeral = take_flag(self, "ephemeral").unwrap_or(false);
        let nullable = take_flag(self, "nullable").unwrap_or(true);
        let deprecated = fields
            .take("deprecated")
            .and_then(|a| text(&a.expr, &mut self.said));
        let default = fields.take("default").and_then(|a| {
            let span = a.expr.span;
            let value = constant(&a.expr, &mut self.said)?;
            Some(Spanned::new(value, span))
        });
        if let (Some(default), Some(constraint)) = (&default, &constraint) {
            self.check_default(default, constraint, nullable);
        }
        let validations = fields.blocks("validation");
        let validations = self.conditions(validations);
        for validation in &validations {
            self.check_validation(&name.value, validation);
        }
        fields.finish(
            &[
                "type",
                "default",
                "description",
                "sensitive",
                "ephemeral",
                "nullable",
                "deprecated",
            ],
            &["validation"],
            &mut self.said,
        );
        if let Some(first) = self.config.variables.get(&name.value) {
            let first = first.header;
            self.duplicate(
                "duplicate-variable",
                "Duplicate variable declaration",
                "variable",
                &name,
                first,
            );
            return;
        }
        if !ok {
            return;
        }
        let variable = Variable {
            name: name.clone(),
            description: description.map(|d| d.to_string()),
            constraint: constraint.unwrap_or_else(any),
            typed,
            default,
            nullable,
            sensitive,
            ephemeral,
            deprecated: deprecated.map(|d| d.to_string()),
            validations,
            header,
        };
        self.config.variables.insert(name.value, variable);
    }

    /// A rule must look at the variable it is for.
    fn check_validation(&mut self, name: &Name, validation: &Condition) {
        let looks = references(&validation.condition)
            .iter()
            .any(|r| matches!(&r.target, RefTarget::Variable(n) if n == name));
        if !looks {
            self.push(
                Diagnostic::error(
                    "validation-without-variable",
                    "Invalid variable validation condition",
                )
                .detail(format!(
                    "The condition must test the variable's own value, so var.{name} must occur in it."
                ))
                .at(validation.condition.span),
            );
        }
    }

    fn check_default(
        &mut self,
        default: &Spanned<cairn_value::Value>,
        constraint: &TypeConstraint,
        nullable: bool,
    ) {
        if default.value.is_null() {
            if !nullable {
                self.push(
                    Diagnostic::error(
                        "invalid-variable-default",
                        "Invalid default value for variable",
                    )
                    .detail("The variable says nullable = false, so null cannot be its default.")
                    .at(default.span),
                );
            }
            return;
        }
        if let Err(e) = constraint.apply(&default.value) {
            self.push(
                Diagnostic::error(
                    "invalid-variable-default",
                    "Invalid default value for variable",
                )
                .detail(format!(
                    "The default is not of the variable's type {}: {e}.",
                    constraint.ty
                ))
                .at(default.span),
            );
        }
    }
}
