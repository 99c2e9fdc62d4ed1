//! Markers for the images of a directory.

mod draft;
mod policies;

use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;

use crate::diff::{ColouredDiff, PlainDiff};
use crate::directory::{Replacement, Root, replace};
use crate::error::Error;
use crate::finding::Finding;
use crate::offload::offload;
use crate::report::{Applied, Written};

pub use policies::PolicyImages;

/// Markers that are to be inserted behind the images of a directory. Nothing is written yet.
///
/// ```no_run
/// use tagwright::{Marking, PolicyImages, Source};
///
/// # async fn example() -> Result<(), tagwright::Error> {
/// let policies = PolicyImages::of(&Source::directory("clusters")).await?;
/// let marking = Marking::plan("apps", &policies).await?;
/// print!("{}", marking.diff());
/// println!("{}", marking.write().await?);
/// # Ok(())
/// # }
/// ```
pub struct Marking {
    root: Root,
    files: Vec<Replacement>,
    leftovers: Vec<String>,
    marks: Vec<Mark>,
    findings: Vec<Finding>,
    diff: String,
}

/// One marker that is to be inserted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mark {
    file: String,
    line: usize,
    column: usize,
    setter: String,
    field: String,
    value: String,
}

impl Mark {
    /// The file's path in the directory.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The same in a file of another name: where the directory stands.
    #[must_use]
    pub fn in_file(self, file: impl Into<String>) -> Self {
        let file = file.into();
        Self { file, ..self }
    }

    /// The line, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column in characters, from 1, at which the marker is inserted.
    pub fn column(&self) -> usize {
        self.column
    }

    /// What the marker will name: `flux-system:podinfo:tag`.
    pub fn setter(&self) -> &str {
        &self.setter
    }

    /// The path of the marked value in its document: `spec.template.spec.containers[0].image`.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The value that is marked.
    pub fn value(&self) -> &str {
        &self.value
    }
}

impl Marking {
    /// Looks for the images of policies in a directory, or in one file, and plans a marker for each.
    ///
    /// Files are read as by [`directory`](crate::AutomationBuilder::directory): the same names, no symbolic link, no other
    /// checkout. Objects that say which image is scanned (`ImageRepository`, `ImageScan`, `imageScans` of a `fleet.yaml`,
    /// `tagwright.yaml`) are not marked.
    ///
    /// # Errors
    ///
    /// Of kind [`Directory`](crate::ErrorKind::Directory) when it cannot be read.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn plan(path: impl Into<PathBuf>, policies: &PolicyImages) -> Result<Self, Error> {
        let (path, policies) = (path.into(), policies.clone());
        offload(Duration::MAX, move |control| {
            draft::draft(&path, &policies, control)
        })
        .await
    }

    /// The markers, in the order of the files and their lines.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// Values of the policies' images that cannot be marked, each with the reason, and files that cannot be read.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The changes as a unified diff, as `git diff` prints it, with control characters shown as pictures.
    pub fn diff(&self) -> impl std::fmt::Display + '_ {
        PlainDiff(&self.diff)
    }

    /// The same in colours.
    pub fn coloured_diff(&self) -> ColouredDiff<'_> {
        ColouredDiff(&self.diff)
    }

    /// Writes the markers: each file is replaced in one step, all of them, or none when one cannot be.
    ///
    /// # Errors
    ///
    /// Of kind [`Directory`](crate::ErrorKind::Directory) when a file cannot be written: no file was changed. When one
    /// changed since it was read the answer is [`Applied::Stale`], and nothing was done either.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn write(self) -> Result<Applied, Error> {
        offload(Duration::MAX, move |control| {
            if self.files.is_empty() {
                return Ok(Applied::NothingToDo);
            }
            Ok(
                match replace(&self.root, &self.files, &self.leftovers, control)? {
                    Err(stale) => Applied::Stale(stale),
                    Ok(()) => Applied::Written(Written {
                        directory: self.root.path().to_owned(),
                        files: self.files.into_iter().map(|file| file.path).collect(),
                    }),
                },
            )
        })
        .await
    }
}
