//! Decides what the data source `local_file` gives: a file's content and checksums.

use async_trait::async_trait;
use cairn_model::ResourceSchema;
use cairn_provider::Problem;
use cairn_value::Object;

use super::content;
use crate::Surroundings;
use crate::kit::{DataSource, plain_schema};

/// `local_file`
pub(super) struct DataFile;

#[async_trait]
impl DataSource for DataFile {
    fn schema(&self) -> ResourceSchema {
        plain_schema(0, content::data_attributes(false))
    }

    async fn read(&self, with: &dyn Surroundings, config: &Object) -> Result<Object, Vec<Problem>> {
        content::data(with, config)
    }
}

#[cfg(test)]
mod tests {
    use cairn_value::Value;

    use super::*;
    use crate::testing::{Fake, object, wait};

    #[test]
    fn a_file_is_read_as_text_and_bytes() {
        let with = Fake::default();
        with.put("f", b"hello");
        let config = object(&DataFile.schema(), &[("filename", Value::string("f"))]);
        let read = wait(DataFile.read(&with, &config)).unwrap();
        assert_eq!(read.get("content"), Some(&Value::string("hello")));
        assert_eq!(read.get("content_base64"), Some(&Value::string("aGVsbG8=")));
        assert_eq!(
            read.get("id"),
            Some(&Value::string("aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"))
        );
        with.remove("f").unwrap();
        let problems = wait(DataFile.read(&with, &config)).unwrap_err();
        assert_eq!(problems[0].code, "file-not-readable");
    }
}
