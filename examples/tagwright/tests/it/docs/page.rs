//! What stands in a page.

use std::fs;
use std::path::{Path, PathBuf};

use super::shell::Ran;

/// A page with its blocks in order.
#[derive(Debug)]
pub(super) struct Page {
    path: PathBuf,
    text: String,
    pub(super) blocks: Vec<Block>,
}

/// What is between two fences.
#[derive(Debug, PartialEq)]
pub(super) enum Block {
    /// ` ```console `, with more backticks where the output has three
    Commands(Vec<Command>),
    /// ` ```yaml file=PATH `, whatever the language
    File { path: String, text: String },
    /// Any other
    Shown,
}

/// A line that begins with `$ `, those that go on with `> `, and what it prints.
#[derive(Debug, PartialEq)]
pub(super) struct Command {
    /// Counted from 1.
    pub(super) line: usize,
    pub(super) text: String,
    pub(super) output: String,
}

impl Page {
    #[track_caller]
    pub(super) fn read(path: &Path) -> Self {
        let text =
            fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self {
            path: path.to_owned(),
            blocks: blocks(&text),
            text,
        }
    }

    /// How many blocks are run, are files, are only shown.
    pub(super) fn counts(&self) -> [usize; 3] {
        let count = |is: fn(&Block) -> bool| self.blocks.iter().filter(|block| is(block)).count();
        [
            count(|block| matches!(block, Block::Commands(_))),
            count(|block| matches!(block, Block::File { .. })),
            count(|block| *block == Block::Shown),
        ]
    }

    pub(super) fn commands(&self) -> impl Iterator<Item = &Command> {
        self.blocks.iter().flat_map(|block| match block {
            Block::Commands(commands) => &commands[..],
            _ => &[],
        })
    }

    /// With the outputs that came in place of those that stand there, unless they are the same.
    pub(super) fn write(&self, ran: &[Ran], is_same: impl Fn(&str, &str) -> bool) {
        let lines: Vec<&str> = self.text.split_inclusive('\n').collect();
        let mut written = String::new();
        let mut next = 0;
        for (command, ran) in self.commands().zip(ran) {
            let end = command.line - 1 + command.text.lines().count();
            written.extend(lines[next..end].iter().copied());
            let is_same = is_same(&command.output, &ran.output);
            written += if is_same {
                &command.output
            } else {
                &ran.output
            };
            next = end + command.output.lines().count();
        }
        written.extend(lines[next..].iter().copied());
        fs::write(&self.path, written).expect("the page can be written");
    }
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((_, line)) = lines.next() {
        let Some((fence, info)) = fence(line) else {
            continue;
        };
        let is_inside = |(_, line): &(usize, &str)| line.trim() != fence;
        let inside: Vec<(usize, &str)> = lines.by_ref().take_while(is_inside).collect();
        blocks.push(block(info, &inside));
    }
    blocks
}

/// Three backticks or more, and what stands behind them. In a list they are indented.
fn fence(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start();
    let length = line.len() - line.trim_start_matches('`').len();
    (length >= 3).then(|| line.split_at(length))
}

fn block(info: &str, lines: &[(usize, &str)]) -> Block {
    let mut words = info.split_whitespace();
    let is_console = words.next() == Some("console");
    let file = words.find_map(|word| word.strip_prefix("file="));
    match file {
        _ if is_console => Block::Commands(commands(lines)),
        Some(path) => Block::File {
            path: path.to_owned(),
            text: lines.iter().flat_map(|(_, line)| [line, "\n"]).collect(),
        },
        None => Block::Shown,
    }
}

fn commands(lines: &[(usize, &str)]) -> Vec<Command> {
    let mut commands: Vec<Command> = Vec::new();
    for (number, line) in lines {
        if let Some(text) = line.strip_prefix("$ ") {
            commands.push(Command {
                line: number + 1,
                text: text.to_owned(),
                output: String::new(),
            });
            continue;
        }
        let command = commands
            .last_mut()
            .expect("a block of commands begins with one");
        match line.strip_prefix("> ") {
            Some(more) if command.output.is_empty() => {
                command.text.push('\n');
                command.text.push_str(more);
            }
            _ => {
                command.output.push_str(line);
                command.output.push('\n');
            }
        }
    }
    commands
}

/// Where the links of a text lead, but for those in blocks.
pub(super) fn links(text: &str) -> Vec<String> {
    let mut prose = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        match fence(line) {
            Some((fence, _)) => _ = lines.find(|line| line.trim() == fence),
            None => prose.push_str(line),
        }
    }
    let ends = prose.split("](").skip(1);
    ends.filter_map(|rest| Some(rest.split_once(')')?.0.to_owned()))
        .collect()
}

/// As forges name them in links.
pub(super) fn headings(text: &str) -> impl Iterator<Item = String> {
    text.lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            let heading = line.trim_start_matches('#').trim().to_lowercase();
            let kept = |c: &char| c.is_alphanumeric() || [' ', '-', '_'].contains(c);
            heading
                .chars()
                .filter(kept)
                .map(|c| if c == ' ' { '-' } else { c })
                .collect()
        })
}

pub(super) fn is_read() {
    let text = "# A page\n\n```console\n$ cat <<E\n> one\n> E\none\n$ true\n```\n\n```yaml file=a/b.yaml\na: 1\n```\n\n\
                   ````sh\n   ```\n   [c](d)\n   ````\n\nSee [b](b.md#c).\n";
    let command = |line, text: &str, output: &str| Command {
        line,
        text: text.to_owned(),
        output: output.to_owned(),
    };
    let expected = [
        Block::Commands(vec![
            command(4, "cat <<E\none\nE", "one\n"),
            command(8, "true", ""),
        ]),
        Block::File {
            path: "a/b.yaml".to_owned(),
            text: "a: 1\n".to_owned(),
        },
        Block::Shown,
    ];
    assert_eq!(blocks(text), expected);
    assert_eq!(links(text), ["b.md#c"]);
    assert_eq!(headings(text).collect::<Vec<_>>(), ["a-page"]);
}
