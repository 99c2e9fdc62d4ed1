//! A page in one shell, as its reader has it.

use std::fmt::Write as _;
use std::fs;

use super::page::{Block, Page};
use crate::named::World;

/// What came of a command.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) code: i32,
    pub(super) output: String,
}

/// Between the output of two commands, with the exit code of the one before.
const MARK: &str = "\u{1}ended ";

/// All commands and files of a page, in order. What is started in the background ends with the page.
pub(super) fn run(world: &World, page: &Page) -> Vec<Ran> {
    let mut script = String::from("trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT\n");
    for (number, block) in page.blocks.iter().enumerate() {
        match block {
            Block::Commands(commands) => {
                for command in commands {
                    write!(
                        script,
                        "{{ {}\n}} </dev/null 2>&1\nprintf '{MARK}%s\\n' $?\n",
                        command.text
                    )
                    .expect("a String takes any text");
                }
            }
            Block::File { path, text } => {
                let kept = world.keep(&format!("file-{number}"), text);
                writeln!(
                    script,
                    "mkdir -p \"$(dirname '{path}')\" && cp '{}' '{path}'",
                    kept.display()
                )
                .expect("a String takes any text");
            }
            Block::Shown => {}
        }
    }
    let script = world.keep("script", &script);
    let output = world.shell().arg(&script).output().expect("bash starts");
    let text = String::from_utf8(output.stdout).expect("text");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        errors,
        "",
        "of the shell itself: {}",
        fs::read_to_string(script).expect("a script")
    );
    outputs(&text)
}

fn outputs(text: &str) -> Vec<Ran> {
    let mut ran = Vec::new();
    let mut rest = text;
    while let Some((output, after)) = rest.split_once(MARK) {
        let (code, after) = after.split_once('\n').expect("a line");
        ran.push(Ran {
            code: code.parse().expect("an exit code"),
            output: output.to_owned(),
        });
        rest = after;
    }
    ran
}
