//! Doing in a directory what a plan says, exactly that, or nothing.

use std::io;

use tagwright_gitwrite::Control;

use super::draft::{Draft, base};
use super::fingerprint::Fingerprint;
use super::replace::{Replacement, is_gone, replace};
use super::root::{Content, Root, read};
use crate::automation::Spec;
use crate::draft::MAX_FILE_BYTES;
use crate::error::{Error, ErrorKind};
use crate::find_again::find_again;
use crate::place::Directory;
use crate::plan::Plan;
use crate::report::{Applied, Stale, Written};
use crate::review::{Reviewed, altered, review};

/// Applies a plan to the directory, when its files are still the ones that the plan was made of.
pub(crate) fn apply(
    spec: &Spec,
    directory: &Directory,
    plan: &Plan,
    control: &Control,
) -> Result<Applied, Error> {
    if plan.is_empty() {
        return Ok(Applied::NothingToDo);
    }
    let reviewed = review(spec, plan)?;
    let root = directory.open()?;
    match replacements(spec, &root, plan, &reviewed)? {
        Ok(files) => written(&root, &files, &[], control),
        Err(stale) => Ok(Applied::Stale(stale)),
    }
}

/// Does what was just planned.
pub(crate) fn finish(draft: &Draft, control: &Control) -> Result<Applied, Error> {
    if draft.files.is_empty() && draft.leftovers.is_empty() {
        return Ok(Applied::NothingToDo);
    }
    written(&draft.root, &draft.files, &draft.leftovers, control)
}

fn written(
    root: &Root,
    files: &[Replacement],
    leftovers: &[String],
    control: &Control,
) -> Result<Applied, Error> {
    Ok(match replace(root, files, leftovers, control)? {
        Err(stale) => Applied::Stale(stale),
        Ok(()) if files.is_empty() => Applied::NothingToDo,
        Ok(()) => Applied::Written(Written {
            directory: root.path().to_owned(),
            files: files.iter().map(|file| file.path.clone()).collect(),
        }),
    })
}

/// The planned edits in the directory's files.
fn replacements(
    spec: &Spec,
    root: &Root,
    plan: &Plan,
    reviewed: &Reviewed<'_>,
) -> Result<Result<Vec<Replacement>, Stale>, Error> {
    let mut files = Vec::new();
    let found = find_again(
        spec,
        reviewed,
        |file| bytes(root, file).map_err(|error| unreadable(root, file, &error)),
        |path, old, new| {
            files.push(Replacement {
                path: path.to_string(),
                old: Fingerprint::of(old),
                new,
            });
        },
    );
    let shown = match found? {
        Ok(shown) => shown,
        Err(stale) => return Ok(Err(stale)),
    };
    if base(&files) != plan.base() {
        let reason = "a file that it edits changed meanwhile".to_owned();
        return Ok(Err(Stale { reason }));
    }
    if shown != plan.diff() {
        return Err(altered("its diff is not what its edits do"));
    }
    Ok(Ok(files))
}

fn bytes(root: &Root, file: &str) -> io::Result<Option<Vec<u8>>> {
    let (folder, name) = match root.parent(file) {
        Ok(found) => found,
        Err(error) if is_gone(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(match read(&folder, name, MAX_FILE_BYTES)? {
        Content::Bytes(bytes, _) => Some(bytes),
        Content::TooLarge(_) | Content::NoFile => None,
    })
}

fn unreadable(root: &Root, file: &str, error: &io::Error) -> Error {
    let message = format!(
        "{file} in the directory {} cannot be read: {error}",
        root.path()
    );
    Error::new(ErrorKind::Directory, message)
}
