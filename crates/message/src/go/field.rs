//! Fields of values.

use super::fault::Fault;
use super::value::{Record, Value};
use crate::error::ErrorKind;
use crate::suggest::did_you_mean;

/// `.name` of a value: a field or method of a struct, or an entry of a map.
pub(super) fn field(value: &Value, name: &str) -> Result<Value, Fault> {
    match value {
        Value::Missing => Ok(Value::Missing),
        Value::Dict(dict) => {
            let entries = dict.entries.borrow();
            Ok(entries
                .get(name.as_bytes())
                .cloned()
                .unwrap_or(Value::Missing))
        }
        Value::Record(record) => {
            let found = record.get(name);
            found.ok_or_else(|| unknown_field(record, name))
        }
        Value::Named(named) => {
            let hint = did_you_mean(name, named.names());
            let message = format!("there is no field \"{name}\" in {}", value.type_name());
            let fault = Fault::new(ErrorKind::UnknownName, message).maybe_hint(hint);
            named.field(name).ok_or(fault)
        }
        Value::Nil => Err(Fault::type_(format!("the field \"{name}\" of nil"))),
        other => {
            let message = format!(
                "there is no field \"{name}\" in a value of type {}",
                other.type_name()
            );
            Err(Fault::new(ErrorKind::UnknownName, message))
        }
    }
}

fn unknown_field(record: &Record, name: &str) -> Fault {
    let params = record.native.as_ref().and_then(|n| n.params(name));
    if let Some(params) = params {
        return argument_count(name, params.len(), 0);
    }
    let hint = removed(record.name, name).or_else(|| did_you_mean(name, record.names()));
    let message = format!("there is no field \"{name}\" in {}", record.name);
    Fault::new(ErrorKind::UnknownName, message).maybe_hint(hint)
}

/// A method that was given too few arguments, or too many.
pub(super) fn argument_count(name: &str, wanted: usize, found: usize) -> Fault {
    let message = format!("{name} takes {wanted} arguments, found {found}");
    Fault::new(ErrorKind::ArgumentCount, message)
}

/// What took the place of a field that Flux has removed or never had.
fn removed(record: &str, name: &str) -> Option<String> {
    let now = match (record, name) {
        ("update.Result", "ImageResult" | "Images") => "the images are in .Updated.Images",
        _ => return None,
    };
    Some(now.to_owned())
}
