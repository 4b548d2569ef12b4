//! Decides what the configuration of a command is: that of the folder, of a saved plan or of a test's run, with its root variables.

use std::collections::BTreeMap;
use std::path::Path;

use cairn_diag::{Diagnostic, Diagnostics, FileId, SourceMap, Span, Spanned};
use cairn_engine::{Archive, Disk, state_problem};
use cairn_lang::{
    EvalContext, InputSource, Inputs, LoadOptions, LoadedTree, ModuleLocator, ModuleTree,
    NothingInstalled, RawInput, SourceReader, load_with,
};
use cairn_model::Plan;
use cairn_state::{PlanFile, digest_sources};
use cairn_value::{Name, Value};
use clap::ArgMatches;

use crate::backend;
use crate::cli::texts;
use crate::clock;
use crate::given::given;
use crate::modules::{self, Installed};
use crate::run::block_schemas;
use crate::settings::Settings;

/// A loaded configuration with its root variables.
pub(crate) struct Project {
    pub(crate) tree: ModuleTree,
    pub(crate) sources: SourceMap,
    pub(crate) inputs: Inputs,
    pub(crate) disk: Disk,
    /// The file with generated configuration that joined the root module, wherever it lies.
    generated: Option<String>,
}

impl Project {
    /// Loads the folder's configuration. With errors among the messages the project is not fit for planning.
    pub(crate) fn load(
        settings: &Settings,
        matches: &ArgMatches,
        ask: Option<&dyn Fn(&str) -> Option<String>>,
    ) -> (Self, Diagnostics) {
        let disk = Disk::new(".");
        let missing = ask.map_or(Missing::Refuse, Missing::Ask);
        Self::from_reader(&disk.clone(), disk, settings, matches, &missing)
    }

    /// The same, but root variables without a value are no mistake (they are unknown), nor is a folder without configuration.
    pub(crate) fn load_open(settings: &Settings, matches: &ArgMatches) -> (Self, Diagnostics) {
        let disk = Disk::new(".");
        if !Self::is_anything_there() {
            let nothing = Archive::new(BTreeMap::from([("main.tf".to_owned(), String::new())]));
            return Self::from_reader(&nothing, disk, settings, matches, &Missing::LeaveOpen);
        }
        Self::from_reader(&disk.clone(), disk, settings, matches, &Missing::LeaveOpen)
    }

    /// The same for tests: the values of root variables are given run by run. These are the ones from outside.
    pub(crate) fn for_tests(
        settings: &Settings,
        matches: &ArgMatches,
    ) -> (Self, BTreeMap<Name, RawInput>, Diagnostics) {
        let disk = Disk::new(".");
        let installed = Installed::read(&disk, &settings.data_path());
        let (loaded, given, found) = load(&disk, &disk, &installed, true, settings, matches);
        let mut diagnostics = loaded.diagnostics;
        diagnostics.extend(found);
        let project = Self {
            tree: loaded.tree,
            sources: loaded.sources,
            inputs: Inputs::default(),
            disk,
            generated: None,
        };
        (project, given, diagnostics)
    }

    /// Another module, which a run of a test has in place of the folder's. Its files join the sources.
    pub(crate) fn module_of_run(
        &mut self,
        folder: &str,
        settings: &Settings,
    ) -> (ModuleTree, Diagnostics) {
        let options = LoadOptions {
            root: folder,
            locator: &NothingInstalled,
            given: &BTreeMap::new(),
            context: Some(context(&self.disk, settings, &clock::now())),
            sources: std::mem::take(&mut self.sources),
            schemas: &block_schemas(),
            check_calls: true,
        };
        let loaded = load_with(&self.disk, options);
        self.sources = loaded.sources;
        (loaded.tree, loaded.diagnostics)
    }

    /// A saved plan, with the configuration and the variables that it was made from.
    pub(crate) fn from_saved_plan(
        path: &str,
    ) -> Result<(Option<Plan>, (Self, Diagnostics)), Diagnostic> {
        let file = PlanFile::read(Path::new(path)).map_err(|e| {
            let why = state_problem(&e).detail;
            Diagnostic::error("plan-file", format!("Failed to load {path:?} as a plan file"))
                .detail(why)
                .hint("A saved plan is made with `cairn plan -out=FILE`. To work in another folder, use -chdir.")
        })?;
        let manifest = format!("/{}", modules::MANIFEST);
        let modules_dir = file
            .sources
            .iter()
            .find_map(|(name, _)| name.strip_suffix(&manifest).map(str::to_owned));
        let archive = Archive::new(file.sources);
        let installed = Installed::below(&archive, modules_dir.unwrap_or_default());
        let nowhere = Span::new(FileId(u32::MAX), 0, 0);
        let given = file.plan.variables.iter().map(|(name, value)| {
            let value = Spanned::new(value.clone(), nowhere);
            (name.clone(), RawInput::Value(value, InputSource::Prompt))
        });
        let options = LoadOptions {
            root: ".",
            locator: &installed,
            given: &given.collect(),
            context: None,
            sources: SourceMap::default(),
            schemas: &block_schemas(),
            check_calls: true,
        };
        let loaded = load_with(&archive, options);
        let inputs = Inputs {
            variables: file.plan.variables.clone(),
            given: file.plan.given.clone(),
        };
        let project = Self {
            tree: loaded.tree,
            sources: loaded.sources,
            inputs,
            disk: Disk::new("."),
            generated: None,
        };
        Ok((Some(file.plan), (project, loaded.diagnostics)))
    }

    /// Gives the project of a saved plan what the plan does not hold: the values of ephemeral variables, which are given anew
    /// with every command. The other variables are as they were when the plan was made.
    pub(crate) fn give_ephemeral(
        &mut self,
        settings: &Settings,
        matches: &ArgMatches,
    ) -> Diagnostics {
        let mut said = Diagnostics::new();
        for text in texts(matches, "var") {
            let n = text.split('=').next().unwrap_or_default().trim();
            if self
                .tree
                .root
                .config
                .variables
                .get(n)
                .is_some_and(|v| !v.ephemeral)
            {
                said.push(
                    Diagnostic::error("variable-of-saved-plan", "Can't set variable when applying a saved plan")
                        .detail(format!("The value of {n:?} was decided when the plan was made. Only ephemeral variables are given again. Make a new plan with -var={text}.")),
                );
            }
        }
        let variables = &self.tree.root.config.variables;
        if variables.values().all(|v| !v.ephemeral) || said.has_errors() {
            return said;
        }
        let outside = given(settings, matches, &mut self.sources, &mut said);
        let mut all: BTreeMap<Name, RawInput> = BTreeMap::new();
        for (n, v) in variables {
            let value = if v.ephemeral {
                outside.get(n).cloned()
            } else {
                let value = self.inputs.variables.get(n).cloned();
                value.map(|value| {
                    let value = value.unmark_deep().0;
                    RawInput::Value(Spanned::new(value, v.header), InputSource::CommandLine)
                })
            };
            all.extend(value.map(|value| (n.clone(), value)));
        }
        let (resolved, found) = Inputs::resolve(&self.tree, &mut self.sources, &all);
        said.extend(found);
        for (n, value) in resolved.variables {
            self.inputs.variables.entry(n).or_insert(value);
        }
        said
    }

    /// The defaults of ephemeral root variables. A saved plan holds no other values of theirs.
    pub(crate) fn ephemeral_defaults(&self) -> BTreeMap<Name, Value> {
        let variables = &self.tree.root.config.variables;
        if variables.values().all(|v| !v.ephemeral) {
            return BTreeMap::new();
        }
        let mut sources = SourceMap::default();
        let (resolved, _) = Inputs::resolve(&self.tree, &mut sources, &BTreeMap::new());
        let is_one = |n: &Name| {
            let variable = variables.get(n);
            variable.is_some_and(|v| v.ephemeral && v.default.is_some())
        };
        let mut found = resolved.variables;
        found.retain(|n, _| is_one(n));
        found
    }

    /// Has generated configuration join the root module as if it stood in the folder.
    pub(crate) fn join(&mut self, path: &str, text: &str) -> Diagnostics {
        let (tree, said) = self.tree.with_root_file(path, text, &mut self.sources);
        self.tree = tree;
        self.generated = Some(path.to_owned());
        said
    }

    /// What a file is called in a saved plan: generated configuration is in the root module's folder there.
    fn name_in_plan(&self, name: &str) -> String {
        if self.generated.as_deref() != Some(name) {
            return name.to_owned();
        }
        let mut saved = "generated.tf".to_owned();
        while self
            .sources
            .files()
            .any(|f| f.name == saved && f.name != name)
        {
            saved.insert(0, '_');
        }
        saved
    }

    /// The digest of the configuration's files, wherever it was read from: the same for the same texts.
    pub(crate) fn digest(&self) -> String {
        let files = self.sources.files();
        let texts: Vec<(String, String)> = files
            .filter(|f| is_config(&f.name))
            .map(|f| (f.name.clone(), f.text.to_string()))
            .collect();
        digest_sources(&texts)
    }

    /// Saves a plan with the configuration it was made from.
    pub(crate) fn save_plan(
        &self,
        plan: &Plan,
        path: &str,
        settings: &Settings,
    ) -> Result<(), Diagnostic> {
        let sources = self.sources.files();
        let manifest = format!(
            "{}/{}",
            modules::modules_dir(&settings.data_path()),
            modules::MANIFEST
        );
        let manifest_text = SourceReader::read(&self.disk, &manifest).ok();
        let mut plan = plan.clone();
        let declared = &self.tree.root.config.variables;
        let is_stored = |n: &Name| declared.get(n).is_none_or(|v| !v.ephemeral);
        plan.variables.retain(|n, _| is_stored(n));
        plan.given.retain(|n, _| is_stored(n));
        let file = PlanFile {
            plan,
            sources: sources
                .map(|f| (self.name_in_plan(&f.name), f.text.to_string()))
                .filter(|(name, _)| is_config(name))
                .chain(manifest_text.map(|text| (manifest, text)))
                .collect(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            settings: BTreeMap::new(),
        };
        file.write(Path::new(path)).map_err(|e| state_problem(&e))
    }

    /// Loads the folder's configuration for checking: every root variable is unknown, but where the loading itself needs one.
    pub(crate) fn for_validation(settings: &Settings, matches: &ArgMatches) -> (Self, Diagnostics) {
        let disk = Disk::new(".");
        let installed = Installed::read(&disk, &settings.data_path());
        Self::unknown(&installed, true, settings, matches)
    }

    /// The same for finding out what the configuration consists of, with modules found by a locator: one that installs them,
    /// say. Whether the modules' arguments are right is not looked at.
    pub(crate) fn with_modules(
        locator: &dyn ModuleLocator,
        settings: &Settings,
        matches: &ArgMatches,
    ) -> (Self, Diagnostics) {
        Self::unknown(locator, false, settings, matches)
    }

    fn unknown(
        locator: &dyn ModuleLocator,
        check_calls: bool,
        settings: &Settings,
        matches: &ArgMatches,
    ) -> (Self, Diagnostics) {
        let disk = Disk::new(".");
        let (loaded, _, found) = load(&disk, &disk, locator, check_calls, settings, matches);
        let mut diagnostics = loaded.diagnostics;
        if loaded.used_values {
            diagnostics.extend(found);
        }
        let inputs = Inputs::unknown(&loaded.tree);
        let project = Self {
            tree: loaded.tree,
            sources: loaded.sources,
            inputs,
            disk,
            generated: None,
        };
        (project, diagnostics)
    }

    /// Whether the folder has any configuration.
    pub(crate) fn is_anything_there() -> bool {
        Disk::new(".").list(".").is_ok_and(|files| {
            files
                .iter()
                .any(|f| f.ends_with(".tf") || f.ends_with(".tf.json"))
        })
    }

    fn from_reader(
        reader: &dyn SourceReader,
        disk: Disk,
        settings: &Settings,
        matches: &ArgMatches,
        without_value: &Missing<'_>,
    ) -> (Self, Diagnostics) {
        let installed = Installed::read(reader, &settings.data_path());
        let (loaded, mut given, found) = load(reader, &disk, &installed, true, settings, matches);
        let (tree, mut sources, mut diagnostics) =
            (loaded.tree, loaded.sources, loaded.diagnostics);
        diagnostics.extend(backend::check(&tree));
        if diagnostics.has_errors() {
            if loaded.used_values {
                diagnostics.extend(found);
            }
            return (
                Self {
                    tree,
                    sources,
                    inputs: Inputs::default(),
                    disk,
                    generated: None,
                },
                diagnostics,
            );
        }
        diagnostics.extend(found);
        for missing in Inputs::missing(&tree, &given) {
            let value = match without_value {
                Missing::Refuse => None,
                Missing::Ask(ask) => {
                    ask(&missing).map(|text| RawInput::Text(text, InputSource::Prompt))
                }
                Missing::LeaveOpen => {
                    let variable = tree.root.config.variables.get(&missing);
                    variable.map(Inputs::not_given)
                }
            };
            given.extend(value.map(|v| (missing, v)));
        }
        let (inputs, found) = Inputs::resolve(&tree, &mut sources, &given);
        diagnostics.extend(found);
        (
            Self {
                tree,
                sources,
                inputs,
                disk,
                generated: None,
            },
            diagnostics,
        )
    }

    /// What expressions can learn about their surroundings.
    pub(crate) fn context(&self, settings: &Settings, timestamp: &str) -> EvalContext<'_> {
        EvalContext {
            root: self.tree.root.folder.clone(),
            ..context(&self.disk, settings, timestamp)
        }
    }
}

fn is_config(name: &str) -> bool {
    name.ends_with(".tf") || name.ends_with(".tf.json")
}

fn context<'d>(disk: &'d Disk, settings: &Settings, timestamp: &str) -> EvalContext<'d> {
    EvalContext {
        workspace: settings.workspace.clone(),
        cwd: settings.started_in.display().to_string(),
        root: ".".to_owned(),
        timestamp: timestamp.to_owned(),
        files: disk,
        home: settings.environment.get("HOME").cloned(),
    }
}

/// The configuration in a folder, the values given for its root variables, and what is wrong with these.
fn load(
    reader: &dyn SourceReader,
    disk: &Disk,
    locator: &dyn ModuleLocator,
    check_calls: bool,
    settings: &Settings,
    matches: &ArgMatches,
) -> (LoadedTree, BTreeMap<Name, RawInput>, Diagnostics) {
    let mut sources = SourceMap::default();
    let mut found = Diagnostics::new();
    let given = given(settings, matches, &mut sources, &mut found);
    let options = LoadOptions {
        root: ".",
        locator,
        given: &given,
        context: Some(context(disk, settings, &clock::now())),
        sources,
        schemas: &block_schemas(),
        check_calls,
    };
    (load_with(reader, options), given, found)
}

/// What is done about root variables that have neither a value nor a default.
enum Missing<'a> {
    /// It is an error.
    Refuse,
    /// Somebody is asked.
    Ask(&'a dyn Fn(&str) -> Option<String>),
    /// They are unknown.
    LeaveOpen,
}
