//! Reading the files of a source.

use std::fs::File;
use std::io::{self, Read as _};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use gitwrite::{Content, Control, Ref, Remote};
use tagwright_gitwrite as gitwrite;
use tagwright_manifests as manifests;

use super::Manifests;
use super::scopes::Scopes;
use crate::automation::invalid;
use crate::directory::{Root, Walk, walk_failed};
use crate::draft::MAX_FILE_BYTES;
use crate::error::{Error, ErrorKind};
use crate::offload::cancelled;
use crate::problem::Problem;

/// The bounds for what holds objects, far above what a cluster holds.
const MOST_FILES: usize = 100_000;
const MOST_BYTES: u64 = 256 << 20;

/// From the name and the bytes of a file to what it gives.
pub(super) trait Parse<O>:
    Fn(&str, &[u8]) -> Option<Kept<O>> + Send + Sync + 'static
{
}

impl<O, F: Fn(&str, &[u8]) -> Option<Kept<O>> + Send + Sync + 'static> Parse<O> for F {}

/// What is kept of one file.
pub(super) struct Kept<O> {
    objects: O,
    problems: Vec<Problem>,
}

/// What was read.
pub(super) struct Found<O> {
    files: Vec<(String, Kept<O>)>,
    /// Of files that could not be read.
    problems: Vec<Problem>,
    revision: Option<String>,
}

impl<O> Kept<O> {
    /// Nothing of a file with nothing in it. A note says that nothing is wrong, and is left out.
    pub(super) fn of(objects: O, problems: &[manifests::Problem], is_empty: bool) -> Option<Self> {
        let problems: Vec<Problem> = problems.iter().filter_map(told).collect();
        (!is_empty || !problems.is_empty()).then_some(Self { objects, problems })
    }
}

fn told(problem: &manifests::Problem) -> Option<Problem> {
    let text = problem.to_string();
    let severity = format!(": {}: ", problem.severity);
    let (subject, message) = text.split_once(&severity)?;
    match problem.severity {
        manifests::Severity::Error => Some(Problem::error(subject, message)),
        manifests::Severity::Warning => Some(Problem::warning(subject, message)),
        _ => None,
    }
}

/// How much was kept.
#[derive(Default)]
struct Budget {
    files: AtomicUsize,
    bytes: AtomicU64,
}

impl Budget {
    fn take(&self, bytes: &[u8]) {
        self.files.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
    }

    fn is_spent(&self) -> bool {
        self.files.load(Ordering::Relaxed) > MOST_FILES
            || self.bytes.load(Ordering::Relaxed) > MOST_BYTES
    }

    fn check(&self, place: &str) -> Result<(), Error> {
        if !self.is_spent() {
            return Ok(());
        }
        Err(invalid(format!(
            "{place} holds more than {MOST_FILES} files, or {} MiB, of manifests; name a folder of it with a scope",
            MOST_BYTES >> 20
        )))
    }
}

pub(super) fn directory<O: Send>(
    path: &Path,
    scopes: &Scopes,
    parse: &impl Parse<O>,
    control: &Control,
) -> Result<Found<O>, Error> {
    let root = Root::open(path)?;
    let (folders, budget) = (scopes.folders()?, Budget::default());
    let walked = Walk {
        root: &root,
        folders: &folders.visit(),
        most_bytes: MAX_FILE_BYTES,
        // A temporary file does not end in `.yaml`.
        leftover: "/",
        is_cancelled: &|| control.is_cancelled() || budget.is_spent(),
        see: |name: &str, bytes: &[u8]| {
            let kept = parse(name, bytes)?;
            budget.take(bytes);
            Some(kept)
        },
    };
    let walked = walked.run().map_err(|error| walk_failed(&root, &error))?;
    if control.is_cancelled() {
        return Err(cancelled());
    }
    budget.check(&format!("the directory {}", root.path()))?;
    Ok(Found {
        files: walked.found,
        problems: walked.problems,
        revision: None,
    })
}

pub(super) fn repository<O>(
    remote: &Remote,
    reference: &Ref,
    scopes: &Scopes,
    parse: &impl Parse<O>,
    control: &Control,
) -> Result<Found<O>, Error> {
    let snapshot = remote.snapshot(reference, control);
    let snapshot = snapshot.map_err(Error::repository)?;
    let (folders, budget) = (scopes.folders()?, Budget::default());
    let mut found = Found {
        files: Vec::new(),
        problems: Vec::new(),
        revision: Some(snapshot.commit_id().to_string()),
    };
    let mut see = |path: &str, content: Content<'_>| match content {
        Content::Bytes(bytes) => {
            if let Some(kept) = parse(path, bytes) {
                budget.take(bytes);
                found.files.push((path.to_owned(), kept));
            }
        }
        Content::TooLarge(size) => {
            let large = format!("not looked at: it has {size} bytes, more than {MAX_FILE_BYTES}");
            found.problems.push(Problem::warning(path, large));
        }
    };
    let visited = snapshot.visit(
        |file| folders.takes(file),
        MAX_FILE_BYTES,
        |entry| {
            see(entry.path, entry.content);
            if budget.is_spent() {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        },
        control,
    );
    visited.map_err(Error::repository)?;
    budget.check(&remote.to_string())?;
    Ok(found)
}

/// The bytes of a file that somebody named: what is too large is an error of its own.
pub(super) fn file_bytes(path: &Path) -> Result<Vec<u8>, Error> {
    let failed = |why: &dyn std::fmt::Display| {
        let message = format!("{} cannot be read: {why}", path.display());
        Error::new(ErrorKind::Directory, message)
    };
    let read = || -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut file = File::open(path)?.take(MAX_FILE_BYTES + 1);
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().map_err(|error| failed(&error.kind()))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        let large = format!("it has more than {MAX_FILE_BYTES} bytes");
        return Err(failed(&large));
    }
    Ok(bytes)
}

pub(super) fn file<O>(path: &Path, parse: &impl Parse<O>) -> Result<Found<O>, Error> {
    let bytes = file_bytes(path)?;
    Ok(text(&path.display().to_string(), &bytes, parse))
}

pub(super) fn text<O>(name: &str, bytes: &[u8], parse: &impl Parse<O>) -> Found<O> {
    let kept = parse(name, bytes);
    Found {
        files: kept
            .map(|kept| (name.to_owned(), kept))
            .into_iter()
            .collect(),
        problems: Vec::new(),
        revision: None,
    }
}

impl<O: Default> Found<O> {
    /// Everything to its scope.
    pub(super) fn by_scope(self, scopes: &Scopes, merge: impl Fn(&mut O, O)) -> Vec<Manifests<O>> {
        let names = scopes.names();
        let mut all: Vec<Manifests<O>> = names
            .iter()
            .map(|name| Manifests {
                scope: (*name).to_owned(),
                objects: O::default(),
                problems: Vec::new(),
                revision: self.revision.clone(),
            })
            .collect();
        for problem in self.problems {
            let scope = scopes.of(problem.subject()).unwrap_or(0);
            all[scope].problems.push(problem);
        }
        let mut met = vec![false; all.len()];
        for (file, kept) in self.files {
            let Some(scope) = scopes.of(&file) else {
                continue;
            };
            met[scope] = true;
            merge(&mut all[scope].objects, kept.objects);
            all[scope].problems.extend(kept.problems);
        }
        for (index, scope) in all.iter_mut().enumerate().filter(|(index, _)| !met[*index]) {
            scope
                .problems
                .extend(empty(scopes.path(index), &scope.scope));
        }
        all
    }
}

/// A folder that is not the one that was meant looks like a cluster with nothing in it.
fn empty(path: &str, name: &str) -> Option<Problem> {
    let nothing = || format!("no manifest was found under '{path}'; correct the path");
    (!name.is_empty()).then(|| Problem::error(format!("scope {name}"), nothing()))
}
