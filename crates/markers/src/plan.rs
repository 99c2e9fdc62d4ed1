//! From decisions to edits.

use std::{borrow::Cow, ops::Range};

use crate::{
    decision::Decision,
    error::Error,
    fingerprint::Fingerprint,
    limits::Limits,
    marker::Marker,
    object::Object,
    outcome::{Outcome, OutcomeKind},
    position::Position,
    scan::{self, Scan},
    site::{Site, Standing, Target},
    syntax::Syntax,
    template::Template,
    write::write,
};

/// The edits that were decided for a text, and what became of each marker. Nothing is written yet.
#[derive(Clone, Debug)]
pub struct FilePlan<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) edits: Vec<Edit>,
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) format: Format,
    /// What the edited text must say.
    pub(crate) fingerprint: Fingerprint,
    /// What it may hold.
    pub(crate) limits: Limits,
}

/// How a text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Yaml,
    Json,
}

/// One scalar that gets a new value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    object: Object,
    field: String,
    setter: String,
    old: String,
    new: String,
    whole: Option<[String; 2]>,
    position: Position,
    pub(crate) span: Range<usize>,
    pub(crate) written: String,
}

impl<'a> FilePlan<'a> {
    /// Decides every site of a scan.
    pub(crate) fn of(
        bytes: &'a [u8],
        (format, limits): (Format, Limits),
        scan: &Scan<'_>,
        mut decide: impl FnMut(&Marker, &str) -> Decision,
    ) -> Self {
        let mut plan = Self {
            bytes,
            edits: Vec::new(),
            outcomes: Vec::with_capacity(scan.sites.len()),
            format,
            fingerprint: scan.fingerprint,
            limits,
        };
        for site in &scan.sites {
            plan.take(site, &mut decide);
        }
        plan
    }

    /// The edits, in the order of the text.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// What became of every text that looks like a marker, in the order of the text.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// Whether applying changes nothing.
    pub fn is_unchanged(&self) -> bool {
        self.edits.is_empty()
    }

    fn take(&mut self, site: &Site<'_>, decide: &mut impl FnMut(&Marker, &str) -> Decision) {
        let (kind, detail) = match (&site.standing, Marker::of(site)) {
            (Standing::Scalar(target), Some(marker)) => {
                (self.mean(site, target, &marker, decide), "")
            }
            // Only what could be read as a marker stands on a scalar.
            (Standing::Scalar(_), None) => return,
            (Standing::BlockScalar(_), _) => (OutcomeKind::BlockScalar, ""),
            (Standing::Alias, _) => (OutcomeKind::Alias, ""),
            (Standing::NoScalar(what) | Standing::Elsewhere(what), _) => {
                (OutcomeKind::NotAScalar, *what)
            }
            (Standing::Doubled, _) => (OutcomeKind::NotAScalar, "a key of its path is given twice"),
            (&Standing::NotThere { document }, _) => {
                let field = site.field.clone();
                (OutcomeKind::NotFound { field, document }, "")
            }
            (Standing::Malformed(reason), _) => {
                let reason = reason.clone();
                (OutcomeKind::Malformed { reason }, "")
            }
            (Standing::Text(what), _) => (OutcomeKind::InText, *what),
        };
        self.outcomes.push(Outcome::new(site, kind, detail));
    }

    fn mean(
        &mut self,
        site: &Site<'_>,
        target: &Target<'_>,
        marker: &Marker,
        decide: &mut impl FnMut(&Marker, &str) -> Decision,
    ) -> OutcomeKind {
        let template = site
            .named
            .as_ref()
            .and_then(|named| named.template.as_ref());
        let old = match template {
            None => Some(target.value.as_ref()),
            Some(template) => template.part(&target.value),
        };
        let Some(old) = old else {
            let template = marker.template().unwrap_or_default().to_owned();
            return OutcomeKind::Mismatch { template };
        };
        let part = Part { old, template };
        self.decided(target, marker, part, decide(marker, old))
    }

    fn decided(
        &mut self,
        target: &Target<'_>,
        marker: &Marker,
        part: Part<'_>,
        decision: Decision,
    ) -> OutcomeKind {
        let new = match decision {
            Decision::Set(new) => new,
            Decision::Withhold(reason) => return OutcomeKind::Withheld { reason },
            Decision::Unknown { nearest } => return OutcomeKind::UnknownSetter { nearest },
        };
        if new == part.old {
            return OutcomeKind::Unchanged;
        }
        match part.write(new, target) {
            Ok(change) => {
                self.fingerprint.exchange(
                    target.step,
                    target.properties,
                    &target.value,
                    change.new_value(),
                );
                self.edits.push(Edit::of(target, marker, change));
                OutcomeKind::Updated
            }
            Err(reason) => OutcomeKind::Refused {
                reason: reason.to_owned(),
            },
        }
    }
}

/// What a marker means of a value.
struct Part<'p> {
    old: &'p str,
    template: Option<&'p Template>,
}

impl Part<'_> {
    fn write(self, new: String, target: &Target<'_>) -> Result<Change, &'static str> {
        let whole = match self.template {
            None => None,
            Some(template) => Some(template.whole(&new)?),
        };
        let written = write(whole.as_deref().unwrap_or(&new), target)?;
        Ok(Change {
            written: Cow::into_owned(written),
            old: self.old.to_owned(),
            whole: whole.map(|whole| [target.value.to_string(), whole]),
            new,
        })
    }
}

/// The old and the new value of an edit.
struct Change {
    old: String,
    new: String,
    /// The values of the scalar, old and new, where the marker means a part of them.
    whole: Option<[String; 2]>,
    written: String,
}

impl Change {
    fn new_value(&self) -> &str {
        match &self.whole {
            Some([_, new]) => new,
            None => &self.new,
        }
    }
}

impl Edit {
    fn of(target: &Target<'_>, marker: &Marker, change: Change) -> Self {
        Self {
            object: marker.object().clone(),
            field: marker.field().to_owned(),
            setter: marker.setter().to_owned(),
            old: change.old,
            new: change.new,
            whole: change.whole,
            position: target.position,
            span: target.span.clone(),
            written: change.written,
        }
    }

    /// The object that the scalar stands in; the item, in a `kind: List`.
    pub fn object(&self) -> &Object {
        &self.object
    }

    /// The path of the scalar in its document, as of [`Marker::field`].
    pub fn field(&self) -> &str {
        &self.field
    }

    /// What the marker names.
    pub fn setter(&self) -> &str {
        &self.setter
    }

    /// The value that the marker means as it is, quotes and escapes resolved; with a template, the part.
    pub fn old(&self) -> &str {
        &self.old
    }

    /// What it becomes.
    #[allow(clippy::new_ret_no_self)] // The pair of `old`: a value, not a constructor.
    pub fn new(&self) -> &str {
        &self.new
    }

    /// The whole value that the scalar has; as [`old`](Self::old) unless the marker has a template.
    pub fn old_value(&self) -> &str {
        self.whole.as_ref().map_or(&self.old, |[old, _]| old)
    }

    /// The whole value that it gets.
    pub fn new_value(&self) -> &str {
        self.whole.as_ref().map_or(&self.new, |[_, new]| new)
    }

    /// The line of the scalar, from 1.
    pub fn line(&self) -> usize {
        self.position.line
    }

    /// The column of the scalar in characters, from 1.
    pub fn column(&self) -> usize {
        self.position.column
    }

    /// The bytes of the scalar in the text that was planned for, quotes included.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }
}

/// Decides every marker of a text.
///
/// `decide` gets each marker that stands on a scalar, in the order of the text, and the scalar's
/// value, or the part of it that the marker's template means. [`Setters::decide`](crate::Setters::decide) is the simple one.
///
/// ```
/// use tagwright_markers::{Decision, OutcomeKind, Syntax, plan};
///
/// let text = br#"
/// a: app:1 # {"$imagepolicy": "apps:a"}
/// b: app:1 # {"$imagepolicy": "apps:b"}
/// c: | # {"$imagepolicy": "apps:c"}
///   app:1
/// "#;
/// let planned = plan(text, &Syntax::flux(), |marker, old| match marker.setter() {
///     "apps:a" => Decision::Set(old.replace('1', "2")),
///     _ => Decision::Withhold("on hold".to_owned()),
/// })?;
/// let kinds: Vec<_> = planned.outcomes().iter().map(|outcome| outcome.kind()).collect();
/// assert_eq!(kinds[0], &OutcomeKind::Updated);
/// assert_eq!(planned.outcomes()[1].to_string(),
///     "line 3, column 10: marker \"apps:b\": the value is kept: on hold");
/// assert_eq!(kinds[2], &OutcomeKind::BlockScalar);
/// # Ok::<(), tagwright_markers::Error>(())
/// ```
///
/// # Errors
///
/// Those of [`find`](crate::find).
pub fn plan<'a>(
    bytes: &'a [u8],
    syntax: &Syntax,
    decide: impl FnMut(&Marker, &str) -> Decision,
) -> Result<FilePlan<'a>, Error> {
    let scan = scan::scan(bytes, syntax)?;
    Ok(FilePlan::of(
        bytes,
        (Format::Yaml, syntax.limits()),
        &scan,
        decide,
    ))
}
