//! Which image scans a `GitRepo` has.

use std::collections::HashMap;

use fleet::{GitRepo, ImageScan, ImageScanCommit, Objects};
use tagwright_manifests::fleet;

use super::{is_pattern, namespace, scan_subject};
use crate::objects::{Named, Refusal, is_in, place, subject};
use crate::problem::Problem;

/// A repository and its scans, in the order of their names, which is Fleet's.
pub(super) struct Group<'o> {
    pub(super) repo: &'o GitRepo,
    pub(super) scans: Vec<&'o ImageScan>,
}

/// Every `GitRepo` in the order of the objects, with the scans that name it and the entries of the `fleet.yaml` files in
/// it. Scans that belong to none are problems.
pub(super) fn groups<'o>(objects: &'o Objects, problems: &mut Vec<Problem>) -> Vec<Group<'o>> {
    let repos = Repos::new(&objects.git_repos, problems);
    let mut groups: Vec<Group<'o>> = repos.all.iter().map(|repo| Group::of(repo)).collect();
    for scan in &objects.image_scans {
        match repos.owners(scan) {
            Ok(owners) => {
                for owner in owners {
                    groups[owner].scans.push(scan);
                }
            }
            Err(reason) => problems.push(Problem::error(scan_subject(scan), reason)),
        }
    }
    for group in &mut groups {
        let scans = &mut group.scans;
        scans.sort_by(|one, other| one.tag_name.cmp(&other.tag_name));
    }
    groups
}

impl<'o> Group<'o> {
    fn of(repo: &'o GitRepo) -> Self {
        Self {
            repo,
            scans: Vec::new(),
        }
    }
}

/// The repositories whose name no other has, by their indices.
struct Repos<'o> {
    all: Vec<&'o GitRepo>,
    /// Those of a name.
    named: HashMap<&'o str, Vec<usize>>,
    /// Those that are written.
    writing: Vec<usize>,
}

impl<'o> Repos<'o> {
    fn new(repos: &'o [GitRepo], problems: &mut Vec<Problem>) -> Self {
        let named = Named::new("GitRepo", |repo: &GitRepo| &repo.meta, repos);
        let mut all = Vec::new();
        for repo in repos {
            let found = named.find(namespace(repo), &repo.meta.name);
            match found.and_then(|found| same(repo, found)) {
                Ok(()) => all.push(repo),
                Err(reason) => {
                    problems.push(Problem::error(subject("GitRepo", &repo.meta), reason));
                }
            }
        }
        let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, repo) in all.iter().enumerate() {
            by_name.entry(&repo.meta.name).or_default().push(index);
        }
        Self {
            writing: (0..all.len()).filter(|index| writes(all[*index])).collect(),
            named: by_name,
            all,
        }
    }

    /// The repositories that a scan belongs to, by their indices.
    fn owners(&self, scan: &ImageScan) -> Result<Vec<usize>, Refusal> {
        match &scan.git_repo_name {
            Some(name) => self.named(scan, name),
            None if scan.bundled => self.holding(&scan.meta.location.file),
            None => {
                Err("spec.gitrepoName is missing, so it belongs to no GitRepo; name one".into())
            }
        }
    }

    fn named(&self, scan: &ImageScan, name: &str) -> Result<Vec<usize>, Refusal> {
        let named = self.named.get(name).into_iter().flatten().copied();
        let is_owner = |index: &usize| is_in(&scan.meta, namespace(self.all[*index]));
        let found: Vec<usize> = named.filter(is_owner).collect();
        if found.is_empty() {
            return Err(format!(
                "there is no GitRepo {name} among the objects; read its file too"
            ));
        }
        Ok(found)
    }

    /// An entry of a `fleet.yaml` belongs to the repository that the file stands in. Where several are written, that is
    /// told from their paths.
    fn holding(&self, file: &str) -> Result<Vec<usize>, Refusal> {
        let found = match self.writing[..] {
            [] => return Err("no GitRepo among the objects has imageScanCommit; read its file too, or add it there".into()),
            [only] => vec![only],
            _ => {
                let mut found = self.writing.clone();
                found.retain(|index| holds(self.all[*index], file));
                found
            }
        };
        let mut urls = found.iter().map(|index| &self.all[*index].repo);
        let Some(first) = urls.next() else {
            return Err(
                "its file stands under the paths of no GitRepo that is written; add one".into(),
            );
        };
        if urls.all(|url| url == first) {
            return Ok(found);
        }
        let names = found
            .iter()
            .map(|index| self.all[*index].meta.name.as_str());
        let names = names.collect::<Vec<&str>>().join(", ");
        Err(format!(
            "its file can stand in the repository of each of {names}; read the files of a repository with its own GitRepo alone"
        ))
    }
}

/// One that gives its namespace goes before one of that name that gives none.
fn same(repo: &GitRepo, found: &GitRepo) -> Result<(), Refusal> {
    if std::ptr::eq(repo, found) {
        return Ok(());
    }
    let other = place(&found.meta);
    Err(format!(
        "another GitRepo has the same name, in {other}; leave one of them"
    ))
}

/// Whether Fleet writes to it: without an author it cannot.
fn writes(repo: &GitRepo) -> bool {
    repo.image_scan_commit != ImageScanCommit::default()
}

/// Whether a file can stand under the paths of a repository. It may be named from anywhere above the repository's root.
fn holds(repo: &GitRepo, file: &str) -> bool {
    let file: Vec<&str> = parts(file).collect();
    let below = |path: &String| {
        let path: Vec<&str> = parts(path).take_while(|part| !is_pattern(part)).collect();
        path.is_empty() || file.windows(path.len()).any(|window| window == path)
    };
    repo.paths.is_empty() || repo.paths.iter().any(below)
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !matches!(*part, "" | "."))
}
