//! What filters may cost: minijinja's fuel counts a call of a filter as one
//! step, however long the list is that it walks.

use minijinja::value::{FunctionArgs, FunctionResult, Rest, Value, ValueKind, ValueOrKwargs};
use minijinja::{Environment, Error, ErrorKind, State, filters, functions};

use super::failure;
use crate::limits::{JINJA_ITEMS, JINJA_RANGE};

/// What filters have walked so far: items of lists, and texts by pieces.
struct Walked(usize);

/// Bytes of a text that cost as much as one item of a list.
const PIECE: usize = 64;

/// Puts the meter before all filters of minijinja that walk what they are given.
pub(super) fn add(environment: &mut Environment<'_>) {
    add_of_lists(environment);
    add_of_texts(environment);
    let range = Value::from_function(functions::range);
    environment.add_function(
        "range",
        move |state: &mut State<'_, '_>, args: Rest<Value>| {
            let items = range.call(state, &args)?;
            if items.len().is_none_or(|length| length > JINJA_RANGE) {
                return Err(failure::range_limit());
            }
            Ok(items)
        },
    );
}

fn add_of_lists(environment: &mut Environment<'_>) {
    metered(environment, "dictsort", filters::dictsort);
    metered(environment, "first", filters::first);
    metered(environment, "groupby", filters::groupby);
    metered(environment, "items", filters::items);
    metered(environment, "last", filters::last);
    metered(environment, "list", filters::list);
    metered(environment, "map", filters::map);
    metered(environment, "max", filters::max);
    metered(environment, "min", filters::min);
    metered(environment, "reject", filters::reject);
    metered(environment, "rejectattr", filters::rejectattr);
    metered(environment, "reverse", filters::reverse);
    metered(environment, "select", filters::select);
    metered(environment, "selectattr", filters::selectattr);
    metered(environment, "sort", filters::sort);
    metered(environment, "sum", filters::sum);
    metered(environment, "unique", filters::unique);
}

fn add_of_texts(environment: &mut Environment<'_>) {
    metered(environment, "capitalize", filters::capitalize);
    metered(environment, "e", filters::escape);
    metered(environment, "escape", filters::escape);
    metered(environment, "lines", filters::lines);
    metered(environment, "lower", filters::lower);
    metered(environment, "pprint", filters::pprint);
    metered(environment, "split", filters::split);
    metered(environment, "string", filters::string);
    metered(environment, "title", filters::title);
    metered(environment, "trim", filters::trim);
    metered(environment, "upper", filters::upper);
}

/// Adds a filter that pays for its arguments before it runs.
pub(super) fn metered<F, Rv, Args>(environment: &mut Environment<'_>, name: &'static str, filter: F)
where
    F: functions::Function<Rv, Args>,
    Rv: FunctionResult,
    Args: for<'a> FunctionArgs<'a>,
{
    let filter = Value::from_function(filter);
    environment.add_filter(
        name,
        move |state: &mut State<'_, '_>, args: Rest<ValueOrKwargs>| {
            let args = args.into_values();
            pay(state, args.iter().map(size).sum())?;
            filter.call(state, &args)
        },
    );
}

/// Items, and the pieces of a text; those of texts in lists are not counted.
fn size(value: &Value) -> usize {
    if let Some(text) = value.as_str() {
        return 1 + text.len() / PIECE;
    }
    let has_items = matches!(
        value.kind(),
        ValueKind::Seq | ValueKind::Iterable | ValueKind::Map
    );
    1 + value.len().filter(|_| has_items).unwrap_or(0)
}

fn pay(state: &mut State<'_, '_>, count: usize) -> Result<(), Error> {
    let walked = state.get_or_insert_extension(Walked(0));
    walked.0 = walked.0.saturating_add(count);
    if walked.0 > JINJA_ITEMS {
        return Err(ErrorKind::OutOfFuel.into());
    }
    Ok(())
}
