//! Credentials that expire, client certificates, passphrases, agents, proxies, the host's own settings.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use tagwright_gitwrite::{
    CancelFlag, Control, CredentialError, CredentialProvider, CredentialRequest, Credentials,
    ErrorKind, Issued, Proxy, PushOutcome, Remote, Secret,
};
use tagwright_testkit::harness::{TestResult, Trial, test};
use tagwright_testkit::servers::{HttpGit, SshAgent, Sshd};

use crate::control::accept;
use crate::isolated::{assert_passes, command, isolated, tempfile};
use crate::support::{branch, commit, control, push, repository, write};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("access::a_provider_is_asked_anew", a_provider_is_asked_anew),
        test(
            "access::a_provider_without_anything_better",
            a_provider_without_anything_better,
        ),
        test("access::credentials_that_expire", credentials_that_expire),
        test("access::a_provider_that_fails", a_provider_that_fails),
        test(
            "access::a_provider_that_fails_many_at_once",
            a_provider_that_fails_many_at_once,
        ),
        test("access::a_provider_that_panics", a_provider_that_panics),
        test("access::a_provider_that_hangs", a_provider_that_hangs),
        test(
            "access::a_provider_that_hangs_and_is_cancelled",
            a_provider_that_hangs_and_is_cancelled,
        ),
        test("access::a_client_certificate", a_client_certificate),
        test("access::a_key_with_a_passphrase", a_key_with_a_passphrase),
        test("access::an_agent", an_agent),
        test("access::a_proxy", a_proxy),
        test("access::proxies_that_are_refused", proxies_that_are_refused),
        test(
            "access::what_does_not_fit_the_url",
            what_does_not_fit_the_url,
        ),
        test(
            "access::certificates_that_are_none",
            certificates_that_are_none,
        ),
        test(
            "access::keys_of_certificates_that_are_none",
            keys_of_certificates_that_are_none,
        ),
        test("access::a_token_for_a_user_name", a_token_for_a_user_name),
        test("access::secrets_from_files", secrets_from_files),
        test(
            "access::the_hosts_configuration_when_asked_for",
            the_hosts_configuration_when_asked_for,
        ),
        isolated("access::configured_child", configured_child),
    ]
}

/// Issues what it is given, in turn, and keeps what it was asked.
#[derive(Clone, Default)]
struct Turns {
    left: Arc<Mutex<Vec<Issued>>>,
    asked: Arc<Mutex<Vec<bool>>>,
}

impl Turns {
    fn new(issued: impl IntoIterator<Item = Issued>) -> Turns {
        let mut left: Vec<Issued> = issued.into_iter().collect();
        left.reverse();
        Turns {
            left: Arc::new(Mutex::new(left)),
            asked: Arc::default(),
        }
    }

    fn asked(&self) -> Vec<bool> {
        self.asked.lock().unwrap().clone()
    }
}

impl CredentialProvider for Turns {
    fn issue(&self, request: &CredentialRequest<'_>) -> Result<Issued, CredentialError> {
        self.asked.lock().unwrap().push(request.refused());
        let next = self.left.lock().unwrap().pop();
        next.ok_or_else(|| format!("no more for {}", request.url()).into())
    }
}

fn basic(server: &HttpGit, password: &str) -> Credentials {
    Credentials::Basic {
        username: server.user().to_owned(),
        password: Secret::new(password),
    }
}

/// The token of an hour ago is refused in the middle of the work, for a push as for a fetch.
fn a_provider_is_asked_anew() -> TestResult {
    let repository = repository(&[("a", "1")]);
    let server = HttpGit::start(&repository)?;
    let (old, good) = (basic(&server, "hunter2"), basic(&server, server.password()));
    let turns = Turns::new([old.into(), good.into()]);
    let remote = Remote::new(&server.url())?.credential_provider(turns.clone());
    let snapshot = remote.snapshot(&branch("main"), &control())?;
    let commit = commit(&snapshot, &[write("a", "2")]);
    assert!(matches!(push(&commit, "main"), PushOutcome::Pushed { .. }));
    assert_eq!(turns.asked(), [false, true]);
    assert_eq!(repository.read("main", "a"), b"2");
    Ok(())
}

/// The same again is not tried again; and what a server knows well, but refuses (403), is no reason to ask.
fn a_provider_without_anything_better() -> TestResult {
    let repository = repository(&[("a", "1")]);
    let server = HttpGit::start(&repository)?;
    let wrong = || basic(&server, "hunter2").into();
    let turns = Turns::new([wrong(), wrong()]);
    let remote = Remote::new(&server.url())?.credential_provider(turns.clone());
    let error = remote.tip(&branch("main"), &control()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
    assert!(!error.to_string().contains("hunter2"), "{error}");
    assert_eq!(turns.asked(), [false, true]);

    repository.git(&["config", "http.receivepack", "false"]);
    let turns = Turns::new([basic(&server, server.password()).into()]);
    let remote = Remote::new(&server.url())?.credential_provider(turns.clone());
    let snapshot = remote.snapshot(&branch("main"), &control())?;
    let outcome = push(&commit(&snapshot, &[write("a", "2")]), "main");
    assert!(matches!(outcome, PushOutcome::Rejected(_)), "{outcome:?}");
    assert_eq!(turns.asked(), [false]);
    Ok(())
}

fn credentials_that_expire() -> TestResult {
    let repository = repository(&[("a", "1")]);
    let server = HttpGit::start(&repository)?;
    let good = |seconds: u64| {
        let time = SystemTime::now() + Duration::from_secs(seconds);
        Issued::new(basic(&server, server.password())).expires_at(time)
    };
    let turns = Turns::new([good(10), good(3600)]);
    let remote = Remote::new(&server.url())?.credential_provider(turns.clone());
    for _ in 0..4 {
        remote.clone().tip(&branch("main"), &control())?;
    }
    assert_eq!(turns.asked(), [false, false]);
    Ok(())
}

fn a_provider_that_fails() {
    let remote = Remote::new("https://git.example/r").unwrap();
    let remote = remote.credential_provider(Turns::default());
    let error = remote.tip(&branch("main"), &control()).unwrap_err();
    let text = "cannot get credentials for https://git.example/r: their provider failed; \
                the source of this error says why";
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::InvalidCredentials, text)
    );
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(source, "no more for https://git.example/r");
}

/// Each is told why its own question failed, and none goes out with the token that is about to expire.
fn a_provider_that_fails_many_at_once() {
    let old: Credentials = Credentials::Bearer(Secret::new("old"));
    let turns = Turns::new([Issued::new(old).expires_at(SystemTime::now())]);
    let remote = Remote::new("http://127.0.0.1:1/r.git").unwrap();
    let remote = remote.credential_provider(turns.clone());
    let first = remote.tip(&branch("main"), &control()).unwrap_err();
    assert_eq!(first.kind(), ErrorKind::Unreachable, "{first}");
    let fail = || {
        let error = remote.tip(&branch("main"), &control()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidCredentials, "{error}");
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(source, "no more for http://127.0.0.1:1/r.git");
    };
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..20).for_each(|_| fail()));
        }
    });
    assert_eq!(turns.asked(), [false; 161]);
}

fn a_provider_that_panics() {
    struct Panics;
    impl CredentialProvider for Panics {
        fn issue(&self, _: &CredentialRequest<'_>) -> Result<Issued, CredentialError> {
            panic!("as it is meant to")
        }
    }
    let remote = Remote::new("https://git.example/r").unwrap();
    let remote = remote.credential_provider(Panics);
    let error = remote.tip(&branch("main"), &control()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidCredentials, "{error}");
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(source, "the provider panicked");
}

/// Hangs as long as its other end lives, and says how often it was asked.
struct Hangs {
    until: Mutex<Receiver<()>>,
    asked: Arc<AtomicUsize>,
    flag: CancelFlag,
}

impl CredentialProvider for Hangs {
    fn issue(&self, _: &CredentialRequest<'_>) -> Result<Issued, CredentialError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.flag.cancel();
        let until = self.until.lock().unwrap();
        let _ = until.recv();
        Ok(Credentials::None.into())
    }
}

/// What hangs is given up on, and asked again until too many threads hang in it.
fn a_provider_that_hangs() {
    let (end, until) = std::sync::mpsc::channel();
    let asked = Arc::new(AtomicUsize::new(0));
    let url = "http://127.0.0.1:1/r.git";
    let remote = Remote::new(url).unwrap().credential_provider(Hangs {
        until: Mutex::new(until),
        asked: Arc::clone(&asked),
        flag: CancelFlag::new(),
    });
    let text = format!(
        "cannot get credentials for {url}: their provider did not answer before the deadline; \
         allow more time or check the provider"
    );
    let try_once = || {
        let control = Control::new().deadline_in(Duration::from_millis(200));
        let error = remote.tip(&branch("main"), &control).unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string(), error.repository()),
            (ErrorKind::Timeout, text.clone(), Some(url))
        );
    };
    let is_full = || asked.load(Ordering::SeqCst) == 4;
    while !is_full() {
        try_once();
    }
    try_once();
    assert!(is_full());
    // They return in the end, and what they issue is of use: nobody is asked.
    drop(end);
    let error = remote.tip(&branch("main"), &control()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable, "{error}");
    assert_eq!(asked.load(Ordering::SeqCst), 4);
}

fn a_provider_that_hangs_and_is_cancelled() {
    let (_end, until) = std::sync::mpsc::channel();
    let flag = CancelFlag::new();
    let url = "https://git.example/r";
    let remote = Remote::new(url).unwrap().credential_provider(Hangs {
        until: Mutex::new(until),
        asked: Arc::default(),
        flag: flag.clone(),
    });
    let error = remote
        .tip(&branch("main"), &Control::new().cancel_with(flag))
        .unwrap_err();
    let text = format!(
        "cannot get credentials for {url}: it was cancelled; start it again if it is wanted"
    );
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::Cancelled, text)
    );
}

fn a_client_certificate() -> TestResult {
    let repository = repository(&[("a", "1")]);
    let server = HttpGit::start_mutual_tls(&repository)?;
    let authority = server.ca_certificate().expect("it serves over TLS");
    let remote = Remote::new(&server.url())?
        .ca_certificate_pem(authority)?
        .credentials(basic(&server, server.password()));
    let error = remote.tip(&branch("main"), &control()).unwrap_err();
    // Over TLS 1.3 the server may have hung up before its word is heard.
    let kinds = [ErrorKind::Certificate, ErrorKind::Unreachable];
    assert!(kinds.contains(&error.kind()), "{error}");
    let certificate = server.client_certificate().expect("it serves over TLS");
    let key = server.client_key().expect("it serves over TLS");
    let remote = remote.client_certificate_pem(certificate, key)?;
    let snapshot = remote.snapshot(&branch("main"), &control())?;
    let outcome = push(&commit(&snapshot, &[write("a", "2")]), "main");
    assert!(matches!(outcome, PushOutcome::Pushed { .. }), "{outcome:?}");
    Ok(())
}

/// A copy of the server's key for clients, encrypted.
fn encrypted(server: &Sshd, passphrase: &str, folder: &Path) -> PathBuf {
    let file = folder.join("encrypted");
    fs::copy(server.private_key_path(), &file).unwrap();
    let mut command = Command::new("ssh-keygen");
    let made = command
        .args(["-q", "-p", "-N", passphrase, "-f"])
        .arg(&file)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    file
}

fn a_key_with_a_passphrase() -> TestResult {
    let repository = repository(&[("a", "1")]);
    let (server, folder) = (Sshd::start()?, tempfile());
    let file = encrypted(&server, "correct 'horse' $x", folder.path());
    let with = |passphrase: Option<&str>| -> Result<Remote, tagwright_gitwrite::Error> {
        let credentials = Credentials::Ssh {
            private_key: Secret::read(&file)?,
            passphrase: passphrase.map(Secret::new),
            known_hosts: server.known_hosts(),
        };
        Ok(Remote::new(&server.url(repository.path()))?.credentials(credentials))
    };
    let snapshot = with(Some("correct 'horse' $x"))?.snapshot(&branch("main"), &control())?;
    assert_eq!(snapshot.read("a")?, Some(b"1".to_vec()));
    let url = server.url(repository.path());
    let error = with(None)?.tip(&branch("main"), &control()).unwrap_err();
    let why = "the private key is encrypted, and there is no passphrase; hand it over";
    let text = format!("unusable credentials for {url}: {why}");
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::InvalidCredentials, text)
    );
    let error = with(Some("hunter2"))?
        .tip(&branch("main"), &control())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
    assert!(!error.to_string().contains("hunter2"), "{error}");
    Ok(())
}

fn an_agent() -> TestResult {
    let repository = repository(&[("a", "1")]);
    let server = Sshd::start()?;
    let agent = SshAgent::start(server.private_key_path())?;
    let with = |socket: PathBuf| {
        let known_hosts = server.known_hosts();
        let socket = Some(socket);
        let credentials = Credentials::SshAgent {
            socket,
            known_hosts,
        };
        Remote::new(&server.url(repository.path())).map(|remote| remote.credentials(credentials))
    };
    let tip = with(agent.socket())?.tip(&branch("main"), &control())?;
    assert_eq!(tip.map(|id| id.to_string()), repository.tip("main"));
    let error = with("/nonexistent".into())?
        .tip(&branch("main"), &control())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
    Ok(())
}

/// A proxy of one answer, which tells what it was asked with.
fn a_proxy() -> TestResult {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let server = std::thread::spawn(move || {
        let mut stream = accept(&listener);
        let lines = BufReader::new(stream.try_clone().unwrap())
            .lines()
            .map_while(Result::ok);
        let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
        let answer = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n";
        stream.write_all(answer).unwrap();
        head
    });
    let proxy = Proxy::new(&format!("http://{address}"))?.basic("bo t", "p@ss:w\"rd")?;
    assert_eq!(format!("{proxy:?}"), format!("Proxy(http://{address})"));
    let remote = Remote::new("http://git.example/r.git")?.proxy(proxy);
    let error = remote.tip(&branch("main"), &control()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable, "{error}");
    let head = server.join().unwrap();
    assert!(
        head[0].starts_with("GET http://git.example/r.git/info/refs"),
        "{head:?}"
    );
    let login = "Proxy-Authorization: Basic Ym8gdDpwQHNzOncicmQ=";
    assert!(head.iter().any(|line| line == login), "{head:?}");
    Ok(())
}

fn proxies_that_are_refused() {
    let cases = [
        (
            "ftp://proxy",
            "ftp://proxy",
            "expected http, https, socks5 or socks5h before '://'",
        ),
        (
            "proxy:3128",
            "proxy:3128",
            "expected http, https, socks5 or socks5h before '://'",
        ),
        (
            "http://u:hunter2@proxy",
            "http://***@proxy",
            "credentials stand in it; hand them over apart from it",
        ),
        (
            "http://proxy/path",
            "http://proxy/path",
            "the host is missing or no name of one",
        ),
    ];
    for (url, shown, why) in cases {
        let error = Proxy::new(url).unwrap_err();
        let text = format!("invalid proxy URL {shown:?}: {why}");
        assert_eq!(
            (error.kind(), error.to_string()),
            (ErrorKind::InvalidUrl, text)
        );
    }
    let error = Proxy::new("http://proxy")
        .unwrap()
        .basic("u", "a\nb")
        .unwrap_err();
    let text = "unusable credentials for http://proxy: a line break or another control character stands in them; remove it";
    assert_eq!(error.to_string(), text);
}

fn what_does_not_fit_the_url() {
    let proxy = || Proxy::new("http://proxy:3128").unwrap();
    let remote = |url: &str| Remote::new(url).unwrap();
    let cases = [
        (
            remote("/r").proxy(proxy()),
            "/r: a proxy fits http and https URLs only; leave it out",
        ),
        (
            remote("http://h/r")
                .client_certificate_pem(pem("CERTIFICATE", "MAA="), pem("PRIVATE KEY", "MAA="))
                .unwrap(),
            "http://h/r: a client certificate fits https URLs only; leave it out",
        ),
        (
            remote("git://h/r").credentials(Credentials::Bearer(Secret::new("x"))),
            "git://h/r: a git URL takes none; leave them out",
        ),
        (
            remote("https://h/r").credentials(Credentials::Bearer(Secret::new(" "))),
            "https://h/r: the token is empty; hand one over, or no credentials",
        ),
        (
            remote("https://h/r").credentials(Credentials::Basic {
                username: String::new(),
                password: Secret::new(""),
            }),
            "https://h/r: the user name and the password are empty; hand one over, or no credentials",
        ),
    ];
    for (remote, why) in cases {
        let error = remote.tip(&branch("main"), &control()).unwrap_err();
        let text = format!("unusable credentials for {why}");
        assert_eq!(
            (error.kind(), error.to_string()),
            (ErrorKind::InvalidCredentials, text)
        );
    }
}

fn pem(label: &str, body: &str) -> String {
    format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
}

fn certificates_that_are_none() {
    const NONE: &str =
        "no certificate stands in it; hand over PEM with the line '-----BEGIN CERTIFICATE-----'";
    const CUT: &str = "a line '-----END' is missing; copy the file again";
    const DAMAGED: &str = "a certificate in it is damaged; copy the file again";
    let good = pem("CERTIFICATE", "MAA=");
    let cases = [
        (String::new(), NONE),
        ("hunter2".to_owned(), NONE),
        (pem("PRIVATE KEY", "MAA="), NONE),
        ("-----BEGIN CERTIFICATE-----\nMAA=\n".to_owned(), CUT),
        (good.replace("END CERT", "END X"), CUT),
        (pem("CERTIFICATE", "hunter2"), DAMAGED),
        // Less, or more, than it says it holds.
        (pem("CERTIFICATE", "MAE="), DAMAGED),
        (pem("CERTIFICATE", "MAAA"), DAMAGED),
        (format!("{good}{}", pem("CERTIFICATE", "MIH/")), DAMAGED),
    ];
    let remote = || Remote::new("https://h/r").unwrap();
    for (text, why) in cases {
        let error = remote().ca_certificate_pem(text.clone()).unwrap_err();
        let expected = format!("invalid certificate of an authority: {why}");
        assert_eq!(
            (error.kind(), error.to_string()),
            (ErrorKind::InvalidCertificate, expected)
        );
        let key = pem("PRIVATE KEY", "MAA=");
        let error = remote().client_certificate_pem(text, key).unwrap_err();
        let expected = format!("invalid client certificate: {why}");
        assert_eq!(error.to_string(), expected);
    }
    let explained = format!("Certificate:\n  Version: 3\n{good}\nanother\n{good}");
    assert!(remote().ca_certificate_pem(explained).is_ok());
}

fn keys_of_certificates_that_are_none() {
    const ENCRYPTED: &str = "it is encrypted; decrypt it with 'openssl pkey' first";
    const NONE: &str =
        "no private key stands in it; hand over PEM with the line '-----BEGIN PRIVATE KEY-----'";
    let old = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nMAA=";
    let cases = [
        (pem("ENCRYPTED PRIVATE KEY", "MAA="), ENCRYPTED),
        (pem("RSA PRIVATE KEY", old), ENCRYPTED),
        (pem("CERTIFICATE", "MAA="), NONE),
        (pem("OPENSSH PRIVATE KEY", "MAA="), NONE),
        (
            pem("PRIVATE KEY", "hunter2"),
            "it is damaged; copy the file again",
        ),
    ];
    for (key, why) in cases {
        let certificate = pem("CERTIFICATE", "MAA=");
        let remote = Remote::new("https://h/r").unwrap();
        let error = remote.client_certificate_pem(certificate, key).unwrap_err();
        let expected = format!("invalid private key of the client certificate: {why}");
        assert_eq!(
            (error.kind(), error.to_string()),
            (ErrorKind::InvalidCertificate, expected)
        );
    }
}

/// GitHub takes `token:x-oauth-basic`.
fn a_token_for_a_user_name() -> TestResult {
    let token = "ghp_hunter2hunter2";
    for password in ["", "x-oauth-basic"] {
        let credentials = Credentials::Basic {
            username: token.to_owned(),
            password: Secret::new(password),
        };
        assert_eq!(format!("{credentials:?}"), "Basic { .. }");
        // A server that repeats what it was sent.
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}/r.git", listener.local_addr()?);
        let server = std::thread::spawn(move || {
            let body = format!("{token} may not");
            let answer = format!(
                "HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            let mut stream = accept(&listener);
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let _ = lines
                .map_while(Result::ok)
                .take_while(|line| !line.is_empty())
                .count();
            stream.write_all(answer.as_bytes()).unwrap();
        });
        let remote = Remote::new(&url)?.credentials(credentials);
        let shown = format!("{remote:?}");
        let error = remote.tip(&branch("main"), &control()).unwrap_err();
        server.join().unwrap();
        assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
        assert!(
            !format!("{shown}{error}{error:?}").contains("hunter2"),
            "{shown} {error}"
        );
    }
    Ok(())
}

fn secrets_from_files() {
    let folder = tempfile();
    let file = folder.path().join("token");
    fs::write(&file, "hunter2\r\n").unwrap();
    assert_eq!(Secret::read(&file).unwrap(), Secret::new("hunter2"));
    fs::write(&file, vec![b'x'; (1 << 20) + 1]).unwrap();
    let shown = file.display();
    for (path, why) in [
        (file.clone(), format!("cannot read the secret in {shown}: it is larger than 1 MiB; check the file and its mode")),
        (
            PathBuf::from("/nonexistent"),
            "cannot read the secret in /nonexistent: No such file or directory (os error 2); check the file and its mode".to_owned(),
        ),
    ] {
        let error = Secret::read(path).unwrap_err();
        assert_eq!((error.kind(), error.to_string()), (ErrorKind::Storage, why));
    }
}

/// A rewritten URL is let in; its hooks are not.
fn the_hosts_configuration_when_asked_for() {
    let (folder, home) = (tempfile(), tempfile());
    let there = repository(&[("a", "1")]);
    let settings = format!(
        "[url \"{}\"]\n\tinsteadOf = file:///short\n[core]\n\thooksPath = {:?}\n",
        there.url(),
        home.path().display().to_string()
    );
    fs::write(home.path().join(".gitconfig"), settings).unwrap();
    fs::write(home.path().join("pre-push"), "#!/bin/sh\nexit 1\n").unwrap();
    let mut child = command("access::configured_child", folder.path());
    child.env("HOME", home.path()).env_remove("XDG_CONFIG_HOME");
    child
        .env_remove("GIT_CONFIG_GLOBAL")
        .env("GIT_DIR", "/nonexistent");
    assert_passes(child.env("TAGWRIGHT_TEST_CASE", "configured"));
    assert_eq!(there.read("main", "a"), b"2");
}

fn configured_child() {
    if std::env::var_os("TAGWRIGHT_TEST_CASE").is_none() {
        return;
    }
    let remote = Remote::new("file:///short").unwrap();
    assert!(remote.tip(&branch("main"), &control()).is_err());
    let remote = remote.use_host_configuration();
    let snapshot = remote.snapshot(&branch("main"), &control()).unwrap();
    push(&commit(&snapshot, &[write("a", "2")]), "main");
}
