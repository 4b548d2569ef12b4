//! The provider `hashicorp/null`: objects that are nothing but their `triggers`, and inputs that come back as outputs.

mod data_source;
mod resource;

use crate::BuiltinProvider;
use crate::kit::{DataSource, Managed};

pub(crate) fn provider() -> BuiltinProvider {
    BuiltinProvider::new(
        "null",
        [(
            "null_resource",
            Box::new(resource::NullResource) as Box<dyn Managed>,
        )],
        [(
            "null_data_source",
            Box::new(data_source::NullDataSource) as Box<dyn DataSource>,
        )],
    )
}

/// A random id as HashiCorp's provider has them: a number of 64 bits.
fn new_id(with: &dyn crate::Surroundings) -> String {
    let mut bytes = [0; 8];
    with.random(&mut bytes);
    (u64::from_be_bytes(bytes) >> 1).to_string()
}
