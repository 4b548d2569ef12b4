//! Decides what one remote mutating request is told, and what it gives back: one call = one token = one journal record.

use std::fmt;
use std::sync::Arc;

use cairn_value::{Known, Name, Path, Value};

use crate::{
    AbsProviderConfig, AbsResourceInstance, Dependency, DeposedKey, Mutation, ObjectStatus,
    StateObject,
};

/// Names a call for ever: the API's idempotence token, the tag on what it makes, the journal's key. At most 64 ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallToken(pub Arc<str>);

impl fmt::Display for CallToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a request does to its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ApplyKind {
    /// Makes it.
    Create,
    /// Changes it in place.
    Update,
    /// Deletes it.
    Delete,
}

/// One object's part of a call, with all arguments final.
#[derive(Clone, Debug)]
pub struct ApplyRequest {
    /// Its address.
    pub addr: AbsResourceInstance,
    /// Which deposed object it is about; nothing for the current one.
    pub deposed: Option<DeposedKey>,
    /// What is done.
    pub kind: ApplyKind,
    /// The resource type.
    pub ty: Name,
    /// The object as recorded; nothing for a creation.
    pub prior: Option<RemoteObject>,
    /// The value to reach, without marks: unknown only in what the remote side chooses; null for a deletion.
    pub planned: Value,
    /// The evaluated configuration, without marks and without the values of write-only arguments; null for a deletion.
    pub config: Value,
    /// The same with those values, where the type has such arguments. Never journalled: who recovers a call has none.
    pub given: Option<Value>,
    /// What the provider gave with the plan.
    pub planned_private: Arc<[u8]>,
    /// What is recorded with the object besides what the provider gives. Journalled with the call, so that an object found
    /// after a crash is recorded as the plan would have it.
    pub record: RecordInfo,
}

/// What the configuration adds to a recorded object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordInfo {
    /// The attributes whose values are sensitive because of the configuration.
    pub sensitive: Vec<Path>,
    /// What the object depends on.
    pub dependencies: Arc<[Dependency]>,
    /// Its replacement is made before it is deleted.
    pub create_before_destroy: bool,
    /// It is never deleted, only forgotten.
    pub keeps_object: bool,
    /// Provisioners run once it is made: until they have succeeded it is not fit for use.
    pub provisions: bool,
    /// The object that it replaces is still there and current (`create_before_destroy`). It is set aside under this key in
    /// the commit that records the new one, and not before: where none is made, it has never ceased to be current.
    pub sets_aside: Option<DeposedKey>,
}

impl RecordInfo {
    /// The object to record from what the provider gave.
    pub fn object(&self, remote: RemoteObject, status: ObjectStatus) -> StateObject {
        StateObject {
            remote,
            sensitive: self.sensitive.clone(),
            status: if self.provisions {
                ObjectStatus::Tainted
            } else {
                status
            },
            dependencies: self.dependencies.clone(),
            create_before_destroy: self.create_before_destroy,
            keeps_object: self.keeps_object,
        }
    }
}

impl ApplyRequest {
    /// What records the object that the provider made or changed.
    pub fn recorded(
        &self,
        provider: &AbsProviderConfig,
        remote: RemoteObject,
        status: ObjectStatus,
    ) -> Vec<Mutation> {
        let put = Mutation::Put {
            addr: self.addr.clone(),
            deposed: self.deposed.clone(),
            provider: provider.clone(),
            object: Arc::new(self.record.object(remote, status)),
        };
        self.set_aside().into_iter().chain([put]).collect()
    }

    /// What sets the replaced object aside, where it was kept until now.
    pub fn set_aside(&self) -> Option<Mutation> {
        self.record.sets_aside.clone().map(|key| Mutation::Depose {
            addr: self.addr.clone(),
            key,
        })
    }
}

/// One remote mutating request (and its safe follow-ups): what the journal records before it is sent.
#[derive(Clone, Debug)]
pub struct ApplyCall {
    /// Its name for ever.
    pub token: CallToken,
    /// The provider configuration that makes it.
    pub provider: AbsProviderConfig,
    /// The objects it is for: all of one type and kind.
    pub requests: Vec<ApplyRequest>,
}

/// An object as the provider sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteObject {
    /// Its attributes.
    pub value: Known,
    /// What the provider keeps with it (opaque).
    pub private: Arc<[u8]>,
    /// The version of the schema the value follows.
    pub schema_version: u64,
}
