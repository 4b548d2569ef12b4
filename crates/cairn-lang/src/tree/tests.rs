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
    assert!(said(&[("main.tf.json", "{}")]).contains("JSON"));
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
