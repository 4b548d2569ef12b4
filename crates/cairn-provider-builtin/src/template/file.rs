//! Decides what the data source `template_file` gives: a template with values put in.

use async_trait::async_trait;
use cairn_model::ResourceSchema;
use cairn_provider::Problem;
use cairn_value::{Object, Path, Type, Value, name};
use sha2::{Digest as _, Sha256};

use super::render::render;
use crate::Surroundings;
use crate::kit::{DataSource, computed, is_set, optional, plain_schema, text};

/// `template_file`
pub(super) struct File;

#[async_trait]
impl DataSource for File {
    fn schema(&self) -> ResourceSchema {
        let (filename, of_filename) = optional(
            "filename",
            Type::String,
            "The path of a file with the template.",
        );
        plain_schema(
            0,
            [
                optional("template", Type::String, "The template."),
                (
                    filename,
                    of_filename.deprecated("Use template = file(\"…\") instead."),
                ),
                optional(
                    "vars",
                    Type::map(Type::String),
                    "The values that the template can name.",
                ),
                computed(
                    "rendered",
                    Type::String,
                    "The template with the values put in.",
                ),
                computed("id", Type::String, "SHA-256 of the rendered text."),
            ],
        )
    }

    fn validate(&self, config: &Object) -> Vec<Problem> {
        if is_set(config, "template") && is_set(config, "filename") {
            return vec![
                Problem::error(
                    "conflicting-attributes",
                    "Conflicting attributes",
                    "The template is given by template and by filename. Leave filename out.",
                )
                .at(Path::attr("filename")),
            ];
        }
        Vec::new()
    }

    async fn read(&self, with: &dyn Surroundings, config: &Object) -> Result<Object, Vec<Problem>> {
        let (attribute, template) = match (text(config, "template"), text(config, "filename")) {
            (None, Some(path)) => {
                let content = with
                    .read(path)
                    .map_err(|e| e.to_string())
                    .and_then(|bytes| {
                        String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
                    });
                let content = content.map_err(|e| {
                    vec![
                        Problem::error(
                            "file-not-readable",
                            "File cannot be read",
                            format!("The file {path} cannot be read: {e}."),
                        )
                        .at(Path::attr("filename")),
                    ]
                })?;
                ("filename", content)
            }
            (template, _) => ("template", template.unwrap_or_default().to_owned()),
        };
        let vars = match config.get("vars") {
            Some(vars @ Value::Map(_)) => vars.clone(),
            _ => Value::map(Type::String, []),
        };
        let rendered = render(with, &template, vars).map_err(|detail| {
            vec![
                Problem::error("template-failed", "Failed to render template", detail)
                    .at(Path::attr(name(attribute))),
            ]
        })?;
        let mut object = config.clone();
        let sum = Sha256::digest(rendered.as_bytes());
        object.set("id", Value::string(crate::random::hex(&sum)));
        object.set("rendered", Value::string_nfc(rendered));
        Ok(object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Fake, map, object, wait};

    fn rendered(with: &Fake, values: &[(&str, Value)]) -> Result<String, Vec<Problem>> {
        let config = object(&File.schema(), values);
        let problems = File.validate(&config);
        if !problems.is_empty() {
            return Err(problems);
        }
        let read = wait(File.read(with, &config))?;
        Ok(text(&read, "rendered").unwrap().to_owned())
    }

    #[test]
    fn values_are_put_in() {
        let with = Fake::default();
        let vars = ("vars", map(&[("name", "web"), ("n", "3")]));
        let template = "${upper(name)}%{ for i in range(n) } ${i}%{ endfor }$${x}";
        assert_eq!(
            rendered(
                &with,
                &[("template", Value::string(template)), vars.clone()]
            )
            .unwrap(),
            "WEB 0 1 2${x}"
        );
        with.put("t", b"hello ${name}");
        assert_eq!(
            rendered(&with, &[("filename", Value::string("t")), vars]).unwrap(),
            "hello web"
        );
        assert_eq!(rendered(&with, &[]).unwrap(), "");
        assert_eq!(
            rendered(&with, &[("template", Value::string("${file(\"t\")}"))]).unwrap(),
            "hello ${name}"
        );
    }

    #[test]
    fn mistakes_in_the_template_are_said() {
        let with = Fake::default();
        for (template, part) in [
            ("${nobody}", "nobody"),
            ("a\n${", "2"),
            ("${file(\"no\")}", "no"),
        ] {
            let problems = rendered(&with, &[("template", Value::string(template))]).unwrap_err();
            assert_eq!(problems[0].path, Some(Path::attr("template")), "{template}");
            assert!(
                problems[0].detail.contains(part),
                "{template}: {}",
                problems[0].detail
            );
        }
        let both = [
            ("template", Value::string("")),
            ("filename", Value::string("t")),
        ];
        assert!(rendered(&with, &both).is_err());
        assert!(rendered(&with, &[("filename", Value::string("no"))]).is_err());
    }
}
