use std::{
    env,
    ffi::OsStr,
    io::Write,
    path::Path,
    process::{Command, Stdio},
    thread,
};

/// `git` in `home`, with the host's configuration and any `GIT_*` variable (as a hook or an alias sets) shut out.
///
/// Dates are fixed, so that equal contents give equal commit ids.
pub(crate) fn command(home: &Path) -> Command {
    let mut command = Command::new("git");
    for (name, _) in env::vars_os().filter(|(name, _)| is_git_variable(name)) {
        command.env_remove(name);
    }
    command
        .current_dir(home)
        .env("HOME", home)
        .env_remove("XDG_CONFIG_HOME")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", home.join("gitconfig"))
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C")
        .env("GIT_AUTHOR_NAME", "Test Kit")
        .env("GIT_AUTHOR_EMAIL", "testkit@example.com")
        .env("GIT_AUTHOR_DATE", "1700000000 +0000")
        .env("GIT_COMMITTER_NAME", "Test Kit")
        .env("GIT_COMMITTER_EMAIL", "testkit@example.com")
        .env("GIT_COMMITTER_DATE", "1700000000 +0000");
    command
}

fn is_git_variable(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with("GIT_"))
}

/// Runs the command to its end and gives its standard output.
///
/// # Panics
///
/// When it does not start or does not exit with 0, with its standard error.
#[track_caller]
pub(crate) fn succeed(command: &mut Command, input: &[u8]) -> Vec<u8> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let output = thread::scope(|scope| {
        // A program that ends before it has read everything says why on standard error.
        scope.spawn(move || stdin.write_all(input).ok());
        child
            .wait_with_output()
            .expect("the process can be waited for")
    });
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{command:?}: {}: {errors}",
        output.status
    );
    output.stdout
}
