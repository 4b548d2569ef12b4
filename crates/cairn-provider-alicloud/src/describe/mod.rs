//! How resource types and data sources are written down, and what follows from that for all of them alike: schema,
//! validation, planning, reading values out of configurations and putting answers of the cloud into objects.
//!
//! What any one type has is decided in `resource` and `data`.

mod checks;
pub(crate) mod cidr;
mod draft;
mod fields;
mod plan;
pub(crate) mod table;
pub(crate) mod wire;

pub(crate) use checks::{attr_path, check_table};
pub(crate) use draft::Draft;
pub(crate) use fields::{Fields, is_unset};
pub(crate) use plan::{Planned, plan_object};
pub(crate) use table::{
    Attr, Block, Check, Difference, Fallback, Support, Table, Ty, block_schema, object_type,
};

#[cfg(test)]
mod tests;
