//! Decides the nouns of a module: variables, locals, outputs, resources, calls, and what each carries.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_diag::{Span, Spanned};
use cairn_model::{ProviderAddr, Resource};
use cairn_value::{Name, Path, Type, Value};

use crate::syntax::{Access, Body, Expr};

/// One module, all its files together.
#[derive(Clone, Debug, Default)]
pub struct ModuleConfig {
    /// `required_version` constraints.
    pub required_version: Vec<Spanned<String>>,
    /// `required_providers`, by local name.
    pub required_providers: BTreeMap<Name, RequiredProvider>,
    /// The backend's type and body, if one is named.
    pub backend: Option<(Spanned<Name>, Arc<Body>)>,
    /// `provider` blocks by local name and alias.
    pub providers: BTreeMap<(Name, Option<Name>), ProviderBlock>,
    /// `variable` blocks.
    pub variables: BTreeMap<Name, Variable>,
    /// Local values.
    pub locals: BTreeMap<Name, Local>,
    /// `output` blocks.
    pub outputs: BTreeMap<Name, Output>,
    /// `resource`, `data` and `ephemeral` blocks.
    pub resources: BTreeMap<Resource, ResourceConfig>,
    /// `module` blocks.
    pub calls: BTreeMap<Name, ModuleCall>,
    /// `moved` blocks.
    pub moved: Vec<Moved>,
    /// `removed` blocks.
    pub removed: Vec<Removed>,
    /// `import` blocks.
    pub imports: Vec<Import>,
    /// `check` blocks.
    pub checks: BTreeMap<Name, Check>,
}

/// An entry of `required_providers`.
#[derive(Clone, Debug)]
pub struct RequiredProvider {
    /// Where it comes from.
    pub source: ProviderAddr,
    /// Version constraints.
    pub versions: Vec<Spanned<String>>,
    /// Aliases that a calling module must hand over.
    pub configuration_aliases: Vec<Name>,
    /// The entry.
    pub span: Span,
}

/// A `provider` block.
#[derive(Clone, Debug)]
pub struct ProviderBlock {
    /// The local name.
    pub name: Spanned<Name>,
    /// The alias.
    pub alias: Option<Spanned<Name>>,
    /// `for_each`, which only a configuration with an alias has (OpenTofu).
    pub for_each: Option<Expr>,
    /// The rest of the block.
    pub body: Arc<Body>,
    /// The header.
    pub header: Span,
}

/// A type constraint with the defaults of its optional attributes.
#[derive(Clone, Debug)]
pub struct TypeConstraint {
    /// The type; optional attributes are noted in the object types.
    pub ty: Type,
    /// The default of each optional attribute that has one, by the path of attribute names (elements of collections are passed
    /// through with the step `*`).
    pub defaults: BTreeMap<Vec<Name>, Value>,
}

/// A `variable` block.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "as many switches as the block has"
)]
pub struct Variable {
    /// Its name.
    pub name: Spanned<Name>,
    /// Its description.
    pub description: Option<String>,
    /// Its type; `any` if none is given.
    pub constraint: TypeConstraint,
    /// A type is given. Without one, text from outside is taken as it is.
    pub typed: bool,
    /// Its default (a constant expression, already evaluated, not converted).
    pub default: Option<Spanned<Value>>,
    /// Null is accepted as a value of its own.
    pub nullable: bool,
    /// Its value is never printed.
    pub sensitive: bool,
    /// Its value is never stored.
    pub ephemeral: bool,
    /// What is said to those who still set it.
    pub deprecated: Option<String>,
    /// Its validation rules.
    pub validations: Vec<Condition>,
    /// The header.
    pub header: Span,
}

/// One local value.
#[derive(Clone, Debug)]
pub struct Local {
    /// Its name.
    pub name: Spanned<Name>,
    /// Its expression.
    pub expr: Expr,
}

/// An `output` block.
#[derive(Clone, Debug)]
pub struct Output {
    /// Its name.
    pub name: Spanned<Name>,
    /// Its description.
    pub description: Option<String>,
    /// Its expression.
    pub value: Expr,
    /// It may be sensitive, and is not printed.
    pub sensitive: bool,
    /// It is never stored.
    pub ephemeral: bool,
    /// What is said to those who still refer to it.
    pub deprecated: Option<String>,
    /// What must be done before it counts.
    pub depends_on: Vec<Access<Name>>,
    /// What must hold.
    pub preconditions: Vec<Condition>,
    /// The header.
    pub header: Span,
}

/// A condition with the message for when it does not hold.
#[derive(Clone, Debug)]
pub struct Condition {
    /// What must be true.
    pub condition: Expr,
    /// What is said if not.
    pub error_message: Expr,
    /// The block.
    pub span: Span,
}

/// How a block is repeated.
#[derive(Clone, Debug, Default)]
pub enum Repetition {
    /// Not.
    #[default]
    Once,
    /// `count`
    Count(Expr),
    /// `for_each`
    ForEach(Expr),
    /// `enabled` in its `lifecycle` block: one instance without a key, or none.
    Enabled(Expr),
}

impl Repetition {
    /// Whether instances have no keys, so that there is at most one.
    pub fn is_single(&self) -> bool {
        matches!(self, Self::Once | Self::Enabled(_))
    }
}

/// Which provider configuration a resource uses, by local names.
#[derive(Clone, Debug)]
pub struct ProviderRef {
    /// The provider's local name.
    pub name: Name,
    /// The alias.
    pub alias: Option<Name>,
    /// What selects one of its instances, where `for_each` repeats it.
    pub key: Option<Expr>,
    /// Where it is written; nothing where it follows from the resource type.
    pub span: Option<Span>,
}

/// A `resource`, `data` or `ephemeral` block.
#[derive(Clone, Debug)]
pub struct ResourceConfig {
    /// Its address in the module.
    pub addr: Resource,
    /// The `check` block that it is in.
    pub check: Option<Name>,
    /// Its provider.
    pub provider: ProviderRef,
    /// How it is repeated.
    pub repetition: Repetition,
    /// What must be done before, beyond what its expressions name.
    pub depends_on: Vec<Access<Name>>,
    /// Its `lifecycle` block.
    pub lifecycle: Lifecycle,
    /// Its provisioners, in the order in which they run.
    pub provisioners: Vec<Provisioner>,
    /// The block without the meta-arguments.
    pub body: Arc<Body>,
    /// The header.
    pub header: Span,
    /// There is no such block: it stands in for one that is to be generated from the object that is imported.
    pub stands_in: bool,
}

/// A `lifecycle` block.
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    /// `create_before_destroy`; nothing if not said.
    pub create_before_destroy: Option<bool>,
    /// `destroy`; nothing if not said, which means true.
    pub destroy: Option<bool>,
    /// `prevent_destroy`; true, false, or what says which it is.
    pub prevent_destroy: Option<Expr>,
    /// `ignore_changes`
    pub ignore_changes: IgnoreChanges,
    /// `replace_triggered_by`
    pub replace_triggered_by: Vec<Expr>,
    /// Conditions before.
    pub preconditions: Vec<Condition>,
    /// Conditions after.
    pub postconditions: Vec<Condition>,
}

/// Which changes of the configuration are passed over.
#[derive(Clone, Debug, Default)]
pub enum IgnoreChanges {
    /// None.
    #[default]
    Nothing,
    /// Those of all attributes.
    All,
    /// Those at these paths.
    Paths(Vec<Spanned<Path>>),
}

/// A `provisioner` block.
#[derive(Clone, Debug)]
pub struct Provisioner {
    /// Its type: `local-exec`.
    pub ty: Spanned<Name>,
    /// When it runs.
    pub when: ProvisionerWhen,
    /// A failure is passed over.
    pub continue_on_failure: bool,
    /// The rest of the block.
    pub body: Arc<Body>,
    /// How to reach the object: the `connection` block of the resource with that of the provisioner laid over it.
    pub connection: Option<Connection>,
    /// The header.
    pub header: Span,
}

/// What `connection` blocks say.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The arguments.
    pub body: Arc<Body>,
    /// The header of the innermost block.
    pub header: Span,
}

/// When a provisioner runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProvisionerWhen {
    /// After creation.
    Create,
    /// Before deletion.
    Destroy,
}

/// A `module` block.
#[derive(Clone, Debug)]
pub struct ModuleCall {
    /// Its name.
    pub name: Spanned<Name>,
    /// Where the module is: known from variables and locals alone, so that loading can evaluate it.
    pub source: Expr,
    /// Version constraints, known as the source is.
    pub version: Option<Expr>,
    /// How it is repeated.
    pub repetition: Repetition,
    /// What must be done before.
    pub depends_on: Vec<Access<Name>>,
    /// Provider configurations handed over: name in the module, name here.
    pub providers: Vec<(ProviderRef, ProviderRef)>,
    /// The arguments (the block without the meta-arguments).
    pub body: Arc<Body>,
    /// The header.
    pub header: Span,
}

/// A `moved` block; addresses are relative to the module.
#[derive(Clone, Debug)]
pub struct Moved {
    /// From.
    pub from: Access<Name>,
    /// To.
    pub to: Access<Name>,
    /// The header.
    pub span: Span,
}

/// A `removed` block.
#[derive(Clone, Debug)]
pub struct Removed {
    /// What.
    pub from: Access<Name>,
    /// Whether the real object is deleted.
    pub destroy: bool,
    /// What runs before that; all of it for the destruction.
    pub provisioners: Vec<Provisioner>,
    /// The header.
    pub span: Span,
}

/// An `import` block.
#[derive(Clone, Debug)]
pub struct Import {
    /// Into which address.
    pub to: Access<Name>,
    /// By which id.
    pub id: Expr,
    /// Repeated for each.
    pub for_each: Option<Expr>,
    /// By which provider.
    pub provider: Option<ProviderRef>,
    /// The header.
    pub span: Span,
}

/// A `check` block.
#[derive(Clone, Debug)]
pub struct Check {
    /// Its name.
    pub name: Spanned<Name>,
    /// What it asserts.
    pub asserts: Vec<Condition>,
    /// Its own data source, if it has one.
    pub data: Option<Resource>,
}
