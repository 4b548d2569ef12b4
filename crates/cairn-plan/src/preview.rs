//! Decides how many remote calls a plan is said to make: the provider splits each group as it will when it is applied, with
//! planned values in the place of final ones.

use std::collections::BTreeMap;

use cairn_model::{ApplyRequest, CallPreview, Change, StepGraph, StepKind};
use cairn_provider::Registry;

use crate::finalize::{is_record_only, planned_request};

/// The calls, by operation.
pub(crate) fn calls(
    changes: &[Change],
    graph: &StepGraph,
    registry: &Registry,
) -> Vec<CallPreview> {
    let mut out: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for group in &graph.groups {
        let first = graph.step(group.steps[0]);
        if !matches!(
            first.kind,
            StepKind::Create | StepKind::Update | StepKind::Delete
        ) {
            continue;
        }
        let provider = &changes[first.change as usize].provider.provider;
        let Some(registered) = registry.get(provider) else {
            continue;
        };
        let requests: Vec<ApplyRequest> = group
            .steps
            .iter()
            .map(|s| {
                (
                    graph.step(*s).kind,
                    &changes[graph.step(*s).change as usize],
                )
            })
            .filter(|(kind, change)| !is_record_only(*kind, change))
            .map(|(kind, change)| planned_request(change, kind, None))
            .collect();
        for call in registered.provider.calls(&requests) {
            let Some(first) = call.first() else { continue };
            let operation = registered.provider.operation(&requests[*first]);
            if !operation.is_empty() {
                let entry = out.entry(operation).or_default();
                entry.0 += 1;
                entry.1 += call.len() as u32;
            }
        }
    }
    out.into_iter()
        .map(|(operation, (calls, objects))| CallPreview {
            operation,
            calls,
            objects,
        })
        .collect()
}
