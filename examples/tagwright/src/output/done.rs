//! What became of an automation.

use serde::Serialize;
use tagwright::{Applied, Edit, Error, Plan, Printable, Problem, Report, Selection};

/// What became of an automation, as `-o json` and `-o yaml` show it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Done {
    automation: String,
    /// `pushed`, `written`, `nothing-to-do`, `stale` or `failed`.
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    branch: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    selections: Vec<Selection>,
    edits: Vec<Change>,
    problems: Vec<Problem>,
}

/// A value that changed.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    file: String,
    line: usize,
    column: usize,
    api_version: String,
    kind: String,
    namespace: String,
    name: String,
    field: String,
    policy: String,
    old: String,
    new: String,
}

impl Done {
    pub(crate) fn run(automation: &str, report: &Result<Report, Error>) -> Self {
        let done = report
            .as_ref()
            .map(|report| (report.plan(), report.applied()));
        Self::of(automation, done)
    }

    pub(crate) fn of(automation: &str, done: Result<(&Plan, &Applied), &Error>) -> Self {
        let empty = Self {
            automation: automation.to_owned(),
            outcome: "failed",
            target: None,
            commit: None,
            branch: None,
            files: Vec::new(),
            error: None,
            selections: Vec::new(),
            edits: Vec::new(),
            problems: Vec::new(),
        };
        match done {
            Ok((plan, applied)) => Self {
                target: Some(plan.target().to_string()),
                selections: plan.selections().to_vec(),
                edits: plan.edits().iter().map(Change::of).collect(),
                problems: plan.problems().to_vec(),
                ..empty.ended(applied)
            },
            Err(error) => Self {
                error: Some(error.to_string()),
                problems: error.problems().to_vec(),
                ..empty
            },
        }
    }

    /// `AUTOMATION: what was done`; none where it failed.
    pub(crate) fn line(&self) -> Option<String> {
        let done = match (self.outcome, &self.commit, &self.branch) {
            ("pushed", Some(commit), Some(branch)) => format!("pushed {commit} to {branch}"),
            ("written", ..) => format!(
                "replaced {} in {}",
                count(self.files.len()),
                self.target.as_deref()?
            ),
            ("nothing-to-do", ..) => "nothing to do".to_owned(),
            _ => return None,
        };
        Some(Printable::new(&format!("{}: {done}", self.automation)).to_string())
    }

    fn ended(mut self, applied: &Applied) -> Self {
        match applied {
            Applied::Pushed(pushed) => {
                self.outcome = "pushed";
                self.commit = Some(pushed.commit().to_owned());
                self.branch = Some(pushed.branch().to_owned());
            }
            Applied::Written(written) => {
                self.outcome = "written";
                self.files = written.files().to_vec();
            }
            Applied::Stale(stale) => {
                self.outcome = "stale";
                self.error = Some(stale.reason().to_owned());
            }
            _ => self.outcome = "nothing-to-do",
        }
        self
    }
}

impl Change {
    fn of(edit: &Edit) -> Self {
        let object = edit.object();
        Self {
            file: edit.file().to_owned(),
            line: edit.line(),
            column: edit.column(),
            api_version: object.api_version.clone(),
            kind: object.kind.clone(),
            namespace: object.namespace.clone(),
            name: object.name.clone(),
            field: edit.field().to_owned(),
            policy: edit.policy().to_owned(),
            old: edit.old().to_owned(),
            new: edit.new_value().to_owned(),
        }
    }
}

fn count(files: usize) -> String {
    format!("{files} file{}", if files == 1 { "" } else { "s" })
}

/// What was done, without the refs that were refused.
pub(crate) fn first_line(applied: &Applied) -> String {
    let text = applied.to_string();
    let first = text.lines().next().unwrap_or_default();
    Printable::new(first).to_string()
}

/// `AUTOMATION on TARGET`.
pub(crate) fn head(plan: &Plan) -> String {
    let head = format!("{} on {}", plan.automation(), plan.target());
    format!("{}\n", Printable::new(&head))
}

/// A line for each value that changed.
pub(crate) fn edits(plan: &Plan) -> String {
    let line = |edit: &Edit| {
        let Change {
            file,
            line,
            old,
            new,
            ..
        } = Change::of(edit);
        let text = format!("{file}:{line}: {old} -> {new}");
        format!("{}\n", Printable::new(&text))
    };
    plan.edits().iter().map(line).collect()
}
