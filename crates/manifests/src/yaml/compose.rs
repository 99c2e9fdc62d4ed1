//! From the parser's events to a tree, with a loop and a stack of its own:
//! hostile nesting must not end the program's stack.

use std::collections::{HashMap, HashSet};

use granit_parser::{Event, Options, Parser, ScanError, Span};

use super::hint::hint;
use super::scalar::resolve;
use super::{Key, Node, Position, Value};

/// Kubernetes objects nest about fifteen levels, schemas of them forty.
pub(crate) const MAX_DEPTH: usize = 100;
/// Values in a document; each takes about a hundred bytes.
pub(crate) const MAX_VALUES: usize = 300_000;
/// Values that anchors and aliases may copy, for each byte of the document ...
const COPIES_PER_BYTE: usize = 4;
/// ... and besides.
const FREE_COPIES: usize = 100;

/// Why a document is no tree.
pub(crate) struct Fault {
    pub(crate) at: Position,
    /// Holds none of the document's text but single characters.
    pub(crate) message: String,
}

/// Parses one document of a stream; `None` when it is empty.
pub(crate) fn compose(text: &str, line_offset: usize) -> Result<Option<Node>, Fault> {
    let mut composer = Composer::new(text.len(), line_offset);
    let mut options = Options::default();
    options.emit_comments = false;
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut documents = 0;
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| composer.scan_fault(text, &error))?;
        documents += usize::from(matches!(event, Event::DocumentStart(..)));
        if documents > 1 {
            return Err(composer.fault(span, "a second document starts without a line of ---"));
        }
        composer.take(event, span)?;
    }
    Ok(composer.root)
}

struct Composer {
    line_offset: usize,
    stack: Vec<Frame>,
    /// What is anchored, with the number of its values.
    anchors: HashMap<usize, (Node, usize)>,
    copies_left: usize,
    values: usize,
    root: Option<Node>,
}

/// A list or map whose end has not come yet.
struct Frame {
    at: Position,
    anchor: usize,
    /// The number of values that came before it.
    before: usize,
    open: Open,
}

enum Open {
    List(Vec<Node>),
    Map {
        entries: Vec<(Key, Node)>,
        merges: Vec<Node>,
        key: Option<Key>,
    },
}

impl Composer {
    fn new(bytes: usize, line_offset: usize) -> Self {
        Self {
            line_offset,
            stack: Vec::new(),
            anchors: HashMap::new(),
            copies_left: bytes * COPIES_PER_BYTE + FREE_COPIES,
            values: 0,
            root: None,
        }
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Fault> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let value = resolve(&text, style, tag.as_deref());
                self.scalar(span, &text, value, anchor)
            }
            Event::SequenceStart(_, anchor, _) => self.open(span, anchor, Open::List(Vec::new())),
            Event::MappingStart(_, anchor, _) => self.open(span, anchor, Open::map()),
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Alias(anchor) => self.alias(span, anchor),
            _ => Ok(()),
        }
    }

    fn scalar(&mut self, span: Span, text: &str, value: Value, anchor: usize) -> Result<(), Fault> {
        let at = self.position(span);
        self.count(span, 1)?;
        let node = Node { at, value };
        self.anchor(span, anchor, &node, 1)?;
        if let Some(key) = self.wants_key() {
            let name = text.to_owned();
            *key = Some(Key { at, name });
            return Ok(());
        }
        self.place(node);
        Ok(())
    }

    fn alias(&mut self, span: Span, anchor: usize) -> Result<(), Fault> {
        let Some(size) = self.anchors.get(&anchor).map(|(_, size)| *size) else {
            return Err(self.fault(span, "an alias stands inside the value that it names"));
        };
        self.charge(span, size)?;
        self.count(span, size)?;
        let node = self.anchors[&anchor].0.clone();
        let at = self.position(span);
        if let Some(key) = self.wants_key() {
            let Value::Text(name) = node.value else {
                return Err(self.fault(span, COMPLEX_KEY));
            };
            *key = Some(Key { at, name });
            return Ok(());
        }
        self.place(node);
        Ok(())
    }

    fn open(&mut self, span: Span, anchor: usize, open: Open) -> Result<(), Fault> {
        if self.wants_key().is_some() {
            return Err(self.fault(span, COMPLEX_KEY));
        }
        if self.stack.len() >= MAX_DEPTH {
            return Err(self.fault(span, "nested deeper than 100 levels"));
        }
        let before = self.values;
        self.count(span, 1)?;
        self.stack.push(Frame {
            at: self.position(span),
            anchor,
            before,
            open,
        });
        Ok(())
    }

    fn close(&mut self, span: Span) -> Result<(), Fault> {
        let Some(frame) = self.stack.pop() else {
            return Ok(());
        };
        let node = Node {
            at: frame.at,
            value: frame.open.close()?,
        };
        self.anchor(span, frame.anchor, &node, self.values - frame.before)?;
        self.place(node);
        Ok(())
    }

    fn anchor(&mut self, span: Span, anchor: usize, node: &Node, size: usize) -> Result<(), Fault> {
        // The parser numbers anchors from 1.
        if anchor > 0 {
            self.charge(span, size)?;
            self.anchors.insert(anchor, (node.clone(), size));
        }
        Ok(())
    }

    fn charge(&mut self, span: Span, copies: usize) -> Result<(), Fault> {
        let Some(left) = self.copies_left.checked_sub(copies) else {
            return Err(self.fault(
                span,
                "aliases make the document much larger than it is written",
            ));
        };
        self.copies_left = left;
        Ok(())
    }

    /// The place for a key, when a key is what comes next.
    fn wants_key(&mut self) -> Option<&mut Option<Key>> {
        match &mut self.stack.last_mut()?.open {
            Open::Map { key, .. } if key.is_none() => Some(key),
            _ => None,
        }
    }

    fn place(&mut self, node: Node) {
        match self.stack.last_mut().map(|frame| &mut frame.open) {
            None => self.root = Some(node),
            Some(Open::List(items)) => items.push(node),
            Some(Open::Map {
                entries,
                merges,
                key,
            }) => match key.take() {
                Some(key) if key.name == "<<" => merges.push(node),
                Some(key) => entries.push((key, node)),
                None => {}
            },
        }
    }

    fn count(&mut self, span: Span, values: usize) -> Result<(), Fault> {
        self.values += values;
        if self.values > MAX_VALUES {
            return Err(self.fault(span, "more than 300000 values in one document"));
        }
        Ok(())
    }

    fn position(&self, span: Span) -> Position {
        Position {
            line: span.start.line() + self.line_offset,
            column: span.start.col() + 1,
        }
    }

    fn fault(&self, span: Span, message: &str) -> Fault {
        Fault {
            at: self.position(span),
            message: message.to_owned(),
        }
    }

    fn scan_fault(&self, text: &str, error: &ScanError) -> Fault {
        let span = Span::empty(*error.marker());
        let line = text.lines().nth(span.start.line().saturating_sub(1));
        let info = error.info();
        let message = match hint(line.unwrap_or_default(), &info) {
            Some(hint) => format!("no valid YAML: {info}; {hint}"),
            None => format!("no valid YAML: {info}"),
        };
        self.fault(span, &message)
    }
}

const COMPLEX_KEY: &str = "a key is no plain text; is this a template that was not rendered?";

impl Open {
    fn map() -> Self {
        Self::Map {
            entries: Vec::new(),
            merges: Vec::new(),
            key: None,
        }
    }

    fn close(self) -> Result<Value, Fault> {
        Ok(match self {
            Self::List(items) => Value::List(items),
            Self::Map {
                entries, merges, ..
            } if merges.is_empty() => Value::Map(entries),
            Self::Map {
                entries, merges, ..
            } => Value::Map(merge(entries, merges)?),
        })
    }
}

/// The YAML 1.1 merge key: what the map itself says wins, then the earlier of
/// what is merged.
fn merge(mut entries: Vec<(Key, Node)>, merges: Vec<Node>) -> Result<Vec<(Key, Node)>, Fault> {
    let mut names: HashSet<String> = entries.iter().map(|(key, _)| key.name.clone()).collect();
    for (key, value) in maps(merges)?.into_iter().flatten() {
        if names.insert(key.name.clone()) {
            entries.push((key, value));
        }
    }
    Ok(entries)
}

fn maps(merges: Vec<Node>) -> Result<Vec<Vec<(Key, Node)>>, Fault> {
    let mut maps = Vec::new();
    for node in merges {
        match node.value {
            Value::List(items) => {
                for item in items {
                    maps.push(map(item)?);
                }
            }
            _ => maps.push(map(node)?),
        }
    }
    Ok(maps)
}

fn map(node: Node) -> Result<Vec<(Key, Node)>, Fault> {
    match node.value {
        Value::Map(entries) => Ok(entries),
        _ => Err(no_map(node.at)),
    }
}

fn no_map(at: Position) -> Fault {
    let message = "the merge key << takes a map or a list of maps".to_owned();
    Fault { at, message }
}
