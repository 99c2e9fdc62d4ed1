//! Texts that are names: paths, refs, URLs, people, messages.

use tagwright_gitwrite::{
    CommitSpec, Credentials, Error, ErrorKind, ObjectId, Push, Ref, Remote, Secret, Signature,
    TreePath,
};
use tagwright_testkit::harness::{Trial, test};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("names::paths", paths),
        test("names::refs", refs),
        test("names::urls", urls),
        test(
            "names::urls_are_shown_without_secrets",
            urls_are_shown_without_secrets,
        ),
        test("names::people", people),
        test("names::messages", messages),
        test("names::pushes", pushes),
    ]
}

#[track_caller]
fn assert_error(result: Result<impl Sized, Error>, kind: ErrorKind, text: &str) {
    let error = result
        .err()
        .unwrap_or_else(|| panic!("accepted; expected: {text}"));
    assert_eq!((error.kind(), error.to_string().as_str()), (kind, text));
}

fn paths() {
    let long = "a".repeat(4097);
    let deep = "a/".repeat(256) + "a";
    let git = "'.git' is not allowed as a part, in no spelling";
    let dots = "'.' and '..' are not allowed as a part";
    let absolute = "it is absolute; write it relative to the root of the repository";
    let empty = "a part of it is empty";
    let cases = [
        ("", "it is empty"),
        ("/etc/passwd", absolute),
        ("a//b", empty),
        ("a/", empty),
        (".", dots),
        ("..", dots),
        ("a/../b", dots),
        ("a/./b", dots),
        ("a\0b", "a NUL stands in it"),
        (".git", git),
        (".GIT/config", git),
        ("a/.gIt/hooks/x", git),
        ("git~1", git),
        (".git ", git),
        (".git.", git),
        (".git::$INDEX_ALLOCATION/config", git),
        (".git::$INDEX_ALLOCATION", git),
        (".GIT. . ", git),
        ("GIT~1 ", git),
        ("git~1:x", git),
        (".g\u{200c}it", git),
        ("a/.git\u{200d}/x", git),
        ("\u{feff}.GiT", git),
        (".git\\config", git),
        ("a\\.git", git),
        ("a\\GIT~1\\b", git),
        ("x\\.g\u{200c}it\\config", git),
        ("..\\x", dots),
        ("a/b\\..\\..\\x", dots),
        ("\\.", dots),
        (&long, "it is longer than 4096 bytes"),
        (&deep, "it has more than 256 parts"),
    ];
    for (path, why) in cases {
        let shown: String = path.chars().take(200).collect();
        assert_error(
            TreePath::new(path),
            ErrorKind::InvalidPath,
            &format!("invalid path {shown:?}: {why}"),
        );
    }
    for path in [
        "a",
        ".gitignore",
        ".github/x",
        "a b/ü",
        "...",
        "a\\b",
        "dev-disk-by\\x2duuid.swap",
        "\\x2d",
        "a\\",
        "a\\..b",
        "git~2",
        ".git~1",
        ".gitx",
        "x.git",
        "aux",
        "-x",
        ".gitmodules",
        "a:b",
    ] {
        assert_eq!(TreePath::new(path).unwrap().as_str(), path);
    }
}

fn refs() {
    let why = "git does not allow it; see git-check-ref-format(1)";
    let long = "a".repeat(250);
    let names = [
        "", "-x", "HEAD", "a..b", "a b", "a~1", "a^", "a:b", "a?", "a*", "a[", "a\\b", "x.lock",
        "/a", "a/", "a//b", ".a", "a.", "@{", "a\n", "a\0", &long,
    ];
    for name in names {
        let text = format!("invalid name of a branch {name:?}: {why}");
        assert_error(Ref::branch(name), ErrorKind::InvalidRef, &text);
        assert!(Ref::tag(name).is_err(), "{name}");
        assert!(Push::to_branch(name).is_err(), "{name}");
    }
    let full = "invalid name of a branch \"refs/heads/main\": expected a short name, which stands below 'refs/heads/'";
    assert_error(Ref::branch("refs/heads/main"), ErrorKind::InvalidRef, full);
    let short = "invalid name of a ref \"main\": expected a full name such as 'refs/heads/main'";
    assert_error(Ref::name("main"), ErrorKind::InvalidRef, short);
    for name in ["main", "a/b", "ünï", "feature/x.y", "a@b", "@a"] {
        assert_eq!(Ref::branch(name).unwrap().branch_name(), Some(name));
    }
    assert_eq!(Ref::name("refs/heads/x").unwrap().branch_name(), Some("x"));
    let text = "invalid commit id \"d670460\": expected 40 or 64 hex digits; write the full id";
    assert_error("d670460".parse::<ObjectId>(), ErrorKind::InvalidRef, text);
}

fn urls() {
    let control = "it is empty or holds a control character";
    let path = "the path of the repository is missing";
    let host = "the host is missing or no name of one";
    let helper = "git would run a program for the word before '::'; write a URL or a path";
    let cases = [
        ("", control),
        ("https://h/a\nb", control),
        (
            "ftp://h/r",
            "expected file, git, http, https or ssh before '://'",
        ),
        (
            "ext://sh -c x",
            "expected file, git, http, https or ssh before '://'",
        ),
        ("ext::sh -c id", helper),
        ("fd::17", helper),
        ("a+b-c.1::x", helper),
        ("::x", helper),
        (
            "ext::https://h/r",
            "expected file, git, http, https or ssh before '://'",
        ),
        ("https://h", path),
        ("https://h/", path),
        ("https:///r", host),
        ("https://-h/r", host),
        ("https://h h/r", host),
        ("ssh://-oProxyCommand=x/r", host),
        ("ssh://-u@h/r", "the user begins with '-'"),
        ("-oProxyCommand=x:r", host),
        ("git@h:", path),
        ("git@h:-x", path),
        ("file://h/r", "expected an absolute path, 'file:///path'"),
    ];
    for (url, why) in cases {
        let error = Remote::new(url).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidUrl, "{url}");
        assert!(
            error.to_string().ends_with(&format!(": {why}")),
            "{url}: {error}"
        );
    }
    let text = format!("invalid repository URL \"ext::sh -c id\": {helper}");
    assert_error(Remote::new("ext::sh -c id"), ErrorKind::InvalidUrl, &text);
    let good = [
        "https://h/r",
        "http://[::1]:80/r",
        "ssh://git@h:22/r",
        "git@h:o/r.git",
        "h:r",
        "file:///r",
        "/r",
        "./a:b",
        "./ext::a",
        "git@[::1]:r",
        "[::1]:r",
    ];
    for url in good {
        assert!(Remote::new(url).is_ok(), "{url}");
    }
}

fn urls_are_shown_without_secrets() {
    let basic = "invalid repository URL \"https://***@h/r\": credentials stand in it; hand them over apart from it";
    for url in [
        "https://user:hunter2@h/r",
        "https://hunter2@h/r",
        "https://user:hun@ter2@h/r?token=hunter2",
    ] {
        assert_error(Remote::new(url), ErrorKind::InvalidUrl, basic);
    }
    let query = "a query or a fragment stands in it; hand credentials over apart from it";
    for (url, shown) in [
        (
            "http://127.0.0.1:1/x?private_token=hunter2",
            "http://127.0.0.1:1/x",
        ),
        ("HTTPS://h/r.git#hunter2", "HTTPS://h/r.git"),
        ("https://h?hunter2", "https://h"),
        ("https://h/r?", "https://h/r"),
        ("https://h/r?a=hunter2@b", "https://***"),
        ("https://user:hunter2?x/y@h/r", "https://***"),
    ] {
        let text = format!("invalid repository URL {shown:?}: {query}");
        assert_error(Remote::new(url), ErrorKind::InvalidUrl, &text);
    }
    let ssh = "invalid repository URL \"ssh://***@h/r\": a password stands in it; hand over a key, apart from it";
    assert_error(
        Remote::new("ssh://git:hunter2@h/r"),
        ErrorKind::InvalidUrl,
        ssh,
    );
    let bare = "invalid repository URL \"***@h:r\": a password stands in it; hand over a key, apart from it";
    assert_error(Remote::new("git:hunter2@h:r"), ErrorKind::InvalidUrl, bare);
    let credentials = Credentials::Bearer(Secret::new("hunter2"));
    let remote = Remote::new("https://h/r.git")
        .unwrap()
        .credentials(credentials);
    assert_eq!(
        (remote.to_string(), remote.url().to_string()),
        ("https://h/r.git".to_owned(), "https://h/r.git".to_owned())
    );
    assert!(!format!("{remote:?}").contains("hunter2"));
}

fn people() {
    let kind = ErrorKind::InvalidSignature;
    let newline = "the name of the author holds '\\n', which git cannot store; remove it";
    assert_error(Signature::new("a\ncommitter b", "x"), kind, newline);
    assert_error(
        Signature::new("a", "x>"),
        kind,
        "the email of the author holds '>', which git cannot store; remove it",
    );
    assert_error(
        Signature::new("a\0", "x"),
        kind,
        "the name of the author holds '\\0', which git cannot store; remove it",
    );
    assert_error(
        Signature::new("  ", "x"),
        kind,
        "the name of the author is empty; give one",
    );
    let long = "the name of the author is longer than 1000 bytes; shorten it";
    assert_error(Signature::new(&"a".repeat(1001), "x"), kind, long);
    let person = Signature::new(" Zoë ", " z@x ").unwrap();
    assert_eq!((person.name(), person.email()), ("Zoë", "z@x"));
}

fn messages() {
    let spec = |message: &str| CommitSpec::new(Signature::new("a", "a@a").unwrap(), message);
    let kind = ErrorKind::InvalidMessage;
    for message in ["", " \n\t"] {
        assert_error(
            spec(message),
            kind,
            "invalid commit message: it is empty; say what changed",
        );
    }
    assert_error(
        spec("a\0b"),
        kind,
        "invalid commit message: a NUL stands in it; remove it",
    );
    assert_error(
        spec(&"a".repeat((1 << 20) + 1)),
        kind,
        "invalid commit message: it is longer than 1 MiB; shorten it",
    );
}

fn pushes() {
    let push = || Push::to_branch("main").unwrap();
    for text in [
        "main",
        ":refs/heads/x",
        "main:x",
        "+:refs/heads/x",
        "a b:refs/heads/x",
        "main:refs/heads/*",
    ] {
        let message = format!(
            "invalid refspec {text:?}: expected 'source:refs/...', as in 'HEAD:refs/heads/main'"
        );
        assert_error(push().refspec(text), ErrorKind::InvalidPush, &message);
    }
    let message = "invalid push option \"a\\nb\": expected one line of text";
    assert_error(push().option("a\nb"), ErrorKind::InvalidPush, message);
    assert!(push().option("").is_err());
    assert!(push().refspec("+HEAD:refs/for/main%topic=x").is_ok());
}
