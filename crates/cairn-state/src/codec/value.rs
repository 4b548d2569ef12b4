//! Decides how values and types are written: JSON from which exactly the same value comes back.
//!
//! ```text
//! true 12 "x"             bool, whole number (of 512 bits precision), string
//! [..]  {..}              tuple, object
//! {"$list":[T,[..]]}      list (also $set), {"$map":[T,{..}]} map; T is the element type
//! {"$int":12}             whole number of 64 bits precision (one that counts something)
//! {"$num":"0.1"}          any other number by its shortest exact text; with its precision: {"$num":["0.1",53]}
//! null  {"$null":T}       null of no particular type, of type T
//! {"$unknown":{..}}       unknown: ty, and what is certain: nn (not null), prefix, min, max
//! {"$mark":[bits,v]}      marked: 1 sensitive, 2 ephemeral
//! {"$obj":{..}}           an object whose first attribute begins with $
//! ```
//! Types: `"string"`, `["list",T]`, `["tuple",[T,..]]`, `["object",{name:T},["optional",..]]`.
//! What a record consists of is decided in `v1.rs`.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use cairn_model::{AbsProviderConfig, Dependency};
use cairn_value::{Marks, Name, Number, ObjectType, Refinement, Shape, Type, Unknown, Value, name};

/// How deep the JSON of one value may nest: what the reader accepts, less what surrounds a value in a record.
const MAX_DEPTH: usize = 110;

/// A value on its way out.
#[derive(Clone, Copy)]
pub(crate) struct Out<'v>(&'v Value);

impl<'v> Out<'v> {
    /// Fails with a sentence where the value could not be read again, or must never be stored.
    pub(crate) fn new(value: &'v Value) -> Result<Self, String> {
        if value.has_marks() && value.marks_deep().is_ephemeral() {
            return Err("it is ephemeral, and such values are never stored".to_owned());
        }
        if depth(value) > MAX_DEPTH {
            return Err(
                "it nests deeper than 100 levels; make it flatter, or keep it as a string with jsonencode"
                    .to_owned(),
            );
        }
        Ok(Self(value))
    }
}

fn depth(value: &Value) -> usize {
    let deepest = |items: &[Value]| items.iter().map(depth).max().unwrap_or(0);
    match value {
        Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
        Value::Null(ty) => 1 + type_depth(ty),
        Value::Unknown(u) => 2 + type_depth(&u.ty),
        Value::List(l) => 2 + (1 + deepest(&l.items)).max(type_depth(&l.element)),
        Value::Set(s) => 2 + (1 + deepest(s.items())).max(type_depth(&s.element)),
        Value::Map(m) => {
            let inner = m.entries.values().map(depth).max().unwrap_or(0);
            2 + (1 + inner).max(type_depth(&m.element))
        }
        Value::Tuple(items) => 1 + deepest(items),
        Value::Object(o) => 2 + deepest(o.values()),
        Value::Marked(m) => 2 + depth(&m.0),
    }
}

fn type_depth(ty: &Type) -> usize {
    match ty {
        Type::Dynamic | Type::Bool | Type::Number | Type::String => 0,
        Type::List(t) | Type::Set(t) | Type::Map(t) => 1 + type_depth(t),
        Type::Tuple(ts) => 2 + ts.iter().map(type_depth).max().unwrap_or(0),
        Type::Object(o) => 2 + o.attributes.values().map(type_depth).max().unwrap_or(0),
    }
}

fn single<S: Serializer>(
    serializer: S,
    key: &str,
    content: &impl Serialize,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(key, content)?;
    map.end()
}

impl Serialize for Out<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null(Type::Dynamic) => s.serialize_unit(),
            Value::Null(ty) => single(s, "$null", &TypeRef(ty)),
            Value::Unknown(u) => single(s, "$unknown", &UnknownWire::from(&**u)),
            Value::Bool(b) => s.serialize_bool(*b),
            Value::Number(n) => match (plain_integer(n), n.precision()) {
                (Some(i), Number::TEXT_PRECISION) => s.serialize_i64(i),
                (Some(i), Number::INT_PRECISION) => single(s, "$int", &i),
                (_, Number::TEXT_PRECISION) => single(s, "$num", &n.to_string()),
                (_, precision) => single(s, "$num", &(n.to_string(), precision)),
            },
            Value::String(text) => s.serialize_str(text),
            Value::List(l) => single(s, "$list", &(TypeRef(&l.element), Items(&l.items))),
            Value::Set(set) => single(s, "$set", &(TypeRef(&set.element), Items(set.items()))),
            Value::Map(m) => single(
                s,
                "$map",
                &(TypeRef(&m.element), Entries(|| m.entries.iter())),
            ),
            Value::Tuple(items) => Items(items).serialize(s),
            Value::Object(o) => {
                let attributes = Entries(|| o.iter());
                if o.iter().next().is_some_and(|(n, _)| n.starts_with('$')) {
                    single(s, "$obj", &attributes)
                } else {
                    attributes.serialize(s)
                }
            }
            Value::Marked(m) => single(s, "$mark", &(mark_bits(m.1), Out(&m.0))),
        }
    }
}

/// The number as a JSON integer, if it is one. Negative zero is not.
fn plain_integer(n: &Number) -> Option<i64> {
    n.to_i64().filter(|i| *i != 0 || n.to_string() == "0")
}

struct Items<'v>(&'v [Value]);

impl Serialize for Items<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut seq = s.serialize_seq(Some(self.0.len()))?;
        for item in self.0 {
            seq.serialize_element(&Out(item))?;
        }
        seq.end()
    }
}

struct Entries<F>(F);

impl<'v, I, F> Serialize for Entries<F>
where
    F: Fn() -> I,
    I: Iterator<Item = (&'v Arc<str>, &'v Value)>,
{
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut map = s.serialize_map(None)?;
        for (key, value) in (self.0)() {
            map.serialize_entry(&**key, &Out(value))?;
        }
        map.end()
    }
}

fn mark_bits(marks: Marks) -> u8 {
    u8::from(marks.is_sensitive()) | u8::from(marks.is_ephemeral()) << 1
}

fn marks_of(bits: u8) -> Marks {
    let pick = |bit, mark| if bits & bit == 0 { Marks::NONE } else { mark };
    pick(1, Marks::SENSITIVE).union(pick(2, Marks::EPHEMERAL))
}

/// A type on its way out.
#[derive(Clone, Copy)]
struct TypeRef<'t>(&'t Type);

impl Serialize for TypeRef<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Type::Dynamic => s.serialize_str("dynamic"),
            Type::Bool => s.serialize_str("bool"),
            Type::Number => s.serialize_str("number"),
            Type::String => s.serialize_str("string"),
            Type::List(t) => ("list", TypeRef(t)).serialize(s),
            Type::Set(t) => ("set", TypeRef(t)).serialize(s),
            Type::Map(t) => ("map", TypeRef(t)).serialize(s),
            Type::Tuple(ts) => {
                let items: Vec<_> = ts.iter().map(TypeRef).collect();
                ("tuple", items).serialize(s)
            }
            Type::Object(o) => {
                let attributes: std::collections::BTreeMap<&str, TypeRef<'_>> = o
                    .attributes
                    .iter()
                    .map(|(n, t)| (&**n, TypeRef(t)))
                    .collect();
                if o.optional.is_empty() {
                    ("object", attributes).serialize(s)
                } else {
                    let optional: Vec<&str> = o.optional.iter().map(|n| &**n).collect();
                    ("object", attributes, optional).serialize(s)
                }
            }
        }
    }
}

/// A type as a field of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TypeWire(pub(crate) Type);

impl Serialize for TypeWire {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        TypeRef(&self.0).serialize(s)
    }
}

impl<'de> Deserialize<'de> for TypeWire {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = Type;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a type")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Type, E> {
                match text {
                    "dynamic" => Ok(Type::Dynamic),
                    "bool" => Ok(Type::Bool),
                    "number" => Ok(Type::Number),
                    "string" => Ok(Type::String),
                    other => Err(E::custom(format!("no type is called {other:?}"))),
                }
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Type, A::Error> {
                let missing = || A::Error::custom("a type is incomplete");
                let kind: String = seq.next_element()?.ok_or_else(missing)?;
                let mut inner = || -> Result<Type, A::Error> {
                    let TypeWire(ty) = seq.next_element()?.ok_or_else(missing)?;
                    Ok(ty)
                };
                let ty = match kind.as_str() {
                    "list" => Type::list(inner()?),
                    "set" => Type::set(inner()?),
                    "map" => Type::map(inner()?),
                    "tuple" => {
                        let items: Vec<TypeWire> = seq.next_element()?.ok_or_else(missing)?;
                        Type::tuple(items.into_iter().map(|t| t.0))
                    }
                    "object" => {
                        let attributes: std::collections::BTreeMap<String, TypeWire> =
                            seq.next_element()?.ok_or_else(missing)?;
                        let optional: Vec<String> = seq.next_element()?.unwrap_or_default();
                        Type::Object(Arc::new(ObjectType {
                            attributes: attributes
                                .into_iter()
                                .map(|(n, t)| (name(&n), t.0))
                                .collect(),
                            optional: optional.iter().map(|n| name(n)).collect::<BTreeSet<_>>(),
                        }))
                    }
                    other => return Err(A::Error::custom(format!("no type is called {other:?}"))),
                };
                match seq.next_element::<serde::de::IgnoredAny>()? {
                    None => Ok(ty),
                    Some(_) => Err(A::Error::custom("a type has too many parts")),
                }
            }
        }
        d.deserialize_any(V).map(Self)
    }
}

#[derive(Serialize, Deserialize)]
struct UnknownWire {
    ty: TypeWire,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    nn: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prefix: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    min: Option<(NumberWire, bool)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max: Option<(NumberWire, bool)>,
}

impl From<&Unknown> for UnknownWire {
    fn from(u: &Unknown) -> Self {
        let bound = |b: &Option<(Number, bool)>| {
            b.as_ref()
                .map(|(n, i)| (NumberWire::Rounded(n.to_string(), n.precision()), *i))
        };
        Self {
            ty: TypeWire(u.ty.clone()),
            nn: u.refinement.not_null,
            prefix: u.refinement.prefix.as_ref().map(ToString::to_string),
            min: bound(&u.refinement.at_least),
            max: bound(&u.refinement.at_most),
        }
    }
}

impl UnknownWire {
    fn into_value(self, interner: &mut Interner) -> Result<Value, String> {
        let bound = |b: Option<(NumberWire, bool)>| {
            b.map(|(n, inclusive)| n.number().map(|n| (n, inclusive)))
                .transpose()
        };
        Ok(Value::Unknown(Arc::new(Unknown {
            ty: interner.ty(self.ty.0),
            refinement: Refinement {
                not_null: self.nn,
                prefix: self.prefix.map(Arc::from),
                at_least: bound(self.min)?,
                at_most: bound(self.max)?,
            },
        })))
    }
}

/// A number by its text, and its precision where it is not that of text.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum NumberWire {
    Text(String),
    Rounded(String, u32),
}

impl NumberWire {
    fn number(self) -> Result<Number, String> {
        let (text, precision) = match self {
            Self::Text(text) => (text, Number::TEXT_PRECISION),
            Self::Rounded(text, precision) => (text, precision),
        };
        let exact = if precision > Number::TEXT_PRECISION {
            text.parse::<num_bigint::BigInt>()
                .ok()
                .map(Number::from_bigint)
        } else {
            None
        };
        exact
            .or_else(|| Number::parse(&text))
            .map(|n| n.with_precision(precision))
            .ok_or_else(|| format!("{text:?} is no number"))
    }
}

/// What the values of one state share: names, shapes, types, providers, dependency lists. Keeps memory in bounds when
/// thousands of objects of one type are read.
#[derive(Default)]
pub(crate) struct Interner {
    names: HashSet<Name>,
    shapes: HashMap<Vec<Name>, Arc<Shape>>,
    types: HashSet<Type>,
    providers: HashMap<String, AbsProviderConfig>,
    dependencies: HashMap<Vec<String>, Arc<[Dependency]>>,
}

impl Interner {
    /// A name.
    pub(crate) fn name(&mut self, text: &str) -> Name {
        if let Some(known) = self.names.get(text) {
            return known.clone();
        }
        let new = name(text);
        self.names.insert(new.clone());
        new
    }

    fn shape(&mut self, names: Vec<Name>) -> Arc<Shape> {
        if let Some(known) = self.shapes.get(&names) {
            return known.clone();
        }
        let shape = Shape::new(names.iter().cloned());
        self.shapes.insert(names, shape.clone());
        shape
    }

    /// A type.
    pub(crate) fn ty(&mut self, ty: Type) -> Type {
        if ty.is_primitive() || ty == Type::Dynamic {
            return ty;
        }
        if let Some(known) = self.types.get(&ty) {
            return known.clone();
        }
        self.types.insert(ty.clone());
        ty
    }

    /// A provider configuration from its address.
    pub(crate) fn provider(&mut self, text: &str) -> Result<AbsProviderConfig, String> {
        if let Some(known) = self.providers.get(text) {
            return Ok(known.clone());
        }
        let provider: AbsProviderConfig = text.parse().map_err(|e| format!("{text:?}: {e}"))?;
        self.providers.insert(text.to_owned(), provider.clone());
        Ok(provider)
    }

    /// A list of dependencies from their texts, read by `parse`.
    pub(crate) fn dependencies(
        &mut self,
        texts: Vec<String>,
        parse: impl Fn(&str) -> Result<Dependency, String>,
    ) -> Result<Arc<[Dependency]>, String> {
        if let Some(known) = self.dependencies.get(&texts) {
            return Ok(known.clone());
        }
        let list = texts
            .iter()
            .map(|t| parse(t))
            .collect::<Result<Arc<[Dependency]>, String>>()?;
        self.dependencies.insert(texts, list.clone());
        Ok(list)
    }
}

/// Reads a value.
pub(crate) fn read(raw: &RawValue, interner: &mut Interner) -> Result<Value, String> {
    let mut de = serde_json::Deserializer::from_str(raw.get());
    let value = Seed(interner)
        .deserialize(&mut de)
        .map_err(|e| e.to_string())?;
    de.end().map_err(|e| e.to_string())?;
    Ok(value)
}

struct Seed<'i>(&'i mut Interner);

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Value, D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::null())
    }

    fn visit_bool<E>(self, b: bool) -> Result<Value, E> {
        Ok(Value::Bool(b))
    }

    fn visit_i64<E>(self, i: i64) -> Result<Value, E> {
        let number = Number::from(i).with_precision(Number::TEXT_PRECISION);
        Ok(Value::Number(number))
    }

    fn visit_u64<E: serde::de::Error>(self, u: u64) -> Result<Value, E> {
        match i64::try_from(u) {
            Ok(i) => self.visit_i64(i),
            Err(_) => Err(E::custom("a plain number is too large")),
        }
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::string(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(Seed(self.0))? {
            items.push(item);
        }
        Ok(Value::tuple(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let Some(first) = map.next_key_seed(NameSeed(self.0))? else {
            return Ok(Value::object([]));
        };
        if !first.starts_with('$') {
            return object(self.0, first, map);
        }
        let value = match &*first {
            "$null" => {
                let TypeWire(ty) = map.next_value()?;
                Value::Null(self.0.ty(ty))
            }
            "$unknown" => {
                let wire: UnknownWire = map.next_value()?;
                wire.into_value(self.0).map_err(A::Error::custom)?
            }
            "$num" => {
                let wire: NumberWire = map.next_value()?;
                Value::Number(wire.number().map_err(A::Error::custom)?)
            }
            "$int" => Value::Number(Number::from(map.next_value::<i64>()?)),
            "$list" => {
                let (ty, items) = map.next_value_seed(Typed(self.0, ItemsSeed))?;
                Value::list(ty, items)
            }
            "$set" => {
                let (ty, items) = map.next_value_seed(Typed(self.0, ItemsSeed))?;
                Value::set(ty, items)
            }
            "$map" => {
                let (ty, entries) = map.next_value_seed(Typed(self.0, EntriesSeed))?;
                Value::map(ty, entries)
            }
            "$obj" => map.next_value_seed(ObjectSeed(self.0))?,
            "$mark" => {
                let (bits, value) = map.next_value_seed(MarkSeed(self.0))?;
                value.mark(marks_of(bits))
            }
            other => {
                return Err(A::Error::custom(format!(
                    "no kind of value is written {other:?}"
                )));
            }
        };
        match map.next_key::<serde::de::IgnoredAny>()? {
            None => Ok(value),
            Some(_) => Err(A::Error::custom("something follows a value")),
        }
    }
}

/// The rest of an object whose first name has been read.
fn object<'de, A: MapAccess<'de>>(
    interner: &mut Interner,
    first: Name,
    mut map: A,
) -> Result<Value, A::Error> {
    let mut names = vec![first];
    let mut values = vec![map.next_value_seed(Seed(interner))?];
    while let Some(next) = map.next_key_seed(NameSeed(interner))? {
        if names.last().is_some_and(|last| *last >= next) {
            return Err(A::Error::custom(
                "the attributes of an object are out of order",
            ));
        }
        names.push(next);
        values.push(map.next_value_seed(Seed(interner))?);
    }
    let shape = interner.shape(names);
    Ok(Value::Object(Arc::new(cairn_value::Object::with_shape(
        shape, values,
    ))))
}

struct NameSeed<'i>(&'i mut Interner);

impl<'de> DeserializeSeed<'de> for NameSeed<'_> {
    type Value = Name;

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Name, D::Error> {
        d.deserialize_str(self)
    }
}

impl Visitor<'_> for NameSeed<'_> {
    type Value = Name;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, text: &str) -> Result<Name, E> {
        Ok(self.0.name(text))
    }
}

struct ObjectSeed<'i>(&'i mut Interner);

impl<'de> DeserializeSeed<'de> for ObjectSeed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Value, D::Error> {
        d.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ObjectSeed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        match map.next_key_seed(NameSeed(self.0))? {
            Some(first) => object(self.0, first, map),
            None => Ok(Value::object([])),
        }
    }
}

struct MarkSeed<'i>(&'i mut Interner);

impl<'de> DeserializeSeed<'de> for MarkSeed<'_> {
    type Value = (u8, Value);

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Self::Value, D::Error> {
        d.deserialize_tuple(2, self)
    }
}

impl<'de> Visitor<'de> for MarkSeed<'_> {
    type Value = (u8, Value);

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("marks and a value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let missing = || A::Error::custom("a marked value is incomplete");
        let bits = seq.next_element()?.ok_or_else(missing)?;
        let value = seq.next_element_seed(Seed(self.0))?.ok_or_else(missing)?;
        Ok((bits, value))
    }
}

/// An element type, and what is of it.
struct Typed<'i, P>(&'i mut Interner, P);

/// How the elements of a collection are read.
trait Part {
    type Out;
    fn read<'de, D: Deserializer<'de>>(i: &mut Interner, d: D) -> Result<Self::Out, D::Error>;
}

struct PartSeed<'i, P>(&'i mut Interner, std::marker::PhantomData<P>);

impl<'de, P: Part> DeserializeSeed<'de> for PartSeed<'_, P> {
    type Value = P::Out;

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<P::Out, D::Error> {
        P::read(self.0, d)
    }
}

impl<'de, P: Part> DeserializeSeed<'de> for Typed<'_, P> {
    type Value = (Type, P::Out);

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Self::Value, D::Error> {
        d.deserialize_tuple(2, self)
    }
}

impl<'de, P: Part> Visitor<'de> for Typed<'_, P> {
    type Value = (Type, P::Out);

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a type and elements")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let missing = || A::Error::custom("a collection is incomplete");
        let TypeWire(ty) = seq.next_element()?.ok_or_else(missing)?;
        let ty = self.0.ty(ty);
        let part = PartSeed::<P>(self.0, std::marker::PhantomData);
        let elements = seq.next_element_seed(part)?.ok_or_else(missing)?;
        Ok((ty, elements))
    }
}

struct ItemsSeed;

impl Part for ItemsSeed {
    type Out = Vec<Value>;

    fn read<'de, D: Deserializer<'de>>(i: &mut Interner, d: D) -> Result<Vec<Value>, D::Error> {
        struct V<'i>(&'i mut Interner);
        impl<'de> Visitor<'de> for V<'_> {
            type Value = Vec<Value>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("elements")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<Value>, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element_seed(Seed(self.0))? {
                    items.push(item);
                }
                Ok(items)
            }
        }
        d.deserialize_seq(V(i))
    }
}

struct EntriesSeed;

impl Part for EntriesSeed {
    type Out = Vec<(Name, Value)>;

    fn read<'de, D: Deserializer<'de>>(i: &mut Interner, d: D) -> Result<Self::Out, D::Error> {
        struct V<'i>(&'i mut Interner);
        impl<'de> Visitor<'de> for V<'_> {
            type Value = Vec<(Name, Value)>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("elements by key")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(key) = map.next_key_seed(NameSeed(self.0))? {
                    entries.push((key, map.next_value_seed(Seed(self.0))?));
                }
                Ok(entries)
            }
        }
        d.deserialize_map(V(i))
    }
}
