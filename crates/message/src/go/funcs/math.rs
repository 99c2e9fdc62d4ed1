//! Sprig's arithmetic: `int64` that wraps, floats, and exact decimals.

use super::Param::{Any, Float, Int};
use super::cast::{to_float, to_int};
use super::{Answer, Call, Function};
use crate::go::decimal::{Decimal, Operand};
use crate::go::fault::Fault;
use crate::go::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::fixed("add1", &[Any], |call| {
        Ok(Value::Int64(to_int(call.any(0)).wrapping_add(1)))
    }),
    Function::variadic("add", &[], Any, |call| {
        Ok(Value::Int64(fold(call.rest(0), i64::wrapping_add)))
    }),
    Function::variadic("mul", &[Any], Any, |call| {
        Ok(Value::Int64(fold(call.rest(0), i64::wrapping_mul)))
    }),
    Function::fixed("sub", &[Any, Any], |call| {
        Ok(Value::Int64(fold(call.rest(0), i64::wrapping_sub)))
    }),
    Function::fixed("div", &[Any, Any], |call| divide(call, i64::wrapping_div)),
    Function::fixed("mod", &[Any, Any], |call| divide(call, i64::wrapping_rem)),
    Function::variadic("max", &[Any], Any, |call| {
        Ok(Value::Int64(fold(call.rest(0), i64::max)))
    }),
    Function::variadic("biggest", &[Any], Any, |call| {
        Ok(Value::Int64(fold(call.rest(0), i64::max)))
    }),
    Function::variadic("min", &[Any], Any, |call| {
        Ok(Value::Int64(fold(call.rest(0), i64::min)))
    }),
    Function::variadic("maxf", &[Any], Any, |call| {
        Ok(Value::Float(fold_floats(call.rest(0), f64::max)))
    }),
    Function::variadic("minf", &[Any], Any, |call| {
        Ok(Value::Float(fold_floats(call.rest(0), f64::min)))
    }),
    Function::fixed("floor", &[Any], |call| {
        Ok(Value::Float(to_float(call.any(0)).floor()))
    }),
    Function::fixed("ceil", &[Any], |call| {
        Ok(Value::Float(to_float(call.any(0)).ceil()))
    }),
    Function::variadic("round", &[Any, Int], Float, round),
    Function::fixed("until", &[Int], |call| {
        steps_list(call, 0, call.int(0), call.int(0).signum())
    }),
    Function::fixed("untilStep", &[Int, Int, Int], |call| {
        steps_list(call, call.int(0), call.int(1), call.int(2))
    }),
    Function::variadic("seq", &[], Int, seq),
    Function::fixed("add1f", &[Any], |call| {
        call.args.push(Value::Int(1));
        decimal(call, |sum, x| Ok(sum.plus(x)))
    }),
    Function::variadic("addf", &[], Any, |call| {
        call.args.insert(0, Value::Float(0.0));
        decimal(call, |sum, x| Ok(sum.plus(x)))
    }),
    Function::variadic("subf", &[Any], Any, |call| {
        decimal(call, |rest, x| Ok(rest.plus(x.negated())))
    }),
    Function::variadic("mulf", &[Any], Any, |call| {
        decimal(call, |product, x| Ok(product.times(x)))
    }),
    Function::variadic("divf", &[Any], Any, |call| {
        decimal(call, Decimal::divided_by)
    }),
];

fn fold(values: &[Value], with: fn(i64, i64) -> i64) -> i64 {
    values.iter().map(to_int).reduce(with).unwrap_or(0)
}

/// NaN in any place makes NaN, as in Go.
fn fold_floats(values: &[Value], with: fn(f64, f64) -> f64) -> f64 {
    let floats = || values.iter().map(to_float);
    if floats().any(f64::is_nan) {
        return f64::NAN;
    }
    floats().reduce(with).unwrap_or(0.0)
}

fn divide(call: &Call<'_>, with: fn(i64, i64) -> i64) -> Answer {
    let divisor = to_int(call.any(1));
    if divisor == 0 {
        return Err(Fault::function("a division by zero"));
    }
    Ok(Value::Int64(with(to_int(call.any(0)), divisor)))
}

/// Rounds to places; the third argument is the fraction that rounds up.
fn round(call: &mut Call<'_>) -> Answer {
    let up_from = call.rest(2).first().map_or(0.5, to_float);
    let power = 10f64.powf(to_float(call.any(1)));
    let digit = power * to_float(call.any(0));
    let rounded = if digit.fract() >= up_from {
        digit.ceil()
    } else {
        digit.floor()
    };
    Ok(Value::Float(rounded / power))
}

/// Computes in decimal, so that 0.1 and 0.2 make 0.3.
fn decimal(
    call: &mut Call<'_>,
    with: impl Fn(&Decimal, Operand) -> Result<Decimal, Fault>,
) -> Answer {
    let mut result = Decimal::from(operand(call.any(0))?);
    for value in call.args.iter().skip(1) {
        call.budget.steps(result.len() / 64)?;
        result = with(&result, operand(value)?)?;
    }
    Ok(Value::Float(result.to_float()))
}

fn operand(value: &Value) -> Result<Operand, Fault> {
    Operand::new(to_float(value))
}

fn steps_list(call: &mut Call<'_>, start: i64, end: i64, step: i64) -> Answer {
    Ok(Value::ints(steps(call, start, end, step)?))
}

/// From `start` by `step` before `end`; none when the step leads away.
fn steps(call: &mut Call<'_>, start: i64, end: i64, step: i64) -> Result<Vec<i64>, Fault> {
    let distance = i128::from(end) - i128::from(start);
    if step == 0 || (distance < 0) != (step < 0) {
        return Ok(Vec::new());
    }
    let stride = i128::from(step);
    let count =
        usize::try_from((distance.abs() + stride.abs() - 1) / stride.abs()).unwrap_or(usize::MAX);
    call.budget.steps(count)?;
    let mut values = Vec::with_capacity(count);
    let mut at = start;
    for _ in 0..count {
        values.push(at);
        at = at.wrapping_add(step);
    }
    Ok(values)
}

/// Like the shell's `seq`: `end`, `start end` or `start step end`, spaces between.
fn seq(call: &mut Call<'_>) -> Answer {
    let numbers: Vec<i64> = call.rest(0).iter().map(to_int).collect();
    let toward = |start: i64, end: i64| if end < start { -1 } else { 1 };
    let (start, step, end) = match numbers[..] {
        [end] => (1, toward(1, end), end),
        [start, end] => (start, toward(start, end), end),
        [start, step, end] if end < start && step > 0 => (start, 0, end),
        [start, step, end] => (start, step, end),
        _ => return Ok(Value::text("")),
    };
    let last = end.wrapping_add(toward(start, end));
    let values = steps(call, start, last, step)?;
    let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
    Ok(Value::text(texts.join(" ")))
}
