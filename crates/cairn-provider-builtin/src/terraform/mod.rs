//! The provider `terraform.io/builtin/terraform`: `terraform_data`, and the data source `terraform_remote_state`.

mod data;
mod remote_state;

use crate::BuiltinProvider;
use crate::kit::{DataSource, Managed};

pub(crate) fn provider() -> BuiltinProvider {
    BuiltinProvider::new(
        "terraform",
        [("terraform_data", Box::new(data::Data) as Box<dyn Managed>)],
        [(
            "terraform_remote_state",
            Box::new(remote_state::RemoteState) as Box<dyn DataSource>,
        )],
    )
}
