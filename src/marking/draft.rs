//! From a directory to its markers.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use markers::{Image, MarkOutcomeKind, MarkPlan};
use tagwright_gitwrite::Control;
use tagwright_markers as markers;
use tagwright_policy::Dialect;

use super::policies::{Found, PolicyImages};
use super::{Mark, Marking};
use crate::choices::syntax;
use crate::diff;
use crate::directory::{Fingerprint, Replacement, Root, Walk, temporary_prefix, walk_failed};
use crate::draft::MAX_FILE_BYTES;
use crate::error::Error;
use crate::finding::{Finding, FindingRule, FindingSeverity};
use crate::offload::cancelled;
use crate::path::Folders;

pub(super) fn draft(
    path: &Path,
    policies: &PolicyImages,
    control: &Control,
) -> Result<Marking, Error> {
    let (directory, file) = place(path);
    let root = Root::open(&directory)?;
    let failed = |error| walk_failed(&root, &error);
    let leftover = temporary_prefix(&root).map_err(failed)?;
    let folders = Folders::new(&Vec::from_iter(file), Dialect::Fleet)?;
    let walked = Walk {
        root: &root,
        folders: &folders.visit(),
        most_bytes: MAX_FILE_BYTES,
        leftover: &leftover,
        is_cancelled: &|| control.is_cancelled(),
        see: |path: &str, bytes: &[u8]| see(path, bytes, policies),
    };
    let walked = walked.run().map_err(failed)?;
    if control.is_cancelled() {
        return Err(cancelled());
    }
    let mut marking = Marking {
        files: Vec::new(),
        leftovers: walked.leftovers,
        marks: Vec::new(),
        findings: walked.problems.iter().map(Finding::unread).collect(),
        diff: String::new(),
        root,
    };
    for (path, seen) in walked.found {
        marking.take(path, seen);
    }
    Ok(marking)
}

/// The directory, and the file in it where it is one that is named.
fn place(path: &Path) -> (PathBuf, Option<String>) {
    if path.is_dir() {
        return (path.to_owned(), None);
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into());
    let above = path.parent().filter(|above| !above.as_os_str().is_empty());
    (above.unwrap_or(Path::new(".")).to_owned(), name)
}

/// What becomes of one file.
#[derive(Default)]
struct Seen {
    marks: Vec<Mark>,
    findings: Vec<Finding>,
    change: Option<(Replacement, String)>,
}

impl Marking {
    fn take(&mut self, path: String, seen: Seen) {
        self.marks.extend(seen.marks);
        self.findings.extend(seen.findings);
        if let Some((mut replacement, diff)) = seen.change {
            replacement.path = path;
            self.files.push(replacement);
            self.diff += &diff;
        }
    }
}

/// None where none of the images stands in the file.
fn see(path: &str, bytes: &[u8], policies: &PolicyImages) -> Option<Seen> {
    if path.rsplit('/').next() == Some("tagwright.yaml") {
        return None;
    }
    let mut seen = Seen::default();
    let mut text = bytes.to_owned();
    for dialect in [Dialect::Flux, Dialect::Fleet] {
        if policies.may_stand_in(dialect, bytes)
            && let Some(new) = seen.mark(path, &text, dialect, policies)
        {
            text = new;
        }
    }
    if text != bytes {
        let replacement = Replacement {
            path: String::new(),
            old: Fingerprint::of(bytes),
            new: text,
        };
        let diff = diff::unified(path, bytes, &replacement.new);
        seen.change = Some((replacement, diff));
    }
    let is_empty = seen.marks.is_empty() && seen.findings.is_empty();
    (!is_empty).then_some(seen)
}

impl Seen {
    /// The text with the markers of one dialect.
    fn mark(
        &mut self,
        path: &str,
        bytes: &[u8],
        dialect: Dialect,
        policies: &PolicyImages,
    ) -> Option<Vec<u8>> {
        let mut wanted = HashSet::new();
        let mut torn = Vec::new();
        let marker_of = |image: &Image| {
            if is_scanned(path, image) {
                return None;
            }
            match policies.find(dialect, image.name()) {
                Found::None => None,
                Found::One(policy) => {
                    wanted.insert(image.field().to_owned());
                    Some(policy.to_owned())
                }
                Found::Several(one, other) => {
                    let both = format!(
                        "not marked: the policies {one} and {other} are both of the image; name the one that is meant"
                    );
                    torn.push((image.field().to_owned(), both));
                    None
                }
            }
        };
        let plan = match markers::mark(bytes, &syntax(dialect), marker_of) {
            Ok(plan) => plan,
            Err(error) => {
                self.findings.push(Finding::of_text(path, &error));
                return None;
            }
        };
        self.outcomes(path, &plan, &wanted, &torn);
        if plan.is_unchanged() {
            return None;
        }
        let marks = plan.insertions().iter().map(|mark| Mark {
            file: path.to_owned(),
            line: mark.line(),
            column: mark.column(),
            setter: mark.setter().to_owned(),
            field: mark.field().to_owned(),
            value: mark.value().to_owned(),
        });
        let marks: Vec<Mark> = marks.collect();
        match plan.apply() {
            Ok(new) => {
                self.marks.extend(marks);
                Some(new)
            }
            Err(error) => {
                self.findings.push(Finding::of_text(path, &error));
                None
            }
        }
    }

    fn outcomes(
        &mut self,
        path: &str,
        plan: &MarkPlan<'_>,
        wanted: &HashSet<String>,
        torn: &[(String, String)],
    ) {
        for outcome in plan.outcomes() {
            let map = outcome.field().rsplit_once('.').map_or("", |(map, _)| map);
            let message = match outcome.kind() {
                MarkOutcomeKind::Marked { .. } | MarkOutcomeKind::AlreadyMarked { .. } => continue,
                MarkOutcomeKind::NotWanted => {
                    let of_map = |(field, _): &&(String, String)| field == map;
                    match torn.iter().find(of_map) {
                        Some((_, both)) => both.clone(),
                        None => continue,
                    }
                }
                kind if wanted.contains(map) => kind.to_string(),
                _ => continue,
            };
            self.findings.push(Finding {
                file: path.to_owned(),
                line: outcome.line(),
                column: outcome.column(),
                severity: FindingSeverity::Warning,
                rule: FindingRule::Marker,
                object: None,
                field: outcome.field().to_owned(),
                message,
            });
        }
    }
}

/// Whether an image stands there to be scanned, and not to be run.
fn is_scanned(path: &str, image: &Image) -> bool {
    let object = image.object();
    let (group, kind) = (object.api_version(), object.kind());
    (kind == "ImageRepository" && group.starts_with("image.toolkit.fluxcd.io/"))
        || (kind == "ImageScan" && group.starts_with("fleet.cattle.io/"))
        || (path.rsplit('/').next() == Some("fleet.yaml")
            && image.field().starts_with("imageScans"))
}
