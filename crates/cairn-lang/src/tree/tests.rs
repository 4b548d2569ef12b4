//! Tests of loading, with the files in memory.

use cairn_diag::{Diagnostic, Plain, SourceMap, render_all};
use cairn_value::name;

use super::*;
use crate::config::ProviderRef;

/// Files in memory, by path.
pub(crate) struct Files<'f>(pub(crate) &'f [(&'f str, &'f str)]);

impl SourceReader for Files<'_> {
    fn read(&self, path: &str) -> Result<String, String> {
        self.0
            .iter()
            .find(|(p, _)| *p == path)
            .map(|(_, t)| (*t).to_owned())
            .ok_or_else(|| "no such file".to_owned())
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, String> {
        let names: Vec<String> = self
            .0
            .iter()
            .filter_map(|(p, _)| match p.rsplit_once('/') {
                Some((f, n)) if f == folder => Some(n.to_owned()),
                None if folder == "." => Some((*p).to_owned()),
                _ => None,
            })
            .collect();
        if names.is_empty() && folder != "." {
            return Err("no such folder".to_owned());
        }
        Ok(names)
    }
}

/// One file that must be right.
pub(crate) fn tree_of(text: &str) -> (ModuleTree, SourceMap) {
    let loaded = load(&Files(&[("main.tf", text)]));
    let shown = render_all(&loaded.diagnostics, &loaded.sources, &Plain);
    assert!(!loaded.diagnostics.has_errors(), "{shown}");
    (loaded.tree, loaded.sources)
}

fn said(files: &[(&str, &str)]) -> String {
    let loaded = load(&Files(files));
    render_all(&loaded.diagnostics, &loaded.sources, &Plain)
}

#[test]
fn modules_are_found_and_read_once() {
    let loaded = load(&Files(&[
        (
            "main.tf",
            "module \"a\" {\n  source = \"./modules/a\"\n  x = 1\n}\nmodule \"b\" {\n  source = \"./modules/a\"\n  x = 2\n}\n",
        ),
        (".hidden.tf", "junk {"),
        ("notes.txt", "junk {"),
        (
            "modules/a/main.tf",
            "variable \"x\" {}\nmodule \"c\" { source = \"../c\" }\n",
        ),
        ("modules/c/main.tf", "output \"o\" { value = 1 }\n"),
    ]));
    assert!(loaded.diagnostics.is_empty());
    let paths: Vec<_> = loaded
        .tree
        .walk()
        .iter()
        .map(|n| (n.path.to_string(), n.folder.clone()))
        .collect();
    assert_eq!(
        paths,
        [
            ("", "."),
            ("module.a", "modules/a"),
            ("module.b", "modules/a"),
            ("module.a.module.c", "modules/c"),
            ("module.b.module.c", "modules/c"),
        ]
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
    );
    let a = &loaded.tree.root.children["a"].config;
    let b = &loaded.tree.root.children["b"].config;
    assert!(Arc::ptr_eq(a, b));
}

#[test]
fn wrong_calls_are_said_where_they_stand() {
    let text = said(&[
        (
            "main.tf",
            "module \"a\" {\n  source = \"./a\"\n  cidr_blok = 1\n}\nmodule \"r\" { source = \"aliyun/vpc/alicloud\" }\nmodule \"g\" { source = \"git::https://x.example/y.git\" }\nmodule \"n\" { source = \"./none\" }\nmodule \"v\" {\n  source = \"./a\"\n  version = \"1.0\"\n}\n",
        ),
        (
            "a/main.tf",
            "variable \"cidr_block\" {}\nmodule \"self\" { source = \"../a\" }\n",
        ),
    ]);
    for part in [
        "Did you mean `cidr_block`?",
        "main.tf:3:3",
        "registry (registry.terraform.io/aliyun/vpc/alicloud) and has not been installed",
        "git repository (git::https://x.example/y.git) and has not been installed",
        "cairn init",
        "Unreadable module directory",
        "Module calls itself",
        ". → a → a",
        "has no version",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(
        !text.contains("Missing required argument"),
        "a misspelled argument is one mistake\n{text}"
    );
    assert!(said(&[]).contains("No configuration files"));
}

#[test]
fn keys_select_where_the_configuration_is_repeated() {
    let loaded = load(&Files(&[
        (
            "main.tf",
            r#"
variable "all" {}
provider "p" {
  alias    = "by"
  for_each = var.all
}
provider "p" {
  alias = "one"
}
resource "p_r" "good" {
  for_each = { for k in var.all : k => k if k != "x" }
  provider = p.by[each.key]
}
resource "p_r" "keyless" {
  provider = p.by
}
resource "p_r" "keyed" {
  provider = p.one["k"]
}
resource "p_r" "same" {
  for_each = var.all
  provider = p.by[each.key]
}
module "m" {
  source    = "./m"
  providers = { p = p.by["k"], p.two = p.by }
}
provider "p" {
  for_each = var.all
}
"#,
        ),
        (
            "m/main.tf",
            r#"
terraform {
  required_providers {
    p = {
      source                = "hashicorp/p"
      configuration_aliases = [p.two]
    }
  }
}
resource "p_r" "r" {}
resource "p_r" "two" {
  provider = p.two["k"]
}
"#,
        ),
    ]));
    let mut said: Vec<(&str, String)> = loaded
        .diagnostics
        .iter()
        .map(|d| {
            let span = d.subject.expect("a place");
            (d.code, loaded.sources.text(span).expect("text").to_owned())
        })
        .collect();
    said.sort();
    let expected = [
        ("provider-for-each", "for_each"),
        ("provider-instance-key", "p.by"),
        ("provider-instance-key", "p.by"),
        ("provider-instance-key", "p.one[\"k\"]"),
        ("provider-instance-key", "p.two[\"k\"]"),
        ("provider-same-for-each", "var.all"),
    ]
    .map(|(code, text)| (code, text.to_owned()));
    assert_eq!(said, expected);

    // What selects is written in the module that hands the configuration over.
    let module = Module::root().child(name("m"));
    let inner = loaded.tree.get(&module).expect("it is there");
    let r = inner.config.resources.values().next().expect("a resource");
    let selection = loaded.tree.provider_selection(&module, &r.provider);
    assert_eq!(
        selection.config.to_string(),
        "provider[\"registry.terraform.io/hashicorp/p\"].by"
    );
    assert_eq!(selection.key.map(|(place, _)| place), Some(Module::root()));
}

#[test]
fn provider_configurations_are_passed_and_inherited() {
    let (tree, _) = {
        let loaded = load(&Files(&[
            (
                "main.tf",
                "terraform {\n  required_providers {\n    ali = { source = \"aliyun/alicloud\" }\n  }\n}\nprovider \"ali\" {}\nprovider \"ali\" {\n  alias = \"east\"\n}\nmodule \"p\" {\n  source = \"./p\"\n  providers = {\n    alicloud = ali.east\n    alicloud.other = ali\n  }\n}\nmodule \"i\" { source = \"./i\" }\n",
            ),
            (
                "p/main.tf",
                "terraform {\n  required_providers {\n    alicloud = {\n      source = \"aliyun/alicloud\"\n      configuration_aliases = [alicloud.other]\n    }\n  }\n}\nmodule \"i\" { source = \"../i\" }\n",
            ),
            (
                "i/main.tf",
                "terraform {\n  required_providers {\n    x = { source = \"aliyun/alicloud\" }\n  }\n}\n",
            ),
        ]));
        let shown = render_all(&loaded.diagnostics, &loaded.sources, &Plain);
        assert!(loaded.diagnostics.is_empty(), "{shown}");
        (loaded.tree, loaded.sources)
    };
    let at = |module: &[&str], provider: &str, alias: Option<&str>| {
        let module = module.iter().fold(Module::root(), |m, n| m.child(name(n)));
        let reference = ProviderRef {
            name: name(provider),
            alias: alias.map(name),
            key: None,
            span: None,
        };
        tree.provider_config(&module, &reference).to_string()
    };
    let address = "provider[\"registry.terraform.io/aliyun/alicloud\"]";
    assert_eq!(at(&[], "ali", None), address);
    assert_eq!(at(&[], "ali", Some("east")), format!("{address}.east"));
    assert_eq!(at(&["p"], "alicloud", None), format!("{address}.east"));
    assert_eq!(at(&["p"], "alicloud", Some("other")), address);
    assert_eq!(at(&["p", "i"], "x", None), format!("{address}.east"));
    assert_eq!(at(&["i"], "x", None), address);
    assert_eq!(
        at(&["i"], "random", None),
        "provider[\"registry.terraform.io/hashicorp/random\"]"
    );
}

#[test]
fn a_module_that_does_not_say_whose_provider_it_uses_inherits_the_one_there_is() {
    let loaded = load(&Files(&[
        (
            "main.tf",
            "terraform {\n  required_providers {\n    alicloud = { source = \"aliyun/alicloud\" }\n  }\n}\nprovider \"alicloud\" {\n  alias = \"east\"\n}\nmodule \"p\" {\n  source = \"./p\"\n  providers = {\n    alicloud = alicloud.east\n  }\n}\n",
        ),
        ("p/main.tf", "module \"i\" { source = \"../i\" }\n"),
        ("i/main.tf", "resource \"alicloud_vpc\" \"v\" {}\n"),
    ]));
    let shown = render_all(&loaded.diagnostics, &loaded.sources, &Plain);
    assert!(loaded.diagnostics.is_empty(), "{shown}");
    let module = Module::root().child(name("p")).child(name("i"));
    let reference = ProviderRef {
        name: name("alicloud"),
        alias: None,
        key: None,
        span: None,
    };
    assert_eq!(
        loaded.tree.provider_config(&module, &reference).to_string(),
        "provider[\"registry.terraform.io/aliyun/alicloud\"].east"
    );
}

#[test]
fn unknown_aliases_are_said() {
    let text = said(&[(
        "main.tf",
        "provider \"a\" {\n  alias = \"east\"\n}\nresource \"a_b\" \"c\" {\n  provider = a.esat\n}\n",
    )]);
    assert!(text.contains("Did you mean a.east?"), "{text}");
    assert!(text.contains("main.tf:5:14"), "{text}");
}

#[test]
fn json_files_say_the_same() {
    let json = r#"{
  "//": "a comment",
  "variable": {
    "n": {"type": "number", "default": 2, "description": "${kept}"},
    "m": {"type": "map(string)", "default": {"k": "$${v}"}}
  },
  "locals": {"a": "n is ${var.n}", "b": {"c": ["${var.n}", true, null, 1.5]}},
  "resource": {
    "terraform_data": {
      "r": {
        "count": "${var.n}",
        "input": {"i": "${count.index}"},
        "lifecycle": {"create_before_destroy": true, "ignore_changes": ["input"]}
      },
      "p": [{
        "depends_on": ["terraform_data.r"],
        "provider": "terraform.x",
        "provisioner": [
          {"local-exec": {"when": "destroy", "command": "echo"}},
          {"local-exec": {"command": "echo"}}
        ],
        "disks": [{"size": 1}, {"size": 2}],
        "dynamic": {"tag": {"for_each": [], "content": {"x": 1}}}
      }]
    }
  },
  "provider": {"terraform": [{"alias": "x"}]},
  "output": {"o": {"value": "$${raw} %{ if true }yes%{ endif }"}},
  "moved": [{"from": "a.b", "to": "a.c[0]"}],
  "terraform": {"required_providers": {"a": {"source": "b/a", "configuration_aliases": ["a.z"]}}}
}"#;
    let (tree, _) = {
        let loaded = load(&Files(&[("main.tf.json", json)]));
        let shown = render_all(&loaded.diagnostics, &loaded.sources, &Plain);
        assert!(loaded.diagnostics.is_empty(), "{shown}");
        (loaded.tree, loaded.sources)
    };
    let config = &tree.root.config;
    assert_eq!(
        config.variables["n"].description.as_deref(),
        Some("${kept}")
    );
    assert_eq!(
        config.variables["m"].constraint.ty.to_string(),
        "map(string)"
    );
    let default = config.variables["m"].default.as_ref().unwrap();
    assert_eq!(
        default.value.get_attr("k"),
        Some(&cairn_value::Value::string("$${v}"))
    );
    assert_eq!(config.locals.len(), 2);
    let resource = |n: &str| {
        config
            .resources
            .values()
            .find(|r| &*r.addr.name == n)
            .unwrap()
    };
    assert_eq!(resource("r").lifecycle.create_before_destroy, Some(true));
    let p = resource("p");
    assert_eq!(p.depends_on.len(), 1);
    assert_eq!(p.provider.alias.as_deref(), Some("x"));
    assert_eq!(p.provisioners.len(), 2);
    let types: Vec<_> = p.body.blocks.iter().map(|b| &*b.ty).collect();
    assert_eq!(types, ["disks", "disks", "dynamic"]);
    assert!(p.body.json && p.body.attribute("disks").is_some());
    assert_eq!(config.moved.len(), 1);
    assert_eq!(
        &*config.required_providers["a"].configuration_aliases[0],
        "z"
    );
}

#[test]
fn mistakes_in_json_are_placed() {
    for (text, place, part) in [
        (
            "{\"output\": {\"a\": {\"value\": 1},}}",
            "1:31",
            "comma too much",
        ),
        ("{\"a\" 1}", "1:6", "colon"),
        ("{\n\"a\": tru}", "2:6", "double quotes"),
        (
            "{\"locals\": {\"a\": \"${x\"}}",
            "1:18",
            "Unclosed template",
        ),
        ("[", "1:2", "file ends"),
        ("{\"a\": [1", "1:7", "not closed"),
        ("{\"output\": 1}", "1:12", "object in braces"),
        ("{\"x\": \"\\q\"}", "1:8", "escape"),
    ] {
        let shown = said(&[("main.tf.json", text)]);
        assert!(
            shown.contains(&format!("main.tf.json:{place}")),
            "{text}\n{shown}"
        );
        assert!(shown.contains(part), "{text}\n{shown}");
    }
    let deep = "[".repeat(100_000);
    assert!(said(&[("main.tf.json", &deep)]).contains("thousand levels"));
}

/// Packages that have been fetched: their folders by what is fetched.
struct Fetched(&'static [(&'static str, &'static str)]);

impl ModuleLocator for Fetched {
    fn locate(&self, wanted: &ModuleRequest<'_>) -> Result<LocatedModule, Box<LocateProblem>> {
        let package = wanted.source.package.to_string();
        let Some((_, folder)) = self.0.iter().find(|(p, _)| *p == package) else {
            return Err(NothingInstalled::problem(wanted));
        };
        let version = crate::Version::parse("1.2.0").unwrap();
        if !wanted.admits(&version) {
            let d = Diagnostic::error("none", "No such version").detail(wanted.written);
            return Err(Box::new(LocateProblem::Version(d)));
        }
        Ok(LocatedModule {
            package: (*folder).to_owned(),
            folder: wanted
                .source
                .subdir
                .as_ref()
                .map_or((*folder).to_owned(), |s| format!("{folder}/{s}")),
            version: Some("1.2.0".to_owned()),
        })
    }
}

fn load_given(
    files: &[(&str, &str)],
    given: &[(&str, &str)],
    fetched: &Fetched,
) -> (LoadedTree, String) {
    let given = given
        .iter()
        .map(|(n, v)| {
            let source = crate::InputSource::CommandLine;
            (name(n), crate::RawInput::Text((*v).to_owned(), source))
        })
        .collect();
    let options = LoadOptions {
        root: ".",
        locator: fetched,
        given: &given,
        context: None,
        sources: SourceMap::default(),
        schemas: &crate::no_schemas,
        check_calls: true,
    };
    let loaded = load_with(&Files(files), options);
    let shown = render_all(&loaded.diagnostics, &loaded.sources, &Plain);
    (loaded, shown)
}

const FETCHED: Fetched = Fetched(&[
    ("registry.terraform.io/a/net/alicloud", "m/net"),
    ("git::https://h/o/r.git?ref=v2", "m/git"),
]);

#[test]
fn fetched_modules_are_found_with_those_they_call() {
    let files = [
        (
            "main.tf",
            "module \"n\" {\n  source = \"a/net/alicloud//sub\"\n  version = \"~> 1.0\"\n}\nmodule \"g\" { source = \"git::https://h/o/r.git?ref=v2\" }\n",
        ),
        (
            "m/net/sub/main.tf",
            "module \"o\" { source = \"../other\" }\n",
        ),
        ("m/net/other/main.tf", "output \"x\" { value = 1 }\n"),
        (
            "m/git/main.tf",
            "module \"up\" { source = \"../net/other\" }\n",
        ),
    ];
    let (loaded, shown) = load_given(&files, &[], &FETCHED);
    let n = &loaded.tree.root.children["n"];
    assert_eq!(n.folder, "m/net/sub");
    assert_eq!(n.source, "registry.terraform.io/a/net/alicloud//sub");
    assert_eq!(n.version.as_deref(), Some("1.2.0"));
    assert_eq!(n.children["o"].folder, "m/net/other");
    assert_eq!(n.children["o"].source, "../other");
    assert_eq!(loaded.diagnostics.len(), 1, "{shown}");
    assert!(
        shown.contains("leads out of the package") && shown.contains("m/git/main.tf:1:"),
        "{shown}"
    );
}

#[test]
fn versions_that_do_not_fit_are_said_at_the_version() {
    let (_, shown) = load_given(
        &[(
            "main.tf",
            "module \"n\" {\n  source = \"a/net/alicloud\"\n  version = \">= 2\"\n}\nmodule \"o\" {\n  source = \"a/net/alicloud\"\n  version = \"two\"\n}\nmodule \"g\" {\n  source = \"git::https://h/o/r.git?ref=v2\"\n  version = \"1.0\"\n}\nmodule \"s\" { source = \"s3::https://b/x.zip\" }\n",
        )],
        &[],
        &FETCHED,
    );
    for part in [
        "main.tf:3:13",
        "No such version",
        "main.tf:7:13",
        "Invalid version constraint",
        "main.tf:11:13",
        "Only modules of registries have versions",
        "S3 bucket",
    ] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
}

#[test]
fn sources_are_made_from_variables_and_locals() {
    let files = [
        (
            "main.tf",
            "variable \"which\" { default = \"a\" }\nvariable \"v\" {}\nlocals {\n  base = \"./mods\"\n}\nmodule \"m\" {\n  source = \"${local.base}/${lower(var.which)}\"\n  deeper = var.which\n}\nmodule \"n\" {\n  source = \"a/net/alicloud\"\n  version = var.v\n}\n",
        ),
        (
            "mods/b/main.tf",
            "variable \"deeper\" {}\nlocals {\n  up = upper(var.deeper)\n}\nmodule \"d\" { source = \"./${local.up}\" }\n",
        ),
        ("mods/b/B/main.tf", "output \"x\" { value = 1 }\n"),
        ("m/net/main.tf", "output \"x\" { value = 1 }\n"),
    ];
    let (loaded, shown) = load_given(&files, &[("which", "B"), ("v", "1.2.0")], &FETCHED);
    assert!(loaded.diagnostics.is_empty(), "{shown}");
    assert!(loaded.used_values);
    let m = &loaded.tree.root.children["m"];
    assert_eq!((&*m.folder, &*m.source), ("mods/b", "./mods/b"));
    assert_eq!(m.children["d"].folder, "mods/b/B");
    assert_eq!(
        loaded.tree.root.children["n"].version.as_deref(),
        Some("1.2.0")
    );
}

#[test]
fn what_is_not_known_while_loading_is_refused_where_it_stands() {
    for (text, place, part) in [
        (
            "variable \"v\" {}\nmodule \"m\" { source = \"./${var.v}\" }",
            "2:28",
            "neither a default nor a value",
        ),
        (
            "resource \"terraform_data\" \"r\" {}\nmodule \"m\" { source = \"./${terraform_data.r.id}\" }",
            "2:28",
            "terraform_data.r.id is an attribute of a resource",
        ),
        (
            "resource \"terraform_data\" \"r\" {}\nlocals {\n  a = terraform_data.r.id\n  b = local.a\n}\nmodule \"m\" { source = \"./${local.b}\" }",
            "6:28",
            "terraform_data.r.id (in main.tf line 3, which this is made from)",
        ),
        (
            "module \"m\" {\n  for_each = toset([\"a\"])\n  source = \"./${each.key}\"\n}",
            "3:17",
            "key of an instance",
        ),
        (
            "variable \"v\" {\n  sensitive = true\n  default = \"x\"\n}\nmodule \"m\" { source = \"./${var.v}\" }",
            "5:23",
            "is sensitive",
        ),
        (
            "locals {\n  a = [1]\n}\nmodule \"m\" { source = local.a }",
            "4:23",
            "a text is needed",
        ),
        ("module \"m\" { source = null }", "1:23", "null"),
        (
            "module \"m\" { source = \"./${var.vv}\" }",
            "1:28",
            "has not been declared",
        ),
        (
            "locals {\n  a = local.b\n  b = local.a\n}\nmodule \"m\" { source = local.a }",
            "2:3",
            "refers to",
        ),
        (
            "variable \"v\" {}\nterraform {\n  backend \"local\" {\n    path = var.v\n  }\n}",
            "4:12",
            "the backend must be known",
        ),
        (
            "terraform {\n  encryption {}\n}",
            "2:3",
            "does not write in clear",
        ),
    ] {
        let shown = said(&[("main.tf", text)]);
        assert!(
            shown.contains(&format!("main.tf:{place}")),
            "{text}\n{shown}"
        );
        assert!(shown.contains(part), "{text}\n{shown}");
    }
}

#[test]
fn what_is_deprecated_is_warned_of_where_it_is_used() {
    let files = [
        (
            "main.tf",
            r#"
module "m" {
  source = "./m"
  old    = 1
  new    = module.n[0].old
}
module "n" {
  source = "./m"
  count  = 1
}
locals {
  first  = module.m.old
  second = local.first
  third  = module.m.new
}
output "all" { value = [local.second, module.n[*].old, module.m] }
check "c" {
  assert {
    condition     = module.m.old == 1
    error_message = "No."
  }
}
"#,
        ),
        (
            "m/main.tf",
            r#"
variable "old" {
  default    = 1
  deprecated = "Set new."
}
variable "new" { default = 1 }
output "old" {
  value      = var.old
  deprecated = "Use new."
}
output "new" { value = var.new }
"#,
        ),
    ];
    let loaded = load(&Files(&files));
    assert!(!loaded.diagnostics.has_errors());
    let mut lines: Vec<(u32, &str)> = loaded
        .diagnostics
        .iter()
        .map(|d| {
            let (_, start, _) = loaded.sources.locate(d.subject.unwrap()).unwrap();
            (start.line as u32, d.code)
        })
        .collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            (4, "deprecated-variable"),
            (5, "deprecated-output"),
            (12, "deprecated-output"),
            (16, "deprecated-output"),
            (19, "deprecated-output"),
        ]
    );
    let shown = render_all(&loaded.diagnostics, &loaded.sources, &Plain);
    assert!(
        shown.contains("The output `old` of module.m is deprecated: Use new."),
        "{shown}"
    );
    assert!(shown.contains("`old` is deprecated: Set new."), "{shown}");
}
