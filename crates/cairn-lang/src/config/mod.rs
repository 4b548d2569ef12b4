//! Decides what a module's configuration consists of, once its files are decoded. No values, no unknowns: expressions stay as they are.

mod types;

pub use types::{
    Check, Condition, IgnoreChanges, Import, Lifecycle, Local, ModuleCall, ModuleConfig, Moved,
    Output, ProviderBlock, ProviderRef, Provisioner, ProvisionerWhen, Removed, Repetition,
    RequiredProvider, ResourceConfig, TypeConstraint, Variable,
};
