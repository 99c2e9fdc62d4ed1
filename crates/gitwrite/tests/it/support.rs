//! What the tests share.

use std::ops::ControlFlow;
use std::time::{Duration, SystemTime};

use tagwright_gitwrite::{
    Change, Commit, CommitSpec, Committed, Content, Control, Push, PushOutcome, Ref, Remote,
    Signature, Snapshot, TreePath,
};
use tagwright_testkit::git::BareRepository;

/// Long enough for a loaded machine, short enough for a test that hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) fn control() -> Control {
    Control::new().deadline_in(PATIENCE)
}

/// A repository with `main` and these files.
#[track_caller]
pub(crate) fn repository(files: &[(&str, &str)]) -> BareRepository {
    let repository = BareRepository::new();
    commit_files(&repository, "main", files);
    repository
}

/// Commits files on a branch as somebody else, and gives the commit's id.
#[track_caller]
pub(crate) fn commit_files(
    repository: &BareRepository,
    branch: &str,
    files: &[(&str, &str)],
) -> String {
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(path, text)| (*path, text.as_bytes()))
        .collect();
    repository.commit(branch, &files, "by somebody else")
}

#[track_caller]
pub(crate) fn remote(repository: &BareRepository) -> Remote {
    Remote::new(&repository.url()).unwrap()
}

#[track_caller]
pub(crate) fn snapshot(repository: &BareRepository) -> Snapshot {
    remote(repository)
        .snapshot(&branch("main"), &control())
        .unwrap()
}

#[track_caller]
pub(crate) fn branch(name: &str) -> Ref {
    Ref::branch(name).unwrap()
}

#[track_caller]
pub(crate) fn path(text: &str) -> TreePath {
    TreePath::new(text).unwrap()
}

#[track_caller]
pub(crate) fn write(at: &str, content: &str) -> Change {
    Change::write(path(at), content)
}

/// A commit at a fixed time.
pub(crate) fn spec(message: &str) -> CommitSpec {
    let author = Signature::new("Tag Wright", "bot@example.com").unwrap();
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    CommitSpec::new(author, message).unwrap().time(time)
}

#[track_caller]
pub(crate) fn commit(snapshot: &Snapshot, changes: &[Change]) -> Commit {
    match snapshot.commit(changes, &spec("Update")).unwrap() {
        Committed::Commit(commit) => commit,
        Committed::Unchanged => panic!("nothing changed"),
    }
}

#[track_caller]
pub(crate) fn push(commit: &Commit, branch: &str) -> PushOutcome {
    commit
        .push(&Push::to_branch(branch).unwrap(), &control())
        .unwrap()
}

/// Every file that is visited, as text.
#[track_caller]
pub(crate) fn files(snapshot: &Snapshot) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let visitor = |entry: tagwright_gitwrite::Entry<'_>| {
        let text = match entry.content {
            Content::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Content::TooLarge(size) => format!("{size} bytes"),
        };
        found.push((entry.path.to_owned(), text));
        ControlFlow::Continue(())
    };
    snapshot
        .visit(|_| true, u64::MAX, visitor, &control())
        .unwrap();
    found
}
