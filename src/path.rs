//! The folder of an update, cleaned as each dialect does it.

use tagwright_policy::Dialect;

use crate::automation::invalid;
use crate::error::Error;

/// The folder with `/` between its parts and none at its ends; empty for the whole repository.
///
/// Flux joins the path securely below the repository's root, so that `../../apps` is `apps`; Fleet has no such
/// path, and here an escape is an error.
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

/// Whether a path climbs above where it starts.
pub(crate) fn leaves(path: &str) -> bool {
    clean(path, Dialect::Fleet).is_err()
}

/// Whether a file is one that is looked at: in the folder, and by its name one of those that Flux and Fleet read.
pub(crate) fn takes(folder: &str, file: &str) -> bool {
    contains(folder, file) && may_hold_markers(file)
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
    fn a_folder_holds_its_files_and_not_its_neighbours() {
        assert!(takes("apps", "apps/a.yaml"));
        assert!(takes("", "a.yml"));
        assert!(takes("apps/a.yaml", "apps/a.yaml"));
        assert!(takes("", "deep/Kustomization"));
        assert!(!takes("apps", "apps-old/a.yaml"));
        assert!(!takes("apps", "apps/a.txt"));
    }
}
