//! Decides which providers there are, and which one a provider address means.

use std::sync::Arc;

use cairn_model::ProviderAddr;

use crate::{Connect, Provider};

/// Both halves of a provider.
#[derive(Clone)]
pub struct Registered {
    /// The pure half.
    pub provider: Arc<dyn Provider>,
    /// The half that touches the world.
    pub connect: Arc<dyn Connect>,
}

/// The providers that are built in.
#[derive(Clone, Default)]
pub struct Registry {
    providers: Vec<Registered>,
}

impl Registry {
    /// Adds one.
    pub fn register(&mut self, provider: Arc<dyn Provider>, connect: Arc<dyn Connect>) {
        self.providers.push(Registered { provider, connect });
    }

    /// The provider for an address: the one with that address, or with that type name under any namespace of the default
    /// registry (`hashicorp/alicloud` and `aliyun/alicloud` are the same provider). HashiCorp's own have one address only:
    /// `somebody/random` is another provider than `hashicorp/random`.
    pub fn get(&self, addr: &ProviderAddr) -> Option<&Registered> {
        self.providers
            .iter()
            .find(|r| r.provider.addr() == addr)
            .or_else(|| {
                self.providers.iter().find(|r| {
                    let known = r.provider.addr();
                    known.ty == addr.ty
                        && known.hostname == addr.hostname
                        && &*known.namespace != "hashicorp"
                })
            })
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Registered> {
        self.providers.iter()
    }
}
