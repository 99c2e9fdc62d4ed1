//! Changes files in a remote Git repository without a clone.
//!
//! ```no_run
//! use std::ops::ControlFlow;
//! use std::time::Duration;
//! use tagwright_gitwrite::{Change, CommitSpec, Committed, Control, Push, Ref, Remote, Signature, TreePath};
//!
//! # fn main() -> Result<(), tagwright_gitwrite::Error> {
//! let control = Control::new().deadline_in(Duration::from_secs(120));
//! let remote = Remote::new("https://git.example.com/fleet.git")?;
//! let snapshot = remote.snapshot(&Ref::branch("main")?, &control)?;
//! let change = Change::write(TreePath::new("apps/version.txt")?, "1.2.3\n");
//! let spec = CommitSpec::new(Signature::new("Bot", "bot@example.com")?, "Update to 1.2.3")?;
//! if let Committed::Commit(commit) = snapshot.commit(&[change], &spec)? {
//!     println!("{:?}", commit.push(&Push::to_branch("main")?, &control)?);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A [`Snapshot`] is one commit of a [`Remote`] with its files, fetched at depth 1 into a private folder, without a
//! working tree. [`Snapshot::visit`] streams files, [`Snapshot::commit`] makes one [`Commit`] of [`Change`]s, and
//! [`Commit::push`] hands it over under a lease: the server takes it only where what was seen still stands, and is asked
//! afterwards ([`PushMode::Reset`] and refspecs with `+` replace what others pushed before that). Every call that waits
//! takes a [`Control`] with a deadline and a flag to cancel it; when it stops, the processes that it started are ended and
//! their files removed. [`Remote::update`] does all of it, and again on the new tip when somebody else was faster.
//!
//! # Ways to work
//!
//! - Of a large repository only the files are fetched that are asked for ([`Remote::blobs`], [`Snapshot::visit_paths`]), and
//!   with [`Remote::cache`] only what is new since the last run.
//! - A push goes to the snapshot's branch, or to another that is made anew, continued ([`Update::continuing`]) or only made
//!   ([`PushMode`]); with more refspecs and push options, or to a refspec alone ([`Push::to_refspec`]).
//! - Passwords, tokens, keys, agents and client certificates are handed over, or asked for when they are needed and when
//!   they expire ([`CredentialProvider`]).
//! - The tag to look at can be chosen by a closure ([`Remote::best_tag`]).
//!
//! # How it works
//!
//! The network is the program `git`, 2.32 or newer, from `PATH`; for ssh URLs also `ssh` of OpenSSH. Objects are read and
//! written in process. The behaviour is that of `git fetch --depth 1 --filter`, `git push --force-with-lease --porcelain`
//! and `git ls-remote`; wording of servers that is known is given types ([`ErrorKind`], [`RejectionReason`]).
//!
//! The host's configuration of Git and SSH is shut out, and so are its hooks, prompts, agents and credential helpers, unless
//! [`Remote::use_host_configuration`] lets it in. Of the environment `git` sees `PATH`, `TMPDIR`, the proxy variables and
//! `SSL_CERT_FILE`, `SSL_CERT_DIR`. Only the protocol of the URL is allowed, and redirects are not followed.
//!
//! Secrets are never in arguments, environment or URLs. Passwords go through a file that `git-credential-store` reads,
//! tokens and proxies through a configuration file, keys and their passphrases through files of their own; all of them of
//! mode 0600 in a folder of mode 0700 below the folder for temporary files, for as long as one command runs. A folder that
//! a killed process left is removed by the next one that is made. In a cache there are objects and no secrets.
//!
//! # Limitations
//!
//! - Unix only: processes are ended by group.
//! - The private key of a client certificate with a passphrase is refused; proxies are for http and https alone.
//! - A wrong passphrase of an SSH key looks as if the server refused the key: `ssh` says no more.
//! - Signing takes SSH keys in OpenSSH's format and OpenPGP keys, not keys in an agent, a token or an X.509 certificate.
//! - How much a server sends is bounded by the deadline, not by bytes.
//! - From a server that leaves files out but does not hand out single ones (over the first version of Git's protocol), the
//!   first file that is asked for fetches all.
//! - A cache begins anew when more than 64 packs are in it; nothing else bounds it. Folders of remotes that nobody asks for
//!   any more stay. Of a damaged file over the limit of a visit, the size that is said can be wrong.
//! - Of an http server that answers every request with an empty page, it is said that the ref is missing.
//! - A repository on this disk that belongs to another user is refused, as `git` itself does.
//! - A push to a repository on this disk that is stopped while a hook runs leaves the objects that came in the folder
//!   `objects/tmp_objdir-incoming-*` of that repository, where `git gc` removes them: `git` does so from 2.39 on.
//! - Two processes that make the very same commit at the same second cannot tell theirs apart when an answer is lost: see
//!   [`Remote::update`].
//! - Whether a commit whose answer was lost arrived is looked for among the last 5000 of the branch; below that it is an
//!   error that says so.
//! - When this process is killed, a `git` that it started ends by itself, at the latest when its connection stalls.
//!
//! # Features
//!
//! Off by default: they add 70 and 130 crates of cryptography and up to a minute of build, and most automations push
//! unsigned commits.
//!
//! - `sign-ssh`: commits signed with an SSH key, `Signer::ssh`.
//! - `sign-openpgp`: commits signed with an OpenPGP key, `Signer::openpgp`.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod arrival;
mod attempt;
mod blobs;
mod cache;
mod change;
mod commit;
mod control;
mod credentials;
mod error;
mod folder;
mod git;
mod history;
mod installed;
mod news;
mod object_id;
mod objects;
mod path;
mod pem;
mod provider;
mod proxy;
mod push;
mod reference;
mod rejection;
mod remote;
mod repository;
mod rewrite;
mod secret;
mod signature;
#[cfg(any(feature = "sign-ssh", feature = "sign-openpgp"))]
mod signer;
mod snapshot;
mod trailer;
mod transport;
mod tree;
mod trial;
mod update;
mod url;
mod walk;
mod wallet;

pub use blobs::Blobs;
pub use change::Change;
pub use commit::{Commit, CommitSpec, Committed};
pub use control::{CancelFlag, Control};
pub use credentials::Credentials;
pub use error::{Error, ErrorKind};
pub use installed::InstalledGit;
pub use object_id::ObjectId;
pub use path::TreePath;
pub use provider::{CredentialError, CredentialProvider, CredentialRequest, Issued};
pub use proxy::Proxy;
pub use push::{Push, PushMode, PushOutcome};
pub use reference::Ref;
pub use rejection::{Rejection, RejectionReason};
pub use remote::Remote;
pub use secret::Secret;
pub use signature::Signature;
#[cfg(any(feature = "sign-ssh", feature = "sign-openpgp"))]
pub use signer::Signer;
pub use snapshot::{Content, Entry, Mode, Snapshot};
pub use update::{Proposal, Update, UpdateOutcome, Updated};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
