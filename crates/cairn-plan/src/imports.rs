//! Decides what import blocks ask for: which address, by which id.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use cairn_diag::{Diagnostic, Diagnostics, Span, nearest};
use cairn_lang::{Access, ModuleTree, Repetition, Step, WantedImport};
use cairn_model::{
    AbsProviderConfig, AbsResourceInstance, Module, Mutation, ObjectStatus, RemoteObject, Resource,
    StateObject,
};
use cairn_provider::Problem;
use cairn_value::{Name, Value};

use crate::messages::placed;
use crate::moves::Endpoint;
use crate::planner::{ImportBatch, ImportRequest, Planner};
use crate::write_only::recordable;

/// The resource block that an import block leads to; keys are passed over, so that they may be expressions.
pub fn static_target(to: &Access<Name>) -> Option<(Module, Resource)> {
    let mut plain = to.clone();
    plain.steps.retain(|s| matches!(s, Step::Attr(..)));
    let end = Endpoint::parse(&plain)?;
    let (resource, _) = end.resource.clone()?;
    Some((end.module(&Module::root()), resource))
}

/// Imports that have been asked for, and what came of them.
#[derive(Debug, Default)]
pub(crate) struct Imports {
    next: BTreeMap<AbsProviderConfig, Vec<ImportRequest>>,
    asked: Vec<(AbsProviderConfig, Vec<ImportRequest>)>,
    looked_at: HashSet<(Module, Resource)>,
    open: HashMap<(Module, Resource), usize>,
    spans: HashMap<AbsResourceInstance, Span>,
    /// What was imported and by which id.
    pub(crate) done: HashMap<AbsResourceInstance, (Arc<StateObject>, String)>,
    /// Imports that failed: nothing is planned there.
    pub(crate) failed: HashSet<AbsResourceInstance>,
}

impl Planner<'_> {
    /// Asks for the imports into a resource block; whether answers are awaited.
    pub(crate) fn is_importing(&mut self, module: &Module, resource: &Resource) -> bool {
        if self.tree.root.config.imports.is_empty() {
            return false;
        }
        let key = (module.clone(), resource.clone());
        if self.imports.looked_at.insert(key.clone()) {
            let config = self.tree.root.config.clone();
            let mut wanted = BTreeMap::new();
            for import in &config.imports {
                if static_target(&import.to).as_ref() == Some(&key) {
                    let found = self.evaluator.imports(import, &self.values);
                    self.messages.extend(found.diagnostics);
                    // Of two for one instance the later counts.
                    let found = found.value.into_iter();
                    wanted.extend(found.map(|WantedImport { addr, id }| (addr, (id, import))));
                }
            }
            for (addr, (id, import)) in wanted {
                self.want_import(addr, &id, import);
            }
        }
        self.imports.open.get(&key).is_some_and(|n| *n > 0)
    }

    fn want_import(&mut self, addr: AbsResourceInstance, id: &Value, import: &cairn_lang::Import) {
        if self.prior.get(&addr).is_some_and(|r| r.current.is_some()) {
            return;
        }
        self.imports.spans.insert(addr.clone(), import.span);
        // An instance that the configuration does not have is refused below, as one that was imported for nothing.
        let (module, resource) = addr.resource.config();
        let Some(block) = self
            .tree
            .get(&module)
            .and_then(|n| n.config.resources.get(&resource))
        else {
            return;
        };
        let selection = self.tree.provider_selection(&module, &block.provider);
        let provider = if selection.key.is_none() {
            selection.config
        } else {
            let found = self.evaluator.resource_provider(&addr, &self.values);
            self.messages.extend(found.diagnostics);
            let Some(provider) = found.value else {
                self.imports.failed.insert(addr);
                return;
            };
            provider
        };
        let readable = self.is_readable(&provider);
        let Some(id) = id.as_str().filter(|_| readable) else {
            if !self.options.validate_only {
                self.messages.push(
                    Diagnostic::error("import-id-unknown", "Invalid import id argument")
                        .detail("The id and the configuration of the provider must be known while planning, but they depend on something that is known only after apply. Make that first, with -target.")
                        .at(import.id.span)
                        .address(addr.to_string()),
                );
            }
            self.imports.failed.insert(addr);
            return;
        };
        *self.imports.open.entry(addr.resource.config()).or_default() += 1;
        self.imports
            .next
            .entry(provider)
            .or_default()
            .push(ImportRequest {
                ty: addr.resource.resource.ty.clone(),
                id: id.to_owned(),
                addr,
            });
    }

    /// The next round of imports, if there is any.
    pub(crate) fn pending_imports(&mut self) -> Option<Vec<ImportBatch>> {
        let next = std::mem::take(&mut self.imports.next);
        if next.is_empty() {
            return None;
        }
        let mut batches = Vec::new();
        for (provider, requests) in next {
            let config = self.providers[&provider]
                .known
                .clone()
                .expect("imports are asked of providers with known configuration only");
            self.imports
                .asked
                .push((provider.clone(), requests.clone()));
            batches.push(ImportBatch {
                provider,
                config,
                requests,
            });
        }
        Some(batches)
    }

    /// Takes the answers to a round.
    pub(crate) fn take_imports(&mut self, answers: Vec<Vec<Result<RemoteObject, Vec<Problem>>>>) {
        let asked = std::mem::take(&mut self.imports.asked);
        for ((provider, requests), answers) in asked.into_iter().zip(answers) {
            for (request, answer) in requests.into_iter().zip(answers) {
                if let Some(open) = self.imports.open.get_mut(&request.addr.resource.config()) {
                    *open -= 1;
                }
                match answer {
                    Ok(remote) => {
                        let ty = &request.ty;
                        let object = Arc::new(StateObject {
                            remote: recordable(&provider, ty, remote, self.registry),
                            sensitive: Vec::new(),
                            status: ObjectStatus::Ready,
                            dependencies: Arc::from([]),
                            create_before_destroy: false,
                            keeps_object: false,
                        });
                        self.prelude.push(Mutation::Put {
                            addr: request.addr.clone(),
                            deposed: None,
                            provider: provider.clone(),
                            object: object.clone(),
                        });
                        self.imports.done.insert(request.addr, (object, request.id));
                    }
                    Err(problems) => {
                        for p in problems {
                            let mut d = placed(p, &request.addr, &self.evaluator);
                            d.subject = self.imports.spans.get(&request.addr).copied();
                            self.messages.push(d);
                        }
                        self.imports.failed.insert(request.addr);
                    }
                }
            }
        }
    }

    /// Objects that were imported into instances that the configuration does not have.
    pub(crate) fn unused_imports(&mut self) {
        if self.messages.has_errors() {
            return;
        }
        let mut missing: Vec<AbsResourceInstance> = self
            .imports
            .done
            .keys()
            .filter(|a| self.change_at(a).is_none())
            .cloned()
            .collect();
        missing.sort();
        for addr in missing {
            self.messages.push(
                Diagnostic::error("import-target-missing", TARGET_MISSING)
                    .detail(format!(
                        "The configuration has no instance {addr} to import into."
                    ))
                    .at_opt(self.imports.spans.get(&addr).copied())
                    .address(addr.to_string()),
            );
        }
    }
}

pub(crate) const TARGET_MISSING: &str = "Configuration for import target does not exist";

/// Import blocks into resources that the configuration does not have.
pub(crate) fn without_target(tree: &ModuleTree) -> Diagnostics {
    let has = |(m, r): (Module, Resource)| {
        tree.get(&m)
            .is_some_and(|n| n.config.resources.contains_key(&r))
    };
    let absent = |i: &&cairn_lang::Import| !static_target(&i.to).is_some_and(has);
    let imports = tree.root.config.imports.iter();
    let keyless = imports.clone().filter_map(|i| without_key(tree, i));
    imports
        .filter(absent)
        .map(|i| {
            let meant = static_target(&i.to).and_then(|(_, wanted)| {
                let names = tree.root.config.resources.keys();
                let same_type = names.filter(|r| r.mode == wanted.mode && r.ty == wanted.ty);
                let near = nearest(&wanted.name, same_type.map(|r| &*r.name))?;
                Some(format!(" Did you mean {}.{near}?", wanted.ty))
            });
            Diagnostic::error("import-target-missing", TARGET_MISSING)
                .detail(format!(
                    "There is no resource block for the address to import into. Write the block, then import.{}",
                    meant.unwrap_or_default()
                ))
                .at(i.to.source_span)
                .context(i.span)
                .hint("`cairn plan -generate-config-out=FILE` writes the block from the object that is there.")
        })
        .chain(keyless)
        .collect()
}

/// An import into all of a resource that has instances with keys.
fn without_key(tree: &ModuleTree, import: &cairn_lang::Import) -> Option<Diagnostic> {
    let (module, resource) = static_target(&import.to)?;
    let block = tree.get(&module)?.config.resources.get(&resource)?;
    let repeated = match &block.repetition {
        Repetition::Count(_) => "count",
        Repetition::ForEach(_) => "for_each",
        Repetition::Once | Repetition::Enabled(_) => return None,
    };
    if matches!(import.to.steps.last(), Some(Step::Index(..))) {
        return None;
    }
    Some(
        Diagnostic::error("import-without-key", "Invalid import 'to' expression")
            .detail(format!(
                "{}.{} has `{repeated}`, so an object is imported into one of its instances. Write the instance's key in brackets behind the name.",
                resource.ty, resource.name
            ))
            .at(import.to.source_span)
            .context(import.span),
    )
}
