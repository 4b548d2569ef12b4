//! Decides what a run begins with: its module, its state, its provider configurations, and what stands in for what.

use std::sync::Arc;

use cairn_diag::{Diagnostic, Diagnostics, Spanned};
use cairn_lang::{
    Body, MockProvider, ModuleTree, Overrides, ProviderBlock, ProviderRef, TestFile, TestRun,
};
use cairn_model::{AbsResource, Module, Target};
use cairn_value::Name;

use super::FileRun;
use super::doubles::{Doubles, replace_modules};
use super::held::Held;

/// A provider configuration of a test file.
#[derive(Clone, Copy)]
enum Configured<'f> {
    Real(&'f ProviderBlock),
    Mocked(&'f MockProvider),
}

impl<'f> Configured<'f> {
    fn get(file: &'f TestFile, key: &(Name, Option<Name>)) -> Option<Self> {
        let real = file.providers.get(key).map(Self::Real);
        real.or_else(|| file.mocks.get(key).map(Self::Mocked))
    }
}

impl FileRun<'_> {
    /// Turns to the module and the state of a run.
    pub(super) fn enter(&mut self, file: &TestFile, run: &TestRun) -> Diagnostics {
        let mut said = Diagnostics::new();
        let module = run.module.as_ref().map_or("", |m| &*m.value);
        if let Some(tree) = self.modules.get(module) {
            self.project.tree = tree.clone();
        }
        let key = run.state_key.as_deref().unwrap_or(module);
        if self.held.key != key {
            let next = self.others.remove(key).unwrap_or_else(|| Held::new(key));
            let before = std::mem::replace(&mut self.held, next);
            self.others.insert(before.key.clone(), before);
        }
        let configured = self.configured(file, run, &mut said);
        let tree = &mut self.project.tree;
        let mut mocked = Vec::new();
        for ((name, alias), with) in configured {
            let config = Arc::make_mut(&mut tree.root.config);
            let key = (name.clone(), alias.clone());
            let mut block = match with {
                Configured::Real(block) => block.clone(),
                Configured::Mocked(mock) => {
                    mocked.push((key.clone(), mock));
                    silent(mock, config.providers.get(&key))
                }
            };
            // A run may hand it over under another name.
            let place = block.name.span;
            block.name = Spanned::new(name, place);
            block.alias = alias.map(|a| Spanned::new(a, place));
            config.providers.insert(key, block);
        }
        let tree = &mut self.project.tree;
        let overrides = [&file.overrides, &run.overrides];
        replace_modules(tree, overrides);
        let mocked: Vec<_> = mocked
            .into_iter()
            .map(|((name, alias), mock)| {
                let reference = ProviderRef {
                    name,
                    alias,
                    key: None,
                    span: None,
                };
                let config = tree.provider_config(&Module::root(), &reference);
                (config, &mock.mocks)
            })
            .collect();
        let doubles = Doubles::new(tree, overrides, mocked);
        said.extend(doubles.refused_imports(tree));
        said.extend(missing_targets(&run.overrides, &[&*tree]));
        self.registry = doubles.before(&self.providers.registry);
        said
    }

    /// The provider configurations that a run has from its file: those that it names, else all.
    fn configured<'f>(
        &self,
        file: &'f TestFile,
        run: &TestRun,
        said: &mut Diagnostics,
    ) -> Vec<((Name, Option<Name>), Configured<'f>)> {
        if run.providers.is_empty() {
            let keys = file.providers.keys().chain(file.mocks.keys());
            return keys
                .filter_map(|key| Some((key.clone(), Configured::get(file, key)?)))
                .collect();
        }
        let mut found = Vec::new();
        for (there, here) in &run.providers {
            let written = match &here.alias {
                Some(alias) => format!("{}.{alias}", here.name),
                None => here.name.to_string(),
            };
            let Some(with) = Configured::get(file, &(here.name.clone(), here.alias.clone())) else {
                said.push(
                    Diagnostic::error("undeclared-provider", format!("Missing provider definition for {written}"))
                        .detail(format!("{} declares no provider configuration {written}.", self.path))
                        .at_opt(here.span)
                        .hint("A run hands over configurations of its own test file. Declare it there in a `provider` or `mock_provider` block."),
                );
                continue;
            };
            found.push(((there.name.clone(), there.alias.clone()), with));
        }
        found
    }
}

/// The block of a provider configuration that says nothing, with the keys of the one that it replaces.
fn silent(mock: &MockProvider, replaced: Option<&ProviderBlock>) -> ProviderBlock {
    ProviderBlock {
        name: mock.name.clone(),
        alias: mock.alias.clone(),
        for_each: replaced.and_then(|b| b.for_each.clone()),
        body: Arc::new(Body {
            attributes: Vec::new(),
            blocks: Vec::new(),
            span: mock.header,
            json: false,
            partial: false,
        }),
        header: mock.header,
    }
}

/// Warns of targets that are in none of the configurations.
pub(super) fn missing_targets(overrides: &Overrides, trees: &[&ModuleTree]) -> Diagnostics {
    let is_there = |target: &Target| {
        trees.iter().any(|tree| match target {
            Target::Module(m) => tree.get(&m.module()).is_some(),
            Target::Resource(r) => has_resource(tree, r),
            Target::Instance(i) => has_resource(tree, &i.resource),
        })
    };
    let objects = overrides.objects.values();
    let objects = objects.map(|(target, given)| (target.clone(), given.span));
    let modules = overrides.modules.values();
    let modules = modules.map(|(module, given)| (Target::Module(module.clone()), given.span));
    let missing = objects.chain(modules).filter(|(t, _)| !is_there(t));
    missing
        .map(|(target, span)| {
            Diagnostic::warning("missing-override-target", "Invalid override target")
                .detail(format!(
                    "The configuration under test has no {target}, so nothing is overridden. The address may have a mistake, or be left from before."
                ))
                .at(span)
        })
        .collect()
}

fn has_resource(tree: &ModuleTree, addr: &AbsResource) -> bool {
    let (module, resource) = addr.config();
    tree.get(&module)
        .is_some_and(|node| node.config.resources.contains_key(&resource))
}
