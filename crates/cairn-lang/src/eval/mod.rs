//! Decides what the configuration's expressions come to: instance keys, desired instances, outputs.
//!
//! Pull-based and memoised: asking for one thing evaluates what it needs, once. What stands for a resource in expressions
//! is the caller's ([`InstanceValues`]): planned values while planning, final ones while applying. Every answer says which
//! instances were read to get it.

mod block;
mod call;
mod conditions;
mod convert;
mod desired;
mod dynamic_block;
mod expand;
mod expr;
mod flag;
mod fold;
mod for_expr;
mod hash;
mod imports;
mod locate;
mod named;
mod note;
mod providers;
mod provisioner;
mod reference;
mod run;
mod scope;
mod splat;
mod template;
mod test_run;
mod traversal;

#[cfg(test)]
pub(crate) mod tests;

use std::sync::Arc;

use cairn_diag::{Diagnostics, Span, ValueNote};
use cairn_model::{
    AbsOutputValue, AbsProviderConfig, AbsResource, AbsResourceInstance, BlockSchema, Dependency,
    InstanceKey, Module, ModuleInstance,
};
use cairn_value::{Marks, Name, Path, PathStep, Value};

use crate::config::{Condition, Import, Provisioner};
use crate::funcs::Draw;
use crate::inputs::Inputs;
use crate::syntax::{Expr, ExprKind};
use crate::tree::ModuleTree;

use block::BodyPlan;
use hash::QuickMap;
use named::Frame;
pub(crate) use named::block_name;
pub use provisioner::{ProvisionerConfig, ProvisionerSchema};
use run::{Memo, Run};
use scope::{Repeat, Scope};

pub use expand::UNKNOWN_INSTANCES;

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
#[derive(Clone)]
pub struct EvalContext<'a> {
    /// `terraform.workspace`
    pub workspace: String,
    /// `path.cwd`
    pub cwd: String,
    /// `path.root`: as the user sees it, usually `.`.
    pub root: String,
    /// The time of planning, RFC 3339 in UTC: `plantimestamp()`. Empty where there is no plan.
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
    /// None: `enabled` is false.
    Disabled,
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
            Self::Disabled | Self::Unknown => Box::new(std::iter::empty()),
        }
    }
}

impl<'k> IntoIterator for &'k InstanceKeys {
    type Item = InstanceKey;
    type IntoIter = Box<dyn Iterator<Item = InstanceKey> + 'k>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
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

/// One object that an import block asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedImport {
    /// Into which address.
    pub addr: AbsResourceInstance,
    /// By which id; unknown where that depends on what is not known.
    pub id: Value,
}

/// The result of a precondition, postcondition, validation or assertion.
#[derive(Clone, Debug)]
pub struct ConditionResult {
    /// Whether it holds; nothing if it is not known yet.
    pub holds: Option<bool>,
    /// What is said if it does not hold, evaluated.
    pub message: Option<String>,
    /// The message has a sensitive value, so that `message` only says so.
    pub is_message_hidden: bool,
    /// What the references in a condition that does not hold stood for. Never a sensitive value.
    pub values: Vec<ValueNote>,
    /// The condition's place.
    pub span: Span,
}

/// Evaluates a configuration. Memoises named values, so make one for the planning and one for the applying.
///
/// What is memoised stays as it was found, with one exception: what was made from an instance that had no value yet
/// ([`InstanceValues`] gave nothing) counts only for the call in which that was so. Messages of a named value are given
/// again to everyone who pulls it; [`Diagnostics::tidy`] drops the repeats.
pub struct Evaluator<'a> {
    tree: &'a ModuleTree,
    inputs: &'a Inputs,
    context: EvalContext<'a>,
    frames: Vec<Frame<'a>>,
    frame_ids: QuickMap<ModuleInstance, usize>,
    /// Frames for what is destroyed, by module.
    apart: QuickMap<Module, usize>,
    plans: QuickMap<(usize, usize), Arc<BodyPlan<'a>>>,
    before: QuickMap<(usize, usize), Arc<[Dependency]>>,
    /// The keys of provider configurations, by frame and block.
    provider_keys: QuickMap<(usize, usize), Memo<InstanceKeys>>,
    generation: u64,
    /// Values that are not known are no mistake anywhere: the configuration is checked whatever its values.
    whatever: bool,
    present: Option<Present>,
    drawn: u64,
}

/// What functions give that give something else each time (`timestamp`, `uuid`, `bcrypt`): while planning nothing, so that
/// their results are unknown.
#[derive(Clone, Debug)]
pub struct Present {
    /// The time now, RFC 3339 in UTC.
    pub timestamp: String,
    /// Random bytes; everything that is drawn is made from them.
    pub seed: [u8; 16],
}

impl<'a> Evaluator<'a> {
    /// An evaluator of a module tree with these root variables.
    pub fn new(tree: &'a ModuleTree, inputs: &'a Inputs, context: EvalContext<'a>) -> Self {
        let mut evaluator = Self {
            tree,
            inputs,
            context,
            frames: Vec::new(),
            frame_ids: QuickMap::default(),
            apart: QuickMap::default(),
            plans: QuickMap::default(),
            before: QuickMap::default(),
            provider_keys: QuickMap::default(),
            generation: 0,
            whatever: false,
            present: None,
            drawn: 0,
        };
        evaluator.add_frame(Frame::new(ModuleInstance::root(), &tree.root, None));
        evaluator
    }

    /// The same for checking a configuration whatever its values: repetitions may be unknown, and every module has one
    /// instance to look into ([`Self::module_instances`]), whose `count` and `each` stand for unknown values.
    pub fn whatever(mut self) -> Self {
        self.whatever = true;
        self
    }

    /// The configuration that is evaluated.
    pub fn tree(&self) -> &'a ModuleTree {
        self.tree
    }

    /// The same in the present: for the apply and the console, where functions that give something else each time have results.
    pub fn at(mut self, present: Present) -> Self {
        self.present = Some(present);
        self
    }

    /// The present moves on: what `timestamp` gives from here on. Values that have been found stay as they are.
    pub fn tick(&mut self, timestamp: String) {
        if let Some(present) = &mut self.present {
            present.timestamp = timestamp;
        }
    }

    /// What one call of a function gives that gives something else each time.
    fn draw(&mut self) -> Option<Draw> {
        use sha2::Digest;
        let present = self.present.as_ref()?;
        self.drawn += 1;
        let digest = sha2::Sha256::new()
            .chain_update(present.seed)
            .chain_update(self.drawn.to_be_bytes())
            .finalize();
        let mut random = [0; 16];
        random.copy_from_slice(&digest[..16]);
        Some(Draw {
            timestamp: present.timestamp.clone(),
            random,
        })
    }

    /// The instances of a module, all keys of all calls on the way expanded.
    pub fn module_instances(
        &mut self,
        module: &Module,
        values: &dyn InstanceValues,
    ) -> Evaluated<Vec<ModuleInstance>> {
        let mut run = Run::new(self, values);
        let instances = run.module_instances(module);
        run.finish(instances)
    }

    /// The keys of a resource in a module instance.
    pub fn keys(
        &mut self,
        addr: &AbsResource,
        values: &dyn InstanceValues,
    ) -> Evaluated<InstanceKeys> {
        let mut run = Run::new(self, values);
        let keys = match run.frame(&addr.module) {
            Some(frame) => run.resource_keys(frame, &addr.resource),
            None => None,
        };
        run.about(0, addr);
        run.finish(keys.unwrap_or(InstanceKeys::Unknown))
    }

    /// What the configuration wants of one instance. The dependencies include those of `depends_on` (of the resource and of
    /// the module calls around it) and of `count` / `for_each`.
    pub fn desired(
        &mut self,
        addr: &AbsResourceInstance,
        schema: &BlockSchema,
        values: &dyn InstanceValues,
    ) -> Evaluated<DesiredInstance> {
        let mut run = Run::new(self, values);
        let desired = run.desired(addr, schema);
        run.finish(desired)
    }

    /// The keys of a provider configuration: [`InstanceKeys::Once`] where it is not repeated.
    pub fn provider_keys(
        &mut self,
        addr: &AbsProviderConfig,
        values: &dyn InstanceValues,
    ) -> Evaluated<InstanceKeys> {
        let mut run = Run::new(self, values);
        let keys = run.provider_keys(addr);
        run.finish(keys)
    }

    /// Which provider configuration an instance uses, and which instance of that where it is repeated. Nothing, with errors,
    /// where the configuration has no such resource instance, or selects no provider instance that there is.
    pub fn resource_provider(
        &mut self,
        addr: &AbsResourceInstance,
        values: &dyn InstanceValues,
    ) -> Evaluated<Option<AbsProviderConfig>> {
        let mut run = Run::new(self, values);
        let provider = run.resource_provider(addr);
        run.finish(provider)
    }

    /// What is wrong with the keys of a module's provider configurations and of those that it hands over.
    pub fn validate_providers(
        &mut self,
        module: &ModuleInstance,
        values: &dyn InstanceValues,
    ) -> Diagnostics {
        let mut run = Run::new(self, values);
        if let Some(frame) = run.frame(module) {
            run.validate_providers(frame);
        }
        run.finish(()).diagnostics
    }

    /// A provider configuration's evaluated block (nulls where there is no block); of a repeated one, of the instance that the
    /// address names.
    pub fn provider_config(
        &mut self,
        addr: &AbsProviderConfig,
        schema: &BlockSchema,
        values: &dyn InstanceValues,
    ) -> Evaluated<Value> {
        let mut run = Run::new(self, values);
        let value = run.provider_config(addr, schema);
        run.finish(value)
    }

    /// An output value with its marks; `sensitive` of the block adds the mark. Preconditions that do not hold, and what an
    /// output of the root module must not show, are diagnostics.
    pub fn output(
        &mut self,
        addr: &AbsOutputValue,
        values: &dyn InstanceValues,
    ) -> Evaluated<Value> {
        let mut run = Run::new(self, values);
        let value = run.output_value(addr);
        run.finish(value)
    }

    /// The results of the preconditions of an instance.
    pub fn preconditions(
        &mut self,
        addr: &AbsResourceInstance,
        values: &dyn InstanceValues,
    ) -> Evaluated<Vec<ConditionResult>> {
        let mut run = Run::new(self, values);
        let results = run.conditions(addr, None);
        run.finish(results)
    }

    /// The results of the postconditions of an instance, `self` standing for its planned or final value.
    pub fn postconditions(
        &mut self,
        addr: &AbsResourceInstance,
        object: &Value,
        values: &dyn InstanceValues,
    ) -> Evaluated<Vec<ConditionResult>> {
        let mut run = Run::new(self, values);
        let results = run.conditions(addr, Some(object));
        run.finish(results)
    }

    /// The result of one assertion of a check block.
    pub fn condition(
        &mut self,
        module: &ModuleInstance,
        condition: &Condition,
        values: &dyn InstanceValues,
    ) -> Evaluated<ConditionResult> {
        let mut run = Run::new(self, values);
        let frame = run.frame(module).unwrap_or_default();
        let result = run.condition(condition, &Scope::of(frame, &Repeat::Once));
        run.finish(result)
    }

    /// The arguments of a module instance and the validation rules of its variables: what is wrong with them, and the rules
    /// that do not hold, as diagnostics.
    pub fn validate_variables(
        &mut self,
        module: &ModuleInstance,
        values: &dyn InstanceValues,
    ) -> Diagnostics {
        let mut run = Run::new(self, values);
        run.validate_variables(module);
        run.finish(()).diagnostics
    }

    /// The same without the variables that have rules.
    pub fn validate_arguments(
        &mut self,
        module: &ModuleInstance,
        values: &dyn InstanceValues,
    ) -> Diagnostics {
        let mut run = Run::new(self, values);
        run.validate_arguments(module);
        run.finish(()).diagnostics
    }

    /// The same of one variable alone.
    pub fn validate_variable(
        &mut self,
        module: &ModuleInstance,
        name: &Name,
        values: &dyn InstanceValues,
    ) -> Diagnostics {
        let mut run = Run::new(self, values);
        run.validate_one(module, name);
        run.finish(()).diagnostics
    }

    /// What is wrong with a resource's block whatever instances it has: `count.index`, `each.key` and `each.value` stand for
    /// unknown values. Gives the block's value, with what is known of it whatever instances there are.
    pub fn validate_resource(
        &mut self,
        addr: &AbsResource,
        schema: &BlockSchema,
        values: &dyn InstanceValues,
    ) -> Evaluated<Value> {
        let mut run = Run::new(self, values);
        let value = run.validate_resource(addr, schema);
        run.finish(value)
    }

    /// What a provisioner of an instance is told, `object` being the instance's value. `module` is where the block is
    /// written. Nothing where the configuration has no such instance (an error says so).
    pub fn provisioner(
        &mut self,
        module: &Module,
        addr: &AbsResourceInstance,
        provisioner: &'a Provisioner,
        schema: ProvisionerSchema<'_>,
        object: &Value,
        values: &dyn InstanceValues,
    ) -> Evaluated<Option<ProvisionerConfig>> {
        let mut run = Run::new(self, values);
        let config = run.provisioner(module, addr, provisioner, schema, object);
        run.finish(config)
    }

    /// What a provisioner of a resource whose instances have this schema is told whatever its object, and what is wrong
    /// with that.
    pub fn validate_provisioner(
        &mut self,
        addr: &AbsResource,
        provisioner: &'a Provisioner,
        schema: ProvisionerSchema<'_>,
        object: &BlockSchema,
        values: &dyn InstanceValues,
    ) -> Evaluated<Option<ProvisionerConfig>> {
        let mut run = Run::new(self, values);
        let config = run.validate_provisioner(addr, provisioner, schema, object);
        run.finish(config)
    }

    /// The same for a provisioner of a `removed` block in a module.
    pub fn validate_removed_provisioner(
        &mut self,
        module: &Module,
        provisioner: &'a Provisioner,
        schema: ProvisionerSchema<'_>,
        values: &dyn InstanceValues,
    ) -> Evaluated<Option<ProvisionerConfig>> {
        let mut run = Run::new(self, values);
        let config = run.validate_removed(module, provisioner, schema);
        run.finish(config)
    }

    /// What is wrong with the local values and outputs of a module instance, whether or not anything uses them.
    pub fn validate_named(
        &mut self,
        module: &ModuleInstance,
        values: &dyn InstanceValues,
    ) -> Diagnostics {
        let mut run = Run::new(self, values);
        if let Some(frame) = run.frame(module) {
            let node = run.ev.frames[frame].node;
            for name in node.config.locals.keys() {
                run.local(frame, name);
            }
            let once = Scope::of(frame, &Repeat::Once);
            for (name, output) in &node.config.outputs {
                run.output(frame, name);
                let n = run.diags.len();
                for access in &output.depends_on {
                    run.check_access(access, &[], &once);
                }
                run.within(n, || format!("output {:?}", &**name));
            }
        }
        run.finish(()).diagnostics
    }

    /// What an import block of the root module asks for, for each of its keys.
    pub fn imports(
        &mut self,
        import: &Import,
        values: &dyn InstanceValues,
    ) -> Evaluated<Vec<WantedImport>> {
        let mut run = Run::new(self, values);
        let wanted = run.imports(import);
        run.finish(wanted)
    }

    /// What the `replace_triggered_by` of an instance names.
    pub fn replace_triggers(
        &mut self,
        addr: &AbsResourceInstance,
        values: &dyn InstanceValues,
    ) -> Evaluated<Vec<ReplaceTrigger>> {
        let mut run = Run::new(self, values);
        let triggers = run.replace_triggers(addr);
        run.finish(triggers)
    }

    /// What a switch of a block in a module instance says (`prevent_destroy`): true or false; nothing where that is not
    /// known, or where there is no such module instance and the switch is no constant.
    pub fn flag(
        &mut self,
        module: &ModuleInstance,
        expr: &Expr,
        name: &str,
        values: &dyn InstanceValues,
    ) -> Evaluated<Option<bool>> {
        let mut run = Run::new(self, values);
        let frame = match &expr.kind {
            ExprKind::Literal(_) => Some(0),
            _ => run.frame(module),
        };
        let value = frame.and_then(|f| run.flag(expr, &Scope::of(f, &Repeat::Once), name));
        run.finish(value)
    }

    /// Any expression in a module instance (console, conditions of check blocks).
    pub fn expression(
        &mut self,
        module: &ModuleInstance,
        expr: &Expr,
        values: &dyn InstanceValues,
    ) -> Evaluated<Value> {
        let mut run = Run::new(self, values);
        let frame = run.frame(module).unwrap_or_default();
        let value = run.checked(expr, &Scope::of(frame, &Repeat::Once));
        run.finish(value)
    }

    /// The place of an attribute of an instance's configuration: of the innermost attribute or block on the path that is
    /// written, else of the block's header.
    pub fn locate(&self, addr: &AbsResourceInstance, path: &Path) -> Option<Span> {
        let node = self.tree.get(&addr.resource.module.module())?;
        let config = node.config.resources.get(&addr.resource.resource)?;
        Some(locate::locate_or(&config.body, path, config.header))
    }

    /// The marks that attributes carry because the schema says sensitive.
    pub fn schema_marks(schema: &BlockSchema, value: &Value) -> Vec<(Path, Marks)> {
        let mut found = Vec::new();
        schema_marks(schema, value, &Path::root(), &mut found);
        found
    }
}

fn schema_marks(schema: &BlockSchema, value: &Value, at: &Path, found: &mut Vec<(Path, Marks)>) {
    let Value::Object(object) = value.peel() else {
        return;
    };
    for (name, attribute) in &schema.attributes {
        if attribute.sensitive && object.get(name).is_some() {
            found.push((at.then(PathStep::Attr(name.clone())), Marks::SENSITIVE));
        }
    }
    for (name, nested) in &schema.blocks {
        let Some(blocks) = object.get(name) else {
            continue;
        };
        let at = at.then(PathStep::Attr(name.clone()));
        match blocks.peel() {
            Value::List(l) => {
                for (i, v) in l.items.iter().enumerate() {
                    schema_marks(&nested.block, v, &at.then(PathStep::Index(i)), found);
                }
            }
            Value::Set(s) => {
                for (i, v) in s.items().iter().enumerate() {
                    schema_marks(&nested.block, v, &at.then(PathStep::Element(i)), found);
                }
            }
            Value::Map(m) => {
                for (k, v) in &m.entries {
                    schema_marks(&nested.block, v, &at.then(PathStep::Key(k.clone())), found);
                }
            }
            single => schema_marks(&nested.block, single, &at, found),
        }
    }
}
