//! Decides which files of a folder belong to a module and which folders a configuration leads to. Reading is the caller's.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use cairn_diag::{Diagnostic, Diagnostics, SourceMap, Span};
use cairn_model::Module;
use cairn_value::Name;

use super::{LoadedTree, ModuleNode, ModuleTree, SourceReader};
use crate::config::{ModuleCall, ModuleConfig, decode, from_json};
use crate::syntax::{Body, parse_file, parse_json};

/// Modules cannot call each other deeper than this.
const MAX_DEPTH: usize = 64;

/// Loads the module in the root folder and all local modules it calls.
pub fn load(reader: &dyn SourceReader) -> LoadedTree {
    let mut loader = Loader {
        reader,
        sources: SourceMap::default(),
        said: Diagnostics::new(),
        read: HashMap::new(),
        checked: HashSet::new(),
        way: Vec::new(),
    };
    let config = loader.folder(".", None);
    let root = loader.node(Module::root(), ".".to_owned(), config);
    let tree = ModuleTree { root };
    let mut said = loader.said;
    super::providers::check(&tree, &loader.sources, &mut said);
    LoadedTree {
        tree,
        sources: loader.sources,
        diagnostics: said,
    }
}

struct Loader<'r> {
    reader: &'r dyn SourceReader,
    sources: SourceMap,
    said: Diagnostics,
    /// Folders that have been read: a module called twice is read once.
    read: HashMap<String, Arc<ModuleConfig>>,
    /// Calls whose arguments have been checked, by folder and name.
    checked: HashSet<(String, Name)>,
    /// The folders from the root to the module at hand.
    way: Vec<String>,
}

impl Loader<'_> {
    fn node(&mut self, path: Module, folder: String, config: Arc<ModuleConfig>) -> ModuleNode {
        self.way.push(folder.clone());
        let mut children = BTreeMap::new();
        for (name, call) in &config.calls {
            let Some(target) = self.target(&folder, call) else {
                continue;
            };
            let called = self.folder(&target, Some(call));
            if self.checked.insert((folder.clone(), name.clone())) {
                super::arguments::check(call, &called, &self.sources, &mut self.said);
            }
            let child = self.node(path.child(name.clone()), target, called);
            children.insert(name.clone(), child);
        }
        self.way.pop();
        ModuleNode {
            path,
            folder,
            config,
            children,
        }
    }

    /// The folder that a call leads to.
    fn target(&mut self, folder: &str, call: &ModuleCall) -> Option<String> {
        let source = &*call.source.value;
        let within = self.sources.text(call.header).map(str::to_owned);
        let mut refuse = |d: Diagnostic| {
            let d = d.at(call.source.span);
            self.said.push(match &within {
                Some(within) => d.within(within.clone()),
                None => d,
            });
            None
        };
        if !is_local(source) {
            let name = &call.name.value;
            return refuse(
                Diagnostic::error("module-source", "Unsupported module source")
                    .detail(format!(
                        "The module `{name}` is to come from {}, and only modules in local folders can be loaded yet.",
                        remote_kind(source)
                    ))
                    .hint(format!(
                        "Put a copy of the module into a folder of this configuration and write source = \"./modules/{name}\"."
                    )),
            );
        }
        if let Some(version) = &call.version {
            let d = Diagnostic::error("version-of-local-module", "Invalid registry module source address")
                .detail("A module in a local folder has no version; it is what lies in the folder. Remove `version`.")
                .at(version.span);
            self.said.push(match within {
                Some(within) => d.within(within),
                None => d,
            });
            return None;
        }
        let target = join(folder, source);
        if self.way.contains(&target) {
            let mut way: Vec<&str> = self.way.iter().map(String::as_str).collect();
            way.push(&target);
            let way = way.join(" → ");
            return refuse(
                Diagnostic::error("module-cycle", "Module calls itself")
                    .detail(format!(
                        "A module cannot call itself, neither directly nor through others: {way}. Remove one of these calls."
                    )),
            );
        }
        if self.way.len() >= MAX_DEPTH {
            return refuse(
                Diagnostic::error("modules-too-deep", "Modules nested too deeply").detail(format!(
                    "Modules can call each other {MAX_DEPTH} levels deep."
                )),
            );
        }
        Some(target)
    }

    /// The configuration in a folder, read once.
    fn folder(&mut self, folder: &str, call: Option<&ModuleCall>) -> Arc<ModuleConfig> {
        if let Some(config) = self.read.get(folder) {
            return config.clone();
        }
        let config = Arc::new(self.read_folder(folder, call));
        self.read.insert(folder.to_owned(), config.clone());
        config
    }

    fn read_folder(&mut self, folder: &str, call: Option<&ModuleCall>) -> ModuleConfig {
        let at = call.map(|c| c.header);
        let mut names = match self.reader.list(folder) {
            Ok(names) => names,
            Err(reason) => {
                self.said.push(unreadable_folder(folder, &reason, at));
                return ModuleConfig::default();
            }
        };
        names.sort();
        let (mut files, mut overrides) = (Vec::new(), Vec::new());
        let mut found = false;
        for name in names {
            let Some(kind) = FileKind::of(&name) else {
                continue;
            };
            found = true;
            let path = if folder == "." {
                name
            } else {
                format!("{folder}/{name}")
            };
            let Some(body) = self.file(&path, kind.json) else {
                continue;
            };
            if kind.overrides {
                overrides.push(body);
            } else {
                files.push(body);
            }
        }
        if !found {
            let place = if folder == "." {
                "the root module's folder".to_owned()
            } else {
                format!("the folder {folder}")
            };
            self.said.push(
                Diagnostic::error("no-configuration", "No configuration files")
                    .detail(format!("There is no .tf file in {place}."))
                    .at_opt(at)
                    .hint("Run the command in the folder with the configuration, or name that folder by -chdir=FOLDER."),
            );
        }
        let (config, said) = decode(&self.sources, files, overrides);
        self.said.extend(said);
        config
    }

    fn file(&mut self, path: &str, json: bool) -> Option<Body> {
        let text = match self.reader.read(path) {
            Ok(text) => text,
            Err(reason) => {
                self.said.push(
                    Diagnostic::error("unreadable-file", "Failed to read file").detail(format!(
                        "The file {path} cannot be read: {}",
                        sentence(&reason)
                    )),
                );
                return None;
            }
        };
        let text: Arc<str> = Arc::from(text);
        let file = self.sources.add(path, text.clone());
        if u32::try_from(text.len()).is_err() {
            self.said.push(
                Diagnostic::error("file-too-large", "File too large")
                    .detail(format!("The file {path} is larger than 4 GB.")),
            );
            return None;
        }
        if json {
            return match parse_json(file, &text) {
                Ok(json) => Some(from_json(&json, &mut self.said)),
                Err(said) => {
                    self.said.extend(said);
                    None
                }
            };
        }
        let (body, said) = parse_file(file, &text);
        self.said.extend(said);
        Some(body)
    }
}

/// What a file of configuration is.
struct FileKind {
    json: bool,
    overrides: bool,
}

impl FileKind {
    /// Nothing for files that are none: other endings, hidden ones, backups of editors.
    fn of(name: &str) -> Option<Self> {
        let ignored = name.starts_with('.')
            || name.ends_with('~')
            || (name.starts_with('#') && name.ends_with('#'));
        if ignored {
            return None;
        }
        let (stem, json) = match (name.strip_suffix(".tf"), name.strip_suffix(".tf.json")) {
            (Some(stem), _) => (stem, false),
            (_, Some(stem)) => (stem, true),
            _ => return None,
        };
        Some(Self {
            json,
            overrides: stem == "override" || stem.ends_with("_override"),
        })
    }
}

fn unreadable_folder(folder: &str, reason: &str, at: Option<Span>) -> Diagnostic {
    let d = if at.is_some() {
        Diagnostic::error("unreadable-module", "Unreadable module directory").detail(format!(
            "The module's folder {folder} cannot be read: {} The path is relative to the folder of the calling module.",
            sentence(reason)
        ))
    } else {
        Diagnostic::error("unreadable-module", "Unreadable module directory")
            .detail(format!("The folder cannot be read: {}", sentence(reason)))
    };
    d.at_opt(at)
}

fn sentence(reason: &str) -> String {
    let reason = reason.trim_end();
    if reason.ends_with('.') {
        reason.to_owned()
    } else {
        format!("{reason}.")
    }
}

fn is_local(source: &str) -> bool {
    source == "."
        || source == ".."
        || ["./", "../", ".\\", "..\\", "/"]
            .iter()
            .any(|p| source.starts_with(p))
}

fn remote_kind(source: &str) -> &'static str {
    let registry = source.split("//").next().unwrap_or("");
    let parts = registry.split('/').count();
    if source.starts_with("git::") || source.starts_with("git@") || source.contains(".git") {
        "a git repository"
    } else if source.contains("://") || source.contains("::") {
        "a remote address"
    } else if (registry.starts_with("github.com/") || registry.starts_with("bitbucket.org/"))
        && parts >= 3
    {
        "a git repository"
    } else if parts == 3 || parts == 4 {
        "a module registry"
    } else {
        "an address of no known kind (a local folder begins with ./ or ../)"
    }
}

/// A local source as seen from the root: `modules/a` and `../b` give `modules/b`.
fn join(folder: &str, source: &str) -> String {
    let source = source.replace('\\', "/");
    let absolute = source.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    let base = if absolute { "" } else { folder };
    for part in base.split('/').chain(source.split('/')) {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&last) if last != ".." => {
                    parts.pop();
                }
                _ if absolute || folder.starts_with('/') => {}
                _ => parts.push(".."),
            },
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if absolute || folder.starts_with('/') {
        format!("/{joined}")
    } else if joined.is_empty() {
        ".".to_owned()
    } else {
        joined
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_relative_to_the_calling_folder() {
        for (folder, source, expected) in [
            (".", "./modules/net", "modules/net"),
            ("modules/a", "../b", "modules/b"),
            ("modules/a", "../../", "."),
            (".", "../x", "../x"),
            ("../x", "../y/./z", "../y/z"),
            (".", "/abs/x", "/abs/x"),
            ("/abs/x", "../y", "/abs/y"),
        ] {
            assert_eq!(join(folder, source), expected, "{folder} {source}");
        }
    }

    #[test]
    fn files_of_a_module_are_told_by_their_names() {
        let kind = |n| FileKind::of(n).map(|k| (k.json, k.overrides));
        assert_eq!(kind("main.tf"), Some((false, false)));
        assert_eq!(kind("override.tf"), Some((false, true)));
        assert_eq!(kind("x_override.tf.json"), Some((true, true)));
        for other in [
            ".main.tf",
            "main.tf~",
            "#main.tf#",
            "main.tfvars",
            "main.tf.bak",
            "tf",
        ] {
            assert_eq!(kind(other), None, "{other}");
        }
    }
}
