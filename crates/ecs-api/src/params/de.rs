//! Pairs to struct. It decides what counts as an index, a boolean and a number, and how much
//! nonsense a request may hold before it is refused; it does not percent-decode.
//!
//! The pairs are first put into a tree of names. A tree node has few children that count, whatever
//! the indexes are, so a huge index costs nothing; depth, length and number are limited.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Display;

use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, Visitor};

use super::DecodeError;

/// More parameters than any action takes (100 names, 100 ids, 20 tags, 16 disks of 12 members).
const MAX_PAIRS: usize = 4_000;
/// `NetworkInterface.1.SecurityGroupIds.1` has four parts.
const MAX_DEPTH: usize = 8;
const MAX_NAME: usize = 256;
/// The longest documented list has 100 entries; the rest is room for holes.
const MAX_INDEX: u32 = 10_000;

/// Parameters that belong to the protocol and not to an action.
const COMMON: [&str; 13] = [
    "AccessKeyId",
    "Action",
    "Format",
    "RegionId",
    "SecurityToken",
    "Signature",
    "SignatureMethod",
    "SignatureNonce",
    "SignatureType",
    "SignatureVersion",
    "Timestamp",
    "Version",
    "Product",
];

pub(super) fn from_pairs<T, N, V>(pairs: &[(N, V)]) -> Result<(T, Vec<String>), DecodeError>
where
    T: DeserializeOwned,
    N: AsRef<str>,
    V: AsRef<str>,
{
    let mut root = tree(pairs)?;
    let mut notes = RefCell::new(Notes::default());
    let mut request = T::deserialize(At {
        node: &root,
        name: String::new(),
        notes: &notes,
    });
    let empty = std::mem::take(&mut notes.get_mut().empty);
    if !empty.is_empty() {
        // Empty numbers and booleans were met: read once more without them.
        for name in &empty {
            clear(&mut root, name);
        }
        notes = RefCell::new(Notes::default());
        request = T::deserialize(At {
            node: &root,
            name: String::new(),
            notes: &notes,
        });
    }
    let mut unknown = notes.into_inner().unknown;
    unknown.retain(|name| !COMMON.contains(&name.as_str()));
    Ok((request?, unknown))
}

/// What is noticed while reading, by full name.
#[derive(Default)]
struct Notes {
    unknown: Vec<String>,
    empty: Vec<String>,
}

/// Removes the leaf with this name, and keeps its parents: an entry of a list stays an entry.
fn clear(root: &mut Node<'_>, name: &str) {
    let mut node = root;
    let mut parts = name.split('.').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            node.members.remove(part);
            return;
        }
        match node.members.get_mut(part) {
            Some(member) => node = member,
            None => return,
        }
    }
}

#[derive(Default)]
struct Node<'a> {
    value: Option<&'a str>,
    members: BTreeMap<&'a str, Self>,
}

fn tree<N: AsRef<str>, V: AsRef<str>>(pairs: &[(N, V)]) -> Result<Node<'_>, DecodeError> {
    if pairs.len() > MAX_PAIRS {
        return Err(error("", format!("more than {MAX_PAIRS} parameters")));
    }
    let mut root = Node::default();
    for (name, value) in pairs {
        let name = name.as_ref();
        if name.len() > MAX_NAME {
            let start: String = name.chars().take(32).collect();
            return Err(error(
                &start,
                format!("a name of more than {MAX_NAME} bytes"),
            ));
        }
        let mut node = &mut root;
        for (depth, part) in name.split('.').enumerate() {
            if depth == MAX_DEPTH {
                return Err(error(
                    name,
                    format!("a name of more than {MAX_DEPTH} parts"),
                ));
            }
            node = node.members.entry(part).or_default();
        }
        node.value = Some(value.as_ref());
    }
    Ok(root)
}

fn error(parameter: &str, message: impl Display) -> DecodeError {
    DecodeError {
        parameter: parameter.to_owned(),
        message: message.to_string(),
    }
}

impl de::Error for DecodeError {
    fn custom<T: Display>(message: T) -> Self {
        error("", message)
    }
}

/// A node with its full name, ready to be read as some type.
#[derive(Clone)]
struct At<'a> {
    node: &'a Node<'a>,
    name: String,
    notes: &'a RefCell<Notes>,
}

impl<'a> At<'a> {
    fn member(&self, part: &str, node: &'a Node<'a>) -> Self {
        let name = if self.name.is_empty() {
            part.to_owned()
        } else {
            format!("{}.{part}", self.name)
        };
        At {
            node,
            name,
            notes: self.notes,
        }
    }

    fn fail(&self, message: impl Display) -> DecodeError {
        error(&self.name, message)
    }

    /// Adds the name to an error that was made without one.
    fn located(&self, mut failure: DecodeError) -> DecodeError {
        if failure.parameter.is_empty() {
            failure.parameter.clone_from(&self.name);
        }
        failure
    }

    fn text(&self) -> Result<&'a str, DecodeError> {
        match self.node.value {
            Some(text) if self.node.members.is_empty() => Ok(text),
            Some(_) => Err(self.fail("has both a value and members")),
            None => Err(self.fail("takes a value, not members")),
        }
    }

    fn no_value(&self) -> Result<(), DecodeError> {
        match self.node.value {
            // `Tag=` and `Tag=` beside `Tag.1.Key=…` say nothing.
            None | Some("") => Ok(()),
            Some(_) => Err(self.fail("takes members such as Name.1 or Name.Member, not a value")),
        }
    }

    fn number<T: std::str::FromStr + Default>(&self) -> Result<T, DecodeError> {
        let text = self.text()?;
        if text.is_empty() {
            self.note_empty();
            return Ok(T::default());
        }
        text.parse()
            .map_err(|_| self.fail("is not a number in the permitted range"))
    }

    /// The entries of a list in order of index.
    fn items(&self) -> Result<Vec<Self>, DecodeError> {
        self.no_value()?;
        let mut items = Vec::with_capacity(self.node.members.len());
        for (part, node) in &self.node.members {
            let digits = !part.is_empty()
                && part.len() <= 5
                && !part.starts_with('0')
                && part.bytes().all(|byte| byte.is_ascii_digit());
            let index = if digits {
                part.parse::<u32>().ok()
            } else {
                None
            };
            match index {
                Some(index) if index <= MAX_INDEX => items.push((index, self.member(part, node))),
                _ => {
                    return Err(self.member(part, node).fail(format!(
                        "list entries are numbered from 1 to at most {MAX_INDEX}"
                    )));
                }
            }
        }
        items.sort_by_key(|(index, _)| *index);
        Ok(items.into_iter().map(|(_, item)| item).collect())
    }

    fn note_empty(&self) {
        self.notes.borrow_mut().empty.push(self.name.clone());
    }

    fn note_unknown(&self) {
        let mut open = vec![self.clone()];
        while let Some(at) = open.pop() {
            if at.node.value.is_some() {
                at.notes.borrow_mut().unknown.push(at.name.clone());
            }
            open.extend(
                at.node
                    .members
                    .iter()
                    .rev()
                    .map(|(part, node)| at.member(part, node)),
            );
        }
    }
}

macro_rules! numbers {
    ($($method:ident: $visit:ident),* $(,)?) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
            visitor.$visit(self.number()?).map_err(|failure| self.located(failure))
        }
    )*};
}

macro_rules! texts {
    ($($method:ident),* $(,)?) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
            visitor.visit_str(self.text()?).map_err(|failure| self.located(failure))
        }
    )*};
}

impl<'de> de::Deserializer<'de> for At<'_> {
    type Error = DecodeError;

    numbers! {
        deserialize_i8: visit_i8, deserialize_i16: visit_i16,
        deserialize_i32: visit_i32, deserialize_i64: visit_i64,
        deserialize_u8: visit_u8, deserialize_u16: visit_u16,
        deserialize_u32: visit_u32, deserialize_u64: visit_u64,
    }

    texts! {
        deserialize_char, deserialize_str, deserialize_string, deserialize_bytes,
        deserialize_byte_buf, deserialize_identifier,
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        if self.node.members.is_empty() {
            self.deserialize_str(visitor)
        } else {
            self.deserialize_map(visitor)
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        let text = self.text()?;
        if text.eq_ignore_ascii_case("true") {
            visitor.visit_bool(true)
        } else if text.eq_ignore_ascii_case("false") {
            visitor.visit_bool(false)
        } else if text.is_empty() {
            self.note_empty();
            visitor.visit_bool(false)
        } else {
            Err(self.fail("must be true or false"))
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        let number: f64 = self.number()?;
        if number.is_finite() {
            visitor.visit_f64(number)
        } else {
            Err(self.fail("is not a number in the permitted range"))
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_some(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_seq(Items {
            items: self.items()?.into_iter(),
        })
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.no_value()?;
        let members: Vec<_> = self
            .node
            .members
            .iter()
            .map(|(part, node)| (*part, self.member(part, node)))
            .collect();
        visitor.visit_map(Members {
            members: members.into_iter(),
            value: None,
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_enum(self.text()?.into_deserializer())
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.note_unknown();
        visitor.visit_unit()
    }
}

struct Items<'a> {
    items: std::vec::IntoIter<At<'a>>,
}

impl<'de> de::SeqAccess<'de> for Items<'_> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DecodeError> {
        let Some(item) = self.items.next() else {
            return Ok(None);
        };
        seed.deserialize(item.clone())
            .map(Some)
            .map_err(|failure| item.located(failure))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Members<'a> {
    members: std::vec::IntoIter<(&'a str, At<'a>)>,
    value: Option<At<'a>>,
}

impl<'de> de::MapAccess<'de> for Members<'_> {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, DecodeError> {
        let Some((part, at)) = self.members.next() else {
            return Ok(None);
        };
        self.value = Some(at);
        seed.deserialize(part.into_deserializer()).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<T::Value, DecodeError> {
        let at = self
            .value
            .take()
            .ok_or_else(|| error("", "a value was read twice"))?;
        seed.deserialize(at.clone())
            .map_err(|failure| at.located(failure))
    }
}
