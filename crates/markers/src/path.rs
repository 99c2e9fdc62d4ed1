//! Paths to values: JSON pointers, and those that [`Marker::field`](crate::Marker::field) gives.

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Segment {
    Key(String),
    Index(usize),
    /// A key, or an index: a JSON pointer does not tell them apart.
    Either(String),
}

/// Reads `/a/0/b~1c` or `a[0]["b/c"]`.
pub(crate) fn parse(path: &str) -> Result<Vec<Segment>, &'static str> {
    match path.strip_prefix('/') {
        Some(pointer) => pointer.split('/').map(of_pointer).collect(),
        None => fields(path),
    }
}

fn of_pointer(segment: &str) -> Result<Segment, &'static str> {
    let mut parts = segment.split('~');
    let mut key = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (char, rest) = match part.as_bytes().first() {
            Some(b'0') => ('~', &part[1..]),
            Some(b'1') => ('/', &part[1..]),
            _ => return Err("a `~` of a JSON pointer is not followed by 0 or 1"),
        };
        key.push(char);
        key.push_str(rest);
    }
    Ok(Segment::Either(key))
}

/// A number without leading zeros.
fn index(text: &str) -> Option<usize> {
    let is_canonical = text == "0" || !text.starts_with(['0', '+']);
    text.parse().ok().filter(|_| is_canonical)
}

fn fields(path: &str) -> Result<Vec<Segment>, &'static str> {
    let mut segments = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let (segment, behind) = match rest.strip_prefix('[') {
            Some(bracket) => in_brackets(bracket)?,
            None => bare(rest, !segments.is_empty())?,
        };
        segments.push(segment);
        rest = behind;
    }
    if segments.is_empty() {
        return Err("the path is empty; write `/a/0/b` or `a[0].b`");
    }
    Ok(segments)
}

fn in_brackets(text: &str) -> Result<(Segment, &str), &'static str> {
    if text.starts_with('"') {
        let mut stream = serde_json::Deserializer::from_str(text).into_iter::<String>();
        let Some(Ok(key)) = stream.next() else {
            return Err("a key in brackets is no string in double quotes");
        };
        let rest = text[stream.byte_offset()..].strip_prefix(']');
        return Ok((Segment::Key(key), rest.ok_or(UNCLOSED)?));
    }
    let (number, rest) = text.split_once(']').ok_or(UNCLOSED)?;
    let index = index(number).ok_or("an index in brackets is no number")?;
    Ok((Segment::Index(index), rest))
}

const UNCLOSED: &str = "a bracket is not closed";

fn bare(text: &str, is_inner: bool) -> Result<(Segment, &str), &'static str> {
    let text = match text.strip_prefix('.') {
        Some(text) if is_inner => text,
        None if !is_inner => text,
        _ => return Err("a key does not stand behind a dot"),
    };
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let (key, rest) = text.split_at(end);
    if key.is_empty() {
        return Err("a key is empty; write `[\"\"]` for one that is");
    }
    Ok((Segment::Key(key.to_owned()), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(key: &str) -> Segment {
        Segment::Key(key.to_owned())
    }

    #[test]
    fn pointers() {
        let either = |key: &str| Segment::Either(key.to_owned());
        assert_eq!(
            parse("/a~1b~0/0/"),
            Ok(vec![either("a/b~"), either("0"), either("")])
        );
        assert!(parse("/a~2").is_err());
    }

    #[test]
    fn fields() {
        let one = Segment::Index(1);
        assert_eq!(
            parse(r#"a.b-c[1]["d.e"].ü"#),
            Ok(vec![
                key("a"),
                key("b-c"),
                one.clone(),
                key("d.e"),
                key("ü")
            ])
        );
        assert_eq!(parse(r#"[1][""]"#), Ok(vec![one, key("")]));
        for (path, reason) in [
            ("", "the path is empty; write `/a/0/b` or `a[0].b`"),
            (".a", "a key does not stand behind a dot"),
            ("a[0]b", "a key does not stand behind a dot"),
            ("a..b", "a key is empty; write `[\"\"]` for one that is"),
            ("a.", "a key is empty; write `[\"\"]` for one that is"),
            ("a[01]", "an index in brackets is no number"),
            ("a[0", "a bracket is not closed"),
            ("a[\"b\"", "a bracket is not closed"),
            ("a[\"b]", "a key in brackets is no string in double quotes"),
        ] {
            assert_eq!(parse(path), Err(reason), "{path}");
        }
    }
}
