//! Decides how things are addressed. Addresses are types, never strings; their text forms are Terraform's.

mod key;
mod module;
mod parse;
mod provider;
mod resource;

pub use key::InstanceKey;
pub use module::{Module, ModuleInstance, ModuleStep};
pub use parse::{AddrParseError, Target};
pub use provider::{AbsProviderConfig, ProviderAddr};
pub use resource::{AbsOutputValue, AbsResource, AbsResourceInstance, Resource, ResourceMode};
