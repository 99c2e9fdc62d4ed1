//! What stands in the repository, and what should.

use std::collections::BTreeMap;

use tagwright_testkit::git::BareRepository;

use super::{Stage, replaced};

/// A commit: its id, its parents, author, committer and message, and all files.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Head {
    id: String,
    text: String,
    files: BTreeMap<String, String>,
}

/// A commit as it should be.
pub(crate) struct Commit {
    branch: &'static str,
    author: &'static str,
    message: String,
    edits: Vec<(&'static str, String, String)>,
}

impl Commit {
    /// On `main`.
    pub(crate) fn new(author: &'static str, message: impl Into<String>) -> Self {
        Self {
            branch: "main",
            author,
            message: message.into(),
            edits: Vec::new(),
        }
    }

    pub(crate) fn branch(self, branch: &'static str) -> Self {
        Self { branch, ..self }
    }

    /// A file, what stood there once, and what stands there now; everything else is as it was.
    pub(crate) fn edit(
        mut self,
        file: &'static str,
        old: impl Into<String>,
        new: impl Into<String>,
    ) -> Self {
        self.edits.push((file, old.into(), new.into()));
        self
    }
}

impl Head {
    pub(super) fn read(repository: &BareRepository, revision: &str) -> Self {
        let git = |arguments: &[&str]| repository.git(arguments);
        let files = git(&["ls-tree", "-r", "--name-only", revision]);
        let read = |name: &str| {
            let object = format!("{revision}:{name}");
            (name.to_owned(), git(&["cat-file", "blob", &object]))
        };
        let format = "--format=%P%n%an <%ae>%n%cn <%ce>%n%B";
        Self {
            files: files.lines().map(read).collect(),
            id: git(&["rev-parse", revision]).trim_end().to_owned(),
            text: git(&["log", "-1", format, revision]),
        }
    }

    /// This commit with that one on it, which is the tip of its branch: not a byte besides.
    #[track_caller]
    pub(crate) fn was_followed_by(&self, stage: &Stage, commit: &Commit) {
        let now = stage.head(commit.branch);
        assert_ne!(now.id, self.id, "no commit was made");
        self.is_below(&now, commit);
    }

    /// As [`was_followed_by`](Self::was_followed_by) of another than the tip.
    #[track_caller]
    pub(crate) fn is_below(&self, now: &Self, commit: &Commit) {
        let mut files = self.files.clone();
        for (file, old, new) in &commit.edits {
            let text = files.get_mut(*file).expect("the file is there");
            *text = replaced(text, old, new);
        }
        assert_eq!(now.files, files);
        let (parent, author, message) = (&self.id, commit.author, &commit.message);
        assert_eq!(
            now.text,
            format!("{parent}\n{author}\n{author}\n{message}\n")
        );
    }

    /// Nothing was committed.
    #[track_caller]
    pub(crate) fn stands(&self, stage: &Stage, branch: &str) {
        assert_eq!(&stage.head(branch), self);
    }
}
