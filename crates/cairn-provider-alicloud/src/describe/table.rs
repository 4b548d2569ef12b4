//! Decides the form in which a resource type's or data source's attributes are written down: one line each, with type,
//! flags, default, checks, what a change costs, and whether cairn can make it. Which attributes a type has is decided there.

use std::sync::Arc;

use cairn_model::{
    AttributeSchema, Batching, BlockSchema, Impact, NestedBlock, Nesting, ResourceSchema,
};
use cairn_value::{Name, Type, Value, name};

use super::Fields;
use super::wire::Wire;

/// The type of an attribute.
#[derive(Clone, Debug)]
pub(crate) enum Ty {
    /// `string`
    Str,
    /// A whole number.
    Int,
    /// Any number.
    Num,
    /// `bool`
    Bool,
    /// `list(string)`
    StrList,
    /// `set(string)`
    StrSet,
    /// `map(string)`
    StrMap,
    /// A computed list of objects.
    Objects(Vec<Attr>),
}

impl Ty {
    pub(crate) fn value_type(&self) -> Type {
        match self {
            Self::Str => Type::String,
            Self::Int | Self::Num => Type::Number,
            Self::Bool => Type::Bool,
            Self::StrList => Type::list(Type::String),
            Self::StrSet => Type::set(Type::String),
            Self::StrMap => Type::map(Type::String),
            Self::Objects(attrs) => Type::list(object_type(attrs)),
        }
    }
}

/// The object type of a list of attributes.
pub(crate) fn object_type(attrs: &[Attr]) -> Type {
    Type::object(attrs.iter().map(|a| (name(a.name), a.ty.value_type())))
}

/// Who sets an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The configuration must.
    Required,
    /// The configuration may.
    Optional,
    /// The configuration may, the cloud chooses otherwise.
    OptionalComputed,
    /// The cloud.
    Computed,
}

/// What stands for an attribute that the configuration leaves out.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fallback {
    /// A string.
    Str(&'static str),
    /// A whole number.
    Int(i64),
    /// A bool.
    Bool(bool),
}

impl Fallback {
    pub(crate) fn value(self) -> Value {
        match self {
            Self::Str(s) => Value::string(s),
            Self::Int(i) => Value::int(i),
            Self::Bool(b) => Value::Bool(b),
        }
    }
}

/// What a known, set value must satisfy.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Check {
    /// One of these strings.
    OneOf(&'static [&'static str]),
    /// A whole number from the first to the second.
    IntIn(i64, i64),
    /// One of these whole numbers.
    IntOneOf(&'static [i64]),
    /// A string of the first to the second number of characters.
    Len(usize, usize),
    /// A string that begins with this.
    Prefix(&'static str),
    /// Anything else: gives what is wrong, as the end of a sentence that begins with the attribute's name.
    With(fn(&Value) -> Option<String>),
}

/// A difference that a change of one attribute would make, for judging whether it matters.
pub(crate) struct Difference<'a> {
    /// The recorded value; null on creation.
    pub(crate) old: &'a Value,
    /// The configured value (or its default).
    pub(crate) new: &'a Value,
    /// The object as it would be with every configured value.
    pub(crate) wanted: Fields<'a>,
}

/// Says whether a difference does not matter.
pub(crate) type Suppress = fn(&Difference<'_>) -> bool;

/// Whether cairn can make what an attribute says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Support {
    /// At creation, and as a change in place where the attribute allows one.
    Full,
    /// At creation; a change in place is refused.
    AtCreation,
    /// Not at all: setting it is refused.
    No,
}

/// One attribute.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a property of its own that an attribute has or has not"
)]
pub(crate) struct Attr {
    pub(crate) name: &'static str,
    pub(crate) ty: Ty,
    pub(crate) mode: Mode,
    pub(crate) doc: &'static str,
    pub(crate) force_new: bool,
    pub(crate) sensitive: bool,
    pub(crate) deprecated: Option<&'static str>,
    pub(crate) removed: Option<&'static str>,
    pub(crate) fallback: Option<Fallback>,
    pub(crate) checks: Vec<Check>,
    pub(crate) conflicts: &'static [&'static str],
    pub(crate) suppress: Option<Suppress>,
    pub(crate) costs: Vec<(Impact, &'static str)>,
    pub(crate) support: Support,
    /// It follows from other objects.
    pub(crate) linked: bool,
    /// No API tells it.
    pub(crate) untold: bool,
    pub(crate) wire: Wire,
}

impl Attr {
    fn new(name: &'static str, ty: Ty, mode: Mode, doc: &'static str) -> Self {
        Self {
            name,
            ty,
            mode,
            doc,
            force_new: false,
            sensitive: false,
            deprecated: None,
            removed: None,
            fallback: None,
            checks: Vec::new(),
            conflicts: &[],
            suppress: None,
            costs: Vec::new(),
            support: Support::Full,
            linked: false,
            untold: false,
            wire: Wire::default(),
        }
    }

    /// The configuration must set it.
    pub(crate) fn required(name: &'static str, ty: Ty, doc: &'static str) -> Self {
        Self::new(name, ty, Mode::Required, doc)
    }

    /// The configuration may set it.
    pub(crate) fn optional(name: &'static str, ty: Ty, doc: &'static str) -> Self {
        Self::new(name, ty, Mode::Optional, doc)
    }

    /// The configuration may set it, the cloud chooses otherwise.
    pub(crate) fn either(name: &'static str, ty: Ty, doc: &'static str) -> Self {
        Self::new(name, ty, Mode::OptionalComputed, doc)
    }

    /// The cloud sets it.
    pub(crate) fn computed(name: &'static str, ty: Ty, doc: &'static str) -> Self {
        Self::new(name, ty, Mode::Computed, doc)
    }

    /// A change replaces the object.
    pub(crate) fn force_new(mut self) -> Self {
        self.force_new = true;
        self
    }

    /// Never printed.
    pub(crate) fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// Setting it is a warning.
    pub(crate) fn deprecated(mut self, instead: &'static str) -> Self {
        self.deprecated = Some(instead);
        self
    }

    /// Setting it is an error.
    pub(crate) fn removed(mut self, instead: &'static str) -> Self {
        self.removed = Some(instead);
        self
    }

    /// What stands for it where the configuration has nothing.
    pub(crate) fn fallback(mut self, value: Fallback) -> Self {
        self.fallback = Some(value);
        self
    }

    /// What a value must satisfy.
    pub(crate) fn check(mut self, check: Check) -> Self {
        self.checks.push(check);
        self
    }

    /// It must be one of these strings.
    pub(crate) fn one_of(self, allowed: &'static [&'static str]) -> Self {
        self.check(Check::OneOf(allowed))
    }

    /// It cannot be set together with any of these.
    pub(crate) fn conflicts(mut self, others: &'static [&'static str]) -> Self {
        self.conflicts = others;
        self
    }

    /// Which differences do not matter.
    pub(crate) fn suppress(mut self, suppress: Suppress) -> Self {
        self.suppress = Some(suppress);
        self
    }

    /// What a change in place costs.
    pub(crate) fn costs(mut self, impact: Impact, sentence: &'static str) -> Self {
        self.costs.push((impact, sentence));
        self
    }

    /// It can be set at creation, not changed in place yet.
    pub(crate) fn at_creation(mut self) -> Self {
        self.support = Support::AtCreation;
        self
    }

    /// It follows from other objects, such as an attachment: a change of it alone is not drift.
    pub(crate) fn linked(mut self) -> Self {
        self.linked = true;
        self
    }

    /// No API tells it: an imported object has none, which is no reason to replace it.
    pub(crate) fn untold(mut self) -> Self {
        self.untold = true;
        self
    }

    /// Whether no API tells it: by itself, or because it is written and never read.
    pub(crate) fn is_untold(&self) -> bool {
        self.untold || (!self.wire.param.is_empty() && self.wire.field.is_empty())
    }

    /// It cannot be set yet.
    pub(crate) fn unsupported(mut self) -> Self {
        self.support = Support::No;
        self
    }

    /// Whether the cloud may set it.
    pub(crate) fn is_computed(&self) -> bool {
        matches!(self.mode, Mode::OptionalComputed | Mode::Computed)
    }

    fn schema(&self) -> AttributeSchema {
        let ty = self.ty.value_type();
        let mut schema = match self.mode {
            Mode::Required => AttributeSchema::required(ty),
            Mode::Optional => AttributeSchema::optional(ty),
            Mode::OptionalComputed => AttributeSchema::optional_computed(ty),
            Mode::Computed => AttributeSchema::computed(ty),
        }
        .describe(self.doc);
        if self.sensitive {
            schema = schema.sensitive();
        }
        if self.linked {
            schema = schema.linked();
        }
        if let Some(message) = self.deprecated {
            schema = schema.deprecated(message);
        }
        if let Some(message) = self.removed {
            schema = schema.removed(message);
        }
        schema
    }
}

/// A nested block of attributes. Blocks lie one deep in resource types; only the provider's own configuration goes deeper.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) name: &'static str,
    pub(crate) nesting: Nesting,
    pub(crate) attrs: Vec<Attr>,
    pub(crate) blocks: Vec<Self>,
    pub(crate) min: u32,
    pub(crate) max: u32,
    pub(crate) computed: bool,
    pub(crate) costs: Vec<(Impact, &'static str)>,
}

impl Block {
    fn new(name: &'static str, nesting: Nesting, min: u32, max: u32, attrs: Vec<Attr>) -> Self {
        Self {
            name,
            nesting,
            attrs,
            blocks: Vec::new(),
            min,
            max,
            computed: false,
            costs: Vec::new(),
        }
    }

    /// A list of `min` to `max` (0: any number) blocks.
    pub(crate) fn list(name: &'static str, min: u32, max: u32, attrs: Vec<Attr>) -> Self {
        Self::new(name, Nesting::List, min, max, attrs)
    }

    /// A set of `min` to `max` (0: any number) blocks.
    pub(crate) fn set(name: &'static str, min: u32, max: u32, attrs: Vec<Attr>) -> Self {
        Self::new(name, Nesting::Set, min, max, attrs)
    }

    /// The cloud may set it where the configuration has none.
    pub(crate) fn computed(mut self) -> Self {
        self.computed = true;
        self
    }

    /// Blocks inside.
    pub(crate) fn with_blocks(mut self, blocks: Vec<Self>) -> Self {
        self.blocks = blocks;
        self
    }

    /// Whether adding, removing or changing one can replace the object.
    pub(crate) fn has_force_new(&self) -> bool {
        self.attrs.iter().any(|a| a.force_new)
    }

    fn schema(&self) -> NestedBlock {
        NestedBlock {
            nesting: self.nesting,
            block: Arc::new(block_schema(&self.attrs, &self.blocks)),
            min_items: self.min,
            max_items: self.max,
            computed: self.computed,
        }
    }
}

/// All that is written down of a resource type or data source.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) attrs: Vec<Attr>,
    pub(crate) blocks: Vec<Block>,
    /// The actions that a `timeouts` block may limit; none for no such block.
    pub(crate) timeouts: &'static [&'static str],
    /// Sets of attributes of which at least one must be set.
    pub(crate) at_least_one: &'static [&'static [&'static str]],
    /// Sets of attributes of which exactly one must be set.
    pub(crate) exactly_one: &'static [&'static [&'static str]],
}

impl Table {
    /// A table of these attributes.
    pub(crate) fn new(attrs: Vec<Attr>) -> Self {
        Self {
            attrs,
            blocks: Vec::new(),
            timeouts: &[],
            at_least_one: &[],
            exactly_one: &[],
        }
    }

    /// With nested blocks.
    pub(crate) fn blocks(mut self, blocks: Vec<Block>) -> Self {
        self.blocks = blocks;
        self
    }

    /// With a `timeouts` block.
    pub(crate) fn timeouts(mut self, actions: &'static [&'static str]) -> Self {
        self.timeouts = actions;
        self
    }

    /// The attribute of a name.
    pub(crate) fn attr(&self, name: &str) -> Option<&Attr> {
        self.attrs.iter().find(|a| a.name == name)
    }

    /// As a schema, with `id` and `timeouts`.
    pub(crate) fn schema(&self, version: u64, batching: Batching) -> ResourceSchema {
        let mut attributes = attribute_schemas(&self.attrs);
        if self.attr("id").is_none() {
            attributes.push((
                name("id"),
                AttributeSchema::optional_computed(Type::String).describe("The object's id."),
            ));
        }
        let mut blocks = block_schemas(&self.blocks);
        if !self.timeouts.is_empty() {
            let limits = self.timeouts.iter().map(|action| {
                (
                    name(action),
                    AttributeSchema::optional(Type::String)
                        .describe("How long it may take, such as \"10m\"."),
                )
            });
            blocks.push((
                name("timeouts"),
                NestedBlock {
                    nesting: Nesting::Single,
                    block: Arc::new(BlockSchema::new(limits, [])),
                    min_items: 0,
                    max_items: 1,
                    computed: false,
                },
            ));
        }
        ResourceSchema {
            version,
            block: Arc::new(BlockSchema::new(attributes, blocks)),
            batching,
        }
    }
}

fn attribute_schemas(attrs: &[Attr]) -> Vec<(Name, AttributeSchema)> {
    attrs.iter().map(|a| (name(a.name), a.schema())).collect()
}

fn block_schemas(blocks: &[Block]) -> Vec<(Name, NestedBlock)> {
    blocks.iter().map(|b| (name(b.name), b.schema())).collect()
}

/// A block schema of attributes and nested blocks, without anything added.
pub(crate) fn block_schema(attrs: &[Attr], blocks: &[Block]) -> BlockSchema {
    BlockSchema::new(attribute_schemas(attrs), block_schemas(blocks))
}
