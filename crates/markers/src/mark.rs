//! Inserting markers.

use std::{fmt, ops::Range};

use serde::de::IgnoredAny;

use crate::{
    error::Error,
    images::{self, Found, Part, Slot, SlotValue},
    mark_outcome::{MarkOutcome, MarkOutcomeKind},
    marked::MarkPlan,
    object::Object,
    plan::Format,
    position::{Position, positions},
    reference::Reference,
    scan::{scan, text_within},
    site::Standing,
    syntax::Syntax,
    write::{TYPED, is_printable},
};

/// An image that a text says, in one scalar or in several.
///
/// `Display` writes it whole: `ghcr.io/org/app:1.0.0@sha256:...`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    reference: Reference,
    object: Object,
    field: String,
}

impl Image {
    /// The name, with the registry as the text has it: `ghcr.io/org/app`.
    pub fn name(&self) -> &str {
        &self.reference.name
    }

    /// The tag, where one is given.
    pub fn tag(&self) -> Option<&str> {
        self.reference.tag.as_deref()
    }

    /// The digest, where one is given: `sha256:...`.
    pub fn digest(&self) -> Option<&str> {
        self.reference.digest.as_deref()
    }

    /// The object that says it; the item, in a `kind: List`.
    pub fn object(&self) -> &Object {
        &self.object
    }

    /// The path of the mapping that says it, `spec.template.spec.containers[0]`.
    pub fn field(&self) -> &str {
        &self.field
    }
}

impl fmt::Display for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reference.fmt(f)
    }
}

/// Plans markers for the images of a text.
///
/// `marker_of` gets each image and gives the setter of the whole image, `flux-system:app`, or `None`
/// when it is not to be marked; to a scalar that says a part, `:name`, `:tag` or `:digest` is added.
/// Images are:
///
/// - every `image:` with a reference: of containers, init and ephemeral containers, in workloads,
///   cron jobs, lists and custom resources;
/// - `repository` or `image` beside `tag` or `digest`, with `registry` or without, as in the values
///   of Helm charts;
/// - items of `images` with `newName`, `newTag` or `digest`, as in kustomizations, Flux's too.
///
/// The marker goes to the end of the scalar's line. A scalar that is marked stays as it is, and one
/// that cannot be marked has an outcome that says why: a part that is no name, tag or digest (`${TAG}`),
/// the first of two equal keys. JSON has no comments: its images have an outcome each, and a
/// [`Sidecar`](crate::Sidecar) can name them.
///
/// ```
/// use tagwright_markers::{Syntax, mark};
///
/// let text = b"image:\n  repository: ghcr.io/org/app\n  tag: '1.0'  \n";
/// let planned = mark(text, &Syntax::flux(), |image| {
///     (image.name() == "ghcr.io/org/app").then(|| "flux-system:app".to_owned())
/// })?;
/// let after = String::from_utf8(planned.apply()?)?;
/// assert_eq!(after, concat!(
///     "image:\n",
///     "  repository: ghcr.io/org/app # {\"$imagepolicy\": \"flux-system:app:name\"}\n",
///     "  tag: '1.0' # {\"$imagepolicy\": \"flux-system:app:tag\"}  \n",
/// ));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// Those of [`find`](crate::find); each text is parsed. A text that has, or would get, more markers than
/// the [`Limits`](crate::Limits) allow.
pub fn mark<'a>(
    bytes: &'a [u8],
    syntax: &Syntax,
    mut marker_of: impl FnMut(&Image) -> Option<String>,
) -> Result<MarkPlan<'a>, Error> {
    let text = text_within(bytes, syntax.limits())?;
    let format = format_of(text);
    let mut marking = Marking {
        text,
        format,
        syntax,
        marked: match format {
            Format::Json => Existing(Vec::new()),
            Format::Yaml => Existing::of(bytes, syntax)?,
        },
        verdicts: Vec::new(),
    };
    for found in images::find(text, (format, syntax.limits()))? {
        marking.image(found, &mut marker_of);
    }
    let plan = marking.finish(bytes);
    plan.check_count(text)?;
    Ok(plan)
}

/// JSON is YAML, too, until a comment stands in it.
fn format_of(text: &str) -> Format {
    let text = text.trim_start_matches('\u{feff}');
    let may_be_json = text.trim_ascii_start().starts_with(['{', '[']);
    if may_be_json && serde_json::from_str::<IgnoredAny>(text).is_ok() {
        Format::Json
    } else {
        Format::Yaml
    }
}

/// A marker that is to be inserted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Insertion {
    pub(crate) setter: String,
    pub(crate) object: Object,
    pub(crate) field: String,
    pub(crate) value: String,
    pub(crate) at: usize,
    pub(crate) position: Position,
    /// What is inserted.
    pub(crate) written: String,
}

impl Insertion {
    /// What the marker will name.
    pub fn setter(&self) -> &str {
        &self.setter
    }

    /// The object that it will stand in.
    pub fn object(&self) -> &Object {
        &self.object
    }

    /// The path of the marked scalar in its document.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The value of the marked scalar.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The line, from 1.
    pub fn line(&self) -> usize {
        self.position.line
    }

    /// The column in characters, from 1, at which something is inserted.
    pub fn column(&self) -> usize {
        self.position.column
    }
}

/// The scalars that are marked already, by their first byte.
struct Existing(Vec<(usize, String)>);

impl Existing {
    fn of(bytes: &[u8], syntax: &Syntax) -> Result<Self, Error> {
        let mut marked = Vec::new();
        for site in scan(bytes, syntax)?.sites {
            if let (Standing::Scalar(target), Some(named)) = (site.standing, site.named) {
                marked.push((target.span.start, named.setter));
            }
        }
        marked.sort();
        Ok(Self(marked))
    }

    fn setter(&self, span: &Range<usize>) -> Option<&str> {
        let found = self
            .0
            .binary_search_by_key(&span.start, |(start, _)| *start);
        found.ok().map(|index| self.0[index].1.as_str())
    }
}

struct Marking<'a, 's> {
    text: &'a str,
    format: Format,
    syntax: &'s Syntax,
    marked: Existing,
    verdicts: Vec<Verdict>,
}

/// What becomes of one scalar, before lines are counted.
struct Verdict {
    start: usize,
    field: String,
    kind: MarkOutcomeKind,
    insertion: Option<Insertion>,
}

impl Marking<'_, '_> {
    fn image(&mut self, found: Found, marker_of: &mut impl FnMut(&Image) -> Option<String>) {
        let Found {
            reference,
            object,
            field,
            slots,
        } = found;
        let image = reference.map(|reference| Image {
            reference,
            object: object.clone(),
            field: field.clone(),
        });
        let setter = image.as_ref().map(marker_of);
        for slot in slots {
            let place = Place {
                object: &object,
                field: join(&field, slot.key),
                is_pinned: image.as_ref().is_some_and(|image| image.digest().is_some()),
            };
            self.slot(slot, place, setter.as_ref());
        }
    }

    fn slot(&mut self, slot: Slot, place: Place<'_>, setter: Option<&Option<String>>) {
        let start = slot.span.start;
        let judged = self.judge(&slot, place.is_pinned, setter);
        let (kind, insertion) = match judged {
            Err(kind) => (kind, None),
            Ok((setter, at, is_before_text)) => {
                let insertion = self.insertion(slot, &place, setter, at, is_before_text);
                let setter = insertion.setter.clone();
                (MarkOutcomeKind::Marked { setter }, Some(insertion))
            }
        };
        self.verdicts.push(Verdict {
            start,
            field: place.field,
            kind,
            insertion,
        });
    }

    /// The setter, the place of the marker, and whether a comment follows there; or why not.
    fn judge(
        &self,
        slot: &Slot,
        is_pinned: bool,
        setter: Option<&Option<String>>,
    ) -> Result<(String, usize, bool), MarkOutcomeKind> {
        match &slot.value {
            SlotValue::Missing => return Err(MarkOutcomeKind::NoValue),
            SlotValue::Alias => return Err(MarkOutcomeKind::Alias),
            SlotValue::Block => return Err(MarkOutcomeKind::BlockScalar),
            SlotValue::Unfit => return Err(MarkOutcomeKind::NotAnImage),
            SlotValue::Typed if self.format == Format::Json => {
                return Err(refused("no string stands there"));
            }
            SlotValue::Typed => return Err(refused(TYPED)),
            SlotValue::Repeated => return Err(MarkOutcomeKind::Repeated),
            SlotValue::Scalar(_) => {}
        }
        if let Some(setter) = self.marked.setter(&slot.span) {
            let setter = setter.to_owned();
            return Err(MarkOutcomeKind::AlreadyMarked { setter });
        }
        let setter = match setter {
            None => return Err(MarkOutcomeKind::NotAnImage),
            Some(None) => return Err(MarkOutcomeKind::NotWanted),
            Some(Some(_)) if self.format == Format::Json => return Err(MarkOutcomeKind::Json),
            Some(Some(setter)) => setter,
        };
        let setter = self.setter(setter, slot.part, is_pinned)?;
        let (at, is_before_text) = self.place(slot.span.end)?;
        Ok((setter, at, is_before_text))
    }

    fn setter(&self, image: &str, part: Part, is_pinned: bool) -> Result<String, MarkOutcomeKind> {
        if image.is_empty() || !image.chars().all(is_printable) {
            let reason = "the setter is empty or holds a character that a comment cannot hold";
            return Err(refused(reason));
        }
        let is_fleet = self.syntax.key() == Syntax::fleet().key();
        Ok(match part {
            // Fleet's `:digest` is the whole image, with its tag and its digest.
            Part::Whole if is_fleet && is_pinned => format!("{image}:digest"),
            Part::Whole => image.to_owned(),
            Part::Name => format!("{image}:name"),
            Part::Tag => format!("{image}:tag"),
            Part::Digest if is_fleet => {
                return Err(refused("Fleet sets no digest without its image"));
            }
            Part::Digest => format!("{image}:digest"),
            Part::NameInRegistry => return Err(MarkOutcomeKind::RegistryApart),
        })
    }

    /// Where on the scalar's last line the marker goes, and whether a comment stands there.
    fn place(&self, end: usize) -> Result<(usize, bool), MarkOutcomeKind> {
        let behind = &self.text[end..];
        let rest = match behind.trim_start_matches(BLANKS).strip_prefix(',') {
            Some(rest) => rest,
            None => behind,
        };
        let text = rest.trim_start_matches(BLANKS);
        let offset_of = |tail: &str| self.text.len() - tail.len();
        // One character decides: a line that says many images is not read through for each.
        match text.chars().next() {
            None | Some('\n' | '\r') => Ok((offset_of(rest), false)),
            Some('#') if text.len() == rest.len() => Err(MarkOutcomeKind::OtherText),
            Some('#') if self.syntax.text_after() => Ok((offset_of(text), true)),
            Some('#') => Err(MarkOutcomeKind::HasComment),
            Some(_) => Err(MarkOutcomeKind::OtherText),
        }
    }

    fn insertion(
        &self,
        slot: Slot,
        place: &Place<'_>,
        setter: String,
        at: usize,
        is_before_text: bool,
    ) -> Insertion {
        let (key, value) = (self.syntax.key(), serde_json::Value::from(setter.as_str()));
        let marker = format!("# {{\"{key}\": {value}}}");
        Insertion {
            setter,
            object: place.object.clone(),
            field: place.field.clone(),
            value: match slot.value {
                SlotValue::Scalar(value) => value,
                _ => String::new(),
            },
            at,
            position: Position::default(),
            written: if is_before_text {
                format!("{marker} ")
            } else {
                format!(" {marker}")
            },
        }
    }

    /// Counts lines and columns, in one pass over the text.
    fn finish(mut self, bytes: &[u8]) -> MarkPlan<'_> {
        self.verdicts.sort_by_key(|verdict| verdict.start);
        let starts: Vec<usize> = self.verdicts.iter().map(|verdict| verdict.start).collect();
        let mut outcomes = Vec::with_capacity(starts.len());
        let mut insertions = Vec::new();
        for (verdict, position) in self.verdicts.into_iter().zip(positions(self.text, &starts)) {
            insertions.extend(verdict.insertion);
            let Verdict {
                start, field, kind, ..
            } = verdict;
            outcomes.push(MarkOutcome {
                kind,
                field,
                offset: start,
                position,
            });
        }
        let places: Vec<usize> = insertions
            .iter()
            .map(|insertion: &Insertion| insertion.at)
            .collect();
        for (insertion, position) in insertions.iter_mut().zip(positions(self.text, &places)) {
            insertion.position = position;
        }
        MarkPlan {
            bytes,
            syntax: self.syntax.clone(),
            insertions,
            outcomes,
        }
    }
}

struct Place<'p> {
    object: &'p Object,
    field: String,
    /// Whether the image has a digest.
    is_pinned: bool,
}

const BLANKS: [char; 2] = [' ', '\t'];

fn refused(reason: &str) -> MarkOutcomeKind {
    let reason = reason.to_owned();
    MarkOutcomeKind::Refused { reason }
}

fn join(field: &str, key: &str) -> String {
    if field.is_empty() {
        key.to_owned()
    } else {
        format!("{field}.{key}")
    }
}
