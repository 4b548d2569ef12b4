//! Decides what the configuration wants of one instance, of a provider, of an output, and what each depends on beyond what its
//! expressions read.

use std::sync::Arc;

use cairn_diag::Diagnostic;
use cairn_model::{
    AbsOutputValue, AbsResource, AbsResourceInstance, BlockSchema, Dependency, ModuleInstance,
    ResourceMode,
};
use cairn_value::{Name, Type, Value};

use super::named::{block_name, repeat};
use super::run::Run;
use super::scope::{Repeat, Scope};
use super::{DesiredInstance, InstanceKeys};
use crate::config::{Repetition, ResourceConfig};
use crate::refs::{self, RefTarget};
use crate::syntax::Access;

/// An infinite number where a value is recorded.
fn infinite(what: &str) -> Diagnostic {
    Diagnostic::error("infinite-number", "Infinite number").detail(format!(
        "{what} is or holds an infinite number, as a division by zero gives one. It cannot be recorded. Divide only where the divisor is not zero: n == 0 ? null : 1 / n."
    ))
}

impl<'a> Run<'_, 'a> {
    /// The frame, block and repetition of an instance; nothing (and a message) where the configuration has none of that
    /// address.
    pub(crate) fn instance(
        &mut self,
        addr: &AbsResourceInstance,
    ) -> Option<(usize, &'a ResourceConfig, Repeat)> {
        let found = self.frame(&addr.resource.module).and_then(|frame| {
            let node = self.ev.frames[frame].node;
            let config = node.config.resources.get(&addr.resource.resource)?;
            let keys = self.resource_keys(frame, &addr.resource.resource)?;
            Some((frame, config, repeat(&addr.key, &keys)?))
        });
        if found.is_none() && !self.diags.iter().any(Diagnostic::is_error) {
            self.error(
                Diagnostic::error("no-such-instance", "No such instance in the configuration")
                    .detail("The configuration has no instance of this address.")
                    .address(addr.to_string()),
            );
        }
        found
    }

    pub(crate) fn desired(
        &mut self,
        addr: &AbsResourceInstance,
        schema: &BlockSchema,
    ) -> DesiredInstance {
        let Some((frame, config, repeat)) = self.instance(addr) else {
            return DesiredInstance {
                config: Value::unknown(schema.implied_type().clone()),
            };
        };
        let before = self.before(frame, config);
        self.reads.include(&before);
        let n = self.diags.len();
        let scope = Scope::of(frame, &repeat);
        let value = self.decode(&config.body, schema, config.header, &scope);
        if value.has_infinity() {
            self.error(infinite("An attribute of this resource").at(config.header));
        }
        self.within(n, || block_name(&addr.resource.resource));
        self.about(n, addr);
        DesiredInstance { config: value }
    }

    pub(crate) fn validate_resource(&mut self, addr: &AbsResource, schema: &BlockSchema) -> Value {
        let unknown = Value::unknown(schema.implied_type().clone());
        let Some(frame) = self.frame(&addr.module) else {
            return unknown;
        };
        let node = self.ev.frames[frame].node;
        let Some(config) = node.config.resources.get(&addr.resource) else {
            return unknown;
        };
        let repeat = match &config.repetition {
            Repetition::Once | Repetition::Enabled(_) => Repeat::Once,
            Repetition::Count(_) => Repeat::SomeCount,
            Repetition::ForEach(_) => Repeat::SomeEach,
        };
        let once = Scope::of(frame, &Repeat::Once);
        self.repetition(frame, &config.repetition, "resource");
        if let Some(expr) = &config.lifecycle.prevent_destroy {
            self.flag(expr, &once, "prevent_destroy");
        }
        let scope = Scope::of(frame, &repeat);
        let value = self.decode(&config.body, schema, config.header, &scope);
        for condition in &config.lifecycle.preconditions {
            self.condition(condition, &scope);
        }
        let with_self = Scope {
            self_object: Some(&unknown),
            ..scope
        };
        for condition in &config.lifecycle.postconditions {
            self.condition(condition, &with_self);
        }
        for access in &config.depends_on {
            self.check_access(access, &[], &once);
        }
        self.check_provider_key(frame, &config.provider, &repeat);
        self.within(0, || block_name(&addr.resource));
        self.about(0, addr);
        value
    }

    /// What must be done before any instance of a resource because `depends_on` of it, or of a module call around it, says so.
    fn before(&mut self, frame: usize, config: &'a ResourceConfig) -> Arc<[Dependency]> {
        if config.depends_on.is_empty() && self.ev.frames[frame].parent.is_none() {
            return Arc::default();
        }
        let key = (frame, std::ptr::from_ref(config) as usize);
        if let Some(known) = self.ev.before.get(&key) {
            return known.clone();
        }
        let memo = self.apart(|run| {
            run.depends_on(frame, &config.depends_on, &Repeat::Once);
            let mut at = frame;
            while let Some(parent) = &run.ev.frames[at].parent {
                let (above, call) = (parent.frame, parent.call);
                run.depends_on(above, &call.depends_on, &Repeat::Once);
                run.call_keys(above, &call.name.value);
                at = above;
            }
        });
        self.diags.extend(memo.diags.iter().cloned());
        if memo.only_in.is_none() && memo.diags.is_empty() {
            self.ev.before.insert(key, memo.reads.clone());
        }
        memo.reads
    }

    fn depends_on(&mut self, frame: usize, references: &[Access<Name>], repeat: &Repeat) {
        let scope = Scope::of(frame, repeat);
        for access in references {
            self.check_access(access, &[], &scope);
            match refs::reference(access).target {
                RefTarget::Resource(r) => {
                    let module = self.ev.frames[frame].instance.clone();
                    self.reads.add(Dependency::Resource(r.in_module(module)));
                }
                RefTarget::Module(call, _) => {
                    let Some(keys) = self.call_keys(frame, &call) else {
                        continue;
                    };
                    for key in &keys {
                        if let Some(child) = self.child_frame(frame, &call, &key, &keys) {
                            self.all_within(child);
                        }
                    }
                }
                _ => {
                    let n = self.diags.len();
                    self.eval_ref(access, refs::access_span(access), &scope);
                    self.diags.truncate(n);
                }
            }
        }
    }

    /// Reads everything in a module instance and below.
    fn all_within(&mut self, frame: usize) {
        let node = self.ev.frames[frame].node;
        let instance = self.ev.frames[frame].instance.clone();
        for resource in node.config.resources.keys() {
            if resource.mode != ResourceMode::Ephemeral {
                self.reads.add(Dependency::Resource(AbsResource {
                    module: instance.clone(),
                    resource: resource.clone(),
                }));
            }
        }
        for call in node.config.calls.keys() {
            let Some(keys) = self.call_keys(frame, call) else {
                continue;
            };
            for key in &keys {
                if let Some(child) = self.child_frame(frame, call, &key, &keys) {
                    self.all_within(child);
                }
            }
        }
    }

    /// An output for the outside: of the root module only what may be shown there.
    pub(crate) fn output_value(&mut self, addr: &AbsOutputValue) -> Value {
        let unknown = Value::unknown(Type::Dynamic);
        let Some(frame) = self.frame(&addr.module) else {
            return unknown;
        };
        let node = self.ev.frames[frame].node;
        let (Some(value), Some(output)) = (
            self.output(frame, &addr.name),
            node.config.outputs.get(&addr.name),
        ) else {
            return unknown;
        };
        let n = self.diags.len();
        let marks = value.marks_deep();
        if addr.module.is_root() && marks.is_sensitive() && !output.sensitive {
            self.error(
                Diagnostic::error(
                    "output-of-sensitive-value",
                    "Output refers to sensitive values",
                )
                .detail("The value of this output of the root module is sensitive or was made from something that is. Write sensitive = true into its block to say that this is meant; the value is not printed then. nonsensitive() takes the mark off where the value is no secret any more.")
                .at(output.header)
                .context(output.value.span),
            );
        }
        if addr.module.is_root() && value.has_infinity() {
            self.error(infinite("The value of this output").at(output.value.span));
        }
        let scope = Scope::of(frame, &Repeat::Once);
        for condition in &output.preconditions {
            let result = self.condition(condition, &scope);
            if result.holds == Some(false) {
                self.error(
                    Diagnostic::error(
                        "output-precondition-failed",
                        "Module output value precondition failed",
                    )
                    .detail(result.message.unwrap_or_default())
                    .at(result.span),
                );
            }
        }
        self.within(n, || format!("output {:?}", &*addr.name));
        value
    }

    /// The instances of a module, parents' instances in order. Those are not among them that outputs of a test stand for, nor
    /// what is below these.
    pub(crate) fn module_instances(&mut self, module: &cairn_model::Module) -> Vec<ModuleInstance> {
        let mut frames = vec![0];
        for call in module.names() {
            let mut next = Vec::new();
            for frame in frames {
                let Some(keys) = self.call_keys(frame, call) else {
                    continue;
                };
                if self.ev.whatever {
                    next.extend(self.sample_frame(frame, call));
                    continue;
                }
                if matches!(keys, InstanceKeys::Unknown) {
                    continue;
                }
                for key in &keys {
                    let child = self.child_frame(frame, call, &key, &keys);
                    next.extend(child.filter(|f| self.stand_in(*f).is_none()));
                }
            }
            frames = next;
        }
        frames
            .into_iter()
            .map(|f| self.ev.frames[f].instance.clone())
            .collect()
    }
}
