//! Decides what import blocks ask for: which address, by which id.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use cairn_diag::{Diagnostic, Span};
use cairn_lang::{Access, Step};
use cairn_model::{
    AbsProviderConfig, AbsResourceInstance, InstanceKey, Module, ModuleInstance, ModuleStep,
    Mutation, ObjectStatus, RemoteObject, Resource, ResourceMode, StateObject,
};
use cairn_provider::Problem;
use cairn_value::{Name, Value};

use crate::messages::placed;
use crate::moves::Endpoint;
use crate::planner::{ImportBatch, ImportRequest, Planner};

/// The resource block that an import block leads to; keys are passed over, so that they may be expressions.
pub(crate) fn static_target(to: &Access<Name>) -> Option<(Module, Resource)> {
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
    pub(crate) fn is_importing(
        &mut self,
        module: &Module,
        resource: &Resource,
        provider: &AbsProviderConfig,
    ) -> bool {
        if self.tree.root.config.imports.is_empty() {
            return false;
        }
        let key = (module.clone(), resource.clone());
        if self.imports.looked_at.insert(key.clone()) {
            let config = self.tree.root.config.clone();
            for import in &config.imports {
                if static_target(&import.to).as_ref() == Some(&key) {
                    self.want_import(import, provider);
                }
            }
        }
        self.imports.open.get(&key).is_some_and(|n| *n > 0)
    }

    fn want_import(&mut self, import: &cairn_lang::Import, provider: &AbsProviderConfig) {
        if import.for_each.is_some() {
            self.messages.push(
                Diagnostic::error("import-for-each", "Import blocks cannot be repeated")
                    .detail("This version of cairn does not evaluate `for_each` of import blocks. Write one block for each object.")
                    .at(import.span),
            );
            return;
        }
        let root = ModuleInstance::root();
        let Some(addr) = self.import_addr(&import.to, import.span) else {
            return;
        };
        if self.prior.get(&addr).is_some_and(|r| r.current.is_some()) {
            return;
        }
        let id = self.evaluator.expression(&root, &import.id, &self.values);
        let failed = id.diagnostics.has_errors();
        self.messages.extend(id.diagnostics);
        self.imports.spans.insert(addr.clone(), import.span);
        let readable = self
            .providers
            .get(provider)
            .is_some_and(|p| p.known.is_some());
        match id.value.as_str() {
            Some(text) if !text.is_empty() && readable => {
                self.imports
                    .next
                    .entry(provider.clone())
                    .or_default()
                    .push(ImportRequest {
                        ty: addr.resource.resource.ty.clone(),
                        id: text.to_owned(),
                        addr: addr.clone(),
                    });
                *self.imports.open.entry(addr.resource.config()).or_default() += 1;
            }
            _ => {
                if !failed {
                    self.messages.push(
                        Diagnostic::error("import-id-unknown", "Invalid import id")
                            .detail("The id must be a string that is not empty, and it and the provider's configuration must be known while planning.")
                            .at(import.id.span)
                            .address(addr.to_string()),
                    );
                }
                self.imports.failed.insert(addr);
            }
        }
    }

    fn import_addr(&mut self, to: &Access<Name>, span: Span) -> Option<AbsResourceInstance> {
        let root = ModuleInstance::root();
        let mut words: Vec<(Name, InstanceKey)> = vec![(to.source.clone(), InstanceKey::None)];
        for step in &to.steps {
            match step {
                Step::Attr(n, _) => words.push((n.clone(), InstanceKey::None)),
                Step::Index(e, _) => {
                    let key = self.evaluator.expression(&root, e, &self.values);
                    let bad = key.diagnostics.has_errors();
                    self.messages.extend(key.diagnostics);
                    let parsed = match key.value.peel() {
                        Value::String(s) => Some(InstanceKey::Key(s.clone())),
                        v => v
                            .as_i64()
                            .and_then(|i| u64::try_from(i).ok())
                            .map(InstanceKey::Index),
                    };
                    let (Some(key), Some(last)) = (parsed, words.last_mut()) else {
                        if !bad {
                            self.messages.push(
                                Diagnostic::error(
                                    "invalid-import-address",
                                    "Invalid import target",
                                )
                                .detail("The keys of the address must be known strings or whole numbers.")
                                .at(span),
                            );
                        }
                        return None;
                    };
                    last.1 = key;
                }
            }
        }
        let mut steps = Vec::new();
        let mut words = words.into_iter().peekable();
        while words.next_if(|(w, _)| &**w == "module").is_some() {
            let (name, key) = words.next()?;
            steps.push(ModuleStep { name, key });
        }
        let (ty, _) = words.next()?;
        let (name, key) = words.next()?;
        Some(
            Resource {
                mode: ResourceMode::Managed,
                ty,
                name,
            }
            .in_module(ModuleInstance::new(steps))
            .instance(key),
        )
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
                        let object = Arc::new(StateObject {
                            remote,
                            sensitive: Vec::new(),
                            status: ObjectStatus::Ready,
                            dependencies: Arc::from([]),
                            create_before_destroy: false,
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

    /// Import blocks whose target the configuration does not have.
    pub(crate) fn unused_imports(&mut self) {
        let config = self.tree.root.config.clone();
        for import in &config.imports {
            let found = static_target(&import.to).is_some_and(|(m, r)| {
                self.tree
                    .get(&m)
                    .is_some_and(|n| n.config.resources.contains_key(&r))
            });
            if !found {
                self.messages.push(
                    Diagnostic::error("import-target-missing", "Configuration for import target does not exist")
                        .detail("There is no resource block for the address to import into. Write the block, then import.")
                        .at(import.span),
                );
            }
        }
        let missing: Vec<AbsResourceInstance> = self
            .imports
            .done
            .keys()
            .filter(|a| !self.changes_of.contains_key(&a.resource) || self.change_at(a).is_none())
            .cloned()
            .collect();
        if !self.messages.has_errors() {
            for addr in missing {
                self.messages.push(
                    Diagnostic::error(
                        "import-target-missing",
                        "Configuration for import target does not exist",
                    )
                    .detail(format!(
                        "The configuration has no instance {addr} to import into."
                    ))
                    .at_opt(self.imports.spans.get(&addr).copied())
                    .address(addr.to_string()),
                );
            }
        }
    }
}
