//! What a Go template computes with.
//!
//! The types are told apart as Go tells them apart, because templates see
//! them: `repeat (add 1 2) "x"` fails, for an `int64` is no `int`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::fault::Fault;
use super::named::Named;
use super::native::Native;
use super::text::Text;
use super::types::Type;
use crate::limits::GO_VALUE_DEPTH;

#[derive(Clone, Debug)]
pub(super) enum Value {
    /// Go's zero `reflect.Value`, of a map's missing key; prints `<no value>`.
    Missing,
    /// A nil interface.
    Nil,
    Bool(bool),
    Int(i64),
    Int64(i64),
    Uint8(u8),
    Uint64(u64),
    Float(f64),
    Text(Text),
    List(Rc<List>),
    Dict(Rc<Dict>),
    Keyed(Rc<Keyed>),
    Record(Rc<Record>),
    /// An integer whose type has a name.
    Named(Named),
}

/// A slice.
#[derive(Debug)]
pub(super) struct List {
    element: Type,
    items: Vec<Value>,
    depth: usize,
}

/// A map with text keys, which Sprig's functions may change in place.
#[derive(Debug)]
pub(super) struct Dict {
    pub(super) element: Type,
    pub(super) entries: RefCell<BTreeMap<Text, Value>>,
}

/// A map with records for keys, in order.
#[derive(Debug)]
pub(super) struct Keyed {
    pub(super) key: Type,
    pub(super) element: Type,
    pub(super) entries: Vec<(Value, Value)>,
}

/// A struct.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// Its Go type.
    pub(super) name: &'static str,
    /// Its fields, in the order in which they print.
    pub(super) fields: Vec<(&'static str, Value)>,
    /// Fields of embedded structs, and methods without arguments.
    pub(super) promoted: Vec<(&'static str, Value)>,
    /// What its `String` method gives.
    pub(super) text: Option<Text>,
    /// The value that it stands for, of which there are more methods.
    pub(super) native: Option<Native>,
}

impl Value {
    pub(super) fn text(text: impl Into<Text>) -> Self {
        Value::Text(text.into())
    }

    /// A length or an index; none comes near the end of an `i64`.
    pub(super) fn int(n: usize) -> Self {
        Value::Int(i64::try_from(n).unwrap_or(i64::MAX))
    }

    pub(super) fn texts(items: impl IntoIterator<Item = impl Into<Text>>) -> Self {
        let items = items.into_iter().map(Value::text).collect();
        Value::List(Rc::new(List {
            element: Type::String,
            items,
            depth: 1,
        }))
    }

    pub(super) fn ints(items: impl IntoIterator<Item = i64>) -> Self {
        let items = items.into_iter().map(Value::Int).collect();
        Value::List(Rc::new(List {
            element: Type::Int,
            items,
            depth: 1,
        }))
    }

    /// A `[]interface {}`.
    pub(super) fn list(items: Vec<Value>) -> Result<Self, Fault> {
        Value::typed_list(Type::Any, items)
    }

    pub(super) fn typed_list(element: Type, items: Vec<Value>) -> Result<Self, Fault> {
        let depth = 1 + items.iter().map(Value::depth).max().unwrap_or(0);
        // Deep values would exhaust the stack when they are printed or dropped.
        if depth > GO_VALUE_DEPTH {
            let message = format!("a list is nested more than {GO_VALUE_DEPTH} levels deep");
            return Err(Fault::limit(message));
        }
        Ok(Value::List(Rc::new(List {
            element,
            items,
            depth,
        })))
    }

    /// A map of text keys with values of one type.
    pub(super) fn dict(element: Type, entries: BTreeMap<Text, Value>) -> Self {
        let entries = RefCell::new(entries);
        Value::Dict(Rc::new(Dict { element, entries }))
    }

    fn depth(&self) -> usize {
        match self {
            Value::List(list) => list.depth,
            Value::Dict(dict) => {
                1 + dict
                    .entries
                    .borrow()
                    .values()
                    .map(Value::shallow_depth)
                    .max()
                    .unwrap_or(0)
            }
            _ => 0,
        }
    }

    /// As `depth`, but without a look into maps, which other bounds keep flat.
    fn shallow_depth(&self) -> usize {
        match self {
            Value::List(list) => list.depth,
            Value::Dict(_) => 1,
            _ => 0,
        }
    }

    /// The type, which a missing value and a nil interface do not have.
    pub(super) fn type_(&self) -> Option<Type> {
        Some(match self {
            Value::Missing | Value::Nil => return None,
            Value::Bool(_) => Type::Bool,
            Value::Int(_) => Type::Int,
            Value::Int64(_) => Type::Int64,
            Value::Uint8(_) => Type::Uint8,
            Value::Uint64(_) => Type::Uint64,
            Value::Float(_) => Type::Float64,
            Value::Text(_) => Type::String,
            Value::List(list) => Type::List(Box::new(list.element.clone())),
            Value::Dict(dict) => Type::Map(Box::new((Type::String, dict.element.clone()))),
            Value::Keyed(map) => Type::Map(Box::new((map.key.clone(), map.element.clone()))),
            Value::Record(record) => Type::Struct(record.name),
            Value::Named(named) => named.type_(),
        })
    }

    /// The type's name, as Go's `%T` gives it.
    pub(super) fn type_name(&self) -> String {
        self.type_().map_or("<nil>".to_owned(), |t| t.to_string())
    }

    pub(super) fn is_nil(&self) -> bool {
        matches!(self, Value::Missing | Value::Nil)
    }

    /// Go's truth: not the zero value; a struct always.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Value::Missing | Value::Nil => false,
            Value::Bool(b) => *b,
            Value::Int(n) | Value::Int64(n) => *n != 0,
            Value::Uint8(n) => *n != 0,
            Value::Uint64(n) => *n != 0,
            Value::Float(n) => *n != 0.0,
            Value::Text(text) => !text.is_empty(),
            Value::Record(_) => true,
            Value::Named(named) => named.number() != 0,
            Value::List(_) | Value::Dict(_) | Value::Keyed(_) => self.length() != Some(0),
        }
    }

    /// The length of a text, a list or a map.
    pub(super) fn length(&self) -> Option<usize> {
        Some(match self {
            Value::Text(text) => text.len(),
            Value::List(list) => list.items.len(),
            Value::Dict(dict) => dict.entries.borrow().len(),
            Value::Keyed(map) => map.entries.len(),
            _ => return None,
        })
    }

    /// A signed integer of any width.
    pub(super) fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(n) | Value::Int64(n) => Some(*n),
            Value::Named(named) => Some(named.number()),
            _ => None,
        }
    }

    /// An unsigned integer of any width.
    pub(super) fn as_uint(&self) -> Option<u64> {
        match self {
            Value::Uint8(n) => Some(u64::from(*n)),
            Value::Uint64(n) => Some(*n),
            _ => None,
        }
    }

    pub(super) fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(list) => Some(&list.items),
            _ => None,
        }
    }
}

impl List {
    pub(super) fn items(&self) -> &[Value] {
        &self.items
    }

    pub(super) fn element(&self) -> &Type {
        &self.element
    }
}

impl Record {
    /// A field, a field of an embedded struct, or what a method gives.
    pub(super) fn get(&self, name: &str) -> Option<Value> {
        let mut all = self.fields.iter().chain(&self.promoted);
        let found = all.find(|(field, _)| *field == name);
        let found = found.map(|(_, value)| value.clone());
        found.or_else(|| self.native.as_ref()?.field(name))
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.fields
            .iter()
            .chain(&self.promoted)
            .map(|(name, _)| *name)
            .chain(self.native.iter().flat_map(Native::names))
    }
}
