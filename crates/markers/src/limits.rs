//! How much of a text is read.

/// What a text may hold at most, so that hostile ones cost no more than honest ones.
///
/// A text that holds more is an [`Error`](crate::Error) that names the limit; its bytes stay. Set on
/// a [`Syntax`](crate::Syntax::with_limits); the defaults leave room for every file that people
/// write.
///
/// ```
/// use tagwright_markers::{Limits, Syntax, find};
///
/// let text = format!("image: app:1.0.0 # {{\"$imagepolicy\": \"ns:app\"}}\nnote: {}\n", "x".repeat(2000));
/// let syntax = Syntax::flux().with_limits(Limits::default().line_bytes(1024));
/// assert_eq!(
///     find(text.as_bytes(), &syntax).unwrap_err().to_string(),
///     "line 2 has 2006 bytes, more than the 1024 that are read; break it, or raise the limit `line_bytes`"
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limits {
    pub(crate) bytes: usize,
    pub(crate) line_bytes: usize,
    pub(crate) depth: usize,
    pub(crate) aliases: usize,
    pub(crate) comments: usize,
    pub(crate) markers: usize,
}

/// Levels beyond which no text is read: a limit that is set higher counts as this.
const MAX_DEPTH: usize = 1000;

impl Limits {
    /// Bytes of a text: 64 MiB. An edited text is held to it, too.
    #[must_use]
    pub fn bytes(self, bytes: usize) -> Self {
        Self { bytes, ..self }
    }

    /// Bytes of a line, without its break: 16 MiB.
    #[must_use]
    pub fn line_bytes(self, line_bytes: usize) -> Self {
        Self { line_bytes, ..self }
    }

    /// Collections in collections: 255. At most 1,000 are read, whatever is set.
    #[must_use]
    pub fn depth(self, depth: usize) -> Self {
        let depth = depth.min(MAX_DEPTH);
        Self { depth, ..self }
    }

    /// Aliases: 100,000. None is ever expanded.
    #[must_use]
    pub fn aliases(self, aliases: usize) -> Self {
        Self { aliases, ..self }
    }

    /// Comments: 1,000,000.
    #[must_use]
    pub fn comments(self, comments: usize) -> Self {
        Self { comments, ..self }
    }

    /// Places where the key of a marker stands: 100,000. A text that [`mark`](crate::mark) gives markers
    /// is held to it with them, and has no more scalars that say images.
    #[must_use]
    pub fn markers(self, markers: usize) -> Self {
        Self { markers, ..self }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 64 << 20,
            line_bytes: 16 << 20,
            depth: 255,
            aliases: 100_000,
            comments: 1_000_000,
            markers: 100_000,
        }
    }
}
