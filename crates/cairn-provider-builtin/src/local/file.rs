//! Decides how `local_file` behaves: a file whose content may be shown.

use async_trait::async_trait;
use cairn_model::{ApplyRequest, AttributeSchema, RemoteObject, ResourceSchema};
use cairn_provider::{ApplyResponse, PlanRequest, PlanResponse, Problem, ReadResponse};
use cairn_value::{Object, Type, name};

use super::content;
use crate::Surroundings;
use crate::kit::{Managed, plain_schema};

/// `local_file`
pub(super) struct File;

/// The permissions of files and folders where none are said.
const PERMISSION: &str = "0777";

#[async_trait]
impl Managed for File {
    fn schema(&self) -> ResourceSchema {
        let mut attributes = content::attributes(PERMISSION);
        attributes.push((
            name("sensitive_content"),
            AttributeSchema::optional(Type::String)
                .describe("The content as text that is not shown.")
                .sensitive()
                .deprecated("Use the resource type local_sensitive_file instead."),
        ));
        plain_schema(0, attributes)
    }

    fn validate(&self, config: &Object) -> Vec<Problem> {
        content::validate(
            config,
            &["content", "sensitive_content", "content_base64", "source"],
        )
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
    use std::sync::Arc;

    use cairn_model::{AbsResourceInstance, ApplyKind, RecordInfo};
    use cairn_value::{Path, Value};

    use super::*;
    use crate::testing::{Fake, create, replaced_by, string, wait};

    fn hello() -> [(&'static str, Value); 2] {
        [
            ("filename", Value::string("out/f")),
            ("content", Value::string("hello")),
        ]
    }

    #[test]
    fn the_file_is_written_and_its_checksums_recorded() {
        let with = Fake::default();
        let made = create(&File, &with, &hello()).unwrap();
        let file = with.files.lock().unwrap()["out/f"].clone();
        assert_eq!(file.content, b"hello");
        assert_eq!((file.file_mode, file.folder_mode), (0o777, 0o777));
        for (n, sum) in [
            ("id", "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"),
            ("content_sha1", "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"),
            ("content_md5", "5d41402abc4b2a76b9719d911017c592"),
            (
                "content_sha256",
                "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
            ),
            (
                "content_base64sha256",
                "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
            ),
        ] {
            assert_eq!(string(&made, n), sum, "{n}");
        }
        assert_eq!(string(&made, "content_sha512").len(), 128);
        assert_eq!(string(&made, "content_base64sha512").len(), 88);
    }

    #[test]
    fn the_content_comes_from_one_of_four_places() {
        let with = Fake::default();
        with.put("from", b"\xff");
        for (n, given, content) in [
            ("content_base64", "/w==", &b"\xff"[..]),
            ("source", "from", b"\xff"),
            ("sensitive_content", "s", b"s"),
            ("content", "", b""),
        ] {
            let values = [("filename", Value::string("f")), (n, Value::string(given))];
            create(&File, &with, &values).unwrap();
            assert_eq!(with.content("f").as_deref(), Some(content), "{n}");
        }
        let twice = [&hello()[..], &[("source", Value::string("from"))]].concat();
        let problems = create(&File, &with, &twice).unwrap_err();
        assert_eq!(problems[0].path, Some(Path::attr("source")));
        assert!(create(&File, &with, &hello()[..1]).is_err());
        let missing = [
            ("filename", Value::string("f")),
            ("source", Value::string("no")),
        ];
        let problems = create(&File, &with, &missing).unwrap_err();
        assert_eq!(problems[0].code, "file-not-readable");
    }

    #[test]
    fn permissions_are_octal() {
        let with = Fake::default();
        for good in ["644", "0600", "1777"] {
            let values = [&hello()[..], &[("file_permission", Value::string(good))]].concat();
            assert!(create(&File, &with, &values).is_ok(), "{good}");
        }
        for bad in ["", "64", "0888", "rw-r--r--", "00644"] {
            let values = [
                &hello()[..],
                &[("directory_permission", Value::string(bad))],
            ]
            .concat();
            let problems = create(&File, &with, &values).unwrap_err();
            assert_eq!(
                problems[0].path,
                Some(Path::attr("directory_permission")),
                "{bad}"
            );
        }
    }

    #[test]
    fn a_file_that_is_missing_or_other_is_gone() {
        let with = Fake::default();
        let made = create(&File, &with, &hello()).unwrap();
        let now = || wait(File.read(&with, &made));
        assert!(matches!(now(), ReadResponse::Present(_)));
        with.put("out/f", b"other");
        assert!(matches!(now(), ReadResponse::Absent));
        with.remove("out/f").unwrap();
        assert!(matches!(now(), ReadResponse::Absent));
    }

    #[test]
    fn every_argument_makes_a_new_file() {
        let made = create(&File, &Fake::default(), &hello()).unwrap();
        assert!(replaced_by(&File, &made, &hello()).is_empty());
        let values = [
            ("filename", Value::string("g")),
            ("content", Value::string("x")),
            ("file_permission", Value::string("0644")),
        ];
        assert_eq!(
            replaced_by(&File, &made, &values),
            ["content", "file_permission", "filename"]
        );
    }

    #[test]
    fn a_file_is_deleted_once_and_it_may_be_gone_already() {
        let with = Fake::default();
        let made = create(&File, &with, &hello()).unwrap();
        let object = made.value.value().as_object().unwrap();
        wait(File.delete(&with, object)).unwrap();
        assert_eq!(with.content("out/f"), None);
        wait(File.delete(&with, object)).unwrap();
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_said() {
        let values = [
            ("filename", Value::string("forbidden/f")),
            ("content", Value::string("x")),
        ];
        let problems = create(&File, &Fake::default(), &values).unwrap_err();
        assert_eq!(problems[0].code, "file-not-written");
        assert!(problems[0].detail.contains("forbidden/f"));
    }

    #[test]
    fn an_interrupted_write_is_found_by_its_content() {
        let with = Fake::default();
        let made = create(&File, &with, &hello()).unwrap();
        let addr: AbsResourceInstance = "local_file.a".parse().unwrap();
        let mut planned = made.value.value().as_object().unwrap().clone();
        planned.set("id", Value::unknown(Type::String));
        let mut request = ApplyRequest {
            addr,
            deposed: None,
            kind: ApplyKind::Create,
            ty: name("local_file"),
            prior: None,
            planned: Value::Object(Arc::new(planned)),
            config: Value::null(),
            given: None,
            planned_private: Arc::from([]),
            record: RecordInfo::default(),
        };
        let ApplyResponse::Done(Some(found), _) = wait(File.recover(&with, &request)) else {
            panic!("it was written");
        };
        assert_eq!(*found, made);
        with.put("out/f", b"half");
        assert!(matches!(
            wait(File.recover(&with, &request)),
            ApplyResponse::NotApplied(_)
        ));
        request.kind = ApplyKind::Delete;
        request.prior = Some(made);
        assert!(matches!(
            wait(File.recover(&with, &request)),
            ApplyResponse::NotApplied(_)
        ));
        with.remove("out/f").unwrap();
        assert!(matches!(
            wait(File.recover(&with, &request)),
            ApplyResponse::Done(None, _)
        ));
    }
}
