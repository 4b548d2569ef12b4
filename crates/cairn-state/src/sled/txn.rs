//! Decides how mutations become records: what they touch is read, changed by the model's own rules, and written back whole.
//!
//! The database only ever sees blind writes of finished records, so a transaction that sled repeats changes nothing.

use std::collections::BTreeSet;

use sled::Transactional;
use sled::transaction::TransactionError;

use cairn_model::{AbsResourceInstance, Mutation, State};
use cairn_value::Name;

use super::trees::{Trees, guarded};
use crate::codec::record::{self, Tree};
use crate::codec::value::Interner;
use crate::codec::{check, key, v1};
use crate::error::{Result, StateError};
use crate::log::Op;

/// How many records one transaction of sled's changes at most; its memory grows with it.
const BATCH: usize = 1000;

/// The records that a series of commits touches, as they will be.
#[derive(Default)]
pub(super) struct Stage {
    state: State,
    loaded: BTreeSet<AbsResourceInstance>,
    interner: Interner,
}

impl Stage {
    /// Applies the mutations of the commit `serial`; gives the records to write. `trees` is nothing for a state that is
    /// still empty.
    pub(super) fn commit(
        &mut self,
        trees: Option<&Trees>,
        serial: u64,
        mutations: &[Mutation],
    ) -> Result<Vec<Op>> {
        let mut touched: Vec<&AbsResourceInstance> = Vec::with_capacity(mutations.len());
        let mut outputs: Vec<&Name> = Vec::new();
        let mut checks = false;
        for mutation in mutations {
            match mutation {
                Mutation::Put { addr, .. }
                | Mutation::Remove { addr, .. }
                | Mutation::Depose { addr, .. } => touched.push(addr),
                Mutation::Move { from, to } => touched.extend([from, to]),
                Mutation::SetOutput { name, .. } | Mutation::RemoveOutput { name } => {
                    outputs.push(name);
                }
                Mutation::SetChecks(_) => checks = true,
            }
        }
        touched.sort();
        touched.dedup();
        outputs.sort();
        outputs.dedup();
        if let Some(trees) = trees {
            for addr in &touched {
                self.load(trees, addr)?;
            }
        }
        for mutation in mutations {
            self.state
                .apply(mutation)
                .map_err(|what| StateError::Refused { what })?;
        }
        let mut ops = Vec::with_capacity(touched.len() + outputs.len());
        for addr in touched {
            let payload = self.state.instances.get(addr);
            let payload = payload.map(|i| v1::instance(addr, i)).transpose();
            ops.push(op(
                Tree::Resources,
                key::of_instance(addr),
                serial,
                payload,
            )?);
        }
        for name in outputs {
            let payload = self.state.outputs.get(name);
            let payload = payload.map(|o| v1::output(name, o)).transpose();
            ops.push(op(
                Tree::Outputs,
                name.as_bytes().to_vec(),
                serial,
                payload,
            )?);
        }
        if checks {
            let found = Some(&self.state.checks).filter(|c| !c.is_empty());
            let payload = found.map(|c| check::payload(c)).transpose();
            ops.push(op(Tree::Checks, record::CHECKS.to_vec(), serial, payload)?);
        }
        Ok(ops)
    }

    fn load(&mut self, trees: &Trees, addr: &AbsResourceInstance) -> Result<()> {
        if !self.loaded.insert(addr.clone()) {
            return Ok(());
        }
        let key = key::of_instance(addr);
        let mut read = || -> std::result::Result<_, String> {
            let Some(bytes) = trees.get(Tree::Resources, &key)? else {
                return Ok(None);
            };
            let record = record::open(Tree::Resources, &key, &bytes)?;
            v1::read_instance(record.payload, &mut self.interner).map(Some)
        };
        let found = read().map_err(|what| StateError::Database {
            path: super::trees::DIR.into(),
            what: format!("{addr}: {what}"),
        })?;
        self.state.instances.extend(found);
        Ok(())
    }
}

fn op(
    tree: Tree,
    key: Vec<u8>,
    serial: u64,
    payload: std::result::Result<Option<Vec<u8>>, String>,
) -> Result<Op> {
    let payload = payload.map_err(|what| StateError::Unstorable { what })?;
    let record = payload.map(|p| record::seal(tree, &key, serial, &p));
    Ok(Op { tree, key, record })
}

/// Writes records and the head.
pub(super) fn write<'o>(
    trees: &Trees,
    head: &[u8],
    ops: impl IntoIterator<Item = &'o Op>,
) -> std::result::Result<(), String> {
    let ops: Vec<&Op> = ops.into_iter().collect();
    let all = (
        trees.tree(Tree::Meta),
        trees.tree(Tree::Resources),
        trees.tree(Tree::Outputs),
        trees.tree(Tree::Checks),
    );
    let chunks: Vec<&[&Op]> = if ops.is_empty() {
        vec![&[]]
    } else {
        ops.chunks(BATCH).collect()
    };
    for chunk in chunks {
        guarded(|| {
            let result = all.transaction(|(meta, resources, outputs, checks)| {
                for op in chunk {
                    let tree = match op.tree {
                        Tree::Resources => resources,
                        Tree::Outputs => outputs,
                        Tree::Checks => checks,
                        Tree::Meta | Tree::Intents => continue,
                    };
                    match &op.record {
                        Some(record) => tree.insert(op.key.as_slice(), record.as_slice())?,
                        None => tree.remove(op.key.as_slice())?,
                    };
                }
                meta.insert(HEAD, head)?;
                Ok(())
            });
            result.map_err(|e: TransactionError<()>| match e {
                TransactionError::Storage(e) => e,
                TransactionError::Abort(()) => unreachable!("nothing aborts the transaction"),
            })
        })?;
    }
    Ok(())
}

/// The key of the head.
pub(super) const HEAD: &[u8] = b"head";
