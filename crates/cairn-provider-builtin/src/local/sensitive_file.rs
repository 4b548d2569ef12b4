//! Decides how `local_sensitive_file` behaves: a file whose content is secret.

use async_trait::async_trait;
use cairn_model::{ApplyRequest, RemoteObject, ResourceSchema};
use cairn_provider::{ApplyResponse, PlanRequest, PlanResponse, Problem, ReadResponse};
use cairn_value::Object;

use super::content;
use crate::Surroundings;
use crate::kit::{Managed, plain_schema};

/// `local_sensitive_file`
pub(super) struct SensitiveFile;

/// The permissions of files and folders where none are said.
const PERMISSION: &str = "0700";

#[async_trait]
impl Managed for SensitiveFile {
    fn schema(&self) -> ResourceSchema {
        let mut attributes = content::attributes(PERMISSION);
        for (n, a) in &mut attributes {
            a.sensitive |= matches!(&**n, "content" | "content_base64");
        }
        plain_schema(0, attributes)
    }

    fn validate(&self, config: &Object) -> Vec<Problem> {
        content::validate(config, &["content", "content_base64", "source"])
    }

    fn plan(&self, request: &PlanRequest<'_>) -> PlanResponse {
        content::plan(request, PERMISSION)
    }

    fn per_call(&self) -> usize {
        100
    }

    async fn read(&self, with: &dyn Surroundings, prior: &RemoteObject) -> ReadResponse {
        content::read(with, prior)
    }

    async fn create(
        &self,
        with: &dyn Surroundings,
        planned: Object,
    ) -> Result<Object, Vec<Problem>> {
        content::create(with, planned)
    }

    async fn delete(&self, with: &dyn Surroundings, prior: &Object) -> Result<(), Vec<Problem>> {
        content::delete(with, prior)
    }

    async fn recover(&self, with: &dyn Surroundings, request: &ApplyRequest) -> ApplyResponse {
        content::recover(with, &self.schema(), request)
    }
}

#[cfg(test)]
mod tests {
    use cairn_value::Value;

    use super::*;
    use crate::testing::{Fake, create, string};

    #[test]
    fn the_content_is_secret_and_the_file_its_owners() {
        let with = Fake::default();
        let values = [
            ("filename", Value::string("f")),
            ("content", Value::string("hello")),
        ];
        let made = create(&SensitiveFile, &with, &values).unwrap();
        assert_eq!(with.files.lock().unwrap()["f"].file_mode, 0o700);
        assert_eq!(string(&made, "file_permission"), "0700");
        let schema = SensitiveFile.schema();
        let secret: Vec<&str> = schema
            .block
            .attributes
            .iter()
            .filter(|(_, a)| a.sensitive)
            .map(|(n, _)| &**n)
            .collect();
        assert_eq!(secret, ["content", "content_base64"]);
        assert!(!schema.block.attributes.contains_key("sensitive_content"));
    }
}
