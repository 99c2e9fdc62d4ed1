//! Lines of a text, and what a quick look at their bytes tells.

/// A line without its break.
#[derive(Clone, Copy)]
pub(super) struct Line {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Where the next line begins.
    pub(super) next: usize,
    /// Spaces that it begins with.
    pub(super) indent: usize,
}

/// Something that the quick reader leaves to the full one.
pub(super) struct Odd;

impl Line {
    /// The line at `start`; `None` at the end of the text.
    ///
    /// Odd are control characters (the tab aside), lone `\r` and what Unicode breaks lines at.
    pub(super) fn at(text: &str, start: usize) -> Result<Option<Self>, Odd> {
        let bytes = text.as_bytes();
        if start >= bytes.len() {
            return Ok(None);
        }
        let rest = &bytes[start..];
        let feed = memchr::memchr(b'\n', rest);
        let length = feed.unwrap_or(rest.len());
        let line = match &rest[..length] {
            [line @ .., b'\r'] if feed.is_some() => line,
            line => line,
        };
        if !is_common(line) {
            return Err(Odd);
        }
        Ok(Some(Self {
            start,
            end: start + line.len(),
            next: start + feed.map_or(length, |feed| feed + 1),
            indent: spaces(line),
        }))
    }

    /// The first byte behind the indentation.
    pub(super) fn content(&self) -> usize {
        self.start + self.indent
    }

    pub(super) fn is_blank(&self) -> bool {
        self.content() == self.end
    }
}

/// How many spaces the bytes begin with.
pub(super) fn spaces(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| **byte == b' ').count()
}

fn is_common(line: &[u8]) -> bool {
    // Without a branch, so that many bytes are looked at in one step.
    let is_ascii = line
        .iter()
        .fold(true, |all, byte| all & (0x20..0x7f).contains(byte));
    is_ascii || is_common_beyond_ascii(line)
}

fn is_common_beyond_ascii(line: &[u8]) -> bool {
    let are_common = line
        .iter()
        .all(|&byte| byte == b'\t' || (byte >= 0x20 && byte != 0x7f && byte != 0xef));
    are_common
        && line.windows(2).all(|pair| match *pair {
            // Control characters beyond ASCII, U+0085 among them; U+2000 to U+20FF.
            [0xc2, next] => next >= 0xa0,
            [0xe2, next] => next != 0x80,
            _ => true,
        })
}
