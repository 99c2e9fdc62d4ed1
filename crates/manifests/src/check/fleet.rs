//! Fleet's objects beside each other and beside the markers.

use std::collections::HashSet;

use super::path::cut_at_root;
use super::secrets::check_secrets;
use super::{Found, Index, Marker};
use crate::fleet::{GitRepo, ImageScan, Objects};
use crate::quote::shown;
use crate::{Location, Problem, Severity};

impl Objects {
    /// What is wrong between the objects, and between them and the markers of
    /// the manifests: what no object shows by itself.
    ///
    /// - error: a path that leaves the repository, which Fleet refuses
    /// - warning: a marker that names no scan; two scans of one `tagName` for one
    ///   repository, two objects of one kind and name; a scan whose `GitRepo` is not
    ///   among the objects
    /// - note: a scan that no marker names
    ///
    /// Problems stand where those of [`flux::Objects::check`] do.
    ///
    /// [`flux::Objects::check`]: crate::flux::Objects::check
    ///
    /// # Example
    ///
    /// ```
    /// use tagwright_manifests::{Marker, fleet};
    ///
    /// let bundle = b"imageScans: [{tagName: podinfo, image: ghcr.io/org/podinfo}]";
    /// let objects = fleet::read("fleet.yaml", bundle).objects;
    /// let problems = objects.check(&[Marker::new("app.yaml", 20, 9, "podinf:tag")]);
    /// let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    /// assert_eq!(lines, [
    ///     "app.yaml:20:9: warning: there is no image scan podinf; did you mean podinfo?",
    ///     "fleet.yaml:1:14: note: no marker names this scan; \
    ///      mark a value with # {\"$imagescan\": \"podinfo\"}",
    /// ]);
    /// ```
    pub fn check(&self, markers: &[Marker]) -> Vec<Problem> {
        let mut found = Found::default();
        let repos = repos(&mut found, &self.git_repos);
        self.git_repos
            .iter()
            .for_each(|repo| check_paths(&mut found, repo));
        check_clashes(&mut found, &self.image_scans);
        check_names(&mut found, &self.image_scans);
        check_secrets(&mut found, &self.secrets);
        for scan in &self.image_scans {
            check_repo(&mut found, scan, &repos);
        }
        check_markers(&mut found, markers, &self.image_scans);
        check_unused(&mut found, markers, &self.image_scans);
        found.into_problems()
    }
}

fn repos<'a>(found: &mut Found, repos: &'a [GitRepo]) -> Index<'a, GitRepo> {
    let mut index = Index::new();
    for repo in repos {
        let meta = &repo.meta;
        if let Some(first) = index.add(meta.namespace.as_deref(), &meta.name, repo) {
            let message = format!(
                "the GitRepo {} has the same name; rename or remove one",
                place(&first.meta.location)
            );
            add_to_repo(found, repo, Severity::Warning, "metadata.name", message);
        }
    }
    index
}

fn place(at: &Location) -> String {
    format!("in {}, line {},", shown(&at.file), at.line)
}

fn add_to_repo(
    found: &mut Found,
    repo: &GitRepo,
    severity: Severity,
    field: impl Into<String>,
    message: String,
) {
    let name = shown(&repo.meta.name);
    let title = match &repo.meta.namespace {
        Some(namespace) => format!("GitRepo {}/{name}", shown(namespace)),
        None => format!("GitRepo {name}"),
    };
    found.at_object(severity, &repo.meta.location, title, field, message);
}

fn check_paths(found: &mut Found, repo: &GitRepo) {
    for (index, path) in repo.paths.iter().enumerate() {
        if cut_at_root(path).is_some() {
            let message = "leaves the repository, which Fleet refuses; write a path below its root";
            let field = format!("spec.paths[{index}]");
            add_to_repo(found, repo, Severity::Error, field, message.to_owned());
        }
    }
}

fn add_to_scan(
    found: &mut Found,
    scan: &ImageScan,
    severity: Severity,
    field: &str,
    message: String,
) {
    let title = format!("ImageScan {}", shown(&scan.tag_name));
    found.at_object(severity, &scan.meta.location, title, field, message);
}

/// A marker could not tell two scans of one repository apart. Those of one
/// `fleet.yaml` have been told when it was read.
fn check_clashes(found: &mut Found, scans: &[ImageScan]) {
    let mut groups = std::collections::HashMap::new();
    for scan in scans {
        let group = (&scan.meta.namespace, &scan.git_repo_name, &scan.tag_name);
        let first: &mut &ImageScan = groups.entry(group).or_insert(scan);
        if !std::ptr::eq(*first, scan) {
            let first = place(&first.meta.location);
            let message = format!(
                "the scan {first} has the same tagName, and markers cannot tell them apart; choose another"
            );
            add_to_scan(found, scan, Severity::Warning, "tagName", message);
        }
    }
}

/// Of an entry of a `fleet.yaml`, Fleet makes the name.
fn check_names(found: &mut Found, scans: &[ImageScan]) {
    let mut index = Index::new();
    for scan in scans.iter().filter(|scan| !scan.bundled) {
        let meta = &scan.meta;
        if let Some(first) = index.add(meta.namespace.as_deref(), &meta.name, scan) {
            let message = format!(
                "the ImageScan {} has the same name; rename or remove one",
                place(&first.meta.location)
            );
            add_to_scan(found, scan, Severity::Warning, "metadata.name", message);
        }
    }
}

fn check_repo(found: &mut Found, scan: &ImageScan, repos: &Index<'_, GitRepo>) {
    let Some(name) = &scan.git_repo_name else {
        return;
    };
    if repos.find(scan.meta.namespace.as_deref(), name).is_none() {
        let message = format!(
            "there is no GitRepo {}; read its file too, or add it",
            shown(name)
        );
        add_to_scan(found, scan, Severity::Warning, "spec.gitrepoName", message);
    }
}

/// The name in `tagName[:field]`.
fn scan_name(setter: &str) -> &str {
    setter.split_once(':').map_or(setter, |(name, _)| name)
}

fn check_markers(found: &mut Found, markers: &[Marker], scans: &[ImageScan]) {
    let known: HashSet<&str> = scans.iter().map(|scan| scan.tag_name.as_str()).collect();
    for marker in markers {
        let name = scan_name(&marker.setter);
        if !known.contains(name) {
            let names = scans.iter().map(|scan| scan.tag_name.as_str());
            found.at_marker(marker, "image scan", name, names);
        }
    }
}

fn check_unused(found: &mut Found, markers: &[Marker], scans: &[ImageScan]) {
    let used: HashSet<&str> = markers
        .iter()
        .map(|marker| scan_name(&marker.setter))
        .collect();
    for scan in scans
        .iter()
        .filter(|scan| !used.contains(scan.tag_name.as_str()))
    {
        let name = shown(&scan.tag_name);
        let message = format!(
            "no marker names this scan; mark a value with # {{\"$imagescan\": \"{name}\"}}"
        );
        add_to_scan(found, scan, Severity::Note, "", message);
    }
}
