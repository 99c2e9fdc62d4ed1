//! Answers cases of one kind on standard input, so that tagwright can be held against another implementation.
//!
//! `cargo run --release --example conformance -- KIND < cases.jsonl > answers.jsonl`; `--help` gives the protocol.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "standard output is the protocol"
)]

mod case;
mod dialect;
mod duration;
mod filter;
mod order;
mod reference;
mod select;
mod semver;
mod setters;
mod template;
mod version;

use std::io::{self, BufRead as _, Write as _};
use std::process::ExitCode;

use case::Kind;
use serde_json::{Map, Value};

const KINDS: &[&Kind] = &[
    &duration::KIND,
    &filter::KIND,
    &order::KIND,
    &reference::KIND,
    &select::KIND,
    &semver::KIND,
    &setters::KIND,
    &template::KIND,
    &version::KIND,
];

const HELP: &str = "\
usage: conformance KIND

Reads cases of one kind on standard input, one JSON object a line, and writes for each, in the same order, the same
object with our answers in the fields of the kind, or `error`, a string. Exits 0 when it could read every line, 1 when
it could not (such a line is answered with its fields, where it is an object, and an `error`), 2 when the kind is unknown.

kinds:
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--help" | "-h"] => {
            print!("{}", help());
            ExitCode::SUCCESS
        }
        [name] => match KINDS.iter().find(|kind| kind.name == name) {
            Some(kind) => answer_all(kind),
            None => usage(&format!("unknown kind '{name}'; known are {}", names())),
        },
        _ => usage(&format!("expected one kind: {}", names())),
    }
}

fn usage(error: &str) -> ExitCode {
    eprintln!("conformance: {error}");
    ExitCode::from(2)
}

fn names() -> String {
    KINDS
        .iter()
        .map(|kind| kind.name)
        .collect::<Vec<_>>()
        .join(", ")
}

fn help() -> String {
    let kinds = KINDS
        .iter()
        .map(|kind| format!("  {:<10} {}\n", kind.name, kind.help));
    HELP.chars()
        .chain(kinds.collect::<String>().chars())
        .collect()
}

fn answer_all(kind: &Kind) -> ExitCode {
    match answer_lines(kind) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(unreadable) => {
            eprintln!("conformance: {unreadable} lines could not be read");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("conformance: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The number of lines that could not be read.
fn answer_lines(kind: &Kind) -> io::Result<usize> {
    let mut output = io::BufWriter::new(io::stdout().lock());
    let mut unreadable = 0;
    // Bytes, as a line that is not UTF-8 has its answer too.
    for (index, line) in io::stdin().lock().split(b'\n').enumerate() {
        let mut case = Map::new();
        if let Err(error) = answer(kind, &line?, &mut case) {
            unreadable += 1;
            let error = format!("line {}: {error}", index + 1);
            case.insert("error".to_owned(), error.into());
        }
        writeln!(output, "{}", Value::Object(case))?;
    }
    output.flush()?;
    Ok(unreadable)
}

/// Fills `case` with the line's fields and our answer; with as much as is known, when the case cannot be read.
fn answer(kind: &Kind, line: &[u8], case: &mut Map<String, Value>) -> serde_json::Result<()> {
    *case = serde_json::from_slice(line)?;
    for field in kind.answers.iter().chain(&["error"]) {
        case.remove(*field);
    }
    let answer = (kind.answer)(Value::Object(case.clone()))?;
    case.extend(
        answer.unwrap_or_else(|refusal| Map::from_iter([("error".to_owned(), refusal.into())])),
    );
    Ok(())
}
