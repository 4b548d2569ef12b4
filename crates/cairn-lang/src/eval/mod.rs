//! Decides what the configuration's expressions come to: instance keys, desired instances, outputs.
//!
//! Pull-based and memoised: asking for one thing evaluates what it needs, once. What stands for a resource in expressions
//! is the caller's ([`InstanceValues`]): planned values while planning, final ones while applying. Every answer says which
//! instances were read to get it.

use std::sync::Arc;

use cairn_diag::{Diagnostics, Span};
use cairn_model::{
    AbsOutputValue, AbsProviderConfig, AbsResource, AbsResourceInstance, BlockSchema, Dependency,
    InstanceKey, Module, ModuleInstance,
};
use cairn_value::{Marks, Path, Value};

use crate::inputs::Inputs;
use crate::syntax::Expr;
use crate::tree::ModuleTree;

/// What stands for resources in expressions.
pub trait InstanceValues {
    /// The value of one instance, O(1); nothing where there is none (yet).
    fn instance(&self, addr: &AbsResourceInstance) -> Option<Value>;

    /// All instances of a resource as the language sees them: an object without repetition, a tuple for `count`, an object by
    /// key for `for_each`. Built once and shared. Nothing where the resource has not been decided.
    fn instances(&self, addr: &AbsResource) -> Option<Arc<Value>>;
}

/// Reads files for the filesystem functions. Paths as the configuration gives them, relative to the working directory.
pub trait FileReader {
    /// The bytes of a file.
    ///
    /// # Errors
    /// A sentence that says why it cannot be read.
    fn read(&self, path: &str) -> Result<Vec<u8>, String>;

    /// Whether there is a file.
    fn exists(&self, path: &str) -> bool;

    /// All files below a folder, as relative paths with `/`.
    ///
    /// # Errors
    /// A sentence that says why it cannot be listed.
    fn walk(&self, folder: &str) -> Result<Vec<String>, String>;
}

/// What expressions can learn about their surroundings.
pub struct EvalContext<'a> {
    /// `terraform.workspace`
    pub workspace: String,
    /// `path.cwd`
    pub cwd: String,
    /// `path.root`: as the user sees it, usually `.`.
    pub root: String,
    /// The time of planning, RFC 3339 in UTC: `plantimestamp()`, `timestamp()`.
    pub timestamp: String,
    /// Files for the filesystem functions.
    pub files: &'a dyn FileReader,
    /// A home folder for `pathexpand`.
    pub home: Option<String>,
}

/// A value, and which instances were read for it (sorted, each once).
#[derive(Clone, Debug)]
pub struct Evaluated<T> {
    /// The value; with errors, the nearest thing to it (unknown).
    pub value: T,
    /// What was read.
    pub dependencies: Vec<Dependency>,
    /// What is wrong or worth saying.
    pub diagnostics: Diagnostics,
}

/// The keys of a block's instances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InstanceKeys {
    /// No repetition.
    Once,
    /// `count`
    Count(u64),
    /// `for_each`, keys in order with their values.
    ForEach(Arc<[(Arc<str>, Value)]>),
    /// Not known yet (a diagnostic says so).
    Unknown,
}

impl InstanceKeys {
    /// The keys in order.
    pub fn iter(&self) -> Box<dyn Iterator<Item = InstanceKey> + '_> {
        match self {
            Self::Once => Box::new(std::iter::once(InstanceKey::None)),
            Self::Count(n) => Box::new((0..*n).map(InstanceKey::Index)),
            Self::ForEach(keys) => Box::new(keys.iter().map(|(k, _)| InstanceKey::Key(k.clone()))),
            Self::Unknown => Box::new(std::iter::empty()),
        }
    }
}

/// What the configuration wants of one instance.
#[derive(Clone, Debug)]
pub struct DesiredInstance {
    /// The evaluated body, an object of the schema's implied type; marks and unknowns inside.
    pub config: Value,
}

/// Something that a `replace_triggered_by` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplaceTrigger {
    /// All instances of a resource, or one.
    pub dependency: Dependency,
    /// The attribute, if one is named.
    pub path: Option<Path>,
    /// Where it is written.
    pub span: Span,
}

/// The result of a precondition, postcondition, validation or assertion.
#[derive(Clone, Debug)]
pub struct ConditionResult {
    /// Whether it holds; nothing if it is not known yet.
    pub holds: Option<bool>,
    /// What is said if it does not hold, evaluated.
    pub message: Option<String>,
    /// The condition's place.
    pub span: Span,
}

/// Evaluates a configuration. Memoises named values, so make one for the planning and one for the applying.
pub struct Evaluator<'a> {
    tree: &'a ModuleTree,
    inputs: &'a Inputs,
    context: EvalContext<'a>,
}

impl<'a> Evaluator<'a> {
    /// An evaluator of a module tree with these root variables.
    pub fn new(tree: &'a ModuleTree, inputs: &'a Inputs, context: EvalContext<'a>) -> Self {
        Self {
            tree,
            inputs,
            context,
        }
    }

    /// The configuration that is evaluated.
    pub fn tree(&self) -> &'a ModuleTree {
        self.tree
    }

    /// The instances of a module, all keys of all calls on the way expanded.
    pub fn module_instances(
        &mut self,
        module: &Module,
        values: &dyn InstanceValues,
    ) -> Evaluated<Vec<ModuleInstance>> {
        let _ = (
            module,
            values,
            self.tree,
            self.inputs,
            &self.context.workspace,
        );
        unimplemented!("being written")
    }

    /// The keys of a resource in a module instance.
    pub fn keys(
        &mut self,
        addr: &AbsResource,
        values: &dyn InstanceValues,
    ) -> Evaluated<InstanceKeys> {
        let _ = (addr, values);
        unimplemented!("being written")
    }

    /// What the configuration wants of one instance. The dependencies include those of `depends_on` (of the resource and of
    /// the module calls around it) and of `count` / `for_each`.
    pub fn desired(
        &mut self,
        addr: &AbsResourceInstance,
        schema: &BlockSchema,
        values: &dyn InstanceValues,
    ) -> Evaluated<DesiredInstance> {
        let _ = (addr, schema, values);
        unimplemented!("being written")
    }

    /// A provider configuration's evaluated block (nulls where there is no block).
    pub fn provider_config(
        &mut self,
        addr: &AbsProviderConfig,
        schema: &BlockSchema,
        values: &dyn InstanceValues,
    ) -> Evaluated<Value> {
        let _ = (addr, schema, values);
        unimplemented!("being written")
    }

    /// An output value with its marks; `sensitive` of the block adds the mark.
    pub fn output(
        &mut self,
        addr: &AbsOutputValue,
        values: &dyn InstanceValues,
    ) -> Evaluated<Value> {
        let _ = (addr, values);
        unimplemented!("being written")
    }

    /// The results of the preconditions of an instance.
    pub fn preconditions(
        &mut self,
        addr: &AbsResourceInstance,
        values: &dyn InstanceValues,
    ) -> Evaluated<Vec<ConditionResult>> {
        let _ = (addr, values);
        unimplemented!("being written")
    }

    /// The results of the postconditions of an instance, `self` standing for its planned or final value.
    pub fn postconditions(
        &mut self,
        addr: &AbsResourceInstance,
        object: &Value,
        values: &dyn InstanceValues,
    ) -> Evaluated<Vec<ConditionResult>> {
        let _ = (addr, object, values);
        unimplemented!("being written")
    }

    /// The validation rules of the variables of a module instance, those that do not hold as diagnostics.
    pub fn validate_variables(
        &mut self,
        module: &ModuleInstance,
        values: &dyn InstanceValues,
    ) -> Diagnostics {
        let _ = (module, values);
        unimplemented!("being written")
    }

    /// What the `replace_triggered_by` of an instance names.
    pub fn replace_triggers(
        &mut self,
        addr: &AbsResourceInstance,
        values: &dyn InstanceValues,
    ) -> Evaluated<Vec<ReplaceTrigger>> {
        let _ = (addr, values);
        unimplemented!("being written")
    }

    /// Any expression in a module instance (console, conditions of check blocks).
    pub fn expression(
        &mut self,
        module: &ModuleInstance,
        expr: &Expr,
        values: &dyn InstanceValues,
    ) -> Evaluated<Value> {
        let _ = (module, expr, values);
        unimplemented!("being written")
    }

    /// The place of an attribute of an instance's configuration: of the innermost attribute or block on the path that is
    /// written, else of the block's header.
    pub fn locate(&self, addr: &AbsResourceInstance, path: &Path) -> Option<Span> {
        let _ = (addr, path);
        unimplemented!("being written")
    }

    /// The marks that attributes carry because the schema says sensitive.
    pub fn schema_marks(schema: &BlockSchema, value: &Value) -> Vec<(Path, Marks)> {
        let _ = (schema, value);
        unimplemented!("being written")
    }
}
