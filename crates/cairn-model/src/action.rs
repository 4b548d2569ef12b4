//! Decides which actions a change can have, and the reasons given for one.

/// What is done to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// Nothing.
    NoOp,
    /// Make it.
    Create,
    /// Read it (data source) during the apply.
    Read,
    /// Change it in place.
    Update,
    /// Delete it, then make it anew.
    DeleteThenCreate,
    /// Make it anew, then delete the old one.
    CreateThenDelete,
    /// Make it anew; the new one takes the place of the old one in the state, and the old object stays.
    CreateThenForget,
    /// Delete it.
    Delete,
    /// Drop it from the state, leave the real object.
    Forget,
}

impl Action {
    /// Whether it replaces: in either order, or with the old object left to itself.
    pub fn is_replace(self) -> bool {
        matches!(
            self,
            Self::DeleteThenCreate | Self::CreateThenDelete | Self::CreateThenForget
        )
    }

    /// The actions as Terraform's plan JSON lists them.
    pub fn json(self) -> &'static [&'static str] {
        match self {
            Self::NoOp => &["no-op"],
            Self::Create => &["create"],
            Self::Read => &["read"],
            Self::Update => &["update"],
            Self::DeleteThenCreate => &["delete", "create"],
            Self::CreateThenDelete => &["create", "delete"],
            Self::CreateThenForget => &["create", "forget"],
            Self::Delete => &["delete"],
            Self::Forget => &["forget"],
        }
    }

    /// The sign in front of an address in a printed plan.
    pub fn sign(self) -> &'static str {
        match self {
            Self::NoOp => "   ",
            Self::Create => "  +",
            Self::Read => " <=",
            Self::Update => "  ~",
            Self::DeleteThenCreate => "-/+",
            Self::CreateThenDelete => "+/-",
            Self::CreateThenForget => "+/.",
            Self::Delete => "  -",
            Self::Forget => "  .",
        }
    }
}

/// Why an action was chosen, where it is not obvious from the values. The names are those of Terraform's and
/// OpenTofu's plan JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActionReason {
    /// An attribute changed that cannot be changed in place.
    ReplaceBecauseCannotUpdate,
    /// The object is tainted.
    ReplaceBecauseTainted,
    /// `-replace` names it.
    ReplaceByRequest,
    /// `replace_triggered_by` names something that changes.
    ReplaceByTriggers,
    /// Its resource block is gone.
    DeleteBecauseNoResourceConfig,
    /// Its key does not fit the repetition (count, for_each or none) of its block.
    DeleteBecauseWrongRepetition,
    /// Its index is at or above `count`.
    DeleteBecauseCountIndex,
    /// Its key is not in `for_each`.
    DeleteBecauseEachKey,
    /// `enabled` of its block is false.
    DeleteBecauseEnabledFalse,
    /// Its module instance is gone.
    DeleteBecauseNoModule,
    /// It was moved to an address that has no configuration.
    DeleteBecauseNoMoveTarget,
    /// Its arguments are known only during the apply.
    ReadBecauseConfigUnknown,
    /// Something it depends on changes in this plan.
    ReadBecauseDependencyPending,
    /// It is the data source of a `check` block, read again to verify that.
    ReadBecauseCheckNested,
}

impl ActionReason {
    /// As Terraform's plan JSON names it.
    pub fn json(self) -> &'static str {
        match self {
            Self::ReplaceBecauseCannotUpdate => "replace_because_cannot_update",
            Self::ReplaceBecauseTainted => "replace_because_tainted",
            Self::ReplaceByRequest => "replace_by_request",
            Self::ReplaceByTriggers => "replace_by_triggers",
            Self::DeleteBecauseNoResourceConfig => "delete_because_no_resource_config",
            Self::DeleteBecauseWrongRepetition => "delete_because_wrong_repetition",
            Self::DeleteBecauseCountIndex => "delete_because_count_index",
            Self::DeleteBecauseEachKey => "delete_because_each_key",
            Self::DeleteBecauseEnabledFalse => "delete_because_enabled_false",
            Self::DeleteBecauseNoModule => "delete_because_no_module",
            Self::DeleteBecauseNoMoveTarget => "delete_because_no_move_target",
            Self::ReadBecauseConfigUnknown => "read_because_config_unknown",
            Self::ReadBecauseDependencyPending => "read_because_dependency_pending",
            Self::ReadBecauseCheckNested => "read_because_check_nested",
        }
    }
}
