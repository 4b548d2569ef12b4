//! Decides what a schema says of a resource type: its attributes and blocks, their flags, and what batches.

mod attribute;
mod block;

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_value::Name;

pub use attribute::{AttributeSchema, Deprecation};
pub use block::{BlockSchema, NestedBlock, Nesting};

/// The schema of one resource type, data source or ephemeral resource type.
#[derive(Clone, Debug)]
pub struct ResourceSchema {
    /// The version that recorded objects carry.
    pub version: u64,
    /// Its attributes and blocks.
    pub block: Arc<BlockSchema>,
    /// Which of its steps may travel together.
    pub batching: Batching,
}

/// Which kinds of steps of a resource type the provider can put into common calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Batching {
    /// Creations.
    pub create: bool,
    /// Updates in place.
    pub update: bool,
    /// Deletions.
    pub delete: bool,
}

/// Everything that a provider offers.
#[derive(Clone, Debug, Default)]
pub struct ProviderSchema {
    /// Its own configuration block.
    pub provider: Arc<BlockSchema>,
    /// Managed resource types.
    pub resources: BTreeMap<Name, ResourceSchema>,
    /// Data sources.
    pub data_sources: BTreeMap<Name, ResourceSchema>,
    /// Ephemeral resource types.
    pub ephemerals: BTreeMap<Name, ResourceSchema>,
}
