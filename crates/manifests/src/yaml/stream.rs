//! The documents of a stream, cut apart before any of them is parsed.
//!
//! `---` and `...` at the start of a line end a document wherever they stand,
//! in quoted and block scalars too (YAML 1.2.2, rule `c-forbidden`). So a stream
//! can be cut without a parser: a document that does not parse hides no other,
//! and one that holds nothing of interest costs a search.
//!
//! JSON objects one after another, as `kubectl` takes them, are documents, too: no
//! JSON has a line that begins with `{` after one that ends with `}`.

use memchr::memmem;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Document<'a> {
    pub(crate) bytes: &'a [u8],
    /// Its place in the stream, counted from 1.
    pub(crate) number: usize,
    /// The lines of the file before it.
    pub(crate) line_offset: usize,
}

/// The documents with content, in order.
pub(crate) fn documents(stream: &[u8]) -> impl Iterator<Item = Document<'_>> {
    let mut number = 0;
    let mut line_offset = 0;
    pieces(stream).filter_map(move |bytes| {
        let before = line_offset;
        line_offset += memchr::memchr_iter(b'\n', bytes).count();
        if !has_content(bytes) {
            return None;
        }
        number += 1;
        Some(Document {
            bytes,
            number,
            line_offset: before,
        })
    })
}

fn pieces(stream: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(stream);
    std::iter::from_fn(move || {
        let bytes = rest?;
        let end = next_marker(bytes);
        let (piece, remaining) = bytes.split_at(end.unwrap_or(bytes.len()));
        rest = end.map(|_| remaining);
        Some(piece)
    })
}

/// Where the next line begins that starts a document or follows the end of one;
/// the first line is none.
fn next_marker(bytes: &[u8]) -> Option<usize> {
    let json = is_json(bytes);
    memchr::memchr_iter(b'\n', bytes)
        .map(|newline| newline + 1)
        .find(|start| {
            let (before, line) = bytes.split_at(*start);
            is_marker(line) || json && begins_object(before, line)
        })
}

fn is_json(piece: &[u8]) -> bool {
    let content = if is_marker(piece) { &piece[3..] } else { piece };
    content.trim_ascii_start().starts_with(b"{")
}

fn begins_object(before: &[u8], line: &[u8]) -> bool {
    line.starts_with(b"{") && before.trim_ascii_end().ends_with(b"}")
}

fn is_marker(line: &[u8]) -> bool {
    let rest = line
        .strip_prefix(b"---")
        .or_else(|| line.strip_prefix(b"..."));
    rest.is_some_and(|rest| matches!(rest.first(), None | Some(b' ' | b'\t' | b'\r' | b'\n')))
}

/// Whether anything but markers, comments, directives and blanks is here.
fn has_content(bytes: &[u8]) -> bool {
    bytes.split(|byte| *byte == b'\n').any(|line| {
        let line = if is_marker(line) { &line[3..] } else { line };
        let text = line.trim_ascii();
        !(text.is_empty() || text.starts_with(b"#") || line.starts_with(b"%"))
    })
}

/// Whether `bytes` hold `needle`.
pub(crate) fn mentions(bytes: &[u8], needle: &str) -> bool {
    memmem::find(bytes, needle.as_bytes()).is_some()
}
