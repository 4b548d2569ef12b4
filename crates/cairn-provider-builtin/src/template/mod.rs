//! The provider `hashicorp/template`, which configurations of old use: templates that are rendered by a data source.

mod file;
mod render;

use crate::BuiltinProvider;
use crate::kit::DataSource;

pub(crate) fn provider() -> BuiltinProvider {
    let data: [(&str, Box<dyn DataSource>); 2] = [
        (
            "template_cloudinit_config",
            Box::new(crate::cloudinit::Config),
        ),
        ("template_file", Box::new(file::File)),
    ];
    BuiltinProvider::new("template", [], data)
}
