//! Decides how provider configurations become sessions: each is configured once, when it is first needed.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_model::AbsProviderConfig;
use cairn_provider::{Problem, Registry, Session};
use cairn_value::Known;

/// The sessions of one run.
pub struct Sessions<'a> {
    registry: &'a Registry,
    open: BTreeMap<AbsProviderConfig, (Known, Arc<dyn Session>)>,
}

impl<'a> Sessions<'a> {
    /// None open yet.
    pub fn new(registry: &'a Registry) -> Self {
        Self {
            registry,
            open: BTreeMap::new(),
        }
    }

    /// The session of a provider configuration; configured anew if its evaluated block differs from that of the open one.
    pub async fn get(
        &mut self,
        addr: &AbsProviderConfig,
        config: &Known,
    ) -> Result<Arc<dyn Session>, Diagnostics> {
        if let Some((with, session)) = self.open.get(addr)
            && with == config
        {
            return Ok(session.clone());
        }
        let Some(registered) = self.registry.get(&addr.provider) else {
            return Err(unknown_provider(addr, self.registry).into());
        };
        match registered.connect.configure(config).await {
            Ok(session) => {
                self.open
                    .insert(addr.clone(), (config.clone(), session.clone()));
                Ok(session)
            }
            Err(problems) => Err(problems
                .into_iter()
                .map(|p| diagnostic(p, Some(&addr.to_string())))
                .collect()),
        }
    }

    /// The session of a provider configuration, if it is open.
    pub fn opened(&self, addr: &AbsProviderConfig) -> Option<Arc<dyn Session>> {
        self.open.get(addr).map(|(_, session)| session.clone())
    }
}

/// The message for a provider that is not built in.
pub fn unknown_provider(addr: &AbsProviderConfig, registry: &Registry) -> Diagnostic {
    let known: Vec<String> = registry
        .iter()
        .map(|r| r.provider.addr().to_string())
        .collect();
    Diagnostic::error("unknown-provider", "Provider not available").detail(format!(
        "The configuration needs the provider {}, which is not built into cairn. Built in are: {}.",
        addr.provider,
        known.join(", ")
    ))
}

/// A provider's message as a diagnostic without a place in the source.
pub(crate) fn diagnostic(problem: Problem, address: Option<&str>) -> Diagnostic {
    let mut d = match problem.severity {
        cairn_diag::Severity::Error => Diagnostic::error(problem.code, problem.summary),
        cairn_diag::Severity::Warning => Diagnostic::warning(problem.code, problem.summary),
    }
    .detail(problem.detail);
    d.address = address.map(str::to_owned);
    d
}
