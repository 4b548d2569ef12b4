//! Decides how values are held: small enough to copy, shared below, one variant per type of the language.
//!
//! A `Value` is three words. Everything that can be long sits behind an `Arc`, so cloning never copies a tree, and an
//! unchanged subtree is shared between prior, planned and final values. Objects keep their attribute names in a shared
//! [`Shape`], so 100,000 instances of one resource type carry one list of names.

use std::collections::BTreeMap;
use std::sync::Arc;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::{Marks, Number, Refinement, Type, Unknown, order};

/// An attribute, variable or block name. Cheap to clone.
pub type Name = Arc<str>;

/// A string value, in Unicode normal form C.
pub type Str = Arc<str>;

/// Makes a [`Name`].
pub fn name(text: &str) -> Name {
    Arc::from(text)
}

/// A value of the language.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// Null of a type.
    Null(Type),
    /// Not known yet.
    Unknown(Arc<Unknown>),
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(Str),
    /// A list: elements of one type, in order.
    List(Arc<ListValue>),
    /// A set: elements of one type, each once, in the canonical order.
    Set(Arc<SetValue>),
    /// A map: elements of one type by key.
    Map(Arc<MapValue>),
    /// A tuple: elements of any types.
    Tuple(Arc<[Self]>),
    /// An object: attributes of any types by name.
    Object(Arc<Object>),
    /// A value with marks. Never directly around another marked value, never with no mark; make it with [`Value::mark`].
    Marked(Arc<(Self, Marks)>),
}

/// What a list holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ListValue {
    /// The type of each element.
    pub element: Type,
    /// The elements.
    pub items: Vec<Value>,
}

/// What a map holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MapValue {
    /// The type of each element.
    pub element: Type,
    /// The elements by key.
    pub entries: BTreeMap<Str, Value>,
}

/// What a set holds. Made only by [`SetValue::new`], which orders the elements and drops repeats.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SetValue {
    /// The type of each element.
    pub element: Type,
    items: Vec<Value>,
}

impl SetValue {
    /// A set of these elements, which must all be of type `element` and unmarked.
    ///
    /// Elements with something unknown inside are all kept: they may turn out to differ.
    pub fn new(element: Type, items: Vec<Value>) -> Self {
        let mut items = order::sorted(items);
        items.dedup_by(|a, b| a == b && a.is_wholly_known());
        Self { element, items }
    }

    /// The elements in the canonical order.
    pub fn items(&self) -> &[Value] {
        &self.items
    }

    /// The least and the greatest number of elements there will be once all is known: what is unknown may turn out equal to
    /// something else.
    pub(crate) fn sizes(&self) -> (usize, usize) {
        let n = self.items.len();
        let open = self.items.iter().filter(|v| !v.is_wholly_known()).count();
        ((n - open).max(n.min(1)), n)
    }
}

/// The sorted attribute names of an object, shared by all objects of one schema.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Shape(Vec<Name>);

impl Shape {
    /// A shape of these names; order and repeats do not matter.
    pub fn new(names: impl IntoIterator<Item = Name>) -> Arc<Self> {
        let mut names: Vec<Name> = names.into_iter().collect();
        names.sort();
        names.dedup();
        Arc::new(Self(names))
    }

    /// The names in order.
    pub fn names(&self) -> &[Name] {
        &self.0
    }

    /// The position of a name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.0.binary_search_by(|n| (**n).cmp(name)).ok()
    }
}

/// An object value: a shape, and a value for each of its names.
#[derive(Clone, Debug)]
pub struct Object {
    shape: Arc<Shape>,
    values: Vec<Value>,
}

impl Object {
    /// An object of a known shape; `values` in the shape's order and of its length.
    pub fn with_shape(shape: Arc<Shape>, values: Vec<Value>) -> Self {
        assert_eq!(
            shape.0.len(),
            values.len(),
            "an object has a value for each name of its shape"
        );
        Self { shape, values }
    }

    /// An object of these attributes; the last of equal names wins.
    pub fn new(attributes: impl IntoIterator<Item = (Name, Value)>) -> Self {
        let sorted: BTreeMap<Name, Value> = attributes.into_iter().collect();
        let (names, values) = sorted.into_iter().unzip();
        Self {
            shape: Arc::new(Shape(names)),
            values,
        }
    }

    /// The names.
    pub fn shape(&self) -> &Arc<Shape> {
        &self.shape
    }

    /// The values in the order of the names.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// An attribute's value.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.shape.position(name).map(|i| &self.values[i])
    }

    /// Replaces the value of an attribute that the shape has; false where it has none of that name.
    pub fn set(&mut self, name: &str, value: Value) -> bool {
        match self.shape.position(name) {
            Some(i) => {
                self.values[i] = value;
                true
            }
            None => false,
        }
    }

    /// Each attribute in the order of names.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Name, &Value)> {
        self.shape.0.iter().zip(&self.values)
    }

    /// How many attributes.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        (Arc::ptr_eq(&self.shape, &other.shape) || self.shape == other.shape)
            && self.values == other.values
    }
}
impl Eq for Object {}
impl std::hash::Hash for Object {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.shape.hash(state);
        self.values.hash(state);
    }
}

impl Value {
    /// Unknown of a type, nothing else certain.
    pub fn unknown(ty: Type) -> Self {
        Self::Unknown(Arc::new(Unknown {
            ty,
            refinement: Refinement::default(),
        }))
    }

    /// Unknown of a type, but certainly not null.
    pub fn unknown_not_null(ty: Type) -> Self {
        Self::Unknown(Arc::new(Unknown {
            ty,
            refinement: Refinement {
                not_null: true,
                ..Refinement::default()
            },
        }))
    }

    /// Null of no particular type, as the literal `null` is.
    pub fn null() -> Self {
        Self::Null(Type::Dynamic)
    }

    /// A string that is known to be in normal form C, as ASCII always is; [`Value::string_nfc`] takes any.
    pub fn string(text: impl AsRef<str>) -> Self {
        Self::String(Arc::from(text.as_ref()))
    }

    /// A string, brought to Unicode normal form C, which is what every string of the language is in.
    pub fn string_nfc(text: impl AsRef<str>) -> Self {
        let text = text.as_ref();
        if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
            return Self::string(text);
        }
        Self::string(text.nfc().collect::<String>())
    }

    /// A whole number that counts something, of [`Number::INT_PRECISION`]; a literal is [`Number::parse`]d.
    pub fn int(i: i64) -> Self {
        Self::Number(Number::from(i))
    }

    /// A list; the elements must be of type `element`.
    pub fn list(element: Type, items: Vec<Self>) -> Self {
        Self::List(Arc::new(ListValue { element, items }))
    }

    /// A set; the elements must be of type `element`. Marks on elements move to the set.
    pub fn set(element: Type, items: Vec<Self>) -> Self {
        let mut marks = Marks::NONE;
        let items = items
            .into_iter()
            .map(|item| {
                let (item, m) = item.unmark_deep();
                marks = marks.union(m.iter().fold(Marks::NONE, |a, (_, b)| a.union(*b)));
                item
            })
            .collect();
        Self::Set(Arc::new(SetValue::new(element, items))).mark(marks)
    }

    /// A map; the elements must be of type `element`.
    pub fn map(element: Type, entries: impl IntoIterator<Item = (Str, Self)>) -> Self {
        Self::Map(Arc::new(MapValue {
            element,
            entries: entries.into_iter().collect(),
        }))
    }

    /// A tuple.
    pub fn tuple(items: Vec<Self>) -> Self {
        Self::Tuple(Arc::from(items))
    }

    /// An object.
    pub fn object(attributes: impl IntoIterator<Item = (Name, Self)>) -> Self {
        Self::Object(Arc::new(Object::new(attributes)))
    }

    /// The value's own type.
    pub fn ty(&self) -> Type {
        match self {
            Self::Null(ty) => ty.clone(),
            Self::Unknown(u) => u.ty.clone(),
            Self::Bool(_) => Type::Bool,
            Self::Number(_) => Type::Number,
            Self::String(_) => Type::String,
            Self::List(l) => Type::list(l.element.clone()),
            Self::Set(s) => Type::set(s.element.clone()),
            Self::Map(m) => Type::map(m.element.clone()),
            Self::Tuple(items) => Type::tuple(items.iter().map(Self::ty)),
            Self::Object(o) => Type::object(o.iter().map(|(n, v)| (n.clone(), v.ty()))),
            Self::Marked(m) => m.0.ty(),
        }
    }

    /// The value without its own marks (those of elements stay).
    pub fn peel(&self) -> &Self {
        match self {
            Self::Marked(m) => &m.0,
            other => other,
        }
    }

    /// The value's own marks (not those of elements).
    pub fn marks(&self) -> Marks {
        match self {
            Self::Marked(m) => m.1,
            _ => Marks::NONE,
        }
    }

    /// Adds marks to the value itself.
    #[must_use]
    pub fn mark(self, marks: Marks) -> Self {
        if marks.is_empty() {
            return self;
        }
        match self {
            Self::Marked(m) => {
                if m.1.contains(marks) {
                    Self::Marked(m)
                } else {
                    Self::Marked(Arc::new((m.0.clone(), m.1.union(marks))))
                }
            }
            plain => Self::Marked(Arc::new((plain, marks))),
        }
    }

    /// Splits off the value's own marks.
    pub fn unmark(self) -> (Self, Marks) {
        match self {
            Self::Marked(m) => (m.0.clone(), m.1),
            plain => (plain, Marks::NONE),
        }
    }

    /// Whether the value itself is null.
    pub fn is_null(&self) -> bool {
        matches!(self.peel(), Self::Null(_))
    }

    /// Whether the value itself is unknown.
    pub fn is_unknown(&self) -> bool {
        matches!(self.peel(), Self::Unknown(_))
    }

    /// Whether neither it nor anything inside is unknown.
    pub fn is_wholly_known(&self) -> bool {
        !self.any(&mut |v| matches!(v, Self::Unknown(_)))
    }

    /// Whether it or anything inside carries a mark.
    pub fn has_marks(&self) -> bool {
        self.any(&mut |v| matches!(v, Self::Marked(_)))
    }

    /// Whether it or anything inside carries this mark.
    pub fn has_mark(&self, mark: Marks) -> bool {
        self.any(&mut |v| matches!(v, Self::Marked(m) if m.1.contains(mark)))
    }

    /// The marks of the value and of everything inside, together.
    pub fn marks_deep(&self) -> Marks {
        let mut all = Marks::NONE;
        self.any(&mut |v| {
            all = all.union(v.marks());
            false
        });
        all
    }

    /// Whether it or anything inside is an infinite number, which no JSON and no output can hold.
    pub fn has_infinity(&self) -> bool {
        self.any(&mut |v| matches!(v, Self::Number(n) if n.is_infinite()))
    }

    fn any(&self, test: &mut impl FnMut(&Self) -> bool) -> bool {
        test(self)
            || match self {
                Self::List(l) => l.items.iter().any(|v| v.any(test)),
                Self::Set(s) => s.items.iter().any(|v| v.any(test)),
                Self::Map(m) => m.entries.values().any(|v| v.any(test)),
                Self::Tuple(items) => items.iter().any(|v| v.any(test)),
                Self::Object(o) => o.values.iter().any(|v| v.any(test)),
                Self::Marked(m) => m.0.any(test),
                _ => false,
            }
    }

    /// The string, if it is a known one (marked or not).
    pub fn as_str(&self) -> Option<&str> {
        match self.peel() {
            Self::String(s) => Some(s),
            _ => None,
        }
    }

    /// The whole number that fits 64 bits, if it is one (marked or not).
    pub fn as_i64(&self) -> Option<i64> {
        match self.peel() {
            Self::Number(n) => n.to_i64(),
            _ => None,
        }
    }

    /// The bool, if it is a known one (marked or not).
    pub fn as_bool(&self) -> Option<bool> {
        match self.peel() {
            Self::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// The object, if it is a known one (marked or not).
    pub fn as_object(&self) -> Option<&Object> {
        match self.peel() {
            Self::Object(o) => Some(o),
            _ => None,
        }
    }

    /// An attribute of an object or an element of a map, if it is known and there (marked or not).
    pub fn get_attr(&self, name: &str) -> Option<&Self> {
        match self.peel() {
            Self::Object(o) => o.get(name),
            Self::Map(m) => m.entries.get(name),
            _ => None,
        }
    }
}
