//! What a comment that names the key says.

use std::collections::HashMap;

use serde_json::error::Category;

use crate::{syntax::Syntax, template::Template};

/// The field of a marker that holds its template.
const TEMPLATE: &str = "template";

/// Characters of a field's name that a reason says.
const MAX_SHOWN: usize = 64;

/// A comment, read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    Marker(Named),
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

/// What a marker says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) setter: String,
    pub(crate) template: Option<Template>,
}

/// Whether a comment that does not name the key as it is may name it with JSON's escapes.
///
/// The references read such a marker in a file that names the key elsewhere.
pub(crate) fn may_be_escaped(comment: &str) -> bool {
    let (_, json) = object(comment);
    json.starts_with('{') && json.contains("\\u")
}

/// Reads a comment, `#` included, that names the key.
///
/// As Flux does: every `#` at the start goes, the rest is one JSON object of strings. The last of
/// two equal keys counts.
pub(crate) fn read(comment: &str, syntax: &Syntax) -> Reading {
    let (start, json) = object(comment);
    if !json.starts_with('{') {
        return match brace_before(json, syntax.key()) {
            Some(brace) => Reading::Trailing { at: start + brace },
            None if lacks_braces(json, syntax.key()) => Reading::Malformed {
                reason: "the braces of the JSON object are missing".to_owned(),
                at: start,
            },
            None => Reading::Other,
        };
    }
    match fields(json, syntax) {
        Ok(fields) => of_fields(fields, syntax).unwrap_or_else(|(reason, field)| {
            let at = json.find(&field).unwrap_or_default();
            Reading::Malformed {
                reason,
                at: start + at,
            }
        }),
        Err(_) if !json.contains(syntax.key()) => Reading::Other,
        Err(error) => Reading::Malformed {
            reason: reason(&error),
            at: start + place(&error, json),
        },
    }
}

/// Where the text of a comment begins, and the text.
fn object(comment: &str) -> (usize, &str) {
    let text = comment
        .trim_start_matches('#')
        .trim_start_matches([' ', '\t']);
    (comment.len() - text.len(), text)
}

type Fields = HashMap<String, Option<String>>;

fn fields(json: &str, syntax: &Syntax) -> serde_json::Result<Fields> {
    if !syntax.text_after() {
        return serde_json::from_str(json);
    }
    let mut stream = serde_json::Deserializer::from_str(json).into_iter();
    let first = stream.next();
    match first {
        Some(Ok(fields)) if json[stream.byte_offset()..].starts_with([' ', '\t']) => Ok(fields),
        _ => serde_json::from_str(json),
    }
}

/// What the fields say, or why that cannot be, and the field that shows it.
fn of_fields(mut fields: Fields, syntax: &Syntax) -> Result<Reading, (String, String)> {
    let setter = match fields.remove(syntax.key()) {
        Some(Some(setter)) if !setter.is_empty() => setter,
        Some(_) => return Err(("the setter is empty".to_owned(), String::new())),
        None => return Ok(Reading::Other),
    };
    if !syntax.templates() {
        let template = None;
        return Ok(Reading::Marker(Named { setter, template }));
    }
    let template = fields.remove(TEMPLATE).map(Option::unwrap_or_default);
    // A misspelt template would let the whole value be set.
    if let Some(field) = fields.into_keys().min() {
        let shown: String = field.chars().take(MAX_SHOWN).collect();
        let reason = format!("the field {shown:?} is not known; \"template\" is");
        return Err((reason, field));
    }
    let template = template
        .map(|template| Template::parse(&template))
        .transpose()
        .map_err(|reason| (reason, TEMPLATE.to_owned()))?;
    Ok(Reading::Marker(Named { setter, template }))
}

/// Whether a text is `"key": ...`, which an object would hold.
fn lacks_braces(text: &str, key: &str) -> bool {
    let behind_key = text
        .strip_prefix('"')
        .and_then(|text| text.strip_prefix(key))
        .and_then(|text| text.strip_prefix('"'));
    behind_key.is_some_and(|text| text.trim_start_matches([' ', '\t']).starts_with(':'))
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

    fn read_app(comment: &str) -> Reading {
        let syntax = Syntax::custom("$app").unwrap();
        read(comment, &syntax.with_templates(false))
    }

    #[track_caller]
    fn marker(comment: &str, setter: &str) {
        let named = Named {
            setter: setter.to_owned(),
            template: None,
        };
        assert_eq!(read_app(comment), Reading::Marker(named));
    }

    fn malformed(reason: &str, at: usize) -> Reading {
        Reading::Malformed {
            reason: reason.to_owned(),
            at,
        }
    }

    #[track_caller]
    fn broken(comment: &str, reason: &str, at: usize) {
        assert_eq!(read_app(comment), malformed(reason, at));
    }

    #[test]
    fn markers() {
        marker(r#"# {"$app": "a:b"}"#, "a:b");
        marker(r#"#{"$app":"a:b"}"#, "a:b");
        marker("#\t { \"$app\" : \"a:b\" }  ", "a:b");
        marker(r#"# {"note": "x", "$app": "a\u002db"}"#, "a-b");
        marker(r#"# {"$app": "a", "$app": "b", "x": null}"#, "b");
        marker(r#"# {"\u0024app": "a"}"#, "a");
        marker(r#"# {"$app": "a", "template": "x"}"#, "a");
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
        let reason = "the braces of the JSON object are missing";
        broken(r#"# "$app": "a""#, reason, 2);
    }

    #[test]
    fn other_comments() {
        assert_eq!(read_app("# see $app"), Reading::Other);
        assert_eq!(read_app(r#"# {"note": "$app"}"#), Reading::Other);
        assert_eq!(
            read_app(r#"# a: b # {"$app": "x"}"#),
            Reading::Trailing { at: 9 }
        );
    }

    #[test]
    fn templates() {
        let syntax = Syntax::custom("$app").unwrap();
        let found = read(r#"# {"$app": "a", "template": "v{value}"}"#, &syntax);
        let Reading::Marker(named) = found else {
            panic!("{found:?}");
        };
        assert_eq!(named.template.unwrap().source(), "v{value}");
        let comment = r#"# {"$app": "a", "template": null}"#;
        let reason = "the template has no `{value}`";
        assert_eq!(read(comment, &syntax), malformed(reason, 17));
    }

    #[test]
    fn with_templates_no_other_field_is_passed_over() {
        let syntax = Syntax::custom("$app").unwrap();
        let comment = r#"# {"$app": "a", "templates": "v{value}"}"#;
        let reason = "the field \"templates\" is not known; \"template\" is";
        assert_eq!(read(comment, &syntax), malformed(reason, 17));
    }

    #[test]
    fn text_behind_a_marker() {
        let syntax = Syntax::flux().with_text_after(true);
        for (comment, is_marker) in [
            (r#"# {"$imagepolicy": "a"}"#, true),
            (r#"# {"$imagepolicy": "a"} # note"#, true),
            ("# {\"$imagepolicy\": \"a\"}\t{", true),
            (r#"# {"$imagepolicy": "a"}}"#, false),
            (r#"# {"$imagepolicy": "a" note"#, false),
        ] {
            let found = read(comment, &syntax);
            assert_eq!(matches!(found, Reading::Marker(_)), is_marker, "{comment}");
        }
    }
}
