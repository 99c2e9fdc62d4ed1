//! Tokens to a tree, by the grammar of Go's `text/template/parse`.

use std::collections::BTreeMap;

use super::ast::{Branch, Invocation, Node, Span, Tree};
use super::fault::Fault;
use super::funcs::Functions;
use super::lexer::{Kind, Token, lex};
use super::quote::unquote;
use super::text::Text;
use crate::error::{Error, ErrorKind};
use crate::limits::GO_NESTING;

mod pipeline;

/// Reads a template that may call the functions of a set.
pub(super) fn parse(source: &str, functions: &'static Functions) -> Result<Tree, Error> {
    let tree = lex(source).and_then(|tokens| Parser::new(source, tokens, functions).tree());
    tree.map_err(|fault| fault.into_error(source))
}

/// What ended a list of nodes.
enum Terminator {
    End(Span),
    Else(Span),
}

struct Parser<'a> {
    source: &'a str,
    functions: &'static Functions,
    tokens: Vec<Token>,
    at: usize,
    /// The variables in scope; a definition starts anew.
    variables: Vec<String>,
    ranges: usize,
    depth: usize,
    defined: BTreeMap<Text, Vec<Node>>,
}

impl<'a> Parser<'a> {
    fn new(source: &'a str, tokens: Vec<Token>, functions: &'static Functions) -> Self {
        Parser {
            source,
            functions,
            tokens,
            at: 0,
            variables: vec!["$".to_owned()],
            ranges: 0,
            depth: 0,
            defined: BTreeMap::new(),
        }
    }

    /// The current token; the last one is never passed.
    fn peek(&self) -> &Token {
        &self.tokens[self.at]
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    fn skip_space(&mut self) {
        while self.peek().kind == Kind::Space {
            self.at += 1;
        }
    }

    fn next_non_space(&mut self) -> Token {
        self.skip_space();
        self.next()
    }

    fn text(&self, token: &Token) -> &'a str {
        &self.source[token.span.clone()]
    }

    fn is_keyword(&self, token: &Token, word: &str) -> bool {
        token.kind == Kind::Keyword && self.text(token) == word
    }

    fn unexpected(&self, token: &Token, place: &str) -> Fault {
        let found = match token.kind {
            Kind::End => "the end of the template".to_owned(),
            Kind::RightDelim => "the end of the action".to_owned(),
            Kind::Space => "a space".to_owned(),
            Kind::Text | Kind::LeftDelim => "text".to_owned(),
            Kind::Keyword => format!("the keyword \"{}\"", self.text(token)),
            Kind::String | Kind::RawString | Kind::Char => "a quoted constant".to_owned(),
            Kind::Number => "a number".to_owned(),
            _ => format!("\"{}\"", self.text(token)),
        };
        syntax(format!("unexpected {found} in {place}")).at(token.span.clone())
    }

    fn expect_right_delim(&mut self, place: &str) -> Result<Span, Fault> {
        let token = self.next_non_space();
        match token.kind {
            Kind::RightDelim => Ok(token.span),
            _ => Err(self.unexpected(&token, place)),
        }
    }

    /// The whole source.
    fn tree(mut self) -> Result<Tree, Fault> {
        let mut main = Vec::new();
        while self.peek().kind != Kind::End {
            if self.at_definition() {
                self.definition()?;
                continue;
            }
            match self.node()? {
                Ok(node) => main.push(node),
                Err(terminator) => return Err(stray(&terminator)),
            }
        }
        Ok(Tree {
            main,
            defined: self.defined,
        })
    }

    fn at_definition(&self) -> bool {
        let mut following = self.tokens[self.at..]
            .iter()
            .filter(|t| t.kind != Kind::Space);
        let opens = following.next().is_some_and(|t| t.kind == Kind::LeftDelim);
        opens
            && following
                .next()
                .is_some_and(|t| self.is_keyword(t, "define"))
    }

    fn definition(&mut self) -> Result<(), Fault> {
        self.next();
        self.next_non_space();
        let name = self.template_name("a define clause")?;
        let span = self.expect_right_delim("a define clause")?;
        let body = self.scoped_body("a define clause")?;
        self.define(name, body, span)
    }

    /// A body with variables of its own, up to its end.
    fn scoped_body(&mut self, place: &str) -> Result<Vec<Node>, Fault> {
        let outer = std::mem::replace(&mut self.variables, vec!["$".to_owned()]);
        let ranges = std::mem::take(&mut self.ranges);
        let (body, terminator) = self.list()?;
        self.variables = outer;
        self.ranges = ranges;
        match terminator {
            Terminator::End(_) => Ok(body),
            Terminator::Else(span) => {
                Err(syntax(format!("unexpected {{{{else}}}} in {place}")).at(span))
            }
        }
    }

    /// A definition replaces one that is empty; an empty one replaces none.
    fn define(&mut self, name: Text, body: Vec<Node>, span: Span) -> Result<(), Fault> {
        let is_empty = |nodes: &[Node]| nodes.iter().all(|n| self.is_blank(n));
        match self.defined.get(&name) {
            Some(old) if !is_empty(old) && !is_empty(&body) => {
                let message = format!("the template \"{}\" is defined twice", name.to_str());
                Err(syntax(message).at(span))
            }
            Some(old) if !is_empty(old) => Ok(()),
            _ => {
                self.defined.insert(name, body);
                Ok(())
            }
        }
    }

    fn is_blank(&self, node: &Node) -> bool {
        match node {
            Node::Text(span) => self.source[span.clone()].trim().is_empty(),
            _ => false,
        }
    }

    /// Nodes up to `end` or `else`.
    fn list(&mut self) -> Result<(Vec<Node>, Terminator), Fault> {
        let mut nodes = Vec::new();
        loop {
            self.skip_space();
            if self.peek().kind == Kind::End {
                let fault = syntax("the template ends inside a block").at(self.peek().span.clone());
                return Err(fault.hint("close it with \"{{end}}\""));
            }
            match self.node()? {
                Ok(node) => nodes.push(node),
                Err(terminator) => return Ok((nodes, terminator)),
            }
        }
    }

    fn node(&mut self) -> Result<Result<Node, Terminator>, Fault> {
        let token = self.next_non_space();
        match token.kind {
            Kind::Text => Ok(Ok(Node::Text(token.span))),
            Kind::LeftDelim => self.nested(Parser::action),
            _ => Err(self.unexpected(&token, "the template")),
        }
    }

    /// Counts a level of nesting, so that no template exhausts the stack.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        self.depth += 1;
        if self.depth > GO_NESTING {
            let message = format!("the template is nested more than {GO_NESTING} levels deep");
            return Err(Fault::limit(message).at(self.peek().span.clone()));
        }
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    /// What stands between delimiters; the left one is past.
    fn action(&mut self) -> Result<Result<Node, Terminator>, Fault> {
        self.skip_space();
        let token = self.peek().clone();
        if token.kind != Kind::Keyword {
            return Ok(Ok(Node::Action(self.pipeline("a command")?)));
        }
        self.next();
        match self.text(&token) {
            "if" => Ok(Ok(Node::If(self.branch("if")?))),
            "with" => Ok(Ok(Node::With(self.branch("with")?))),
            "range" => Ok(Ok(Node::Range(self.branch("range")?))),
            "template" => Ok(Ok(self.template(token.span)?)),
            "block" => Ok(Ok(self.block(token.span)?)),
            "break" => Ok(Ok(self.jump(token, Node::Break)?)),
            "continue" => Ok(Ok(self.jump(token, Node::Continue)?)),
            "end" => Ok(Err(Terminator::End(self.expect_right_delim("{{end}}")?))),
            "else" => Ok(Err(self.otherwise(token.span)?)),
            _ => Err(syntax("a definition inside a block")
                .at(token.span)
                .hint("move {{define}} to the top level")),
        }
    }

    fn jump(&mut self, token: Token, node: fn(Span) -> Node) -> Result<Node, Fault> {
        self.expect_right_delim("{{break}} or {{continue}}")?;
        if self.ranges == 0 {
            let message = format!("{{{{{}}}}} outside {{{{range}}}}", self.text(&token));
            return Err(syntax(message).at(token.span));
        }
        Ok(node(token.span))
    }

    /// `else`, of which `else if` and `else with` leave their keyword pending.
    fn otherwise(&mut self, span: Span) -> Result<Terminator, Fault> {
        self.skip_space();
        let next = self.peek().clone();
        if !self.is_keyword(&next, "if") && !self.is_keyword(&next, "with") {
            self.expect_right_delim("{{else}}")?;
        }
        Ok(Terminator::Else(span))
    }

    fn branch(&mut self, keyword: &str) -> Result<Branch, Fault> {
        let scope = self.variables.len();
        let is_range = usize::from(keyword == "range");
        let pipe = self.pipeline(keyword)?;
        self.ranges += is_range;
        let (body, terminator) = self.list()?;
        self.ranges -= is_range;
        let otherwise = match terminator {
            Terminator::End(_) => Vec::new(),
            Terminator::Else(_) => self.else_body(keyword)?,
        };
        self.variables.truncate(scope);
        Ok(Branch {
            pipe,
            body,
            otherwise,
        })
    }

    fn else_body(&mut self, keyword: &str) -> Result<Vec<Node>, Fault> {
        self.skip_space();
        let next = self.peek().clone();
        if next.kind == Kind::Keyword && self.text(&next) == keyword {
            self.next();
            let branch = self.nested(|p| p.branch(keyword))?;
            let node = if keyword == "if" {
                Node::If
            } else {
                Node::With
            };
            return Ok(vec![node(branch)]);
        }
        let (body, terminator) = self.list()?;
        match terminator {
            Terminator::End(_) => Ok(body),
            Terminator::Else(span) => Err(syntax("a second {{else}}").at(span)),
        }
    }

    fn template(&mut self, span: Span) -> Result<Node, Fault> {
        let name = self.template_name("a template clause")?;
        self.skip_space();
        let pipe = match self.peek().kind {
            Kind::RightDelim => {
                self.next();
                None
            }
            _ => Some(self.pipeline("a template clause")?),
        };
        Ok(Node::Template(Invocation { span, name, pipe }))
    }

    fn block(&mut self, span: Span) -> Result<Node, Fault> {
        let name = self.template_name("a block clause")?;
        let pipe = Some(self.pipeline("a block clause")?);
        let body = self.scoped_body("a block clause")?;
        self.define(name.clone(), body, span.clone())?;
        Ok(Node::Template(Invocation { span, name, pipe }))
    }

    fn template_name(&mut self, place: &str) -> Result<Text, Fault> {
        let token = self.next_non_space();
        match token.kind {
            Kind::String | Kind::RawString => self.constant(&token),
            _ => Err(self.unexpected(&token, place)),
        }
    }

    fn constant(&self, token: &Token) -> Result<Text, Fault> {
        let bad = || syntax("invalid escape in a quoted string").at(token.span.clone());
        unquote(self.text(token)).ok_or_else(bad)
    }
}

fn syntax(message: impl Into<String>) -> Fault {
    Fault::new(ErrorKind::Syntax, message)
}

fn stray(terminator: &Terminator) -> Fault {
    let (word, span) = match terminator {
        Terminator::End(span) => ("end", span),
        Terminator::Else(span) => ("else", span),
    };
    syntax(format!("unexpected {{{{{word}}}}}")).at(span.clone())
}
