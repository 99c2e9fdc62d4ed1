//! SARIF 2.1.0, as code scanning takes it.

use serde::Serialize;
use tagwright::{Finding, FindingRule};

/// A log file; names and nesting are the standard's.
#[derive(Serialize)]
pub(super) struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<Outcome<'a>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Text<'static>,
}

#[derive(Serialize)]
struct Text<'a> {
    text: &'a str,
}

/// A `result`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Text<'a>,
    locations: [Location<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation<'a> {
    fully_qualified_name: &'a str,
}

pub(super) fn log(findings: &[Finding]) -> Log<'_> {
    Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "tagwright",
                    version: env!("CARGO_PKG_VERSION"),
                    rules: FindingRule::ALL.into_iter().map(rule).collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            results: findings.iter().map(outcome).collect(),
        }],
    }
}

fn rule(rule: FindingRule) -> Rule {
    let text = match rule {
        FindingRule::File => "A file that cannot be read",
        FindingRule::Reference => "Objects that do not fit each other",
        FindingRule::Marker => "A marker that names nothing or marks nothing",
        _ => "An object that cannot be used, or not all of it",
    };
    Rule {
        id: rule.as_str(),
        short_description: Text { text },
    }
}

fn outcome(finding: &Finding) -> Outcome<'_> {
    let rule = finding.rule();
    let index = FindingRule::ALL.iter().position(|one| *one == rule);
    let names = [finding.object(), Some(finding.field())];
    let names = names.into_iter().flatten().filter(|name| !name.is_empty());
    Outcome {
        rule_id: rule.as_str(),
        rule_index: index.unwrap_or_default(),
        // The words are the same.
        level: finding.severity().as_str(),
        message: Text {
            text: finding.message(),
        },
        locations: [Location {
            physical_location: place(finding),
            logical_locations: names
                .map(|fully_qualified_name| LogicalLocation {
                    fully_qualified_name,
                })
                .collect(),
        }],
    }
}

fn place(finding: &Finding) -> PhysicalLocation {
    let file = finding.file();
    let is_absolute = file.starts_with('/');
    let scheme = if is_absolute { "file://" } else { "" };
    PhysicalLocation {
        artifact_location: ArtifactLocation {
            uri: format!("{scheme}{}", escaped(file)),
            uri_base_id: (!is_absolute).then_some("%SRCROOT%"),
        },
        region: (finding.line() > 0).then(|| Region {
            start_line: finding.line(),
            start_column: finding.column(),
        }),
    }
}

/// A path as the path of a URI.
fn escaped(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    path.bytes()
        .map(|byte| match byte {
            byte if plain(byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}
