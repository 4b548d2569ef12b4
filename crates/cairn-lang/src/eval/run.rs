//! Decides what one evaluation carries with it: messages, what was read, whether it saw something not decided yet.

use std::sync::Arc;

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_model::Dependency;

use super::{Evaluated, Evaluator, InstanceValues};

/// More instances of one resource than this in a shared set are noted as the whole resource.
const INSTANCES_OF_ONE_RESOURCE: usize = 64;

/// How deep named values may pull each other where their order could not be found out beforehand.
pub(crate) const DEPTH_LIMIT: u32 = 128;

/// Which instances were read: those met directly, and shared sets of named values.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reads {
    own: Vec<Dependency>,
    shared: Vec<Arc<[Dependency]>>,
}

impl Reads {
    pub(crate) fn add(&mut self, dependency: Dependency) {
        if self.own.last() != Some(&dependency) {
            self.own.push(dependency);
        }
    }

    pub(crate) fn include(&mut self, set: &Arc<[Dependency]>) {
        if !set.is_empty() && !self.shared.iter().any(|s| Arc::ptr_eq(s, set)) {
            self.shared.push(set.clone());
        }
    }

    /// A place to go back to with [`Reads::rollback`].
    pub(crate) fn mark(&self) -> (usize, usize) {
        (self.own.len(), self.shared.len())
    }

    pub(crate) fn rollback(&mut self, (own, shared): (usize, usize)) {
        self.own.truncate(own);
        self.shared.truncate(shared);
    }

    /// All of it, sorted, each once; an instance is left out where its whole resource is in.
    pub(crate) fn finish(self) -> Vec<Dependency> {
        let mut all = self.own;
        for set in &self.shared {
            all.extend(set.iter().cloned());
        }
        if all.len() > 1 {
            all.sort();
            all.dedup();
            // Whole resources sort before instances.
            let whole = all.partition_point(|d| matches!(d, Dependency::Resource(_)));
            if whole > 0 && whole < all.len() {
                let (resources, instances) = all.split_at(whole);
                let kept: Vec<Dependency> = instances
                    .iter()
                    .filter(|i| {
                        resources
                            .binary_search_by(|r| r.resource().cmp(i.resource()))
                            .is_err()
                    })
                    .cloned()
                    .collect();
                all.truncate(whole);
                all.extend(kept);
            }
        }
        all
    }

    /// The same as a set to share; many instances of one resource become the whole resource.
    pub(crate) fn share(mut self) -> Arc<[Dependency]> {
        if self.own.is_empty() && self.shared.len() <= 1 {
            return self.shared.pop().unwrap_or_default();
        }
        let mut all = self.finish();
        if all.len() > INSTANCES_OF_ONE_RESOURCE {
            let mut kept: Vec<Dependency> = Vec::new();
            let mut rest = all.as_slice();
            while let Some(first) = rest.first() {
                let n = rest
                    .iter()
                    .take_while(|d| d.resource() == first.resource())
                    .count();
                if n > INSTANCES_OF_ONE_RESOURCE {
                    kept.push(Dependency::Resource(first.resource().clone()));
                } else {
                    kept.extend_from_slice(&rest[..n]);
                }
                rest = &rest[n..];
            }
            kept.sort();
            all = kept;
        }
        all.into()
    }
}

/// What came of evaluating something once, to be used again.
#[derive(Clone, Debug)]
pub(crate) struct Memo<T> {
    pub(crate) value: T,
    pub(crate) reads: Arc<[Dependency]>,
    pub(crate) diags: Arc<[Diagnostic]>,
    /// Where something was not decided yet, it counts only within this call of the evaluator.
    pub(crate) only_in: Option<u64>,
}

/// One evaluation.
pub(crate) struct Run<'r, 'a> {
    pub(crate) ev: &'r mut Evaluator<'a>,
    pub(crate) values: &'r dyn InstanceValues,
    pub(crate) diags: Vec<Diagnostic>,
    pub(crate) reads: Reads,
    /// Something that was read has not been decided yet.
    pub(crate) undecided: bool,
    /// Messages will be thrown away (`try`, `can`), so need no notes.
    pub(crate) quiet: u32,
    pub(crate) depth: u32,
    /// Templates that are being rendered, for `templatefile` of itself.
    pub(crate) templates: Vec<String>,
}

impl<'r, 'a> Run<'r, 'a> {
    pub(crate) fn new(ev: &'r mut Evaluator<'a>, values: &'r dyn InstanceValues) -> Self {
        ev.generation += 1;
        Self {
            ev,
            values,
            diags: Vec::new(),
            reads: Reads::default(),
            undecided: false,
            quiet: 0,
            depth: 0,
            templates: Vec::new(),
        }
    }

    /// Evaluates apart from what is going on: messages and reads go to the memo only.
    pub(crate) fn apart<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> Memo<T> {
        let diags = std::mem::take(&mut self.diags);
        let reads = std::mem::take(&mut self.reads);
        let undecided = std::mem::take(&mut self.undecided);
        let quiet = std::mem::take(&mut self.quiet);
        self.depth += 1;
        let value = f(self);
        self.depth -= 1;
        let mut own = std::mem::replace(&mut self.diags, diags);
        drop_repeats(&mut own);
        let memo = Memo {
            value,
            reads: std::mem::replace(&mut self.reads, reads).share(),
            diags: own.into(),
            only_in: self.undecided.then_some(self.ev.generation),
        };
        self.undecided = undecided;
        self.quiet = quiet;
        memo
    }

    /// Takes over what a memo says besides its value.
    pub(crate) fn absorb<T>(&mut self, memo: &Memo<T>) {
        self.reads.include(&memo.reads);
        self.diags.extend(memo.diags.iter().cloned());
        self.undecided |= memo.only_in.is_some();
    }

    pub(crate) fn error(&mut self, diagnostic: Diagnostic) {
        self.diags.push(diagnostic);
    }

    /// Whether an error was added since there were `n` messages.
    pub(crate) fn failed_since(&self, n: usize) -> bool {
        self.diags[n..].iter().any(Diagnostic::is_error)
    }

    /// Says for messages since `n` that have none yet in which block they are.
    pub(crate) fn within(&mut self, n: usize, block: impl FnOnce() -> String) {
        if self.diags[n..].iter().any(|d| d.within.is_none()) {
            let block = block();
            for d in &mut self.diags[n..] {
                d.within.get_or_insert_with(|| block.clone());
            }
        }
    }

    /// Says for messages since `n` in this place's block, which address they are about.
    pub(crate) fn about(&mut self, n: usize, address: &dyn std::fmt::Display) {
        if self.diags.len() > n {
            let address = address.to_string();
            for d in &mut self.diags[n..] {
                d.address.get_or_insert_with(|| address.clone());
            }
        }
    }

    /// The end of it.
    pub(crate) fn finish<T>(mut self, value: T) -> Evaluated<T> {
        drop_repeats(&mut self.diags);
        let mut diagnostics = Diagnostics::new();
        diagnostics.extend(self.diags);
        Evaluated {
            value,
            dependencies: self.reads.finish(),
            diagnostics,
        }
    }
}

fn drop_repeats(diags: &mut Vec<Diagnostic>) {
    if diags.len() > 1 {
        let mut kept: Vec<Diagnostic> = Vec::with_capacity(diags.len());
        for d in diags.drain(..) {
            if !kept.contains(&d) {
                kept.push(d);
            }
        }
        *diags = kept;
    }
}
