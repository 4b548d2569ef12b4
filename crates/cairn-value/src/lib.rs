//! Types, values with unknowns and marks, conversion, paths, JSON.
//!
//! ```text
//! Type ── what a Value may be ── Value (may be unknown, null, marked) ── Known (no unknown inside; what the state holds)
//! ```
//! Decides what a value is and how operators, conversions and encodings treat it. Knows no configuration language and
//! no resources. The laws follow Terraform's type system as observed from outside.

mod convert;
mod diff;
pub mod json;
mod known;
#[cfg(test)]
mod laws;
mod marks;
mod number;
pub mod ops;
mod order;
mod path;
mod ty;
mod unknown;
mod value;
mod walk;

pub use convert::{ConvertError, convert, convertible, unify};
pub use diff::changed_paths;
pub use known::{Known, NotKnown};
pub use marks::Marks;
pub use number::Number;
pub use path::{Path, PathStep};
pub use ty::{ObjectType, Type};
pub use unknown::{Refinement, Unknown};
pub use value::{ListValue, MapValue, Name, Object, SetValue, Shape, Str, Value, name};
