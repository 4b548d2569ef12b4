//! Measures evaluation: a template with a call so many times, and so many instances that each refer to another by
//! `count.index`. Asserts that the results are right.
//!
//! `cargo run --release -p cairn-lang --example evaluate -- 1000000 100000`

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement prints and takes the time"
)]

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Instant;

use cairn_lang::{
    EvalContext, Evaluator, FileReader, Inputs, InstanceValues, LoadedTree, SourceReader, load,
};
use cairn_model::{
    AbsResource, AbsResourceInstance, AttributeSchema, BlockSchema, Dependency, InstanceKey,
    ModuleInstance, Resource, ResourceMode,
};
use cairn_value::{Type, Value, name};

const TEXT: &str = r#"
variable "prefix" {
  type    = string
  default = "web"
}

locals {
  tags = { team = "infra", env = var.prefix }
}

resource "thing" "named" {
  count = COUNT
  name  = "${var.prefix}-${format("%04d", count.index)}"
}

resource "thing" "network" {
  count = INSTANCES
}

resource "thing" "server" {
  count   = INSTANCES
  name    = "${var.prefix}-${count.index}"
  network = thing.network[count.index].id
  size    = 40
  kind    = "large"
  tags    = merge(local.tags, { Name = "server-${count.index}" })
}
"#;

struct OneFile(String);

impl SourceReader for OneFile {
    fn read(&self, _: &str) -> Result<String, String> {
        Ok(self.0.clone())
    }

    fn list(&self, _: &str) -> Result<Vec<String>, String> {
        Ok(vec!["main.tf".to_owned()])
    }
}

struct NoFiles;

impl FileReader for NoFiles {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        Err(format!("there is no {path}"))
    }

    fn exists(&self, _: &str) -> bool {
        false
    }

    fn walk(&self, _: &str) -> Result<Vec<String>, String> {
        Ok(Vec::new())
    }
}

/// The networks, by address.
struct Table(HashMap<AbsResourceInstance, Value>);

impl InstanceValues for Table {
    fn instance(&self, addr: &AbsResourceInstance) -> Option<Value> {
        self.0.get(addr).cloned()
    }

    fn instances(&self, _: &AbsResource) -> Option<Arc<Value>> {
        None
    }
}

fn schema() -> BlockSchema {
    BlockSchema::new(
        [
            ("id", AttributeSchema::computed(Type::String)),
            ("name", AttributeSchema::optional(Type::String)),
            ("network", AttributeSchema::optional(Type::String)),
            ("size", AttributeSchema::optional(Type::Number)),
            ("kind", AttributeSchema::optional(Type::String)),
            ("tags", AttributeSchema::optional(Type::map(Type::String))),
        ]
        .map(|(n, a)| (name(n), a)),
        [],
    )
}

fn resource(of: &str) -> AbsResource {
    Resource {
        mode: ResourceMode::Managed,
        ty: name("thing"),
        name: name(of),
    }
    .in_module(ModuleInstance::root())
}

fn main() {
    let number = |i: usize, otherwise: u64| {
        std::env::args()
            .nth(i)
            .and_then(|a| a.parse().ok())
            .unwrap_or(otherwise)
    };
    let (names, instances) = (number(1, 1_000_000), number(2, 100_000));
    let text = TEXT
        .replace("COUNT", &names.to_string())
        .replace("INSTANCES", &instances.to_string());
    let LoadedTree {
        tree,
        mut sources,
        diagnostics,
        ..
    } = load(&OneFile(text));
    assert!(!diagnostics.has_errors(), "{diagnostics:?}");
    let (inputs, diagnostics) = Inputs::resolve(&tree, &mut sources, &BTreeMap::new());
    assert!(!diagnostics.has_errors(), "{diagnostics:?}");
    let context = EvalContext {
        workspace: "default".to_owned(),
        cwd: "/srv".to_owned(),
        root: ".".to_owned(),
        timestamp: "2026-01-02T03:04:05Z".to_owned(),
        files: &NoFiles,
        home: None,
    };
    let mut evaluator = Evaluator::new(&tree, &inputs, context);
    let schema = schema();
    let networks = Table(
        (0..instances)
            .map(|i| {
                let id = Value::string(format!("net-{i}"));
                let mut object = match schema.empty_value() {
                    Value::Object(o) => (*o).clone(),
                    _ => unreachable!("a block's value is an object"),
                };
                object.set("id", id);
                let addr = resource("network").instance(InstanceKey::Index(i));
                (addr, Value::Object(Arc::new(object)))
            })
            .collect(),
    );

    let start = Instant::now();
    let named = resource("named");
    for i in 0..names {
        let addr = named.instance(InstanceKey::Index(i));
        let desired = evaluator.desired(&addr, &schema, &networks);
        if i == 7 {
            let name = desired
                .value
                .config
                .get_attr("name")
                .and_then(Value::as_str);
            assert_eq!(name, Some("web-0007"));
        }
    }
    report("template with a call", names, start);

    let start = Instant::now();
    let servers = resource("server");
    for i in 0..instances {
        let addr = servers.instance(InstanceKey::Index(i));
        let desired = evaluator.desired(&addr, &schema, &networks);
        if i == 7 {
            let network = desired.value.config.get_attr("network");
            assert_eq!(network.and_then(Value::as_str), Some("net-7"));
            let read = resource("network").instance(InstanceKey::Index(7));
            assert_eq!(desired.dependencies, [Dependency::Instance(read)]);
        }
    }
    report("instance that refers to another", instances, start);
}

fn report(what: &str, n: u64, start: Instant) {
    let took = start.elapsed();
    println!(
        "{what}: {n} in {:.2} s, {:.2} µs each",
        took.as_secs_f64(),
        took.as_secs_f64() * 1e6 / n as f64
    );
}
