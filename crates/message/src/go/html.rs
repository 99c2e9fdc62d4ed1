//! What Go's `html/template` makes of a template whose actions print into the
//! text of HTML, as Fleet renders commit messages.
//!
//! Actions in text are escaped, comments are left out, and a `<` that opens no
//! tag becomes `&lt;`. Actions elsewhere would need the escaping of attributes,
//! URLs, scripts or styles: such templates are refused.

use std::collections::BTreeMap;

use super::ast::{Branch, Invocation, Node, Pipe, Span, Term, Tree};
use super::fault::Fault;
use super::text::Text;
use crate::error::{Error, ErrorKind};
use crate::suggest::did_you_mean;

mod scan;

use scan::{Place, scan};

/// Rewrites the main template and those that it invokes.
pub(super) fn escape(tree: Tree, source: &str) -> Result<Tree, Error> {
    let mut escaper = Escaper {
        source,
        originals: tree.defined,
        escaped: BTreeMap::new(),
        ends: BTreeMap::new(),
        jumps: Vec::new(),
    };
    let main = escaper.main(tree.main);
    let main = main.map_err(|fault| fault.into_error(source))?;
    let mut defined = escaper.escaped;
    // What is never invoked is never looked at.
    for (name, nodes) in escaper.originals {
        defined.entry(name).or_insert(nodes);
    }
    Ok(Tree { main, defined })
}

struct Escaper<'a> {
    source: &'a str,
    originals: BTreeMap<Text, Vec<Node>>,
    escaped: BTreeMap<Text, Vec<Node>>,
    /// Where the templates end that were looked at; those being looked at are
    /// taken to end in text.
    ends: BTreeMap<Text, End>,
    /// Where the breaks and continues of the loop at hand stand.
    jumps: Vec<(Place, Span)>,
}

/// Where a list of nodes ends; nowhere after a `break`.
type End = Option<Place>;

impl Escaper<'_> {
    /// The main template, which begins and ends in text.
    fn main(&mut self, nodes: Vec<Node>) -> Result<Vec<Node>, Fault> {
        let end = nodes.last().map_or(0..0, node_span);
        let (nodes, place) = self.nodes(nodes, Place::Text)?;
        match place {
            None | Some(Place::Text) => Ok(nodes),
            Some(place) => {
                let message = format!("the template ends {}", place.name());
                Err(Fault::new(ErrorKind::Context, message).at(end))
            }
        }
    }

    fn nodes(&mut self, nodes: Vec<Node>, place: Place) -> Result<(Vec<Node>, End), Fault> {
        let mut out = Vec::with_capacity(nodes.len());
        let mut end = Some(place);
        for node in nodes {
            match end {
                Some(place) => end = self.node(node, place, &mut out)?,
                // Nothing runs after a `break`.
                None => break,
            }
        }
        Ok((out, end))
    }

    fn node(&mut self, node: Node, place: Place, out: &mut Vec<Node>) -> Result<End, Fault> {
        let node = match node {
            Node::Text(span) => return scan(self.source, span, place, out).map(Some),
            Node::Action(pipe) => action(pipe, place)?,
            Node::If(branch) => return self.branch(branch, Node::If, place, out),
            Node::With(branch) => return self.branch(branch, Node::With, place, out),
            Node::Range(branch) => return self.range(branch, place, out),
            Node::Template(invocation) => return self.invoke(invocation, place, out),
            node @ (Node::Break(_) | Node::Continue(_)) => {
                self.jumps.push((place, node_span(&node)));
                out.push(node);
                return Ok(None);
            }
            node => node,
        };
        out.push(node);
        Ok(Some(place))
    }

    fn branch(
        &mut self,
        branch: Branch,
        node: fn(Branch) -> Node,
        place: Place,
        out: &mut Vec<Node>,
    ) -> Result<End, Fault> {
        let (body, first) = self.nodes(branch.body, place)?;
        let (otherwise, second) = self.nodes(branch.otherwise, place)?;
        let span = branch.pipe.span.clone();
        out.push(node(Branch {
            pipe: branch.pipe,
            body,
            otherwise,
        }));
        join(first, second, &span)
    }

    /// A loop ends where it began, for its body may run again.
    fn range(&mut self, branch: Branch, place: Place, out: &mut Vec<Node>) -> Result<End, Fault> {
        let span = branch.pipe.span.clone();
        let outer = std::mem::take(&mut self.jumps);
        let (body, mut end) = self.nodes(branch.body, place)?;
        for (jump, span) in std::mem::replace(&mut self.jumps, outer) {
            end = join(end, Some(jump), &span)?;
        }
        let end = join(end, Some(place), &span)?;
        let (otherwise, second) = self.nodes(branch.otherwise, place)?;
        out.push(Node::Range(Branch {
            pipe: branch.pipe,
            body,
            otherwise,
        }));
        join(end, second, &span)
    }

    /// A template is rewritten once, for text.
    fn invoke(
        &mut self,
        invocation: Invocation,
        place: Place,
        out: &mut Vec<Node>,
    ) -> Result<End, Fault> {
        let name = invocation.name.clone();
        if place != Place::Text {
            return Err(elsewhere("a template", place).at(invocation.span));
        }
        if !self.ends.contains_key(&name) {
            let nodes = self.originals.remove(&name);
            let nodes = nodes.ok_or_else(|| self.undefined(&invocation))?;
            self.ends.insert(name.clone(), Some(Place::Text));
            let (nodes, end) = self.nodes(nodes, Place::Text)?;
            self.ends.insert(name.clone(), end);
            self.escaped.insert(name.clone(), nodes);
        }
        out.push(Node::Template(invocation));
        Ok(self.ends.get(&name).copied().flatten())
    }

    fn undefined(&self, invocation: &Invocation) -> Fault {
        let name = invocation.name.to_str();
        let known = self.originals.keys().chain(self.escaped.keys());
        let hint = did_you_mean(&name, known.filter_map(|known| known.as_str()));
        let message = format!("the template \"{name}\" is not defined");
        Fault::new(ErrorKind::UnknownTemplate, message)
            .at(invocation.span.clone())
            .maybe_hint(hint)
    }
}

/// An action that prints, as the place wants it.
fn action(pipe: Pipe, place: Place) -> Result<Node, Fault> {
    if !pipe.variables.is_empty() {
        return Ok(Node::Action(pipe));
    }
    check_escapers(&pipe)?;
    match place {
        Place::Text if ends_in_html(&pipe) => Ok(Node::Action(pipe)),
        Place::Text => Ok(Node::Escaped(pipe)),
        Place::Comment => Ok(Node::Silent(pipe)),
        place => Err(elsewhere("an action", place).at(pipe.span)),
    }
}

/// One place from two ways to it.
fn join(first: End, second: End, span: &Span) -> Result<End, Fault> {
    match (first, second) {
        (None, end) | (end, None) => Ok(end),
        (Some(first), Some(second)) if first == second => Ok(Some(first)),
        (Some(first), Some(second)) => {
            let (first, second) = (first.name(), second.name());
            let message = format!("the branches end differently, {first} and {second}");
            Err(Fault::new(ErrorKind::Context, message)
                .at(span.clone())
                .hint("open and close tags and comments in the same branch"))
        }
    }
}

fn elsewhere(what: &str, place: Place) -> Fault {
    let message = format!(
        "{what} {} would need the escaping of that place",
        place.name()
    );
    Fault::new(ErrorKind::Context, message).hint("print only into text, outside of tags")
}

/// `html` and `urlquery` are escapers, which may only come last.
fn check_escapers(pipe: &Pipe) -> Result<(), Fault> {
    let Some((_, earlier)) = pipe.commands.split_last() else {
        return Ok(());
    };
    for command in earlier {
        let Term::Function(function) = &command.first.term else {
            continue;
        };
        if matches!(function.name, "html" | "urlquery") {
            let name = function.name;
            let message = format!("the escaper \"{name}\" is not the last of its pipeline");
            return Err(Fault::new(ErrorKind::Context, message)
                .at(command.first.span.clone())
                .hint("leave it out, actions are escaped anyway"));
        }
    }
    Ok(())
}

/// Whether the pipeline escapes what it gives itself.
fn ends_in_html(pipe: &Pipe) -> bool {
    let last = pipe.commands.last().map(|command| &command.first.term);
    matches!(last, Some(Term::Function(function)) if function.name == "html")
}

fn node_span(node: &Node) -> Span {
    match node {
        Node::Text(span) | Node::Break(span) | Node::Continue(span) => span.clone(),
        Node::Action(pipe) | Node::Escaped(pipe) | Node::Silent(pipe) => pipe.span.clone(),
        Node::If(branch) | Node::With(branch) | Node::Range(branch) => branch.pipe.span.clone(),
        Node::Template(invocation) => invocation.span.clone(),
        Node::Literal(_) => 0..0,
    }
}
