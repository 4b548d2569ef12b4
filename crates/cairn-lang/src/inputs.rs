//! Decides how values given from outside (command line, files, environment) become typed root variables.

use std::collections::BTreeMap;

use cairn_diag::{Diagnostic, Diagnostics, FileId, SourceMap, Span, Spanned, nearest};
use cairn_value::{Marks, Name, Type, Value};

use crate::config::{Variable, constant};
use crate::secrets::hide_given;
use crate::syntax::{JsonKind, parse_expression, parse_file, parse_json};
use crate::tree::ModuleTree;

/// Where a value came from, for messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputSource {
    /// `-var`
    CommandLine,
    /// A variables file.
    File(String),
    /// `TF_VAR_name`
    Environment,
    /// Typed at a prompt.
    Prompt,
}

/// One value as it was given.
#[derive(Clone, Debug)]
pub enum RawInput {
    /// Text: taken as it is for primitive types, parsed as an expression otherwise.
    Text(String, InputSource),
    /// A value from a variables file, with its place.
    Value(Spanned<Value>, InputSource),
}

/// Root variables, typed, defaults applied, sensitive ones marked.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// By name: every declared variable.
    pub variables: BTreeMap<Name, Value>,
    /// Those of them that were given a value, as it was given: before conversion and defaults, with the same marks.
    pub given: BTreeMap<Name, Value>,
}

impl Inputs {
    /// Reads a variables file (`.tfvars`, or `.tfvars.json` in the JSON syntax).
    pub fn parse_file(
        sources: &mut SourceMap,
        name: &str,
        text: &str,
    ) -> (BTreeMap<Name, RawInput>, Diagnostics) {
        let file = sources.add(name, text);
        let mut given = BTreeMap::new();
        let source = InputSource::File(name.to_owned());
        let extension = std::path::Path::new(name).extension();
        if extension.is_some_and(|e| e.eq_ignore_ascii_case("json")) {
            return json_file(file, text, &source);
        }
        let (body, mut said) = parse_file(file, text);
        for block in &body.blocks {
            let ty = &block.ty;
            said.push(
                Diagnostic::error("block-in-variables-file", "Unexpected block")
                    .detail(format!(
                        "A variables file holds arguments only (name = value). For an object write {ty} = {{ ... }}; to declare something use a .tf file."
                    ))
                    .at(block.header),
            );
        }
        for attribute in body.attributes {
            if let Some(value) = constant(&attribute.expr, &mut said) {
                let value = Spanned::new(value, attribute.expr.span);
                given.insert(attribute.name, RawInput::Value(value, source.clone()));
            }
        }
        (given, said)
    }

    /// Makes typed root variables of what was given; later sources have already won. Missing required ones, wrong types and
    /// undeclared names are diagnostics (undeclared: an error from the command line, a warning from a file, nothing from the
    /// environment). Validation rules are evaluated by the evaluator.
    pub fn resolve(
        tree: &ModuleTree,
        sources: &mut SourceMap,
        given: &BTreeMap<Name, RawInput>,
    ) -> (Self, Diagnostics) {
        let declared = &tree.root.config.variables;
        hide_given(&tree.root.config, given, sources);
        let mut said = Diagnostics::new();
        let mut inputs = Self::default();
        for (name, raw) in given {
            if !declared.contains_key(name) {
                said.extend(undeclared(name, raw, declared));
            }
        }
        for (name, variable) in declared {
            let raw = given
                .get(name)
                .map(|raw| as_given(variable, raw, sources, &mut said));
            let value = match &raw {
                Some(raw) => raw
                    .as_ref()
                    .and_then(|raw| from_outside(variable, raw, &mut said)),
                None => from_default(variable, &mut said),
            };
            let value =
                value.unwrap_or_else(|| Value::unknown(variable.constraint.ty.without_optional()));
            let mut marks = Marks::NONE;
            if variable.sensitive {
                marks = marks.union(Marks::SENSITIVE);
            }
            if variable.ephemeral {
                marks = marks.union(Marks::EPHEMERAL);
            }
            inputs.variables.insert(name.clone(), value.mark(marks));
            if let Some(raw) = raw.flatten() {
                inputs.given.insert(name.clone(), raw.value.mark(marks));
            }
        }
        (inputs, said)
    }

    /// An unknown value for each root variable: for checking a configuration whatever its values.
    pub fn unknown(tree: &ModuleTree) -> Self {
        let variables = tree.root.config.variables.iter();
        Self {
            variables: variables
                .map(|(n, v)| {
                    let mut marks = Marks::NONE;
                    if v.sensitive {
                        marks = marks.union(Marks::SENSITIVE);
                    }
                    if v.ephemeral {
                        marks = marks.union(Marks::EPHEMERAL);
                    }
                    (
                        n.clone(),
                        Value::unknown(v.constraint.ty.clone()).mark(marks),
                    )
                })
                .collect(),
            given: BTreeMap::new(),
        }
    }

    /// Stands for a root variable that nobody has given a value, where that is no mistake.
    pub fn not_given(variable: &Variable) -> RawInput {
        let value = Spanned::new(Value::unknown(Type::Dynamic), variable.header);
        RawInput::Value(value, InputSource::Prompt)
    }

    /// The root variables that have neither a value nor a default, for prompting.
    pub fn missing(tree: &ModuleTree, given: &BTreeMap<Name, RawInput>) -> Vec<Name> {
        tree.root
            .config
            .variables
            .iter()
            .filter(|(name, v)| v.default.is_none() && !given.contains_key(*name))
            .map(|(name, _)| name.clone())
            .collect()
    }
}

/// A variables file in the JSON syntax: strings are as they are.
fn json_file(
    file: FileId,
    text: &str,
    source: &InputSource,
) -> (BTreeMap<Name, RawInput>, Diagnostics) {
    let mut given = BTreeMap::new();
    let json = match parse_json(file, text) {
        Ok(json) => json,
        Err(said) => return (given, said),
    };
    let mut said = Diagnostics::new();
    let JsonKind::Object(items) = &json.kind else {
        said.push(
            Diagnostic::error("json-object-required", "Incorrect JSON value type")
                .detail("A variables file holds one object, with a property for each variable.")
                .at(json.span),
        );
        return (given, said);
    };
    for (key, value) in items {
        if key.value == "//" {
            continue;
        }
        if let Some(constant) = constant(&value.literal(), &mut said) {
            let value = Spanned::new(constant, value.span);
            given.insert(
                Name::from(&*key.value),
                RawInput::Value(value, source.clone()),
            );
        }
    }
    (given, said)
}

fn undeclared(
    name: &Name,
    raw: &RawInput,
    declared: &BTreeMap<Name, Variable>,
) -> Option<Diagnostic> {
    let (source, place) = match raw {
        RawInput::Text(_, source) => (source, None),
        RawInput::Value(value, source) => (source, Some(value.span)),
    };
    let near = nearest(name, declared.keys().map(|n| &**n))
        .map_or(String::new(), |near| format!(" Did you mean `{near}`?"));
    let declare = format!("To use it, declare variable \"{name}\" {{}} in the root module.");
    match source {
        InputSource::Environment => None,
        InputSource::CommandLine | InputSource::Prompt => Some(
            Diagnostic::error("undeclared-variable", "Value for undeclared variable")
                .detail(format!("-var gives a value to `{name}`, but the root module declares no variable of that name.{near}"))
                .hint(declare),
        ),
        InputSource::File(file) => Some(
            Diagnostic::warning("undeclared-variable", "Value for undeclared variable")
                .detail(format!("{file} gives a value to `{name}`, but the root module declares no variable of that name.{near}"))
                .at_opt(place)
                .hint(declare),
        ),
    }
}

/// The words for where a value came from.
fn origin(name: &str, source: &InputSource) -> String {
    match source {
        InputSource::CommandLine => format!("by -var {name}=..."),
        InputSource::File(file) => format!("in {file}"),
        InputSource::Environment => format!("by the environment variable TF_VAR_{name}"),
        InputSource::Prompt => "at the prompt".to_owned(),
    }
}

/// A value as it was given, with where that was.
struct Given<'r> {
    value: Value,
    source: &'r InputSource,
    place: Option<Span>,
}

fn as_given<'r>(
    variable: &Variable,
    raw: &'r RawInput,
    sources: &mut SourceMap,
    said: &mut Diagnostics,
) -> Option<Given<'r>> {
    let (value, source, place) = match raw {
        RawInput::Value(value, source) => (value.value.clone(), source, Some(value.span)),
        RawInput::Text(text, source) => {
            let ty = &variable.constraint.ty;
            let literal = ty.is_primitive() || (*ty == Type::Dynamic && !variable.typed);
            let value = if literal {
                Value::string_nfc(text)
            } else {
                expression(variable, text, source, sources, said)?
            };
            (value, source, None)
        }
    };
    Some(Given {
        value,
        source,
        place,
    })
}

fn from_outside(variable: &Variable, given: &Given<'_>, said: &mut Diagnostics) -> Option<Value> {
    let name = &*variable.name.value;
    let Given {
        value,
        source,
        place,
    } = given;
    if value.is_null() && !variable.nullable {
        if variable.default.is_some() {
            return from_default(variable, said);
        }
        said.push(
            Diagnostic::error("null-for-variable", "Required variable not set")
                .detail(format!(
                    "The variable `{name}` is given null {}, but says nullable = false and has no default.",
                    origin(name, source)
                ))
                .at(place.unwrap_or(variable.header)),
        );
        return None;
    }
    match variable.constraint.apply(value) {
        Ok(value) => Some(value),
        Err(e) => {
            said.push(
                Diagnostic::error("invalid-variable-value", "Invalid value for input variable")
                    .detail(format!(
                        "The value that the variable `{name}` is given {} is not of its type {}: {e}.",
                        origin(name, source),
                        variable.constraint.ty
                    ))
                    .at(place.unwrap_or(variable.header)),
            );
            None
        }
    }
}

/// Text for a variable of a collection type is an expression.
fn expression(
    variable: &Variable,
    text: &str,
    source: &InputSource,
    sources: &mut SourceMap,
    said: &mut Diagnostics,
) -> Option<Value> {
    let name = &*variable.name.value;
    // A secret must not be shown as source text.
    let shown = if variable.sensitive { "" } else { text };
    let file = sources.add(format!("<value for var.{name}>"), shown);
    let before = said.len();
    let value = match parse_expression(file, text) {
        Ok(expr) => constant(&expr, said),
        Err(errors) => {
            said.extend(errors);
            None
        }
    };
    for d in said.iter_mut().skip(before) {
        if variable.sensitive {
            "The text is not shown, as the variable is sensitive.".clone_into(&mut d.detail);
            d.subject = Some(variable.header);
            d.context = None;
            d.hints.clear();
        }
        d.hints.push(format!(
            "The value was given {}. A variable of type {} takes an expression; a text inside of it needs double quotes, which the shell must leave in place: -var 'name=[\"a\"]'.",
            origin(name, source),
            variable.constraint.ty
        ));
    }
    value
}

fn from_default(variable: &Variable, said: &mut Diagnostics) -> Option<Value> {
    let name = &*variable.name.value;
    let Some(default) = &variable.default else {
        said.push(missing(name, variable.header));
        return None;
    };
    // A default that does not fit has been said when the configuration was read.
    variable.constraint.apply(&default.value).ok()
}

fn missing(name: &str, header: Span) -> Diagnostic {
    Diagnostic::error("missing-variable", "No value for required variable")
        .detail(format!("The variable `{name}` has no default, and no value was given."))
        .at(header)
        .hint(format!(
            "Give one by -var {name}=VALUE, by {name} = VALUE in terraform.tfvars or a file named by -var-file, or by the environment variable TF_VAR_{name}."
        ))
}

#[cfg(test)]
mod tests {
    use cairn_diag::{Plain, render_all};
    use cairn_value::name;

    use super::*;
    use crate::tree::tests::tree_of;

    fn text(t: &str, source: InputSource) -> RawInput {
        RawInput::Text(t.to_owned(), source)
    }

    #[test]
    fn values_from_outside_become_typed() {
        let (tree, mut sources) = tree_of(
            "variable \"n\" { type = number }
             variable \"s\" { sensitive = true }
             variable \"l\" { type = list(string) }
             variable \"o\" {
               type = object({ a = string, b = optional(number, 7), c = optional(list(string)) })
               default = { a = 1 }
             }
             variable \"d\" {
               default = \"x\"
               nullable = false
             }
             variable \"any\" { type = any }",
        );
        let given = BTreeMap::from([
            (name("n"), text("0x", InputSource::CommandLine)),
            (name("s"), text("[1", InputSource::CommandLine)),
            (name("l"), text("[1, \"b\"]", InputSource::CommandLine)),
            (
                name("any"),
                text("{ a = [true] }", InputSource::Environment),
            ),
        ]);
        let (inputs, said) = Inputs::resolve(&tree, &mut sources, &given);
        let shown = render_all(&said, &sources, &Plain);
        assert!(shown.contains("a number is required"), "{shown}");
        assert_eq!(said.len(), 1, "{shown}");
        let get = |n: &str| inputs.variables[n].clone();
        assert!(get("n").is_unknown());
        assert_eq!(get("s"), Value::string("[1").mark(Marks::SENSITIVE));
        assert_eq!(
            get("l"),
            Value::list(Type::String, ["1", "b"].map(Value::string).to_vec())
        );
        assert_eq!(get("o").get_attr("a"), Some(&Value::string("1")));
        assert_eq!(get("o").get_attr("b").and_then(Value::as_i64), Some(7));
        assert!(get("o").get_attr("c").is_some_and(Value::is_null));
        assert_eq!(get("d"), Value::string("x"));
        assert!(get("any").get_attr("a").is_some());
    }

    #[test]
    fn what_is_missing_or_undeclared_is_said() {
        let (tree, mut sources) =
            tree_of("variable \"region\" {}\nvariable \"z\" {\n  default = 1\n}\n");
        let mut given = BTreeMap::from([
            (name("regoin"), text("x", InputSource::CommandLine)),
            (name("env"), text("x", InputSource::Environment)),
        ]);
        assert_eq!(Inputs::missing(&tree, &given), [name("region")]);
        let (more, said) = Inputs::parse_file(
            &mut sources,
            "x.tfvars",
            "zz = 1\nz = null\nl = [\n  1,\n]\nb {}\nr = var.x\n",
        );
        let shown = render_all(&said, &sources, &Plain);
        assert!(shown.contains("Unexpected block"), "{shown}");
        assert!(shown.contains("Variables not allowed"), "{shown}");
        given.extend(more);
        let (inputs, said) = Inputs::resolve(&tree, &mut sources, &given);
        let shown = render_all(&said, &sources, &Plain);
        assert!(shown.contains("Did you mean `region`?"), "{shown}");
        assert!(shown.contains("TF_VAR_region"), "{shown}");
        assert!(shown.contains("main.tf:1:1"), "{shown}");
        assert_eq!(said.iter().filter(|d| d.is_error()).count(), 2, "{shown}");
        assert_eq!(said.iter().filter(|d| !d.is_error()).count(), 2, "{shown}");
        assert!(inputs.variables["z"].is_null());
    }
}
