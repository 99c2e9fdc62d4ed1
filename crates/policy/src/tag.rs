//! What a tag may be.

use crate::{Error, ErrorKind};

/// Characters of a tag, in the grammar of OCI.
const MAX_LEN: usize = 128;

/// `tag` in the grammar of OCI, `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`; `name` says in errors what
/// it is for.
pub(crate) fn checked(name: &str, tag: &str) -> Result<String, Error> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_wrong = |(at, c): &(usize, char)| !is_word(*c) && (*at == 0 || !".-".contains(*c));
    match tag.char_indices().find(is_wrong) {
        Some((at, c)) => {
            let what = format!("unexpected character {c:?}");
            Err(invalid(name, &what).at(tag, at..at + c.len_utf8()))
        }
        None if tag.is_empty() => Err(invalid(name, "it is empty").at(tag, 0..0)),
        None if tag.len() > MAX_LEN => {
            let what = format!("longer than {MAX_LEN} characters");
            Err(invalid(name, &what).at(tag, MAX_LEN..tag.len()))
        }
        None => Ok(tag.to_owned()),
    }
}

fn invalid(name: &str, what: &str) -> Error {
    Error::new(ErrorKind::InvalidTag, format!("invalid {name}: {what}"))
        .with_hint("write up to 128 letters, digits, '_', '.' and '-', the first no '.' or '-'")
}
