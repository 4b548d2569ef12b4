//! Decides how messages are gathered and placed while planning: a provider's by the path in the configuration, and the same
//! message for many instances of one block once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use cairn_diag::{Diagnostic, Diagnostics, Severity, Span};
use cairn_lang::{Evaluator, UNKNOWN_INSTANCES};
use cairn_model::{AbsResourceInstance, Resource, ResourceMode};
use cairn_provider::Problem;
use cairn_value::Path;

/// Messages so far.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    all: Vec<(Diagnostic, u32)>,
    index: HashMap<(&'static str, Option<Span>, String), usize>,
    errors: bool,
    /// That a repetition is not known yet is passed over: the plan says what is deferred.
    pub(crate) defer: bool,
}

impl Messages {
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        if self.defer && diagnostic.code == UNKNOWN_INSTANCES {
            return;
        }
        self.errors |= diagnostic.is_error();
        let key = (
            diagnostic.code,
            diagnostic.subject,
            diagnostic.detail.clone(),
        );
        match self.index.entry(key) {
            Entry::Occupied(o) if diagnostic.subject.is_some() => self.all[*o.get()].1 += 1,
            Entry::Occupied(_) => self.all.push((diagnostic, 0)),
            Entry::Vacant(v) => {
                v.insert(self.all.len());
                self.all.push((diagnostic, 0));
            }
        }
    }

    pub(crate) fn extend(&mut self, diagnostics: Diagnostics) {
        for d in diagnostics {
            self.push(d);
        }
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.errors
    }

    pub(crate) fn finish(self) -> Diagnostics {
        self.all
            .into_iter()
            .map(|(d, more)| match (more, d.address.is_some()) {
                (0, _) | (_, false) => d,
                (1, true) => d.hint("The same holds for one more instance."),
                (n, true) => d.hint(format!("The same holds for {n} more instances.")),
            })
            .collect()
    }
}

/// A block as people say it: `resource "a" "b"`.
pub(crate) fn block_name(resource: &Resource) -> String {
    let keyword = match resource.mode {
        ResourceMode::Managed => "resource",
        ResourceMode::Data => "data",
        ResourceMode::Ephemeral => "ephemeral",
    };
    format!("{keyword} \"{}\" \"{}\"", resource.ty, resource.name)
}

/// A provider's message about an object, at its place in the configuration.
pub(crate) fn placed(
    problem: Problem,
    addr: &AbsResourceInstance,
    evaluator: &Evaluator<'_>,
) -> Diagnostic {
    let place = problem
        .path
        .as_ref()
        .and_then(|p| evaluator.locate(addr, p))
        .or_else(|| evaluator.locate(addr, &Path::root()));
    let d = match problem.severity {
        Severity::Error => Diagnostic::error(problem.code, problem.summary),
        Severity::Warning => Diagnostic::warning(problem.code, problem.summary),
    };
    d.detail(problem.detail)
        .at_opt(place)
        .within(block_name(&addr.resource.resource))
        .address(addr.to_string())
}
