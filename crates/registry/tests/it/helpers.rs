//! Docker's credential helpers, played by shell scripts.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use tagwright_registry::{
    Credential, DockerConfig, ErrorKind, Keychain, KeychainChain, Repository, Secret,
    StaticKeychain,
};
use tagwright_testkit::harness::TestResult;
use tempfile::TempDir;

use crate::support::{forward, suite};

suite! {
    async_test a_helper_gives_user_and_password,
    async_test a_helper_gives_an_identity_token,
    async_test a_helper_without_credentials_leaves_it_anonymous,
    async_test a_helper_is_asked_before_the_file_is,
    async_test a_helper_is_asked_once_and_again_after_a_refusal,
    async_test an_answer_that_is_refused_again_is_not_renewed_for_a_minute,
    async_test an_answer_is_kept_for_five_minutes,
    async_test many_who_ask_wait_for_one_run,
    async_test a_failure_counts_for_all_who_wait_for_it,
    async_test a_login_is_noticed_after_a_refusal,
    async_test what_a_helper_leaves_behind_is_killed,
    async_test a_helper_that_hangs_is_killed_with_its_children,
    async_test a_dropped_request_kills_the_helper,
    async_test helpers_that_misbehave,
    async_test a_name_that_is_no_name_is_not_run,
    async_test a_helper_that_is_not_there,
}

/// A folder with the helper `docker-credential-test`, a shell script.
///
/// `cp` puts it there: a file that this process had open for writing is not run while another test starts a program,
/// which holds what is open for a moment.
pub(crate) fn helper(script: &str) -> std::io::Result<TempDir> {
    let folder = TempDir::new()?;
    let (text, path) = (
        folder.path().join("script"),
        folder.path().join("docker-credential-test"),
    );
    let place = folder.path().display();
    fs::write(&text, format!("#!/bin/sh\ncd '{place}'\n{script}\n"))?;
    fs::set_permissions(&text, fs::Permissions::from_mode(0o755))?;
    let copied = Command::new("cp").arg("-p").args([&text, &path]).status()?;
    assert!(copied.success(), "no copy of the script");
    Ok(folder)
}

fn config(folder: &Path) -> Result<DockerConfig, tagwright_registry::Error> {
    let json = r#"{"credHelpers": {"r.example": "test"}, "credsStore": "test", "auths": {"a.example": {}}}"#;
    Ok(DockerConfig::from_json(json)?
        .helpers_in(folder)
        .helper_timeout(Duration::from_secs(20)))
}

fn image(name: &str) -> Repository {
    name.parse().expect("a repository")
}

const ANSWER: &str = r#"echo '{"ServerURL":"x","Username":"u","Secret":"p"}'"#;

async fn a_helper_gives_user_and_password() -> TestResult {
    let folder = helper(&format!("cat >asked; echo \"$*\" >arguments; {ANSWER}"))?;
    for (name, server) in [
        ("r.example/ab", "r.example"),
        // The store is asked about all others.
        ("a.example/ab", "a.example"),
        ("alpine", "https://index.docker.io/v1/"),
        ("localhost:5000/ab", "localhost:5000"),
    ] {
        let found = config(folder.path())?.credential(&image(name)).await?;
        assert_eq!(found, Credential::basic("u", "p"), "{name}");
        assert_eq!(fs::read_to_string(folder.path().join("asked"))?, server);
    }
    let arguments = fs::read_to_string(folder.path().join("arguments"))?;
    assert_eq!(arguments, "get\n");
    Ok(())
}

async fn a_helper_gives_an_identity_token() -> TestResult {
    let folder = helper(r#"echo '{"Username":"<token>","Secret":"t0ken"}'"#)?;
    let found = config(folder.path())?
        .credential(&image("r.example/ab"))
        .await?;
    assert_eq!(found, Credential::IdentityToken(Secret::new("t0ken")));
    Ok(())
}

async fn a_helper_without_credentials_leaves_it_anonymous() -> TestResult {
    for script in [
        "echo 'credentials not found in native keychain'; exit 1",
        r#"echo '{"Username":"","Secret":""}'"#,
    ] {
        let folder = helper(script)?;
        let found = config(folder.path())?
            .credential(&image("r.example/ab"))
            .await?;
        assert_eq!(found, Credential::Anonymous, "{script}");
    }
    Ok(())
}

async fn a_helper_is_asked_before_the_file_is() -> TestResult {
    let login = r#"{"username": "old", "password": "pw"}"#;
    let auths = format!(
        r#""auths": {{"r.example": {login}, "https://index.docker.io/v1/": {login}, "r.example/team": {login}}}"#
    );
    let (given, old) = (Credential::basic("u", "p"), Credential::basic("old", "pw"));
    for settings in [
        r#""credsStore": "test""#,
        r#""credHelpers": {"r.example": "test", "index.docker.io": "test"}"#,
    ] {
        let folder = helper(ANSWER)?;
        let json = format!("{{{settings}, {auths}}}");
        let known = DockerConfig::from_json(&json)?.helpers_in(folder.path());
        for name in ["r.example/ab", "alpine"] {
            assert_eq!(known.credential(&image(name)).await?, given, "{settings}");
        }
        // Docker writes no paths: whoever did means them.
        let team = known.credential(&image("r.example/team/ab")).await?;
        assert_eq!(team, old, "{settings}");
        let refused = [given.clone()];
        let other = known
            .after_refusal(&image("r.example/ab"), &refused)
            .await?;
        assert_eq!(other, old, "{settings}");
        let refused = [given.clone(), old.clone()];
        let other = known
            .after_refusal(&image("r.example/ab"), &refused)
            .await?;
        assert_eq!(other, old, "{settings}");
        let folder = helper("echo 'credentials not found in native keychain'; exit 1")?;
        let unknown = DockerConfig::from_json(&json)?.helpers_in(folder.path());
        let found = unknown.credential(&image("r.example/ab")).await?;
        assert_eq!(found, old, "{settings}");
    }
    Ok(())
}

fn runs(folder: &Path) -> usize {
    let runs = fs::read_to_string(folder.join("runs")).unwrap_or_default();
    runs.lines().count()
}

async fn a_helper_is_asked_once_and_again_after_a_refusal() -> TestResult {
    let folder = helper(MINT)?;
    let (config, image) = (config(folder.path())?, image("r.example/ab"));
    let first = config.credential(&image).await?;
    assert_eq!(config.credential(&image).await?, first);
    assert_eq!(runs(folder.path()), 1);
    let refused = [first];
    let second = config.after_refusal(&image, &refused).await?;
    assert_eq!(second, Credential::basic("u", "p2"));
    // Another one whose old credential was refused gets the new one without a run.
    assert_eq!(config.after_refusal(&image, &refused).await?, second);
    assert_eq!(runs(folder.path()), 2);
    Ok(())
}

/// Gives another password each time.
const MINT: &str =
    r#"echo run >>runs; n=$(wc -l <runs); echo "{\"Username\":\"u\",\"Secret\":\"p$n\"}""#;

async fn an_answer_that_is_refused_again_is_not_renewed_for_a_minute() -> TestResult {
    let folder = helper(MINT)?;
    let minted = config(folder.path())?;
    let image = image("r.example/ab");
    let refused = [1, 2].map(|n| Credential::basic("u", format!("p{n}")));
    assert_eq!(minted.credential(&image).await?, refused[0]);
    assert_eq!(
        minted.after_refusal(&image, &refused[..1]).await?,
        refused[1]
    );
    for refused in [&refused[..], &refused[1..]] {
        let last = minted.after_refusal(&image, refused).await?;
        assert_eq!(Some(&last), refused.last());
    }
    assert_eq!(runs(folder.path()), 2);
    // The file's own login, and the next keychain.
    let json = r#"{"credHelpers": {"r.example": "test"}, "auths": {"r.example": {"username": "f", "password": "f"}}}"#;
    let folder = helper(MINT)?;
    let file = DockerConfig::from_json(json)?.helpers_in(folder.path());
    let other = StaticKeychain::new().with("r.example", Credential::basic("other", "pw"));
    let chain = KeychainChain::new().then(file).then(other);
    let mut seen = vec![chain.credential(&image).await?];
    for expected in [
        Credential::basic("u", "p2"),
        Credential::basic("f", "f"),
        Credential::basic("other", "pw"),
        Credential::basic("other", "pw"),
    ] {
        seen.push(chain.after_refusal(&image, &seen).await?);
        assert_eq!(seen.last(), Some(&expected));
    }
    assert_eq!(runs(folder.path()), 2);
    forward(Duration::from_secs(60)).await;
    let third = chain.after_refusal(&image, &seen).await?;
    assert_eq!(third, Credential::basic("u", "p3"));
    Ok(())
}

async fn an_answer_is_kept_for_five_minutes() -> TestResult {
    let folder = helper(MINT)?;
    let (config, image) = (config(folder.path())?, image("r.example/ab"));
    let first = config.credential(&image).await?;
    // The clock goes on meanwhile.
    forward(Duration::from_secs(200)).await;
    assert_eq!(config.credential(&image).await?, first);
    forward(Duration::from_secs(100)).await;
    assert_eq!(
        config.credential(&image).await?,
        Credential::basic("u", "p2")
    );
    Ok(())
}

async fn many_who_ask_wait_for_one_run() -> TestResult {
    let folder = helper(&format!("echo run >>runs; sleep 0.2; {ANSWER}"))?;
    let config = config(folder.path())?;
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let config = config.clone();
        waiting.spawn(async move { config.credential(&image("r.example/ab")).await });
    }
    for found in waiting.join_all().await {
        assert_eq!(found?, Credential::basic("u", "p"));
    }
    assert_eq!(runs(folder.path()), 1);
    Ok(())
}

/// The number of the process that a script started, as soon as it has written it.
async fn child(folder: &Path) -> String {
    let start = Instant::now();
    loop {
        match fs::read_to_string(folder.join("child")) {
            Ok(number) if number.ends_with('\n') => return number,
            _ => tokio::time::sleep(Duration::from_millis(5)).await,
        }
        let waited = start.elapsed();
        assert!(waited < Duration::from_secs(60), "the script says nothing");
    }
}

/// Waits until the process whose number a script wrote is gone.
async fn is_gone(folder: &Path) -> bool {
    let number = child(folder).await;
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(20) {
        let status = fs::read_to_string(format!("/proc/{}/stat", number.trim()));
        // A zombie is dead, whoever is to bury it.
        if status.map_or(true, |status| status.contains(") Z")) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    false
}

async fn a_failure_counts_for_all_who_wait_for_it() -> TestResult {
    let folder = helper("echo run >>runs; sleep 600")?;
    let config = config(folder.path())?.helper_timeout(Duration::from_secs(3));
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let config = config.clone();
        waiting.spawn(async move { config.credential(&image("r.example/ab")).await });
    }
    for found in waiting.join_all().await {
        let kind = found.map_err(|error| error.kind());
        assert_eq!(kind, Err(ErrorKind::Keychain));
    }
    assert_eq!(runs(folder.path()), 1);
    // Who comes later asks anew.
    assert!(config.credential(&image("r.example/ab")).await.is_err());
    assert_eq!(runs(folder.path()), 2);
    Ok(())
}

async fn a_login_is_noticed_after_a_refusal() -> TestResult {
    let script = format!(
        "echo run >>runs; [ -e login ] || {{ echo 'credentials not found'; exit 1; }}; {ANSWER}"
    );
    let folder = helper(&script)?;
    let (config, image) = (config(folder.path())?, image("r.example/ab"));
    for _ in 0..2 {
        assert_eq!(config.credential(&image).await?, Credential::Anonymous);
    }
    // A registry that takes everybody does not make it run again.
    assert_eq!(runs(folder.path()), 1);
    let refused = [Credential::Anonymous];
    assert_eq!(
        config.after_refusal(&image, &refused).await?,
        Credential::Anonymous
    );
    fs::write(folder.path().join("login"), "")?;
    assert_eq!(config.credential(&image).await?, Credential::Anonymous);
    let found = config.after_refusal(&image, &refused).await?;
    assert_eq!(found, Credential::basic("u", "p"));
    assert_eq!(config.credential(&image).await?, found);
    assert_eq!(runs(folder.path()), 3);
    Ok(())
}

async fn what_a_helper_leaves_behind_is_killed() -> TestResult {
    // The second one keeps the helper's output open.
    for script in [
        "sleep 600 >/dev/null & echo $! >child",
        "sleep 600 & echo $! >child",
    ] {
        let folder = helper(&format!("{script}; {ANSWER}"))?;
        let found = config(folder.path())?
            .credential(&image("r.example/ab"))
            .await?;
        assert_eq!(found, Credential::basic("u", "p"), "{script}");
        assert!(is_gone(folder.path()).await, "its child still runs");
    }
    Ok(())
}

async fn a_helper_that_hangs_is_killed_with_its_children() -> TestResult {
    let folder = helper("sleep 600 & echo $! >child; wait")?;
    let config = config(folder.path())?.helper_timeout(Duration::from_secs(3));
    let error = config
        .credential(&image("r.example/ab"))
        .await
        .expect_err("it hangs");
    let text = "the credential helper 'docker-credential-test' gave no answer within 3 s; \
        try 'docker-credential-test get' by hand, or allow more time";
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::Keychain, text)
    );
    assert!(is_gone(folder.path()).await, "its child still runs");
    Ok(())
}

async fn a_dropped_request_kills_the_helper() -> TestResult {
    let folder = helper("sleep 600 & echo $! >child; wait")?;
    let config = config(folder.path())?;
    let task = tokio::spawn(async move { config.credential(&image("r.example/ab")).await });
    // Its file is there before what is in it: who kills the script between the two never learns the number.
    child(folder.path()).await;
    task.abort();
    assert!(is_gone(folder.path()).await, "its child still runs");
    Ok(())
}

async fn helpers_that_misbehave() -> TestResult {
    for (script, what) in [
        ("yes", "writes more than 64 KiB"),
        ("echo c4n4ry", "wrote something else than credentials"),
        ("true", "wrote something else than credentials"),
        (
            r#"echo '{"Username":"u"}'"#,
            "wrote something else than credentials",
        ),
        ("echo c4n4ry; echo c4n4ry >&2; exit 3", "failed"),
        ("kill -9 $$", "failed"),
    ] {
        let folder = helper(script)?;
        let error = config(folder.path())?
            .credential(&image("r.example/ab"))
            .await
            .expect_err(script);
        let text = format!(
            "the credential helper 'docker-credential-test' {what}; \
             try 'docker-credential-test get' by hand, with the registry on standard input"
        );
        assert_eq!(
            (error.kind(), error.to_string()),
            (ErrorKind::Keychain, text)
        );
    }
    Ok(())
}

async fn a_name_that_is_no_name_is_not_run() -> TestResult {
    let folder = helper(ANSWER)?;
    for name in ["../test", "te st", "test;x", ""] {
        let json = format!(r#"{{"credHelpers": {{"r.example": "{name}"}}}}"#);
        let config = DockerConfig::from_json(json)?.helpers_in(folder.path());
        let error = config
            .credential(&image("r.example/ab"))
            .await
            .expect_err(name);
        let text = format!(
            "a credential helper with the name '{name}'; a name has letters, digits, '-', '_' and '.' only"
        );
        assert_eq!(
            (error.kind(), error.to_string()),
            (ErrorKind::Keychain, text)
        );
    }
    Ok(())
}

async fn a_helper_that_is_not_there() -> TestResult {
    let folder = TempDir::new()?;
    let config = config(folder.path())?;
    let missing = config.credential(&image("r.example/ab")).await;
    let text = "the credential helper 'docker-credential-test' is not there; \
        install it on the PATH, or log in without it";
    assert_eq!(missing.expect_err("no helper").to_string(), text);
    fs::write(folder.path().join("docker-credential-test"), "")?;
    let refused = config.credential(&image("r.example/ab")).await;
    let text = "the credential helper 'docker-credential-test' cannot be run: permission denied; \
        try 'docker-credential-test get' by hand, with the registry on standard input";
    assert_eq!(refused.expect_err("no program").to_string(), text);
    Ok(())
}
