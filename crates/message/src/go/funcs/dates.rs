//! Sprig's functions on dates that hang on their arguments alone.

use super::Param::{Text, Time as T};
use super::{Answer, Call, Function};
use crate::go::duration::Duration;
use crate::go::fault::Fault;
use crate::go::native::Native;
use crate::go::time::Time;
use crate::go::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::fixed("toDate", &[Text, Text], |call| {
        Ok(Native::Time(parse(call)?.unwrap_or(Time::ZERO)).value())
    }),
    Function::fixed("mustToDate", &[Text, Text], |call| {
        Ok(Native::Time(parse(call)??).value())
    }),
    Function::fixed("mustDateModify", &[Text, T], modify),
    Function::fixed("must_date_modify", &[Text, T], modify),
    Function::fixed("unixEpoch", &[T], |call| {
        Ok(Value::text(time(call, 0)?.unix().to_string()))
    }),
];

/// The outer error is that of the budget.
fn parse(call: &mut Call<'_>) -> Result<Result<Time, Fault>, Fault> {
    let (layout, text) = (call.text(0), call.text(1));
    call.budget.steps((layout.len() + text.len()) / 8)?;
    Ok(Time::parse(layout.bytes(), text.bytes()))
}

fn modify(call: &mut Call<'_>) -> Answer {
    let duration = Duration::parse(&call.str(0)).ok_or_else(|| {
        let hint = "lengths of time look like 1h15m30.5s or -90m";
        Fault::function("invalid length of time").hint(hint)
    })?;
    Ok(Native::Time(time(call, 1)?.plus(duration.0)?).value())
}

fn time(call: &Call<'_>, place: usize) -> Result<Time, Fault> {
    match call.any(place) {
        Value::Record(record) => record.native.as_ref().and_then(Native::time).cloned(),
        _ => None,
    }
    .ok_or_else(|| Fault::type_("expected a time"))
}
