//! Decides which provisioners a step runs, and what each is told: the block evaluated with the object as `self`, right before
//! it runs. How they are run is the engine's.

mod connection;
mod fields;
mod schema;
mod validate;
mod work;

use cairn_diag::{Diagnostics, Span};
use cairn_lang::{
    Evaluator, InstanceValues, ModuleTree, Provisioner, ProvisionerWhen, Removed, ResourceConfig,
};
use cairn_model::{Action, Module, ObjectStatus, Plan, StepId, StepKind};
use cairn_value::{Marks, Name};

use crate::messages::block_name;
use crate::moves::Endpoint;
use crate::values::{FinalValues, object_value};

pub use connection::{SshConnection, SshHost};
pub(crate) use validate::{reads, validate, validate_removed};
pub use work::{FileSource, LocalExec, RemoteScripts, Work};

/// One provisioner at work, all arguments final.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provision {
    /// Its type.
    pub ty: Name,
    /// What is done.
    pub work: Work,
    /// Its arguments were made from such values, so that neither they nor what comes out may be shown.
    pub hidden: Option<&'static str>,
    /// A failure is passed over.
    pub continue_on_failure: bool,
    /// Its block.
    pub header: Span,
    /// The block around it.
    pub within: String,
}

/// The provisioners of a configuration, to be asked for by step.
#[derive(Debug)]
pub struct Provisioners<'t> {
    tree: &'t ModuleTree,
    /// The `removed` blocks that have some.
    removed: Vec<(Module, Endpoint, &'t Removed)>,
}

impl<'t> Provisioners<'t> {
    /// Those of a configuration.
    pub fn new(tree: &'t ModuleTree) -> Self {
        let mut removed = Vec::new();
        for node in tree.walk() {
            for block in &node.config.removed {
                if !block.provisioners.is_empty()
                    && let Some(end) = Endpoint::parse(&block.from)
                    && end.resource.is_some()
                {
                    removed.push((node.path.clone(), end, block));
                }
            }
        }
        Self { tree, removed }
    }

    /// How many provisioners a step runs: after a creation those of the creation; before a deletion those of the
    /// destruction, unless the object is tainted or was set aside, as Terraform has it.
    pub fn count(&self, plan: &Plan, step: StepId) -> usize {
        self.of(plan, step).map_or(0, |(_, all)| all.len())
    }

    fn of(&self, plan: &Plan, step: StepId) -> Option<(Module, Vec<&'t Provisioner>)> {
        let step = plan.steps.step(step);
        let change = &plan.changes[step.change as usize];
        let (module, resource) = change.addr.resource.config();
        let when = match step.kind {
            StepKind::Create => ProvisionerWhen::Create,
            StepKind::Delete => {
                let ready = change
                    .before
                    .as_ref()
                    .is_some_and(|o| o.status == ObjectStatus::Ready);
                if !ready || change.deposed.is_some() || change.action == Action::CreateThenDelete {
                    return None;
                }
                ProvisionerWhen::Destroy
            }
            _ => return None,
        };
        let block = self
            .tree
            .get(&module)
            .and_then(|n| n.config.resources.get(&resource));
        let (module, all) = if let Some(block) = block {
            (module, &block.provisioners)
        } else {
            let (module, _, removed) = self
                .removed
                .iter()
                .find(|(base, end, _)| end.matches(base, &change.addr, false))?;
            (module.clone(), &removed.provisioners)
        };
        let all = all.iter().filter(|p| p.when == when).collect();
        Some((module, all))
    }

    /// What a provisioner of a step is told, with what is known now. Nothing after an error.
    pub fn provision(
        &self,
        plan: &Plan,
        step: StepId,
        index: usize,
        evaluator: &mut Evaluator<'t>,
        values: &FinalValues,
    ) -> (Option<Provision>, Diagnostics) {
        let Some((module, all)) = self.of(plan, step) else {
            return (None, Diagnostics::new());
        };
        let change = &plan.changes[plan.steps.step(step).change as usize];
        let Some(&provisioner) = all.get(index) else {
            return (None, Diagnostics::new());
        };
        let within = block_name(&change.addr.resource.resource);
        let Some(schema) = schema::schema_of_type(&provisioner.ty.value) else {
            let unknown = validate::unknown_type(provisioner).within(within);
            return (None, unknown.into());
        };
        let object = match provisioner.when {
            ProvisionerWhen::Create => values.instance(&change.addr),
            ProvisionerWhen::Destroy => change.before.as_ref().map(|o| object_value(o)),
        };
        let Some(object) = object else {
            return (None, Diagnostics::new());
        };
        let evaluated =
            evaluator.provisioner(&module, &change.addr, provisioner, schema, &object, values);
        let mut said = evaluated.diagnostics;
        let Some(config) = evaluated.value.filter(|_| !said.has_errors()) else {
            return (None, said);
        };
        let marks = config.block.marks_deep();
        let hidden = match (marks.is_sensitive(), marks.contains(Marks::EPHEMERAL)) {
            (true, _) => Some("sensitive"),
            (false, true) => Some("ephemeral"),
            (false, false) => None,
        };
        let block = config.block.unmark_deep().0;
        let connection = config.connection.map(|c| c.unmark_deep().0);
        let work = match work::work(provisioner, &block, connection.as_ref()) {
            Ok(work) => work,
            Err(wrong) => {
                let address = change.addr.to_string();
                said.extend(
                    wrong
                        .into_iter()
                        .map(|d| d.within(&*within).address(&*address)),
                );
                return (None, said);
            }
        };
        let provision = Provision {
            ty: provisioner.ty.value.clone(),
            work,
            hidden,
            continue_on_failure: provisioner.continue_on_failure,
            header: provisioner.header,
            within,
        };
        (Some(provision), said)
    }
}

/// Whether objects of a block are recorded as tainted until what runs after their creation has succeeded.
pub(crate) fn provisions(block: Option<&ResourceConfig>) -> bool {
    block.is_some_and(|b| {
        b.provisioners
            .iter()
            .any(|p| p.when == ProvisionerWhen::Create)
    })
}
