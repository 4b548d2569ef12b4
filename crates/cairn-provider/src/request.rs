//! Decides what is asked of a provider and what it answers.

use std::sync::Arc;

use cairn_diag::Severity;
use cairn_model::{AbsResourceInstance, Note, RemoteObject, ResourceMode};
use cairn_value::{Name, Path, Value};

/// A message from a provider. It knows no source places; the planner finds them by the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Error or warning.
    pub severity: Severity,
    /// Stable kebab-case name of the kind of message.
    pub code: &'static str,
    /// Fixed words, without a period.
    pub summary: String,
    /// Full sentences: what, why, what to do.
    pub detail: String,
    /// The attribute at fault; nothing for the object as a whole.
    pub path: Option<Path>,
}

impl Problem {
    /// An error about an attribute.
    pub fn error(
        code: &'static str,
        summary: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Error,
            code,
            summary: summary.into(),
            detail: detail.into(),
            path: None,
        }
    }

    /// A warning about an attribute.
    pub fn warning(
        code: &'static str,
        summary: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, summary, detail)
        }
    }

    /// The error for a type that cannot be opened.
    pub fn not_ephemeral(ty: &Name) -> Self {
        Self::error(
            "unknown-ephemeral-resource",
            "Invalid ephemeral resource",
            format!("The provider does not support the ephemeral resource {ty:?}."),
        )
    }

    /// Says which attribute.
    #[must_use]
    pub fn at(mut self, path: Path) -> Self {
        self.path = Some(path);
        self
    }
}

/// What the planner asks about one object.
#[derive(Clone, Debug)]
pub struct PlanRequest<'a> {
    /// Its address, for messages.
    pub addr: &'a AbsResourceInstance,
    /// Its type.
    pub ty: &'a Name,
    /// The recorded (refreshed) object; nothing for a creation. Also nothing when the planner asks again how the object is
    /// made after it was found that it must be replaced.
    pub prior: Option<&'a RemoteObject>,
    /// The evaluated configuration, unmarked and without the values of write-only arguments (they are null).
    pub config: &'a Value,
    /// Configuration and prior object merged by the schema.
    pub proposed: &'a Value,
    /// The provider's own evaluated configuration, perhaps with unknowns.
    pub provider_config: &'a Value,
}

/// What the provider decided about one object.
#[derive(Clone, Debug, Default)]
pub struct PlanResponse {
    /// The planned value; equal to the prior value where nothing is to be done. Nothing if there are errors.
    pub planned: Option<Value>,
    /// Attributes whose change cannot be made in place (only looked at where there is a prior object).
    pub requires_replace: Vec<Path>,
    /// What the change costs besides.
    pub notes: Vec<Note>,
    /// Handed back in the apply request.
    pub private: Arc<[u8]>,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// A read: the refresh of a recorded object, or a data source.
#[derive(Clone, Debug)]
pub struct ReadRequest {
    /// Its address, for messages.
    pub addr: AbsResourceInstance,
    /// Managed: refresh `prior`. Data: evaluate `config`.
    pub mode: ResourceMode,
    /// The type.
    pub ty: Name,
    /// The recorded object; nothing for a data source.
    pub prior: Option<RemoteObject>,
    /// The configuration of a data source (wholly known, unmarked); null for a refresh.
    pub config: Value,
}

/// A planned creation or update, to be checked against the world before anything is applied.
#[derive(Clone, Debug)]
pub struct CheckRequest {
    /// Its address, for messages.
    pub addr: AbsResourceInstance,
    /// The type.
    pub ty: Name,
    /// The recorded object; nothing for a creation. What it already has needs no check.
    pub prior: Option<RemoteObject>,
    /// The planned value, unmarked, perhaps with unknowns.
    pub planned: Value,
    /// The evaluated configuration, unmarked, perhaps with unknowns: what is unknown in the planned value and null here is the
    /// remote side's to choose.
    pub config: Value,
    /// Ask the remote side too whether it would do it, as far as it can be asked without doing it (`plan -preflight`).
    pub preflight: bool,
}

/// What a read found.
#[derive(Clone, Debug)]
pub enum ReadResponse {
    /// The object as it is now.
    Present(Box<RemoteObject>),
    /// It is gone.
    Absent,
    /// It could not be found out.
    Failed(Vec<Problem>),
}

/// What became of one object's part of a call.
#[derive(Clone, Debug)]
pub enum ApplyResponse {
    /// It is done; nothing for a deletion. Problems are warnings.
    Done(Option<Box<RemoteObject>>, Vec<Problem>),
    /// The object exists (or was changed) but not all went well: it is recorded, as tainted if it was being created.
    Partial(Box<RemoteObject>, Vec<Problem>),
    /// Certainly nothing was done.
    NotApplied(Vec<Problem>),
    /// It cannot be said what was done: the intent stays open.
    Unsure(Vec<Problem>),
}

/// An object of the cloud that the state does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmanagedObject {
    /// The resource type that would manage it.
    pub ty: Name,
    /// Its id, as `import` takes it.
    pub id: String,
    /// Its name, or empty.
    pub name: String,
}
