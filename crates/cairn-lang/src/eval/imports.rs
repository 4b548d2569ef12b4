//! Decides what an import block asks for: the addresses, whose keys may be expressions, and the ids.

use cairn_diag::Diagnostic;
use cairn_model::{
    AbsResourceInstance, InstanceKey, ModuleInstance, ModuleStep, Resource, ResourceMode,
};
use cairn_value::{Name, Type, Value, convert};

use super::run::Run;
use super::scope::{Repeat, Scope};
use super::{InstanceKeys, WantedImport};
use crate::config::Import;
use crate::syntax::{Access, Step};

impl Run<'_, '_> {
    pub(crate) fn imports(&mut self, import: &Import) -> Vec<WantedImport> {
        let once = Scope::of(0, &Repeat::Once);
        let scopes: Vec<Repeat> = match &import.for_each {
            None => vec![Repeat::Once],
            Some(expr) => match self.for_each(expr, &once, "import") {
                InstanceKeys::ForEach(keys) => keys
                    .iter()
                    .map(|(k, v)| Repeat::Each(k.clone(), v.clone()))
                    .collect(),
                _ => Vec::new(),
            },
        };
        scopes
            .iter()
            .filter_map(|repeat| self.import(import, &Scope::of(0, repeat)))
            .collect()
    }

    fn import(&mut self, import: &Import, scope: &Scope<'_>) -> Option<WantedImport> {
        let addr = self.import_address(&import.to, scope)?;
        let n = self.diags.len();
        let id = self.checked(&import.id, scope);
        if self.failed_since(n) {
            return None;
        }
        let problem = if id.is_null() {
            Some("The id is null. It must be the string that the provider knows the object by.")
        } else if id.marks().is_sensitive() {
            Some(
                "The id is sensitive or was made from a value that is, but ids are shown. Use a value that is not sensitive.",
            )
        } else if id.as_str() == Some("") {
            Some("The id is empty. It must be the string that the provider knows the object by.")
        } else {
            None
        };
        let id = match (problem, convert(id.peel(), &Type::String)) {
            (None, Ok(id)) => id,
            (problem, _) => {
                let detail = problem.unwrap_or("The id must be a string.");
                let d = Diagnostic::error("invalid-import-id", "Invalid import id argument")
                    .detail(detail)
                    .at(import.id.span)
                    .address(addr.to_string());
                self.fail(d, &import.id, scope);
                return None;
            }
        };
        Some(WantedImport { addr, id })
    }

    fn import_address(
        &mut self,
        to: &Access<Name>,
        scope: &Scope<'_>,
    ) -> Option<AbsResourceInstance> {
        let mut words = vec![(to.source.clone(), InstanceKey::None)];
        for step in &to.steps {
            match step {
                Step::Attr(name, _) => words.push((name.clone(), InstanceKey::None)),
                Step::Index(key, span) => {
                    let n = self.diags.len();
                    let value = self.checked(key, scope);
                    if self.failed_since(n) {
                        return None;
                    }
                    let parsed = match &value {
                        Value::String(s) => Some(InstanceKey::Key(s.clone())),
                        Value::Number(i) => i.to_u64().map(InstanceKey::Index),
                        _ => None,
                    };
                    let Some(parsed) = parsed else {
                        let d = Diagnostic::error(
                            "invalid-import-address",
                            "Invalid import to argument",
                        )
                        .detail("The keys of the address must be strings or whole numbers that are known, not sensitive and not null.")
                        .at(*span);
                        self.fail(d, key, scope);
                        return None;
                    };
                    if let Some(last) = words.last_mut() {
                        last.1 = parsed;
                    }
                }
            }
        }
        let mut words = words.into_iter().peekable();
        let mut steps = Vec::new();
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
}
