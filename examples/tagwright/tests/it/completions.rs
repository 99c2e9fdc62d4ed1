//! `completions`, as shells use them.

use std::fs;
use std::process::Command;

use tagwright_testkit::harness::{Trial, test};
use tempfile::TempDir;

use crate::program::{UNREAD, run, run_unread};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("completions::bash_completes_commands_and_flags", bash),
        test("completions::each_shell_has_its_own", each_shell),
        test("completions::an_unknown_shell_is_told", unknown),
        test("completions::a_closed_pipe_is_told", closed_pipe),
    ]
}

fn bash() {
    let folder = TempDir::new().unwrap();
    let script = folder.path().join("tagwright.bash");
    fs::write(&script, run(&["completions", "bash"]).stdout).unwrap();
    let complete = |line: &str| {
        let words = format!(
            "source '{}'; COMP_WORDS=({line}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _tagwright tagwright \"${{COMP_WORDS[-1]}}\" \"${{COMP_WORDS[-2]}}\"; echo \"${{COMPREPLY[@]}}\"",
            script.display()
        );
        let output = Command::new("bash").args(["-c", &words]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(complete("tagwright complet"), "completions\n");
    assert_eq!(complete("tagwright plan --exit"), "--exit-code\n");
    assert_eq!(complete("tagwright completions fi"), "fish\n");
}

fn each_shell() {
    for (shell, first) in [
        ("bash", "_tagwright() {"),
        ("elvish", ""),
        (
            "fish",
            "# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.",
        ),
        ("powershell", ""),
        ("zsh", "#compdef tagwright"),
    ] {
        let ran = run(&["completions", shell]);
        assert_eq!((ran.code, &*ran.stderr), (0, ""), "{shell}");
        assert_eq!(ran.stdout.lines().next(), Some(first), "{shell}");
        assert!(ran.stdout.contains("completions"), "{shell}");
    }
}

fn unknown() {
    let ran = run(&["completions", "bsh"]);
    assert_eq!((ran.code, &*ran.stdout), (1, ""));
    assert_eq!(
        ran.stderr,
        "error: invalid value 'bsh' for '<SHELL>' [possible values: bash, elvish, fish, powershell, zsh]; \
         a similar value exists: 'bash'; see --help\n"
    );
}

fn closed_pipe() {
    let ran = run_unread(&["completions", "bash"]);
    assert_eq!((ran.code, &*ran.stderr), (1, UNREAD));
}
