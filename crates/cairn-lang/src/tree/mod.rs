//! Decides which modules there are: the root and, call by call, those it leads to.

mod arguments;
mod deprecated;
mod early;
mod loader;
mod locate;
mod providers;
mod references;
mod scoped;
mod source;
mod stand_in;
mod stand_ins;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_diag::{Diagnostics, SourceMap};
use cairn_model::Module;
use cairn_value::Name;

use crate::config::ModuleConfig;
pub use loader::{LoadOptions, load, load_with};
pub use locate::{LocateProblem, LocatedModule, ModuleLocator, ModuleRequest, NothingInstalled};
pub use providers::ProviderSelection;
pub use source::{
    ArchiveFormat, GitRepository, ModuleArchive, ModulePackage, ModuleSource, RegistryModule,
    RemoteModule,
};
pub use stand_ins::StandIns;

/// Reads files and lists folders for the loader, so that the crate itself touches no disk. Paths are relative to the root
/// module's folder (or absolute where the configuration says so), with `/`.
pub trait SourceReader {
    /// The text of a file.
    ///
    /// # Errors
    /// A sentence that says why it cannot be read.
    fn read(&self, path: &str) -> Result<String, String>;

    /// The names of the files (not folders) of a folder, in any order.
    ///
    /// # Errors
    /// A sentence that says why it cannot be listed.
    fn list(&self, folder: &str) -> Result<Vec<String>, String>;
}

/// A module and those it calls.
#[derive(Clone, Debug)]
pub struct ModuleNode {
    /// Where it is in the tree.
    pub path: Module,
    /// Its folder, relative to the root module's: `.` for the root itself, `modules/net`.
    pub folder: String,
    /// What the call's `source` comes to, in its normal form; empty for the root.
    pub source: String,
    /// The version that was chosen, for a module of a registry.
    pub version: Option<String>,
    /// What it says.
    pub config: Arc<ModuleConfig>,
    /// The modules it calls, by the call's name.
    pub children: BTreeMap<Name, Self>,
}

/// All modules.
#[derive(Clone, Debug)]
pub struct ModuleTree {
    /// The root module.
    pub root: ModuleNode,
    /// Module instances that a test has fixed outputs in place of.
    pub stand_ins: StandIns,
}

/// What loading gives: the tree (as far as it could be read), the sources for messages, and the messages.
pub struct LoadedTree {
    /// The modules.
    pub tree: ModuleTree,
    /// Every file that was read.
    pub sources: SourceMap,
    /// What is wrong.
    pub diagnostics: Diagnostics,
    /// Values of root variables were asked for while loading, so what is wrong with these concerns the tree.
    pub used_values: bool,
}

impl ModuleTree {
    /// A module by its path.
    pub fn get(&self, module: &Module) -> Option<&ModuleNode> {
        module
            .names()
            .iter()
            .try_fold(&self.root, |node, call| node.children.get(call))
    }

    /// Every module, parents before children.
    pub fn walk(&self) -> Vec<&ModuleNode> {
        let mut all = vec![&self.root];
        let mut i = 0;
        while i < all.len() {
            let node = all[i];
            all.extend(node.children.values());
            i += 1;
        }
        all
    }
}
