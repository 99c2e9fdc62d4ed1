//! The harness as a program: this binary runs itself with a probe in place of its tests.

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    process::{Command, Output, Stdio},
    thread,
    time::Duration,
};

use tagwright_testkit::{
    Missing,
    harness::{REQUIRE_SERVERS, TestError, TestResult, Trial, test},
    servers::Distribution,
};

/// Names the probe to run.
const PROBE: &str = "TESTKIT_PROBE";

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test(
            "harness::missing_is_shown_and_counted",
            missing_is_shown_and_counted,
        ),
        test(
            "harness::missing_fails_when_required",
            missing_fails_when_required,
        ),
        test("harness::failures_are_told_apart", failures_are_told_apart),
        test(
            "harness::servers_end_with_a_killed_test",
            servers_end_with_a_killed_test,
        ),
    ]
}

/// The tests of a binary that was started by one of the above.
pub(crate) fn probe() -> Option<Vec<Trial>> {
    let probe = env::var(PROBE).ok()?;
    Some(match probe.as_str() {
        "missing" => vec![test("missing", missing)],
        "failures" => vec![test("error", error), test("panic", panics)],
        _ => vec![test("wait", serve_for_ever)],
    })
}

fn missing() -> TestResult {
    Err(Missing::new("nosuchd", "install the Debian package nosuch"))?
}

fn error() -> TestResult {
    "x".parse::<u8>()?;
    Ok(())
}

fn panics() {
    panic!("the words of a panic");
}

fn serve_for_ever() -> TestResult {
    let registry = Distribution::v2()?;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "\naddress {}", registry.address())?;
    stdout.flush()?;
    loop {
        thread::park();
    }
}

fn command(probe: &str) -> std::io::Result<Command> {
    let mut command = Command::new(env::current_exe()?);
    command.env(PROBE, probe).env_remove(REQUIRE_SERVERS);
    Ok(command)
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn missing_is_shown_and_counted() -> TestResult {
    let output = command("missing")?.output()?;
    let text = text(&output);
    let line =
        "test missing ... ignored (nosuchd is not installed; install the Debian package nosuch)\n";
    assert!(text.contains(line), "{text}");
    assert!(
        text.contains("test result: ok. 0 passed; 0 failed; 1 ignored"),
        "{text}"
    );
    assert_eq!(output.status.code(), Some(0));
    Ok(())
}

fn missing_fails_when_required() -> TestResult {
    let output = command("missing")?.env(REQUIRE_SERVERS, "1").output()?;
    let text = text(&output);
    assert!(
        text.contains("\nnosuchd is not installed; install the Debian package nosuch\n"),
        "{text}"
    );
    assert!(
        text.contains("test result: FAILED. 0 passed; 1 failed; 0 ignored"),
        "{text}"
    );
    assert_eq!(output.status.code(), Some(101));
    Ok(())
}

fn failures_are_told_apart() -> TestResult {
    let output = command("failures")?.output()?;
    let text = text(&output);
    assert!(
        text.contains("---- error ----\ninvalid digit found in string\n"),
        "{text}"
    );
    assert!(
        text.contains("---- panic ----\ntest panicked: the words of a panic\n"),
        "{text}"
    );
    assert_eq!(output.status.code(), Some(101));
    Ok(())
}

fn servers_end_with_a_killed_test() -> TestResult {
    drop(Distribution::v2()?);
    let temporary = tempfile::tempdir()?;
    let mut command = command("wait")?;
    command
        .env("TMPDIR", temporary.path())
        .stdout(Stdio::piped());
    let mut child = command.spawn()?;
    let lines = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
    let address = lines
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("address ").map(str::to_owned))
        .ok_or_else(|| TestError::new("the probe started no server"))?;
    assert!(TcpStream::connect(&address).is_ok());
    child.kill()?;
    child.wait()?;
    assert!(
        soon(|| TcpStream::connect(&address).is_err()),
        "the server outlives its test"
    );
    let is_empty =
        || fs::read_dir(temporary.path()).is_ok_and(|mut entries| entries.next().is_none());
    assert!(soon(is_empty), "its folder stays");
    Ok(())
}

fn soon(condition: impl Fn() -> bool) -> bool {
    (0..1000).any(|_| {
        thread::sleep(Duration::from_millis(10));
        condition()
    })
}
