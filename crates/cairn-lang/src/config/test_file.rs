//! Decides what a test file (`*.tftest.hcl`) says: variables, provider configurations and runs with their assertions.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;

use cairn_diag::{Diagnostic, Diagnostics, SourceMap, Span, Spanned, nearest};
use cairn_value::Name;

use super::constant::{flag, text};
use super::decode::Decoder;
use super::fields::Fields;
use super::json_file::test_from_json;
use super::mocks::{MockProvider, Overrides};
use super::types::{Condition, ProviderBlock, ProviderRef};
use crate::syntax::{Attribute, Block, ExprKind, parse_file, parse_json};
use crate::tree::ModuleSource;

/// The blocks that a test file can have.
const BLOCKS: [&str; 7] = [
    "variables",
    "provider",
    "mock_provider",
    "override_resource",
    "override_data",
    "override_module",
    "run",
];

/// A file of tests.
#[derive(Clone, Debug, Default)]
pub struct TestFile {
    /// Values of root variables for all runs.
    pub variables: Vec<Attribute>,
    /// Provider configurations, in place of those of the configuration with the same name and alias.
    pub providers: BTreeMap<(Name, Option<Name>), ProviderBlock>,
    /// Provider configurations that reach nothing, in place of those of the configuration with the same name and alias.
    pub mocks: BTreeMap<(Name, Option<Name>), MockProvider>,
    /// Objects and modules that all runs have values in place of.
    pub overrides: Overrides,
    /// The runs in order.
    pub runs: Vec<TestRun>,
}

/// A `run` block.
#[derive(Clone, Debug)]
pub struct TestRun {
    /// Its name.
    pub name: Spanned<Name>,
    /// `module`: the folder of the module that it runs in place of the one under test, as it is written.
    pub module: Option<Spanned<String>>,
    /// `state_key`: the name of the state it works on; that of its module where it says none.
    pub state_key: Option<String>,
    /// `providers`: which configurations the module gets, its own name for them first. Empty where it gets all.
    pub providers: Vec<(ProviderRef, ProviderRef)>,
    /// It makes a plan and does not apply it.
    pub only_plans: bool,
    /// `plan_options`: only what is recorded is compared with the world.
    pub refresh_only: bool,
    /// `plan_options`: recorded objects are read first.
    pub refresh: bool,
    /// `plan_options`: addresses that the plan is limited to.
    pub target: Vec<Spanned<String>>,
    /// `plan_options`: addresses of what is to be replaced.
    pub replace: Vec<Spanned<String>>,
    /// Values of root variables, over those of the file.
    pub variables: Vec<Attribute>,
    /// Objects and modules that it has values in place of, over those of the file.
    pub overrides: Overrides,
    /// What must hold afterwards.
    pub asserts: Vec<Condition>,
    /// What must not hold: addresses of variables, outputs, checks and resources whose conditions have to fail.
    pub expect_failures: Vec<Spanned<String>>,
}

impl TestFile {
    /// Reads a test file; one whose name ends with `.json` is in the JSON syntax.
    pub fn parse(sources: &mut SourceMap, name: &str, source: &str) -> (Self, Diagnostics) {
        let id = sources.add(name, source);
        let (body, said) = if Path::new(name).extension().is_some_and(|e| e == "json") {
            match parse_json(id, source) {
                Ok(json) => {
                    let mut said = Diagnostics::new();
                    (test_from_json(&json, &mut said), said)
                }
                Err(said) => return (Self::default(), said),
            }
        } else {
            parse_file(id, source)
        };
        let mut decoder = Decoder::new(sources);
        decoder.said = said;
        let mut file = Self::default();
        for attribute in &body.attributes {
            let d = super::fields::unsupported_argument(attribute, &[], &BLOCKS);
            decoder.push(d);
        }
        let mut variables: Option<Span> = None;
        for block in body.blocks {
            match &*block.ty {
                "variables" => {
                    if variables.replace(block.header).is_some() {
                        decoder.push(
                            Diagnostic::error("repeated-variables", "Multiple \"variables\" blocks")
                                .detail("A test file has one `variables` block for all of its runs. Put the values together.")
                                .at(block.header),
                        );
                    }
                    file.variables.extend(decoder.test_variables(block));
                }
                "provider" => decoder.provider(block),
                "mock_provider" => decoder.add_mock(&mut file, block),
                "override_resource" | "override_data" => {
                    decoder.override_object(&mut file.overrides, block, false);
                }
                "override_module" => decoder.override_module(&mut file.overrides, block),
                "run" => {
                    if let Some(run) = decoder.run(block) {
                        if let Some(first) =
                            file.runs.iter().find(|r| r.name.value == run.name.value)
                        {
                            let first = first.name.span;
                            decoder.duplicate(
                                "duplicate-run",
                                "Duplicate \"run\" block names",
                                "run block",
                                &run.name,
                                first,
                            );
                        }
                        file.runs.push(run);
                    }
                }
                _ => decoder.push(super::fields::unsupported_block(&block, &BLOCKS, &[])),
            }
        }
        file.providers = std::mem::take(&mut decoder.config.providers);
        for (key, mock) in &file.mocks {
            if let Some(block) = file.providers.get(key) {
                decoder.configured_twice(mock, block.header);
            }
        }
        (file, decoder.said)
    }
}

impl Decoder<'_> {
    /// A `mock_provider` block of a file, under its name and alias, unless the file has one of these already.
    fn add_mock(&mut self, file: &mut TestFile, block: Block) {
        let Some(mock) = self.mock_provider(block) else {
            return;
        };
        let alias = mock.alias.as_ref().map(|a| a.value.clone());
        match file.mocks.entry((mock.name.value.clone(), alias)) {
            Entry::Occupied(first) => self.configured_twice(&mock, first.get().header),
            Entry::Vacant(free) => {
                free.insert(mock);
            }
        }
    }

    fn configured_twice(&mut self, mock: &MockProvider, other: Span) {
        let place = self.place(other);
        let name = match &mock.alias {
            Some(alias) => format!("{}.{}", mock.name.value, alias.value),
            None => mock.name.value.to_string(),
        };
        self.push(
            Diagnostic::error("duplicate-provider", "Duplicate provider block")
                .detail(format!("A configuration {name} is declared {place} already. Give one of the two another alias."))
                .at(mock.header),
        );
    }

    /// A run hands over a configuration of its file as a whole: blocks of test files are not repeated, so they have no keys.
    fn refuse_keys(&mut self, passed: &[(ProviderRef, ProviderRef)]) {
        for (_, here) in passed.iter().filter(|(_, here)| here.key.is_some()) {
            self.push(
                Diagnostic::error("provider-instance-key", "Invalid provider configuration reference")
                    .detail(format!(
                        "A run hands over a configuration of the provider `{}` by its name and alias alone; one instance of a repeated configuration cannot be selected here.",
                        here.name
                    ))
                    .at_opt(here.span)
                    .hint("Declare a `provider` block with an alias for it in the test file."),
            );
        }
    }

    fn test_variables(&mut self, block: Block) -> Vec<Attribute> {
        let (labels, fields) = Fields::new(block);
        let header = fields.header;
        self.labels::<0>(&labels, "variables", [], header);
        let body = fields.rest(header);
        for nested in &body.blocks {
            self.push(super::fields::unsupported_block(nested, &[], &[]));
        }
        body.attributes
    }

    fn run(&mut self, block: Block) -> Option<TestRun> {
        let (labels, mut fields) = Fields::new(block);
        let header = fields.header;
        let [name] = self.labels(&labels, "run", ["name"], header)?;
        let before = self.said.len();
        let ok = self.check_name(&name, "Invalid run block name");
        let command = fields.take("command");
        let command =
            command.and_then(|a| self.word(&a, "Invalid \"command\" keyword", ["plan", "apply"]));
        let mut variables = Vec::new();
        for block in fields.blocks("variables") {
            variables.extend(self.test_variables(block));
        }
        let asserts = fields.blocks("assert");
        let mut run = TestRun {
            name: name.clone(),
            module: None,
            state_key: None,
            providers: Vec::new(),
            only_plans: command == Some("plan"),
            refresh_only: false,
            refresh: true,
            target: Vec::new(),
            replace: Vec::new(),
            variables,
            overrides: Overrides::default(),
            asserts: self.guards(asserts),
            expect_failures: Vec::new(),
        };
        if let Some(a) = fields.take("expect_failures") {
            run.expect_failures = self.addresses(&a);
        }
        for block in fields.blocks("plan_options") {
            self.plan_options(block, &mut run);
        }
        for (i, block) in fields.blocks("module").into_iter().enumerate() {
            if i > 0 {
                self.push(
                    Diagnostic::error("repeated-module", "Multiple \"module\" blocks")
                        .detail("A run has one module. Remove the other blocks.")
                        .at(block.header),
                );
            }
            run.module = self.run_module(block);
        }
        if let Some(a) = fields.take("state_key") {
            run.state_key = text(&a.expr, &mut self.said).map(|t| t.to_string());
        }
        if let Some(a) = fields.take("providers") {
            run.providers = self.passed_providers(a);
            self.refuse_keys(&run.providers);
        }
        for kind in ["override_resource", "override_data"] {
            for block in fields.blocks(kind) {
                self.override_object(&mut run.overrides, block, false);
            }
        }
        for block in fields.blocks("override_module") {
            self.override_module(&mut run.overrides, block);
        }
        fields.finish(
            &["command", "expect_failures", "providers", "state_key"],
            &[
                "variables",
                "assert",
                "plan_options",
                "module",
                "override_resource",
                "override_data",
                "override_module",
            ],
            &mut self.said,
        );
        for d in self.said.iter_mut().skip(before) {
            d.within
                .get_or_insert_with(|| format!("run {:?}", &*name.value));
        }
        ok.then_some(run)
    }

    /// The folder of the module that a run has in place of the one under test.
    fn run_module(&mut self, block: Block) -> Option<Spanned<String>> {
        let (labels, mut fields) = Fields::new(block);
        self.labels::<0>(&labels, "module", [], fields.header);
        let source = fields.require("source", &mut self.said);
        let version = fields.take("version");
        fields.finish(&["source", "version"], &[], &mut self.said);
        let source = source?.expr;
        let written = text(&source, &mut self.said)?;
        match ModuleSource::parse(&written) {
            Ok(ModuleSource::Local(folder)) => {
                if let Some(version) = version {
                    self.push(
                        Diagnostic::error("version-of-local-module", "Invalid registry module source address")
                            .detail("A module in a local folder has no version; it is what lies in the folder. Remove `version`.")
                            .at(version.name_span),
                    );
                }
                Some(Spanned::new(folder, source.span))
            }
            Ok(_) => {
                self.push(
                    Diagnostic::error("run-module-not-local", "Module of a run is not in a local folder")
                        .detail("cairn runs modules of tests from local folders, whose paths begin with ./ or ../, seen from the folder under test.")
                        .hint("Write a module in a folder such as ./tests/setup that calls this one.")
                        .at(source.span),
                );
                None
            }
            Err(reason) => {
                self.push(
                    Diagnostic::error("module-source", "Invalid module source address")
                        .detail(reason)
                        .at(source.span),
                );
                None
            }
        }
    }

    fn plan_options(&mut self, block: Block, run: &mut TestRun) {
        let (labels, mut fields) = Fields::new(block);
        self.labels::<0>(&labels, "plan_options", [], fields.header);
        if let Some(a) = fields.take("mode") {
            let mode = self.word(&a, "Invalid \"mode\" keyword", ["normal", "refresh-only"]);
            run.refresh_only = mode == Some("refresh-only");
        }
        if let Some(a) = fields.take("refresh") {
            run.refresh = flag(&a.expr, &mut self.said).unwrap_or(true);
        }
        if let Some(a) = fields.take("target") {
            run.target = self.addresses(&a);
        }
        if let Some(a) = fields.take("replace") {
            run.replace = self.addresses(&a);
        }
        fields.finish(
            &["mode", "refresh", "target", "replace"],
            &[],
            &mut self.said,
        );
    }

    /// A word of two, written without quotes, except in JSON.
    pub(super) fn word(
        &mut self,
        attribute: &Attribute,
        summary: &'static str,
        words: [&'static str; 2],
    ) -> Option<&'static str> {
        let (what, expr) = (&attribute.name, &attribute.expr);
        let mut given = self.sources.text(expr.span).unwrap_or_default();
        if matches!(expr.kind, ExprKind::Ref(_)) {
            given = given.trim_matches('"');
        }
        let given = given.to_owned();
        let found = words.into_iter().find(|w| *w == given);
        if found.is_none() {
            let near =
                nearest(&given, words).map_or(String::new(), |n| format!(" Did you mean {n}?"));
            self.push(
                Diagnostic::error("invalid-word", summary)
                    .detail(format!(
                        "{what} is either {} or {}, without quotes.{near}",
                        words[0], words[1]
                    ))
                    .at(expr.span),
            );
        }
        found
    }

    /// A list of addresses as they are written.
    fn addresses(&mut self, attribute: &Attribute) -> Vec<Spanned<String>> {
        let ExprKind::Tuple(items) = &attribute.expr.kind else {
            self.push(
                Diagnostic::error("list-of-addresses", "Invalid list of addresses")
                    .detail(format!(
                        "`{}` is a list of addresses: [a.b, var.c].",
                        attribute.name
                    ))
                    .at(attribute.expr.span),
            );
            return Vec::new();
        };
        let mut found = Vec::new();
        for item in items {
            if matches!(item.kind, ExprKind::Ref(_)) {
                let text = self.sources.text(item.span).unwrap_or_default();
                // In JSON it is a string, and so are the keys in it.
                let text = text.trim_matches('"').replace("\\\"", "\"");
                found.push(Spanned::new(text, item.span));
            } else {
                self.push(
                    Diagnostic::error("invalid-address", "Invalid address")
                        .detail("An address is written without quotes, as in var.name or a.b[0].")
                        .at(item.span),
                );
            }
        }
        found
    }
}
