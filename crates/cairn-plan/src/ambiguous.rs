//! Decides whether two `moved` blocks contradict each other: one address cannot become two, nor two become one.

use std::collections::HashMap;

use cairn_diag::Diagnostic;
use cairn_lang::{Access, Moved, subject};
use cairn_model::Module;
use cairn_value::Name;

use crate::moves::Endpoint;

/// What the blocks so far say: by each end the other one, and the block.
#[derive(Debug, Default)]
pub(crate) struct Ends<'t> {
    by_from: HashMap<Endpoint, (Endpoint, &'t Moved)>,
    by_to: HashMap<Endpoint, (Endpoint, &'t Moved)>,
}

impl<'t> Ends<'t> {
    /// Takes a further block of a module; what is wrong with it beside those that were taken before.
    pub(crate) fn take(
        &mut self,
        base: &Module,
        from: &Endpoint,
        to: &Endpoint,
        block: &'t Moved,
    ) -> Option<Diagnostic> {
        let (from, to) = (from.seen_from_root(base), to.seen_from_root(base));
        let (old, new) = (shown(&block.from), shown(&block.to));
        let went = self.by_from.get(&from).filter(|(other, _)| *other != to);
        let came = self.by_to.get(&to).filter(|(other, _)| *other != from);
        let detail = if let Some((_, first)) = went {
            format!(
                "{old} becomes {new} here, but another block says that it becomes {}. One address becomes one other. Remove one of the two blocks.",
                shown(&first.to)
            )
        } else if let Some((_, first)) = came {
            format!(
                "{old} becomes {new} here, but another block says that {} becomes that. One address has one object. Remove one of the two blocks.",
                shown(&first.from)
            )
        } else {
            self.by_from.insert(from.clone(), (to.clone(), block));
            self.by_to.insert(to, (from, block));
            return None;
        };
        Some(
            Diagnostic::error("ambiguous-moves", "Ambiguous move statements")
                .detail(detail)
                .at(block.span),
        )
    }
}

fn shown(address: &Access<Name>) -> String {
    subject(address).unwrap_or_else(|| address.source.to_string())
}
