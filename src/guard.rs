//! Reasons to keep a value although a policy selected another tag.

mod annotations;
mod clock;
mod guards;

pub(crate) use clock::Clock;
pub(crate) use guards::Effective;
pub use guards::Guards;

/// `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`.
pub(crate) fn is_tag(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut bytes = text.bytes();
    text.len() <= 128
        && bytes.next().is_some_and(is_word)
        && bytes.all(|byte| is_word(byte) || matches!(byte, b'.' | b'-'))
}
