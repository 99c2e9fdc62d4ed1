//! Walks a tree, as Go's `text/template` executes it.

use super::ast::{Branch, Invocation, Node, Pipe, Span, Tree};
use super::budget::Budget;
use super::buffer::Buffer;
use super::fault::Fault;
use super::funcs::html;
use super::named::Named;
use super::print;
use super::text::to_utf8;
use super::value::Value;
use crate::error::{Error, ErrorKind};
use crate::suggest::did_you_mean;

/// Renders the main template of a tree.
pub(super) fn render(tree: &Tree, source: &str, root: &Value) -> Result<String, Error> {
    let mut run = Run {
        tree,
        source,
        out: Buffer::default(),
        budget: Budget::new(),
        variables: Vec::new(),
    };
    let walked = run.template(&tree.main, root);
    let finished = walked.and_then(|()| run.out.finish());
    let bytes = finished.map_err(|fault| fault.into_error(source))?;
    Ok(String::from_utf8(bytes).unwrap_or_else(|e| to_utf8(e.as_bytes())))
}

/// How a list of nodes ended.
#[derive(PartialEq, Eq)]
enum Flow {
    Done,
    Break,
    Continue,
}

/// One execution.
pub(super) struct Run<'t> {
    tree: &'t Tree,
    source: &'t str,
    out: Buffer,
    pub(super) budget: Budget,
    /// The variables in scope, the innermost last.
    pub(super) variables: Vec<(&'t str, Value)>,
}

impl<'t> Run<'t> {
    /// A template has variables of its own, of which `$` is its dot.
    fn template(&mut self, nodes: &'t [Node], dot: &Value) -> Result<(), Fault> {
        let outer = std::mem::take(&mut self.variables);
        self.variables.push(("$", dot.clone()));
        self.nodes(nodes, dot)?;
        self.variables = outer;
        Ok(())
    }

    fn nodes(&mut self, nodes: &'t [Node], dot: &Value) -> Result<Flow, Fault> {
        self.budget.enter()?;
        for node in nodes {
            self.budget.steps(1)?;
            let flow = self.node(node, dot)?;
            if flow != Flow::Done {
                self.budget.leave();
                return Ok(flow);
            }
        }
        self.budget.leave();
        Ok(Flow::Done)
    }

    fn node(&mut self, node: &'t Node, dot: &Value) -> Result<Flow, Fault> {
        match node {
            Node::Text(span) => self.out.push_str(&self.source[span.clone()]),
            Node::Literal(text) => self.out.push_str(text),
            Node::Action(pipe) => self.action(pipe, dot, Run::print)?,
            Node::Escaped(pipe) => self.action(pipe, dot, Run::print_escaped)?,
            Node::Silent(pipe) => self.action(pipe, dot, |_, _| {})?,
            Node::If(branch) => return self.condition(branch, dot, false),
            Node::With(branch) => return self.condition(branch, dot, true),
            Node::Range(branch) => return self.range(branch, dot),
            Node::Template(invocation) => self.invoke(invocation, dot)?,
            Node::Break(_) => return Ok(Flow::Break),
            Node::Continue(_) => return Ok(Flow::Continue),
        }
        Ok(Flow::Done)
    }

    fn action(
        &mut self,
        pipe: &'t Pipe,
        dot: &Value,
        print: fn(&mut Self, &Value),
    ) -> Result<(), Fault> {
        let value = self.pipe(pipe, dot);
        let value = value.map_err(|fault| fault.at(pipe.span.clone()))?;
        if pipe.variables.is_empty() {
            print(self, &value);
        }
        if self.out.is_full() {
            return Err(super::buffer::too_long().at(pipe.span.clone()));
        }
        Ok(())
    }

    fn print(&mut self, value: &Value) {
        if value.is_nil() {
            self.out.push_str("<no value>");
        } else {
            print::print(&mut self.out, value);
        }
    }

    /// As `html/template` prints into text, where nothing is no text.
    fn print_escaped(&mut self, value: &Value) {
        if value.is_nil() {
            return;
        }
        let mut text = Buffer::default();
        print::print(&mut text, value);
        match text.finish() {
            Ok(bytes) => push_html(&mut self.out, &bytes),
            Err(_) => self.out.fill(b' ', usize::MAX),
        }
    }

    /// `if`, and `with`, which makes the value the dot.
    fn condition(&mut self, branch: &'t Branch, dot: &Value, is_with: bool) -> Result<Flow, Fault> {
        let scope = self.variables.len();
        let value = self.pipe(&branch.pipe, dot)?;
        let flow = match value.is_true() {
            true if is_with => self.nodes(&branch.body, &value)?,
            true => self.nodes(&branch.body, dot)?,
            false => self.nodes(&branch.otherwise, dot)?,
        };
        self.variables.truncate(scope);
        Ok(flow)
    }

    fn range(&mut self, branch: &'t Branch, dot: &Value) -> Result<Flow, Fault> {
        let scope = self.variables.len();
        let value = self.pipe(&branch.pipe, dot)?;
        let flow = match &value {
            Value::List(list) => {
                let items = list.items().iter().enumerate();
                self.iterate(
                    branch,
                    items.map(|(at, item)| (Value::int(at), item.clone())),
                )?
            }
            Value::Dict(dict) => {
                // A copy, for the body may change the map.
                let entries = dict.entries.borrow().clone();
                self.iterate(
                    branch,
                    entries.into_iter().map(|(k, v)| (Value::Text(k), v)),
                )?
            }
            Value::Keyed(map) => self.iterate(branch, map.entries.iter().cloned())?,
            Value::Missing | Value::Nil => None,
            number => self.count(branch, number)?,
        };
        let flow = match flow {
            Some(flow) => flow,
            None => self.nodes(&branch.otherwise, dot)?,
        };
        self.variables.truncate(scope);
        Ok(flow)
    }

    /// `range 3`
    fn count(&mut self, branch: &'t Branch, number: &Value) -> Result<Option<Flow>, Fault> {
        let span = branch.pipe.span.clone();
        let same: fn(i64) -> Value = match number {
            Value::Int64(_) => Value::Int64,
            Value::Named(Named::Month(_)) => |n| Value::Named(Named::Month(n)),
            Value::Named(Named::Weekday(_)) => |n| Value::Named(Named::Weekday(n)),
            Value::Named(Named::Duration(_)) => |n| Value::Named(Named::Duration(n)),
            _ => Value::Int,
        };
        let from_uint = || number.as_uint().and_then(|n| i64::try_from(n).ok());
        let Some(end) = number.as_int().or_else(from_uint) else {
            let message = format!("a range cannot iterate over {}", number.type_name());
            return Err(Fault::type_(message).at(span));
        };
        if branch.pipe.variables.len() > 1 {
            let fault = Fault::type_("a range over a number has one variable");
            return Err(fault.at(span));
        }
        self.iterate(branch, (0..end).map(|n| (Value::Missing, same(n))))
    }

    /// Runs the body for each item; nothing when there is none.
    fn iterate(
        &mut self,
        branch: &'t Branch,
        items: impl Iterator<Item = (Value, Value)>,
    ) -> Result<Option<Flow>, Fault> {
        let scope = self.variables.len();
        let mut ran = false;
        for (key, item) in items {
            ran = true;
            self.budget.steps(1)?;
            self.bind(&branch.pipe, key, &item)?;
            let flow = self.nodes(&branch.body, &item)?;
            self.variables.truncate(scope);
            if flow == Flow::Break {
                break;
            }
        }
        Ok(ran.then_some(Flow::Done))
    }

    /// Sets the variables of a range; the pipeline has declared them already.
    fn bind(&mut self, pipe: &'t Pipe, key: Value, item: &Value) -> Result<(), Fault> {
        let mut values = match pipe.variables.len() {
            0 => return Ok(()),
            1 => vec![item.clone()],
            _ => vec![key, item.clone()],
        };
        if pipe.assigns {
            for (name, value) in pipe.variables.iter().zip(values) {
                self.assign(name, value, &pipe.span)?;
            }
            return Ok(());
        }
        let top = self.variables.len();
        for offset in 1..=values.len() {
            if let Some(value) = values.pop() {
                self.variables[top - offset].1 = value;
            }
        }
        Ok(())
    }

    fn invoke(&mut self, invocation: &'t Invocation, dot: &Value) -> Result<(), Fault> {
        let Some(nodes) = self.tree.defined.get(&invocation.name) else {
            let name = invocation.name.to_str();
            let known = self.tree.defined.keys().filter_map(|k| k.as_str());
            let fault = Fault::new(
                ErrorKind::UnknownTemplate,
                format!("the template \"{name}\" is not defined"),
            );
            return Err(fault
                .at(invocation.span.clone())
                .maybe_hint(did_you_mean(&name, known)));
        };
        let dot = match &invocation.pipe {
            Some(pipe) => self.pipe(pipe, dot)?,
            None => Value::Missing,
        };
        let done = self.template(nodes, &dot);
        done.map_err(|fault| fault.at(invocation.span.clone()))
    }

    /// `$name = value`
    pub(super) fn assign(&mut self, name: &str, value: Value, span: &Span) -> Result<(), Fault> {
        self.budget.steps(self.variables.len() / 32)?;
        let found = self.variables.iter_mut().rfind(|(known, _)| *known == name);
        let Some((_, slot)) = found else {
            let message = format!("the variable \"{name}\" is not defined");
            let fault = Fault::new(ErrorKind::UnknownName, message).at(span.clone());
            return Err(fault.hint("declare it with \":=\""));
        };
        *slot = value;
        Ok(())
    }
}

/// Go's escaping of HTML text, which takes a plus too.
fn push_html(out: &mut Buffer, bytes: &[u8]) {
    let mut parts = bytes.split(|byte| *byte == b'+');
    out.push(&html(parts.next().unwrap_or_default()));
    for part in parts {
        out.push(b"&#43;");
        out.push(&html(part));
    }
}
