//! Struct to pairs. It decides how each kind of value is spelled; it does not percent-encode.

use std::fmt::Display;

use serde::ser::{self, Serialize};

use super::EncodeError;

/// Flattens a struct or map and sorts by name.
pub(super) fn to_pairs<T: Serialize>(request: &T) -> Result<Vec<(String, String)>, EncodeError> {
    let mut pairs = Vec::new();
    request.serialize(Flat {
        name: String::new(),
        pairs: &mut pairs,
    })?;
    pairs.sort();
    Ok(pairs)
}

impl ser::Error for EncodeError {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// The place a value goes to: the name built up so far.
struct Flat<'a> {
    name: String,
    pairs: &'a mut Vec<(String, String)>,
}

impl Flat<'_> {
    fn put(self, value: String) -> Result<(), EncodeError> {
        if self.name.is_empty() {
            return Err(EncodeError("a bare value has no parameter name".to_owned()));
        }
        self.pairs.push((self.name, value));
        Ok(())
    }
}

fn joined(name: &str, member: impl Display) -> String {
    if name.is_empty() {
        member.to_string()
    } else {
        format!("{name}.{member}")
    }
}

macro_rules! display {
    ($($method:ident: $ty:ty),* $(,)?) => {$(
        fn $method(self, value: $ty) -> Result<(), EncodeError> {
            self.put(value.to_string())
        }
    )*};
}

impl<'a> ser::Serializer for Flat<'a> {
    type Ok = ();
    type Error = EncodeError;
    type SerializeSeq = Numbered<'a>;
    type SerializeTuple = Numbered<'a>;
    type SerializeTupleStruct = Numbered<'a>;
    type SerializeTupleVariant = ser::Impossible<(), EncodeError>;
    type SerializeMap = Members<'a>;
    type SerializeStruct = Members<'a>;
    type SerializeStructVariant = ser::Impossible<(), EncodeError>;

    display! {
        serialize_bool: bool,
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_f32: f32, serialize_f64: f64,
        serialize_char: char, serialize_str: &str,
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), EncodeError> {
        Err(EncodeError(
            "bytes have no flat form; encode them as Base64 text".to_owned(),
        ))
    }

    fn serialize_none(self) -> Result<(), EncodeError> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), EncodeError> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), EncodeError> {
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), EncodeError> {
        self.put(variant.to_owned())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), EncodeError> {
        Err(EncodeError(
            "an enum with fields has no flat form".to_owned(),
        ))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Numbered<'a>, EncodeError> {
        Ok(Numbered {
            name: self.name,
            index: 0,
            pairs: self.pairs,
        })
    }

    fn serialize_tuple(self, _: usize) -> Result<Numbered<'a>, EncodeError> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Numbered<'a>, EncodeError> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, EncodeError> {
        Err(EncodeError(
            "an enum with fields has no flat form".to_owned(),
        ))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'a>, EncodeError> {
        Ok(Members {
            name: self.name,
            key: String::new(),
            pairs: self.pairs,
        })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members<'a>, EncodeError> {
        self.serialize_map(None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, EncodeError> {
        Err(EncodeError(
            "an enum with fields has no flat form".to_owned(),
        ))
    }
}

/// A list: `Name.1`, `Name.2`, …
struct Numbered<'a> {
    name: String,
    index: usize,
    pairs: &'a mut Vec<(String, String)>,
}

impl Numbered<'_> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.index += 1;
        value.serialize(Flat {
            name: joined(&self.name, self.index),
            pairs: self.pairs,
        })
    }
}

impl ser::SerializeSeq for Numbered<'_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.item(value)
    }

    fn end(self) -> Result<(), EncodeError> {
        Ok(())
    }
}

impl ser::SerializeTuple for Numbered<'_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.item(value)
    }

    fn end(self) -> Result<(), EncodeError> {
        Ok(())
    }
}

impl ser::SerializeTupleStruct for Numbered<'_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.item(value)
    }

    fn end(self) -> Result<(), EncodeError> {
        Ok(())
    }
}

/// A struct or map: `Name.Member`.
struct Members<'a> {
    name: String,
    key: String,
    pairs: &'a mut Vec<(String, String)>,
}

impl ser::SerializeStruct for Members<'_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        value.serialize(Flat {
            name: joined(&self.name, key),
            pairs: self.pairs,
        })
    }

    fn end(self) -> Result<(), EncodeError> {
        Ok(())
    }
}

impl ser::SerializeMap for Members<'_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), EncodeError> {
        let mut pairs = Vec::new();
        key.serialize(Flat {
            name: "key".to_owned(),
            pairs: &mut pairs,
        })?;
        match pairs.pop() {
            Some((name, key)) if name == "key" && pairs.is_empty() => {
                self.key = key;
                Ok(())
            }
            _ => Err(EncodeError("a map key must be one text".to_owned())),
        }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        value.serialize(Flat {
            name: joined(&self.name, &self.key),
            pairs: self.pairs,
        })
    }

    fn end(self) -> Result<(), EncodeError> {
        Ok(())
    }
}
