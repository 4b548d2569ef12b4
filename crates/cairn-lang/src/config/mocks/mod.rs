//! Decides what tests put in place of providers, objects and modules: `mock_provider`, `override_resource`, `override_data`,
//! `override_module`, and files of mocks (`*.tfmock.hcl`).

use std::collections::BTreeMap;
use std::path::Path;

use cairn_diag::{Diagnostic, Diagnostics, SourceMap, Span, Spanned};
use cairn_model::{ModuleInstance, ResourceMode, Target};
use cairn_value::{Name, Value};

use super::constant::{constant, text};
use super::decode::Decoder;
use super::fields::Fields;
use super::json_file::mocks_from_json;
use crate::syntax::{Attribute, Block, Expr, ExprKind, parse_file, parse_json};

/// A `mock_provider` block: a provider configuration that reaches nothing.
#[derive(Clone, Debug)]
pub struct MockProvider {
    /// The provider's local name.
    pub name: Spanned<Name>,
    /// The alias.
    pub alias: Option<Spanned<Name>>,
    /// `source`: a folder of files with more mocks, below those of the block.
    pub source: Option<Spanned<String>>,
    /// `override_during = plan`, for what does not say it itself.
    pub while_planning: bool,
    /// What its objects are like.
    pub mocks: Mocks,
    /// The header.
    pub header: Span,
}

/// What the objects of a provider that is mocked are like.
#[derive(Clone, Debug, Default)]
pub struct Mocks {
    /// Types of objects: `mock_resource`, `mock_data`.
    pub types: BTreeMap<(ResourceMode, Name), Given>,
    /// Objects of this provider alone.
    pub overrides: Overrides,
}

/// Objects and modules that tests give values in place of what makes them.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Resources, data sources and instances of these, by address.
    pub objects: BTreeMap<String, (Target, Given)>,
    /// Modules with objects of their outputs, by address.
    pub modules: BTreeMap<String, (ModuleInstance, Given)>,
}

/// The values that a test gives for what the configuration leaves to the provider.
#[derive(Clone, Debug)]
pub struct Given {
    /// An object; attributes that it lacks are made up.
    pub values: Value,
    /// They are there in a plan already (`override_during = plan`).
    pub while_planning: bool,
    /// The block, or where its target is written.
    pub span: Span,
    /// The same as file:line:column, for messages about objects.
    pub place: String,
}

impl Mocks {
    /// Reads a file of mocks; one whose name ends with `.json` is in the JSON syntax. `while_planning` counts for what does
    /// not say it itself.
    pub fn parse(
        sources: &mut SourceMap,
        name: &str,
        source: &str,
        while_planning: bool,
    ) -> (Self, Diagnostics) {
        let id = sources.add(name, source);
        let (body, said) = if Path::new(name).extension().is_some_and(|e| e == "json") {
            match parse_json(id, source) {
                Ok(json) => {
                    let mut said = Diagnostics::new();
                    (mocks_from_json(&json, &mut said), said)
                }
                Err(said) => return (Self::default(), said),
            }
        } else {
            parse_file(id, source)
        };
        let mut decoder = Decoder::new(sources);
        decoder.said = said;
        let mut mocks = Self::default();
        for attribute in &body.attributes {
            let d = super::fields::unsupported_argument(attribute, &[], &MOCK_BLOCKS);
            decoder.push(d);
        }
        for block in body.blocks {
            if MOCK_BLOCKS.contains(&&*block.ty) {
                decoder.mock(&mut mocks, block, while_planning);
            } else {
                decoder.push(super::fields::unsupported_block(&block, &MOCK_BLOCKS, &[]));
            }
        }
        (mocks, decoder.said)
    }

    /// Puts others below these: they count where these say nothing.
    pub fn add_below(&mut self, others: Self) {
        for (ty, given) in others.types {
            self.types.entry(ty).or_insert(given);
        }
        for (target, given) in others.overrides.objects {
            self.overrides.objects.entry(target).or_insert(given);
        }
    }
}

const MOCK_BLOCKS: [&str; 4] = [
    "mock_resource",
    "mock_data",
    "override_resource",
    "override_data",
];

impl Decoder<'_> {
    pub(super) fn mock_provider(&mut self, block: Block) -> Option<MockProvider> {
        let (labels, mut fields) = Fields::new(block);
        let header = fields.header;
        let [name] = self.labels(&labels, "mock_provider", ["name"], header)?;
        let before = self.said.len();
        let ok = self.check_name(&name, "Invalid provider configuration name");
        let alias = fields.take("alias").and_then(|a| {
            let alias = Spanned::new(text(&a.expr, &mut self.said)?, a.expr.span);
            self.check_name(&alias, "Invalid provider configuration alias")
                .then_some(alias)
        });
        let source = fields.take("source").and_then(|a| {
            let source = text(&a.expr, &mut self.said)?;
            Some(Spanned::new(source.to_string(), a.expr.span))
        });
        let while_planning = self.override_during(&mut fields, false);
        let mut mocks = Mocks::default();
        for ty in MOCK_BLOCKS {
            for block in fields.blocks(ty) {
                self.mock(&mut mocks, block, while_planning);
            }
        }
        fields.finish(
            &["alias", "source", "override_during"],
            &MOCK_BLOCKS,
            &mut self.said,
        );
        self.within(before, &format!("mock_provider {:?}", &*name.value));
        ok.then_some(MockProvider {
            name,
            alias,
            source,
            while_planning,
            mocks,
            header,
        })
    }

    /// One of the blocks of a `mock_provider` or a file of mocks.
    fn mock(&mut self, mocks: &mut Mocks, block: Block, while_planning: bool) {
        match &*block.ty {
            "mock_resource" => {
                self.mock_type(
                    mocks,
                    block,
                    "mock_resource",
                    ResourceMode::Managed,
                    while_planning,
                );
            }
            "mock_data" => {
                self.mock_type(
                    mocks,
                    block,
                    "mock_data",
                    ResourceMode::Data,
                    while_planning,
                );
            }
            _ => self.override_object(&mut mocks.overrides, block, while_planning),
        }
    }

    fn mock_type(
        &mut self,
        mocks: &mut Mocks,
        block: Block,
        kind: &'static str,
        mode: ResourceMode,
        while_planning: bool,
    ) {
        let (labels, mut fields) = Fields::new(block);
        let header = fields.header;
        let Some([ty]) = self.labels(&labels, kind, ["type"], header) else {
            return;
        };
        let defaults = fields.take("defaults");
        let while_planning = self.override_during(&mut fields, while_planning);
        fields.finish(&["defaults", "override_during"], &[], &mut self.said);
        let Some(values) = self.values_of(defaults, kind) else {
            return;
        };
        let given = Given {
            values,
            while_planning,
            span: header,
            place: self.position(header),
        };
        if let Some(first) = mocks.types.get(&(mode, ty.value.clone())) {
            let place = self.place(first.span);
            self.push(
                Diagnostic::error("duplicate-mock", format!("Duplicate {kind} block"))
                    .detail(format!(
                        "There is a {kind} for {} {place} already. Put the two together.",
                        ty.value
                    ))
                    .at(header),
            );
            return;
        }
        mocks.types.insert((mode, ty.value), given);
    }

    /// An `override_resource` or `override_data` block.
    pub(super) fn override_object(
        &mut self,
        overrides: &mut Overrides,
        block: Block,
        while_planning: bool,
    ) {
        let (kind, mode) = if &*block.ty == "override_data" {
            ("override_data", ResourceMode::Data)
        } else {
            ("override_resource", ResourceMode::Managed)
        };
        let Some((target, given)) = self.override_of(block, kind, "values", while_planning) else {
            return;
        };
        let targeted = match &target {
            Target::Module(_) => None,
            Target::Resource(r) => Some(r.resource.mode),
            Target::Instance(i) => Some(i.resource.resource.mode),
        };
        if targeted != Some(mode) {
            let what = if mode == ResourceMode::Data {
                "a data source"
            } else {
                "a resource"
            };
            self.wrong_target(kind, what, &target, given.span);
            return;
        }
        let address = target.to_string();
        if let Some((_, first)) = overrides.objects.get(&address) {
            self.overridden_twice(kind, &address, first.span, given.span);
            return;
        }
        overrides.objects.insert(address, (target, given));
    }

    /// An `override_module` block.
    pub(super) fn override_module(&mut self, overrides: &mut Overrides, block: Block) {
        let kind = "override_module";
        let Some((target, given)) = self.override_of(block, kind, "outputs", false) else {
            return;
        };
        let Target::Module(module) = target else {
            self.wrong_target(kind, "a module", &target, given.span);
            return;
        };
        let address = module.to_string();
        if let Some((_, first)) = overrides.modules.get(&address) {
            self.overridden_twice(kind, &address, first.span, given.span);
            return;
        }
        overrides.modules.insert(address, (module, given));
    }

    fn override_of(
        &mut self,
        block: Block,
        kind: &'static str,
        argument: &'static str,
        while_planning: bool,
    ) -> Option<(Target, Given)> {
        let (labels, mut fields) = Fields::new(block);
        let before = self.said.len();
        self.labels::<0>(&labels, kind, [], fields.header);
        let target = fields.take("target");
        if target.is_none() && !fields.may_have("target") {
            self.push(
                Diagnostic::error("missing-argument", "Missing target attribute")
                    .detail(format!(
                        "`{kind}` needs the address of what it stands for: target = a.b."
                    ))
                    .at(fields.header),
            );
        }
        let values = fields.take(argument);
        let while_planning = self.override_during(&mut fields, while_planning);
        fields.finish(
            &["target", argument, "override_during"],
            &[],
            &mut self.said,
        );
        let target = target.and_then(|a| self.target(&a.expr));
        let values = self.values_of(values, kind);
        self.within(before, kind);
        let target = target?;
        Some((
            target.value,
            Given {
                values: values?,
                while_planning,
                span: target.span,
                place: self.position(target.span),
            },
        ))
    }

    fn override_during(&mut self, fields: &mut Fields, otherwise: bool) -> bool {
        let summary = "Invalid override_during value";
        let said = fields
            .take("override_during")
            .and_then(|a| self.word(&a, summary, ["plan", "apply"]));
        said.map_or(otherwise, |word| word == "plan")
    }

    /// A place as file:line:column.
    fn position(&self, span: Span) -> String {
        self.sources
            .locate(span)
            .map_or_else(String::new, |(file, start, _)| {
                format!("{file}:{}:{}", start.line, start.column)
            })
    }

    /// The object that an argument holds; an empty one where it is not there, nothing where it is wrong.
    fn values_of(&mut self, attribute: Option<Attribute>, kind: &str) -> Option<Value> {
        let Some(attribute) = attribute else {
            return Some(Value::object([]));
        };
        let value = constant(&attribute.expr, &mut self.said)?;
        if value.as_object().is_none() {
            self.push(
                Diagnostic::error(
                    "invalid-mock-values",
                    format!("Invalid {} attribute", attribute.name),
                )
                .detail(format!(
                    "`{}` of {kind} is an object: {{ id = \"...\" }}.",
                    attribute.name
                ))
                .at(attribute.expr.span),
            );
            return None;
        }
        Some(value)
    }

    /// An address as it is written, without quotes.
    fn target(&mut self, expr: &Expr) -> Option<Spanned<Target>> {
        let invalid = |summary: &'static str, detail: String| {
            Diagnostic::error("invalid-address", summary)
                .detail(detail)
                .at(expr.span)
        };
        if !matches!(expr.kind, ExprKind::Ref(_)) {
            self.push(invalid(
                "Invalid expression",
                "An address is written without quotes, as in a.b[0] or module.m, and its keys are constant.".to_owned(),
            ));
            return None;
        }
        let written = self.sources.text(expr.span).unwrap_or_default();
        // In JSON it is a string, and so are the keys in it.
        let written = written.trim_matches('"').replace("\\\"", "\"");
        match written.parse() {
            Ok(target) => Some(Spanned::new(target, expr.span)),
            Err(error) => {
                self.push(invalid("Invalid address", format!("{written}: {error}")));
                None
            }
        }
    }

    fn wrong_target(&mut self, kind: &str, what: &str, target: &Target, at: Span) {
        self.push(
            Diagnostic::error("invalid-override-target", "Invalid override target")
                .detail(format!("`{kind}` is for {what}, which {target} is not."))
                .hint("There are override_resource, override_data and override_module.")
                .at(at)
                .within(kind.to_owned()),
        );
    }

    fn overridden_twice(&mut self, kind: &str, address: &str, first: Span, at: Span) {
        let place = self.place(first);
        self.push(
            Diagnostic::error("duplicate-override", format!("Duplicate {kind} block"))
                .detail(format!(
                    "There is one for {address} {place} already. Put the two together."
                ))
                .at(at),
        );
    }

    /// Says in which block the messages since are.
    fn within(&mut self, since: usize, block: &str) {
        for d in self.said.iter_mut().skip(since) {
            d.within.get_or_insert_with(|| block.to_owned());
        }
    }
}

#[cfg(test)]
mod tests;
