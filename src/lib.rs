//! Keeps the image references in a Git repository up to date.
//!
//! ```no_run
//! use tagwright::{Automation, Dialect, gitwrite::Remote, policy::Policy};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let report = Automation::builder()
//!     .policy("flux-system:podinfo", "ghcr.io/stefanprodan/podinfo", Policy::builder(Dialect::Flux).semver("5.0.x").build()?)
//!     .remote(Remote::new("/srv/git/fleet.git")?)
//!     .branch("main")
//!     .author("tagwright", "tagwright@example.com")
//!     .build()?
//!     .run()
//!     .await?;
//! println!("{report}");
//! # Ok(())
//! # }
//! ```
//!
//! An [`Automation`] lists the tags of images in their registries, selects one of each by policy, rewrites the marked
//! values in the YAML files of a Git branch without touching any other byte, commits and pushes. It does what Flux's
//! image-reflector-controller and image-automation-controller do together, and what Rancher Fleet's imageScans do,
//! inside any Rust program and with no cluster.
//!
//! # The way through
//!
//! [`Automation::plan`] reads and decides, and answers with a [`Plan`]: data, nothing is written.
//! [`Automation::apply`] does what a plan says, exactly that, or answers [`Applied::Stale`]. [`Automation::run`] does
//! both, and plans again when somebody else pushed first. [`blocking`] is the same for programs that are not async.
//!
//! [`Source`] reads manifests where they live, and [says](Source::lint) what is wrong with them and with the markers; a
//! [`Loader`] makes automations of Flux's, Fleet's and our own
//! ([`manifests::config`]) with the Secrets that a [`SecretSource`] has, within what an [`AllowList`] lets them use.
//! [`Automations`] runs them as one group, each image scanned once for all. [`Automation::branches`] pushes a branch for
//! each policy. A target is a branch or a [directory](AutomationBuilder::directory). [`Guards`] withhold edits, and a
//! [`StateStore`] keeps what was seen, so that a run with nothing new asks for little. [`ManifestSource`] goes all the way
//! from manifests to runs, and again when they changed; the feature `scheduler` keeps automations running. [`Marking`] puts
//! the markers into a directory, and [`ManifestSource::check_up`] tries whether all that is needed can be had.
//!
//! The parts are libraries of their own, re-exported here. A major version of a part is a major version of this crate.
//!
//! | module | what it does |
//! |---|---|
//! | [`policy`] | which tag wins, and why |
//! | [`registry`] | references, tags, digests of OCI registries |
//! | [`markers`] | marker comments and byte-exact edits |
//! | [`message`] | commit messages from templates |
//! | [`gitwrite`] | snapshot, commit and push without a clone |
//! | [`manifests`] | Flux's and Fleet's objects, and `tagwright.yaml`, as plain structs |
//!
//! # When something fails
//!
//! A failure as a whole is an [`Error`] with a [`kind`](Error::kind). A part that fails beside others that do not (one
//! image of ten, one file that does not parse) is a [`Problem`] of the plan, and [`Plan::is_partial`] says so. A
//! marker that names no policy, or cannot be used, is an [`Outcome`]. Nothing is half done: there is one commit and one
//! push, leased on what was seen.
//!
//! # Logs
//!
//! Spans and events go to `tracing`: a span for each plan, scan and Git command, and events for each page, selection and
//! retry. No credential stands in any of them.
//!
//! # Metrics
//!
//! With the feature `metrics`; `describe_metrics` tells the recorder what stands here. The names and labels are part of the
//! library's promise; labels are automations, images and the outcomes below, nothing that a registry or a repository chooses.
//!
//! | name | kind | labels | what |
//! |---|---|---|---|
//! | `tagwright_last_success_timestamp_seconds` | gauge | `automation` | when a run last ended without an error, in seconds since 1970: the age is now less this |
//! | `tagwright_runs_total` | counter | `automation`, `outcome`: `pushed`, `written`, `nothing-to-do`, `error`, `stale` (of an apply) | runs, and applies of plans; of [`Branches`] each branch |
//! | `tagwright_run_duration_seconds` | histogram | `automation` | from the tags to the push; the listing is not in it |
//! | `tagwright_edits_total` | counter | `automation` | values that were changed and pushed or written |
//! | `tagwright_withheld` | gauge | `automation` | markers that the last run withheld |
//! | `tagwright_pushes_total` | counter | `automation` | commits pushed |
//! | `tagwright_stale_total` | counter | `automation` | attempts that came too late and were made again |
//! | `tagwright_scans_total` | counter | `image`, `outcome`: `ok`, `error` | listings |
//! | `tagwright_scan_duration_seconds` | histogram | `image` | a listing with the digests and dates that policies want |
//! | `tagwright_tags` | gauge | `image` | names in the last whole list |
//! | `tagwright_registry_requests_total` | counter | | requests of the scans to registries and token servers |
//! | `tagwright_registry_rate_limited_total` | counter | | answers 429 among them |
//! | `tagwright_registry_retries_total` | counter | | requests that were repeated |
//!
//! # Limitations
//!
//! - To Git servers, logins of GitHub Apps, Azure and Amazon are not made: give a token or a password instead. What objects
//!   ask for and cannot have is refused by [`Loader`] with the reason, never honoured in part.
//! - A file that is replaced in a directory keeps its mode and owner, not its access lists, other extended attributes and
//!   hard links.
//! - Service accounts are a cluster's to know: name the Secrets that they stand for.
//! - A guard against downgrades of a policy by date asks for the dates of at most 50 tags that stand in the files; values
//!   with others are withheld. A date or a digest that is asked for when an edit needs it costs one more fetch.
//! - A [`StateStore`] cannot list its keys: records of automations and images that are gone stay in it until somebody
//!   removes them. A scheduler whose store hangs waits 10 s for each record when it starts.
//! - Guards take a range such as `>=5.0.0 <=5.0.0` for one of several versions: write `5.0.0` to go back to it.
//! - On a tip newer than its base a [`Plan`]'s diff is not compared with its edits; the edits are what is applied.
//! - A `path` of a directory that is a symbolic link is told as one without files. In a group or a scheduler the branches of a
//!   template are those that are known before a scan: `{tag}` wants [`Automation::branches`].
//! - Suspensions at run time end with the scheduler. Requests for dates and digests that an edit needs are counted with the
//!   next scan. After a restart the reasons of choices, and what went wrong before, are known when an image was listed and
//!   an automation ran again; a policy that changed meanwhile, or chose nothing, has its image listed before it runs.
//! - [`Marking`] looks at files in which the last part of an image's name stands as it is, not in YAML's escapes.
//! - [`ManifestSource::check_up`] compares the clock with registries that say theirs; of Git servers it is not known. Rules of
//!   branches and hooks are seen by a push alone, and so is a full disk.
//! - What [`Source::lint`] finds between objects stands at the first line of an object; markers in marker files
//!   ([`markers::Sidecar`]) are not looked at.
//! - A scheduler goes through all that it watches at each event: with many thousands of images that is felt.
//! - [`ManifestSource::run`] lists images anew for each round: of many automations on one branch whose manifests it holds,
//!   each commit makes the others read and run again.
//!
//! # Features
//!
//! - `aws`, `azure`, `gcp`: logins of Amazon's, Microsoft's and Google's registries by their SDKs, where an
//!   [`AllowList`] lets objects use this machine's identity.
//! - `sign-openpgp`, `sign-ssh`: commits signed with a key of that kind. Without them, objects that ask for a signature
//!   are refused.
//! - `metrics`: what is done is counted and timed, for the recorder of the crate `metrics` that a program installs: see
//!   [above](#metrics).
//! - `scheduler`: `Scheduler`, which keeps automations running.
//! - `state`: `FileState`, which keeps what was seen in a folder.
//! - `webhook`: `registry::webhook`, `Scheduler::webhook` that takes what it reads, and `Receivers` of Flux's objects.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod access;
mod all_or_nothing;
mod allow;
mod apply;
mod automation;
mod automations;
mod branches;
mod checkup;
mod choices;
mod choose;
mod commit_message;
mod decide;
mod diff;
mod directory;
mod draft;
mod edit;
mod error;
mod facts;
mod find_again;
mod finding;
mod forge;
mod from_config;
mod from_fleet;
mod from_flux;
mod guard;
mod image_policy;
mod intervals;
mod judge;
mod loader;
mod look;
mod manifest_source;
mod marking;
#[cfg(feature = "metrics")]
mod metrics;
mod objects;
mod offload;
mod path;
mod place;
mod plan;
mod printable;
mod problem;
#[cfg(feature = "webhook")]
mod receivers;
mod report;
mod review;
mod role;
mod run;
mod scan;
#[cfg(feature = "scheduler")]
mod schedule;
mod secret_source;
mod source;
mod state;
mod table;
mod trailer;

pub mod blocking;

pub use tagwright_gitwrite as gitwrite;
pub use tagwright_manifests as manifests;
pub use tagwright_markers as markers;
pub use tagwright_message as message;
pub use tagwright_policy as policy;
pub use tagwright_registry as registry;

#[cfg(feature = "metrics")]
pub use self::metrics::describe_metrics;
pub use allow::{AllowList, Allowed, Identity};
pub use automation::{Automation, AutomationBuilder};
pub use automations::{Automations, AutomationsBuilder};
pub use branches::Branches;
pub use checkup::{Check, CheckKind, CheckState};
pub use choices::{Choice, Choices};
pub use diff::{ColouredDiff, PlainDiff};
pub use error::{Error, ErrorKind};
pub use finding::{Finding, FindingRule, FindingSeverity, Lint};
pub use forge::commit_link;
pub use guard::Guards;
pub use image_policy::{DigestPolicy, ImagePolicy};
pub use judge::judge;
pub use loader::{Loaded, Loader};
pub use look::Selected;
pub use manifest_source::{ManifestApplied, ManifestPlans, ManifestRun, ManifestSource};
pub use marking::{Mark, Marking, PolicyImages};
pub use plan::Markdown;
pub use plan::{
    BranchTarget, DirectoryTarget, Edit, Notes, Object, Outcome, OutcomeKind, Plan, Selection,
    Table, Target,
};
pub use policy::Dialect;
pub use printable::Printable;
pub use problem::{Problem, ProblemKind, Severity};
#[cfg(feature = "webhook")]
pub use receivers::{Receivers, Wake, WebhookReceiver};
pub use report::{Applied, Pushed, Report, Stale, Written};
#[cfg(feature = "scheduler")]
pub use schedule::{
    AutomationSource, AutomationStatus, Event, Events, ImageStatus, PolicyStatus, Scheduler,
    SchedulerBuilder, SourceFuture, SourceLoad, Status, Turns, Watching,
};
pub use secret_source::{
    MountedSecrets, SecretChain, SecretCommand, SecretEntries, SecretEntry, SecretError,
    SecretFolder, SecretFuture, SecretMap, SecretSource, SecretVariables,
};
#[cfg(feature = "state")]
pub use state::FileState;
pub use state::{MemoryState, StateError, StateErrorKind, StateFuture, StateStore};
pub use trailer::Trailer;

pub use source::{Manifests, Source};

#[doc = include_str!("../DESIGN.md")]
pub mod design {}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
