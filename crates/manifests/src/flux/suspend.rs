//! `spec.suspend`, written into the file that an automation was read from.

mod edit;
mod law;

use super::{ImageUpdateAutomation, SCREEN, read};
use crate::judge::LENIENT;
use crate::report::Report;
use crate::source::visit_objects;
use crate::yaml::{Node, Position};
use crate::{Problem, Severity};

const BYTE_ORDER_MARK: &str = "\u{feff}";

impl ImageUpdateAutomation {
    /// The bytes of its file with `spec.suspend` as it is wanted, and not one other byte changed; `None` where it is so
    /// already. `bytes` are those that the object was read from.
    ///
    /// A value that is written is replaced. Where there is none, `suspend: true` becomes the first field of `spec`, with
    /// the indentation and the line ending of the field that was first; taken back, it goes again as a whole.
    ///
    /// ```
    /// use tagwright_manifests::flux;
    ///
    /// let bytes = b"
    /// apiVersion: image.toolkit.fluxcd.io/v1
    /// kind: ImageUpdateAutomation
    /// metadata: {name: apps, namespace: flux-system}
    /// spec:
    ///   interval: 30m # often enough
    ///   sourceRef: {kind: GitRepository, name: flux-system}
    ///   git: {commit: {author: {email: bot@example.com}}}
    /// ";
    /// let read = flux::read("apps.yaml", bytes);
    /// let apps = &read.objects.image_update_automations[0];
    /// let suspended = apps.with_suspend(bytes, true).map_err(|problem| problem.to_string())?.unwrap();
    /// assert!(str::from_utf8(&suspended)?.contains("spec:\n  suspend: true\n  interval: 30m # often enough\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where the object is not in `bytes` at its [location](crate::Metadata::location), and where the field cannot be
    /// written without a change of more: `spec` is an alias or has an anchor that others use, or the file is UTF-16.
    /// What is written is read again, and is an error unless nothing but the field is another.
    pub fn with_suspend(
        &self,
        bytes: &[u8],
        suspend: bool,
    ) -> Result<Option<Vec<u8>>, Box<Problem>> {
        if !read(&self.meta.location.file, bytes).holds(self) {
            let gone = self.refuse("it is not here any more; read the file again".to_owned());
            return Err(Box::new(gone));
        }
        if self.suspend == suspend {
            return Ok(None);
        }
        let written = self.write(bytes, suspend).ok_or_else(|| {
            Box::new(self.refuse(format!(
                "cannot be written without a change of more than this field; write suspend: {suspend} by hand"
            )))
        })?;
        Ok(Some(written))
    }

    fn write(&self, bytes: &[u8], suspend: bool) -> Option<Vec<u8>> {
        let file = std::str::from_utf8(bytes).ok()?;
        let text = file.strip_prefix(BYTE_ORDER_MARK).unwrap_or(file);
        let written = edit::edit(text, &self.node(bytes)?, suspend)?;
        let wanted = Self {
            suspend,
            ..self.clone()
        };
        let mark = &file[..file.len() - text.len()];
        let new = format!("{mark}{written}").into_bytes();
        let holds = law::only_suspend_differs(text, &written, self.position(), suspend)
            && read(&self.meta.location.file, &new).holds(&wanted);
        holds.then_some(new)
    }

    fn position(&self) -> Position {
        Position {
            line: self.meta.location.line,
            column: self.meta.location.column,
        }
    }

    /// The object as it is written; none where it is there twice, by an alias.
    fn node(&self, bytes: &[u8]) -> Option<Node> {
        let report = Report::new(&self.meta.location.file, LENIENT);
        let mut found = Vec::new();
        visit_objects(&report, bytes, &SCREEN, |_, node| {
            if node.at == self.position() {
                found.push(node.clone());
            }
        });
        found.pop().filter(|_| found.is_empty())
    }

    fn refuse(&self, message: String) -> Problem {
        let location = &self.meta.location;
        Problem {
            severity: Severity::Error,
            file: location.file.clone(),
            document: location.document,
            line: location.line,
            column: location.column,
            object: None,
            field: "spec.suspend".to_owned(),
            message,
        }
    }
}

impl super::Read {
    fn holds(&self, automation: &ImageUpdateAutomation) -> bool {
        self.objects.image_update_automations.contains(automation)
    }
}
