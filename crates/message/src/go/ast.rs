//! What a template consists of.

use std::collections::BTreeMap;
use std::ops::Range;

use super::funcs::Function;
use super::number::Number;
use super::text::Text;

pub(super) type Span = Range<usize>;

/// The templates of one source: the main one and those it defines.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) main: Vec<Node>,
    pub(super) defined: BTreeMap<Text, Vec<Node>>,
}

#[derive(Debug)]
pub(super) enum Node {
    Text(Span),
    /// A text that stands for another one of the source.
    Literal(&'static str),
    Action(Pipe),
    /// An action whose value is escaped for HTML.
    Escaped(Pipe),
    /// An action whose value is not printed.
    Silent(Pipe),
    If(Branch),
    With(Branch),
    Range(Branch),
    Template(Invocation),
    Break(Span),
    Continue(Span),
}

/// `if`, `with` and `range`.
#[derive(Debug)]
pub(super) struct Branch {
    pub(super) pipe: Pipe,
    pub(super) body: Vec<Node>,
    pub(super) otherwise: Vec<Node>,
}

#[derive(Debug)]
pub(super) struct Invocation {
    pub(super) span: Span,
    pub(super) name: Text,
    pub(super) pipe: Option<Pipe>,
}

/// `$a, $b := command | command`.
#[derive(Debug)]
pub(super) struct Pipe {
    pub(super) span: Span,
    /// `=` in place of `:=`.
    pub(super) assigns: bool,
    pub(super) variables: Vec<String>,
    pub(super) commands: Vec<Command>,
}

/// An operand and its arguments.
#[derive(Debug)]
pub(super) struct Command {
    pub(super) first: Operand,
    pub(super) args: Vec<Operand>,
}

#[derive(Debug)]
pub(super) struct Operand {
    pub(super) span: Span,
    pub(super) term: Term,
}

#[derive(Debug)]
pub(super) enum Term {
    Function(&'static Function),
    Dot,
    Nil,
    Bool(bool),
    Number(Number),
    Text(Text),
    /// `.A.B`
    Field(Vec<String>),
    /// `$a.B.C`
    Variable(String, Vec<String>),
    /// `(...).A` and `function.A`
    Chain(Box<Operand>, Vec<String>),
    Pipe(Box<Pipe>),
}

impl Term {
    /// A constant or the dot, which no later stage of a pipeline can be.
    pub(super) fn is_value(&self) -> bool {
        use Term::{Bool, Dot, Nil, Number, Text};
        matches!(self, Bool(_) | Dot | Nil | Number(_) | Text(_))
    }
}
