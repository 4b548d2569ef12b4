//! Decides what a tree becomes while blocks are generated for objects to import: first something stands in for each block, then
//! the text with all of them joins the root module.

use std::sync::Arc;

use cairn_diag::{Diagnostics, SourceMap};
use cairn_model::Resource;

use super::ModuleTree;
use crate::config::{
    Import, Lifecycle, ModuleConfig, Repetition, ResourceConfig, decode, implied_provider,
};
use crate::syntax::{Body, parse_file};

impl ModuleTree {
    /// The tree with something that stands in for the blocks of these resources of the root module, each imported by a block of
    /// its own. The stand-in has the provider that the import block names, no arguments, and the import block's place.
    pub fn with_stand_ins<'i>(
        &self,
        wanted: impl IntoIterator<Item = (Resource, &'i Import)>,
        sources: &SourceMap,
    ) -> (Self, Diagnostics) {
        let tree = self.with_root(|root| {
            for (addr, import) in wanted {
                let block = stand_in(addr.clone(), import);
                root.resources.entry(addr).or_insert(block);
            }
        });
        let mut said = Diagnostics::new();
        super::providers::check(&tree, sources, &mut said);
        (tree, said)
    }

    /// The tree with the resource blocks of one more file of the root module, which joins the sources.
    pub fn with_root_file(
        &self,
        name: &str,
        text: &str,
        sources: &mut SourceMap,
    ) -> (Self, Diagnostics) {
        let text: Arc<str> = Arc::from(text);
        let file = sources.add(name, text.clone());
        let (body, mut said) = parse_file(file, &text);
        let (config, found) = decode(sources, vec![body], Vec::new());
        said.extend(found);
        let tree = self.with_root(|root| root.resources.extend(config.resources));
        (tree, said)
    }

    /// The tree with those import blocks of the root module only that are to be kept.
    pub fn with_imports(&self, keep: impl Fn(&Import) -> bool) -> Self {
        self.with_root(|root| root.imports.retain(keep))
    }

    fn with_root(&self, change: impl FnOnce(&mut ModuleConfig)) -> Self {
        let mut tree = self.clone();
        change(Arc::make_mut(&mut tree.root.config));
        tree
    }
}

fn stand_in(addr: Resource, import: &Import) -> ResourceConfig {
    let provider = import.provider.clone();
    ResourceConfig {
        check: None,
        provider: provider.unwrap_or_else(|| implied_provider(&addr.ty)),
        addr,
        repetition: Repetition::Once,
        depends_on: Vec::new(),
        lifecycle: Lifecycle::default(),
        provisioners: Vec::new(),
        body: Arc::new(Body {
            attributes: Vec::new(),
            blocks: Vec::new(),
            span: import.span,
            json: false,
            partial: true,
        }),
        header: import.span,
        stands_in: true,
    }
}
