//! Credentials out of files that change, and of Kubernetes' pull secrets.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tagwright_registry::{
    ConfigFiles, Credential, Error, ErrorKind, Keychain, KeychainChain, PullSecrets, StaticKeychain,
};
use tagwright_testkit::harness::TestResult;
use tagwright_testkit::oci::Registry;
use tempfile::TempDir;

use crate::support::{check, client_with, repository, suite};

suite! {
    test files_are_looked_for_where_docker_and_podman_keep_them,
    async_test the_first_file_with_a_credential_gives_it,
    async_test a_file_is_read_again_when_it_changes,
    async_test a_login_that_is_renewed_beside_us_is_noticed,
    async_test files_that_cannot_be_read_are_named,
    async_test usual_places_that_hold_no_files_hold_no_logins,
    async_test a_half_written_file_is_read_again,
    async_test pull_secrets_are_matched_as_the_kubelet_does,
    async_test docker_hub_has_two_names_in_pull_secrets,
    async_test pull_secrets_are_tried_in_order,
    async_test pull_secrets_that_are_broken,
    async_test keychains_are_asked_in_order,
    async_test the_next_credential_is_tried_after_403,
}

fn user(name: &str) -> Credential {
    Credential::basic(name, "pw")
}

fn login(key: &str, name: &str) -> String {
    format!(r#""{key}": {{"username": "{name}", "password": "pw"}}"#)
}

fn auths(entries: &[(&str, &str)]) -> String {
    let entries: Vec<_> = entries.iter().map(|(key, name)| login(key, name)).collect();
    format!(r#"{{"auths": {{{}}}}}"#, entries.join(","))
}

async fn of(keychain: &impl Keychain, image: &str) -> Result<Credential, Error> {
    keychain.credential(&image.parse()?).await
}

fn files_are_looked_for_where_docker_and_podman_keep_them() -> TestResult {
    let paths = |variables: &[(&str, &str)]| -> Vec<PathBuf> {
        let files = ConfigFiles::from_variables(|name| {
            let found = variables.iter().find(|(known, _)| *known == name)?;
            Some(found.1.into())
        });
        files.paths().map(Path::to_path_buf).collect()
    };
    let usual = [("HOME", "/h"), ("XDG_RUNTIME_DIR", "/r")];
    assert_eq!(
        paths(&usual),
        [
            "/h/.docker/config.json",
            "/r/containers/auth.json",
            "/h/.config/containers/auth.json"
        ]
        .map(PathBuf::from)
    );
    let moved = [
        ("HOME", "/h"),
        ("DOCKER_CONFIG", "/d"),
        ("XDG_RUNTIME_DIR", "/r"),
        ("XDG_CONFIG_HOME", "/c"),
    ];
    assert_eq!(
        paths(&moved),
        [
            "/d/config.json",
            "/r/containers/auth.json",
            "/c/containers/auth.json"
        ]
        .map(PathBuf::from)
    );
    let named = [
        ("HOME", "/h"),
        ("DOCKER_CONFIG", "/d"),
        ("REGISTRY_AUTH_FILE", "/a"),
    ];
    assert_eq!(paths(&named), [PathBuf::from("/a")]);
    Ok(())
}

async fn the_first_file_with_a_credential_gives_it() -> TestResult {
    let folder = TempDir::new()?;
    let (docker, podman) = (
        folder.path().join("config.json"),
        folder.path().join("auth.json"),
    );
    fs::write(&docker, auths(&[("a.example", "docker")]))?;
    fs::write(
        &podman,
        auths(&[
            ("a.example", "podman"),
            ("b.example/team", "team"),
            ("b.example", "podman"),
        ]),
    )?;
    let files = ConfigFiles::at(&docker).or_at(&podman);
    assert_eq!(of(&files, "a.example/ab").await?, user("docker"));
    assert_eq!(of(&files, "b.example/ab").await?, user("podman"));
    assert_eq!(of(&files, "b.example/team/ab").await?, user("team"));
    assert_eq!(of(&files, "c.example/ab").await?, Credential::Anonymous);
    let refused = [user("docker")];
    let second = files
        .after_refusal(&"a.example/ab".parse()?, &refused)
        .await?;
    assert_eq!(second, user("podman"));
    Ok(())
}

async fn a_file_is_read_again_when_it_changes() -> TestResult {
    let folder = TempDir::new()?;
    let path = folder.path().join("config.json");
    fs::write(&path, auths(&[("a.example", "old")]))?;
    let files = ConfigFiles::at(&path);
    assert_eq!(of(&files, "a.example/ab").await?, user("old"));
    let stamp = fs::metadata(&path)?.modified()?;
    // Neither length nor time tell: only a refusal does.
    fs::write(&path, auths(&[("a.example", "new")]))?;
    fs::File::options()
        .write(true)
        .open(&path)?
        .set_modified(stamp)?;
    assert_eq!(of(&files, "a.example/ab").await?, user("old"));
    let refused = [user("old")];
    let renewed = files
        .after_refusal(&"a.example/ab".parse()?, &refused)
        .await?;
    assert_eq!(renewed, user("new"));
    // As Kubernetes does with mounted secrets: another file under the same name.
    fs::write(folder.path().join("next"), auths(&[("a.example", "nxt")]))?;
    fs::rename(folder.path().join("next"), &path)?;
    assert_eq!(of(&files, "a.example/ab").await?, user("nxt"));
    Ok(())
}

async fn a_login_that_is_renewed_beside_us_is_noticed() -> TestResult {
    let registry = Registry::builder().token_auth("ada", "pw").start();
    registry.push("app", "v1");
    let folder = TempDir::new()?;
    let path = folder.path().join("config.json");
    fs::write(&path, auths(&[(&registry.address(), "bob")]))?;
    let client = client_with(&registry, ConfigFiles::at(&path));
    let app = repository(&registry, "app");
    let refused = client.list_tags(&app).await;
    assert_eq!(
        refused.map_err(|error| error.kind()),
        Err(ErrorKind::Unauthorized)
    );
    fs::write(&path, auths(&[(&registry.address(), "ada")]))?;
    assert_eq!(client.list_tags(&app).await?, ["v1"]);
    Ok(())
}

async fn files_that_cannot_be_read_are_named() -> TestResult {
    let registry = Registry::start();
    let folder = TempDir::new()?;
    let path = folder.path().join("config.json");
    let shown = path.display().to_string();
    let list = async || {
        let client = client_with(&registry, ConfigFiles::at(&path));
        client.list_tags(&repository(&registry, "app")).await
    };
    let about = format!("listing the tags of HOST/app: the file {shown}");
    let text = format!("{about} cannot be read: there is none; check the path and the permissions");
    check(list().await, &registry, ErrorKind::Config, &text);
    fs::write(&path, "{\n \"auths\": c4n4ry")?;
    let text = format!(
        "{about}: a docker configuration that is not what docker writes at line 2, column 11; \
         log in again with docker, or repair the file"
    );
    check(list().await, &registry, ErrorKind::Config, &text);
    fs::remove_file(&path)?;
    fs::create_dir(&path)?;
    let text = format!("{about} cannot be read: it is no file; check the path and the permissions");
    check(list().await, &registry, ErrorKind::Config, &text);
    assert_eq!(registry.requests().len(), 0);
    Ok(())
}

async fn usual_places_that_hold_no_files_hold_no_logins() -> TestResult {
    for home in ["/dev/null", "/nowhere"] {
        let files = ConfigFiles::from_variables(|name| (name == "HOME").then(|| home.into()));
        assert_eq!(of(&files, "a.example/ab").await?, Credential::Anonymous);
    }
    let named = of(&ConfigFiles::at("/dev/null/config.json"), "a.example/ab").await;
    assert_eq!(
        named.expect_err("it was named").to_string(),
        "the file /dev/null/config.json cannot be read: there is none; check the path and the permissions"
    );
    Ok(())
}

async fn a_half_written_file_is_read_again() -> TestResult {
    let folder = TempDir::new()?;
    let path = folder.path().join("config.json");
    let whole = auths(&[("a.example", "ada")]);
    fs::write(&path, &whole[..20])?;
    let files = ConfigFiles::at(&path);
    let writer = async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        fs::write(&path, &whole)
    };
    let (found, written) = tokio::join!(of(&files, "a.example/ab"), writer);
    written?;
    assert_eq!(found?, user("ada"));
    Ok(())
}

async fn pull_secrets_are_matched_as_the_kubelet_does() -> TestResult {
    let secret = auths(&[
        ("r.example", "host"),
        ("r.example/team", "team"),
        ("r.example:5000", "port"),
        ("*.example", "star"),
        ("*.*.r.example", "two"),
        ("https://s.example/v1/", "scheme"),
        ("http://s.example/v2/team", "folder"),
        ("gcr-*[0-9].example.com", "one"),
        ("x*y.*.com/a", "both"),
        ("[::1]:5000", "v6"),
    ]);
    let keychain = PullSecrets::new().docker_config_json(secret)?;
    for (image, expected) in [
        ("r.example/ab", "host"),
        ("r.example/team/ab", "team"),
        // The beginning of the text, not of the path's parts.
        ("r.example/teams/ab", "team"),
        ("r.example:5000/ab", "port"),
        ("r.example:5001/ab", ""),
        ("q.example/ab", "star"),
        ("q.r.example/ab", ""),
        ("a.b.r.example/ab", "two"),
        ("s.example/ab", "scheme"),
        ("s.example/team/ab", "folder"),
        ("gcr-1.example.com/ab", "one"),
        ("gcr-x.example.com/ab", ""),
        ("xzy.example.com/ab", "both"),
        ("xzy.example.com/b/a", ""),
        ("[::1]:5000/ab", "v6"),
        ("alpine", ""),
    ] {
        let expected = if expected.is_empty() {
            Credential::Anonymous
        } else {
            user(expected)
        };
        assert_eq!(of(&keychain, image).await?, expected, "{image}");
    }
    Ok(())
}

async fn docker_hub_has_two_names_in_pull_secrets() -> TestResult {
    for key in [
        "docker.io",
        "index.docker.io",
        "https://index.docker.io/v1/",
        "*.io",
    ] {
        let keychain = PullSecrets::new().docker_cfg(format!("{{{}}}", login(key, "hub")))?;
        assert_eq!(of(&keychain, "alpine").await?, user("hub"), "{key}");
        assert_eq!(
            of(&keychain, "quay.example/ab").await?,
            Credential::Anonymous
        );
    }
    let both = auths(&[
        ("index.docker.io", "index"),
        ("docker.io/library", "library"),
    ]);
    let keychain = PullSecrets::new().docker_config_json(both)?;
    assert_eq!(of(&keychain, "alpine").await?, user("library"));
    assert_eq!(of(&keychain, "me/app").await?, user("index"));
    Ok(())
}

async fn pull_secrets_are_tried_in_order() -> TestResult {
    let registry = Registry::builder().basic_auth("third", "pw").start();
    registry.push("app", "v1");
    let host = registry.address();
    let folder = TempDir::new()?;
    let path = folder.path().join(".dockercfg");
    fs::write(&path, format!("{{{}}}", login(&host, "third")))?;
    let keychain = PullSecrets::new()
        .docker_config_json(auths(&[(&host, "first")]))?
        .docker_config_json(auths(&[
            (&host, "second"),
            (&format!("{host}/app"), "path"),
        ]))?
        .docker_cfg_file(&path);
    let app = repository(&registry, "app");
    let mut order = Vec::new();
    for _ in 0..4 {
        order.push(keychain.after_refusal(&app, &order).await?);
    }
    assert_eq!(order, ["path", "first", "second", "third"].map(user));
    assert_eq!(keychain.after_refusal(&app, &order).await?, user("third"));
    assert_eq!(
        client_with(&registry, keychain).list_tags(&app).await?,
        ["v1"]
    );
    Ok(())
}

async fn pull_secrets_that_are_broken() -> TestResult {
    let hint = "log in again with docker, or repair the file";
    for (json, found) in [
        (
            "[c4n4ry",
            "a pull secret that is not what docker writes at column 1",
        ),
        (
            r#"{"r.example": 1}"#,
            "a pull secret that is not what docker writes at column 15",
        ),
        (
            r#"{"r.example": {"auth": "c4n4ry"}}"#,
            "an 'auth' for 'r.example' that is not base64 of user and password",
        ),
    ] {
        let error = PullSecrets::new().docker_cfg(json).expect_err(json);
        let text = format!("{found}; {hint}");
        assert_eq!((error.kind(), error.to_string()), (ErrorKind::Config, text));
    }
    // Without its padding the kubelet takes it, too.
    let keychain = PullSecrets::new()
        .docker_cfg(r#"{"r.example": {"auth": "YWRhOnB3"}, "s.example": {"auth": "YTpwdw"}}"#)?;
    assert_eq!(
        of(&keychain, "s.example/ab").await?,
        Credential::basic("a", "pw")
    );
    Ok(())
}

async fn keychains_are_asked_in_order() -> TestResult {
    let first = StaticKeychain::new().with("a.example", user("a1"));
    let second = StaticKeychain::new()
        .with("a.example", user("a2"))
        .with("b.example", user("b2"));
    let chain = KeychainChain::new().then(first).then(second);
    assert_eq!(of(&chain, "a.example/ab").await?, user("a1"));
    assert_eq!(of(&chain, "b.example/ab").await?, user("b2"));
    assert_eq!(of(&chain, "c.example/ab").await?, Credential::Anonymous);
    let repository = "a.example/ab".parse()?;
    let next = chain.after_refusal(&repository, &[user("a1")]).await?;
    assert_eq!(next, user("a2"));
    let last = chain
        .after_refusal(&repository, &[user("a1"), user("a2")])
        .await?;
    assert_eq!(last, user("a2"));
    Ok(())
}

async fn the_next_credential_is_tried_after_403() -> TestResult {
    use tagwright_testkit::oci::Fault;
    let registry = Registry::builder().basic_auth("ada", "pw").start();
    registry.push("app", "v1");
    let host = registry.address();
    let keychain = PullSecrets::new()
        .docker_config_json(auths(&[(&format!("{host}/app"), "eve"), (&host, "ada")]))?;
    let client = client_with(&registry, keychain);
    let app = repository(&registry, "app");
    registry.fault(
        "/tags/",
        1,
        Fault::status(401).header("WWW-Authenticate", "Basic"),
    );
    registry.fault("/tags/", 1, Fault::status(403));
    assert_eq!(client.list_tags(&app).await?, ["v1"]);
    Ok(())
}
