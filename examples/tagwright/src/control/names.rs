//! Names that are nearly right.

use tagwright::markers;

/// `; did you mean ...?`, or which names there are.
pub(crate) fn nearest(given: &str, known: &[String]) -> String {
    if let Some(near) = markers::nearest(given, known.iter().map(String::as_str)) {
        return format!("; did you mean {near}?");
    }
    match known {
        [] => "; there is none".to_owned(),
        some if some.len() <= 5 => format!("; there are {}", some.join(", ")),
        _ => "; see tagwright status".to_owned(),
    }
}
