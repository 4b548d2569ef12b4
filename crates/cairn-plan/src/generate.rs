//! Decides for which import blocks configuration is generated, and what a plan with stand-ins gives: what was imported, and
//! nothing else; and which values of an object its generated configuration leaves to the provider.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use cairn_diag::{Diagnostic, Diagnostics, Severity};
use cairn_lang::{Import, ModuleTree, Step, settable};
use cairn_model::{
    Action, BlockSchema, Change, InstanceKey, Module, ModuleInstance, Plan, Resource, ResourceMode,
};
use cairn_provider::Provider;
use cairn_value::{Path, Value};
use petgraph::graph::NodeIndex;

use crate::graph::{Node, ResourceGraph};
use crate::imports::{TARGET_MISSING, static_target};
use crate::planner::Planner;

/// The resources of the root module that import blocks name and no resource block declares, each with its import block. What
/// cannot be generated is said.
pub fn blocks_to_generate(tree: &ModuleTree) -> (BTreeMap<Resource, &Import>, Diagnostics) {
    let mut wanted: BTreeMap<Resource, &Import> = BTreeMap::new();
    let mut said = Diagnostics::new();
    for import in &tree.root.config.imports {
        let target = static_target(&import.to);
        let declared = target.as_ref().is_some_and(|(module, resource)| {
            tree.get(module)
                .is_some_and(|n| n.config.resources.contains_key(resource))
        });
        if declared {
            continue;
        }
        match eligible(import, target) {
            Ok(resource) => {
                if wanted.insert(resource, import).is_some() {
                    said.push(
                        Diagnostic::error("duplicate-import", "Duplicate import configuration")
                            .detail("Another import block has the same target. An object is imported by one block; remove the other.")
                            .at(import.to.source_span)
                            .context(import.span),
                    );
                }
            }
            Err(why) => said.push(
                Diagnostic::error("import-target-missing", TARGET_MISSING)
                    .detail(format!(
                        "There is no resource block for the address to import into, and none can be generated: {why} Write the block, then import."
                    ))
                    .at(import.to.source_span)
                    .context(import.span),
            ),
        }
    }
    (wanted, said)
}

/// The resource whose block can be generated, or why none can.
fn eligible(import: &Import, target: Option<(Module, Resource)>) -> Result<Resource, &'static str> {
    let keyed = import.to.steps.iter().any(|s| matches!(s, Step::Index(..)));
    match target {
        Some((module, _)) if !module.is_root() => {
            Err("configuration is generated for resources of the root module only.")
        }
        Some((_, resource)) if resource.mode == ResourceMode::Managed => {
            if keyed || import.for_each.is_some() {
                Err(
                    "configuration is generated for resources without count and for_each only, each imported by a block without for_each.",
                )
            } else {
                Ok(resource)
            }
        }
        _ => Err("the address must be that of a managed resource."),
    }
}

/// The values of an object that its configuration is generated from: what can be set, without what the provider finds and
/// refuses to be told. Such a value stays as it is where the configuration leaves it out; one that does not is kept, for
/// the refusal to be seen.
pub fn value_to_generate(
    provider: &dyn Provider,
    resource: &Resource,
    schema: &BlockSchema,
    object: &Value,
) -> Value {
    let mut value = settable(schema, object);
    let mut left_out = HashSet::new();
    // One after the other: of two that exclude each other, the second may stay.
    while let Some(path) = refused(provider, resource, schema, &value)
        && left_out.insert(path.clone())
    {
        value = value.transform(&Path::root(), &mut |at, v| {
            if *at == path { Value::Null(v.ty()) } else { v }
        });
    }
    value
}

/// The first value that the provider refuses and need not be told.
fn refused(
    provider: &dyn Provider,
    resource: &Resource,
    schema: &BlockSchema,
    value: &Value,
) -> Option<Path> {
    let (plain, _) = value.clone().unmark_deep();
    let problems = provider.validate(resource.mode, &resource.ty, &plain);
    let errors = problems
        .into_iter()
        .filter(|p| p.severity == Severity::Error);
    errors.filter_map(|p| p.path).find(|path| {
        let found = match schema.attribute_at(path) {
            Some(attribute) => attribute.computed,
            None => path
                .first_attr()
                .and_then(|n| schema.blocks.get(n))
                .is_some_and(|b| b.computed && path.0.len() == 1),
        };
        found && path.get(&plain).is_some_and(|v| !v.is_null())
    })
}

/// The nodes of what stands in for blocks that are to be generated.
pub(crate) fn stand_ins(graph: &ResourceGraph, tree: &ModuleTree) -> Vec<NodeIndex> {
    let all = tree.root.config.resources.iter();
    all.filter(|(_, block)| block.stands_in)
        .filter_map(|(r, _)| graph.find(&Node::Resource(Module::root(), r.clone())))
        .collect()
}

impl Planner<'_> {
    /// Takes what was imported for a stand-in as it is.
    pub(crate) fn take_for_stand_in(&mut self, resource: &Resource) {
        let addr = resource
            .clone()
            .in_module(ModuleInstance::root())
            .instance(InstanceKey::None);
        let Some(block) = self.tree.root.config.resources.get(resource) else {
            return;
        };
        let provider = self.tree.provider_config(&Module::root(), &block.provider);
        let Some((object, id)) = self.imports.done.get(&addr).cloned() else {
            return;
        };
        self.values.set(&addr, crate::values::object_value(&object));
        self.decided(
            None,
            Change {
                addr,
                previous_addr: None,
                deposed: None,
                provider,
                action: Action::NoOp,
                reason: None,
                after: object.remote.value.value().clone(),
                before: Some(object),
                config: Value::null(),
                planned_private: Arc::from([]),
                replace_paths: Vec::new(),
                notes: Vec::new(),
                importing: Some(id),
                generated_config: None,
                dependencies: Arc::from([]),
                create_before_destroy: false,
                keeps_object: false,
            },
        );
    }

    /// The plan that consists of what was imported for stand-ins, in address order.
    pub(crate) fn taken_for_stand_ins(&mut self) -> Plan {
        let root = self.tree.root.config.clone();
        let mut changes = std::mem::take(&mut self.changes);
        changes.retain(|c| {
            let block = root.resources.get(&c.addr.resource.resource);
            c.addr.resource.module.is_root() && block.is_some_and(|b| b.stands_in)
        });
        changes.sort_by(|a, b| a.addr.cmp(&b.addr));
        Plan {
            changes,
            ..self.nothing()
        }
    }
}

#[cfg(test)]
mod tests {
    use cairn_model::{ApplyRequest, AttributeSchema, NestedBlock, ProviderAddr, ProviderSchema};
    use cairn_provider::{PlanRequest, PlanResponse, Problem};
    use cairn_value::{Marks, Name, PathStep, Type, name};

    use super::*;

    /// Refuses every attribute of these that is set, and one of `left` and `right` where both are.
    struct Refusing(ProviderAddr, ProviderSchema, Vec<Path>);

    impl Provider for Refusing {
        fn addr(&self) -> &ProviderAddr {
            &self.0
        }

        fn schema(&self) -> &ProviderSchema {
            &self.1
        }

        fn validate_provider(&self, _: &Value) -> Vec<Problem> {
            Vec::new()
        }

        fn validate(&self, _: ResourceMode, _: &Name, config: &Value) -> Vec<Problem> {
            assert!(!config.has_marks());
            let is_set = |p: &&Path| p.get(config).is_some_and(|v| !v.is_null());
            let sides = ["left", "right"].map(|n| Path::attr(name(n)));
            let both = sides.iter().filter(is_set).count() == 2;
            let refused = self.2.iter().filter(is_set);
            let refused = refused.chain(sides.iter().filter(|_| both));
            refused
                .map(|p| Problem::error("refused", "Refused", "").at(p.clone()))
                .collect()
        }

        fn plan(&self, _: &[PlanRequest<'_>]) -> Vec<PlanResponse> {
            Vec::new()
        }

        fn calls(&self, _: &[ApplyRequest]) -> Vec<Vec<usize>> {
            Vec::new()
        }

        fn operation(&self, _: &ApplyRequest) -> String {
            String::new()
        }
    }

    #[test]
    fn what_a_provider_finds_and_refuses_is_left_to_it() {
        let either = || AttributeSchema::optional_computed(Type::String);
        let inner = BlockSchema::new([(name("size"), either()), (name("kind"), either())], []);
        let schema = BlockSchema::new(
            [
                (name("found"), AttributeSchema::computed(Type::String)),
                (name("left"), either()),
                (name("mode"), either()),
                (name("only"), AttributeSchema::optional(Type::String)),
                (name("right"), either().sensitive()),
                (name("zone"), either()),
            ],
            [(name("disk"), NestedBlock::list(inner, 0, 0))],
        );
        let text = |n: &str| (name(n), Value::string(n));
        let disk = Value::object([text("size"), text("kind")]);
        let disks = Value::list(disk.ty(), vec![disk.clone(), disk]);
        let attributes = ["found", "left", "mode", "only", "right", "zone"].map(text);
        let object = Value::object(attributes.into_iter().chain([(name("disk"), disks)]))
            .mark_paths(&[(Path::attr("right"), Marks::SENSITIVE)]);
        let size = Path::attr("disk").then(PathStep::Index(1));
        let size = size.then(PathStep::Attr(name("size")));
        let refused = ["found", "mode", "only", "nothing"].map(|n| Path::attr(name(n)));
        let provider = Refusing(
            ProviderAddr::implied("test"),
            ProviderSchema::default(),
            refused.into_iter().chain([size.clone()]).collect(),
        );
        let resource = Resource {
            mode: ResourceMode::Managed,
            ty: name("test_thing"),
            name: name("a"),
        };
        let value = value_to_generate(&provider, &resource, &schema, &object);
        let expected = object.transform(&Path::root(), &mut |at, v| {
            let first = ["found", "left", "mode"].map(|n| Path::attr(name(n)));
            if first.contains(at) || *at == size {
                Value::Null(v.ty())
            } else {
                v
            }
        });
        assert_eq!(value, expected);
    }
}
