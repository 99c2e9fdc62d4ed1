//! Bounds on what a template may cost.
//!
//! A commit message is a page of text; the bounds leave a thousandfold room
//! and still end a hostile template within a moment.

/// Bytes of a template's source.
pub(crate) const SOURCE_BYTES: usize = 1 << 18;
/// Bytes that a render may print, intermediate captures included.
pub(crate) const OUTPUT_BYTES: usize = 1 << 22;
/// Instructions of a native template.
pub(crate) const JINJA_FUEL: u64 = 500_000;
/// Nested calls of a native template.
pub(crate) const JINJA_DEPTH: usize = 64;
