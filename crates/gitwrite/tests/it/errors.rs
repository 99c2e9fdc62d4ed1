//! Errors of repositories and servers, word for word, and facts that the compiler knows.

use tagwright_gitwrite::{
    CancelFlag, Change, Commit, CommitSpec, Control, Credentials, Error, ErrorKind, Issued,
    ObjectId, Proposal, Proxy, Push, PushOutcome, Ref, Remote, Secret, Signature, Snapshot,
    TreePath, Update, Updated,
};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{Trial, test};

use crate::support::{branch, commit, control, remote, repository, snapshot, write};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test(
            "errors::options_that_the_server_does_not_take",
            options_that_the_server_does_not_take,
        ),
        test("errors::a_tree_that_is_malformed", a_tree_that_is_malformed),
        test("errors::a_path_that_is_too_long", a_path_that_is_too_long),
        test(
            "errors::a_branch_that_is_not_there",
            a_branch_that_is_not_there,
        ),
        test(
            "errors::a_commit_that_is_not_there",
            a_commit_that_is_not_there,
        ),
        test(
            "errors::a_head_that_names_no_branch",
            a_head_that_names_no_branch,
        ),
        test("errors::an_empty_repository", an_empty_repository),
        test("errors::a_tag_of_a_file", a_tag_of_a_file),
        test(
            "errors::a_repository_that_is_not_there",
            a_repository_that_is_not_there,
        ),
        test(
            "errors::a_server_that_is_not_there",
            a_server_that_is_not_there,
        ),
        test(
            "errors::credentials_that_do_not_fit",
            credentials_that_do_not_fit,
        ),
        test(
            "errors::a_source_that_is_not_the_commit",
            a_source_that_is_not_the_commit,
        ),
        test("errors::secrets_are_not_shown", secrets_are_not_shown),
        test(
            "errors::public_types_cross_threads",
            public_types_cross_threads,
        ),
    ]
}

fn a_branch_that_is_not_there() {
    let repository = repository(&[("a", "1")]);
    let error = remote(&repository)
        .snapshot(&branch("release"), &control())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RefNotFound);
    assert_eq!(error.reference(), Some("branch 'release'"));
    assert_eq!(error.repository(), Some(repository.url().as_str()));
    let text = format!(
        "cannot fetch branch 'release' from {}: there is no such ref; create it or name another; \
         git says: couldn't find remote ref refs/heads/release",
        repository.url()
    );
    assert_eq!(error.to_string(), text);
}

fn a_commit_that_is_not_there() {
    let repository = repository(&[("a", "1")]);
    let id: ObjectId = "d670460b4b4aece5915caf5c68d12f560a9fe3e4".parse().unwrap();
    let error = remote(&repository)
        .snapshot(&Ref::commit(id), &control())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RefNotFound, "{error}");
}

/// As a server stands whose administrator checked a commit out.
fn a_head_that_names_no_branch() {
    let repository = repository(&[("a", "1")]);
    let id = repository.tip("main").unwrap();
    repository.git(&["update-ref", "--no-deref", "HEAD", &id]);
    let remote = remote(&repository);
    let tip = remote.tip(&Ref::default_branch(), &control());
    assert_eq!(tip.unwrap(), None);
    let error = remote
        .snapshot(&Ref::default_branch(), &control())
        .unwrap_err();
    let url = repository.url();
    let text = format!(
        "the repository {url} has no default branch: its HEAD names a commit; name a branch"
    );
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::RefNotFound, text)
    );
}

fn an_empty_repository() {
    let repository = BareRepository::new();
    let error = remote(&repository)
        .snapshot(&Ref::default_branch(), &control())
        .unwrap_err();
    let url = repository.url();
    let text = format!(
        "the repository {url} has no default branch with a commit; push one or name a branch"
    );
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::RefNotFound, text)
    );
    assert_eq!(
        remote(&repository)
            .tip(&branch("main"), &control())
            .unwrap(),
        None
    );
    let error = remote(&repository)
        .snapshot(&branch("main"), &control())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RefNotFound);
}

fn a_tag_of_a_file() {
    let repository = repository(&[("a", "1")]);
    repository.git(&["tag", "file", "main:a"]);
    let error = remote(&repository)
        .snapshot(&Ref::tag("file").unwrap(), &control())
        .unwrap_err();
    let text = "tag 'file' names a blob; name a ref of a commit".to_owned();
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::NotACommit, text)
    );
}

/// A mode that no Git ever wrote; fetches let it pass.
fn a_tree_that_is_malformed() {
    let repository = repository(&[("a", "1")]);
    let file = repository.path().join("object");
    std::fs::write(&file, [b"130000 odd\0".as_slice(), &[1; 20]].concat()).unwrap();
    let file = file.to_str().unwrap();
    let tree = repository.git(&["hash-object", "-w", "-t", "tree", "--literally", file]);
    let tree = tree.trim();
    let id = repository.git(&["commit-tree", "-m", "x", tree]);
    repository.git(&["update-ref", "refs/heads/main", id.trim()]);
    let snapshot = snapshot(&repository);
    let visitor = |_: tagwright_gitwrite::Entry<'_>| std::ops::ControlFlow::Continue(());
    let error = snapshot
        .visit(|_| true, 10, visitor, &control())
        .unwrap_err();
    let text =
        "cannot read the directory \"\": an entry is malformed; check the repository with git fsck"
            .to_owned();
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::Corrupt, text)
    );
    let error = snapshot.read("odd").unwrap_err();
    let text = format!(
        "cannot read object {tree}: an entry is malformed; check the repository with git fsck"
    );
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::Corrupt, text)
    );
}

fn a_path_that_is_too_long() {
    let long = format!("{}/", "d".repeat(255)).repeat(17);
    let repository = repository(&[(&format!("{long}file"), "1")]);
    let visitor = |_: tagwright_gitwrite::Entry<'_>| std::ops::ControlFlow::Continue(());
    let error = snapshot(&repository)
        .visit(|_| true, 10, visitor, &control())
        .unwrap_err();
    let text = "cannot walk the tree: a path is longer than 4096 bytes or deeper than 1024 directories; \
                keep the files in a smaller repository";
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::LimitExceeded, text)
    );
}

fn a_repository_that_is_not_there() {
    let repository = BareRepository::new();
    let url = format!("{}x", repository.url());
    let error = Remote::new(&url)
        .unwrap()
        .tip(&branch("main"), &control())
        .unwrap_err();
    let path = url.strip_prefix("file://").unwrap();
    let text = format!(
        "cannot list the refs of {url}: there is no git repository at this path; check it; \
         git says: '{path}' does not appear to be a git repository"
    );
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::RepositoryNotFound, text)
    );
}

fn a_server_that_is_not_there() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let url = format!("http://127.0.0.1:{port}/r.git");
    let error = Remote::new(&url)
        .unwrap()
        .tip(&branch("main"), &control())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    let start = format!(
        "cannot list the refs of {url}: the server does not answer as a git server; check the URL and the network; \
         git says: unable to access '{url}/': Failed to connect to 127.0.0.1 port {port}"
    );
    assert!(error.to_string().starts_with(&start), "{error}");
}

fn credentials_that_do_not_fit() {
    let basic = || Credentials::Basic {
        username: "u".to_owned(),
        password: Secret::new("hunter2"),
    };
    let ssh = || Credentials::Ssh {
        private_key: Secret::new("hunter2"),
        passphrase: None,
        known_hosts: String::new(),
    };
    let cases = [
        (
            "https://h/r",
            ssh(),
            "a private key fits ssh URLs only; hand over a user name and a password, or a token",
        ),
        (
            "git@h:r",
            basic(),
            "an ssh URL needs a private key and known hosts; hand them over",
        ),
        (
            "git@h:r",
            Credentials::None,
            "an ssh URL needs a private key and known hosts; hand them over",
        ),
        (
            "file:///r",
            basic(),
            "a repository on disk takes none; leave them out",
        ),
        (
            "https://h/r",
            Credentials::Bearer(Secret::new("hunter2\nX-Evil: 1")),
            "a line break or another control character stands in them; remove it",
        ),
    ];
    for (url, credentials, why) in cases {
        let remote = Remote::new(url).unwrap().credentials(credentials);
        let error = remote.tip(&branch("main"), &control()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidCredentials);
        assert_eq!(
            error.to_string(),
            format!("unusable credentials for {url}: {why}")
        );
    }
}

fn a_source_that_is_not_the_commit() {
    let repository = repository(&[("a", "1")]);
    let commit = commit(&snapshot(&repository), &[write("a", "2")]);
    let push = Push::to_branch("main")
        .unwrap()
        .refspec("other:refs/heads/x")
        .unwrap();
    let error = commit.push(&push, &control()).unwrap_err();
    let text =
        "the source \"other\" of a refspec is not the new commit; write HEAD or the pushed branch"
            .to_owned();
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::InvalidPush, text)
    );
}

fn options_that_the_server_does_not_take() {
    let repository = repository(&[("a", "1")]);
    let commit = commit(&snapshot(&repository), &[write("a", "2")]);
    let push = Push::to_branch("main").unwrap().option("ci.skip").unwrap();
    let error = commit.push(&push, &control()).unwrap_err();
    let text = format!(
        "cannot push to {}: the server takes no push options; leave them out; \
         git says: the receiving end does not support push options",
        repository.url()
    );
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::InvalidPush, text)
    );
}

fn secrets_are_not_shown() {
    let credentials = Credentials::Basic {
        username: "u".to_owned(),
        password: Secret::new("hunter2"),
    };
    assert_eq!(format!("{credentials:?}"), "Basic { .. }");
    let remote = Remote::new("https://h/r").unwrap().credentials(credentials);
    assert!(!format!("{remote:?}").contains("hunter2"));
}

fn public_types_cross_threads() {
    fn check<T: Send + Sync + 'static>() {}
    check::<CancelFlag>();
    check::<Change>();
    check::<Commit>();
    check::<CommitSpec>();
    check::<Control>();
    check::<Credentials>();
    check::<Error>();
    check::<ObjectId>();
    check::<Push>();
    check::<PushOutcome>();
    check::<Ref>();
    check::<Remote>();
    check::<Secret>();
    check::<Signature>();
    check::<Snapshot>();
    check::<TreePath>();
    check::<tagwright_gitwrite::Blobs>();
    check::<Proxy>();
    check::<Issued>();
    check::<Proposal>();
    check::<Update>();
    check::<Updated>();
    #[cfg(feature = "sign-ssh")]
    check::<tagwright_gitwrite::Signer>();
}
