use percent_encoding::percent_decode;

/// A value of a form, where a plus is a space.
pub(super) fn decode_form(value: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = value
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    percent_decode(&spaced).collect()
}

/// A part of a URL; none if it is no text.
pub(super) fn decode(part: &str) -> Option<String> {
    let decoded = percent_decode(part.as_bytes()).decode_utf8();
    decoded.ok().map(std::borrow::Cow::into_owned)
}
