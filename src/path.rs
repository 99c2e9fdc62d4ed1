//! The folders of an update, cleaned as each dialect does it.

use std::sync::atomic::{AtomicBool, Ordering};

use tagwright_policy::Dialect;

use crate::automation::invalid;
use crate::error::Error;
use crate::problem::Problem;

/// The folders whose files are updated; everything when there is none.
#[derive(Clone, Debug)]
pub(crate) struct Folders(Vec<Folder>);

#[derive(Clone, Debug)]
struct Folder {
    /// With `/` between its parts and none at its ends; empty for everything.
    path: String,
    given: String,
}

impl Folders {
    pub(crate) fn new(given: &[String], dialect: Dialect) -> Result<Self, Error> {
        let folder = |given: &String| {
            Ok(Folder {
                path: clean(given, dialect)?,
                given: given.clone(),
            })
        };
        given.iter().map(folder).collect::<Result<_, _>>().map(Self)
    }

    /// Whether a file is one that is looked at: in a folder, and by its name one of those that Flux and Fleet read.
    pub(crate) fn takes(&self, file: &str) -> bool {
        may_hold_markers(file)
            && (self.0.is_empty() || self.0.iter().any(|folder| contains(&folder.path, file)))
    }

    /// The paths; one that is empty stands for everything.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        let everything = self.0.is_empty().then_some("");
        let paths = self.0.iter().map(|folder| folder.path.as_str());
        everything.into_iter().chain(paths)
    }

    /// A file as Flux names it: by what is below the folder, or below that of a path that is the file itself.
    pub(crate) fn below<'f>(&self, file: &'f str) -> &'f str {
        let folder = self.paths().find(|path| contains(path, file));
        let folder = match folder {
            Some(path) if path == file => path.rsplit_once('/').map_or("", |(parent, _)| parent),
            Some(path) => path,
            None => "",
        };
        let rest = file.strip_prefix(folder).unwrap_or(file);
        rest.trim_start_matches('/')
    }

    /// One look at the files.
    pub(crate) fn visit(&self) -> Visit<'_> {
        Visit {
            folders: self,
            met: self.0.iter().map(|_| AtomicBool::new(false)).collect(),
        }
    }
}

/// The folders while their files are looked at, and which of them have any.
pub(crate) struct Visit<'a> {
    folders: &'a Folders,
    met: Vec<AtomicBool>,
}

impl Visit<'_> {
    /// As [`Folders::takes`].
    pub(crate) fn takes(&self, file: &str) -> bool {
        if !self.folders.takes(file) {
            return false;
        }
        for (folder, met) in self.folders.0.iter().zip(&self.met) {
            if contains(&folder.path, file) {
                met.store(true, Ordering::Relaxed);
            }
        }
        true
    }

    /// Whether files that are looked at can stand in a folder.
    pub(crate) fn enters(&self, folder: &str) -> bool {
        let leads = |path: &str| contains(path, folder) || contains(folder, path);
        self.folders.paths().any(leads)
    }

    /// What is odd about the folders. `place` is where they should stand: `on main`.
    pub(crate) fn problems(&self, place: &str) -> Vec<Problem> {
        let folders = self.folders.0.iter().zip(&self.met);
        folders
            .filter_map(|(folder, met)| folder.problem(place, met.load(Ordering::Relaxed)))
            .collect()
    }
}

impl Folder {
    /// A folder that is not the one that was meant looks like a repository with nothing to do.
    fn problem(&self, place: &str, met: bool) -> Option<Problem> {
        let Self { path, given } = self;
        if !met && !path.is_empty() {
            let nothing = format!("no YAML file stands under '{path}' {place}");
            return Some(Problem::error("path", nothing + "; correct the path"));
        }
        let taken = match path.as_str() {
            "" => "the whole repository",
            path => path,
        };
        clean(given, Dialect::Fleet).is_err().then(|| {
            let leaves = format!("'{given}' leaves the repository; taken as {taken}");
            Problem::warning("path", leaves)
        })
    }
}

/// Flux joins the path securely below the repository's root, so that `../../apps` is `apps`; in Fleet an escape is an
/// error.
pub(crate) fn clean(path: &str, dialect: Dialect) -> Result<String, Error> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        if part == ".." && parts.pop().is_none() && dialect == Dialect::Fleet {
            return Err(invalid(format!(
                "path '{path}' leaves the repository; name a folder inside it"
            )));
        }
        if !matches!(part, "" | "." | "..") {
            parts.push(part);
        }
    }
    Ok(parts.join("/"))
}

/// Whether a path is the folder, or stands in it.
pub(crate) fn contains(folder: &str, file: &str) -> bool {
    match file.strip_prefix(folder) {
        Some(rest) => folder.is_empty() || rest.is_empty() || rest.starts_with('/'),
        None => false,
    }
}

/// Kustomize's file may stand without an extension.
fn may_hold_markers(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    name == "Kustomization" || name.ends_with(".yaml") || name.ends_with(".yml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flux_keeps_a_path_inside() {
        for (given, cleaned) in [
            ("", ""),
            (".", ""),
            ("./", ""),
            ("./apps", "apps"),
            ("/cluster/", "cluster"),
            ("../../apps/base/", "apps/base"),
            ("a/../b//c", "b/c"),
        ] {
            assert_eq!(clean(given, Dialect::Flux).unwrap(), cleaned, "{given}");
        }
    }

    #[test]
    fn fleet_refuses_an_escape() {
        assert_eq!(
            clean("../apps", Dialect::Fleet).unwrap_err().to_string(),
            "path '../apps' leaves the repository; name a folder inside it"
        );
    }

    #[test]
    fn a_file_is_named_by_what_is_below() {
        for (folder, file, name) in [
            ("", "apps/a.yaml", "apps/a.yaml"),
            ("./apps", "apps/a.yaml", "a.yaml"),
            ("apps/", "apps/base/a.yaml", "base/a.yaml"),
            ("apps/a.yaml", "apps/a.yaml", "a.yaml"),
            ("a.yaml", "a.yaml", "a.yaml"),
        ] {
            let folders = Folders::new(&[folder.to_owned()], Dialect::Flux).unwrap();
            assert_eq!(folders.below(file), name, "{folder}");
        }
    }

    #[test]
    fn a_folder_holds_its_files_and_not_its_neighbours() {
        let takes = |folders: &[&str], file: &str| {
            let folders: Vec<String> = folders.iter().map(ToString::to_string).collect();
            Folders::new(&folders, Dialect::Fleet).unwrap().takes(file)
        };
        assert!(takes(&["apps"], "apps/a.yaml"));
        assert!(takes(&[""], "a.yml"));
        assert!(takes(&[], "a.yml"));
        assert!(takes(&["apps/a.yaml"], "apps/a.yaml"));
        assert!(takes(&["/"], "deep/Kustomization"));
        assert!(takes(&["apps", "base"], "base/a.yaml"));
        assert!(!takes(&["apps"], "apps-old/a.yaml"));
        assert!(!takes(&["apps", "base"], "a.yaml"));
        assert!(!takes(&["apps"], "apps/a.txt"));
    }
}
