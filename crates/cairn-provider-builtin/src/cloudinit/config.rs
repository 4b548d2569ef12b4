//! Decides what the data source `cloudinit_config` gives, which is also that of `template_cloudinit_config`.

use std::sync::Arc;

use async_trait::async_trait;
use cairn_model::{BlockSchema, NestedBlock, ResourceSchema};
use cairn_provider::Problem;
use cairn_value::{Object, Path, PathStep, Type, Value, name};

use super::render::{Part, document, encoded, is_boundary};
use crate::Surroundings;
use crate::kit::{
    DataSource, computed, flag, is_set, list_of, optional, optional_computed, required,
    schema_with_blocks, text, wrong,
};

/// `cloudinit_config`
pub(crate) struct Config;

/// What stands between the parts where nothing else is said.
const BOUNDARY: &str = "MIMEBOUNDARY";

#[async_trait]
impl DataSource for Config {
    fn schema(&self) -> ResourceSchema {
        let part = BlockSchema::new(
            [
                optional_computed(
                    "content_type",
                    Type::String,
                    "What kind of part it is; text/plain if it is not set.",
                ),
                required("content", Type::String, "The part's content."),
                optional(
                    "filename",
                    Type::String,
                    "The name under which cloud-init keeps it.",
                ),
                optional(
                    "merge_type",
                    Type::String,
                    "How cloud-init merges it with what came before.",
                ),
            ],
            [],
        );
        schema_with_blocks(
            0,
            [
                optional_computed(
                    "gzip",
                    Type::Bool,
                    "Pack the document; true if it is not set.",
                ),
                optional_computed(
                    "base64_encode",
                    Type::Bool,
                    "Encode the document in base64; true if it is not set.",
                ),
                optional_computed(
                    "boundary",
                    Type::String,
                    "What stands between the parts; MIMEBOUNDARY if it is not set.",
                ),
                computed("rendered", Type::String, "The document."),
                computed(
                    "id",
                    Type::String,
                    "CRC-32 of the document, in decimal digits.",
                ),
            ],
            [(name("part"), NestedBlock::list(part, 1, 0))],
        )
    }

    fn validate(&self, config: &Object) -> Vec<Problem> {
        let mut problems = Vec::new();
        let packed = flag(config, "gzip").unwrap_or(!is_set(config, "gzip"));
        if packed && flag(config, "base64_encode") == Some(false) {
            problems.push(wrong(
                "base64_encode",
                "What is packed is no text: base64_encode must be true where gzip is, as it is by default. Set gzip = false, or leave base64_encode out.",
            ));
        }
        if text(config, "boundary").is_some_and(|b| !is_boundary(b)) {
            problems.push(wrong(
                "boundary",
                "The boundary must be of 1 to 70 letters, digits, spaces and '()+_,-./:=? and not end with a space.",
            ));
        }
        for (i, part) in list_of(config, "part").iter().enumerate() {
            for n in ["content_type", "filename", "merge_type"] {
                let given = part.get_attr(n).and_then(Value::as_str);
                if given.is_some_and(|g| g.contains(['\r', '\n'])) {
                    let path = Path::attr("part")
                        .then(PathStep::Index(i))
                        .then(PathStep::Attr(name(n)));
                    problems.push(
                        wrong(n, format!("The attribute {n} stands in a header, so it cannot have line breaks."))
                            .at(path),
                    );
                }
            }
        }
        problems
    }

    async fn read(&self, _: &dyn Surroundings, config: &Object) -> Result<Object, Vec<Problem>> {
        let problems = self.validate(config);
        if !problems.is_empty() {
            return Err(problems);
        }
        let gzip = flag(config, "gzip").unwrap_or(true);
        let base64 = flag(config, "base64_encode").unwrap_or(true);
        let boundary = text(config, "boundary").unwrap_or(BOUNDARY).to_owned();
        let parts: Vec<Object> = list_of(config, "part")
            .iter()
            .filter_map(|p| p.as_object().cloned())
            .map(|mut part| {
                if text(&part, "content_type").unwrap_or_default().is_empty() {
                    part.set("content_type", Value::string("text/plain"));
                }
                part
            })
            .collect();
        let written: Vec<Part<'_>> = parts
            .iter()
            .map(|p| Part {
                content_type: text(p, "content_type").unwrap_or_default(),
                content: text(p, "content").unwrap_or_default(),
                filename: text(p, "filename").unwrap_or_default(),
                merge_type: text(p, "merge_type").unwrap_or_default(),
            })
            .collect();
        let rendered = encoded(&document(&written, &boundary), gzip, base64);
        let mut object = config.clone();
        if let Some(Value::List(list)) = config.get("part") {
            let parts = parts.into_iter().map(|p| Value::Object(Arc::new(p)));
            object.set("part", Value::list(list.element.clone(), parts.collect()));
        }
        object.set("gzip", Value::Bool(gzip));
        object.set("base64_encode", Value::Bool(base64));
        object.set("boundary", Value::string_nfc(boundary));
        object.set(
            "id",
            Value::string(crc32fast::hash(rendered.as_bytes()).to_string()),
        );
        object.set("rendered", Value::string_nfc(rendered));
        Ok(object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Fake, object, wait};

    fn config(values: &[(&str, Value)], content: &str) -> Object {
        let schema = Config.schema();
        let block = &schema.block.blocks["part"].block;
        let mut part = block.empty_value().as_object().unwrap().clone();
        part.set("content", Value::string(content));
        let parts = Value::list(
            block.implied_type().clone(),
            vec![Value::Object(Arc::new(part))],
        );
        let mut all = vec![("part", parts)];
        all.extend(values.iter().cloned());
        object(&schema, &all)
    }

    #[test]
    fn defaults_are_filled_in() {
        let read = wait(Config.read(&Fake::default(), &config(&[], "x"))).unwrap();
        assert_eq!(read.get("gzip"), Some(&Value::Bool(true)));
        assert_eq!(read.get("base64_encode"), Some(&Value::Bool(true)));
        assert_eq!(text(&read, "boundary"), Some("MIMEBOUNDARY"));
        assert!(text(&read, "rendered").unwrap().starts_with("H4sI"));
        let part = &list_of(&read, "part")[0];
        assert_eq!(
            part.get_attr("content_type"),
            Some(&Value::string("text/plain"))
        );
    }

    #[test]
    fn the_id_is_a_checksum_of_the_document() {
        let plain = [
            ("gzip", Value::Bool(false)),
            ("base64_encode", Value::Bool(false)),
        ];
        let read = |content| wait(Config.read(&Fake::default(), &config(&plain, content))).unwrap();
        let (one, two) = (read("one"), read("two"));
        assert!(
            text(&one, "rendered")
                .unwrap()
                .contains("\r\n\r\none\r\n--MIMEBOUNDARY--")
        );
        assert_ne!(text(&one, "id"), text(&two, "id"));
        assert!(text(&one, "id").unwrap().parse::<u32>().is_ok());
    }

    #[test]
    fn packed_text_must_be_encoded_and_headers_keep_to_their_line() {
        let no = ("base64_encode", Value::Bool(false));
        assert_eq!(
            Config
                .validate(&config(std::slice::from_ref(&no), "x"))
                .len(),
            1
        );
        assert_eq!(
            Config
                .validate(&config(&[("boundary", Value::string("\n"))], "x"))
                .len(),
            1
        );
        let unknown = [no, ("gzip", Value::unknown(Type::Bool))];
        assert!(Config.validate(&config(&unknown, "x")).is_empty());
    }
}
