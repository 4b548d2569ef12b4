//! Times evaluation: a template of a variable and a formatted index, instances that refer to others by their index, and
//! whole plans of both through the binary. Prints seconds and ratios.
//!
//! Usage: `cargo bench --bench evaluation` (`-- 100000` for fewer instances than 1,000,000).

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use cairn_lang::{EvalContext, Evaluator, FileReader, Inputs, InstanceValues, SourceReader, load};
use cairn_model::{
    AbsResource, AttributeSchema, BlockSchema, InstanceKey, ModuleInstance, Resource, ResourceMode,
};
use cairn_value::{Type, Value, name};

/// The configuration as its only file, `main.tf`.
struct Files(String);

impl SourceReader for Files {
    fn read(&self, _: &str) -> Result<String, String> {
        Ok(self.0.clone())
    }

    fn list(&self, _: &str) -> Result<Vec<String>, String> {
        Ok(vec!["main.tf".to_owned()])
    }
}

impl FileReader for Files {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        Err(format!("no file exists at {path:?}"))
    }

    fn exists(&self, _: &str) -> bool {
        false
    }

    fn walk(&self, folder: &str) -> Result<Vec<String>, String> {
        Err(format!("there is no folder {folder}"))
    }
}

/// The planned instances of one resource.
struct Planned(AbsResource, Vec<Value>);

impl InstanceValues for Planned {
    fn instance(&self, addr: &cairn_model::AbsResourceInstance) -> Option<Value> {
        let InstanceKey::Index(i) = addr.key else {
            return None;
        };
        (addr.resource == self.0).then(|| self.1.get(i as usize).cloned())?
    }

    fn instances(&self, addr: &AbsResource) -> Option<Arc<Value>> {
        (*addr == self.0).then(|| Arc::new(Value::tuple(self.1.clone())))
    }
}

fn resource(label: &str) -> AbsResource {
    Resource {
        mode: ResourceMode::Managed,
        ty: name("terraform_data"),
        name: name(label),
    }
    .in_module(ModuleInstance::root())
}

fn schema() -> BlockSchema {
    BlockSchema::new(
        [
            (name("id"), AttributeSchema::computed(Type::String)),
            (name("input"), AttributeSchema::optional(Type::Dynamic)),
        ],
        [],
    )
}

/// Evaluates the block of every instance of `terraform_data.this`, as the planner does.
fn evaluate(text: &str, values: &dyn InstanceValues, n: u64) -> Duration {
    let files = Files(text.to_owned());
    let mut loaded = load(&files);
    assert!(!loaded.diagnostics.has_errors(), "{:?}", loaded.diagnostics);
    let (inputs, _) = Inputs::resolve(&loaded.tree, &mut loaded.sources, &BTreeMap::new());
    let context = EvalContext {
        workspace: "default".to_owned(),
        cwd: "/".to_owned(),
        root: ".".to_owned(),
        timestamp: "2026-01-02T03:04:05Z".to_owned(),
        files: &files,
        home: None,
    };
    let mut evaluator = Evaluator::new(&loaded.tree, &inputs, context);
    let (this, schema) = (resource("this"), schema());
    let start = Instant::now();
    let keys = evaluator.keys(&this, values).value;
    let mut done = 0;
    for key in &keys {
        let wanted = evaluator.desired(&this.instance(key), &schema, values);
        assert!(wanted.diagnostics.is_empty(), "{:?}", wanted.diagnostics);
        assert!(wanted.value.config.is_wholly_known());
        done += 1;
    }
    assert_eq!(done, n);
    start.elapsed()
}

fn template(n: u64) -> String {
    format!(
        r#"
variable "prefix" {{ default = "web" }}
resource "terraform_data" "this" {{
  count = {n}
  input = "${{var.prefix}}-${{format("%04d", count.index)}}"
}}
"#
    )
}

fn chained(n: u64) -> String {
    format!(
        r#"
resource "terraform_data" "other" {{
  count = {n}
}}
resource "terraform_data" "this" {{
  count = {n}
  input = terraform_data.other[count.index].id
}}
"#
    )
}

fn evaluate_chained(n: u64) -> Duration {
    let id = |i: u64| Value::string(format!("i-{i:08}"));
    let object = |i| Value::object([(name("id"), id(i)), (name("input"), Value::null())]);
    let planned = Planned(resource("other"), (0..n).map(object).collect());
    evaluate(&chained(n), &planned, n)
}

/// The fastest of three.
fn best(mut run: impl FnMut() -> Duration) -> Duration {
    (0..3).map(|_| run()).min().expect("three runs")
}

fn plan(folder: &Path, text: &str) -> Duration {
    std::fs::write(folder.join("main.tf"), text).expect("the folder takes files");
    let start = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_cairn"))
        .arg("plan")
        .current_dir(folder)
        .stdout(Stdio::null())
        .status()
        .expect("the binary runs");
    assert!(status.success(), "{status}");
    start.elapsed()
}

fn main() -> io::Result<()> {
    let n = std::env::args()
        .skip(1)
        .find_map(|a| a.parse().ok())
        .unwrap_or(1_000_000);
    let out = &mut io::stdout().lock();
    let seconds = |d: Duration| d.as_secs_f64();

    let none = Planned(resource("none"), Vec::new());
    let took = best(|| evaluate(&template(n), &none, n));
    writeln!(
        out,
        "{n} instances of \"${{var.prefix}}-${{format(\"%04d\", count.index)}}\": {:.3} s, {:.0} ns each",
        seconds(took),
        seconds(took) * 1e9 / n as f64
    )?;

    let (few, many) = (10_000, 100_000);
    let (a, b) = (
        best(|| evaluate_chained(few)),
        best(|| evaluate_chained(many)),
    );
    writeln!(
        out,
        "other[count.index].id: {few} in {:.4} s, {many} in {:.4} s; ratio {:.1} for 10 times as many",
        seconds(a),
        seconds(b),
        seconds(b) / seconds(a)
    )?;

    let folder = tempfile::tempdir()?;
    for (what, text) in [
        ("templates", template as fn(u64) -> String),
        ("other[count.index].id", chained),
    ] {
        let a = best(|| plan(folder.path(), &text(few)));
        let b = best(|| plan(folder.path(), &text(many)));
        writeln!(
            out,
            "plan of {what}: {few} in {:.3} s, {many} in {:.3} s; ratio {:.1} for 10 times as many",
            seconds(a),
            seconds(b),
            seconds(b) / seconds(a)
        )?;
    }
    Ok(())
}
