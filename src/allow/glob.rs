//! Names, folders and branches with `*` for what may vary.

/// A name in which `*` stands for any text.
#[derive(Clone, Debug)]
pub(super) struct Name(String);

impl Name {
    pub(super) fn new(pattern: &str) -> Self {
        Self(pattern.to_owned())
    }

    pub(super) fn takes(&self, name: &str) -> bool {
        matches(&self.0, name)
    }
}

/// A folder, by the patterns of its names.
#[derive(Clone, Debug)]
pub(super) struct Folder(Vec<String>);

impl Folder {
    pub(super) fn new(path: &str) -> Result<Self, String> {
        match parts(path) {
            Some(parts) if !parts.is_empty() => {
                Ok(Self(parts.into_iter().map(str::to_owned).collect()))
            }
            _ => Err(format!(
                "'{path}' is no folder of a repository; write its path from the root, or * for all of it"
            )),
        }
    }

    /// Whether a path is this folder or in it. One that leaves the repository is not.
    pub(super) fn takes(&self, path: &str) -> bool {
        let Some(parts) = parts(path) else {
            return false;
        };
        let pairs = || self.0.iter().zip(&parts);
        parts.len() >= self.0.len() && pairs().all(|(pattern, part)| matches(pattern, part))
    }
}

/// The names of a path from the root; none when it goes up anywhere.
fn parts(path: &str) -> Option<Vec<&str>> {
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
    let parts: Vec<&str> = parts.collect();
    (!parts.contains(&"..")).then_some(parts)
}

/// A branch by its pattern, whose `**` stands for slashes too.
#[derive(Clone, Debug)]
pub(super) struct Branch(String);

const HEADS: &str = "refs/heads/";

impl Branch {
    pub(super) fn new(pattern: &str) -> Result<Self, String> {
        let pattern = pattern.strip_prefix(HEADS).unwrap_or(pattern);
        if pattern.is_empty() {
            return Err("'' is no branch; write its name, or ** for all".to_owned());
        }
        Ok(Self(pattern.to_owned()))
    }

    /// Whether it is this branch. A ref that is none is one only where the pattern says `refs/` too.
    pub(super) fn takes(&self, branch: &str) -> bool {
        let name = branch.strip_prefix(HEADS).unwrap_or(branch);
        let is_other = name.starts_with("refs/");
        is_other == self.0.starts_with("refs/") && matches_deep(&self.0, name)
    }
}

/// Whether a text is a pattern's, whose `*` stands for any text without a slash.
fn matches(pattern: &str, text: &str) -> bool {
    find(pattern.as_bytes(), text.as_bytes(), false)
}

/// The same, whose `**` stands for any text.
fn matches_deep(pattern: &str, text: &str) -> bool {
    find(pattern.as_bytes(), text.as_bytes(), true)
}

/// A row of a table instead of going back: time is that of the product of both lengths, whatever they hold.
fn find(pattern: &[u8], text: &[u8], deep: bool) -> bool {
    // Which lengths of the text are matched by the pattern so far.
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    let mut rest = pattern;
    while let Some((first, after)) = rest.split_first() {
        let crosses = deep && after.first() == Some(&b'*');
        reached = match first {
            b'*' => star(&reached, text, crosses),
            literal => step(&reached, text, *literal),
        };
        rest = if *first == b'*' && crosses {
            &after[1..]
        } else {
            after
        };
    }
    reached[text.len()]
}

fn star(reached: &[bool], text: &[u8], crosses: bool) -> Vec<bool> {
    let mut next = reached.to_vec();
    for at in 0..text.len() {
        next[at + 1] |= next[at] && (crosses || text[at] != b'/');
    }
    next
}

fn step(reached: &[bool], text: &[u8], literal: u8) -> Vec<bool> {
    let mut next = vec![false; reached.len()];
    for at in 0..text.len() {
        next[at + 1] = reached[at] && text[at] == literal;
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_holds_what_is_in_it() {
        for (folder, path, takes) in [
            ("apps", "apps", true),
            ("apps", "./apps/base/", true),
            ("apps", "/apps", true),
            ("apps", "apps-old", false),
            ("apps", "", false),
            ("apps", ".", false),
            ("apps", "apps/../infra", false),
            ("apps", "apps/..", false),
            ("apps", "x/../apps", false),
            ("apps", "../apps", false),
            ("clusters/*/apps", "clusters/one/apps/web", true),
            ("clusters/*/apps", "clusters/one/two/apps", false),
            ("clusters/*/apps", "clusters/one", false),
        ] {
            assert_eq!(
                Folder::new(folder).unwrap().takes(path),
                takes,
                "{folder} {path}"
            );
        }
        for bad in ["", "/", "..", "a/../b"] {
            assert!(Folder::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_branch_is_no_other_ref() {
        for (pattern, branch, takes) in [
            ("main", "main", true),
            ("main", "refs/heads/main", true),
            ("refs/heads/main", "main", true),
            ("main", "main2", false),
            ("image-updates/*", "image-updates/app", true),
            ("image-updates/*", "image-updates/app/x", false),
            ("image-updates/**", "image-updates/app/x", true),
            ("*", "main", true),
            ("*", "a/b", false),
            ("**", "a/b", true),
            ("**", "refs/tags/v1", false),
            ("refs/for/*", "refs/for/main", true),
            ("refs/for/*", "refs/heads/main", false),
            ("a*c*e", "abcde", true),
            ("a*c*e", "abcd", false),
        ] {
            assert_eq!(
                Branch::new(pattern).unwrap().takes(branch),
                takes,
                "{pattern} {branch}"
            );
        }
    }

    #[test]
    fn a_pattern_of_stars_takes_no_age() {
        let pattern = "*a".repeat(500);
        assert!(!Name::new(&pattern).takes(&"a".repeat(400)));
    }
}
