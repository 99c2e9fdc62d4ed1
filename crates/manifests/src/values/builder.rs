//! A serializer whose format is our own tree.

use std::cell::Cell;
use std::fmt;

use serde::ser::{
    Error, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::NOWHERE;
use crate::yaml::{Key, MAX_DEPTH, MAX_VALUES, Node, Value};

/// Why a value is no tree, in a text that holds nothing of the value.
#[derive(Debug)]
pub(crate) struct Refused(pub(super) &'static str);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Refused {}

impl Error for Refused {
    /// The text may hold a value of a Secret.
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self("its own Serialize refuses it")
    }
}

/// Makes a tree, no deeper and no larger than those of files.
#[derive(Clone, Copy)]
pub(super) struct Builder<'a> {
    depth: usize,
    values: &'a Cell<usize>,
}

impl Builder<'_> {
    pub(super) fn build(value: &impl Serialize) -> Result<Node, Refused> {
        let values = Cell::new(0);
        value.serialize(Builder {
            depth: 0,
            values: &values,
        })
    }

    fn node(self, value: Value) -> Result<Node, Refused> {
        self.values.set(self.values.get() + 1);
        if self.values.get() > MAX_VALUES {
            return Err(Refused("more than 300000 values in one object"));
        }
        Ok(Node { at: NOWHERE, value })
    }

    fn number(self, number: impl fmt::Display) -> Result<Node, Refused> {
        self.node(Value::Number(number.to_string()))
    }

    fn text(self, text: &str) -> Result<Node, Refused> {
        self.node(Value::Text(text.to_owned()))
    }

    fn deeper(self) -> Result<Self, Refused> {
        if self.depth >= MAX_DEPTH {
            return Err(Refused("nested deeper than 100 levels"));
        }
        let depth = self.depth + 1;
        Ok(Self { depth, ..self })
    }
}

impl<'a> Builder<'a> {
    fn list(self) -> Result<List<'a>, Refused> {
        Ok(List {
            outer: self,
            inner: self.deeper()?,
            items: Vec::new(),
            variant: None,
        })
    }

    fn map(self) -> Result<Map<'a>, Refused> {
        Ok(Map {
            outer: self,
            inner: self.deeper()?,
            entries: Vec::new(),
            key: String::new(),
            variant: None,
        })
    }

    /// `{variant: value}`, as serde's own formats write an enum.
    fn tagged(self, variant: Option<&'static str>, node: Node) -> Result<Node, Refused> {
        match variant {
            None => Ok(node),
            Some(variant) => self.node(Value::Map(vec![entry(variant.to_owned(), node)])),
        }
    }
}

fn entry(name: String, node: Node) -> (Key, Node) {
    (Key { at: NOWHERE, name }, node)
}

pub(super) struct List<'a> {
    outer: Builder<'a>,
    inner: Builder<'a>,
    items: Vec<Node>,
    variant: Option<&'static str>,
}

impl List<'_> {
    fn push(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), Refused> {
        self.items.push(value.serialize(self.inner)?);
        Ok(())
    }

    fn close(self) -> Result<Node, Refused> {
        let node = self.outer.node(Value::List(self.items))?;
        self.outer.tagged(self.variant, node)
    }
}

pub(super) struct Map<'a> {
    outer: Builder<'a>,
    inner: Builder<'a>,
    entries: Vec<(Key, Node)>,
    key: String,
    variant: Option<&'static str>,
}

impl Map<'_> {
    fn push(&mut self, name: String, value: &(impl Serialize + ?Sized)) -> Result<(), Refused> {
        self.entries.push(entry(name, value.serialize(self.inner)?));
        Ok(())
    }

    fn close(self) -> Result<Node, Refused> {
        let node = self.outer.node(Value::Map(self.entries))?;
        self.outer.tagged(self.variant, node)
    }
}

macro_rules! numbers {
    ($($name:ident: $type:ty),*) => {
        $(fn $name(self, number: $type) -> Result<Node, Refused> {
            self.number(number)
        })*
    };
}

impl<'a> Serializer for Builder<'a> {
    type Ok = Node;
    type Error = Refused;
    type SerializeSeq = List<'a>;
    type SerializeTuple = List<'a>;
    type SerializeTupleStruct = List<'a>;
    type SerializeTupleVariant = List<'a>;
    type SerializeMap = Map<'a>;
    type SerializeStruct = Map<'a>;
    type SerializeStructVariant = Map<'a>;

    numbers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_f32: f32, serialize_f64: f64, serialize_i128: i128, serialize_u128: u128
    }

    fn serialize_bool(self, value: bool) -> Result<Node, Refused> {
        self.node(Value::Bool(value))
    }

    fn serialize_char(self, value: char) -> Result<Node, Refused> {
        self.text(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<Node, Refused> {
        self.text(value)
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Node, Refused> {
        let mut list = self.list()?;
        value.iter().try_for_each(|byte| list.push(byte))?;
        list.close()
    }

    fn serialize_none(self) -> Result<Node, Refused> {
        self.node(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Node, Refused> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Node, Refused> {
        self.node(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Node, Refused> {
        self.node(Value::Null)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Node, Refused> {
        self.text(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Node, Refused> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Node, Refused> {
        let mut map = self.map()?;
        map.push(variant.to_owned(), value)?;
        map.close()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'a>, Refused> {
        self.list()
    }

    fn serialize_tuple(self, _: usize) -> Result<List<'a>, Refused> {
        self.list()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<List<'a>, Refused> {
        self.list()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<List<'a>, Refused> {
        let variant = Some(variant);
        let list = self.list()?;
        Ok(List { variant, ..list })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Map<'a>, Refused> {
        self.map()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Map<'a>, Refused> {
        self.map()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Map<'a>, Refused> {
        let variant = Some(variant);
        let map = self.map()?;
        Ok(Map { variant, ..map })
    }
}

macro_rules! lists {
    ($($trait:ident: $push:ident),*) => {
        $(impl $trait for List<'_> {
            type Ok = Node;
            type Error = Refused;

            fn $push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
                self.push(value)
            }

            fn end(self) -> Result<Node, Refused> {
                self.close()
            }
        })*
    };
}

lists! {
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field
}

macro_rules! structs {
    ($($trait:ident),*) => {
        $(impl $trait for Map<'_> {
            type Ok = Node;
            type Error = Refused;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Refused> {
                self.push(name.to_owned(), value)
            }

            fn end(self) -> Result<Node, Refused> {
                self.close()
            }
        })*
    };
}

structs! { SerializeStruct, SerializeStructVariant }

impl SerializeMap for Map<'_> {
    type Ok = Node;
    type Error = Refused;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Refused> {
        self.key = match key.serialize(self.inner)?.value {
            Value::Text(name) | Value::Number(name) => name,
            Value::Bool(value) => value.to_string(),
            _ => return Err(Refused("a key is no plain text")),
        };
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        let name = std::mem::take(&mut self.key);
        self.push(name, value)
    }

    fn end(self) -> Result<Node, Refused> {
        self.close()
    }
}
