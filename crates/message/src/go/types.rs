//! The Go types that a template can meet.

use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Type {
    /// `interface {}`
    Any,
    Bool,
    Int,
    Int64,
    Uint8,
    Uint64,
    Float64,
    String,
    List(Box<Type>),
    Map(Box<(Type, Type)>),
    Struct(&'static str),
    /// A name, and the kind of integer under it.
    Named(&'static str, &'static str),
}

impl Type {
    /// Go's name of the kind, as `kindOf` gives it.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Type::Any => "interface",
            Type::Bool => "bool",
            Type::Int => "int",
            Type::Int64 => "int64",
            Type::Uint8 => "uint8",
            Type::Uint64 => "uint64",
            Type::Float64 => "float64",
            Type::String => "string",
            Type::List(_) => "slice",
            Type::Map(_) => "map",
            // A name with a star is that of a pointer.
            Type::Struct(name) if name.starts_with('*') => "ptr",
            Type::Struct(_) => "struct",
            Type::Named(_, kind) => kind,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Any => f.write_str("interface {}"),
            Type::List(element) => write!(f, "[]{element}"),
            Type::Map(types) => write!(f, "map[{}]{}", types.0, types.1),
            Type::Struct(name) | Type::Named(name, _) => f.write_str(name),
            scalar => f.write_str(scalar.kind()),
        }
    }
}
