//! Decides how one object that exists already is taken into the record at once: `import`, without a plan.

use std::sync::Arc;

use cairn_diag::{Diagnostic, Diagnostics, nearest};
use cairn_lang::{Evaluator, InstanceKeys};
use cairn_model::{
    AbsProviderConfig, AbsResourceInstance, BlockSchema, Dependency, Mutation, ObjectStatus,
    ResourceMode, StateObject,
};
use cairn_plan::{FinalValues, final_provider_config, recordable};
use cairn_provider::Registry;
use cairn_state::StateStore;

use crate::recover::recorded_values;
use crate::sessions::{Sessions, diagnostic, unknown_provider};
use crate::store::state_problem;

/// Reads the object of this id from the provider and records it at the address, which the configuration must have and the
/// state must not. One commit, or nothing.
pub async fn import(
    addr: &AbsResourceInstance,
    id: &str,
    evaluator: &mut Evaluator<'_>,
    registry: &Registry,
    sessions: &mut Sessions<'_>,
    store: &mut dyn StateStore,
) -> Diagnostics {
    let values = match recorded_values(store) {
        Ok(values) => values,
        Err(problem) => return problem.into(),
    };
    let taken = store.load().map(|s| s.current(addr).is_some());
    match taken {
        Ok(false) => {}
        Ok(true) => return already_managed(addr).into(),
        Err(error) => return state_problem(&error).into(),
    }
    match store.open_intents() {
        Ok(open)
            if open
                .iter()
                .any(|i| i.call.requests.iter().any(|r| r.addr == *addr)) =>
        {
            return Diagnostic::error("interrupted-call-undecided", "A call for this address is open")
                .detail(format!("It is not known what became of an earlier call for {addr}. If it is found out later, what it made would be recorded there."))
                .hint("`cairn state abandon` closes that call; `cairn state intents` lists it.")
                .into();
        }
        Ok(_) => {}
        Err(error) => return state_problem(&error).into(),
    }
    if addr.resource.resource.mode != ResourceMode::Managed {
        return Diagnostic::error(
            "import-not-managed",
            "Only managed resources can be imported",
        )
        .detail(format!("{addr} names no managed resource."))
        .into();
    }
    let owner = match owner(addr, evaluator, &values) {
        Ok(owner) => owner,
        Err(problems) => return problems,
    };
    let Some(schema) = registry.get(&owner.provider).and_then(|r| {
        let resources = &r.provider.schema().resources;
        resources
            .get(&addr.resource.resource.ty)
            .map(|s| s.block.clone())
    }) else {
        return unknown_provider(&owner, registry).into();
    };
    let config = match final_provider_config(&owner, evaluator, &values, registry) {
        Ok(config) => config,
        Err(problems) => return problems,
    };
    let session = match sessions.get(&owner, &config).await {
        Ok(session) => session,
        Err(problems) => return problems,
    };
    let remote = match session.import(&addr.resource.resource.ty, id).await {
        Ok(remote) => remote,
        Err(problems) => {
            let shown = addr.to_string();
            return problems
                .into_iter()
                .map(|p| diagnostic(p, Some(&shown)))
                .collect();
        }
    };
    let remote = recordable(&owner, &addr.resource.resource.ty, remote, registry);
    let put = Mutation::Put {
        addr: addr.clone(),
        deposed: None,
        provider: owner,
        object: Arc::new(StateObject {
            remote,
            sensitive: Vec::new(),
            status: ObjectStatus::Ready,
            dependencies: dependencies(addr, &schema, evaluator, &values),
            create_before_destroy: false,
            keeps_object: false,
        }),
    };
    let written = store.write(store.serial(), &[put]);
    written
        .err()
        .map(|e| state_problem(&e))
        .into_iter()
        .collect()
}

/// The provider configuration of the resource block that the address is an instance of.
fn owner(
    addr: &AbsResourceInstance,
    evaluator: &mut Evaluator<'_>,
    values: &FinalValues,
) -> Result<AbsProviderConfig, Diagnostics> {
    let tree = evaluator.tree();
    let (module, resource) = addr.resource.config();
    let Some(config) = tree
        .get(&module)
        .and_then(|n| n.config.resources.get(&resource))
    else {
        return Err(no_block(addr, evaluator).into());
    };
    let modules = evaluator.module_instances(&module, values);
    let has_module =
        modules.diagnostics.has_errors() || modules.value.contains(&addr.resource.module);
    let keys = evaluator.keys(&addr.resource, values);
    let has_key = match &keys.value {
        InstanceKeys::Unknown => true,
        keys => keys.iter().any(|k| k == addr.key),
    };
    if !has_module || !has_key {
        return Err(Diagnostic::error(
            "import-target-missing",
            "Configuration for import target does not exist",
        )
        .detail(format!(
            "There is a block for {}, but with its count or for_each it has no instance {addr}.",
            addr.resource
        ))
        .at(config.header)
        .hint("Name one of the instances that the configuration has.")
        .into());
    }
    let selection = tree.provider_selection(&module, &config.provider);
    if selection.key.is_none() {
        return Ok(selection.config);
    }
    let found = evaluator.resource_provider(addr, values);
    match found.value {
        Some(provider) => Ok(provider),
        None => Err(found.diagnostics),
    }
}

/// What the configuration says that the object depends on, so that it is destroyed in the right order even before an apply.
fn dependencies(
    addr: &AbsResourceInstance,
    schema: &BlockSchema,
    evaluator: &mut Evaluator<'_>,
    values: &FinalValues,
) -> Arc<[Dependency]> {
    let mut found = evaluator.desired(addr, schema, values).dependencies;
    found.retain(|d| {
        let r = d.resource();
        r != &addr.resource && r.resource.mode != ResourceMode::Ephemeral
    });
    found.into()
}

fn already_managed(addr: &AbsResourceInstance) -> Diagnostic {
    Diagnostic::error("import-already-managed", "Resource already managed by cairn")
        .detail(format!("The state records an object at {addr} already."))
        .hint("To import another object there, forget the recorded one first: `cairn state rm`. To import to another address, write a block for it.")
}

fn no_block(addr: &AbsResourceInstance, evaluator: &Evaluator<'_>) -> Diagnostic {
    let (module, resource) = addr.resource.config();
    let node = evaluator.tree().get(&module);
    let known: Vec<String> = node
        .into_iter()
        .flat_map(|n| n.config.resources.keys())
        .map(ToString::to_string)
        .collect();
    let place = if module.is_root() {
        "the root module".to_owned()
    } else {
        module.to_string()
    };
    let mut d = Diagnostic::error("import-target-missing", "Resource does not exist in the configuration")
        .detail(format!(
            "{place} has no block for {addr}. Before importing, write it:\n\nresource \"{}\" \"{}\" {{\n  # (resource arguments)\n}}",
            resource.ty, resource.name
        ));
    let wanted = resource.to_string();
    if let Some(near) = nearest(&wanted, known.iter().map(String::as_str)) {
        d = d.hint(format!("Did you mean {near}?"));
    }
    d
}
