//! Decides what a schema says of a block, and which object type it stands for.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use cairn_value::{Name, ObjectType, Shape, Type, Value};

use super::AttributeSchema;

/// The attributes and nested blocks of a block.
#[derive(Clone, Debug, Default)]
pub struct BlockSchema {
    /// Attributes by name.
    pub attributes: BTreeMap<Name, AttributeSchema>,
    /// Nested blocks by type name.
    pub blocks: BTreeMap<Name, NestedBlock>,
    implied: OnceLock<(Type, Arc<Shape>)>,
}

/// A nested block: how its occurrences are put together, and how many there may be.
#[derive(Clone, Debug)]
pub struct NestedBlock {
    /// How occurrences become a value.
    pub nesting: Nesting,
    /// What is inside.
    pub block: Arc<BlockSchema>,
    /// The least number of occurrences.
    pub min_items: u32,
    /// The greatest number of occurrences; 0 for no limit.
    pub max_items: u32,
    /// The provider may set it where the configuration has none (the legacy SDK's computed blocks).
    pub computed: bool,
}

/// How the occurrences of a nested block become a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// At most one; an object or null.
    Single,
    /// At most one; an object, made of nulls where there is none.
    Group,
    /// A list of objects.
    List,
    /// A set of objects.
    Set,
    /// A map of objects by the block's label.
    Map,
}

impl BlockSchema {
    /// A block of these attributes and nested blocks.
    pub fn new(
        attributes: impl IntoIterator<Item = (Name, AttributeSchema)>,
        blocks: impl IntoIterator<Item = (Name, NestedBlock)>,
    ) -> Self {
        Self {
            attributes: attributes.into_iter().collect(),
            blocks: blocks.into_iter().collect(),
            implied: OnceLock::new(),
        }
    }

    /// The object type of the block's values.
    pub fn implied_type(&self) -> &Type {
        &self.implied().0
    }

    /// The shape of the block's values, shared by all of them.
    pub fn shape(&self) -> &Arc<Shape> {
        &self.implied().1
    }

    fn implied(&self) -> &(Type, Arc<Shape>) {
        self.implied.get_or_init(|| {
            let attributes: BTreeMap<Name, Type> = self
                .attributes
                .iter()
                .map(|(n, a)| (n.clone(), a.ty.clone()))
                .chain(
                    self.blocks
                        .iter()
                        .map(|(n, b)| (n.clone(), b.implied_type())),
                )
                .collect();
            let shape = Shape::new(attributes.keys().cloned());
            (
                Type::Object(Arc::new(ObjectType {
                    attributes,
                    ..ObjectType::default()
                })),
                shape,
            )
        })
    }

    /// A value of the block with every attribute null and every nested block absent.
    pub fn empty_value(&self) -> Value {
        let values = self
            .shape()
            .names()
            .iter()
            .map(|n| match (self.attributes.get(n), self.blocks.get(n)) {
                (Some(a), _) => Value::Null(a.ty.clone()),
                (None, Some(b)) => b.empty_value(),
                (None, None) => unreachable!("the shape is made of attributes and blocks"),
            })
            .collect();
        Value::Object(Arc::new(cairn_value::Object::with_shape(
            self.shape().clone(),
            values,
        )))
    }

    /// The attribute at a path (through nested blocks and their indexes), if the path leads to one.
    pub fn attribute_at(&self, path: &cairn_value::Path) -> Option<&AttributeSchema> {
        use cairn_value::PathStep;
        let mut block = self;
        for step in &path.0 {
            if let PathStep::Attr(n) = step {
                if let Some(a) = block.attributes.get(n) {
                    return Some(a);
                }
                block = &block.blocks.get(n)?.block;
            }
        }
        None
    }
}

impl NestedBlock {
    /// A list of at least `min` and at most `max` (0: any number) blocks.
    pub fn list(block: BlockSchema, min_items: u32, max_items: u32) -> Self {
        Self {
            nesting: Nesting::List,
            block: Arc::new(block),
            min_items,
            max_items,
            computed: false,
        }
    }

    /// A set of at least `min` and at most `max` (0: any number) blocks.
    pub fn set(block: BlockSchema, min_items: u32, max_items: u32) -> Self {
        Self {
            nesting: Nesting::Set,
            block: Arc::new(block),
            min_items,
            max_items,
            computed: false,
        }
    }

    /// The type of the value that all occurrences make together.
    pub fn implied_type(&self) -> Type {
        let inner = self.block.implied_type().clone();
        match self.nesting {
            Nesting::Single | Nesting::Group => inner,
            Nesting::List => Type::list(inner),
            Nesting::Set => Type::set(inner),
            Nesting::Map => Type::map(inner),
        }
    }

    /// The value where there is no occurrence.
    pub fn empty_value(&self) -> Value {
        let inner = || self.block.implied_type().clone();
        match self.nesting {
            Nesting::Single => Value::Null(inner()),
            Nesting::Group => self.block.empty_value(),
            Nesting::List => Value::list(inner(), Vec::new()),
            Nesting::Set => Value::set(inner(), Vec::new()),
            Nesting::Map => Value::map(inner(), []),
        }
    }
}
