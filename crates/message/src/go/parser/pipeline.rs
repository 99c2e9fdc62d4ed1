//! Pipelines, commands and operands.

use super::{Parser, syntax};
use crate::error::ErrorKind;
use crate::go::ast::{Command, Operand, Pipe, Span, Term};
use crate::go::fault::Fault;
use crate::go::lexer::Kind;
use crate::go::number::Number;
use crate::suggest::did_you_mean;

impl Parser<'_> {
    /// Declarations and commands up to the right delimiter.
    pub(super) fn pipeline(&mut self, place: &str) -> Result<Pipe, Fault> {
        self.pipeline_to(place, Kind::RightDelim)
    }

    fn pipeline_to(&mut self, place: &str, end: Kind) -> Result<Pipe, Fault> {
        self.skip_space();
        let start = self.peek().span.start;
        let (variables, assigns) = self.declarations(place)?;
        let mut commands = Vec::new();
        loop {
            self.skip_space();
            let token = self.peek().clone();
            if token.kind == end {
                self.next();
                let span = start..token.span.start.max(start);
                let pipe = Pipe {
                    span,
                    assigns,
                    variables,
                    commands,
                };
                return check_pipeline(pipe, place, token.span);
            }
            if !starts_operand(token.kind) {
                return Err(self.unexpected(&token, place));
            }
            commands.push(self.command()?);
        }
    }

    /// `$a :=`, `$a =`, and for a range `$a, $b :=` or bare `$a, $b`.
    fn declarations(&mut self, place: &str) -> Result<(Vec<String>, bool), Fault> {
        let mut variables = Vec::new();
        loop {
            let start = self.at;
            self.skip_space();
            let variable = self.next();
            if variable.kind != Kind::Variable {
                self.at = start;
                return Ok((variables, false));
            }
            let name = self.text(&variable).to_owned();
            let after = self.next_non_space();
            match after.kind {
                Kind::Assign | Kind::Declare => {
                    self.variables.push(name.clone());
                    variables.push(name);
                    return Ok((variables, after.kind == Kind::Assign));
                }
                Kind::Comma => {
                    self.variables.push(name.clone());
                    variables.push(name);
                    self.check_second_variable(place, &variables, after.span)?;
                }
                _ => {
                    self.at = start;
                    return Ok((variables, false));
                }
            }
        }
    }

    fn check_second_variable(
        &mut self,
        place: &str,
        variables: &[String],
        span: Span,
    ) -> Result<(), Fault> {
        if place != "range" || variables.len() > 1 {
            return Err(syntax(format!("too many declarations in {place}")).at(span));
        }
        self.skip_space();
        match self.peek().kind {
            Kind::Variable | Kind::RightDelim | Kind::RightParen => Ok(()),
            _ => Err(syntax("a range can only declare variables").at(span)),
        }
    }

    /// Operands up to a pipe, which is taken, or an end, which is left.
    fn command(&mut self) -> Result<Command, Fault> {
        let mut operands = Vec::new();
        loop {
            self.skip_space();
            if starts_operand(self.peek().kind) {
                operands.push(self.operand()?);
            }
            let token = self.peek().clone();
            match token.kind {
                Kind::Space => {}
                Kind::RightDelim | Kind::RightParen => break,
                Kind::Pipe => {
                    // Go reads `a | }}` as `a`.
                    self.next();
                    break;
                }
                _ => return Err(self.unexpected(&token, "an operand")),
            }
        }
        let mut operands = operands.into_iter();
        let first = operands.next().ok_or_else(|| syntax("empty command"))?;
        Ok(Command {
            first,
            args: operands.collect(),
        })
    }

    /// A term and the fields that follow it.
    fn operand(&mut self) -> Result<Operand, Fault> {
        let start = self.peek().span.start;
        let term = self.term()?;
        let mut fields = Vec::new();
        while self.peek().kind == Kind::Field {
            let token = self.next();
            fields.push(self.text(&token)[1..].to_owned());
        }
        let span = start..self.tokens[self.at - 1].span.end;
        let operand = Operand { span, term };
        if fields.is_empty() {
            Ok(operand)
        } else {
            chain(operand, fields)
        }
    }

    fn term(&mut self) -> Result<Term, Fault> {
        let token = self.next();
        let text = self.text(&token);
        match token.kind {
            Kind::Identifier => self.function(text, token.span),
            Kind::Dot => Ok(Term::Dot),
            Kind::Nil => Ok(Term::Nil),
            Kind::Bool => Ok(Term::Bool(text == "true")),
            Kind::Variable => self.variable(text, token.span),
            Kind::Field => Ok(Term::Field(vec![text[1..].to_owned()])),
            Kind::Number => located(Number::parse(text), token.span).map(Term::Number),
            Kind::Char => located(Number::parse_char(text), token.span).map(Term::Number),
            Kind::String | Kind::RawString => self.constant(&token).map(Term::Text),
            Kind::LeftParen => {
                let pipe = self.nested(|p| p.pipeline_to("parentheses", Kind::RightParen))?;
                Ok(Term::Pipe(Box::new(pipe)))
            }
            _ => Err(self.unexpected(&token, "an operand")),
        }
    }

    fn function(&self, name: &str, span: Span) -> Result<Term, Fault> {
        let found = self.functions.find(name).map(Term::Function);
        found.map_err(|fault| fault.at(span))
    }

    fn variable(&self, name: &str, span: Span) -> Result<Term, Fault> {
        if self.variables.iter().any(|v| v == name) {
            return Ok(Term::Variable(name.to_owned(), Vec::new()));
        }
        let hint = did_you_mean(name, self.variables.iter().map(String::as_str));
        let message = format!("the variable \"{name}\" is not defined");
        Err(Fault::new(ErrorKind::UnknownName, message)
            .at(span)
            .maybe_hint(hint))
    }
}

fn located<T>(result: Result<T, Fault>, span: Span) -> Result<T, Fault> {
    result.map_err(|fault| fault.at(span))
}

fn starts_operand(kind: Kind) -> bool {
    use Kind::{
        Bool, Char, Dot, Field, Identifier, LeftParen, Nil, Number, RawString, String, Variable,
    };
    matches!(
        kind,
        Bool | Char
            | Dot
            | Field
            | Identifier
            | Nil
            | Number
            | RawString
            | String
            | Variable
            | LeftParen
    )
}

fn check_pipeline(pipe: Pipe, place: &str, end: Span) -> Result<Pipe, Fault> {
    if pipe.commands.is_empty() {
        return Err(syntax(format!("missing value for {place}")).at(end));
    }
    let later = pipe.commands.iter().skip(1);
    if let Some(command) = later.into_iter().find(|c| c.first.term.is_value()) {
        let fault = syntax("a constant cannot take a value from a pipe");
        return Err(fault
            .at(command.first.span.clone())
            .hint("put a function after \"|\""));
    }
    Ok(pipe)
}

/// Fields after a term: more of its own for a field or a variable.
fn chain(operand: Operand, fields: Vec<String>) -> Result<Operand, Fault> {
    let Operand { span, term } = operand;
    let term = match term {
        Term::Field(mut names) => {
            names.extend(fields);
            Term::Field(names)
        }
        Term::Variable(name, _) => Term::Variable(name, fields),
        term if term.is_value() => return Err(syntax("a field of a constant").at(span)),
        term => {
            let inner = Operand {
                span: span.clone(),
                term,
            };
            Term::Chain(Box::new(inner), fields)
        }
    };
    Ok(Operand { span, term })
}
