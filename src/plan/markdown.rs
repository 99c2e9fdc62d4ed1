//! A plan as Markdown, for a pull request.

mod page;
mod safe;

use std::collections::BTreeSet;
use std::fmt;

use super::{Edit, Object, Outcome, OutcomeKind, Plan, Selection};
use crate::problem::Problem;
use page::Page;
use safe::{code, text};

/// What GitHub takes as the text of a pull request.
const MAX_CHARACTERS: usize = 65_536;

/// A plan as Markdown, by [`Plan::markdown`].
///
/// A summary, the values that change by file and object, what each policy chose and why, what was withheld, what went
/// wrong, the commit message and the diff, collapsed. At most 65,536 characters, which GitHub takes; what is left out is
/// counted where it would stand.
///
/// Texts of the repository, the registry and the manifests are shown as they are and mean nothing: no markup, no HTML, no
/// mention of a user. Control characters are pictures.
#[derive(Clone, Copy, Debug)]
pub struct Markdown<'a>(pub(super) &'a Plan);

impl fmt::Display for Markdown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plan = self.0;
        let mut page = Page::new(MAX_CHARACTERS);
        page.paragraph(&summary(plan));
        page.rows(
            "| Where | Object | Field | Old | New |\n|---|---|---|---|---|\n",
            plan.edits().iter().map(edit),
            24_000,
        );
        page.heading("Selections", plan.selections().is_empty());
        page.rows(
            "| Policy | Image | Tag | Why |\n|---|---|---|---|\n",
            plan.selections().iter().map(selection),
            10_000,
        );
        page.heading("Problems", plan.problems().is_empty());
        page.rows("", plan.problems().iter().map(problem), 7_000);
        let kept: Vec<&Outcome> = plan
            .outcomes()
            .iter()
            .filter(|one| is_notable(one))
            .collect();
        page.heading("Kept as they are", kept.is_empty());
        page.rows("", kept.into_iter().map(outcome), 7_000);
        if let Some(message) = plan.message() {
            let whole = [message.trim_end(), &plan.trailers().join("\n")].join("\n\n");
            page.collapsed("Commit message", "", whole.trim_end(), Some(4_000));
        }
        if !plan.diff().is_empty() {
            page.collapsed("Diff", "diff", plan.diff(), None);
        }
        f.write_str(&page.into_text())
    }
}

fn summary(plan: &Plan) -> String {
    let target = code(&plan.target().to_string());
    if plan.is_empty() {
        return format!("Nothing to do on {target}.");
    }
    let files: BTreeSet<&str> = plan.edits().iter().map(Edit::file).collect();
    let kept = plan.outcomes().iter().filter(|one| is_notable(one)).count();
    let mut parts = vec![format!(
        "**{}** in {} on {target}",
        count(plan.edits().len(), "value changes", "values change"),
        count(files.len(), "file", "files")
    )];
    if kept > 0 {
        parts.push(count(kept, "marker to look at", "markers to look at"));
    }
    if !plan.problems().is_empty() {
        parts.push(count(plan.problems().len(), "problem", "problems"));
    }
    parts.join("; ") + "."
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn is_notable(outcome: &Outcome) -> bool {
    !matches!(
        outcome.kind(),
        OutcomeKind::Updated | OutcomeKind::Unchanged
    )
}

fn edit(edit: &Edit) -> String {
    let place = format!("{}:{}", edit.file(), edit.line());
    format!(
        "| {} | {} | {} | {} | {} |\n",
        code(&place),
        object(edit.object()),
        code(edit.field()),
        code(edit.old()),
        code(edit.new_value())
    )
}

fn object(object: &Object) -> String {
    let names = [&*object.namespace, &*object.name];
    let named: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
    let shown = format!("{} {}", object.kind, named.join("/"));
    match shown.trim() {
        "" => String::new(),
        shown => text(shown),
    }
}

fn selection(selection: &Selection) -> String {
    let tag = match (selection.tag(), selection.digest()) {
        (None, _) => "-".to_owned(),
        (Some(tag), None) => code(tag),
        (Some(tag), Some(digest)) => code(&format!("{tag}@{digest}")),
    };
    format!(
        "| {} | {} | {tag} | {} |\n",
        code(selection.policy()),
        code(selection.image()),
        text(selection.reason())
    )
}

fn problem(problem: &Problem) -> String {
    format!("- {}\n", text(&problem.to_string()))
}

fn outcome(outcome: &Outcome) -> String {
    format!("- {}\n", text(&outcome.to_string()))
}
