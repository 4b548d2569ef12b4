//! Decides the half of a provider that touches the world.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use cairn_model::{ApplyCall, RemoteObject};
use cairn_value::{Known, Name};

use crate::{
    ApplyResponse, CheckRequest, Handle, OpenRequest, Opened, Problem, ReadRequest, ReadResponse,
    Renewed, UnmanagedObject,
};

/// Makes sessions.
#[async_trait]
pub trait Connect: Send + Sync {
    /// Takes the provider's evaluated configuration and gives a session that can read and apply.
    async fn configure(&self, config: &Known) -> Result<Arc<dyn Session>, Vec<Problem>>;
}

/// A configured provider. Answers come in the order of the requests, one for each.
#[async_trait]
pub trait Session: Send + Sync {
    /// Reads objects and data sources, in as few remote calls as the API allows.
    async fn read(&self, requests: &[ReadRequest]) -> Vec<ReadResponse>;

    /// Checks planned creations and updates against the world as it is, in as few remote calls as the API allows, and makes
    /// nothing: an instance type or an image that does not exist is found while planning. Unknown values are passed over.
    /// One list of problems for each request; none by default.
    async fn check(&self, requests: &[CheckRequest]) -> Vec<Vec<Problem>> {
        requests.iter().map(|_| Vec::new()).collect()
    }

    /// Makes one call: at most one remote request that is not safe to repeat; every follow-up is.
    async fn apply(&self, call: &ApplyCall) -> Vec<ApplyResponse>;

    /// Finds out what became of a call whose answer was lost. Never makes anything: `NotApplied` where it certainly did not
    /// happen, `Done`/`Partial` with what is there, `Unsure` otherwise.
    async fn recover(&self, call: &ApplyCall) -> Vec<ApplyResponse>;

    /// Reads an object that the state does not know yet, by the id that the resource type's documentation names.
    async fn import(&self, ty: &Name, id: &str) -> Result<RemoteObject, Vec<Problem>>;

    /// Where its objects are. What sessions of one provider list in the same place may be the same objects: their ids are
    /// compared with what any of them has recorded. Empty for what is in no place.
    fn region(&self) -> String {
        String::new()
    }

    /// Lists the objects of a type in the configured region whose ids are not among `known`. Empty for types that cannot be listed.
    async fn unmanaged(
        &self,
        ty: &Name,
        known: &BTreeSet<String>,
    ) -> Result<Vec<UnmanagedObject>, Vec<Problem>>;

    /// Opens ephemeral resources. What is opened is closed with [`close`](Self::close), whatever happens in between. None
    /// can be opened by default.
    async fn open(&self, requests: &[OpenRequest]) -> Vec<Result<Opened, Vec<Problem>>> {
        let refused = |request: &OpenRequest| Err(vec![Problem::not_ephemeral(&request.ty)]);
        requests.iter().map(refused).collect()
    }

    /// Keeps an ephemeral resource open beyond the time that was told when it was opened or last renewed. Its value stays as
    /// it is. By default there is nothing to do.
    async fn renew(&self, handle: &Handle) -> Result<Renewed, Vec<Problem>> {
        Ok(Renewed {
            private: handle.private.clone(),
            renew_in: None,
        })
    }

    /// Closes an ephemeral resource: nobody needs its value any more. By default there is nothing to do.
    async fn close(&self, _: &Handle) -> Vec<Problem> {
        Vec::new()
    }
}
