//! Decides whether a finished plan hangs together: what every plan must satisfy, however it was made or read.

use std::collections::HashSet;

use cairn_model::{Action, Plan, StepId, StepKind};

/// What is wrong with a plan, in sentences; nothing for a sound one.
pub fn integrity(plan: &Plan) -> Vec<String> {
    let mut out = Vec::new();
    changes(plan, &mut out);
    steps(plan, &mut out);
    out
}

fn changes(plan: &Plan, out: &mut Vec<String>) {
    for pair in plan.changes.windows(2) {
        if (&pair[0].addr, &pair[0].deposed) >= (&pair[1].addr, &pair[1].deposed) {
            out.push(format!(
                "The changes of {} and {} are not in order.",
                pair[0].addr, pair[1].addr
            ));
        }
    }
    for c in &plan.changes {
        let before = c.before.is_some();
        let fits = match c.action {
            Action::Create => !before && !c.after.is_null(),
            Action::Read => !c.after.is_null(),
            Action::NoOp
            | Action::Update
            | Action::DeleteThenCreate
            | Action::CreateThenDelete
            | Action::CreateThenForget => before && !c.after.is_null(),
            Action::Delete | Action::Forget => before && c.after.is_null(),
        };
        if !fits {
            out.push(format!(
                "The change of {} ({:?}) does not fit what is there before and after it.",
                c.addr, c.action
            ));
        }
        if c.deposed.is_some() && !matches!(c.action, Action::Delete | Action::Forget) {
            out.push(format!(
                "The object set aside at {} can only be deleted.",
                c.addr
            ));
        }
        if matches!(c.action, Action::NoOp) && !c.after.is_wholly_known() {
            out.push(format!(
                "Nothing changes at {}, but part of its value is not known.",
                c.addr
            ));
        }
    }
}

fn steps(plan: &Plan, out: &mut Vec<String>) {
    let graph = &plan.steps;
    let count = graph.steps.len() as u32;
    let mut seen = HashSet::new();
    for (g, group) in graph.groups.iter().enumerate() {
        if group.steps.is_empty() {
            out.push(format!("Group {g} is empty."));
        }
        for s in &group.steps {
            if s.0 >= count || !seen.insert(*s) || graph.step(*s).group.0 as usize != g {
                out.push(format!("Step {} is not in exactly one group.", s.0));
                return;
            }
        }
        let mut kinds = group.steps.iter().map(|s| {
            let step = graph.step(*s);
            let change = plan.changes.get(step.change as usize);
            (
                step.kind,
                change.map(|c| (&c.provider, &c.addr.resource.resource.ty)),
            )
        });
        if let Some(first) = kinds.next()
            && kinds.any(|k| k != first)
        {
            out.push(format!("Group {g} mixes steps of different classes."));
        }
    }
    if seen.len() != graph.steps.len() {
        out.push("Some steps are in no group.".to_owned());
    }
    for (i, step) in graph.steps.iter().enumerate() {
        let Some(change) = plan.changes.get(step.change as usize) else {
            out.push(format!("Step {i} is about a change that is not there."));
            return;
        };
        let fits = match step.kind {
            StepKind::Read => change.action == Action::Read,
            StepKind::Create => change.action == Action::Create || change.action.is_replace(),
            StepKind::Update => change.action == Action::Update,
            StepKind::Delete => matches!(
                change.action,
                Action::Delete | Action::DeleteThenCreate | Action::CreateThenDelete
            ),
            StepKind::Forget => change.action == Action::Forget,
        };
        if !fits {
            out.push(format!(
                "Step {i} ({:?}) does not belong to the change of {} ({:?}).",
                step.kind, change.addr, change.action
            ));
        }
        let lost = step.after.iter().any(|a| a.0 >= count)
            || step
                .after_joins
                .iter()
                .any(|j| j.0 as usize >= graph.joins.len());
        if lost {
            out.push(format!("Step {i} waits for something that is not there."));
            return;
        }
    }
    if graph
        .joins
        .iter()
        .any(|j| j.after.iter().any(|a| a.0 >= count))
    {
        out.push("A join waits for a step that is not there.".to_owned());
        return;
    }
    let levels = crate::coalesce::levels(graph);
    for i in 0..graph.steps.len() {
        let id = StepId(i as u32);
        if graph
            .predecessors(id)
            .any(|p| levels[p.0 as usize] >= levels[i])
        {
            out.push(format!("Step {i} waits for itself, through others."));
            return;
        }
    }
    for group in &graph.groups {
        let level = levels[group.steps[0].0 as usize];
        if group.steps.iter().any(|s| levels[s.0 as usize] != level) {
            out.push("A group has steps of different levels.".to_owned());
        }
    }
}
