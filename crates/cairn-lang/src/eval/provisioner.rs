//! Decides what a provisioner is told: its block and its connection with the object they belong to as `self`. Those of the
//! creation see what the resource sees; those of the destruction only the object and its key, whatever is left of the
//! configuration.

use cairn_model::{
    AbsResource, AbsResourceInstance, BlockSchema, InstanceKey, Module, ModuleInstance,
};
use cairn_value::{Type, Value};

use super::named::{Frame, block_name};
use super::run::Run;
use super::scope::{Repeat, Scope};
use crate::config::{Provisioner, ProvisionerWhen, Repetition};
use crate::refs::{RefTarget, references_in_body};

/// The schemas of a type of provisioner and of its connection.
#[derive(Clone, Copy)]
pub struct ProvisionerSchema<'s> {
    /// Of the block.
    pub block: &'s BlockSchema,
    /// Of `connection`.
    pub connection: &'s BlockSchema,
}

/// What a provisioner is told.
#[derive(Clone, Debug)]
pub struct ProvisionerConfig {
    /// The evaluated block, marks inside.
    pub block: Value,
    /// The evaluated connection, if there is one.
    pub connection: Option<Value>,
}

impl<'a> Run<'_, 'a> {
    pub(crate) fn provisioner(
        &mut self,
        module: &Module,
        addr: &AbsResourceInstance,
        provisioner: &'a Provisioner,
        schema: ProvisionerSchema<'_>,
        object: &Value,
    ) -> Option<ProvisionerConfig> {
        let (frame, repeat) = match provisioner.when {
            ProvisionerWhen::Create => self.instance(addr).map(|(frame, _, r)| (frame, r))?,
            ProvisionerWhen::Destroy => {
                let repeat = match &addr.key {
                    InstanceKey::None => Repeat::Once,
                    InstanceKey::Index(i) => Repeat::Count(*i),
                    InstanceKey::Key(k) => Repeat::Each(k.clone(), Value::Null(Type::Dynamic)),
                };
                (self.apart_frame(module)?, repeat)
            }
        };
        let n = self.diags.len();
        let scope = Scope {
            self_object: Some(object),
            ..Scope::of(frame, &repeat)
        };
        let config = self.provisioner_block(provisioner, schema, &scope);
        self.within(n, || block_name(&addr.resource.resource));
        self.about(n, addr);
        Some(config)
    }

    /// What is wrong with a provisioner whatever its object.
    pub(crate) fn validate_provisioner(
        &mut self,
        addr: &AbsResource,
        provisioner: &'a Provisioner,
        schema: ProvisionerSchema<'_>,
        object: &BlockSchema,
    ) -> Option<ProvisionerConfig> {
        let frame = self.frame(&addr.module)?;
        let node = self.ev.frames[frame].node;
        let repeat = match node
            .config
            .resources
            .get(&addr.resource)
            .map(|c| &c.repetition)
        {
            Some(Repetition::Count(_)) => Repeat::SomeCount,
            Some(Repetition::ForEach(_)) => Repeat::SomeEach,
            _ => Repeat::Once,
        };
        let object = Value::unknown_not_null(object.implied_type().clone());
        let scope = Scope {
            self_object: Some(&object),
            ..Scope::of(frame, &repeat)
        };
        let n = self.diags.len();
        let config = self.provisioner_block(provisioner, schema, &scope);
        self.within(n, || block_name(&addr.resource));
        self.about(n, addr);
        Some(config)
    }

    /// The same for one of a `removed` block, whose object's type and keys only the state knows.
    pub(crate) fn validate_removed(
        &mut self,
        module: &Module,
        provisioner: &'a Provisioner,
        schema: ProvisionerSchema<'_>,
    ) -> Option<ProvisionerConfig> {
        let frame = self.apart_frame(module)?;
        let bodies = [
            Some(&provisioner.body),
            provisioner.connection.as_ref().map(|c| &c.body),
        ];
        let mut repeat = Repeat::Once;
        for reference in bodies
            .into_iter()
            .flatten()
            .flat_map(|b| references_in_body(b))
        {
            match reference.target {
                RefTarget::Count => repeat = Repeat::SomeCount,
                RefTarget::Each => repeat = Repeat::SomeEach,
                _ => {}
            }
        }
        let object = Value::unknown(Type::Dynamic);
        let scope = Scope {
            self_object: Some(&object),
            ..Scope::of(frame, &repeat)
        };
        let n = self.diags.len();
        let config = self.provisioner_block(provisioner, schema, &scope);
        self.within(n, || "removed".to_owned());
        Some(config)
    }

    fn provisioner_block(
        &mut self,
        provisioner: &'a Provisioner,
        schema: ProvisionerSchema<'_>,
        scope: &Scope<'_>,
    ) -> ProvisionerConfig {
        let block = self.decode(&provisioner.body, schema.block, provisioner.header, scope);
        let connection = provisioner
            .connection
            .as_ref()
            .map(|c| self.decode(&c.body, schema.connection, c.header, scope));
        ProvisionerConfig { block, connection }
    }

    /// A frame of a module in which nothing but its folder can be looked up: of which instance does not matter, nor
    /// whether there still is one.
    fn apart_frame(&mut self, module: &Module) -> Option<usize> {
        if let Some(&frame) = self.ev.apart.get(module) {
            return Some(frame);
        }
        let node = self.ev.tree.get(module)?;
        let instance = module.names().iter().fold(ModuleInstance::root(), |m, n| {
            m.child(n.clone(), InstanceKey::None)
        });
        // Not found by its address: it is nobody's parent.
        let frame = self.ev.frames.len();
        self.ev.frames.push(Frame::new(instance, node, None));
        self.ev.apart.insert(module.clone(), frame);
        Some(frame)
    }
}
