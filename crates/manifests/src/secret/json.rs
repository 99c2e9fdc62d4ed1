//! Whether a value is JSON: the text itself is not to be parsed here.

/// Nested deeper than anything that a login needs.
const MAX_DEPTH: usize = 100;

/// Whether the bytes are a JSON object (RFC 8259).
pub(super) fn is_object(bytes: &[u8]) -> bool {
    let mut rest = Rest(bytes);
    let object = rest.peek() == Some(b'{') && rest.value(0).is_some();
    object && rest.peek().is_none() && std::str::from_utf8(bytes).is_ok()
}

/// What is left to read; each step answers `None` where it is not what it should be.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    /// The next byte that is no blank.
    fn peek(&mut self) -> Option<u8> {
        while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] = self.0 {
            self.0 = rest;
        }
        self.0.first().copied()
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.0 = &self.0[1..])
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        match self.peek()? {
            _ if depth > MAX_DEPTH => None,
            b'{' => self.sequence(b'{', b'}', |rest| {
                rest.take(b'"')?;
                rest.string()?;
                rest.take(b':')?;
                rest.value(depth + 1)
            }),
            b'[' => self.sequence(b'[', b']', |rest| rest.value(depth + 1)),
            b'"' => {
                self.take(b'"')?;
                self.string()
            }
            _ => self.word(),
        }
    }

    fn sequence(
        &mut self,
        open: u8,
        close: u8,
        mut item: impl FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        self.take(open)?;
        if self.peek()? == close {
            return self.take(close);
        }
        loop {
            item(self)?;
            if self.peek()? == close {
                return self.take(close);
            }
            self.take(b',')?;
        }
    }

    /// The rest of a string whose first quote was taken.
    fn string(&mut self) -> Option<()> {
        loop {
            match self.byte()? {
                b'"' => return Some(()),
                b'\\' => {
                    self.byte()?;
                }
                0..0x20 => return None,
                _ => {}
            }
        }
    }

    /// A number or one of the three words.
    fn word(&mut self) -> Option<()> {
        let inside = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
        let end = self.0.iter().position(|byte| !inside(byte));
        let (word, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        self.0 = rest;
        let text = std::str::from_utf8(word).ok()?;
        let digits = text.starts_with(|c: char| c.is_ascii_digit() || c == '-');
        let number = digits && text.parse::<f64>().is_ok_and(f64::is_finite);
        (number || matches!(text, "true" | "false" | "null")).then_some(())
    }
}
