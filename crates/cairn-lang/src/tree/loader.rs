//! Decides which files of a folder belong to a module and which folders a configuration leads to. Reading is the caller's.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use cairn_diag::{Diagnostic, Diagnostics, SourceMap, Span, Spanned};
use cairn_model::Module;
use cairn_value::Name;

use super::early::Early;
use super::locate::{LocateProblem, LocatedModule, ModuleLocator, ModuleRequest, NothingInstalled};
use super::source::{ModulePackage, ModuleSource, RemoteModule};
use super::{LoadedTree, ModuleNode, ModuleTree, SourceReader};
use crate::config::{
    ModuleCall, ModuleConfig, VersionConstraints, decode, from_json, invalid_constraint,
};
use crate::eval::EvalContext;
use crate::inputs::RawInput;
use crate::secrets::{
    BlockSchemas, hide_defaults, hide_given, hide_in_call, hide_in_file, no_schemas,
};
use crate::syntax::{Body, parse_file, parse_json};

/// Modules cannot call each other deeper than this.
const MAX_DEPTH: usize = 64;

/// What loading needs besides the files.
pub struct LoadOptions<'o> {
    /// The folder of the root module as the reader sees it: `.`, unless a test runs another module.
    pub root: &'o str,
    /// Where modules lie that are no local folders.
    pub locator: &'o dyn ModuleLocator,
    /// The values given for root variables: sources, versions and backends may be made from them.
    pub given: &'o BTreeMap<Name, RawInput>,
    /// What expressions can learn about their surroundings while loading; without it they can read no file.
    pub context: Option<EvalContext<'o>>,
    /// Files that have been read before, such as those of the given values.
    pub sources: SourceMap,
    /// What is known of blocks: the literals in what they call sensitive are not shown.
    pub schemas: &'o BlockSchemas<'o>,
    /// Calls are checked for the arguments that the called modules take. Installing modules does not depend on that.
    pub check_calls: bool,
}

/// Loads the module in the root folder and all local modules it calls, with no values given and nothing installed.
pub fn load(reader: &dyn SourceReader) -> LoadedTree {
    let options = LoadOptions {
        root: ".",
        locator: &NothingInstalled,
        given: &BTreeMap::new(),
        context: None,
        sources: SourceMap::default(),
        schemas: &no_schemas,
        check_calls: true,
    };
    load_with(reader, options)
}

/// Loads the module in the root folder and all modules it calls.
pub fn load_with(reader: &dyn SourceReader, options: LoadOptions<'_>) -> LoadedTree {
    let mut loader = Loader {
        reader,
        locator: options.locator,
        early: Early::new(options.given, options.context),
        sources: options.sources,
        schemas: options.schemas,
        check_calls: options.check_calls,
        said: Diagnostics::new(),
        read: HashMap::new(),
        checked: HashSet::new(),
        way: Vec::new(),
    };
    let folder = join(".", options.root);
    let config = loader.folder(&folder, None);
    hide_given(&config, options.given, &mut loader.sources);
    let root = Place {
        folder,
        package: None,
        source: String::new(),
        version: None,
    };
    let root = loader.node(Module::root(), root, config);
    let tree = ModuleTree {
        root,
        stand_ins: super::StandIns::default(),
    };
    let mut said = loader.said;
    super::providers::check(&tree, &loader.sources, &mut said);
    LoadedTree {
        tree,
        sources: loader.sources,
        diagnostics: said,
        used_values: loader.early.used(),
    }
}

struct Loader<'r> {
    reader: &'r dyn SourceReader,
    locator: &'r dyn ModuleLocator,
    early: Early<'r>,
    sources: SourceMap,
    schemas: &'r BlockSchemas<'r>,
    check_calls: bool,
    said: Diagnostics,
    /// Folders that have been read: a module called twice is read once.
    read: HashMap<String, Arc<ModuleConfig>>,
    /// Calls whose arguments have been checked, by folder and name, and the folder they lead to.
    checked: HashSet<(String, Name, String)>,
    /// The modules from the root to the one at hand.
    way: Vec<Link>,
}

/// A module on the way to the one at hand.
pub(super) struct Link {
    pub(super) path: Module,
    pub(super) folder: String,
    pub(super) config: Arc<ModuleConfig>,
}

/// Where a call leads.
struct Place {
    folder: String,
    /// The package it belongs to, if it has been fetched: local calls stay in it.
    package: Option<String>,
    source: String,
    version: Option<String>,
}

impl Loader<'_> {
    fn node(&mut self, path: Module, place: Place, config: Arc<ModuleConfig>) -> ModuleNode {
        self.way.push(Link {
            path: path.clone(),
            folder: place.folder.clone(),
            config: config.clone(),
        });
        if path.is_root() {
            self.backend(&config);
        }
        let mut children = BTreeMap::new();
        for (name, call) in &config.calls {
            let child_path = path.child(name.clone());
            let Some(target) = self.target(&child_path, &place, call) else {
                continue;
            };
            let called = self.folder(&target.folder, Some(call));
            hide_in_call(call, &called, &mut self.sources);
            let id = (place.folder.clone(), name.clone(), target.folder.clone());
            if self.check_calls && self.checked.insert(id) {
                super::arguments::check(call, &called, &self.sources, &mut self.said);
                super::deprecated::check(&config, name, &called, &mut self.said);
            }
            let child = self.node(child_path, target, called);
            children.insert(name.clone(), child);
        }
        self.way.pop();
        ModuleNode {
            path,
            folder: place.folder,
            source: place.source,
            version: place.version,
            config,
            children,
        }
    }

    /// Notes a message about a call.
    fn refuse(&mut self, call: &ModuleCall, d: Diagnostic) {
        let within = self.sources.text(call.header).map(str::to_owned);
        self.said.push(match within {
            Some(within) if d.within.is_none() => d.within(within),
            _ => d,
        });
    }

    /// The arguments of a backend may be made from variables and locals, and from nothing else.
    fn backend(&mut self, config: &ModuleConfig) {
        let Some((_, body)) = &config.backend else {
            return;
        };
        for attribute in &body.attributes {
            let found =
                self.early
                    .value(&attribute.expr, "the backend", &self.way, &mut self.sources);
            if let Err(found) = found {
                for d in found {
                    self.said.push(d.within("terraform"));
                }
            }
        }
    }

    /// A text that loading must know.
    fn text(
        &mut self,
        call: &ModuleCall,
        expr: &crate::syntax::Expr,
        what: &str,
    ) -> Option<Spanned<String>> {
        let found = self.early.text(expr, what, &self.way, &mut self.sources);
        match found {
            Ok(text) => Some(Spanned::new(text, expr.span)),
            Err(said) => {
                for d in said {
                    self.refuse(call, d);
                }
                None
            }
        }
    }

    /// The folder that a call leads to.
    fn target(&mut self, path: &Module, from: &Place, call: &ModuleCall) -> Option<Place> {
        let source = self.text(call, &call.source, "the module's source");
        let version = match &call.version {
            Some(expr) => Some(self.text(call, expr, "the module's version")?),
            None => None,
        };
        let source = source?;
        let parsed = match ModuleSource::parse(&source.value) {
            Ok(parsed) => self.archive_or_folder(from, parsed),
            Err(reason) => {
                let d = Diagnostic::error("module-source", "Invalid module source address");
                self.refuse(call, d.detail(reason).at(source.span));
                return None;
            }
        };
        let place = match parsed {
            ModuleSource::Local(local) => {
                if let Some(version) = version {
                    let d = Diagnostic::error("version-of-local-module", "Invalid registry module source address")
                        .detail("A module in a local folder has no version; it is what lies in the folder. Remove `version`.")
                        .at(version.span);
                    self.refuse(call, d);
                    return None;
                }
                let folder = join(&from.folder, &local);
                if let Some(package) = &from.package
                    && !local.starts_with('/')
                    && folder != *package
                    && !folder.starts_with(&format!("{package}/"))
                {
                    let d = Diagnostic::error("module-escapes-package", "Local module path escapes module package")
                        .detail(format!("The path {local} leads out of the package that this module was fetched in, and what lies there belongs to somebody else."))
                        .hint("A package holds all modules that it calls by ./ and ../; to call one of another package, write where that one comes from.")
                        .at(source.span);
                    self.refuse(call, d);
                    return None;
                }
                Place {
                    folder,
                    package: from.package.clone().filter(|_| !local.starts_with('/')),
                    source: normal(&local),
                    version: None,
                }
            }
            ModuleSource::Remote(remote) => {
                self.remote(path, call, &remote, source.span, version)?
            }
        };
        if self.way.iter().any(|link| link.folder == place.folder) {
            let mut way: Vec<&str> = self.way.iter().map(|link| &*link.folder).collect();
            way.push(&place.folder);
            let way = way.join(" → ");
            let d = Diagnostic::error("module-cycle", "Module calls itself")
                .detail(format!(
                    "A module cannot call itself, neither directly nor through others: {way}. Remove one of these calls."
                ))
                .at(source.span);
            self.refuse(call, d);
            return None;
        }
        if self.way.len() >= MAX_DEPTH {
            let d = Diagnostic::error("modules-too-deep", "Modules nested too deeply")
                .detail(format!(
                    "Modules can call each other {MAX_DEPTH} levels deep."
                ))
                .at(source.span);
            self.refuse(call, d);
            return None;
        }
        Some(place)
    }

    /// A local path that ends like an archive's is a folder all the same if there is one; that of an archive is then as
    /// seen from the root.
    fn archive_or_folder(&self, from: &Place, source: ModuleSource) -> ModuleSource {
        match source {
            ModuleSource::Remote(RemoteModule {
                package: ModulePackage::Archive(mut archive),
                subdir,
            }) if archive.location.starts_with(['.', '/']) => {
                let path = join(&from.folder, &archive.location);
                if subdir.is_none() && self.reader.list(&path).is_ok_and(|files| !files.is_empty())
                {
                    return ModuleSource::Local(archive.location);
                }
                archive.location = path;
                ModuleSource::Remote(RemoteModule {
                    package: ModulePackage::Archive(archive),
                    subdir,
                })
            }
            other => other,
        }
    }

    /// Where a module lies that is no local folder.
    fn remote(
        &mut self,
        path: &Module,
        call: &ModuleCall,
        remote: &RemoteModule,
        source: Span,
        version: Option<Spanned<String>>,
    ) -> Option<Place> {
        let registry = matches!(remote.package, ModulePackage::Registry(_));
        if let (Some(version), false) = (&version, registry) {
            let d = Diagnostic::error("version-of-local-module", "Invalid registry module source address")
                .detail("Only modules of registries have versions. Remove `version`; the commit of a git repository is chosen by ?ref= in the source.")
                .at(version.span);
            self.refuse(call, d);
            return None;
        }
        let constraints = match &version {
            None => None,
            Some(version) => {
                let parsed = VersionConstraints::parse(&version.value);
                if parsed.is_none() {
                    self.refuse(call, invalid_constraint().at(version.span));
                    return None;
                }
                parsed
            }
        };
        let located = self.locator.locate(&ModuleRequest {
            path,
            source: remote,
            constraints: constraints.as_ref(),
            written: version.as_ref().map_or("", |v| &v.value),
        });
        match located {
            Ok(LocatedModule {
                package,
                folder,
                version,
            }) => Some(Place {
                folder,
                package: Some(package),
                source: remote.to_string(),
                version,
            }),
            Err(problem) => {
                let d = match *problem {
                    LocateProblem::Call(d) => d.at(call.header),
                    LocateProblem::Source(d) => d.at(source),
                    LocateProblem::Version(d) => d.at(version.map_or(source, |v| v.span)),
                };
                self.refuse(call, d);
                None
            }
        }
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
        let at = call.map(|c| c.source.span);
        let mut names = match self.reader.list(folder) {
            Ok(names) => names,
            Err(reason) => {
                self.said.push(unreadable_folder(folder, &reason, call));
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
        hide_defaults(&config, &mut self.sources);
        super::scoped::check(&config, &mut self.said);
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
                Ok(json) => {
                    let body = from_json(&json, &mut self.said);
                    hide_in_file(&body, self.schemas, &mut self.sources);
                    Some(body)
                }
                Err(said) => {
                    self.said.extend(said);
                    None
                }
            };
        }
        let (body, said) = parse_file(file, &text);
        self.said.extend(said);
        hide_in_file(&body, self.schemas, &mut self.sources);
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

/// A folder that is not there is a matter of the whole call, as a module that is not installed is.
fn unreadable_folder(folder: &str, reason: &str, call: Option<&ModuleCall>) -> Diagnostic {
    let d = Diagnostic::error("unreadable-module", "Unreadable module directory");
    let reason = sentence(reason);
    match call {
        Some(call) => d
            .detail(format!(
                "The module's folder {folder} cannot be read: {reason} The path is relative to the folder of the calling module."
            ))
            .at(call.header)
            .context(call.header.to(call.source.span)),
        None => d.detail(format!("The folder cannot be read: {reason}")),
    }
}

fn sentence(reason: &str) -> String {
    let reason = reason.trim_end();
    if reason.ends_with('.') {
        reason.to_owned()
    } else {
        format!("{reason}.")
    }
}

/// A local source without detours: `./x/../y` is `./y`.
fn normal(local: &str) -> String {
    let path = join(".", local);
    if path.starts_with('/') || path == "." || path == ".." || path.starts_with("../") {
        path
    } else {
        format!("./{path}")
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
