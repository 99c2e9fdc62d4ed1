//! Trying a push without pushing.

use crate::control::Control;
use crate::error::Error;
use crate::folder::Folder;
use crate::objects::Objects;
use crate::rejection::Rejection;
use crate::remote::Remote;
use crate::repository::initialize_without;
use crate::transport::{Call, Lease, Move, PushRequest};

/// The branch that is asked for; none is made.
const BRANCH: &str = "refs/heads/tagwright-asks-whether-it-may-push";
/// What would be refused.
const EVERYTHING: &str = "every push";

impl Remote {
    /// Asks whether these credentials may push, and pushes nothing: the server is asked what it asks for at the beginning
    /// of a push, and hears of no commit and no ref (`git push --dry-run`).
    ///
    /// `None` when it would go on; else in what words it refuses, a [`Rejection`] of "every push". Rules for branches, hooks
    /// and signatures are not tried: a server judges by them what it is given. Nor is the disk of a path of this machine.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), tagwright_gitwrite::Error> {
    /// use tagwright_gitwrite::{Control, Remote};
    ///
    /// let remote = Remote::new("https://git.example.com/fleet.git")?;
    /// if let Some(rejection) = remote.try_push(&Control::new())? {
    ///     eprintln!("{rejection}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Remote::tip`].
    pub fn try_push(&self, control: &Control) -> Result<Option<Rejection>, Error> {
        let folder = Folder::create()?;
        let call = Call {
            remote: self,
            folder: &folder,
            control,
        };
        let listing = self.transport().list(call, &["HEAD".to_owned()])?;
        let hash = listing.refs.first().map(|(_, id)| id.hash());
        let hash = hash.unwrap_or(gix_hash::Kind::Sha1);
        let git_dir = folder.path().join("trial");
        initialize_without(None, &git_dir, hash, call)?;
        let objects = Objects::open(&git_dir.join("objects"), hash, true)?;
        let request = PushRequest {
            moves: vec![Move {
                id: nothing(&objects)?,
                to: BRANCH.to_owned(),
                lease: Lease::FastForward,
            }],
            options: Vec::new(),
            atomic: false,
            dry_run: true,
        };
        let report = self.transport().push(call, &git_dir, &request)?;
        let refused = report.moves.into_iter().find_map(|one| one.refused);
        Ok(refused.map(|status| Rejection::new(EVERYTHING, &status, &report.message)))
    }
}

/// A commit without files, which stays here.
fn nothing(objects: &Objects) -> Result<crate::ObjectId, Error> {
    use gix_object::Kind;
    let objects = objects.reader();
    let tree = objects.write(Kind::Tree, b"")?;
    let who = "tagwright <tagwright@localhost> 0 +0000";
    let commit = format!("tree {tree}\nauthor {who}\ncommitter {who}\n\nNothing\n");
    objects.write(Kind::Commit, commit.as_bytes())
}
