//! Reads what Flux and Fleet users already have: the objects that describe image
//! updates, as plain structs, with every problem in them.
//!
//! ```
//! let read = tagwright_manifests::flux::read("apps/podinfo.yaml", b"
//! apiVersion: image.toolkit.fluxcd.io/v1
//! kind: ImageRepository
//! metadata: {name: podinfo, namespace: flux-system}
//! spec: {image: ghcr.io/stefanprodan/podinfo, interval: 5m, exclusionlist: []}
//! ");
//!
//! assert_eq!(read.objects.image_repositories[0].image, "ghcr.io/stefanprodan/podinfo");
//! assert_eq!(
//!     read.problems[0].to_string(),
//!     "apps/podinfo.yaml:5:59: warning: spec.exclusionlist: \
//!      unknown field, not used; did you mean exclusionList?",
//! );
//! ```
//!
//! # Scope
//!
//! [`flux::read`] reads `ImageRepository`, `ImagePolicy`, `ImageUpdateAutomation`,
//! `GitRepository` and `Receiver` in every version that was released;
//! [`fleet::read`] reads the `imageScans` of `fleet.yaml`, `GitRepo` and
//! `ImageScan`; both read Kubernetes Secrets, and know those that are sealed or
//! encrypted; [`config::read`] reads our own `tagwright.yaml`. What they answer is
//! what the files say: no default is filled in, no reference is followed. Ranges,
//! patterns, templates and images are not parsed: [`flux::read_with`] and its likes
//! have them judged by a closure ([`Subject`]).
//!
//! Nothing is passed over in silence: each [`Problem`] names file, document,
//! line, column and field. An error leaves its object out and hides no other; a
//! warning or a note leaves it in. Values of Secrets stand in no problem, error
//! or debug print.
//!
//! The structs of Flux and Fleet have public fields and a `Default`, so that a
//! program can build them by hand as well. `to_yaml` prints them as YAML, as Flux's own tools do:
//! what `flux create image policy --export` prints, byte for byte. Lines that change
//! nothing are left out, though Flux prints them when it is told to: `provider: generic`;
//! `to_yaml_in_full` prints `digestReflectionPolicy: Never` and the `type: gpg` of a key.
//!
//! [`flux::Objects::check`] and [`fleet::Objects::check`] say what is wrong between
//! the objects of all files, and between them and the markers of the manifests: a
//! policy without its repository, a marker that names no policy.
//!
//! The crate is pure: no files, no network, no clock, no environment.
//!
//! # Source of the behaviour
//!
//! The API types of Flux's controllers and of Fleet, and the rules that their
//! custom resource definitions lay down. Text fields take text only, as the API
//! server does: `range: 1.0` is a number. Durations are Go's, see
//! [`parse_duration`].
//!
//! Different on purpose: a missing `interval` is a warning, since a single run
//! needs none; a URL with a user (but for SSH), a password or a query in it is an
//! error, and so is an image with a user, so that no password and no token can be
//! shown; `yes` and `no` are taken for flags, as kubectl takes them, with a
//! warning. Below the `imageScans` of a `fleet.yaml` the case of keys counts and a
//! number is no text, though Fleet itself would take `tagname: 1`. Printed texts are
//! quoted where a reader of YAML 1.1 or 1.2 would take them for something else, a few
//! times more than by Flux: `=`, `<<`, `12e4567`.
//!
//! # Bounds
//!
//! Input is read in time and memory linear in its length. A document has at most
//! 16 MiB, 300,000 values and 100 levels; aliases may copy four values for each
//! byte of it. More is a problem of that document only.
//!
//! # Limitations
//!
//! Not read: the values of encrypted and sealed Secrets (a note says so). Comments
//! and unknown fields are not kept, and so not printed; nor is `tagwright.yaml`.
//! What is wrong between objects stands at the first line of an object, not at its
//! field.
//!
//! # Features
//!
//! - `serde` (on by default): `flux::read_values` and `fleet::read_values`, for
//!   objects that a program has parsed already.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod check;
pub mod config;
mod duration;
mod error;
mod fields;
pub mod fleet;
pub mod flux;
mod judge;
mod login;
mod meta;
mod nearest;
mod object;
mod print;
mod problem;
mod quote;
mod report;
mod secret;
mod secret_text;
mod selector;
mod source;
mod time;
#[cfg(feature = "serde")]
mod values;
mod variable;
mod yaml;

pub use check::Marker;
pub use duration::parse_duration;
pub use error::{Error, ErrorKind};
pub use judge::Subject;
pub use meta::{Location, Metadata, ObjectRef};
pub use problem::{Problem, Severity};
pub use secret::{Encryption, GithubApp, Secret, SecretKey, SecretKind};
pub use secret_text::SecretText;
pub use selector::{LabelSelector, Operator, Requirement};
pub use time::parse_time;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
