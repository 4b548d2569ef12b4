//! The provider `hashicorp/local`: files on this machine.

mod checksums;
mod content;
mod data_file;
mod data_sensitive_file;
mod file;
mod sensitive_file;

use crate::BuiltinProvider;
use crate::kit::{DataSource, Managed};

pub(crate) fn provider() -> BuiltinProvider {
    let managed: [(&str, Box<dyn Managed>); 2] = [
        ("local_file", Box::new(file::File)),
        (
            "local_sensitive_file",
            Box::new(sensitive_file::SensitiveFile),
        ),
    ];
    let data: [(&str, Box<dyn DataSource>); 2] = [
        ("local_file", Box::new(data_file::DataFile)),
        (
            "local_sensitive_file",
            Box::new(data_sensitive_file::DataSensitiveFile),
        ),
    ];
    BuiltinProvider::new("local", managed, data)
}
