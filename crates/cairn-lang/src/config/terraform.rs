//! Decides what a `terraform` block says: required versions and providers, the backend.

use std::sync::Arc;

use cairn_diag::{Diagnostic, Diagnostics, Spanned};
use cairn_model::ProviderAddr;
use cairn_value::{Name, Value};

use super::constant::text;
use super::decode::Decoder;
use super::fields::Fields;
use super::types::RequiredProvider;
use super::version::{VersionConstraints, language_satisfies};
use crate::syntax::{Attribute, Block, Expr, ExprKind, Step};

impl Decoder<'_> {
    pub(super) fn terraform(&mut self, block: Block) {
        let (labels, mut fields) = Fields::new(block);
        let header = fields.header;
        self.labels(&labels, "terraform", [], header);
        if let Some(a) = fields.take("required_version")
            && let Some(version) = text(&a.expr, &mut self.said)
        {
            match language_satisfies(&version) {
                Some(true) => {}
                Some(false) => self.push(
                    Diagnostic::error("unsupported-version", "Unsupported Terraform Core version")
                        .detail(format!(
                            "This configuration wants the version {version}, and none that is read here satisfies that (0.12 to 1.15). Change required_version if the configuration does not need it."
                        ))
                        .at(a.expr.span),
                ),
                None => self.push(invalid_constraint().at(a.expr.span)),
            }
            self.config
                .required_version
                .push(Spanned::new(version.to_string(), a.expr.span));
        }
        // Switches of the language itself; none changes anything here.
        fields.take("experiments");
        fields.take("language");
        for block in fields.blocks("required_providers") {
            let (labels, providers) = Fields::new(block);
            let header = providers.header;
            self.labels(&labels, "required_providers", [], header);
            let body = providers.rest(header);
            for a in body.attributes {
                self.required_provider(a);
            }
        }
        for block in fields.blocks("backend") {
            let body = block.body.clone();
            let (labels, inner) = Fields::new(block);
            let header = inner.header;
            let Some([ty]) = self.labels(&labels, "backend", ["type"], header) else {
                continue;
            };
            if let Some((first, _)) = &self.config.backend {
                let place = self.place(first.span);
                self.push(
                    Diagnostic::error("duplicate-backend", "Duplicate backend configuration")
                        .detail(format!(
                            "A backend is named {place} already, and a module can have one."
                        ))
                        .at(header),
                );
                continue;
            }
            self.config.backend = Some((ty, Arc::new(body)));
        }
        for block in fields.blocks("cloud") {
            // A place for the state like any backend; whoever keeps states decides whether there is one of that name.
            let ty = Spanned::new(block.ty.clone(), block.header);
            self.config
                .backend
                .get_or_insert((ty, Arc::new(block.body)));
        }
        for block in fields.blocks("encryption") {
            self.push(
                Diagnostic::error("encryption-not-supported", "State encryption not supported")
                    .detail("cairn cannot encrypt its state and plan files yet, and does not write in clear what is to be encrypted.")
                    .at(block.header)
                    .hint("Remove the `encryption` block if the folder state/ lies on an encrypted disk; the files in it are readable by their owner only."),
            );
        }
        fields.blocks("provider_meta");
        fields.finish(
            &["required_version"],
            &[
                "required_providers",
                "backend",
                "cloud",
                "encryption",
                "provider_meta",
            ],
            &mut self.said,
        );
    }

    fn required_provider(&mut self, attribute: Attribute) {
        let Attribute {
            name,
            name_span,
            expr,
        } = attribute;
        let span = name_span.to(expr.span);
        let mut source = None;
        let mut versions = Vec::new();
        let mut aliases = Vec::new();
        match expr.kind {
            ExprKind::Object(items) => {
                for item in items {
                    let key = match &item.key.kind {
                        ExprKind::Literal(Value::String(key)) => key.clone(),
                        _ => Name::from(""),
                    };
                    match &*key {
                        "source" => source = self.provider_source(&item.value),
                        "version" => versions.extend(constraint(&item.value, &mut self.said)),
                        "configuration_aliases" => {
                            aliases = self.configuration_aliases(item.value, &name);
                        }
                        _ => self.push(
                            Diagnostic::error(
                                "invalid-required-provider",
                                "Invalid required_providers object",
                            )
                            .detail("Only source, version and configuration_aliases can be said here. A provider's arguments go into a `provider` block.")
                            .at(item.key.span),
                        ),
                    }
                }
            }
            // The form of long ago: a version alone.
            _ => versions.extend(constraint(&expr, &mut self.said)),
        }
        if let Some(first) = self.config.required_providers.get(&name) {
            let first = first.span;
            self.duplicate(
                "duplicate-required-provider",
                "Duplicate required provider",
                "required provider",
                &Spanned::new(name, name_span),
                first,
            );
            return;
        }
        let required = RequiredProvider {
            source: source.unwrap_or_else(|| ProviderAddr::implied(&name)),
            versions,
            configuration_aliases: aliases,
            span,
        };
        self.config.required_providers.insert(name, required);
    }

    fn provider_source(&mut self, expr: &Expr) -> Option<ProviderAddr> {
        let source = text(expr, &mut self.said)?;
        let addr = ProviderAddr::parse(&source);
        if addr.is_none() {
            self.push(
                Diagnostic::error("invalid-provider-source", "Invalid provider source string")
                    .detail("A provider's source is namespace/name, with a registry's host in front if it has one of its own: aliyun/alicloud.")
                    .at(expr.span),
            );
        }
        addr
    }

    fn configuration_aliases(&mut self, expr: Expr, name: &Name) -> Vec<Name> {
        let mut aliases = Vec::new();
        for item in self.static_list(expr, "configuration_aliases") {
            let span = item.span;
            let Some(access) = self.static_reference(item) else {
                continue;
            };
            match &access.steps[..] {
                [Step::Attr(alias, _)] if access.source == *name => aliases.push(alias.clone()),
                _ => self.push(
                    Diagnostic::error(
                        "invalid-configuration-alias",
                        "Invalid configuration_aliases value",
                    )
                    .detail(format!("An alias is written {name}.ALIAS here."))
                    .at(span),
                ),
            }
        }
        aliases
    }

    /// What is said once more in another file of the module is not checked against the first here; versions add up.
    pub(super) fn check_required_providers(&mut self) {
        for ((name, alias), block) in &self.config.providers {
            let Some(alias) = alias else { continue };
            let required = self.config.required_providers.get(name);
            if required.is_some_and(|r| r.configuration_aliases.contains(alias)) {
                self.said.push(
                    Diagnostic::error("duplicate-provider", "Duplicate provider configuration")
                        .detail(format!(
                            "The configuration {name}.{alias} is declared here, but configuration_aliases says that the calling module hands it over. Remove one of the two."
                        ))
                        .at(block.header),
                );
            }
        }
    }
}

/// A version constraint.
fn constraint(expr: &Expr, said: &mut Diagnostics) -> Option<Spanned<String>> {
    let constraints = text(expr, said)?;
    if VersionConstraints::parse(&constraints).is_none() {
        said.push(invalid_constraint().at(expr.span));
        return None;
    }
    Some(Spanned::new(constraints.to_string(), expr.span))
}

/// A text that is no version constraint.
pub(crate) fn invalid_constraint() -> Diagnostic {
    Diagnostic::error("invalid-version", "Invalid version constraint").detail(
        "A version constraint is an operator and a version, or several of them with commas between: \">= 1.5, < 2.0\".",
    )
}
