//! Decides which steps travel together: those of one class (provider configuration, resource type, kind) and one level, the
//! longest way from a step that waits for nothing. Edges run to higher levels only, so that merging within a level neither
//! closes a circle nor makes the longest chain longer. Decided while planning, so that a plan shows it.

use std::collections::{BTreeMap, VecDeque};

use cairn_model::{Group, GroupId, StepGraph, StepId};

/// The level of each step.
pub(crate) fn levels(graph: &StepGraph) -> Vec<u32> {
    let steps = graph.steps.len();
    let nodes = steps + graph.joins.len();
    let mut waits = vec![0u32; nodes];
    let mut dependents: Vec<Vec<u32>> = vec![Vec::new(); nodes];
    for (i, step) in graph.steps.iter().enumerate() {
        waits[i] = (step.after.len() + step.after_joins.len()) as u32;
        for a in &step.after {
            dependents[a.0 as usize].push(i as u32);
        }
        for j in &step.after_joins {
            dependents[steps + j.0 as usize].push(i as u32);
        }
    }
    for (j, join) in graph.joins.iter().enumerate() {
        waits[steps + j] = join.after.len() as u32;
        for a in &join.after {
            dependents[a.0 as usize].push((steps + j) as u32);
        }
    }
    let mut levels = vec![0u32; nodes];
    let mut ready: VecDeque<usize> = (0..nodes).filter(|n| waits[*n] == 0).collect();
    while let Some(n) = ready.pop_front() {
        // A join is no stop on the way.
        let next = if n < steps { levels[n] + 1 } else { levels[n] };
        for d in &dependents[n] {
            let d = *d as usize;
            levels[d] = levels[d].max(next);
            waits[d] -= 1;
            if waits[d] == 0 {
                ready.push_back(d);
            }
        }
    }
    levels.truncate(steps);
    levels
}

/// The groups: by level, then by class, then by the first step. A step that does not batch is a group of its own.
pub(crate) fn groups<C: Ord>(
    graph: &StepGraph,
    class: impl Fn(StepId) -> C,
    batches: impl Fn(StepId) -> bool,
) -> Vec<Group> {
    let levels = levels(graph);
    let mut common: BTreeMap<(u32, C), Vec<StepId>> = BTreeMap::new();
    let mut alone: Vec<(u32, StepId)> = Vec::new();
    for (i, level) in levels.into_iter().enumerate() {
        let id = StepId(i as u32);
        if batches(id) {
            common.entry((level, class(id))).or_default().push(id);
        } else {
            alone.push((level, id));
        }
    }
    let mut all: Vec<(u32, Vec<StepId>)> = common
        .into_iter()
        .map(|((level, _), steps)| (level, steps))
        .chain(alone.into_iter().map(|(level, id)| (level, vec![id])))
        .collect();
    all.sort_by_key(|(level, steps)| (*level, steps[0]));
    all.into_iter().map(|(_, steps)| Group { steps }).collect()
}

/// Puts groups into a graph.
pub(crate) fn assign(graph: &mut StepGraph, groups: Vec<Group>) {
    for (g, group) in groups.iter().enumerate() {
        for s in &group.steps {
            graph.steps[s.0 as usize].group = GroupId(g as u32);
        }
    }
    graph.groups = groups;
}

#[cfg(test)]
mod tests {
    use cairn_model::{Join, JoinId, Step, StepKind};
    use proptest::prelude::*;

    use super::*;

    /// A graph where each step waits for some of the steps before it, and some joins.
    fn graph(after: &[Vec<usize>], joins: &[Vec<usize>], uses: &[Option<usize>]) -> StepGraph {
        let steps = after
            .iter()
            .enumerate()
            .map(|(i, a)| Step {
                kind: StepKind::Create,
                change: i as u32,
                after: a
                    .iter()
                    .filter(|x| **x < i)
                    .map(|x| StepId(*x as u32))
                    .collect(),
                after_joins: uses
                    .get(i)
                    .copied()
                    .flatten()
                    .filter(|j| joins.get(*j).is_some_and(|m| m.iter().all(|s| *s < i)))
                    .map(|j| JoinId(j as u32))
                    .into_iter()
                    .collect(),
                group: GroupId(0),
            })
            .collect();
        StepGraph {
            steps,
            groups: Vec::new(),
            joins: joins
                .iter()
                .map(|m| Join {
                    after: m.iter().map(|s| StepId(*s as u32)).collect(),
                })
                .collect(),
        }
    }

    /// The longest chain of groups; nothing if they wait for each other in a circle.
    fn longest_chain(graph: &StepGraph) -> Option<usize> {
        let n = graph.groups.len();
        let mut after: Vec<Vec<usize>> = vec![Vec::new(); n];
        for (i, s) in graph.steps.iter().enumerate() {
            for p in graph.predecessors(StepId(i as u32)) {
                after[s.group.0 as usize].push(graph.step(p).group.0 as usize);
            }
        }
        let mut depth = vec![None; n];
        let mut progress = true;
        while progress {
            progress = false;
            for g in 0..n {
                if depth[g].is_none() && after[g].iter().all(|a| depth[*a].is_some()) {
                    depth[g] = Some(
                        after[g]
                            .iter()
                            .map(|a| depth[*a].unwrap_or(0) + 1)
                            .max()
                            .unwrap_or(0),
                    );
                    progress = true;
                }
            }
        }
        depth
            .into_iter()
            .collect::<Option<Vec<usize>>>()
            .map(|d| d.into_iter().max().unwrap_or(0))
    }

    proptest! {
        #[test]
        fn merging_closes_no_circle_and_lengthens_no_chain(
            after in prop::collection::vec(prop::collection::vec(0usize..40, 0..4), 1..40),
            joins in prop::collection::vec(prop::collection::vec(0usize..20, 1..6), 0..4),
            uses in prop::collection::vec(prop::option::of(0usize..4), 40),
            classes in prop::collection::vec(0u8..4, 40),
        ) {
            let joins: Vec<Vec<usize>> = joins
                .into_iter()
                .map(|j| j.into_iter().filter(|s| *s < after.len()).collect::<Vec<_>>())
                .collect();
            let mut apart = graph(&after, &joins, &uses);
            let alone = groups(&apart, |s| s.0, |_| false);
            assign(&mut apart, alone);
            let mut merged = apart.clone();
            let together = groups(&merged, |s| classes[s.0 as usize % 40], |s| classes[s.0 as usize % 40] != 3);
            assign(&mut merged, together);
            prop_assert_eq!(merged.groups.iter().map(|g| g.steps.len()).sum::<usize>(), merged.steps.len());
            let one = longest_chain(&apart);
            prop_assert!(one.is_some());
            prop_assert_eq!(longest_chain(&merged), one);
        }
    }

    #[test]
    fn network_and_instances_and_disks_make_few_groups() {
        // 3 of a network, then 100 instances, 100 disks, 100 attachments.
        let mut after: Vec<Vec<usize>> = vec![vec![], vec![0], vec![1]];
        for _ in 0..100 {
            after.push(vec![2]);
        }
        for _ in 0..100 {
            after.push(vec![]);
        }
        for i in 0..100 {
            after.push(vec![3 + i, 103 + i]);
        }
        let g = graph(&after, &[], &[]);
        let class = |s: StepId| match s.0 {
            0..=2 => s.0,
            3..=102 => 3,
            103..=202 => 4,
            _ => 5,
        };
        assert_eq!(groups(&g, class, |_| true).len(), 6);
    }
}
