use tagwright_registry::{
    Credential, DockerConfig, Error, ErrorKind, Keychain, Secret, StaticKeychain,
};
use tagwright_testkit::harness::TestResult;

use crate::support::suite;

suite! {
    async_test entries_are_found_by_host_and_path,
    async_test v1_and_v2_are_names_but_behind_a_host,
    async_test a_given_registry_may_be_written_as_docker_does,
    async_test every_form_of_credential_is_read,
    test a_broken_file_is_an_error_without_its_text,
}

async fn credential(json: &str, image: &str) -> Result<Credential, Error> {
    DockerConfig::from_json(json)?
        .credential(&image.parse()?)
        .await
}

fn password(text: &str) -> Credential {
    Credential::basic("u", text)
}

async fn entries_are_found_by_host_and_path() -> TestResult {
    // u:hub, u:host, u:team, u:port
    let json = r#"{"auths":{
        "https://index.docker.io/v1/": {"auth": "dTpodWI="},
        "ghcr.io": {"auth": "dTpob3N0"},
        "ghcr.io/team": {"auth": "dTp0ZWFt"},
        "https://r.example:5000/v2/": {"auth": "dTpwb3J0"}
    }, "HttpHeaders": {}}"#;
    for (image, expected) in [
        ("alpine", password("hub")),
        ("docker.io/me/app", password("hub")),
        ("ghcr.io/other/app", password("host")),
        ("ghcr.io/team/app", password("team")),
        ("ghcr.io/team/app/web", password("team")),
        ("ghcr.io/teams/app", password("host")),
        ("r.example:5000/app", password("port")),
        ("r.example/app", Credential::Anonymous),
        ("quay.io/a/b", Credential::Anonymous),
    ] {
        assert_eq!(credential(json, image).await?, expected, "{image}");
    }
    Ok(())
}

async fn v1_and_v2_are_names_but_behind_a_host() -> TestResult {
    for (key, known, unknown) in [
        ("ghcr.io/team/v2", "ghcr.io/team/v2", "ghcr.io/team/other"),
        (
            "https://ghcr.io/team/v1/",
            "ghcr.io/team/v1/app",
            "ghcr.io/team/app",
        ),
        (
            "https://ghcr.io/v2/",
            "ghcr.io/team/app",
            "quay.io/team/app",
        ),
        ("ghcr.io/v1", "ghcr.io/team/app", "quay.io/team/app"),
    ] {
        let json = format!(r#"{{"auths": {{"{key}": {{"auth": "dTpw"}}}}}}"#);
        assert_eq!(credential(&json, known).await?, password("p"), "{key}");
        let other = credential(&json, unknown).await?;
        assert_eq!(other, Credential::Anonymous, "{key}");
    }
    Ok(())
}

async fn a_given_registry_may_be_written_as_docker_does() -> TestResult {
    for (written, image) in [
        ("https://ghcr.io/", "ghcr.io/team/app"),
        ("http://localhost:5000", "localhost:5000/app"),
        ("https://index.docker.io/v1/", "alpine"),
        ("docker.io", "alpine"),
        ("u@r.example/v2/", "r.example/ab"),
    ] {
        let keychain = StaticKeychain::new().with(written, password("p"));
        let found = keychain.credential(&image.parse()?).await?;
        assert_eq!(found, password("p"), "{written}");
    }
    Ok(())
}

async fn every_form_of_credential_is_read() -> TestResult {
    for (login, expected) in [
        (r#"{"auth": "dTpwOjE="}"#, password("p:1")),
        (r#"{"username": "u", "password": "p"}"#, password("p")),
        (
            r#"{"auth": "dTpw", "username": "x", "password": "y"}"#,
            password("p"),
        ),
        (
            r#"{"auth": "", "identitytoken": "t"}"#,
            Credential::IdentityToken(Secret::new("t")),
        ),
        (
            r#"{"registrytoken": "t"}"#,
            Credential::Bearer(Secret::new("t")),
        ),
        (r#"{"email": "a@b"}"#, Credential::Anonymous),
        ("null", Credential::Anonymous),
    ] {
        let json = format!(r#"{{"auths": {{"r.example": {login}}}}}"#);
        assert_eq!(
            credential(&json, "r.example/ab").await?,
            expected,
            "{login}"
        );
    }
    assert_eq!(
        credential("{}", "r.example/ab").await?,
        Credential::Anonymous
    );
    assert_eq!(
        credential(r#"{"auths": null}"#, "r.example/ab").await?,
        Credential::Anonymous
    );
    Ok(())
}

fn a_broken_file_is_an_error_without_its_text() -> TestResult {
    let check = |json: &str, text: &str| {
        let error = DockerConfig::from_json(json).expect_err(json);
        let text = format!("{text}; log in again with docker, or repair the file");
        assert_eq!((error.kind(), error.to_string()), (ErrorKind::Config, text));
        error
    };
    let unreadable = "a docker configuration that is not what docker writes";
    let error = check(
        "{\n  \"auths\": \"s3cret\"\n}",
        &format!("{unreadable} at line 2, column 19"),
    );
    assert_eq!((error.line(), error.column()), (Some(2), Some(19)));
    check("", &format!("{unreadable} at column 1"));
    check("{\"é", &format!("{unreadable} at column 3"));
    let auth = "that is not base64 of user and password";
    check(
        r#"{"auths": {"https://r.example/v2/": {"auth": "s3cret!"}}}"#,
        &format!("an 'auth' for 'r.example' {auth}"),
    );
    check(
        r#"{"auths": {"u:p@r.example": {"auth": "AAAA"}}}"#,
        &format!("an 'auth' for 'r.example' {auth}"),
    );
    check(
        &" ".repeat(5_000_000),
        "a docker configuration of more than 4 MiB",
    );
    let binary = DockerConfig::from_json(b"\xff\xfe{").expect_err("no text");
    assert_eq!(binary.kind(), ErrorKind::Config);
    Ok(())
}
