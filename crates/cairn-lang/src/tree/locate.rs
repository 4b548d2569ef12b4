//! Decides what is asked of whoever knows where fetched modules lie, so that loading itself fetches nothing.

use cairn_diag::Diagnostic;
use cairn_model::Module;

use super::source::{ModulePackage, RemoteModule};
use crate::config::VersionConstraints;

/// A module that is no local folder, as a call wants it.
#[derive(Clone, Copy, Debug)]
pub struct ModuleRequest<'r> {
    /// Which module of the tree it becomes.
    pub path: &'r Module,
    /// Where it comes from. The location of an archive on the disk is relative to the root module's folder.
    pub source: &'r RemoteModule,
    /// The versions that will do; all where none is said.
    pub constraints: Option<&'r VersionConstraints>,
    /// The constraints as they are written, for messages.
    pub written: &'r str,
}

impl ModuleRequest<'_> {
    /// Whether a version will do.
    pub fn admits(&self, version: &crate::config::Version) -> bool {
        match self.constraints {
            Some(constraints) => constraints.admit(version),
            None => version.is_release(),
        }
    }
}

/// Where a fetched module lies. Folders are relative to the root module's, with `/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocatedModule {
    /// The package's folder: calls of local modules must not lead out of it.
    pub package: String,
    /// The module's own folder, the same or below.
    pub folder: String,
    /// The version that was chosen, for a module of a registry.
    pub version: Option<String>,
}

/// Why a module cannot be had. The messages have no place yet.
#[derive(Clone, Debug)]
pub enum LocateProblem {
    /// It is about the call as a whole: nothing is installed.
    Call(Diagnostic),
    /// It is about the source.
    Source(Diagnostic),
    /// It is about the version.
    Version(Diagnostic),
}

/// Knows where modules lie that are no local folders, or fetches them.
pub trait ModuleLocator {
    /// The folder of a module.
    ///
    /// # Errors
    /// What is to be said at the module's call.
    fn locate(&self, wanted: &ModuleRequest<'_>) -> Result<LocatedModule, Box<LocateProblem>>;
}

/// Where nothing has been fetched.
#[derive(Clone, Copy, Debug, Default)]
pub struct NothingInstalled;

impl NothingInstalled {
    /// What is said of a module that is not there.
    pub fn problem(wanted: &ModuleRequest<'_>) -> Box<LocateProblem> {
        let what = match wanted.source.package {
            ModulePackage::Registry(_) => "a registry",
            ModulePackage::Git(_) => "a git repository",
            ModulePackage::Archive(_) => "an archive",
        };
        Box::new(LocateProblem::Call(
            Diagnostic::error("module-not-installed", "Module not installed")
                .detail(format!(
                    "The module comes from {what} ({}) and has not been installed yet.",
                    wanted.source
                ))
                .hint("Run `cairn init` in this folder: it installs all modules that the configuration calls."),
        ))
    }
}

impl ModuleLocator for NothingInstalled {
    fn locate(&self, wanted: &ModuleRequest<'_>) -> Result<LocatedModule, Box<LocateProblem>> {
        Err(Self::problem(wanted))
    }
}
