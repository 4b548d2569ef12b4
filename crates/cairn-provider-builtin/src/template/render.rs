//! Decides how a template is rendered outside of a configuration: a module of one output is evaluated, so that templates have
//! the language's syntax and its functions.

use std::sync::Arc;

use cairn_lang::{
    EvalContext, Evaluator, FileReader, Inputs, InstanceValues, Present, SourceReader, load,
};
use cairn_model::{AbsOutputValue, AbsResource, AbsResourceInstance, ModuleInstance};
use cairn_value::{Value, name};

use crate::Surroundings;
use crate::time::rfc3339;

const MODULE: &str = r#"
variable "template" {
  type = string
}

variable "vars" {
  type = map(string)
}

output "rendered" {
  value = templatestring(var.template, var.vars)
}
"#;

struct OneFile;

impl SourceReader for OneFile {
    fn read(&self, _: &str) -> Result<String, String> {
        Ok(MODULE.to_owned())
    }

    fn list(&self, _: &str) -> Result<Vec<String>, String> {
        Ok(vec!["main.tf".to_owned()])
    }
}

/// The files that a template's functions read.
struct Files<'w>(&'w dyn Surroundings);

impl FileReader for Files<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        self.0
            .read(path)
            .map_err(|e| format!("{path} cannot be read: {e}"))
    }

    fn exists(&self, path: &str) -> bool {
        self.0.read(path).is_ok()
    }

    fn walk(&self, folder: &str) -> Result<Vec<String>, String> {
        Err(format!(
            "{folder} cannot be listed from a template; list it in the configuration and give the names in as a value"
        ))
    }
}

struct NoInstances;

impl InstanceValues for NoInstances {
    fn instance(&self, _: &AbsResourceInstance) -> Option<Value> {
        None
    }

    fn instances(&self, _: &AbsResource) -> Option<Arc<Value>> {
        None
    }
}

/// Renders a template with a map of strings.
///
/// # Errors
/// A sentence that says what is wrong.
pub(super) fn render(
    with: &dyn Surroundings,
    template: &str,
    vars: Value,
) -> Result<String, String> {
    let loaded = load(&OneFile);
    let inputs = Inputs {
        variables: [
            (name("template"), Value::string_nfc(template)),
            (name("vars"), vars),
        ]
        .into(),
        ..Inputs::default()
    };
    let now = rfc3339(with.now());
    let files = Files(with);
    let context = EvalContext {
        workspace: "default".to_owned(),
        cwd: ".".to_owned(),
        root: ".".to_owned(),
        timestamp: now.clone(),
        files: &files,
        home: None,
    };
    let mut seed = [0; 16];
    with.random(&mut seed);
    let present = Present {
        timestamp: now,
        seed,
    };
    let mut evaluator = Evaluator::new(&loaded.tree, &inputs, context).at(present);
    let output = AbsOutputValue {
        module: ModuleInstance::root(),
        name: name("rendered"),
    };
    let evaluated = evaluator.output(&output, &NoInstances);
    if let Some(error) = evaluated.diagnostics.iter().find(|d| d.is_error()) {
        return Err(error.detail.clone());
    }
    match evaluated.value.as_str() {
        Some(text) => Ok(text.to_owned()),
        None => Err("The template does not come to a string.".to_owned()),
    }
}
