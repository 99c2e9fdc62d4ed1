//! From trees to text, byte for byte as Go's `sigs.k8s.io/yaml` writes it: keys
//! sorted, lists not indented, lines folded after column 80.

use std::borrow::Cow;

use super::order::natural;
use super::scalar::{Style, needs_escape, style};
use super::tree::{Map, Tree};

/// Texts are folded at the first space after it.
const WIDTH: usize = 80;
/// Longer keys stand behind a question mark.
const SIMPLE_KEY: usize = 128;
/// So do keys with what breaks a line to a reader of YAML 1.1.
const BREAKS: [char; 5] = ['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'];

/// One document of a stream, with the `---` before it.
pub(super) fn document(map: Map) -> String {
    let mut emitter = Emitter {
        out: "---\n".to_owned(),
        column: 0,
    };
    emitter.map(map, 0, false);
    emitter.out
}

struct Emitter {
    out: String,
    /// Characters on the line so far.
    column: usize,
}

impl Emitter {
    /// Entries, each ending its line; the first may stand behind a dash.
    fn map(&mut self, map: Map, indent: usize, behind_dash: bool) {
        let mut entries = map.0;
        entries.sort_by(|(left, _), (right, _)| natural(left, right));
        for (index, (key, value)) in entries.into_iter().enumerate() {
            if index > 0 || !behind_dash {
                self.indent(indent);
            }
            self.key(&key, indent);
            self.value(value, indent);
        }
    }

    fn key(&mut self, key: &str, indent: usize) {
        if key.len() > SIMPLE_KEY || key.contains(BREAKS) {
            self.write("? ");
            self.text(key, indent + 2, true);
            self.end_line();
            self.indent(indent);
        } else {
            self.text(key, indent, false);
        }
        self.write(":");
    }

    fn value(&mut self, value: Tree, indent: usize) {
        match value {
            Tree::Text(text) => {
                self.write(" ");
                self.text(&text, indent + 2, true);
            }
            Tree::Plain(text) => {
                self.write(" ");
                self.write(&text);
            }
            Tree::Map(map) if map.0.is_empty() => self.write(" {}"),
            Tree::List(items) if items.is_empty() => self.write(" []"),
            Tree::Map(map) => {
                self.end_line();
                self.map(map, indent + 2, false);
            }
            Tree::List(items) => {
                self.end_line();
                self.list(items, indent);
            }
        }
        self.end_line();
    }

    fn list(&mut self, items: Vec<Tree>, indent: usize) {
        for item in items {
            self.indent(indent);
            self.write("-");
            match item {
                Tree::Map(map) if !map.0.is_empty() => {
                    self.write(" ");
                    self.map(map, indent + 2, true);
                }
                item => self.value(item, indent),
            }
        }
    }

    fn text(&mut self, text: &str, indent: usize, may_fold: bool) {
        match style(text) {
            Style::Plain => self.folded(text, indent, may_fold),
            Style::Single => {
                self.write("'");
                self.folded(&text.replace('\'', "''"), indent, may_fold);
                self.write("'");
            }
            Style::Double => self.double(text, indent, may_fold),
            Style::Literal => self.literal(text, indent),
        }
    }

    /// Text whose lone inner spaces may be turned into line breaks.
    fn folded(&mut self, text: &str, indent: usize, may_fold: bool) {
        let mut previous = ' ';
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            let lone = c == ' '
                && previous != ' '
                && !matches!(rest.as_str().chars().next(), None | Some(' '));
            if may_fold && lone && self.column > WIDTH {
                self.end_line();
                self.indent(indent);
            } else {
                self.push(c);
            }
            previous = c;
        }
    }

    fn double(&mut self, text: &str, indent: usize, may_fold: bool) {
        self.write("\"");
        let mut spaces = true;
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            let next = rest.as_str().chars().next();
            if c == ' ' && may_fold && !spaces && self.column > WIDTH && next.is_some() {
                self.end_line();
                self.indent(indent);
                if next == Some(' ') {
                    self.write("\\");
                }
            } else {
                self.write(&escaped(c));
            }
            spaces = c == ' ';
        }
        self.write("\"");
    }

    fn literal(&mut self, text: &str, indent: usize) {
        self.write("|");
        if text.starts_with([' ', '\n']) {
            self.write("2");
        }
        if !text.ends_with('\n') {
            self.write("-");
        } else if text == "\n" || text.ends_with("\n\n") {
            self.write("+");
        }
        for line in text.split_inclusive('\n') {
            self.end_line();
            let line = line.strip_suffix('\n').unwrap_or(line);
            if line.is_empty() {
                self.out.push('\n');
            } else {
                self.indent(indent);
                self.write(line);
            }
        }
    }

    fn indent(&mut self, indent: usize) {
        self.write(&" ".repeat(indent));
    }

    fn write(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    fn push(&mut self, c: char) {
        self.out.push(c);
        self.column += 1;
    }

    fn end_line(&mut self) {
        if self.column > 0 {
            self.out.push('\n');
            self.column = 0;
        }
    }
}

fn escaped(c: char) -> Cow<'static, str> {
    let short = match c {
        '\0' => "\\0",
        '\u{7}' => "\\a",
        '\u{8}' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\u{b}' => "\\v",
        '\u{c}' => "\\f",
        '\r' => "\\r",
        '\u{1b}' => "\\e",
        '"' => "\\\"",
        '\\' => "\\\\",
        '\u{85}' => "\\N",
        '\u{2028}' => "\\L",
        '\u{2029}' => "\\P",
        _ if needs_escape(c) => return Cow::Owned(hexadecimal(c)),
        _ => return Cow::Owned(c.to_string()),
    };
    Cow::Borrowed(short)
}

fn hexadecimal(c: char) -> String {
    match u32::from(c) {
        code @ ..=0xff => format!("\\x{code:02X}"),
        code @ ..=0xffff => format!("\\u{code:04X}"),
        code => format!("\\U{code:08X}"),
    }
}
