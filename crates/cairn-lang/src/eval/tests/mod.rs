//! Tests of the evaluator, and what they share: a configuration given as text, values of instances given as a table.

mod blocks;
mod expressions;
mod laws;
mod modules;
mod unknowns;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cairn_diag::{Diagnostics, SourceMap};
use cairn_model::{
    AbsResource, AbsResourceInstance, InstanceKey, ModuleInstance, Resource, ResourceMode,
};
use cairn_value::{Type, Value, name};

use crate::inputs::Inputs;
use crate::syntax::parse_expression;
use crate::tree::{LoadedTree, ModuleTree, SourceReader, load};
use crate::{EvalContext, Evaluator, FileReader, InstanceValues};

/// Files by path, for sources and for the functions of files.
struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    fn clean(path: &str) -> &str {
        path.trim_start_matches("./")
    }
}

impl SourceReader for Files {
    fn read(&self, path: &str) -> Result<String, String> {
        FileReader::read(self, path)
            .map(|bytes| String::from_utf8(bytes).expect("sources are text"))
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, String> {
        let prefix = match Self::clean(folder) {
            "" | "." => String::new(),
            folder => format!("{folder}/"),
        };
        let names: Vec<String> = self
            .0
            .keys()
            .filter_map(|p| p.strip_prefix(&prefix))
            .filter(|p| !p.contains('/'))
            .map(str::to_owned)
            .collect();
        if names.is_empty() {
            return Err(format!("there is no folder {folder}"));
        }
        Ok(names)
    }
}

impl FileReader for Files {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        self.0
            .get(Self::clean(path))
            .cloned()
            .ok_or_else(|| format!("no file exists at {path:?}"))
    }

    fn exists(&self, path: &str) -> bool {
        self.0.contains_key(Self::clean(path))
    }

    fn walk(&self, folder: &str) -> Result<Vec<String>, String> {
        let prefix = match Self::clean(folder) {
            "" | "." => String::new(),
            folder => format!("{folder}/"),
        };
        let found: Vec<String> = self
            .0
            .keys()
            .filter_map(|p| p.strip_prefix(&prefix))
            .map(str::to_owned)
            .collect();
        if found.is_empty() {
            return Err(format!("there is no folder {folder}"));
        }
        Ok(found)
    }
}

/// Values of instances; collections are made of them as the planner makes them.
#[derive(Default)]
pub(crate) struct Table {
    instances: HashMap<AbsResourceInstance, Value>,
}

impl Table {
    /// Adds the value of an instance.
    pub(crate) fn set(&mut self, addr: AbsResourceInstance, value: Value) {
        self.instances.insert(addr, value);
    }
}

impl InstanceValues for Table {
    fn instance(&self, addr: &AbsResourceInstance) -> Option<Value> {
        self.instances.get(addr).cloned()
    }

    fn instances(&self, addr: &AbsResource) -> Option<Arc<Value>> {
        let mut found: Vec<(&InstanceKey, &Value)> = self
            .instances
            .iter()
            .filter(|(i, _)| i.resource == *addr)
            .map(|(i, v)| (&i.key, v))
            .collect();
        found.sort_by_key(|(k, _)| *k);
        let value = match found.first()? {
            (InstanceKey::None, v) => (*v).clone(),
            (InstanceKey::Index(_), _) => {
                Value::tuple(found.iter().map(|(_, v)| (*v).clone()).collect())
            }
            (InstanceKey::Key(_), _) => Value::object(found.iter().map(|(k, v)| match k {
                InstanceKey::Key(k) => (k.clone(), (*v).clone()),
                other => panic!("keys of one kind, not {other:?}"),
            })),
        };
        Some(Arc::new(value))
    }
}

/// A configuration and what stands for its instances.
pub(crate) struct Setup {
    pub(crate) tree: ModuleTree,
    pub(crate) inputs: Inputs,
    pub(crate) sources: SourceMap,
    pub(crate) table: Table,
    files: Files,
}

impl Setup {
    /// The root module's text.
    pub(crate) fn new(text: &str) -> Self {
        Self::with_files(&[("main.tf", text)])
    }

    /// Several files.
    pub(crate) fn with_files(files: &[(&str, &str)]) -> Self {
        let files = Files(
            files
                .iter()
                .map(|(p, t)| ((*p).to_owned(), t.as_bytes().to_vec()))
                .collect(),
        );
        let LoadedTree {
            tree,
            mut sources,
            diagnostics,
            ..
        } = load(&files);
        assert!(
            !diagnostics.has_errors(),
            "{}",
            shown(&diagnostics, &sources)
        );
        let (inputs, diagnostics) = Inputs::resolve(&tree, &mut sources, &BTreeMap::new());
        assert!(
            !diagnostics.has_errors(),
            "{}",
            shown(&diagnostics, &sources)
        );
        Self {
            tree,
            inputs,
            sources,
            table: Table::default(),
            files,
        }
    }

    pub(crate) fn evaluator(&self) -> Evaluator<'_> {
        let context = EvalContext {
            workspace: "default".to_owned(),
            cwd: "/srv".to_owned(),
            root: ".".to_owned(),
            timestamp: "2026-01-02T03:04:05Z".to_owned(),
            files: &self.files,
            home: Some("/home/user".to_owned()),
        };
        Evaluator::new(&self.tree, &self.inputs, context)
    }

    /// An expression in the root module.
    pub(crate) fn eval(&mut self, text: &str) -> Result<Value, Diagnostics> {
        let file = self.sources.add("test", format!("{text}\n"));
        let expr = parse_expression(file, &format!("{text}\n"))?;
        let mut evaluator = self.evaluator();
        let result = evaluator.expression(&ModuleInstance::root(), &expr, &self.table);
        result.diagnostics.result(result.value)
    }

    /// What is said of diagnostics: the marked text, the summary and the detail of each.
    pub(crate) fn shown(&self, diagnostics: &Diagnostics) -> String {
        shown(diagnostics, &self.sources)
    }

    /// An expression that must have a value.
    pub(crate) fn value(&mut self, text: &str) -> Value {
        match self.eval(text) {
            Ok(value) => value,
            Err(d) => panic!("{text}: {}", self.shown(&d)),
        }
    }

    /// An expression that must fail, and what is said of it.
    pub(crate) fn failure(&mut self, text: &str) -> String {
        match self.eval(text) {
            Ok(value) => panic!("{text} has the value {value:?}"),
            Err(d) => self.shown(&d),
        }
    }
}

fn shown(diagnostics: &Diagnostics, sources: &SourceMap) -> String {
    diagnostics
        .iter()
        .map(|d| {
            let at = d
                .subject
                .and_then(|s| sources.text(s))
                .unwrap_or("nowhere")
                .to_owned();
            let within = d
                .within
                .as_ref()
                .map_or(String::new(), |w| format!(" ({w})"));
            let values: Vec<String> = d
                .values
                .iter()
                .map(|v| format!(" [{} {}]", v.traversal, v.statement))
                .collect();
            let values = values.concat();
            format!("`{at}`{within} {}: {}{values}", d.summary, d.detail)
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// A resource of the root module.
pub(crate) fn resource(ty: &str, of: &str) -> AbsResource {
    Resource {
        mode: ResourceMode::Managed,
        ty: name(ty),
        name: name(of),
    }
    .in_module(ModuleInstance::root())
}

/// An object of these attributes.
pub(crate) fn object(attributes: &[(&str, Value)]) -> Value {
    Value::object(attributes.iter().map(|(n, v)| (name(n), v.clone())))
}

/// Something unknown of a type.
pub(crate) fn unknown(ty: Type) -> Value {
    Value::unknown(ty)
}
