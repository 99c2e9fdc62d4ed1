//! What is wrong with the manifests and the markers of a source.

mod content;
mod marked;

use std::collections::HashSet;

use content::Content;
use marked::{Marked, policy_of, unnamed};
use tagwright_manifests::config::Policy;
use tagwright_policy::Dialect;

use super::{Manifests, Source};
use crate::error::Error;
use crate::finding::{Finding, FindingRule, FindingSeverity, Lint};

impl Source {
    /// Everything that is wrong with the manifests and the markers, each with its file, line and column: objects of Flux and
    /// of Fleet and files named `tagwright.yaml` by themselves, beside each other, and beside the markers of all files.
    /// Nothing is asked of a registry.
    ///
    /// The objects of each scope are looked at by themselves, as they are in a cluster of their own.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), tagwright::Error> {
    /// for finding in tagwright::Source::directory(".").lint().await?.findings() {
    ///     println!("{finding}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`flux`](Self::flux).
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn lint(&self) -> Result<Lint, Error> {
        let mut lint = Lint::default();
        for scope in self.read(content::of_file, Content::merge).await? {
            lint.files += scope.objects.files + scope.problems.len();
            lint.findings.extend(findings(scope));
        }
        lint.findings.sort();
        lint.findings.dedup();
        Ok(lint)
    }
}

fn findings(scope: Manifests<Content>) -> Vec<Finding> {
    let Manifests {
        objects, problems, ..
    } = scope;
    let mut findings: Vec<Finding> = problems.iter().map(Finding::unread).collect();
    let flux = to_check(&objects, Dialect::Flux, objects.flux.image_policies.len());
    let fleet = to_check(&objects, Dialect::Fleet, objects.fleet.image_scans.len());
    let checked = objects.flux.check(&flux.for_objects);
    let checked = checked
        .into_iter()
        .chain(objects.fleet.check(&fleet.for_objects));
    findings.extend(checked.map(|problem| {
        // Only what stands at a marker has no document.
        let rule = match problem.document {
            0 => FindingRule::Marker,
            _ => FindingRule::Reference,
        };
        Finding::of(problem, rule)
    }));
    findings.extend(flux.findings);
    findings.extend(fleet.findings);
    findings.extend(objects.findings);
    findings
}

/// The markers of one dialect: those that the objects have to answer for, and what is wrong beside `tagwright.yaml`.
struct ToCheck {
    for_objects: Vec<tagwright_manifests::Marker>,
    findings: Vec<Finding>,
}

fn to_check(content: &Content, dialect: Dialect, objects: usize) -> ToCheck {
    let policies: Vec<&Policy> = content.policies(dialect).collect();
    let names: HashSet<&str> = policies.iter().map(|policy| &*policy.name).collect();
    let marked = || {
        content
            .markers
            .iter()
            .filter(|marked| marked.dialect == dialect)
    };
    let broken = content.broken(dialect);
    let is_known = |marked: &Marked| {
        let policy = policy_of(dialect, &marked.marker.setter);
        names.contains(policy) || broken.contains(policy)
    };
    let mut findings = unused(dialect, &policies, marked());
    let mut for_objects = Vec::new();
    let nearest = tagwright_markers::NearestNames::new();
    for marked in marked().filter(|marked| !is_known(marked)) {
        // Where there are no objects the file is what should know it.
        if names.is_empty() || objects > 0 {
            for_objects.push(marked.marker.clone());
        } else {
            let near = nearest.of(policy_of(dialect, &marked.marker.setter), names.iter());
            findings.push(unnamed(marked, near.as_deref()));
        }
    }
    ToCheck {
        for_objects,
        findings,
    }
}

fn unused<'a>(
    dialect: Dialect,
    policies: &[&Policy],
    marked: impl Iterator<Item = &'a Marked>,
) -> Vec<Finding> {
    let used: HashSet<&str> = marked
        .map(|marked| policy_of(dialect, &marked.marker.setter))
        .collect();
    let unused = policies
        .iter()
        .filter(|policy| !used.contains(&*policy.name));
    let key = crate::choices::syntax(dialect);
    unused
        .map(|policy| Finding {
            file: policy.location.file.clone(),
            line: policy.location.line,
            column: policy.location.column,
            severity: FindingSeverity::Note,
            rule: FindingRule::Reference,
            object: None,
            field: format!("policies.{}", policy.name),
            message: format!(
                "no marker names this policy; mark a value with # {{\"{}\": \"{}\"}}",
                key.key(),
                policy.name
            ),
        })
        .collect()
}
