//! Decides what a module's configuration consists of, once its files are decoded. No values, no unknowns: expressions stay as they are.

mod check;
mod constant;
mod constraint;
mod decode;
mod fields;
mod json_file;
mod lifecycle;
mod mocks;
mod module_call;
mod moved;
mod output;
mod override_file;
mod provider;
mod provisioner;
mod reference;
mod resource;
mod terraform;
mod test_file;
#[cfg(test)]
mod tests;
mod type_expr;
mod types;
mod variable;
mod version;

pub(crate) use constant::{constant, text};
pub(crate) use decode::decode;
pub(crate) use json_file::from_json;
pub(crate) use lifecycle::no_trigger;
pub use mocks::{Given, MockProvider, Mocks, Overrides};
pub(crate) use resource::implied_provider;
pub(crate) use terraform::invalid_constraint;
pub use test_file::{TestFile, TestRun};
pub(crate) use type_expr::type_constraint;
pub use types::{
    Check, Condition, Connection, IgnoreChanges, Import, Lifecycle, Local, ModuleCall,
    ModuleConfig, Moved, Output, ProviderBlock, ProviderRef, Provisioner, ProvisionerWhen, Removed,
    Repetition, RequiredProvider, ResourceConfig, TypeConstraint, Variable,
};
pub use version::{LANGUAGE_VERSION, Version, VersionConstraints};
