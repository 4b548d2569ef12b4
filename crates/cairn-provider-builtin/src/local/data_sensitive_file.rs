//! Decides what the data source `local_sensitive_file` gives: the same as `local_file`, with the content kept secret.

use async_trait::async_trait;
use cairn_model::ResourceSchema;
use cairn_provider::Problem;
use cairn_value::Object;

use super::content;
use crate::Surroundings;
use crate::kit::{DataSource, plain_schema};

/// `local_sensitive_file`
pub(super) struct DataSensitiveFile;

#[async_trait]
impl DataSource for DataSensitiveFile {
    fn schema(&self) -> ResourceSchema {
        plain_schema(0, content::data_attributes(true))
    }

    async fn read(&self, with: &dyn Surroundings, config: &Object) -> Result<Object, Vec<Problem>> {
        content::data(with, config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_is_secret() {
        let schema = DataSensitiveFile.schema();
        for (n, secret) in [
            ("content", true),
            ("content_base64", true),
            ("content_sha1", false),
            ("id", false),
        ] {
            assert_eq!(schema.block.attributes[n].sensitive, secret, "{n}");
        }
    }
}
