//! Starting the program.

use std::io::{Write as _, pipe};
use std::process::{Command, Output, Stdio};

use crate::folder::Folder;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_tagwright");

/// The program with arguments, and nothing of the caller's environment but where programs are.
pub(crate) fn tagwright(arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).env_clear();
    for name in ["PATH", "TMPDIR"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.stdin(Stdio::null());
    command
}

/// What a run of the program gave.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().expect("the program ends by itself"),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }
}

/// Runs it without standard input.
pub(crate) fn run(arguments: &[&str]) -> Ran {
    Ran::of(tagwright(arguments).output().expect("the program starts"))
}

/// Runs it with a text on standard input.
pub(crate) fn run_with(arguments: &[&str], input: &str) -> Ran {
    let mut command = tagwright(arguments);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("it was asked for");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    Ran::of(child.wait_with_output().expect("it ends"))
}

/// Runs it in a folder.
pub(crate) fn run_in(folder: &Folder, arguments: &[&str]) -> Ran {
    let mut command = tagwright(arguments);
    command.current_dir(folder.path());
    Ran::of(command.output().expect("the program starts"))
}

/// Runs it when nobody reads what it prints.
pub(crate) fn run_unread(arguments: &[&str]) -> Ran {
    let (reader, writer) = pipe().expect("a pipe");
    drop(reader);
    let mut command = tagwright(arguments);
    command.stdout(writer).stderr(Stdio::piped());
    let child = command.spawn().expect("the program starts");
    Ran::of(child.wait_with_output().expect("it ends"))
}

/// What it then says.
pub(crate) const UNREAD: &str = "error: the answer was cut off at standard output: Broken pipe (os error 32); let its reader read to the end\n";
