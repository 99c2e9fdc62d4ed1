//! Finds marker comments in YAML and rewrites the marked scalars, byte for byte.
//!
//! ```
//! use tagwright_markers::{Setters, Syntax, plan};
//!
//! let text = b"image: app:1.0.0   # {\"$imagepolicy\": \"flux-system:app\"}\r\n";
//! let setters = Setters::from([("flux-system:app", "app:1.0.1")]);
//!
//! let planned = plan(text, &Syntax::flux(), setters.decide())?;
//! assert_eq!(planned.edits()[0].field(), "image");
//! assert_eq!(planned.edits()[0].old(), "app:1.0.0");
//!
//! let after = planned.apply()?;
//! assert_eq!(after, b"image: app:1.0.1   # {\"$imagepolicy\": \"flux-system:app\"}\r\n");
//! # Ok::<(), tagwright_markers::Error>(())
//! ```
//!
//! A *marker* is a comment that holds a JSON object with the key of the [`Syntax`]; its value, the
//! *setter*, names what the scalar before the comment follows. The caller decides for each marker
//! from its setter and the old value; this crate finds the markers, writes the decided values and
//! reports an [`Outcome`] for every text that looks like a marker, so that none is passed over in
//! silence.
//!
//! # Laws
//!
//! - Bytes outside the edited scalars are equal, always: edits are spliced into the original text.
//!   The edited text is parsed again, and [`FilePlan::apply`] fails unless exactly the planned
//!   scalars differ.
//! - No decision, no change; applying twice is applying once.
//! - Time grows linearly with the text, memory with its depth and its markers.
//!
//! # Where a marker is honoured
//!
//! As in Flux's image-automation-controller 1.2 (its setters, on kyaml 0.21) and in Fleet's
//! imagescan update, whose answers are kept as test data:
//!
//! - at the end of the line on which a scalar value or list item ends, in block and flow
//!   collections, after a comma too: plain, quoted, multi-line, anchored or tagged;
//! - alone above a scalar without a comment of its own: on the line above a list item, aligned with
//!   its dash unless it stands between two items of which the first is no block collection (a blank
//!   line may come between, if one comes before the comment too), on the line of a dash whose scalar follows on the next, between `key:` and a value on a line of its own.
//!
//! The object's other values must be strings or null, and nothing may stand before or after it.
//!
//! Beyond them, on purpose: items of a `kind: List` (or `DeploymentList`), lists at the top level, documents that are one
//! scalar, the second of two equal keys, and files with a `%YAML` directive are edited too.
//! Markers on the header of a block scalar and on aliases keep their value and say so.
//!
//! When asked for, a marker may be followed by other text ([`Syntax::with_text_after`]), and may mean
//! a part of the value ([`Syntax::with_templates`]): `# {"$imagepolicy": "ns:app:tag", "template":
//! "--version={value}"}`. The old part is recovered from the value, and one that does not fit is kept
//! with an outcome. In Flux's and Fleet's own dialects both are off, and such a template says nothing.
//!
//! # Inserting markers
//!
//! [`mark`] puts markers behind the images of a text: containers, the `repository`, `tag` and `digest` of
//! Helm values, the `images` of kustomizations. A closure says which setter an image gets; nothing but
//! the inserted comments changes, and what cannot be marked says why.
//!
//! # Files that cannot carry comments
//!
//! A [`Sidecar`] is a marker file that stands beside JSON, or YAML that a program writes: it names
//! the file, the place (a JSON pointer or a path) and the setter. Edits, outcomes and checks are the same.
//!
//! # How a value is written
//!
//! Quotes stay. A plain scalar stays plain as long as the new value is a string there in YAML 1.1
//! and in YAML 1.2; else it becomes double-quoted (`1.20`, `1e3`, `0x10`, `yes`, `null`,
//! `2021-01-01`, `1_000`, `190:20:30`). Multi-line scalars become one line.
//!
//! # Limitations
//!
//! - Texts are UTF-8 (with or without a byte order mark) and within the [`Limits`]; others are an
//!   [`Error`]. No text is read that is nested more than 1,000 levels deep.
//! - The parser reads YAML 1.2. What go-yaml takes beyond it, such as a comment that touches the
//!   quote before it or tabs that indent the lines of a flow collection or of a quoted scalar, is an [`Error`] with its place.
//! - What common YAML says is read many times as fast as the rest: a document with an anchor, a tag, a
//!   tab, a scalar or flow collection over several lines takes the time of the full parser, twice.
//! - The check after splicing reads with the same pair of readers, not with the full parser alone: that would
//!   more than double the processor time of a marked file. Tests and fuzzing hold the two against each other instead.
//! - A marker behind an empty dash (`- # {...}`), or on a line between it and the next item, marks
//!   nothing and says so, where Flux sets the next item.
//! - The objects of a list within a list are taken for the inner list.
//! - A field path of more than 1,024 bytes is cut, and so is each part of an [`Object`].
//! - A key that is spelled with JSON escapes (`"\u0024imagepolicy"`) is seen in files that name the
//!   key as it is, too, and in no others, as in Flux.
//! - A comment holds one marker: each further one has an outcome. In a flow collection over several lines
//!   each line can have its own; one on a single line has place for none.
//! - A new value is at most 64 KiB long; a longer one is refused.
//! - [`mark`] knows images by the names of their fields. `image:` and `tag:` in other custom resources'
//!   fields (`imageName`, `ref.tag` of an OCI repository) are not among them, nor are kustomizations
//!   within a list.
//! - A marker file cannot name a document that is one scalar: the JSON pointer `""` is refused.
//! - A part of a value that a template means holds letters, digits and `-_.:/@+~%` only.
//!
//! # Features
//!
//! None.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod above;
mod all;
mod apply;
mod comment;
mod decision;
mod elsewhere;
mod error;
mod fingerprint;
mod images;
mod json;
mod limits;
mod mark;
mod mark_outcome;
mod marked;
mod marker;
mod nearest;
mod object;
mod occurrence;
mod outcome;
mod path;
mod plan;
mod position;
mod reader;
mod reference;
mod resolve;
mod scan;
mod sidecar;
mod sidecar_reader;
mod site;
mod snippet;
mod syntax;
mod template;
mod walk;
mod write;

pub use crate::{
    all::{apply_all, plan_all},
    decision::{Decision, Setters},
    error::{Error, ErrorKind},
    limits::Limits,
    mark::{Image, Insertion, mark},
    mark_outcome::{MarkOutcome, MarkOutcomeKind},
    marked::MarkPlan,
    marker::{Marker, find},
    nearest::{NearestNames, nearest},
    object::Object,
    outcome::{Outcome, OutcomeKind},
    plan::{Edit, FilePlan, plan},
    sidecar::{Sidecar, SidecarMarker},
    syntax::{Syntax, may_hold_marker},
};

#[cfg(fuzzing)]
#[doc(hidden)]
pub use crate::reader::difference::difference as difference_of_readers;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
