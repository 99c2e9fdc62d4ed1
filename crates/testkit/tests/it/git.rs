use tagwright_testkit::{
    git::BareRepository,
    harness::{TestResult, Trial, test},
};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test(
            "git::commits_build_on_each_other",
            commits_build_on_each_other,
        ),
        test(
            "git::equal_histories_have_equal_ids",
            equal_histories_have_equal_ids,
        ),
        test("git::any_path_and_bytes", any_path_and_bytes),
        test("git::clone_by_url", clone_by_url),
        test("git::hook_declines", hook_declines),
        test("git::gone_on_drop", gone_on_drop),
    ]
}

fn commits_build_on_each_other() {
    let repository = BareRepository::new();
    assert_eq!(repository.tip("main"), None);
    let first = repository.commit("main", &[("a", b"1"), ("d/b", b"2")], "first");
    let second = repository.commit("main", &[("a", b"3")], "second\n\nwith a body");
    assert_eq!(repository.tip("main"), Some(second.clone()));
    assert_eq!(repository.git(&["rev-parse", "main~1"]).trim_end(), first);
    assert_eq!(
        (repository.read("main", "a"), repository.read("main", "d/b")),
        (b"3".to_vec(), b"2".to_vec())
    );
    assert_eq!(
        repository.git(&["log", "-1", "--format=%B", "main"]),
        "second\n\nwith a body\n"
    );
    let other = repository.commit("feature/x", &[("c", b"")], "another root");
    assert_eq!(repository.git(&["rev-list", "--count", &other]), "1\n");
    assert_eq!(
        repository.tip("feature"),
        None,
        "the name of a branch, not of a folder of branches"
    );
    repository.git(&["fsck", "--strict"]);
}

fn equal_histories_have_equal_ids() {
    let ids = [(); 2].map(|()| BareRepository::new().commit("main", &[("a", b"1")], "first"));
    assert_eq!(ids[0], ids[1]);
}

fn any_path_and_bytes() {
    let repository = BareRepository::new();
    let files: [(&str, &[u8]); 4] = [
        ("a b", b"\0\xff"),
        ("\"q\"\\", b"x\r\n"),
        ("é\nü", b""),
        ("-", b"data 3\n"),
    ];
    repository.commit("main", &files, "");
    for (path, contents) in files {
        assert_eq!(repository.read("main", path), contents, "{path:?}");
    }
}

fn clone_by_url() -> TestResult {
    let repository = BareRepository::new();
    repository.commit("main", &[("a", b"1")], "first");
    let folder = tempfile::tempdir()?;
    let mut command = repository.command();
    let status = command
        .args(["clone", "--quiet", &repository.url()])
        .arg(folder.path())
        .status()?;
    assert!(status.success());
    assert_eq!(std::fs::read(folder.path().join("a"))?, b"1");
    let head = std::fs::read_to_string(folder.path().join(".git/HEAD"))?;
    assert_eq!(head, "ref: refs/heads/main\n");
    Ok(())
}

fn hook_declines() -> TestResult {
    let (repository, other) = (BareRepository::new(), BareRepository::new());
    other.commit("main", &[("a", b"1")], "first");
    repository.hook(
        "pre-receive",
        "#!/bin/sh\necho not on Fridays >&2\nexit 1\n",
    );
    let output = other
        .command()
        .args(["push", &repository.url(), "main"])
        .output()?;
    assert!(!output.status.success());
    let errors = String::from_utf8(output.stderr)?;
    assert!(errors.contains("remote: not on Fridays"), "{errors}");
    assert_eq!(repository.tip("main"), None);
    Ok(())
}

fn gone_on_drop() {
    let repository = BareRepository::new();
    let path = repository.path().to_owned();
    assert!(path.exists());
    drop(repository);
    assert!(!path.exists() && !path.parent().is_some_and(std::path::Path::exists));
}
