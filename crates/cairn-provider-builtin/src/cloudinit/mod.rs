//! The provider `hashicorp/cloudinit`: user data of several parts for cloud-init.

mod config;
mod render;

use crate::BuiltinProvider;
use crate::kit::DataSource;

pub(crate) use config::Config;

pub(crate) fn provider() -> BuiltinProvider {
    BuiltinProvider::new(
        "cloudinit",
        [],
        [("cloudinit_config", Box::new(Config) as Box<dyn DataSource>)],
    )
}
