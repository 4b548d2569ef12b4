//! Decides what is asked of a provider about an ephemeral resource and what it answers: opened, renewed, closed, never stored.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use cairn_model::AbsResourceInstance;
use cairn_value::{Known, Name, Value};

use crate::Problem;

/// An ephemeral resource to open.
#[derive(Clone)]
pub struct OpenRequest {
    /// Its address, for messages.
    pub addr: AbsResourceInstance,
    /// Its type.
    pub ty: Name,
    /// Its evaluated configuration: wholly known, unmarked.
    pub config: Value,
}

/// What opening gave.
#[derive(Clone)]
pub struct Opened {
    /// The value that expressions see, of the schema's implied type.
    pub value: Known,
    /// Handed back when it is renewed and closed.
    pub private: Arc<[u8]>,
    /// After so long it has to be renewed; nothing where it stays open by itself.
    pub renew_in: Option<Duration>,
    /// Warnings.
    pub problems: Vec<Problem>,
}

/// An ephemeral resource that is open.
#[derive(Clone)]
pub struct Handle {
    /// Its address, for messages.
    pub addr: AbsResourceInstance,
    /// Its type.
    pub ty: Name,
    /// What the provider gave last, when it was opened or renewed.
    pub private: Arc<[u8]>,
}

/// What renewing gave.
#[derive(Clone)]
pub struct Renewed {
    /// In place of what the provider gave before.
    pub private: Arc<[u8]>,
    /// After so long it has to be renewed again; nothing where that is not needed any more.
    pub renew_in: Option<Duration>,
}

// Configuration, value and what the provider keeps for itself may be secret: none is written.

impl fmt::Debug for OpenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OpenRequest")
            .field(&self.addr.to_string())
            .finish()
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened")
            .field("renew_in", &self.renew_in)
            .field("problems", &self.problems)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Handle")
            .field(&self.addr.to_string())
            .finish()
    }
}

impl fmt::Debug for Renewed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renewed")
            .field("renew_in", &self.renew_in)
            .finish_non_exhaustive()
    }
}
