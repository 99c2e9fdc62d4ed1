//! `name=value` as header fields write it (RFC 9110, section 5.6): the value a token or a quoted string.

/// One parameter at the start of `text`: its name, its value without quotes (empty when there is none),
/// and what follows.
pub(crate) fn parse(text: &str) -> Option<(&str, String, &str)> {
    let (name, rest) = split_token(text);
    if name.is_empty() {
        return None;
    }
    let Some(value) = rest.trim_start().strip_prefix('=') else {
        return Some((name, String::new(), rest));
    };
    let (value, rest) = parse_value(value.trim_start())?;
    Some((name, value, rest))
}

fn parse_value(text: &str) -> Option<(String, &str)> {
    if let Some(quoted) = text.strip_prefix('"') {
        return parse_quoted(quoted);
    }
    let (value, rest) = text.split_at(text.find([',', ';', ' ', '\t', '"']).unwrap_or(text.len()));
    Some((value.to_owned(), rest))
}

/// A quoted string after its first quote.
fn parse_quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => value.push(characters.next()?.1),
            _ => value.push(character),
        }
    }
    None
}

/// The token at the start of `text`, empty when it starts with something else, and what follows.
pub(crate) fn split_token(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c| !is_token_character(c)).unwrap_or(text.len()))
}

fn is_token_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(character)
}
