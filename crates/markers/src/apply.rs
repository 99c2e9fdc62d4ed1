//! From edits to bytes.

use crate::{
    error::Error,
    fingerprint::Fingerprint,
    json::Json,
    limits::Limits,
    plan::{FilePlan, Format},
    reader::Reader,
    scan::text_within,
};

impl FilePlan<'_> {
    /// The text with the edits: every byte outside their spans is the original's.
    ///
    /// The edited text is parsed, and returned only when it says what the original said with
    /// exactly the edited scalars changed.
    ///
    /// # Errors
    ///
    /// An edited text that would be longer than the [`Limits`](crate::Limits) allow, or that would not read as planned;
    /// the latter is a fault of this crate or of its parser.
    pub fn apply(self) -> Result<Vec<u8>, Error> {
        if self.is_unchanged() {
            return Ok(self.bytes.to_vec());
        }
        let after = self.splice();
        let text = text_within(&after, self.limits)?;
        match fingerprint_of(text, self.format, self.limits) {
            Ok(found) if found == self.fingerprint => Ok(after),
            _ => Err(Error::not_preserved()),
        }
    }

    fn splice(&self) -> Vec<u8> {
        let grown: usize = self.edits.iter().map(|edit| edit.written.len()).sum();
        let mut after = Vec::with_capacity(self.bytes.len() + grown);
        let mut copied = 0;
        for edit in &self.edits {
            after.extend_from_slice(&self.bytes[copied..edit.span.start]);
            after.extend_from_slice(edit.written.as_bytes());
            copied = edit.span.end;
        }
        after.extend_from_slice(&self.bytes[copied..]);
        after
    }
}

fn fingerprint_of(text: &str, format: Format, limits: Limits) -> Result<Fingerprint, Error> {
    let mut fingerprint = Fingerprint::default();
    if format == Format::Json {
        for step in Json::within(text, limits)? {
            fingerprint.push(&step, text);
        }
        return Ok(fingerprint);
    }
    for step in Reader::within(text, limits) {
        fingerprint.push(&step?, text);
    }
    Ok(fingerprint)
}

#[cfg(test)]
mod tests {
    use crate::{ErrorKind, Setters, Syntax, plan};

    #[test]
    fn a_text_that_would_not_read_as_planned_is_refused() {
        let text = b"a: b # {\"$imagepolicy\": \"x\"}\nc: d\n";
        let setters = Setters::from([("x", "y")]);
        for broken in ["y\nmore: z", "[", "z"] {
            let mut planned = plan(text, &Syntax::flux(), setters.decide()).unwrap();
            broken.clone_into(&mut planned.edits[0].written);
            let error = planned.apply().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotPreserved);
            assert_eq!(
                error.to_string(),
                "the edited text would not read as planned, so nothing is changed; please report the file"
            );
        }
    }
}
