//! A value and its place in the file.

use crate::quote::quoted;

/// A line and a column in characters, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// No `Debug`: a tree may hold the values of a Secret.
#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) at: Position,
    pub(crate) value: Value,
}

#[derive(Clone)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    /// A number as it is written: no field that is read here holds one.
    Number(String),
    Text(String),
    List(Vec<Node>),
    /// In the order of the file, equal keys included.
    Map(Vec<(Key, Node)>),
}

#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) at: Position,
    pub(crate) name: String,
}

impl Node {
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        let Value::Map(entries) = &self.value else {
            return None;
        };
        let found = entries.iter().find(|(key, _)| key.name == name);
        found.map(|(_, value)| value)
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Value {
    /// What it is, for a message; with its text, unless that is a secret.
    pub(crate) fn describe(&self, secret: bool) -> String {
        match self {
            Self::Null => "nothing".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Number(_) if secret => "a number".to_owned(),
            Self::Number(text) => format!("the number {}", crate::quote::shown(text)),
            Self::Text(_) if secret => "text".to_owned(),
            Self::Text(text) => quoted(text),
            Self::List(_) => "a list".to_owned(),
            Self::Map(_) => "a map".to_owned(),
        }
    }
}
