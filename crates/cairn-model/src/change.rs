//! Decides what a planned change consists of: where, what, from which value to which, and what it costs.

use std::sync::Arc;

use cairn_value::{Known, Marks, Name, Path, Value};

use crate::{
    AbsProviderConfig, AbsResourceInstance, Action, ActionReason, Dependency, DeposedKey,
    ResourceMode, StateObject,
};

/// A planned change of one object.
#[derive(Clone, Debug)]
pub struct Change {
    /// The object's address.
    pub addr: AbsResourceInstance,
    /// The address it had before, where it was moved.
    pub previous_addr: Option<AbsResourceInstance>,
    /// Which deposed object it is about; nothing for the current one.
    pub deposed: Option<DeposedKey>,
    /// The provider configuration that owns it.
    pub provider: AbsProviderConfig,
    /// What is done.
    pub action: Action,
    /// Why, where it is not obvious.
    pub reason: Option<ActionReason>,
    /// The recorded (and refreshed) object; nothing where there is none.
    pub before: Option<Arc<StateObject>>,
    /// The planned value with its marks: unknown in what the remote side chooses, null for a deletion.
    pub after: Value,
    /// The evaluated configuration (marks included); null where there is no configuration.
    pub config: Value,
    /// What the provider wants to see again at apply (opaque).
    pub planned_private: Arc<[u8]>,
    /// The attributes that force a replacement.
    pub replace_paths: Vec<Path>,
    /// What the change costs besides, in the provider's words.
    pub notes: Vec<Note>,
    /// The id it is imported by, where it is.
    pub importing: Option<String>,
    /// The text of its resource block, where that was generated from the imported object.
    pub generated_config: Option<String>,
    /// What it depends on; recorded with the object.
    pub dependencies: Arc<[Dependency]>,
    /// Its replacement is made before the old object is deleted.
    pub create_before_destroy: bool,
    /// The object is never deleted, only forgotten (`destroy = false`); recorded with it.
    pub keeps_object: bool,
}

impl Change {
    /// Which kind of block it belongs to.
    pub fn mode(&self) -> ResourceMode {
        self.addr.resource.resource.mode
    }
}

/// What a change costs beyond the values that change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The attribute that causes it.
    pub path: Path,
    /// How grave it is.
    pub impact: Impact,
    /// What happens, a full sentence.
    pub text: String,
}

/// What a change does to a running object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Impact {
    /// Worth knowing, no interruption.
    Info,
    /// It reboots.
    Reboot,
    /// It is stopped and started.
    StopStart,
    /// Data is lost.
    DataLoss,
}

/// What the refresh found changed outside of cairn.
#[derive(Clone, Debug)]
pub struct Drift {
    /// The object's address.
    pub addr: AbsResourceInstance,
    /// Which deposed object it is about; nothing for the current one.
    pub deposed: Option<DeposedKey>,
    /// The provider configuration that owns it.
    pub provider: AbsProviderConfig,
    /// As recorded.
    pub before: Arc<StateObject>,
    /// As found; nothing where it is gone.
    pub after: Option<Arc<StateObject>>,
}

/// A planned change of a root output value.
#[derive(Clone, Debug)]
pub struct OutputChange {
    /// Its name.
    pub name: Name,
    /// What is done: create, update, delete or nothing.
    pub action: Action,
    /// The recorded value; nothing where there is none.
    pub before: Option<Known>,
    /// Whether the recorded value was sensitive.
    pub before_sensitive: bool,
    /// The planned value with its marks; nothing for a deletion.
    pub after: Option<Value>,
    /// Whether the configuration says it is sensitive.
    pub sensitive: bool,
}

impl OutputChange {
    /// Whether the planned value must not be printed.
    pub fn after_sensitive(&self) -> bool {
        self.sensitive
            || self
                .after
                .as_ref()
                .is_some_and(|v| v.has_mark(Marks::SENSITIVE))
    }
}
