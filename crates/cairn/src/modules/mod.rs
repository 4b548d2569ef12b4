//! Decides where modules lie that are no local folders: installed below `.terraform/modules`, as `modules.json` there says.
//!
//! ```text
//! source ─registry─► mirror ─┐
//!        ─git──────► clone ──┼─► temporary folder ─install─► .terraform/modules/KEY, modules.json ─► loading
//!        ─http─────► archive ┘
//! ```

mod archive;
mod copy;
mod git;
mod http;
mod install;
mod manifest;
mod registry;

use cairn_diag::Diagnostic;
use cairn_lang::{
    LocateProblem, LocatedModule, ModuleLocator, ModuleRequest, NothingInstalled, SourceReader,
    Version,
};

pub(crate) use install::{InstallOptions, Installer, copy_into};
pub(crate) use manifest::{Entry, FILE as MANIFEST, Manifest};

/// The folder of installed modules below the data folder.
pub(crate) fn modules_dir(data_dir: &str) -> String {
    format!("{data_dir}/modules")
}

/// A module's key in the manifest: the names of the calls that lead to it.
fn key(wanted: &ModuleRequest<'_>) -> String {
    let names: Vec<&str> = wanted.path.names().iter().map(|n| &**n).collect();
    names.join(".")
}

/// The modules that have been installed.
pub(crate) struct Installed<'r> {
    reader: &'r dyn SourceReader,
    modules_dir: String,
    manifest: Result<Manifest, String>,
}

impl<'r> Installed<'r> {
    /// Those below a data folder (`.terraform`).
    pub(crate) fn read(reader: &'r dyn SourceReader, data_dir: &str) -> Self {
        Self::below(reader, modules_dir(data_dir))
    }

    /// Those in a folder of installed modules.
    pub(crate) fn below(reader: &'r dyn SourceReader, modules_dir: String) -> Self {
        Self {
            reader,
            manifest: Manifest::read(reader, &modules_dir),
            modules_dir,
        }
    }

    /// The folder that the package of an entry has been unpacked in.
    fn package(&self, key: &str, entry: &Entry, wanted: &ModuleRequest<'_>) -> String {
        let own = format!("{}/{key}", self.modules_dir);
        if entry.dir == own || entry.dir.starts_with(&format!("{own}/")) {
            return own;
        }
        let subdir = wanted.source.subdir.as_deref().unwrap_or_default();
        let package = entry
            .dir
            .strip_suffix(subdir)
            .map(|p| p.trim_end_matches('/'));
        package.unwrap_or(&entry.dir).to_owned()
    }
}

impl ModuleLocator for Installed<'_> {
    fn locate(&self, wanted: &ModuleRequest<'_>) -> Result<LocatedModule, Box<LocateProblem>> {
        let manifest = self.manifest.as_ref().map_err(|reason| {
            Box::new(LocateProblem::Call(
                Diagnostic::error("module-manifest", "Module manifest is damaged")
                    .detail(reason.clone())
                    .hint(
                        "Run `cairn init`: it installs the modules and writes the manifest anew.",
                    ),
            ))
        })?;
        let key = key(wanted);
        let Some(entry) = manifest.get(&key) else {
            return Err(NothingInstalled::problem(wanted));
        };
        if !entry.is_of(wanted.source) {
            return Err(Box::new(LocateProblem::Source(
                Diagnostic::error("module-source-changed", "Module source has changed")
                    .detail(format!(
                        "The source is {} now; installed is what came from {}.",
                        wanted.source,
                        entry.shown_source()
                    ))
                    .hint("Run `cairn init` in this folder: it installs the module from its new source."),
            )));
        }
        let version = entry.version.as_deref().and_then(Version::parse);
        if let (Some(constraints), Some(version)) = (wanted.constraints, &version)
            && !constraints.admit(version)
        {
            return Err(Box::new(LocateProblem::Version(
                Diagnostic::error(
                    "module-version-changed",
                    "Module version requirements have changed",
                )
                .detail(format!(
                    "The version is to be {}; installed is {version}.",
                    wanted.written
                ))
                .hint("Run `cairn init` in this folder: it installs a version that fits."),
            )));
        }
        if self.reader.list(&entry.dir).is_err() {
            return Err(NothingInstalled::problem(wanted));
        }
        Ok(LocatedModule {
            package: self.package(&key, entry, wanted),
            folder: entry.dir.clone(),
            version: entry.version.clone(),
        })
    }
}
