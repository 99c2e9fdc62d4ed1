//! What a kind of cases is.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// Our answer's fields, or the words in which we refuse the case.
pub(crate) type Answer = Result<Map<String, Value>, String>;

/// One kind of cases.
pub(crate) struct Kind {
    /// The word on the command line.
    pub(crate) name: &'static str,
    /// What a case brings and what the answer is.
    pub(crate) help: &'static str,
    /// The fields of an answer, taken off the case before it is answered.
    pub(crate) answers: &'static [&'static str],
    /// The answer; an error when the case lacks a field or has one of a wrong type.
    pub(crate) answer: fn(Value) -> Result<Answer, serde_json::Error>,
}

/// The fields of an answer.
pub(crate) fn fields<const N: usize>(fields: [(&str, Value); N]) -> Map<String, Value> {
    fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// A field that is `null` is as good as absent.
pub(crate) fn or_default<'de, D, T>(field: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::<T>::deserialize(field).map(Option::unwrap_or_default)
}
