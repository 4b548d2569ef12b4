//! Decides what the two kinds of files have in common: where the content comes from, how the file is written, when it counts
//! as gone, and what became of a write that was interrupted.

use std::io::ErrorKind;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use cairn_model::{ApplyKind, ApplyRequest, AttributeSchema, RemoteObject, ResourceSchema};
use cairn_provider::{ApplyResponse, PlanRequest, PlanResponse, Problem, ReadResponse};
use cairn_value::{Name, Object, Path, Type, Value};

use super::checksums;
use crate::Surroundings;
use crate::kit::{
    Rules, computed, is_set, optional, optional_computed, planned, remote, required, text, wrong,
};

/// The attributes that both have, with the permissions that stand where none are said.
pub(super) fn attributes(permission: &str) -> Vec<(Name, AttributeSchema)> {
    let mut all = vec![
        required(
            "filename",
            Type::String,
            "The file's path. Folders that are missing are made.",
        ),
        optional("content", Type::String, "The content as text."),
        optional(
            "content_base64",
            Type::String,
            "The content in base64, for what is no text.",
        ),
        optional(
            "source",
            Type::String,
            "The path of a file whose content is copied.",
        ),
        optional_computed(
            "file_permission",
            Type::String,
            &format!(
                "The file's permissions before the umask, in octal digits; {permission} if it is not set."
            ),
        ),
        optional_computed(
            "directory_permission",
            Type::String,
            &format!(
                "The permissions of folders that are made, in octal digits; {permission} if it is not set."
            ),
        ),
        computed(
            "id",
            Type::String,
            "SHA-1 of the content, in hexadecimal digits.",
        ),
    ];
    all.extend(checksums::attributes());
    all
}

/// Checks that the content comes from one place, and the permissions.
pub(super) fn validate(config: &Object, sources: &[&str]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let set: Vec<&str> = sources
        .iter()
        .copied()
        .filter(|n| is_set(config, n))
        .collect();
    let all = sources.join(", ");
    match set[..] {
        [] => problems.push(Problem::error(
            "missing-attribute",
            "No content",
            format!("The file's content must be given by one of {all}."),
        )),
        [_] => {}
        [first, second, ..] => problems.push(
            Problem::error(
                "conflicting-attributes",
                "Conflicting attributes",
                format!("The file's content is given by {first} and by {second}. Exactly one of {all} must be set."),
            )
            .at(Path::attr(second)),
        ),
    }
    for n in ["file_permission", "directory_permission"] {
        if text(config, n).is_some_and(|p| mode(p).is_none()) {
            problems.push(wrong(
                n,
                format!("The attribute {n} must be three or four octal digits, such as \"0644\"."),
            ));
        }
    }
    if let Some(given) = text(config, "content_base64")
        && BASE64_STANDARD.decode(given).is_err()
    {
        problems.push(wrong("content_base64", "The content is not valid base64."));
    }
    problems
}

fn mode(permission: &str) -> Option<u32> {
    let digits = permission.bytes().all(|b| (b'0'..=b'7').contains(&b));
    (digits && (3..=4).contains(&permission.len()))
        .then(|| u32::from_str_radix(permission, 8).ok())
        .flatten()
}

/// Plans: every argument makes a new file.
pub(super) fn plan(request: &PlanRequest<'_>, permission: &str) -> PlanResponse {
    let rules = Rules {
        defaults: vec![
            ("file_permission", Value::string(permission)),
            ("directory_permission", Value::string(permission)),
        ],
        replace: &[
            "filename",
            "content",
            "sensitive_content",
            "content_base64",
            "source",
            "file_permission",
            "directory_permission",
        ],
        keepers: None,
    };
    planned(request, &rules)
}

/// Writes the file.
pub(super) fn create(with: &dyn Surroundings, mut object: Object) -> Result<Object, Vec<Problem>> {
    let content = content(with, &object)?;
    let path = text(&object, "filename").unwrap_or_default();
    let permission = |n: &str| text(&object, n).and_then(mode).unwrap_or(0o700);
    with.write(
        path,
        &content,
        permission("file_permission"),
        permission("directory_permission"),
    )
    .map_err(|e| {
        vec![
            Problem::error(
                "file-not-written",
                "File cannot be written",
                format!("The file {path} cannot be written: {e}."),
            )
            .at(Path::attr("filename")),
        ]
    })?;
    complete(&mut object, &content);
    Ok(object)
}

/// What is known of a file once its content is.
fn complete(object: &mut Object, content: &[u8]) {
    checksums::set(object, content);
    object.set("id", Value::string(checksums::sha1(content)));
}

fn content(with: &dyn Surroundings, object: &Object) -> Result<Vec<u8>, Vec<Problem>> {
    if let Some(given) = text(object, "content_base64") {
        return BASE64_STANDARD
            .decode(given)
            .map_err(|_| vec![wrong("content_base64", "The content is not valid base64.")]);
    }
    if let Some(path) = text(object, "source") {
        return with.read(path).map_err(|e| {
            vec![
                Problem::error(
                    "file-not-readable",
                    "File cannot be read",
                    format!("The source {path} cannot be read: {e}."),
                )
                .at(Path::attr("source")),
            ]
        });
    }
    let given = text(object, "content").or_else(|| {
        let sensitive = object.get("sensitive_content")?;
        sensitive.as_str()
    });
    Ok(given.unwrap_or_default().as_bytes().to_vec())
}

/// A file that is missing, or holds something else, is gone: the next apply writes it anew.
pub(super) fn read(with: &dyn Surroundings, prior: &RemoteObject) -> ReadResponse {
    let Some(object) = prior.value.value().as_object() else {
        return ReadResponse::Absent;
    };
    let path = text(object, "filename").unwrap_or_default();
    match with.read(path) {
        Ok(content) if text(object, "id") == Some(&checksums::sha1(&content)) => {
            ReadResponse::Present(Box::new(prior.clone()))
        }
        Ok(_) => ReadResponse::Absent,
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            ReadResponse::Absent
        }
        Err(e) => ReadResponse::Failed(vec![
            Problem::error(
                "file-not-readable",
                "File cannot be read",
                format!("The file {path} cannot be read: {e}."),
            )
            .at(Path::attr("filename")),
        ]),
    }
}

/// Removes the file; one that is not there any more is removed already.
pub(super) fn delete(with: &dyn Surroundings, object: &Object) -> Result<(), Vec<Problem>> {
    let path = text(object, "filename").unwrap_or_default();
    match with.remove(path) {
        Err(e) if !matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Err(vec![Problem::error(
                "file-not-removed",
                "File cannot be removed",
                format!("The file {path} cannot be removed: {e}."),
            )])
        }
        _ => Ok(()),
    }
}

/// What became of an interrupted call: a file with the content that was to be written was written.
pub(super) fn recover(
    with: &dyn Surroundings,
    schema: &ResourceSchema,
    request: &ApplyRequest,
) -> ApplyResponse {
    let of = |v: Option<&Object>| v.and_then(|o| text(o, "filename").map(str::to_owned));
    match request.kind {
        ApplyKind::Create => {
            let Some(planned) = request.planned.as_object() else {
                return ApplyResponse::NotApplied(Vec::new());
            };
            let found = of(Some(planned)).and_then(|path| with.read(&path).ok());
            match (found, content(with, planned)) {
                (Some(found), Ok(wanted)) if found == wanted => {
                    let mut object = planned.clone();
                    complete(&mut object, &found);
                    match remote(schema, object) {
                        Some(object) => ApplyResponse::Done(Some(Box::new(object)), Vec::new()),
                        None => ApplyResponse::NotApplied(Vec::new()),
                    }
                }
                _ => ApplyResponse::NotApplied(Vec::new()),
            }
        }
        ApplyKind::Update => ApplyResponse::NotApplied(Vec::new()),
        ApplyKind::Delete => {
            let prior = request.prior.as_ref();
            let path = of(prior.and_then(|p| p.value.value().as_object()));
            match path.map(|p| with.read(&p)) {
                Some(Err(e)) if e.kind() == ErrorKind::NotFound => {
                    ApplyResponse::Done(None, Vec::new())
                }
                _ => ApplyResponse::NotApplied(Vec::new()),
            }
        }
    }
}

/// The attributes of a data source about a file.
pub(super) fn data_attributes(sensitive: bool) -> Vec<(Name, AttributeSchema)> {
    let mut all = vec![
        required("filename", Type::String, "The file's path."),
        computed("content", Type::String, "The content as text."),
        computed("content_base64", Type::String, "The content in base64."),
        computed(
            "id",
            Type::String,
            "SHA-1 of the content, in hexadecimal digits.",
        ),
    ];
    for (n, a) in &mut all {
        a.sensitive = sensitive && n.starts_with("content");
    }
    all.extend(checksums::attributes());
    all
}

/// What a data source gives of a file. What is no text has replacement characters in `content`; `content_base64` has all.
pub(super) fn data(with: &dyn Surroundings, config: &Object) -> Result<Object, Vec<Problem>> {
    let path = text(config, "filename").unwrap_or_default();
    let content = with.read(path).map_err(|e| {
        vec![
            Problem::error(
                "file-not-readable",
                "File cannot be read",
                format!("The file {path} cannot be read: {e}."),
            )
            .at(Path::attr("filename")),
        ]
    })?;
    let mut object = config.clone();
    object.set(
        "content",
        Value::string_nfc(String::from_utf8_lossy(&content)),
    );
    object.set(
        "content_base64",
        Value::string(BASE64_STANDARD.encode(&content)),
    );
    complete(&mut object, &content);
    Ok(object)
}
