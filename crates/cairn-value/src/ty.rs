//! Decides what types there are.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use crate::Name;

/// The type of a value, or a constraint on one ([`Type::Dynamic`] stands for any type).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// Any type; as a value's own type only for unknown and null values of which nothing more is known.
    Dynamic,
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `string`
    String,
    /// `list(T)`
    List(Arc<Self>),
    /// `set(T)`
    Set(Arc<Self>),
    /// `map(T)`
    Map(Arc<Self>),
    /// `tuple([A, B])`
    Tuple(Arc<[Self]>),
    /// `object({a = A})`
    Object(Arc<ObjectType>),
}

/// The attributes of an object type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectType {
    /// Type of each attribute.
    pub attributes: BTreeMap<Name, Type>,
    /// Attributes that a value converted to this type may leave out. Only in constraints, never in a value's own type.
    pub optional: BTreeSet<Name>,
}

impl Type {
    /// `list(of)`
    pub fn list(of: Self) -> Self {
        Self::List(Arc::new(of))
    }

    /// `set(of)`
    pub fn set(of: Self) -> Self {
        Self::Set(Arc::new(of))
    }

    /// `map(of)`
    pub fn map(of: Self) -> Self {
        Self::Map(Arc::new(of))
    }

    /// `tuple([..])`
    pub fn tuple(items: impl IntoIterator<Item = Self>) -> Self {
        Self::Tuple(items.into_iter().collect())
    }

    /// `object({..})` with all attributes required.
    pub fn object(attributes: impl IntoIterator<Item = (Name, Self)>) -> Self {
        Self::Object(Arc::new(ObjectType {
            attributes: attributes.into_iter().collect(),
            optional: BTreeSet::new(),
        }))
    }

    /// The element type of a list, set or map.
    pub fn element(&self) -> Option<&Self> {
        match self {
            Self::List(t) | Self::Set(t) | Self::Map(t) => Some(t),
            _ => None,
        }
    }

    /// Whether it is `bool`, `number` or `string`.
    pub fn is_primitive(&self) -> bool {
        matches!(self, Self::Bool | Self::Number | Self::String)
    }

    /// Whether `any` occurs anywhere in it.
    pub fn has_dynamic(&self) -> bool {
        match self {
            Self::Dynamic => true,
            Self::Bool | Self::Number | Self::String => false,
            Self::List(t) | Self::Set(t) | Self::Map(t) => t.has_dynamic(),
            Self::Tuple(ts) => ts.iter().any(Self::has_dynamic),
            Self::Object(o) => o.attributes.values().any(Self::has_dynamic),
        }
    }

    /// The kind of type in words, as diagnostics say it: `string`, `list of string`, `object`, `tuple`.
    pub fn friendly(&self) -> String {
        match self {
            Self::Dynamic => "dynamic".to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::Number => "number".to_owned(),
            Self::String => "string".to_owned(),
            Self::List(t) => format!("list of {}", t.friendly()),
            Self::Set(t) => format!("set of {}", t.friendly()),
            Self::Map(t) => format!("map of {}", t.friendly()),
            Self::Tuple(_) => "tuple".to_owned(),
            Self::Object(_) => "object".to_owned(),
        }
    }
}

impl Type {
    /// The kind of type in words where it is a constraint: as [`Type::friendly`], but `any type` for [`Type::Dynamic`].
    pub fn friendly_constraint(&self) -> String {
        match self {
            Self::Dynamic => "any type".to_owned(),
            Self::List(t) | Self::Set(t) | Self::Map(t) => {
                let kind = match self {
                    Self::List(_) => "list",
                    Self::Set(_) => "set",
                    _ => "map",
                };
                match &**t {
                    Self::Dynamic => format!("{kind} of any single type"),
                    t => format!("{kind} of {}", t.friendly_constraint()),
                }
            }
            other => other.friendly(),
        }
    }

    /// Whether an attribute anywhere in it is optional.
    pub fn has_optional(&self) -> bool {
        match self {
            Self::Dynamic | Self::Bool | Self::Number | Self::String => false,
            Self::List(t) | Self::Set(t) | Self::Map(t) => t.has_optional(),
            Self::Tuple(ts) => ts.iter().any(Self::has_optional),
            Self::Object(o) => {
                !o.optional.is_empty() || o.attributes.values().any(Self::has_optional)
            }
        }
    }

    /// The type with no attribute optional, as a value's own type is.
    #[must_use]
    pub fn without_optional(&self) -> Self {
        if !self.has_optional() {
            return self.clone();
        }
        match self {
            Self::List(t) => Self::list(t.without_optional()),
            Self::Set(t) => Self::set(t.without_optional()),
            Self::Map(t) => Self::map(t.without_optional()),
            Self::Tuple(ts) => Self::tuple(ts.iter().map(Self::without_optional)),
            Self::Object(o) => Self::object(
                o.attributes
                    .iter()
                    .map(|(n, t)| (n.clone(), t.without_optional())),
            ),
            plain => plain.clone(),
        }
    }
}

/// As the language writes it: `map(list(string))`, `object({ a = number })`.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dynamic => f.write_str("any"),
            Self::Bool => f.write_str("bool"),
            Self::Number => f.write_str("number"),
            Self::String => f.write_str("string"),
            Self::List(t) => write!(f, "list({t})"),
            Self::Set(t) => write!(f, "set({t})"),
            Self::Map(t) => write!(f, "map({t})"),
            Self::Tuple(ts) => {
                f.write_str("tuple([")?;
                for (i, t) in ts.iter().enumerate() {
                    write!(f, "{}{t}", if i > 0 { ", " } else { "" })?;
                }
                f.write_str("])")
            }
            Self::Object(o) => {
                f.write_str("object({")?;
                for (i, (n, t)) in o.attributes.iter().enumerate() {
                    f.write_str(if i > 0 { ", " } else { " " })?;
                    if o.optional.contains(n) {
                        write!(f, "{n} = optional({t})")?;
                    } else {
                        write!(f, "{n} = {t}")?;
                    }
                }
                f.write_str(if o.attributes.is_empty() { "})" } else { " })" })
            }
        }
    }
}
