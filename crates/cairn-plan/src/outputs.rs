//! Decides how root output values change.

use std::collections::BTreeMap;
use std::mem::discriminant;

use cairn_lang::ModuleTree;
use cairn_model::{AbsOutputValue, Action, ModuleInstance, OutputChange, OutputState, PlanMode};
use cairn_value::{Marks, Name, Value};

use crate::compare::same;
use crate::graph::Node;
use crate::planner::Planner;

/// The change of one output from what is recorded to a new value.
pub(crate) fn change(
    name: &Name,
    recorded: Option<&OutputState>,
    after: Value,
    sensitive: bool,
) -> OutputChange {
    let plain = after.clone().unmark_deep().0;
    let now_sensitive = sensitive || after.has_mark(Marks::SENSITIVE);
    let before = recorded.map(|r| r.value.clone());
    let action = match recorded {
        None if plain.is_null() => Action::NoOp,
        None => Action::Create,
        Some(r) if r.value.value().is_null() && plain.is_null() => Action::NoOp,
        Some(r)
            if plain.is_wholly_known()
                && same(r.value.value(), &plain)
                && discriminant(r.value.value()) == discriminant(&plain)
                && r.sensitive == now_sensitive =>
        {
            Action::NoOp
        }
        Some(_) => Action::Update,
    };
    OutputChange {
        name: name.clone(),
        action,
        before_sensitive: recorded.is_some_and(|r| r.sensitive),
        before,
        after: Some(after),
        sensitive,
    }
}

/// The end of an output that the configuration does not have any more.
fn removal(name: &Name, recorded: &OutputState) -> OutputChange {
    OutputChange {
        name: name.clone(),
        action: Action::Delete,
        before: Some(recorded.value.clone()),
        before_sensitive: recorded.sensitive,
        after: None,
        sensitive: recorded.sensitive,
    }
}

impl Planner<'_> {
    /// All root outputs.
    pub(crate) fn plan_outputs(&mut self) -> Vec<OutputChange> {
        if self.options.mode == PlanMode::Destroy {
            return if self.scope.is_limited() {
                Vec::new()
            } else {
                self.outputs.iter().map(|(n, o)| removal(n, o)).collect()
            };
        }
        let tree: &ModuleTree = self.tree;
        let root = &tree.root;
        let mut out: BTreeMap<Name, OutputChange> = BTreeMap::new();
        for (name, output) in &root.config.outputs {
            let node = self
                .graph
                .find(&Node::Output(root.path.clone(), name.clone()));
            let takes_part = |n: petgraph::graph::NodeIndex| {
                self.scope.nodes[n.index()] && self.left_out[n.index()].is_none()
            };
            if output.ephemeral || !node.is_none_or(takes_part) {
                continue;
            }
            let addr = AbsOutputValue {
                module: ModuleInstance::root(),
                name: name.clone(),
            };
            let evaluated = self.evaluator.output(&addr, &self.values);
            self.messages.extend(evaluated.diagnostics);
            out.insert(
                name.clone(),
                change(
                    name,
                    self.outputs.get(name),
                    evaluated.value,
                    output.sensitive,
                ),
            );
        }
        for (name, recorded) in &self.outputs {
            if !root.config.outputs.contains_key(name) && !self.scope.is_limited() {
                out.insert(name.clone(), removal(name, recorded));
            }
        }
        out.into_values().collect()
    }
}
