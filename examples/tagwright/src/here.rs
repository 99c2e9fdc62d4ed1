//! Paths of files in a folder, from where the program was started.

use std::path::Path;

/// What stands before the names of the files in a folder; of a file before its own name.
pub(crate) fn before(path: &str) -> String {
    let folder = if Path::new(path).is_dir() {
        path
    } else {
        path.rsplit_once('/')
            .map_or("", |(folder, _)| match folder {
                "" => "/",
                folder => folder,
            })
    };
    let short = folder.trim_start_matches("./").trim_end_matches('/');
    match short {
        "" if folder.starts_with('/') => "/".to_owned(),
        "" | "." => String::new(),
        short => format!("{short}/"),
    }
}

#[cfg(test)]
mod tests {
    use super::before;

    #[test]
    fn names_lead_to_the_files() {
        for (path, prefix) in [
            (".", ""),
            ("./", ""),
            ("src", "src/"),
            ("./src/", "src/"),
            ("..", "../"),
            ("/", "/"),
            ("/tmp/", "/tmp/"),
            ("a.yaml", ""),
            ("apps/a.yaml", "apps/"),
            ("./a.yaml", ""),
            ("/a.yaml", "/"),
        ] {
            assert_eq!(before(path), prefix, "{path}");
        }
    }
}
