//! The key that makes a comment a marker, and the screen for it on raw bytes.

use std::borrow::Cow;

use memchr::memmem;

use crate::{error::Error, limits::Limits};

const MAX_KEY: usize = 64;

/// The key by which a marker is known, and what a marker may hold beside it.
///
/// [`flux`](Self::flux) and [`fleet`](Self::fleet) are strict: they read a marker as the references do.
/// [`with_templates`](Self::with_templates) and [`with_text_after`](Self::with_text_after) ask for more.
///
/// ```
/// use tagwright_markers::Syntax;
///
/// assert_eq!(Syntax::flux().key(), "$imagepolicy");
/// assert_eq!(Syntax::fleet().key(), "$imagescan");
/// assert_eq!(Syntax::custom("$myapp")?.key(), "$myapp");
/// # Ok::<(), tagwright_markers::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Syntax {
    key: Cow<'static, str>,
    templates: bool,
    text_after: bool,
    limits: Limits,
}

impl Syntax {
    /// Flux's markers: `# {"$imagepolicy": "namespace:name"}`.
    pub fn flux() -> Self {
        Self::strict(Cow::Borrowed("$imagepolicy"))
    }

    /// Fleet's markers: `# {"$imagescan": "tag-name"}`.
    pub fn fleet() -> Self {
        Self::strict(Cow::Borrowed("$imagescan"))
    }

    /// Markers with a key of one's own: `$`, then letters, digits, `-`, `_` and `.`, at most 64 bytes.
    /// They may carry templates.
    ///
    /// # Errors
    ///
    /// `myapp` (no `$`), `$` (no name), `$my app` (a space), or a key of 65 bytes.
    pub fn custom(key: &str) -> Result<Self, Error> {
        let name = key.strip_prefix('$').unwrap_or_default();
        if name.is_empty() || key.len() > MAX_KEY || !name.bytes().all(is_key_byte) {
            return Err(Error::invalid_key(key));
        }
        Ok(Self::strict(Cow::Owned(key.to_owned())).with_templates(true))
    }

    /// Whether a marker may carry a template for a part of a value.
    ///
    /// `{value}` stands for the part, `{{` and `}}` for braces. Where templates are off, a field beside
    /// the setter says nothing, as in the references, and the whole value is meant. Where they are on,
    /// any other field is [`Malformed`](crate::OutcomeKind::Malformed).
    ///
    /// ```
    /// use tagwright_markers::{OutcomeKind, Setters, Syntax, plan};
    ///
    /// let text = br#"
    /// args:
    /// - --version=1.0.0   # {"$imagepolicy": "ns:app:tag", "template": "--version={value}"}
    /// - --verbose         # {"$imagepolicy": "ns:app:tag", "template": "--version={value}"}
    /// "#;
    /// let syntax = Syntax::flux().with_templates(true);
    /// let setters = Setters::from([("ns:app:tag", "1.0.1")]);
    /// let planned = plan(text, &syntax, setters.decide())?;
    /// let edit = &planned.edits()[0];
    /// assert_eq!((edit.old(), edit.new()), ("1.0.0", "1.0.1"));
    /// assert_eq!(edit.new_value(), "--version=1.0.1");
    /// let template = "--version={value}".to_owned();
    /// assert_eq!(planned.outcomes()[1].kind(), &OutcomeKind::Mismatch { template });
    /// # Ok::<(), tagwright_markers::Error>(())
    /// ```
    #[must_use]
    pub fn with_templates(self, templates: bool) -> Self {
        Self { templates, ..self }
    }

    /// Whether text may follow a marker behind a blank: `# {"$imagepolicy": "ns:app"} see the wiki`.
    ///
    /// Off, such a comment is [`Malformed`](crate::OutcomeKind::Malformed), for the references take
    /// no notice of it.
    ///
    /// ```
    /// use tagwright_markers::{Syntax, find};
    ///
    /// let text = b"image: app:1 # {\"$imagepolicy\": \"ns:app\"} # pinned by hand\n";
    /// assert_eq!(find(text, &Syntax::flux())?.len(), 0);
    /// assert_eq!(find(text, &Syntax::flux().with_text_after(true))?.len(), 1);
    /// # Ok::<(), tagwright_markers::Error>(())
    /// ```
    #[must_use]
    pub fn with_text_after(self, text_after: bool) -> Self {
        Self { text_after, ..self }
    }

    /// How much of a text is read.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// How much of a text is read.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Whether markers may carry templates.
    pub fn templates(&self) -> bool {
        self.templates
    }

    /// Whether text may follow a marker.
    pub fn text_after(&self) -> bool {
        self.text_after
    }

    fn strict(key: Cow<'static, str>) -> Self {
        Self {
            key,
            templates: false,
            text_after: false,
            limits: Limits::default(),
        }
    }

    /// The key, with its `$`.
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// A byte that can stand in a key: `$app` is not found in `$app-2`.
pub(crate) fn is_key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

/// Whether a file with these bytes can hold a marker, told without parsing it.
///
/// `false` is certain. `true` says that the key stands somewhere, in UTF-8, or in UTF-16 when the
/// bytes begin with its byte order mark (such a file is then an error of [`plan`](crate::plan)).
///
/// ```
/// use tagwright_markers::{Syntax, may_hold_marker};
///
/// assert!(!may_hold_marker(b"image: app:1.0.0\n", &Syntax::flux()));
/// assert!(may_hold_marker(b"a: b # {\"$imagepolicy\": \"x\"}\n", &Syntax::flux()));
/// ```
pub fn may_hold_marker(bytes: &[u8], syntax: &Syntax) -> bool {
    let key = syntax.key().as_bytes();
    memmem::find(bytes, key).is_some() || holds_utf16(bytes, key)
}

fn holds_utf16(bytes: &[u8], key: &[u8]) -> bool {
    let wide: Vec<u8> = match bytes {
        [0xff, 0xfe, ..] => key.iter().flat_map(|&byte| [byte, 0]).collect(),
        [0xfe, 0xff, ..] => key.iter().flat_map(|&byte| [0, byte]).collect(),
        _ => return false,
    };
    memmem::find(bytes, &wide).is_some()
}
