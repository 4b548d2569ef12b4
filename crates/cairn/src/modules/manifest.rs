//! Decides what `modules.json` says, in Terraform's form: which module was installed from where, and where it lies.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use cairn_lang::{
    ModuleNode, ModuleSource, ModuleTree, RegistryModule, RemoteModule, SourceReader,
};
use serde_json::{Value as Json, json};

/// The file's name in the folder of installed modules.
pub(crate) const FILE: &str = "modules.json";

/// The host that OpenTofu takes for the one of registry addresses without a host.
const OTHER_DEFAULT_HOST: &str = "registry.opentofu.org/";

/// One module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The source, in its normal form.
    pub(crate) source: String,
    /// The chosen version, for a module of a registry.
    pub(crate) version: Option<String>,
    /// The module's folder, relative to the root module's.
    pub(crate) dir: String,
}

impl Entry {
    /// Whether it was installed from this source.
    pub(crate) fn is_of(&self, source: &RemoteModule) -> bool {
        let wanted = source.to_string();
        self.shown_source() == wanted || self.source == wanted || {
            let other = self.source.strip_prefix(OTHER_DEFAULT_HOST);
            other.is_some_and(|rest| format!("{}/{rest}", RegistryModule::DEFAULT_HOST) == wanted)
        }
    }

    /// The source as it may be shown.
    pub(crate) fn shown_source(&self) -> String {
        match ModuleSource::parse(&self.source) {
            Ok(ModuleSource::Remote(remote)) => remote.to_string(),
            _ => self.source.clone(),
        }
    }
}

/// All modules, by key: the names of the calls that lead to each, with dots between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Manifest {
    entries: BTreeMap<String, Entry>,
}

impl Manifest {
    /// Reads the manifest in a folder of installed modules; an empty one where there is none.
    pub(crate) fn read(reader: &dyn SourceReader, modules_dir: &str) -> Result<Self, String> {
        let path = format!("{modules_dir}/{FILE}");
        reader
            .read(&path)
            .map_or_else(|_| Ok(Self::default()), |text| Self::parse(&path, &text))
    }

    fn parse(path: &str, text: &str) -> Result<Self, String> {
        let doc: Json = serde_json::from_str(text)
            .map_err(|e| format!("The file {path} is no JSON document: {e}."))?;
        let list = doc["Modules"]
            .as_array()
            .ok_or_else(|| format!("The file {path} has no list `Modules`."))?;
        let mut entries = BTreeMap::new();
        for item in list {
            let text = |name: &str| item[name].as_str().map(str::to_owned);
            let (Some(key), Some(dir)) = (text("Key"), text("Dir")) else {
                return Err(format!(
                    "In the file {path} an entry has no `Key` or no `Dir`."
                ));
            };
            let entry = Entry {
                source: text("Source").unwrap_or_default(),
                version: text("Version").filter(|v| !v.is_empty()),
                dir: dir.replace('\\', "/"),
            };
            entries.insert(key, entry);
        }
        Ok(Self { entries })
    }

    /// What a tree has been loaded from.
    pub(crate) fn of_tree(tree: &ModuleTree) -> Self {
        fn walk(node: &ModuleNode, into: &mut BTreeMap<String, Entry>) {
            let names: Vec<&str> = node.path.names().iter().map(|n| &**n).collect();
            into.insert(
                names.join("."),
                Entry {
                    source: node.source.clone(),
                    version: node.version.clone(),
                    dir: node.folder.clone(),
                },
            );
            for child in node.children.values() {
                walk(child, into);
            }
        }
        let mut entries = BTreeMap::new();
        walk(&tree.root, &mut entries);
        Self { entries }
    }

    /// The module of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.get(key)
    }

    /// Every key with its module, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &Entry)> {
        self.entries.iter()
    }

    /// Whether there is nothing beside the root module.
    pub(crate) fn is_trivial(&self) -> bool {
        self.entries.keys().all(String::is_empty)
    }

    /// Takes over the modules of another that this one has none for.
    pub(crate) fn complete_with(&mut self, other: &Self) {
        for (key, entry) in &other.entries {
            self.entries.entry(key.clone()).or_insert(entry.clone());
        }
    }

    /// Writes it into a folder of installed modules: whole, or not at all.
    pub(crate) fn write(&self, modules_dir: &Path) -> std::io::Result<()> {
        let modules: Vec<Json> = self
            .entries
            .iter()
            .map(|(key, e)| match &e.version {
                Some(v) => json!({"Key": key, "Source": e.source, "Version": v, "Dir": e.dir}),
                None => json!({"Key": key, "Source": e.source, "Dir": e.dir}),
            })
            .collect();
        std::fs::create_dir_all(modules_dir)?;
        let mut file = tempfile::NamedTempFile::new_in(modules_dir)?;
        file.write_all(json!({ "Modules": modules }).to_string().as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(modules_dir.join(FILE))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERRAFORMS: &str = r#"{"Modules":[{"Key":"","Source":"","Dir":"."},
        {"Key":"a.b","Source":"git::https://u:p@h/r.git//sub?ref=v1\u0026depth=1","Dir":".terraform/modules/a.b/sub"},
        {"Key":"v","Source":"registry.opentofu.org/x/vpc/alicloud","Version":"1.2.0","Dir":".terraform/modules/v"}]}"#;

    fn remote(source: &str) -> RemoteModule {
        ModuleSource::parse(source)
            .unwrap()
            .remote()
            .unwrap()
            .clone()
    }

    #[test]
    fn terraforms_manifest_is_read_and_written() {
        let manifest = Manifest::parse("modules.json", TERRAFORMS).unwrap();
        let entry = manifest.get("a.b").unwrap();
        assert!(entry.is_of(&remote("git::https://u:p@h/r.git//sub?ref=v1&depth=1")));
        assert!(!entry.is_of(&remote("git::https://h/r.git//sub?ref=v2")));
        assert!(!entry.shown_source().contains(":p@"));
        assert!(manifest.get("v").unwrap().is_of(&remote("x/vpc/alicloud")));
        assert!(
            !manifest
                .get("v")
                .unwrap()
                .is_of(&remote("h.example/x/vpc/alicloud"))
        );
        let dir = tempfile::tempdir().unwrap();
        manifest.write(dir.path()).unwrap();
        let text = std::fs::read_to_string(dir.path().join(FILE)).unwrap();
        assert_eq!(Manifest::parse(FILE, &text).unwrap(), manifest);
        assert!(!manifest.is_trivial() && Manifest::default().is_trivial());
    }

    #[test]
    fn a_damaged_manifest_is_said() {
        for (text, part) in [
            ("{", "no JSON"),
            ("{}", "no list"),
            (r#"{"Modules":[{"Key":"a"}]}"#, "no `Dir`"),
        ] {
            assert!(
                Manifest::parse("m.json", text).unwrap_err().contains(part),
                "{text}"
            );
        }
    }
}
