use std::time::SystemTime;

use super::percent;

/// A request as it came.
pub(super) struct Envelope<'a> {
    headers: Vec<(&'a str, &'a [u8])>,
    pub(super) body: &'a [u8],
    pub(super) now: SystemTime,
}

impl<'a> Envelope<'a> {
    pub(super) fn new(
        headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
        body: &'a [u8],
        now: SystemTime,
    ) -> Self {
        let headers = headers.into_iter().collect();
        Self { headers, body, now }
    }

    /// The first value of a header.
    pub(super) fn header(&self, name: &str) -> Option<&'a [u8]> {
        let mut headers = self.headers.iter();
        headers
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }

    /// The same as text.
    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        str::from_utf8(self.header(name)?).ok().map(str::trim)
    }

    /// The JSON of the field `payload`, where the body is a form.
    pub(super) fn form(&self) -> Option<Vec<u8>> {
        let kind = self.text("content-type").unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return None;
        }
        let mut fields = self.body.split(|byte| *byte == b'&');
        let payload = fields.find_map(|field| field.strip_prefix(b"payload="));
        Some(percent::decode_form(payload.unwrap_or_default()))
    }
}
