//! What a comment that names the key says.

use std::collections::HashMap;

use serde_json::error::Category;

/// A comment, read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    Marker(String),
    /// Why it is none, and the byte of the comment at which that shows.
    Malformed {
        reason: String,
        at: usize,
    },
    /// A JSON object stands there, behind other text.
    Trailing {
        at: usize,
    },
    /// Prose.
    Other,
}

/// Reads a comment, `#` included, that names `key`.
///
/// As Flux does: every `#` at the start goes, the rest is one JSON object of strings. The last of
/// two equal keys counts.
pub(crate) fn read(comment: &str, key: &str) -> Reading {
    let json = comment.trim_start_matches('#');
    let blank = json.len() - json.trim_start_matches([' ', '\t']).len();
    let start = comment.len() - json.len() + blank;
    let json = &comment[start..];
    if !json.starts_with('{') {
        return match brace_before(json, key) {
            Some(brace) => Reading::Trailing { at: start + brace },
            None => Reading::Other,
        };
    }
    match serde_json::from_str::<HashMap<String, Option<String>>>(json) {
        Ok(mut object) => match object.remove(key) {
            Some(Some(setter)) if !setter.is_empty() => Reading::Marker(setter),
            Some(_) => malformed("the setter is empty", start),
            None => Reading::Other,
        },
        Err(error) => malformed(&reason(&error), start + place(&error, json)),
    }
}

fn malformed(reason: &str, at: usize) -> Reading {
    Reading::Malformed {
        reason: reason.to_owned(),
        at,
    }
}

fn brace_before(text: &str, key: &str) -> Option<usize> {
    let key = text.find(key)?;
    text[..key].rfind('{')
}

/// The parser's words without its position, and without the text that it may quote.
fn reason(error: &serde_json::Error) -> String {
    match error.classify() {
        Category::Eof => "the JSON object is not closed".to_owned(),
        Category::Data => "a value of the JSON object is not a string".to_owned(),
        Category::Syntax | Category::Io => {
            let message = error.to_string();
            let words = message.split(" at line ").next().unwrap_or_default();
            match words {
                "trailing characters" => "text stands behind the JSON object".to_owned(),
                "key must be a string" => {
                    "a key of the JSON object is not in double quotes".to_owned()
                }
                words => words.to_owned(),
            }
        }
    }
}

/// The byte that the parser stopped at; it counts columns from 1, and 0 before the first.
fn place(error: &serde_json::Error, json: &str) -> usize {
    if error.is_eof() {
        return json.trim_ascii_end().len();
    }
    let mut at = error.column().saturating_sub(1).min(json.len());
    while !json.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn marker(comment: &str, setter: &str) {
        assert_eq!(read(comment, "$app"), Reading::Marker(setter.to_owned()));
    }

    #[track_caller]
    fn broken(comment: &str, reason: &str, at: usize) {
        assert_eq!(read(comment, "$app"), malformed(reason, at));
    }

    #[test]
    fn markers() {
        marker(r#"# {"$app": "a:b"}"#, "a:b");
        marker(r#"#{"$app":"a:b"}"#, "a:b");
        marker("#\t { \"$app\" : \"a:b\" }  ", "a:b");
        marker(r#"# {"note": "x", "$app": "a\u002db"}"#, "a-b");
        marker(r#"# {"$app": "a", "$app": "b", "x": null}"#, "b");
    }

    #[test]
    fn malformed_markers() {
        broken(r#"# {"$app": "a""#, "the JSON object is not closed", 14);
        broken(
            r#"# {"$app": "a"} x"#,
            "text stands behind the JSON object",
            16,
        );
        broken(
            r#"# {"$app": 1}"#,
            "a value of the JSON object is not a string",
            11,
        );
        broken(r#"# {"$app": ""}"#, "the setter is empty", 2);
        broken(
            "# {'$app': 'a'}",
            "a key of the JSON object is not in double quotes",
            3,
        );
        broken(r#"# {"$app" "a"}"#, "expected `:`", 10);
    }

    #[test]
    fn other_comments() {
        assert_eq!(read("# see $app", "$app"), Reading::Other);
        assert_eq!(read(r#"# {"note": "$app"}"#, "$app"), Reading::Other);
        assert_eq!(
            read(r#"# a: b # {"$app": "x"}"#, "$app"),
            Reading::Trailing { at: 9 }
        );
    }
}
