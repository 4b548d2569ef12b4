//! Decides which ephemeral resources are opened in a round, by provider configuration, and takes what that gave.

use std::collections::{BTreeMap, HashMap};

use cairn_model::AbsProviderConfig;
use cairn_provider::{OpenRequest, Opened, Problem};
use cairn_value::{Known, Value};
use petgraph::graph::NodeIndex;

use crate::messages::placed;
use crate::planner::Planner;

/// Ephemeral resources of one provider configuration to open.
#[derive(Debug)]
pub struct OpenBatch {
    /// Which configuration.
    pub provider: AbsProviderConfig,
    /// Its evaluated block.
    pub config: Known,
    /// What to open.
    pub requests: Vec<OpenRequest>,
}

/// Which draft of which node.
type Place = (NodeIndex, usize);

/// What is to be opened, and what was.
#[derive(Debug, Default)]
pub(crate) struct Opens {
    /// To be asked in the next round.
    next: BTreeMap<AbsProviderConfig, Vec<(Place, OpenRequest)>>,
    /// Asked, in the order of asking.
    asked: Vec<Vec<(Place, OpenRequest)>>,
    /// What opening gave.
    values: HashMap<Place, Value>,
}

impl Opens {
    pub(crate) fn ask(&mut self, provider: &AbsProviderConfig, at: Place, request: OpenRequest) {
        self.next
            .entry(provider.clone())
            .or_default()
            .push((at, request));
    }

    /// Whether there is something to ask in the next round.
    pub(crate) fn is_pending(&self) -> bool {
        !self.next.is_empty()
    }

    /// What opening gave; nothing where it failed.
    pub(crate) fn take(&mut self, node: NodeIndex, draft: usize) -> Option<Value> {
        self.values.remove(&(node, draft))
    }
}

impl Planner<'_> {
    /// The next round, if there is anything to open.
    pub(crate) fn pending_opens(&mut self) -> Option<Vec<OpenBatch>> {
        let next = std::mem::take(&mut self.opens.next);
        if next.is_empty() {
            return None;
        }
        let mut batches = Vec::new();
        for (provider, asked) in next {
            let config = self.providers[&provider]
                .known
                .clone()
                .expect("opened by providers with known configuration only");
            batches.push(OpenBatch {
                provider,
                config,
                requests: asked.iter().map(|(_, r)| r.clone()).collect(),
            });
            self.opens.asked.push(asked);
        }
        Some(batches)
    }

    /// Takes the answers to a round.
    pub(crate) fn take_opens(&mut self, answers: Vec<Vec<Result<Opened, Vec<Problem>>>>) {
        let asked = std::mem::take(&mut self.opens.asked);
        for (asked, answers) in asked.into_iter().zip(answers) {
            for ((place, request), answer) in asked.into_iter().zip(answers) {
                let problems = match answer {
                    Ok(opened) => {
                        let value = opened.value.value().clone();
                        self.opens.values.insert(place, value);
                        opened.problems
                    }
                    Err(problems) => problems,
                };
                for p in problems {
                    let d = placed(p, &request.addr, &self.evaluator);
                    self.messages.push(d);
                }
            }
        }
    }
}
