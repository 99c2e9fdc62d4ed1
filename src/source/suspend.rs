//! `spec.suspend` of a manifest, committed where the manifest stands.

use std::num::NonZeroU32;
use std::ops::ControlFlow;

use flux::ImageUpdateAutomation;
use gitwrite::{
    Change, CommitSpec, Content, Control, Proposal, Ref, Remote, Signature, Snapshot, TreePath,
    Update, UpdateOutcome,
};
use manifests::flux;
use tagwright_gitwrite as gitwrite;
use tagwright_manifests as manifests;
use tagwright_markers::nearest;

use super::scopes::Scopes;
use super::{Place, Source};
use crate::automation::{full_name, invalid};
use crate::draft::MAX_FILE_BYTES;
use crate::error::{Error, ErrorKind};
use crate::objects::{DEFAULT_NAMESPACE, place};
use crate::offload::offload;
use crate::report::{Applied, Pushed};

const ATTEMPTS: NonZeroU32 = NonZeroU32::new(10).expect("it is not zero");

impl Source {
    /// Commits the field to the branch that the manifests are read from.
    pub(crate) async fn suspend(&self, name: &str, suspend: bool) -> Result<Applied, Error> {
        let Place::Repository {
            remote, reference, ..
        } = &self.place
        else {
            return Err(no_branch("the manifests are in no repository"));
        };
        let (remote, reference) = (remote.clone(), reference.clone());
        let wish = Wish {
            name: name.to_owned(),
            suspend,
            scopes: self.scopes.clone(),
        };
        offload(self.timeout(), move |control| {
            wish.fulfil(&remote, &reference, control)
                .map_err(|failed| failed.0)
        })
        .await
    }
}

fn no_branch(found: impl std::fmt::Display) -> Error {
    invalid(format!(
        "{found}, so there is no branch to commit to; read them from one (--repository URL)"
    ))
}

struct Wish {
    /// With namespace and scope.
    name: String,
    suspend: bool,
    scopes: Scopes,
}

/// An error of the loop, or of what it does.
struct Failed(Error);

impl From<gitwrite::Error> for Failed {
    fn from(error: gitwrite::Error) -> Self {
        Self(Error::repository(error))
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

/// What was seen of the wanted object, and beside it.
#[derive(Default)]
struct Found {
    objects: Vec<(ImageUpdateAutomation, Vec<u8>)>,
    others: Vec<String>,
    /// Why it cannot be read.
    problem: Option<String>,
}

impl Wish {
    fn fulfil(
        &self,
        remote: &Remote,
        reference: &Ref,
        control: &Control,
    ) -> Result<Applied, Failed> {
        let snapshot = remote.snapshot(reference, control)?;
        let Some(branch) = snapshot.reference().branch_name() else {
            return Err(no_branch(format_args!("the manifests are of {reference}")).into());
        };
        let update = Update::of_branch(branch)?.attempts(ATTEMPTS);
        let place = format!("{branch} of {remote}");
        let updated = remote.update(&update, control, |snapshot| {
            self.propose(snapshot, &place, control)
        })?;
        match updated.outcome {
            UpdateOutcome::Pushed {
                id,
                branch,
                refused,
            } => Ok(Applied::Pushed(Pushed {
                commit: id.to_string(),
                branch,
                refused: refused.iter().map(ToString::to_string).collect(),
            })),
            UpdateOutcome::Unchanged => Ok(Applied::NothingToDo),
            UpdateOutcome::Rejected(rejection) => Err(Failed(Error::new(
                ErrorKind::Rejected,
                format!("the push to {place} was refused: {rejection}"),
            ))),
            _ => Err(Failed(Error::new(
                ErrorKind::Repository,
                "the push ended in a way that this version does not know",
            ))),
        }
    }

    fn propose(
        &self,
        snapshot: &Snapshot,
        place: &str,
        control: &Control,
    ) -> Result<Option<Proposal>, Failed> {
        let found = self.find(snapshot, control)?;
        let (automation, bytes) = self.the_one(found, place)?;
        let written = automation.with_suspend(&bytes, self.suspend);
        let Some(new) = written.map_err(invalid)? else {
            return Ok(None);
        };
        let commit = &automation.git.commit;
        let author = commit.author_name.as_ref();
        let author = Signature::new(author.unwrap_or(&commit.author_email), &commit.author_email)?;
        let verb = if self.suspend { "Suspend" } else { "Resume" };
        let spec = CommitSpec::new(author, &format!("{verb} {}", self.name))?;
        let path = TreePath::new(&automation.meta.location.file)?;
        Ok(Some(Proposal::new(vec![Change::write(path, new)], spec)))
    }

    fn find(&self, snapshot: &Snapshot, control: &Control) -> Result<Found, Failed> {
        let folders = self.scopes.folders()?;
        let mut found = Found::default();
        snapshot.visit(
            |file| folders.takes(file),
            MAX_FILE_BYTES,
            |entry| {
                if let Content::Bytes(bytes) = entry.content {
                    self.see(entry.path, bytes, &mut found);
                }
                ControlFlow::Continue(())
            },
            control,
        )?;
        Ok(found)
    }

    fn see(&self, file: &str, bytes: &[u8], found: &mut Found) {
        let Some(scope) = self.scopes.of(file) else {
            return;
        };
        let scope = self.scopes.names()[scope];
        let read = flux::read(file, bytes);
        for automation in read.objects.image_update_automations {
            let meta = &automation.meta;
            let namespace = meta.namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE);
            let name = full_name(scope, namespace, &meta.name);
            if name == self.name {
                found.objects.push((automation, bytes.to_vec()));
            } else {
                found.others.push(name);
            }
        }
        let is_error =
            |problem: &&manifests::Problem| problem.severity == manifests::Severity::Error;
        for problem in read.problems.iter().filter(is_error) {
            let object = problem.object.as_deref().unwrap_or_default();
            let object = object.strip_prefix("ImageUpdateAutomation ");
            if object.is_some_and(|object| full_name(scope, "", object) == self.name) {
                found.problem = Some(problem.to_string());
            }
        }
    }

    fn the_one(
        &self,
        mut found: Found,
        place_of_all: &str,
    ) -> Result<(ImageUpdateAutomation, Vec<u8>), Error> {
        let name = &self.name;
        let Some(last) = found.objects.pop() else {
            let near = nearest(name, found.others.iter().map(String::as_str));
            let hint = match (found.problem, near) {
                (Some(problem), _) => problem,
                (None, Some(near)) => format!("did you mean {near}?"),
                (None, None) => "check the name, the folder and the branch".to_owned(),
            };
            return Err(invalid(format!(
                "no ImageUpdateAutomation {name} on {place_of_all}: {hint}"
            )));
        };
        match found.objects.first() {
            None => Ok(last),
            Some(first) => Err(invalid(format!(
                "two ImageUpdateAutomations are named {name} ({}, {}); remove one of them",
                place(&first.0.meta),
                place(&last.0.meta)
            ))),
        }
    }
}
