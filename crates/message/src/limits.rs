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
/// Items that the filters of a native template may walk over.
pub(crate) const JINJA_ITEMS: usize = 250_000;
/// Items of one range of a native template.
pub(crate) const JINJA_RANGE: usize = 10_000;
/// Nested calls of a native template.
pub(crate) const JINJA_DEPTH: usize = 64;
/// Levels of blocks and parentheses of a Go template.
pub(crate) const GO_NESTING: usize = 64;
/// Levels of blocks, parentheses and invoked templates while one runs.
pub(crate) const GO_DEPTH: usize = 128;
/// Levels of lists and maps in lists and maps.
pub(crate) const GO_VALUE_DEPTH: usize = 64;
/// Maps and lists that one render may put into maps.
pub(crate) const GO_NESTED_SETS: usize = 256;
/// Steps of a Go template: nodes walked, operands evaluated, items handled.
pub(crate) const GO_STEPS: usize = 1_000_000;
/// Bytes of all the values that a Go template makes.
pub(crate) const GO_BYTES: usize = 1 << 26;
/// Bytes of a regular expression.
pub(crate) const REGEX_BYTES: usize = 1 << 14;
/// Bytes of a compiled regular expression; `.{1000}`, the largest count that
/// Go takes, needs one million.
pub(crate) const REGEX_COMPILED: usize = 1 << 21;
