use std::{
    io::Write,
    process::{Command, Stdio},
    thread,
};

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
        .unwrap_or_else(|error| panic!("{} does not start: {error}", line(command)));
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
        "{}: {}: {errors}",
        line(command),
        output.status
    );
    output.stdout
}

/// The program and its arguments, without the environment that `Debug` of a command shows.
fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}
