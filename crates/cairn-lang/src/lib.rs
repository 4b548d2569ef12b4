//! Source text to configuration to module tree; references; evaluation; functions.
//!
//! ```text
//! text ──syntax──► Body, Expr (own IR) ──config──► ModuleConfig ──tree──► ModuleTree
//!                                                                           │ refs: what an expression names
//!                          Inputs (variables), InstanceValues ──────► eval: keys, desired instances, outputs
//! text ──fmt──► the same text in canonical form
//! ```
//! Decides what a configuration says. It knows schemas, but no plan, no state and no provider.

pub mod calendar;
mod config;
mod contribute;
mod deep;
mod eval;
mod fmt;
mod funcs;
mod generate;
mod inputs;
mod mention;
mod refs;
mod secrets;
mod syntax;
mod tree;

pub use config::{
    Check, Condition, Connection, Given, IgnoreChanges, Import, LANGUAGE_VERSION, Lifecycle, Local,
    MockProvider, Mocks, ModuleCall, ModuleConfig, Moved, Output, Overrides, ProviderBlock,
    ProviderRef, Provisioner, ProvisionerWhen, Removed, Repetition, RequiredProvider,
    ResourceConfig, TestFile, TestRun, TypeConstraint, Variable, Version, VersionConstraints,
};
pub use contribute::{Contribution, contributions};
pub use eval::{
    ConditionResult, DesiredInstance, EvalContext, Evaluated, Evaluator, FileReader, InstanceKeys,
    InstanceValues, Present, ProvisionerConfig, ProvisionerSchema, ReplaceTrigger,
    UNKNOWN_INSTANCES, WantedImport,
};
pub use fmt::format;
pub use funcs::gzip::pack as gzip;
pub use funcs::names as function_names;
pub use funcs::signature::{Parameter, Signature, signatures};
pub use generate::{generated_file, resource_block, settable};
pub use inputs::{InputSource, Inputs, RawInput};
pub use mention::{mentions, subject};
pub use refs::{RefTarget, Reference, reference, references, references_in_body, stands_alone};
pub use secrets::{BlockSchemas, no_schemas};
pub use syntax::{
    Access, Attribute, BinaryOp, Block, Body, Call, Expr, ExprKind, ForExpr, Label, ObjectItem,
    Operation, Splat, SplatIn, Step, TemplatePart, UnaryOp, is_open, parse_expression, parse_file,
    parse_template,
};
pub use tree::{
    ArchiveFormat, GitRepository, LoadOptions, LoadedTree, LocateProblem, LocatedModule,
    ModuleArchive, ModuleLocator, ModuleNode, ModulePackage, ModuleRequest, ModuleSource,
    ModuleTree, NothingInstalled, ProviderSelection, RegistryModule, RemoteModule, SourceReader,
    StandIns, load, load_with,
};
