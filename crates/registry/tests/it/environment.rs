//! What the process's environment says, which only a process of its own can tell.

use std::env;
use std::process::{Command, ExitCode};

use tagwright_registry::{Client, Limits};
use tagwright_testkit::harness::{TestError, TestResult};

use crate::support::{NOBODY, suite};

suite! {
    test a_dead_proxy_of_the_environment_is_named,
    test a_proxy_of_the_environment_is_not_for_its_exceptions,
}

/// The repository that a child lists.
const LIST: &str = "TAGWRIGHT_TEST_LIST";

/// Does what a test told this process to, if it is a child: says why tags cannot be listed.
#[allow(clippy::print_stdout)]
pub(crate) fn run_child() -> Option<ExitCode> {
    let repository = env::var(LIST).ok()?.parse().expect("a repository");
    let client = Client::builder()
        .plain_http("plain.invalid")
        .limits(Limits::default().attempts(1))
        .build();
    let client = client.expect("a client");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let listed = runtime
        .expect("a runtime")
        .block_on(client.list_tags(&repository));
    println!("{}", listed.expect_err("nothing to list"));
    Some(ExitCode::SUCCESS)
}

fn error(repository: &str, environment: &[(&str, &str)]) -> Result<String, TestError> {
    let output = Command::new(env::current_exe()?)
        .env_clear()
        .envs(environment.iter().copied())
        .env(LIST, repository)
        .output()?;
    let noise = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{noise}");
    Ok(String::from_utf8(output.stdout)?)
}

fn a_dead_proxy_of_the_environment_is_named() -> TestResult {
    let url = format!("http://ada:c4n4ry@{NOBODY}/");
    for (variable, scheme, host) in [
        ("HTTP_PROXY", "http", "plain.invalid"),
        ("ALL_PROXY", "http", "plain.invalid"),
        ("https_proxy", "https", "r.invalid:5000"),
    ] {
        let error = error(&format!("{host}/ab"), &[(variable, &url)])?;
        let text = format!(
            "listing the tags of {host}/ab: no connection to {scheme}://{host} through the proxy http://{NOBODY}: "
        );
        assert!(error.starts_with(&text), "{error}");
        assert!(!error.contains("c4n4ry"), "{error}");
    }
    Ok(())
}

fn a_proxy_of_the_environment_is_not_for_its_exceptions() -> TestResult {
    let url = format!("http://{NOBODY}");
    for (variable, value) in [("NO_PROXY", "127.0.0.0/8"), ("HTTP_PROXY", &url)] {
        let environment = [("ALL_PROXY", url.as_str()), (variable, value)];
        let environment = if variable == "NO_PROXY" {
            &environment[..]
        } else {
            &environment[1..]
        };
        // HTTPS, which HTTP_PROXY is not for.
        let error = error(&format!("{NOBODY}/ab"), environment)?;
        let text = format!("listing the tags of {NOBODY}/ab: no connection to https://{NOBODY}: ");
        assert!(error.starts_with(&text), "{error}");
    }
    Ok(())
}
