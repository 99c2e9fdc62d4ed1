//! Renders commit messages from the templates that people already have.
//!
//! ```
//! use tagwright_message::{Automation, Change, Data, Template};
//!
//! let data = Data {
//!     automation: Automation { namespace: "flux-system".into(), name: "apps".into() },
//!     changes: vec![Change { old: "1.0.0".into(), new: "2.0.0".into(), ..Change::default() }],
//!     ..Data::default()
//! };
//! let native = Template::jinja("{{ automation }}: {{ changes|join(', ') }}")?;
//! assert_eq!(native.render(&data)?.as_str(), "flux-system/apps: 1.0.0 -> 2.0.0");
//!
//! let go = "{{ .AutomationObject }}:{{ range .Changed.Changes }} {{ .NewValue }}{{ end }}";
//! assert_eq!(Template::go(go)?.render(&data)?.as_str(), "flux-system/apps: 2.0.0");
//! # Ok::<(), tagwright_message::Error>(())
//! ```
//!
//! A [`Template`] is read once and renders [`Data`] to a [`Message`], which Git
//! takes as it is. Rendering is pure: no clock, no environment, no files, no
//! chance, and the same data gives the same bytes.
//!
//! # Go templates
//!
//! [`Template::go`] is Go's `text/template` with Go's own functions and the
//! hermetic ones of Sprig 3.3, over the data that Flux's
//! image-automation-controller gives: `.AutomationObject`, `.Changed`
//! (`.FileChanges`, `.Objects`, `.Changes`), `.Values`, and `.Updated`
//! (`.Files`, `.Objects`, `.Images`), which Flux had up to 0.41 and most
//! templates still use. The behaviour was taken from Go 1.26 and Sprig 3.3.0,
//! whose answers are recorded in the tests.
//!
//! Differences by design: the changes of `.Changed.Changes` come in file and
//! line order, and `keys`, `values` and maps in sorted order, where Go has no
//! order; a map cannot be put into itself; bytes that are no UTF-8 become
//! U+FFFD in the output; depth, steps and sizes are bounded. The words of
//! errors are ours.
//!
//! [`Template::lint`] finds the uses of `.Updated` and names what takes its
//! place.
//!
//! # Fleet's templates
//!
//! [`Template::fleet`] is Go's `html/template` with Go's own functions, over the
//! text `no data! yet`, which is all that Fleet shows a template.
//! [`Template::fleet_with_data`] shows it the data of a template of Flux.
//! Actions are escaped for the text of HTML, comments are not printed, and a `<`
//! that opens no tag becomes `&lt;`, as Go has it.
//!
//! # Messages
//!
//! [`Message`] is a text that Git takes as it is; [`Trailer`]s such as
//! `Signed-off-by` are put where `git interpret-trailers` puts them.
//!
//! # The native dialect
//!
//! [`Template::jinja`] is minijinja, strict about
//! names that do not exist, without loading of other templates. It sees
//!
//! | name | fields | prints as |
//! |---|---|---|
//! | `automation` | `namespace`, `name` | `namespace/name` |
//! | `files` | `path`, `objects`, `changes` | its path |
//! | `objects` | `api_version`, `kind`, `namespace`, `name`, `changes` | `Kind namespace/name` |
//! | `changes` | `file`, `object`, `old`, `new`, `setter`, `image` | `old -> new` |
//! | `images` | `registry`, `repository`, `identifier`, `name` | as the manifests spell it |
//! | `values` | those of the user | |
//!
//! and has, beside minijinja's filters, `short_digest`
//! (`app@sha256:0123456789ab`), `basename` (`a/b.yaml` is `b.yaml`) and
//! `pluralize` (`image{{ images|pluralize }}`,
//! `polic{{ n|pluralize("y", "ies") }}`).
//!
//! # Limitations
//!
//! - In Fleet's dialect, actions and invoked templates inside of tags, and the
//!   elements `script`, `style`, `textarea` and `title`, are refused: they would
//!   need other escaping. `html nil` and `urlquery nil` make `<no value>`, where
//!   Fleet's print `<nil>`.
//! - `typeOf` of `.Changed.Objects` gives the type of the map, not its name `update.ObjectChanges`; images have no
//!   `.Policy`, and `.AutomationObject` no `.MarshalLog`.
//! - Functions of Sprig that depend on the clock, on chance or on the machine, or
//!   make secrets, are refused by name when the template is read, with the reason.
//!   Flux has no `date`, `now` and their kin either.
//! - `toDate` and `mustToDate` take UTC for the local time zone. Of the methods of
//!   a time those on locations (`In`, `Location`) and those that give bytes are
//!   not built, nor are `Round` and `Truncate` of a `time.Duration`; dates stay
//!   within a million years, and named zones of one offset are equal.
//! - Complex numbers are refused, and so is what would print addresses or the
//!   memory of Go's own types (`%p` of a list, `%d` of a time). Nil lists are
//!   taken for empty ones, and no list has room behind its end (`slice`).
//!   `toJson` of an object or an image, whose form hangs on the tags of Go types,
//!   is refused.
//! - Of the methods of a `semver`, those that change it from a text
//!   (`SetPrerelease`, `SetMetadata`) are not built. Regular expressions
//!   and the functions on words and paths (`trim`, `snakecase`, `base`, `clean`
//!   ...) see U+FFFD in place of bytes that are no UTF-8. Letters newer than the
//!   Unicode of Go 1.26 have cases here.
//! - The native dialect has no `namespace`, no macros and none of the filters
//!   `batch`, `slice`, `chain`, `zip` and `format`; `*` wants a number behind it,
//!   a range has 10,000 items at most, and repetitions, joins and lists in `set`,
//!   `with` and `for` may together make a value 4,096 times longer at most (less
//!   in a source of more than 1 KiB). Filters pay for what they walk; the
//!   operators `in`, `==`, `~` and `+` count as one step each, however long their
//!   texts and lists are.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod data;
mod error;
mod go;
mod index;
mod jinja;
mod limits;
mod lint;
mod message;
mod place;
mod suggest;
mod template;
mod trailer;

pub use data::{Automation, Change, Data, Image, Object};
pub use error::{Error, ErrorKind};
pub use lint::{Lint, LintKind};
pub use message::{DEFAULT_MESSAGE, Message};
pub use template::Template;
pub use trailer::Trailer;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
