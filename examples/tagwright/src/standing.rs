//! The status of a watch as tables, as `flux get images all` has them.

use serde::Deserialize;
use serde_json::Value;

use crate::output::table;

/// What the tables show of `tagwright::Status`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Standing {
    images: Vec<Image>,
    automations: Vec<Automation>,
    load_error: Option<String>,
    load_problems: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Image {
    #[serde(rename = "image")]
    name: String,
    suspended: bool,
    last_scan: Option<String>,
    tags: Option<u64>,
    last_error: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Automation {
    #[serde(rename = "automation")]
    name: String,
    suspended: bool,
    last_run: Option<String>,
    last_error: Option<String>,
    last_commit: Option<String>,
    problems: Vec<String>,
    policies: Vec<Policy>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Policy {
    #[serde(rename = "policy")]
    name: String,
    suspended: bool,
    selected: Option<String>,
    reason: Option<String>,
    last_error: Option<String>,
}

impl Standing {
    pub(crate) fn images(&self) -> String {
        let rows = self.images.iter().map(|one| {
            let found = one
                .tags
                .map(|tags| format!("successful scan: found {tags} tags"));
            let (ready, message) = ready(one.last_error.as_ref(), found);
            let scan = one.last_scan.clone().unwrap_or_default();
            [one.name.clone(), scan, flag(one.suspended), ready, message]
        });
        table(["NAME", "LAST SCAN", "SUSPENDED", "READY", "MESSAGE"], rows)
    }

    pub(crate) fn policies(&self) -> String {
        let automations = self.automations.iter();
        let policies = automations.flat_map(|one| &one.policies);
        let rows = policies.map(|one| {
            let reason = one.reason.clone();
            let (ready, message) = match &one.selected {
                Some(_) => ready(one.last_error.as_ref(), reason),
                None => ready(reason.as_ref(), None),
            };
            let selected = one.selected.clone().unwrap_or_default();
            [
                one.name.clone(),
                selected,
                flag(one.suspended),
                ready,
                message,
            ]
        });
        table(["NAME", "SELECTED", "SUSPENDED", "READY", "MESSAGE"], rows)
    }

    pub(crate) fn automations(&self) -> String {
        let rows = self.automations.iter().map(|one| {
            let run = one.last_run.clone().unwrap_or_default();
            let done = one.last_run.as_ref().map(|_| match &one.last_commit {
                Some(commit) => format!("last pushed {commit}"),
                None => "nothing was to do yet".to_owned(),
            });
            let (ready, message) = ready(one.last_error.as_ref(), done);
            [one.name.clone(), run, flag(one.suspended), ready, message]
        });
        table(["NAME", "LAST RUN", "SUSPENDED", "READY", "MESSAGE"], rows)
    }

    /// A line each, nothing where there is none.
    pub(crate) fn problems(&self) -> String {
        let own = self.automations.iter().flat_map(|one| &one.problems);
        let mut all: Vec<&String> = self.load_problems.iter().chain(own).collect();
        if let Some(error) = &self.load_error
            && self.load_problems.is_empty()
        {
            all.insert(0, error);
        }
        let rows = all.into_iter().map(|one| [one.clone()]);
        let rows: Vec<[String; 1]> = rows.collect();
        if rows.is_empty() {
            return String::new();
        }
        table(["PROBLEMS"], rows)
    }
}

pub(crate) fn receivers(all: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = all.as_array().into_iter().flatten();
    let rows = all.map(|one| [text(&one["receiver"]), text(&one["path"])]);
    table(["NAME", "WEBHOOK PATH"], rows)
}

fn flag(is_so: bool) -> String {
    if is_so { "True" } else { "False" }.to_owned()
}

/// What is wrong, else what is well, else that nobody knows yet.
fn ready(error: Option<&String>, found: Option<String>) -> (String, String) {
    match (error, found) {
        (Some(error), _) => ("False".to_owned(), error.clone()),
        (None, Some(message)) => ("True".to_owned(), message),
        (None, None) => ("Unknown".to_owned(), "waiting".to_owned()),
    }
}
