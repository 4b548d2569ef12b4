//! Decides what expressions see of resources while a plan is applied: planned values, replaced by final ones as they come.

use std::sync::Arc;

use cairn_lang::InstanceValues;
use cairn_model::{AbsResource, AbsResourceInstance, Mutation, Plan};
use cairn_value::Value;

/// The values of all instances during an apply.
#[derive(Debug, Default)]
pub struct FinalValues {}

impl FinalValues {
    /// Starts from a plan: recorded values of what does not change, planned values of what does.
    pub fn new(plan: &Plan) -> Self {
        let _ = plan;
        unimplemented!("being written")
    }

    /// Takes note of what was committed: a recorded current object becomes the instance's value. Call it with every
    /// committed mutation.
    pub fn commit(&mut self, mutation: &Mutation) {
        let _ = mutation;
        unimplemented!("being written")
    }
}

impl InstanceValues for FinalValues {
    fn instance(&self, addr: &AbsResourceInstance) -> Option<Value> {
        let _ = addr;
        unimplemented!("being written")
    }

    fn instances(&self, addr: &AbsResource) -> Option<Arc<Value>> {
        let _ = addr;
        unimplemented!("being written")
    }
}
