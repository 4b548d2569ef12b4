//! Tests of loading, with the files in memory.

use cairn_diag::{Plain, SourceMap, render_all};
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
        "Missing required argument",
        "a module registry",
        "a git repository",
        "Unreadable module directory",
        "Module calls itself",
        ". → a → a",
        "has no version",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(said(&[]).contains("No configuration files"));
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
    assert!(said(&[("main.tf.json", &deep)]).contains("100 levels"));
}
