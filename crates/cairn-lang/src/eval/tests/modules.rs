//! Named values across modules: variables, outputs, repetition, order, cycles.

use cairn_model::{AbsOutputValue, Dependency, InstanceKey, Module, ModuleInstance};
use cairn_value::{Marks, Value, name};

use super::{Setup, object, resource};

const NET: &str = r#"
variable "cidr" {
  type = string
}
variable "zones" {
  type    = list(string)
  default = ["a"]
  nullable = false
}
variable "key" {
  type      = string
  default   = "k"
  sensitive = true
}
locals {
  names = [for z in var.zones : "${var.cidr}-${z}"]
}
output "names" { value = local.names }
output "first" { value = local.names[0] }
output "key" {
  value     = var.key
  sensitive = true
}
"#;

fn with_net(main: &str) -> Setup {
    Setup::with_files(&[("main.tf", main), ("net/main.tf", NET)])
}

#[test]
fn arguments_become_variables() {
    let mut setup = with_net(
        r#"
        module "net" {
          source = "./net"
          cidr   = 10
          zones  = toset(["y", "x"])
        }
        module "plain" {
          source = "./net"
          cidr   = "p"
          zones  = null
        }
        "#,
    );
    assert_eq!(
        setup.value("module.net.names"),
        setup.value("[\"10-x\", \"10-y\"]")
    );
    assert_eq!(setup.value("module.net.first"), Value::string("10-x"));
    assert_eq!(setup.value("module.plain.first"), Value::string("p-a"));
    assert_eq!(setup.value("module.net.key").marks(), Marks::SENSITIVE);
    let shown = setup.failure("module.net.frist");
    assert!(
        shown.contains("no output named \"frist\"") && shown.contains("\"first\""),
        "{shown}"
    );
    let shown = setup.failure("module.net[0].first");
    assert!(shown.contains("take no index"), "{shown}");
}

#[test]
fn repeated_modules_are_collections() {
    let mut setup = with_net(
        r#"
        module "counted" {
          source = "./net"
          count  = 2
          cidr   = "c${count.index}"
        }
        module "each" {
          source   = "./net"
          for_each = { x = "one", y = "two" }
          cidr     = each.value
        }
        "#,
    );
    assert_eq!(
        setup.value("module.counted[1].first"),
        Value::string("c1-a")
    );
    assert_eq!(
        setup.value("module.counted[*].first"),
        setup.value("[\"c0-a\", \"c1-a\"]")
    );
    assert_eq!(
        setup.value("module.each[\"y\"].first"),
        Value::string("two-a")
    );
    assert_eq!(
        setup.value("{ for k, m in module.each : k => m.first }"),
        setup.value("{ x = \"one-a\", y = \"two-a\" }")
    );
    let shown = setup.failure("module.counted[2].first");
    assert!(shown.contains("go from 0 to 1"), "{shown}");
    let shown = setup.failure("module.each[\"other\"].first");
    assert!(shown.contains("\"x\", \"y\""), "{shown}");
    let shown = setup.failure("module.each.first");
    assert!(shown.contains("each.key"), "{shown}");

    let mut evaluator = setup.evaluator();
    let instances = evaluator.module_instances(&Module::root().child(name("each")), &setup.table);
    let shown: Vec<String> = instances.value.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["module.each[\"x\"]", "module.each[\"y\"]"]);
}

#[test]
fn wrong_arguments_are_said() {
    // Names that the module does not have are said by the loader; values only here.
    let setup = with_net(
        r#"
        module "net" {
          source = "./net"
          cidr   = []
          zones  = [{}]
        }
        "#,
    );
    let mut evaluator = setup.evaluator();
    let instance = ModuleInstance::root().child(name("net"), InstanceKey::None);
    let shown = setup.shown(&evaluator.validate_variables(&instance, &setup.table));
    assert!(
        shown.contains("`[]` (module \"net\") Invalid value for input variable"),
        "{shown}"
    );
    assert!(shown.contains("`[{}]`"), "{shown}");
}

#[test]
fn validation_rules() {
    let setup = Setup::with_files(&[
        (
            "main.tf",
            r#"
            module "m" {
              source = "./m"
              size   = 7
            }
            "#,
        ),
        (
            "m/main.tf",
            r#"
            variable "size" {
              type = number
              validation {
                condition     = var.size < 5
                error_message = "A size of ${var.size} is too large."
              }
              validation {
                condition     = var.size != 6
                error_message = "Not six."
              }
            }
            "#,
        ),
    ]);
    let mut evaluator = setup.evaluator();
    let instance = ModuleInstance::root().child(name("m"), InstanceKey::None);
    let shown = setup.shown(&evaluator.validate_variables(&instance, &setup.table));
    assert_eq!(
        shown,
        "`7` (module \"m\") Invalid value for variable: A size of 7 is too large. [var.size is 7]"
    );
}

#[test]
fn cycles_are_named() {
    let mut setup =
        Setup::new("locals {\n  a = local.b\n  b = local.c\n  c = local.a + 1\n  d = local.d\n}");
    let shown = setup.failure("local.a");
    assert_eq!(shown.lines().count(), 1, "{shown}");
    assert!(
        shown.contains(
            "local.a refers to local.b, which refers to local.c, which refers to local.a again"
        ),
        "{shown}"
    );
    let shown = setup.failure("local.d");
    assert!(shown.contains("refers to itself"), "{shown}");

    let mut setup = Setup::with_files(&[
        (
            "main.tf",
            "module \"m\" {\n  source = \"./m\"\n  x = module.m.y\n}",
        ),
        (
            "m/main.tf",
            "variable \"x\" {}\noutput \"y\" { value = var.x }\noutput \"z\" { value = 1 }",
        ),
    ]);
    let shown = setup.failure("module.m.y");
    assert!(
        shown.contains("module.m.output.y") && shown.contains("module.m.var.x"),
        "{shown}"
    );
    // What does not take part has its value.
    assert_eq!(setup.value("module.m.z"), Value::int(1));
}

#[test]
fn long_chains_need_no_deep_stack() {
    let chain: Vec<String> = (1..10_000)
        .map(|i| format!("  n{i} = local.n{} + 1\n", i - 1))
        .collect();
    let text = format!("locals {{\n  n0 = 0\n{}}}", chain.concat());
    let mut setup = Setup::new(&text);
    assert_eq!(setup.value("local.n9999"), Value::int(9999));

    let calls: Vec<String> = (0..500)
        .map(|i| {
            let before = if i == 0 {
                "local.first".to_owned()
            } else {
                format!("module.m{}.y", i - 1)
            };
            format!("module \"m{i}\" {{\n  source = \"./m\"\n  x = {before}\n}}\n")
        })
        .collect();
    let main = format!("locals {{ first = 1 }}\n{}", calls.concat());
    let mut setup = Setup::with_files(&[
        ("main.tf", &main),
        (
            "m/main.tf",
            "variable \"x\" {}\noutput \"y\" { value = var.x + 1 }",
        ),
    ]);
    assert_eq!(setup.value("module.m499.y"), Value::int(501));
}

#[test]
fn dependencies_go_through_named_values() {
    let mut setup = Setup::with_files(&[
        (
            "main.tf",
            r#"
            resource "thing" "a" { count = 2 }
            resource "thing" "b" {}
            locals { first = thing.a[0].id }
            module "m" {
              source = "./m"
              x      = local.first
              unused = thing.b.id
            }
            output "y" { value = module.m.y }
            "#,
        ),
        (
            "m/main.tf",
            "variable \"x\" {}\nvariable \"unused\" {}\noutput \"y\" { value = var.x }",
        ),
    ]);
    let a = resource("thing", "a");
    for i in 0..2 {
        setup.table.set(
            a.instance(InstanceKey::Index(i)),
            object(&[("id", Value::string("i"))]),
        );
    }
    let mut evaluator = setup.evaluator();
    let output = AbsOutputValue {
        module: ModuleInstance::root(),
        name: name("y"),
    };
    let result = evaluator.output(&output, &setup.table);
    assert_eq!(result.value, Value::string("i"));
    assert_eq!(
        result.dependencies,
        [Dependency::Instance(a.instance(InstanceKey::Index(0)))]
    );
}

#[test]
fn outputs_of_the_root_are_guarded() {
    let setup = Setup::new(
        r#"
        variable "secret" {
          default   = "s"
          sensitive = true
        }
        output "open" { value = var.secret }
        output "said" {
          value     = var.secret
          sensitive = true
        }
        output "infinite" { value = [1, -1 / 0] }
        output "checked" {
          value = 1
          precondition {
            condition     = length(path.module) < 0
            error_message = "Never so."
          }
        }
        "#,
    );
    let mut evaluator = setup.evaluator();
    let mut output = |n: &str| {
        let addr = AbsOutputValue {
            module: ModuleInstance::root(),
            name: name(n),
        };
        setup.shown(&evaluator.output(&addr, &setup.table).diagnostics)
    };
    assert!(output("open").contains("Output refers to sensitive values"));
    assert_eq!(output("said"), "");
    assert!(output("infinite").contains("Infinite number"));
    assert!(output("checked").contains("precondition failed: Never so."));
}
