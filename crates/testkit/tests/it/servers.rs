use std::{
    collections::BTreeSet,
    fs::{self, Permissions},
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    process::{Command, Output},
};

use tagwright_testkit::{
    git::BareRepository,
    harness::{TestResult, Trial, test},
    http,
    servers::{Distribution, HttpGit, NamedServers, Sshd},
};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("servers::distribution_2", || {
            distribution(&Distribution::v2()?)
        }),
        test("servers::distribution_3", || {
            distribution(&Distribution::v3()?)
        }),
        test("servers::distribution_3_pages", distribution_3_pages),
        test(
            "servers::distribution_ends_on_drop",
            distribution_ends_on_drop,
        ),
        test("servers::http_git", || http_git(HttpGit::start)),
        test("servers::https_git", || http_git(HttpGit::start_tls)),
        test(
            "servers::http_git_wants_the_password",
            http_git_wants_the_password,
        ),
        test("servers::named", named),
        test("servers::sshd", sshd),
        test("servers::sshd_wants_the_key", sshd_wants_the_key),
    ]
}

fn distribution(registry: &Distribution) -> TestResult {
    let digest = registry.push("a/b", "1.0");
    registry.push_tags("a/b", ["2.0", "3.0"]);
    let authorization = http::basic(registry.user(), registry.password());
    let headers = [("Authorization", authorization.as_str())];
    let list = http::get(&registry.address(), "/v2/a/b/tags/list", &headers)?;
    let list: serde_json::Value = serde_json::from_slice(&list.body)?;
    let tags = list["tags"].as_array().into_iter().flatten();
    // Version 2 gives them in no order.
    let tags: BTreeSet<_> = tags.filter_map(|tag| tag.as_str()).collect();
    assert_eq!(tags, BTreeSet::from(["1.0", "2.0", "3.0"]));
    let accept = [
        headers[0],
        ("Accept", "application/vnd.oci.image.manifest.v1+json"),
    ];
    let manifest = http::get(&registry.address(), "/v2/a/b/manifests/1.0", &accept)?;
    assert_eq!(
        manifest.header("docker-content-digest"),
        Some(digest.as_str())
    );
    assert_eq!(
        http::get(&registry.address(), "/v2/a/b/tags/list", &[])?.status,
        401
    );
    let wrong = [("Authorization", &*http::basic(registry.user(), "wrong"))];
    assert_eq!(
        http::get(&registry.address(), "/v2/a/b/tags/list", &wrong)?.status,
        401
    );
    Ok(())
}

/// Our own registry writes `Link` as this one does.
fn distribution_3_pages() -> TestResult {
    let real = Distribution::v3()?;
    real.push_tags("a", ["1", "2", "3"]);
    let authorization = http::basic(real.user(), real.password());
    let headers = [("Authorization", authorization.as_str())];
    let theirs = http::get(&real.address(), "/v2/a/tags/list?n=2", &headers)?;
    let ours = tagwright_testkit::oci::Registry::start();
    ours.push_tags("a", ["1", "2", "3"]);
    let ours = http::get(&ours.address(), "/v2/a/tags/list?n=2", &[])?;
    assert_eq!(theirs.header("link"), ours.header("link"));
    assert_eq!(theirs.text().trim_end(), ours.text());
    Ok(())
}

fn distribution_ends_on_drop() -> TestResult {
    let registry = Distribution::v2()?;
    let address = registry.address();
    drop(registry);
    assert!(TcpStream::connect(address).is_err());
    Ok(())
}

fn http_git(
    start: fn(&BareRepository) -> Result<HttpGit, tagwright_testkit::Missing>,
) -> TestResult {
    let (repository, client) = (BareRepository::new(), BareRepository::new());
    repository.commit("main", &[("a", b"1")], "before the server");
    let server = start(&repository)?;
    repository.commit("main", &[("a", b"2")], "beside the server");
    let secrets = tempfile::tempdir()?;
    let git = |args: &[&str]| {
        let credentials = secrets.path().join("credentials");
        let url = server.url().replace(
            "://",
            &format!("://{}:{}@", server.user(), "correct%20horse"),
        );
        fs::write(&credentials, format!("{url}\n"))?;
        let mut command = client.command();
        if let Some(ca) = server.ca_certificate() {
            fs::write(secrets.path().join("ca.pem"), ca)?;
            command.env("GIT_SSL_CAINFO", secrets.path().join("ca.pem"));
        }
        let helper = format!("credential.helper=store --file={}", credentials.display());
        command.args(["-c", &helper]).args(args).output()
    };
    succeeded(&git(&["fetch", "--quiet", &server.url(), "main:main"])?);
    assert_eq!(client.read("main", "a"), b"2");
    let pushed = client.commit("main", &[("a", b"3")], "over the server");
    succeeded(&git(&["push", "--quiet", &server.url(), "main"])?);
    assert_eq!(repository.tip("main"), Some(pushed));
    repository.commit("main", &[("a", b"4")], "beside it again");
    succeeded(&git(&["fetch", "--quiet", &server.url(), "main:main"])?);
    assert_eq!(client.read("main", "a"), b"4");
    Ok(())
}

fn http_git_wants_the_password() -> TestResult {
    let repository = BareRepository::new();
    let server = HttpGit::start(&repository)?;
    let address = server
        .url()
        .replace("http://", "")
        .replace("/repository.git", "");
    let target = "/repository.git/info/refs?service=git-upload-pack";
    assert_eq!(http::get(&address, target, &[])?.status, 401);
    let wrong = [("Authorization", &*http::basic(server.user(), "wrong"))];
    assert_eq!(http::get(&address, target, &wrong)?.status, 401);
    let right = [(
        "Authorization",
        &*http::basic(server.user(), server.password()),
    )];
    assert_eq!(http::get(&address, target, &right)?.status, 200);
    drop(server);
    assert!(http::get(&address, target, &right).is_err());
    Ok(())
}

fn sshd() -> TestResult {
    let (repository, client) = (BareRepository::new(), BareRepository::new());
    repository.commit("main", &[("a", b"1")], "first");
    let server = Sshd::start()?;
    let url = server.url(repository.path());
    succeeded(&over_ssh(
        &client,
        &server,
        &server.private_key(),
        &["fetch", &url, "main:main"],
    )?);
    let pushed = client.commit("main", &[("a", b"2")], "second");
    succeeded(&over_ssh(
        &client,
        &server,
        &server.private_key(),
        &["push", &url, "main"],
    )?);
    assert_eq!(repository.tip("main"), Some(pushed));
    Ok(())
}

fn sshd_wants_the_key() -> TestResult {
    let (repository, client) = (BareRepository::new(), BareRepository::new());
    let (server, other) = (Sshd::start()?, Sshd::start()?);
    let url = server.url(repository.path());
    let output = over_ssh(&client, &server, &other.private_key(), &["ls-remote", &url])?;
    let errors = String::from_utf8(output.stderr)?;
    assert!(
        !output.status.success() && errors.contains("Permission denied (publickey)"),
        "{errors}"
    );
    Ok(())
}

fn over_ssh(
    client: &BareRepository,
    server: &Sshd,
    key: &str,
    args: &[&str],
) -> std::io::Result<Output> {
    let folder = tempfile::tempdir()?;
    let (key_file, hosts) = (folder.path().join("key"), folder.path().join("known_hosts"));
    fs::write(&key_file, key)?;
    fs::set_permissions(&key_file, Permissions::from_mode(0o600))?;
    fs::write(&hosts, server.known_hosts())?;
    let ssh = format!(
        "ssh -F /dev/null -i {} -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile={}",
        key_file.display(),
        hosts.display()
    );
    let mut command: Command = client.command();
    command.env("GIT_SSH_COMMAND", ssh).args(args).output()
}

#[track_caller]
fn succeeded(output: &Output) {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// `git` on its way to github.com ends here, and one without a login nowhere.
fn named() -> TestResult {
    let repository = BareRepository::new();
    let tip = repository.commit("main", &[("a", b"a")], "begin");
    let registry = tagwright_testkit::oci::Registry::start();
    let servers = NamedServers::start(&registry.address(), &repository)?;
    let list = |host: &str, login: &str| {
        let mut git = repository.command();
        git.args([
            "ls-remote",
            &format!("https://{login}{host}/example/fleet-infra"),
            "main",
        ])
        .env("https_proxy", servers.proxy())
        .env("GIT_SSL_CAINFO", servers.ca_file())
        .env("GIT_TERMINAL_PROMPT", "0");
        git.output()
    };
    let login = format!("git:{}@", servers.token().replace(' ', "%20"));
    let listed = list("github.com", &login)?;
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(text.starts_with(&tip), "{listed:?}");
    assert!(!list("github.com", "")?.status.success());
    assert!(!list("gitlab.com", &login)?.status.success());
    Ok(())
}
