//! Decides how attributes travel: under which parameter a request carries one, in which member an answer has it, and how a
//! value becomes parameters and comes back from JSON. Types that are described as data need nothing else.
//!
//! An absent member of an answer counts as empty: the service leaves out what has no value.

use cairn_value::{Number, Object, Shape, Type, Value, name};
use serde_json::Value as Json;

use super::table::{Attr, Table, Ty, object_type};
use super::{Draft, Fields};
use crate::resource::tags::is_reserved;

/// Under which names an attribute or block travels, and in which form.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wire {
    /// The parameter of the creation (of the query, in a data source); empty where none carries it.
    pub(crate) param: &'static str,
    /// The path of members of an answer, such as `Tags.Tag`; a number is a place in a list, `*` every element. Empty where no
    /// answer has it.
    pub(crate) field: &'static str,
    /// The API's words for those of the configuration: `("PayAsYouGo", "PostPaid")`.
    pub(crate) words: &'static [(&'static str, &'static str)],
    /// How a collection is written.
    pub(crate) form: Form,
}

/// How a collection of strings is written in a request. A map is a list of keys and values, or a JSON object in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Form {
    /// `Name.1`, `Name.2`
    #[default]
    Numbered,
    /// `["a","b"]`
    Json,
    /// `a,b`
    Comma,
}

impl Form {
    /// The parameters that carry texts in this form; none for none.
    pub(crate) fn params(self, param: &str, texts: &[String]) -> Params {
        if texts.is_empty() {
            return Params::new();
        }
        match self {
            Self::Numbered => {
                let numbered = texts.iter().enumerate();
                numbered
                    .map(|(i, text)| (format!("{param}.{}", i + 1), text.clone()))
                    .collect()
            }
            Self::Json => vec![(param.to_owned(), Json::from(texts).to_string())],
            Self::Comma => vec![(param.to_owned(), texts.join(","))],
        }
    }
}

impl Attr {
    /// The creation carries it under this name.
    pub(crate) fn param(mut self, param: &'static str) -> Self {
        self.wire.param = param;
        self
    }

    /// Answers have it here.
    pub(crate) fn field(mut self, field: &'static str) -> Self {
        self.wire.field = field;
        self
    }

    /// Request and answer call it the same.
    pub(crate) fn named(self, name: &'static str) -> Self {
        self.param(name).field(name)
    }

    /// A collection is written in this form.
    pub(crate) fn form(mut self, form: Form) -> Self {
        self.wire.form = form;
        self
    }

    /// The API has other words for its values: pairs of the configuration's and the API's.
    pub(crate) fn words(mut self, words: &'static [(&'static str, &'static str)]) -> Self {
        self.wire.words = words;
        self
    }
}

/// Parameters of a request, by name.
pub(crate) type Params = Vec<(String, String)>;

/// The parameters of all attributes and blocks of an object that have a name in requests. Unset and unknown ones give none.
pub(crate) fn all_params(table: &Table, object: Fields<'_>) -> Params {
    let mut out = Params::new();
    attrs_params("", &table.attrs, object, &mut out);
    out
}

fn attrs_params(prefix: &str, attrs: &[Attr], object: Fields<'_>, out: &mut Params) {
    for attr in attrs.iter().filter(|a| !a.wire.param.is_empty()) {
        let Some(value) = object.value(attr.name) else {
            continue;
        };
        if value.as_str() != Some("") {
            value_params(
                &format!("{prefix}{}", attr.wire.param),
                attr.wire,
                value,
                out,
            );
        }
    }
}

/// The parameters of one value. Null and unknown values give none, an empty string gives an empty parameter.
pub(crate) fn value_params(param: &str, wire: Wire, value: &Value, out: &mut Params) {
    let items = match value {
        Value::List(l) => &l.items[..],
        Value::Set(s) => s.items(),
        Value::Map(m) => {
            let pairs = m.entries.iter().filter_map(|(k, v)| Some((k, v.as_str()?)));
            if wire.form == Form::Json {
                let members = pairs.map(|(k, v)| (k.to_string(), Json::from(v)));
                let members: serde_json::Map<String, Json> = members.collect();
                if !members.is_empty() {
                    out.push((param.to_owned(), Json::Object(members).to_string()));
                }
                return;
            }
            for (i, (key, value)) in pairs.enumerate() {
                out.push((format!("{param}.{}.Key", i + 1), key.to_string()));
                out.push((format!("{param}.{}.Value", i + 1), value.to_owned()));
            }
            return;
        }
        _ => {
            out.extend(text_of(wire, value).map(|text| (param.to_owned(), text)));
            return;
        }
    };
    let texts: Vec<String> = items.iter().filter_map(|v| text_of(wire, v)).collect();
    out.extend(wire.form.params(param, &texts));
}

/// A scalar as a parameter, in the API's words.
fn text_of(wire: Wire, value: &Value) -> Option<String> {
    match value {
        Value::String(s) => {
            let word = wire.words.iter().find(|(ours, _)| *ours == &**s);
            Some(word.map_or_else(|| s.to_string(), |(_, theirs)| (*theirs).to_owned()))
        }
        Value::Number(n) => Some(n.to_string()),
        Value::Bool(b) => Some(b.to_string()),
        _ => None,
    }
}

/// The members of an answer at a path, such as `Disks.Disk`: one, or as many as a `*` stands for.
pub(crate) fn at<'j>(json: &'j Json, path: &str) -> Vec<&'j Json> {
    let mut found = vec![json];
    for step in path.split('.').filter(|s| !s.is_empty()) {
        found = found
            .into_iter()
            .flat_map(|json| match (step, json) {
                ("*", Json::Array(items)) => items.iter().collect(),
                (_, Json::Array(items)) => {
                    let place = step.parse::<usize>().ok();
                    place.and_then(|i| items.get(i)).into_iter().collect()
                }
                _ => json.get(step).into_iter().collect::<Vec<_>>(),
            })
            .collect();
    }
    found.retain(|json| !json.is_null());
    found
}

/// The texts at a path: of a scalar one, of a list those of its elements.
pub(crate) fn texts(json: &Json, path: &str) -> Vec<String> {
    at(json, path)
        .into_iter()
        .flat_map(|json| match json {
            Json::Array(items) => items.iter().map(scalar).collect(),
            other => vec![scalar(other)],
        })
        .collect()
}

fn scalar(json: &Json) -> String {
    match json {
        Json::String(s) => s.clone(),
        Json::Number(n) => n.to_string(),
        Json::Bool(b) => b.to_string(),
        _ => String::new(),
    }
}

/// Puts all that an answer's item tells of a table's attributes and blocks into an object.
pub(crate) fn take(table: &Table, item: &Json, draft: &mut Draft) {
    for attr in table.attrs.iter().filter(|a| !a.wire.field.is_empty()) {
        draft.settle(attr.name, value_of(attr, item));
    }
}

/// An object of attributes from an answer's item; those that no answer has are null.
pub(crate) fn row(attrs: &[Attr], item: &Json) -> Value {
    let shape = Shape::new(attrs.iter().map(|a| name(a.name)));
    let values = shape
        .names()
        .iter()
        .map(|n| match attrs.iter().find(|a| a.name == &**n) {
            Some(attr) if !attr.wire.field.is_empty() => value_of(attr, item),
            Some(attr) => Value::Null(attr.ty.value_type()),
            None => Value::Null(Type::Dynamic),
        })
        .collect();
    Value::Object(std::sync::Arc::new(Object::with_shape(shape, values)))
}

/// An attribute's value in an answer's item.
fn value_of(attr: &Attr, item: &Json) -> Value {
    let first = || {
        let text = texts(item, attr.wire.field).into_iter().next();
        let text = text.unwrap_or_default();
        let word = attr.wire.words.iter().find(|(_, theirs)| *theirs == text);
        word.map_or(text, |(ours, _)| (*ours).to_owned())
    };
    match &attr.ty {
        Ty::Str => Value::string(first()),
        Ty::Int | Ty::Num => Number::parse(&first()).map_or(Value::int(0), Value::Number),
        Ty::Bool => Value::Bool(first().eq_ignore_ascii_case("true")),
        Ty::StrList => {
            let items = texts(item, attr.wire.field).into_iter().map(Value::string);
            Value::list(Type::String, items.collect())
        }
        Ty::StrSet => {
            let items = texts(item, attr.wire.field).into_iter().map(Value::string);
            Value::set(Type::String, items.collect())
        }
        Ty::StrMap if attr.wire.form == Form::Json => {
            let object: serde_json::Map<String, Json> =
                serde_json::from_str(&first()).unwrap_or_default();
            let entries = object.iter().map(|(k, v)| {
                let value = v.as_str().map_or_else(|| v.to_string(), str::to_owned);
                (k.as_str().into(), Value::string(value))
            });
            Value::map(Type::String, entries)
        }
        Ty::StrMap => Value::map(Type::String, pairs(item, attr.wire.field)),
        Ty::Objects(attrs) => {
            let items = at(item, attr.wire.field);
            let items = items.into_iter().flat_map(|json| match json {
                Json::Array(items) => items.iter().collect(),
                other => vec![other],
            });
            let rows = items.map(|json| row(attrs, json)).collect();
            Value::list(object_type(attrs), rows)
        }
    }
}

/// Tags: a list of keys and values. Those that are not the user's are left out.
fn pairs(item: &Json, path: &str) -> Vec<(std::sync::Arc<str>, Value)> {
    let lists = at(item, path).into_iter().filter_map(Json::as_array);
    lists
        .flatten()
        .filter_map(|tag| {
            let key = tag.get("TagKey").or_else(|| tag.get("Key"))?.as_str()?;
            let value = tag.get("TagValue").or_else(|| tag.get("Value"));
            let value = value.and_then(Json::as_str).unwrap_or_default();
            (!is_reserved(key)).then(|| (key.into(), Value::string(value)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn table() -> Table {
        Table::new(vec![
            Attr::optional("disk_name", Ty::Str, "").named("DiskName"),
            Attr::optional("size", Ty::Int, "").named("Size"),
            Attr::optional("encrypted", Ty::Bool, "").named("Encrypted"),
            Attr::optional("kind", Ty::Str, "")
                .named("Kind")
                .words(&[("PayAsYouGo", "PostPaid")]),
            Attr::optional("ids", Ty::StrList, "")
                .param("Ids")
                .field("Parts.*.Id"),
            Attr::optional("tags", Ty::StrMap, "")
                .param("Tag")
                .field("Tags.Tag"),
            Attr::computed("status", Ty::Str, "").field("States.0"),
        ])
    }

    fn object(text: &Json) -> Object {
        let block = super::super::block_schema(&table().attrs, &table().blocks);
        let value = cairn_value::json::from_json(text, block.implied_type()).unwrap();
        value.as_object().unwrap().clone()
    }

    #[test]
    fn objects_become_parameters() {
        let given = object(&json!({
            "disk_name": "", "size": 20, "encrypted": false, "kind": "PayAsYouGo", "ids": ["a", "b"],
            "tags": {"k": "v"}, "status": "s",
        }));
        let params = all_params(&table(), Fields::of(&given));
        let params: Vec<String> = params
            .into_iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        assert_eq!(
            params,
            [
                "Size=20",
                "Encrypted=false",
                "Kind=PostPaid",
                "Ids.1=a",
                "Ids.2=b",
                "Tag.1.Key=k",
                "Tag.1.Value=v"
            ]
        );
    }

    #[test]
    fn answers_become_objects_and_empty_is_unset() {
        let nothing = json!({"disk_name": null, "size": null, "encrypted": null, "kind": null, "ids": null, "tags": null,
            "status": null});
        let mut draft = Draft::over(&object(&nothing));
        let item = json!({
            "DiskName": "n", "Size": "40", "Kind": "PostPaid", "Parts": [{"Id": "a"}, {"Id": "b"}],
            "Tags": {"Tag": [{"TagKey": "k", "TagValue": "v"}, {"TagKey": "cairn:call", "TagValue": "x"}]},
            "States": ["on", "off"],
        });
        take(&table(), &item, &mut draft);
        let expected = json!({"disk_name": "n", "size": 40, "encrypted": null, "kind": "PayAsYouGo", "ids": ["a", "b"],
            "tags": {"k": "v"}, "status": "on"});
        assert_eq!(draft.into_object(), object(&expected));
    }

    #[test]
    fn maps_travel_as_json_where_the_api_wants_it() {
        let table = Table::new(vec![
            Attr::optional("parameters", Ty::StrMap, "")
                .named("Parameters")
                .form(Form::Json),
        ]);
        let block = super::super::block_schema(&table.attrs, &table.blocks);
        let given = |json: &Json| {
            let value = cairn_value::json::from_json(json, block.implied_type()).unwrap();
            value.as_object().unwrap().clone()
        };
        let filled = given(&json!({"parameters": {"a": "1", "b": "x y"}}));
        let params = all_params(&table, Fields::of(&filled));
        let text = "{\"a\":\"1\",\"b\":\"x y\"}";
        assert_eq!(params, [("Parameters".to_owned(), text.to_owned())]);
        let empty = given(&json!({"parameters": {}}));
        assert!(all_params(&table, Fields::of(&empty)).is_empty());
        let mut draft = Draft::over(&empty);
        take(&table, &json!({"Parameters": text}), &mut draft);
        assert_eq!(draft.into_object(), filled);
    }

    #[test]
    fn paths_lead_through_lists() {
        let json = json!({"A": {"B": [{"C": 1}, {"C": 2}]}});
        assert_eq!(texts(&json, "A.B.*.C"), ["1", "2"]);
        assert_eq!(texts(&json, "A.B.1.C"), ["2"]);
        assert!(texts(&json, "A.X.C").is_empty());
    }
}
