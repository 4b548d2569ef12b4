//! Decides which module instances are not there in a test, where fixed outputs stand for them (`override_module`).

use std::collections::BTreeMap;

use cairn_model::{InstanceKey, ModuleInstance};
use cairn_value::Value;

/// The outputs that stand for module instances.
#[derive(Clone, Debug, Default)]
pub struct StandIns(BTreeMap<ModuleInstance, Value>);

impl StandIns {
    /// Puts an object of outputs for a module instance; for all instances of the last call where the address has no key there.
    /// What was put for the same address counts no more.
    pub fn put(&mut self, module: ModuleInstance, outputs: Value) {
        self.0.insert(module, outputs);
    }

    /// The outputs that stand for a module instance.
    pub fn outputs(&self, module: &ModuleInstance) -> Option<&Value> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(module).or_else(|| {
            let (parent, step) = module.parent()?;
            self.0
                .get(&parent.child(step.name.clone(), InstanceKey::None))
        })
    }
}

#[cfg(test)]
mod tests {
    use cairn_value::name;

    use super::*;

    fn module(text: &str) -> ModuleInstance {
        text.parse().unwrap()
    }

    #[test]
    fn an_instance_counts_more_than_all_instances_of_its_call() {
        let outputs = |n| Value::object([(name("o"), Value::int(n))]);
        let mut stand_ins = StandIns::default();
        stand_ins.put(module("module.a"), outputs(1));
        stand_ins.put(module("module.a[0]"), outputs(2));
        stand_ins.put(module("module.b[\"x\"].module.c"), outputs(3));
        let found = |at| stand_ins.outputs(&module(at)).cloned();
        assert_eq!(found("module.a"), Some(outputs(1)));
        assert_eq!(found("module.a[0]"), Some(outputs(2)));
        assert_eq!(found("module.a[1]"), Some(outputs(1)));
        assert_eq!(found("module.b[\"x\"].module.c[7]"), Some(outputs(3)));
        assert_eq!(found("module.b[\"y\"].module.c[7]"), None);
        assert_eq!(found("module.b[\"x\"]"), None);
        assert_eq!(stand_ins.outputs(&ModuleInstance::root()), None);
    }
}
