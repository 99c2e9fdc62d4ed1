//! Evaluates pipelines, commands and operands.

use super::ast::{Command, Operand, Pipe, Span, Term};
use super::eval::Run;
use super::fault::Fault;
use super::field::{argument_count, field};
use super::funcs::{Body, Call, Function, Param, shallow_size};
use super::named::Named;
use super::native::Native;
use super::number::Number;
use super::value::Value;
use crate::error::ErrorKind;

impl<'t> Run<'t> {
    /// The value of a pipeline; its variables are declared or assigned.
    pub(super) fn pipe(&mut self, pipe: &'t Pipe, dot: &Value) -> Result<Value, Fault> {
        self.budget.enter()?;
        let mut value = None;
        for command in &pipe.commands {
            let result = self.command(command, dot, value)?;
            // Go looks into an interface here, and finds nothing in a nil one.
            value = Some(if result.is_nil() {
                Value::Missing
            } else {
                result
            });
        }
        let value = value.unwrap_or(Value::Missing);
        for name in &pipe.variables {
            if pipe.assigns {
                self.assign(name, value.clone(), &pipe.span)?;
            } else {
                self.budget.bytes(size_of::<Value>())?;
                self.variables.push((name, value.clone()));
            }
        }
        self.budget.leave();
        Ok(value)
    }

    /// `last` is what the command before it in the pipeline gave.
    fn command(
        &mut self,
        command: &'t Command,
        dot: &Value,
        last: Option<Value>,
    ) -> Result<Value, Fault> {
        let Command { first, args } = command;
        self.budget.steps(1)?;
        match &first.term {
            Term::Function(function) => self.call(function, first, args, dot, last),
            Term::Nil => Err(Fault::type_("nil is no command").at(first.span.clone())),
            Term::Number(number) => {
                no_arguments(first, args, last.as_ref())?;
                ideal(number, &first.span)
            }
            _ if args.is_empty() && last.is_none() => self.operand(first, dot),
            _ => self.method(first, args, dot, last),
        }
    }

    /// A field with arguments, which is a method with arguments.
    fn method(
        &mut self,
        first: &'t Operand,
        args: &'t [Operand],
        dot: &Value,
        last: Option<Value>,
    ) -> Result<Value, Fault> {
        let span = &first.span;
        let (receiver, names) = match &first.term {
            Term::Field(names) => (dot.clone(), names),
            Term::Variable(name, names) => (self.variable(name, span)?, names),
            Term::Chain(inner, names) => (self.operand(inner, dot)?, names),
            _ => return Err(not_a_function(first)),
        };
        let Some((name, above)) = names.split_last() else {
            return Err(not_a_function(first));
        };
        let receiver = fields(receiver, above, &(span.start..span.end - name.len() - 1))?;
        let Value::Record(record) = &receiver else {
            return Err(not_a_function(first));
        };
        let native = record.native.as_ref();
        let native = native.ok_or_else(|| not_a_function(first))?;
        let place = |fault: Fault| fault.at(span.clone());
        let params = params_of(native, record.name, name).map_err(place)?;
        let count = args.len() + usize::from(last.is_some());
        if count != params.len() {
            return Err(place(argument_count(name, params.len(), count)));
        }
        let mut values = Vec::with_capacity(count);
        for (arg, param) in args.iter().zip(params) {
            values.push(self.argument(arg, *param, dot)?);
        }
        if let Some(last) = last {
            let param = params.last().copied().unwrap_or(Param::Any);
            values.push(param.accept(last).map_err(place)?);
        }
        let value = native.call(name, &values).map_err(place)?;
        self.budget.bytes(shallow_size(&value)).map_err(place)?;
        Ok(value)
    }

    /// An operand where any type will do.
    fn operand(&mut self, operand: &'t Operand, dot: &Value) -> Result<Value, Fault> {
        self.budget.steps(1)?;
        let span = &operand.span;
        match &operand.term {
            Term::Function(function) => self.call(function, operand, &[], dot, None),
            Term::Dot => Ok(dot.clone()),
            Term::Nil => Ok(Value::Nil),
            Term::Bool(value) => Ok(Value::Bool(*value)),
            Term::Number(number) => ideal(number, span),
            Term::Text(text) => Ok(Value::Text(text.clone())),
            Term::Field(names) => fields(dot.clone(), names, span),
            Term::Variable(name, names) => fields(self.variable(name, span)?, names, span),
            Term::Chain(inner, names) => {
                let receiver = self.operand(inner, dot)?;
                fields(receiver, names, span)
            }
            Term::Pipe(pipe) => self.pipe(pipe, dot),
        }
    }

    fn variable(&mut self, name: &str, span: &Span) -> Result<Value, Fault> {
        // The search is paid for, so that thousands of variables cost no hours.
        self.budget.steps(self.variables.len() / 32)?;
        let found = self.variables.iter().rfind(|(known, _)| *known == name);
        found.map(|(_, value)| value.clone()).ok_or_else(|| {
            let message = format!("the variable \"{name}\" is not defined");
            Fault::new(ErrorKind::UnknownName, message).at(span.clone())
        })
    }

    fn call(
        &mut self,
        function: &'static Function,
        at: &'t Operand,
        args: &'t [Operand],
        dot: &Value,
        last: Option<Value>,
    ) -> Result<Value, Fault> {
        let count = args.len() + usize::from(last.is_some());
        check_count(function, count).map_err(|f| f.at(at.span.clone()))?;
        if let Body::Until(stop) = function.body {
            return self.until(stop, args, dot, last);
        }
        let mut values = Vec::with_capacity(count);
        for (place, arg) in args.iter().enumerate() {
            values.push(self.argument(arg, function.param(place), dot)?);
        }
        if let Some(last) = last {
            let value = function.param(args.len()).accept(last);
            values.push(value.map_err(|f| f.at(at.span.clone()))?);
        }
        let result = function.run(Call {
            args: values,
            budget: &mut self.budget,
        });
        result.map_err(|f| f.called(function.name).at(at.span.clone()))
    }

    /// `and` and `or`: the first value whose truth is `stop`, else the last.
    fn until(
        &mut self,
        stop: bool,
        args: &'t [Operand],
        dot: &Value,
        last: Option<Value>,
    ) -> Result<Value, Fault> {
        let mut value = Value::Missing;
        for arg in args {
            value = self.argument(arg, Param::Any, dot)?;
            if value.is_true() == stop {
                return Ok(value);
            }
        }
        Ok(last.unwrap_or(value))
    }

    /// An argument for a parameter; constants take its type.
    fn argument(
        &mut self,
        operand: &'t Operand,
        param: Param,
        dot: &Value,
    ) -> Result<Value, Fault> {
        let span = &operand.span;
        let wanted = || {
            Fault::type_(format!("expected {}, found another constant", param.name()))
                .at(span.clone())
        };
        match (&operand.term, param) {
            (Term::Number(number), Param::Int) => number.int.map(Value::Int).ok_or_else(wanted),
            (Term::Number(number), Param::Duration) => {
                let nanos = number.int.map(Named::Duration);
                nanos.map(Value::Named).ok_or_else(wanted)
            }
            (Term::Number(number), Param::Float) => Ok(Value::Float(number.float)),
            (Term::Number(_) | Term::Nil | Term::Bool(_) | Term::Text(_), Param::Any)
            | (Term::Bool(_), Param::Bool)
            | (Term::Text(_), Param::Text) => self.operand(operand, dot),
            (Term::Nil, Param::Dict) => param.accept(Value::Nil),
            (Term::Number(_) | Term::Bool(_) | Term::Text(_) | Term::Nil, _) => Err(wanted()),
            _ => param
                .accept(self.operand(operand, dot)?)
                .map_err(|f| f.at(span.clone())),
        }
    }
}

/// The parameters of a method; one without them is no function here.
fn params_of(native: &Native, type_name: &str, name: &str) -> Result<&'static [Param], Fault> {
    let missing = || {
        if native.field(name).is_some() {
            let message = format!("{name} takes no arguments");
            return Fault::new(ErrorKind::ArgumentCount, message);
        }
        let message = format!("there is no method \"{name}\" with arguments in {type_name}");
        Fault::new(ErrorKind::UnknownName, message)
    };
    native.params(name).ok_or_else(missing)
}

fn no_arguments(first: &Operand, args: &[Operand], last: Option<&Value>) -> Result<(), Fault> {
    if args.is_empty() && last.is_none() {
        return Ok(());
    }
    Err(not_a_function(first))
}

fn not_a_function(first: &Operand) -> Fault {
    let message = "an argument is given to what is no function";
    Fault::new(ErrorKind::ArgumentCount, message).at(first.span.clone())
}

fn check_count(function: &Function, count: usize) -> Result<(), Fault> {
    let fixed = function.params.len();
    let (fits, wanted) = match function.rest {
        Some(_) => (count >= fixed, format!("at least {fixed}")),
        None => (count == fixed, fixed.to_string()),
    };
    if fits {
        return Ok(());
    }
    let message = format!("{} takes {wanted} arguments, found {count}", function.name);
    Err(Fault::new(ErrorKind::ArgumentCount, message))
}

/// A number where its spelling decides the type.
fn ideal(number: &Number, span: &Span) -> Result<Value, Fault> {
    if number.is_float {
        return Ok(Value::Float(number.float));
    }
    let overflow = || Fault::type_("the number does not fit an int").at(span.clone());
    number.int.map(Value::Int).ok_or_else(overflow)
}

/// `.A.B` of a value; the span narrows to the field that fails.
fn fields(receiver: Value, names: &[String], span: &Span) -> Result<Value, Fault> {
    let mut value = receiver;
    for (at, name) in names.iter().enumerate() {
        let after: usize = names[at + 1..].iter().map(|n| n.len() + 1).sum();
        let end = span.end - after;
        let found = field(&value, name);
        value = found.map_err(|f| f.at(end - name.len() - 1..end))?;
    }
    Ok(value)
}
