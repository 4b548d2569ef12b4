//! Tests of decoding: what each block becomes, and what is said of wrong ones.

use cairn_diag::{Diagnostics, SourceMap};
use cairn_model::{Resource, ResourceMode};
use cairn_value::{Type, Value, name};

use super::*;
use crate::syntax::parse_file;

fn decoded(files: &[(&str, &str)]) -> (ModuleConfig, Diagnostics, SourceMap) {
    let mut sources = SourceMap::default();
    let (mut bodies, mut overrides) = (Vec::new(), Vec::new());
    let mut said = Diagnostics::new();
    for (file, text) in files {
        let id = sources.add(*file, *text);
        let (body, d) = parse_file(id, text);
        said.extend(d);
        if file.ends_with("override.tf") {
            overrides.push(body);
        } else {
            bodies.push(body);
        }
    }
    let (config, d) = decode(&sources, bodies, overrides);
    said.extend(d);
    (config, said, sources)
}

fn lines(said: &Diagnostics, sources: &SourceMap) -> Vec<String> {
    said.iter()
        .map(|d| {
            let line = d
                .subject
                .and_then(|s| sources.locate(s))
                .map_or(0, |(_, start, _)| start.line);
            format!("{line} {}", d.summary)
        })
        .collect()
}

/// What is said of a file, by line.
fn said(text: &str) -> Vec<String> {
    let (_, said, sources) = decoded(&[("main.tf", text)]);
    lines(&said, &sources)
}

fn right(text: &str) -> ModuleConfig {
    let (config, said, sources) = decoded(&[("main.tf", text)]);
    assert!(said.is_empty(), "{:?}", lines(&said, &sources));
    config
}

fn managed(ty: &str, label: &str) -> Resource {
    Resource {
        mode: ResourceMode::Managed,
        ty: name(ty),
        name: name(label),
    }
}

#[test]
fn resources_keep_their_arguments_apart_from_the_languages() {
    let config = right(
        r#"
resource "alicloud_instance" "web" {
  count      = 2
  provider   = alicloud.east
  depends_on = [alicloud_vpc.main, module.net, data.a.b["k"]]
  name       = "x"
  dynamic "data_disks" {
    for_each = []
    content {}
  }
  lifecycle {
    create_before_destroy = true
    prevent_destroy       = false
    ignore_changes        = [tags, tags["a"], data_disks[0].size]
    replace_triggered_by  = [terraform_data.x.id]
    precondition {
      condition     = var.a
      error_message = "no"
    }
  }
  provisioner "local-exec" {
    when       = destroy
    on_failure = continue
    command    = "true"
  }
  _ {
    count = 7
  }
}
data "alicloud_zones" "z" {}
ephemeral "random_password" "p" {}
"#,
    );
    let web = &config.resources[&managed("alicloud_instance", "web")];
    assert!(matches!(web.repetition, Repetition::Count(_)));
    assert_eq!(web.provider.alias.as_deref(), Some("east"));
    assert_eq!(web.depends_on.len(), 3);
    let arguments: Vec<_> = web.body.attributes.iter().map(|a| &*a.name).collect();
    assert_eq!(arguments, ["name", "count"]);
    assert_eq!(web.body.blocks.len(), 1);
    assert_eq!(web.lifecycle.create_before_destroy, Some(true));
    let IgnoreChanges::Paths(paths) = &web.lifecycle.ignore_changes else {
        panic!("paths");
    };
    let paths: Vec<_> = paths.iter().map(|p| p.value.to_string()).collect();
    assert_eq!(paths, ["tags", "tags[\"a\"]", "data_disks[0].size"]);
    assert_eq!(web.provisioners[0].when, ProvisionerWhen::Destroy);
    assert!(web.provisioners[0].continue_on_failure);
    let zones = config
        .resources
        .values()
        .find(|r| r.addr.mode == ResourceMode::Data);
    assert_eq!(zones.map(|r| &*r.provider.name), Some("alicloud"));
}

#[test]
fn variables_have_types_defaults_and_flags() {
    let config = right(
        r#"
variable "plain" {}
variable "o" {
  type = map(object({
    a = optional(string, "x")
    b = optional(list(object({ c = optional(number, 1 + 2) })))
    d = tuple([bool, optional_free])
  }))
}
"#
        .replace("optional_free", "any")
        .as_str(),
    );
    assert_eq!(config.variables["plain"].constraint.ty, Type::Dynamic);
    assert!(!config.variables["plain"].typed);
    let o = &config.variables["o"].constraint;
    assert_eq!(
        o.ty.to_string(),
        "map(object({ a = optional(string), b = optional(list(object({ c = optional(number) }))), d = tuple([bool, any]) }))"
    );
    let defaults: Vec<_> = o
        .defaults
        .iter()
        .map(|(k, v)| (k.join("."), v.clone()))
        .collect();
    assert_eq!(
        defaults,
        [
            ("*.a".to_owned(), Value::string("x")),
            ("*.b.*.c".to_owned(), Value::int(3)),
        ]
    );
    let filled = o.apply(&Value::object([(
        name("k"),
        Value::object([
            (name("b"), Value::tuple(vec![Value::object([])])),
            (
                name("d"),
                Value::tuple(vec![Value::Bool(true), Value::int(1)]),
            ),
        ]),
    )]));
    let filled = filled.unwrap();
    let k = filled.get_attr("k").unwrap();
    assert_eq!(k.get_attr("a"), Some(&Value::string("x")));
}

#[test]
fn legacy_forms_are_read_with_a_warning() {
    let (config, said, sources) = decoded(&[(
        "main.tf",
        "variable \"a\" {\n type = \"list\"\n}\nvariable \"b\" {\n type = map\n}\nresource \"x_y\" \"z\" {\n depends_on = [\"a.b\"]\n lifecycle {\n  ignore_changes = [\"tags\"]\n }\n}\n",
    )]);
    assert!(!said.has_errors());
    assert_eq!(
        lines(&said, &sources),
        [
            "2 Quoted type constraints are deprecated",
            "8 Quoted references are deprecated",
            "10 Quoted references are deprecated",
        ]
    );
    assert_eq!(config.variables["a"].constraint.ty.to_string(), "list(any)");
    let z = &config.resources[&managed("x_y", "z")];
    assert_eq!(&*z.depends_on[0].source, "a");
}

#[test]
fn wrong_variables_are_said_as_terraform_says_them() {
    let text = r#"variable "a" { type = foo }
variable "b" { type = list(string, number) }
variable "c" { type = optional(string) }
variable "d" {
  type = string
  default = []
}
variable "e" { default = var.a }
variable "f" { default = upper("a") }
variable "source" {}
variable "1a" {}
variable "g" { foo = 1 }
variable "h" "l" {}
variable {}
variable "i" {}
variable "i" {}
variable "j" {
  nullable = false
  default = null
}
variable "k" { sensitive = "maybe" }
variable "l" {
  validation {
    condition = true
  }
}
variable "m" { type = object({ a = string, a = number }) }
variable "n" { type = object({ a = optional(number, "x") }) }
"#;
    assert_eq!(
        said(text),
        [
            "1 Invalid type specification",
            "2 Invalid type specification",
            "3 Invalid type specification",
            "6 Invalid default value for variable",
            "8 Variables not allowed",
            "9 Function calls not allowed",
            "10 Invalid variable name",
            "11 Invalid variable name",
            "12 Unsupported argument",
            "13 Extraneous label for variable",
            "14 Missing name for variable",
            "16 Duplicate variable declaration",
            "19 Invalid default value for variable",
            "21 Unsuitable value type",
            "23 Missing required argument",
            "27 Invalid type specification",
            "28 Invalid default value for optional attribute",
        ]
    );
}

#[test]
fn wrong_blocks_are_said_as_terraform_says_them() {
    let text = r#"resource "a_b" "c" {
  count = 1
  for_each = {}
  lifecycle {
    foo = 1
    create_before_destroy = "yes"
    ignore_changes = ["*"]
  }
  lifecycle {}
}
resource "a_b" "d" {
  depends_on = a_b.c
  provider = a.b.c
  lifecycle {
    prevent_destroy = var.x
    ignore_changes = [f(1)]
  }
}
resource "a_b" {}
resource "a_b" "c" {}
resource "a_b" "1x" {}
data "a_b" "x" {
  lifecycle {
    prevent_destroy = true
  }
}
module "a" {}
module "b" { source = var.x }
module "c" {
  source = "./x"
  lifecycle {}
  foo {}
}
output "a" {}
output "b" {
  value = 1
  valeu = 2
}
locals {
  a = 1
  b {}
}
locals { a = 2 }
resorce "a" "b" {}
foo = 1
provider "x" {
  count = 1
  alias = "1"
}
provider "y" {}
provider "y" {}
terraform {
  required_providers {
    a = "1.0"
    b = { source = "x/y/z/w" }
    c = { sourc = "x" }
    d = []
  }
  foo = 1
  bar {}
}
moved { from = a.b }
removed {}
import { to = a.b }
check "x" {}
removed { from = a.b[0] }
moved {
  from = a
  to = a.b
}
"#;
    assert_eq!(
        said(text),
        [
            "45 Unsupported argument",
            "3 Invalid combination of count and for_each",
            "9 Duplicate block",
            "6 Unsuitable value type",
            "7 Invalid ignore_changes wildcard",
            "5 Unsupported argument",
            "12 Invalid expression",
            "13 Invalid provider configuration reference",
            "16 Invalid expression",
            "19 Missing name for resource",
            "20 Duplicate resource configuration",
            "21 Invalid resource name",
            "24 Invalid data resource lifecycle argument",
            "27 Missing required argument",
            "32 Unsupported block type",
            "34 Missing required argument",
            "37 Unsupported argument",
            "41 Unexpected block",
            "43 Duplicate local value definition",
            "44 Unsupported block type",
            "48 Invalid provider configuration alias",
            "47 Reserved argument name in provider block",
            "51 Duplicate provider configuration",
            "55 Invalid provider source string",
            "56 Invalid required_providers object",
            "57 Unsuitable value type",
            "59 Unsupported argument",
            "60 Unsupported block type",
            "62 Missing required argument",
            "63 Missing required argument",
            "64 Missing required argument",
            "65 Zero assert blocks",
            "66 Invalid removed address",
            "68 Invalid address",
        ]
    );
}

#[test]
fn messages_name_the_block_and_suggest() {
    let (_, said, _) = decoded(&[(
        "main.tf",
        "output \"b\" {\n  value = 1\n  descriptoin = \"x\"\n}\nresource \"a_b\" \"c\" {}\n\nresource \"a_b\" \"c\" {}\nvariable \"v\" {\n  validation = 1\n}\nvariable \"w\" { default = abc }\n",
    )]);
    let all: Vec<_> = said.iter().collect();
    assert_eq!(all[0].within.as_deref(), Some("output \"b\""));
    assert!(all[0].detail.contains("Did you mean `description`?"));
    assert!(
        all[1].detail.contains("in main.tf on line 5"),
        "{}",
        all[1].detail
    );
    assert!(all[2].detail.contains("not an argument but a block"));
    assert!(all[3].hints[0].contains("\"abc\""));
}

#[test]
fn terraform_blocks_and_moves_are_read() {
    let config = right(
        r#"
terraform {
  required_version = ">= 1.5"
  required_providers {
    alicloud = {
      source  = "aliyun/alicloud"
      version = "~> 1.200"
      configuration_aliases = [alicloud.east]
    }
    random = "~> 3.0"
  }
  backend "oss" {
    bucket = "b"
  }
}
moved {
  from = a_b.c
  to   = module.m.a_b.c[0]
}
removed {
  from = a_b.d
  lifecycle {
    destroy = false
  }
}
import {
  for_each = toset(["a"])
  to       = a_b.e[each.key]
  id       = each.value
}
check "health" {
  data "http" "x" {
    url = "u"
  }
  assert {
    condition     = data.http.x.status == 200
    error_message = "no"
  }
}
"#,
    );
    assert_eq!(
        config.required_providers["alicloud"].source.to_string(),
        "registry.terraform.io/aliyun/alicloud"
    );
    assert_eq!(
        config.required_providers["random"].versions[0].value,
        "~> 3.0"
    );
    assert_eq!(
        config.provider_addr("terraform"),
        cairn_model::ProviderAddr::builtin()
    );
    let (backend, body) = config.backend.as_ref().unwrap();
    assert_eq!((&*backend.value, body.attributes.len()), ("oss", 1));
    assert_eq!(config.moved.len(), 1);
    assert!(!config.removed[0].destroy);
    assert!(config.imports[0].for_each.is_some());
    assert!(config.checks["health"].data.is_some());
}

#[test]
fn an_address_is_imported_into_once() {
    let of = |a: &str, b: &str| {
        said(&format!(
            "import {{\n  to = {a}\n  id = \"x\"\n}}\nimport {{\n  to = {b}\n  id = \"y\"\n}}\n"
        ))
    };
    let twice = |of: &str| [format!("6 Duplicate import configuration for \"{of}\"")];
    assert_eq!(of("a_b.c", "a_b.c"), twice("a_b.c"));
    assert_eq!(of("a_b.c[0]", "a_b.c[0]"), twice("a_b.c"));
    assert_eq!(
        of("module.m[\"k\"].a_b.c[1]", "module.m[\"k\"].a_b.c[1]"),
        twice("module.m[\"k\"].a_b.c")
    );
    for (a, b) in [
        ("a_b.c[0]", "a_b.c[1]"),
        ("a_b.c[\"0\"]", "a_b.c[0]"),
        ("a_b.c", "a_b.d"),
        ("module.m[0].a_b.c", "module.m[1].a_b.c"),
        // What an expression comes to is not known here.
        ("a_b.c[var.k]", "a_b.c[var.k]"),
    ] {
        assert!(of(a, b).is_empty(), "{a} {b}");
    }
}

#[test]
fn override_files_are_laid_over() {
    let (config, said, sources) = decoded(&[
        (
            "main.tf",
            "resource \"a_b\" \"c\" {\n  count = 1\n  x = 1\n  y = 2\n  d {}\n  d {}\n  e {}\n  lifecycle {\n    create_before_destroy = true\n    ignore_changes = [x]\n  }\n}\nlocals {\n  l = 1\n}\nvariable \"v\" {\n  type = string\n}\n",
        ),
        (
            "override.tf",
            "resource \"a_b\" \"c\" {\n  for_each = {}\n  x = 3\n  d {\n    n = 1\n  }\n  lifecycle {\n    ignore_changes = all\n  }\n}\nlocals {\n  l = 2\n  m = 3\n}\nvariable \"v\" {\n  default = \"d\"\n}\nresource \"a_b\" \"none\" {}\n",
        ),
    ]);
    assert_eq!(
        lines(&said, &sources),
        [
            "13 Missing base declaration to override",
            "18 Missing base declaration to override",
        ]
    );
    let c = &config.resources[&managed("a_b", "c")];
    assert!(matches!(c.repetition, Repetition::ForEach(_)));
    let blocks: Vec<_> = c
        .body
        .blocks
        .iter()
        .map(|b| (&*b.ty, b.body.attributes.len()))
        .collect();
    assert_eq!(blocks, [("e", 0), ("d", 1)]);
    assert_eq!(c.lifecycle.create_before_destroy, Some(true));
    assert!(matches!(c.lifecycle.ignore_changes, IgnoreChanges::All));
    assert_eq!(
        config.variables["v"]
            .default
            .as_ref()
            .map(|d| d.value.clone()),
        Some(Value::string("d"))
    );
}

#[test]
fn a_condition_that_refers_to_nothing_is_refused() {
    let guard = |block: &str, condition: &str| {
        format!("  {block} {{\n    condition = {condition}\n    error_message = \"m\"\n  }}\n")
    };
    let text = format!(
        "check \"c\" {{\n{}{}}}\nresource \"a_b\" \"c\" {{\n  lifecycle {{\n{}{}{}  }}\n}}\noutput \"o\" {{\n  value = 1\n{}}}\n",
        guard("assert", "alltrue([for x in [1] : x == 1])"),
        guard("assert", "path.module == \".\""),
        guard("precondition", "true"),
        guard("postcondition", "1 == 1"),
        guard("postcondition", "self.x == 1"),
        guard("precondition", "can(1)"),
    );
    assert_eq!(
        said(&text),
        [
            "3 Invalid assert expression",
            "14 Invalid precondition expression",
            "18 Invalid postcondition expression",
            "30 Invalid precondition expression",
        ]
    );
}
