//! Fields that still work here and that Flux has dropped.

use super::ast::{Branch, Command, Node, Operand, Pipe, Span, Term, Tree};

/// Every use of `.Updated`, with what it asks of it, in order.
pub(super) fn old_fields(tree: &Tree) -> Vec<(Span, Option<&str>)> {
    let mut finder = Finder {
        found: Vec::new(),
        roots: vec!["$"],
    };
    finder.nodes(&tree.main, true);
    // What a definition is invoked with is not known; it is the data mostly.
    for nodes in tree.defined.values() {
        finder.nodes(nodes, true);
    }
    finder.found.sort_by_key(|(span, _)| span.start);
    finder.found
}

struct Finder<'t> {
    found: Vec<(Span, Option<&'t str>)>,
    /// The variables that hold the data.
    roots: Vec<&'t str>,
}

/// `at_root` says whether the dot is the data.
impl<'t> Finder<'t> {
    fn nodes(&mut self, nodes: &'t [Node], at_root: bool) {
        for node in nodes {
            match node {
                Node::Action(pipe) | Node::Escaped(pipe) | Node::Silent(pipe) => {
                    self.pipe(pipe, at_root);
                }
                Node::If(branch) => self.branch(branch, at_root, at_root),
                Node::With(branch) => {
                    let is_root = self.is_root(&branch.pipe, at_root);
                    self.branch(branch, at_root, is_root);
                }
                Node::Range(branch) => self.branch(branch, at_root, false),
                Node::Template(invocation) => {
                    let pipe = invocation.pipe.iter();
                    pipe.for_each(|pipe| self.pipe(pipe, at_root));
                }
                Node::Text(_) | Node::Literal(_) | Node::Break(_) | Node::Continue(_) => {}
            }
        }
    }

    fn branch(&mut self, branch: &'t Branch, at_root: bool, in_body: bool) {
        self.pipe(&branch.pipe, at_root);
        self.nodes(&branch.body, in_body);
        self.nodes(&branch.otherwise, at_root);
    }

    fn pipe(&mut self, pipe: &'t Pipe, at_root: bool) {
        for Command { first, args } in &pipe.commands {
            for operand in std::iter::once(first).chain(args) {
                self.operand(operand, at_root);
            }
        }
        if let [name] = pipe.variables.as_slice() {
            let is_root = self.is_root(pipe, at_root);
            // A variable of this name holds something else from here on.
            self.roots.retain(|root| *root != name);
            if is_root {
                self.roots.push(name);
            }
        }
    }

    /// Whether a pipeline gives the data itself.
    fn is_root(&self, pipe: &Pipe, at_root: bool) -> bool {
        let [Command { first, args }] = pipe.commands.as_slice() else {
            return false;
        };
        let is_data = match &first.term {
            Term::Dot => at_root,
            Term::Variable(name, names) => names.is_empty() && self.holds_data(name),
            _ => false,
        };
        is_data && args.is_empty()
    }

    fn holds_data(&self, name: &str) -> bool {
        self.roots.contains(&name)
    }

    fn operand(&mut self, operand: &'t Operand, at_root: bool) {
        match &operand.term {
            Term::Field(names) if at_root => self.names(operand, names),
            Term::Variable(name, names) if self.holds_data(name) => self.names(operand, names),
            Term::Chain(inner, _) => self.operand(inner, at_root),
            Term::Pipe(pipe) => self.pipe(pipe, at_root),
            _ => {}
        }
    }

    fn names(&mut self, operand: &'t Operand, names: &'t [String]) {
        if names.first().is_some_and(|name| name == "Updated") {
            let asked = names.get(1).map(String::as_str);
            self.found.push((operand.span.clone(), asked));
        }
    }
}
