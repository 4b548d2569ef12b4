//! Decides which groups of a step graph may start, and what can no longer start once a step has failed.

use std::collections::VecDeque;

use cairn_model::{GroupId, StepGraph, StepId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Waiting,
    Running,
    Over,
}

/// Follows an apply through the step graph. A group starts when everything its steps wait for is done; steps that wait for
/// one that failed never start, the others of their group do.
#[derive(Clone, Debug)]
pub struct StepQueue {
    /// By step, then by join: how much it still waits for.
    pending: Vec<u32>,
    /// By step, then by join: which of them wait for it.
    dependents: Vec<Vec<u32>>,
    status: Vec<Status>,
    group_of: Vec<GroupId>,
    groups: Vec<Vec<StepId>>,
    /// By group: how many of its steps wait.
    unready: Vec<u32>,
    ready: VecDeque<GroupId>,
    remaining: usize,
}

impl StepQueue {
    /// At the start.
    pub fn new(graph: &StepGraph) -> Self {
        let steps = graph.steps.len();
        let nodes = steps + graph.joins.len();
        let mut pending = vec![0; nodes];
        let mut dependents = vec![Vec::new(); nodes];
        for (i, step) in graph.steps.iter().enumerate() {
            pending[i] = (step.after.len() + step.after_joins.len()) as u32;
            for a in &step.after {
                dependents[a.0 as usize].push(i as u32);
            }
            for j in &step.after_joins {
                dependents[steps + j.0 as usize].push(i as u32);
            }
        }
        for (j, join) in graph.joins.iter().enumerate() {
            pending[steps + j] = join.after.len() as u32;
            for a in &join.after {
                dependents[a.0 as usize].push((steps + j) as u32);
            }
        }
        let groups: Vec<Vec<StepId>> = graph.groups.iter().map(|g| g.steps.clone()).collect();
        let mut queue = Self {
            unready: groups.iter().map(|g| g.len() as u32).collect(),
            group_of: graph.steps.iter().map(|s| s.group).collect(),
            groups,
            status: vec![Status::Waiting; steps],
            ready: VecDeque::new(),
            remaining: steps,
            pending,
            dependents,
        };
        for node in 0..nodes {
            if queue.pending[node] == 0 {
                queue.release(node);
            }
        }
        queue
    }

    /// Takes the next group that may start, with those of its steps that still can (never none). Nothing where all that is
    /// left waits for steps that run, or nothing is left.
    pub fn next_ready(&mut self) -> Option<(GroupId, Vec<StepId>)> {
        while let Some(group) = self.ready.pop_front() {
            let steps: Vec<StepId> = self.groups[group.0 as usize]
                .iter()
                .copied()
                .filter(|s| self.status[s.0 as usize] == Status::Waiting)
                .collect();
            if steps.is_empty() {
                continue;
            }
            for s in &steps {
                self.status[s.0 as usize] = Status::Running;
            }
            return Some((group, steps));
        }
        None
    }

    /// A step is done.
    pub fn done(&mut self, step: StepId) {
        if self.close(step) {
            self.satisfy(step.0 as usize);
        }
    }

    /// A step failed (or will not be run). Gives the steps that can never start because of it, in order, each reported once.
    pub fn failed(&mut self, step: StepId) -> Vec<StepId> {
        let mut lost = Vec::new();
        if !self.close(step) {
            return lost;
        }
        let steps = self.status.len();
        let mut seen_joins = vec![false; self.pending.len() - steps];
        let mut stack = vec![step.0 as usize];
        while let Some(node) = stack.pop() {
            for d in self.dependents[node].clone() {
                let d = d as usize;
                if d >= steps {
                    if !std::mem::replace(&mut seen_joins[d - steps], true) {
                        stack.push(d);
                    }
                } else if self.status[d] == Status::Waiting {
                    let id = StepId(d as u32);
                    self.close(id);
                    lost.push(id);
                    stack.push(d);
                }
            }
        }
        lost.sort_unstable();
        // Groups are looked at after all that is lost is out, so that none starts with half of what it could.
        for id in &lost {
            self.member_settled(self.group_of[id.0 as usize]);
        }
        lost
    }

    /// Whether a step was neither done nor failed nor given up.
    pub fn is_open(&self, step: StepId) -> bool {
        self.status[step.0 as usize] != Status::Over
    }

    /// How many steps are neither done nor failed nor given up.
    pub fn remaining(&self) -> usize {
        self.remaining
    }

    fn close(&mut self, step: StepId) -> bool {
        let status = &mut self.status[step.0 as usize];
        if *status == Status::Over {
            return false;
        }
        *status = Status::Over;
        self.remaining -= 1;
        true
    }

    /// Everything that waits for the node waits for one thing less.
    fn satisfy(&mut self, node: usize) {
        for d in self.dependents[node].clone() {
            let d = d as usize;
            self.pending[d] -= 1;
            if self.pending[d] == 0 {
                self.release(d);
            }
        }
    }

    /// The node waits for nothing any more.
    fn release(&mut self, node: usize) {
        if node >= self.status.len() {
            self.satisfy(node);
        } else if self.status[node] == Status::Waiting {
            self.member_settled(self.group_of[node]);
        }
    }

    /// One step less of the group has to be waited for: it can start, or never will.
    fn member_settled(&mut self, group: GroupId) {
        let unready = &mut self.unready[group.0 as usize];
        *unready -= 1;
        if *unready == 0 {
            self.ready.push_back(group);
        }
    }
}

#[cfg(test)]
mod tests {
    use cairn_model::{Group, Join, JoinId, Step, StepKind};

    use super::*;

    fn graph(after: &[(&[u32], &[u32])], groups: &[&[u32]], joins: &[&[u32]]) -> StepGraph {
        let ids = |v: &[u32]| v.iter().map(|i| StepId(*i)).collect::<Vec<_>>();
        StepGraph {
            steps: after
                .iter()
                .enumerate()
                .map(|(i, (a, j))| Step {
                    kind: StepKind::Create,
                    change: i as u32,
                    after: ids(a),
                    after_joins: j.iter().map(|j| JoinId(*j)).collect(),
                    group: GroupId(
                        groups.iter().position(|g| g.contains(&(i as u32))).unwrap() as u32
                    ),
                })
                .collect(),
            groups: groups.iter().map(|g| Group { steps: ids(g) }).collect(),
            joins: joins.iter().map(|j| Join { after: ids(j) }).collect(),
        }
    }

    #[test]
    fn a_group_waits_for_all_that_its_members_wait_for() {
        // 0, 1 → {2 after 0, 3 after 1}
        let g = graph(
            &[(&[], &[]), (&[], &[]), (&[0], &[]), (&[1], &[])],
            &[&[0], &[1], &[2, 3]],
            &[],
        );
        let mut q = StepQueue::new(&g);
        assert_eq!(q.next_ready().unwrap().1, [StepId(0)]);
        assert_eq!(q.next_ready().unwrap().1, [StepId(1)]);
        assert!(q.next_ready().is_none());
        q.done(StepId(0));
        assert!(q.next_ready().is_none());
        q.done(StepId(1));
        assert_eq!(q.next_ready().unwrap().1, [StepId(2), StepId(3)]);
        q.done(StepId(2));
        q.done(StepId(3));
        assert_eq!(q.remaining(), 0);
    }

    #[test]
    fn a_failure_drops_only_what_waits_for_it() {
        let g = graph(
            &[
                (&[], &[]),
                (&[], &[]),
                (&[0], &[]),
                (&[1], &[]),
                (&[2], &[]),
            ],
            &[&[0, 1], &[2, 3], &[4]],
            &[],
        );
        let mut q = StepQueue::new(&g);
        assert_eq!(q.next_ready().unwrap().1.len(), 2);
        assert_eq!(q.failed(StepId(0)), [StepId(2), StepId(4)]);
        assert!(q.next_ready().is_none());
        q.done(StepId(1));
        assert_eq!(q.next_ready().unwrap().1, [StepId(3)]);
        q.done(StepId(3));
        assert_eq!(q.remaining(), 0);
        assert!(q.next_ready().is_none());
    }

    #[test]
    fn joins_pass_on_both_ends_and_failures() {
        let after: &[(&[u32], &[u32])] = &[(&[], &[]), (&[], &[]), (&[], &[0]), (&[], &[0])];
        let g = graph(after, &[&[0, 1], &[2, 3]], &[&[0, 1]]);
        let mut q = StepQueue::new(&g);
        assert_eq!(q.next_ready().unwrap().1.len(), 2);
        q.done(StepId(0));
        let mut failing = q.clone();
        q.done(StepId(1));
        assert_eq!(q.next_ready().unwrap().1.len(), 2);
        assert_eq!(failing.failed(StepId(1)), [StepId(2), StepId(3)]);
        assert_eq!(failing.remaining(), 0);
        assert!(failing.next_ready().is_none());
    }
}
