//! What reading an object has in common, whatever its kind.

use crate::Severity;
use crate::report::Report;
use crate::source::{accept_version, is_encrypted};
use crate::yaml::Node;

/// The versions that are read, and how.
pub(crate) struct Reader<T>(
    pub(crate) &'static [&'static str],
    pub(crate) fn(&Report<'_>, String, &Node) -> Option<T>,
);

impl<T> Reader<T> {
    pub(crate) fn into(self, objects: &mut Vec<T>, report: &Report<'_>, path: String, node: &Node) {
        let Self(versions, read) = self;
        keep(objects, report, || {
            let good = accept_version(report, node, versions)
                && !is_encrypted(report, node)
                && !is_patch(report, node);
            good.then(|| read(report, path, node))?
        });
    }
}

/// Reports a patch of Kustomize's that deletes or replaces an object.
fn is_patch(report: &Report<'_>, node: &Node) -> bool {
    let Some(patch) = node.get("$patch") else {
        return false;
    };
    let message = "a patch of Kustomize's and no object; read the output of `kustomize build`";
    report.add(Severity::Error, patch.at, "$patch", message.to_owned());
    true
}

/// Keeps what `read` answers, unless it reported an error: readers go on after
/// one with empty values, to report the next.
pub(crate) fn keep<T>(objects: &mut Vec<T>, report: &Report<'_>, read: impl FnOnce() -> Option<T>) {
    let before = report.errors();
    let object = read();
    if report.errors() == before {
        objects.extend(object);
    }
}
