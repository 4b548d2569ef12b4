//! The builtin providers: terraform, random, null, local, time, template, cloudinit.
//!
//! ```text
//! one folder a provider, one file a resource type ── kit (what a type must say) ── BuiltinProvider ── BuiltinConnect ──► session
//!                                                                                     pure half          Surroundings
//! ```
//! Decides how the resource types behave that need no cloud: they are in the state only, or on this machine. Their schemas
//! are those of HashiCorp's providers of the same names. What they use of the machine comes in through [`Surroundings`].

mod cloudinit;
mod kit;
mod local;
mod null;
mod provider;
mod random;
mod session;
mod surroundings;
mod template;
mod terraform;
#[cfg(test)]
mod testing;
mod time;

use std::sync::Arc;

use cairn_provider::Registry;

pub use provider::BuiltinProvider;
pub use session::BuiltinConnect;
pub use surroundings::{Still, StoredState, Surroundings};

/// Adds every builtin provider to a registry.
pub fn register(registry: &mut Registry, surroundings: &Arc<dyn Surroundings>) {
    for provider in BuiltinProvider::all() {
        let provider = Arc::new(provider);
        let connect = BuiltinConnect::new(provider.clone(), surroundings.clone());
        registry.register(provider, Arc::new(connect));
    }
}
