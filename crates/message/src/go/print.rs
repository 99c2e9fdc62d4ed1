//! Go's `fmt`: how values print, `Sprint` and `Sprintln`.

use super::buffer::Buffer;
use super::fault::Fault;
use super::named::Named;
use super::native::Native;
use super::spec::Spec;
use super::text::Text;
use super::value::{Record, Value};
use super::verb;

/// Prints a value with `%v`.
pub(super) fn print(out: &mut Buffer, value: &Value) {
    Printer {
        out,
        spec: Spec::default(),
    }
    .value(value, 'v', 0);
}

/// The text that `%v` gives.
pub(super) fn to_text(value: &Value) -> Result<Text, Fault> {
    if let Value::Text(text) = value {
        return Ok(text.clone());
    }
    let mut out = Buffer::default();
    print(&mut out, value);
    out.finish().map(Text::from)
}

/// Go's `fmt.Sprint`: a space between operands that are both no string.
pub(super) fn sprint(values: &[Value]) -> Result<Text, Fault> {
    let is_text = |value: &Value| matches!(value, Value::Text(_));
    let mut out = Buffer::default();
    for (at, value) in values.iter().enumerate() {
        if at > 0 && !is_text(value) && !is_text(&values[at - 1]) {
            out.push(b" ");
        }
        print(&mut out, value);
    }
    out.finish().map(Text::from)
}

/// Go's `fmt.Sprintln`: spaces between all operands and a line feed.
pub(super) fn sprintln(values: &[Value]) -> Result<Text, Fault> {
    let mut out = Buffer::default();
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            out.push(b" ");
        }
        print(&mut out, value);
    }
    out.push(b"\n");
    out.finish().map(Text::from)
}

/// Prints values as one directive asks.
pub(super) struct Printer<'a> {
    pub(super) out: &'a mut Buffer,
    pub(super) spec: Spec,
}

impl Printer<'_> {
    /// `depth` is how many lists and maps the value stands in.
    pub(super) fn value(&mut self, value: &Value, verb: char, depth: usize) {
        match value {
            _ if self.out.is_full() => {}
            Value::Missing | Value::Nil => self.nil(verb, depth),
            Value::List(list) => self.list(value, list.items(), verb, depth),
            Value::Dict(dict) => {
                let entries = dict.entries.borrow();
                let entries = entries
                    .iter()
                    .map(|(k, v)| (Value::Text(k.clone()), v.clone()));
                self.map(value, entries, verb, depth);
            }
            Value::Keyed(map) => self.map(value, map.entries.iter().cloned(), verb, depth),
            Value::Record(record) => self.record(record, verb, depth),
            Value::Named(named) => self.named(*named, verb),
            scalar => self.scalar(scalar, verb),
        }
    }

    fn nil(&mut self, verb: char, depth: usize) {
        match verb {
            _ if depth > 0 && self.spec.sharp_v => self.out.push_str("interface {}(nil)"),
            _ if depth > 0 => self.out.push_str("<nil>"),
            'v' => verb::pad(self.out, &self.spec, b"<nil>"),
            verb => self.bad_verb(verb, &Value::Nil),
        }
    }

    fn scalar(&mut self, value: &Value, verb: char) {
        let known = match value {
            Value::Bool(b) => verb::boolean(self.out, &self.spec, *b, verb),
            Value::Int(n) | Value::Int64(n) => {
                verb::integer(self.out, &self.spec, n.unsigned_abs(), *n < 0, verb)
            }
            Value::Uint8(n) => verb::unsigned(self.out, &self.spec, u64::from(*n), verb),
            Value::Uint64(n) => verb::unsigned(self.out, &self.spec, *n, verb),
            Value::Float(n) => verb::float(self.out, &self.spec, *n, verb),
            Value::Text(text) => verb::text(self.out, &self.spec, text.bytes(), verb),
            _ => false,
        };
        if !known {
            self.bad_verb(verb, value);
        }
    }

    /// `%!d(string=x)`
    pub(super) fn bad_verb(&mut self, verb: char, value: &Value) {
        self.out.push_str(&format!("%!{verb}("));
        if value.is_nil() {
            self.out.push_str("<nil>");
        } else {
            self.out.push_str(&value.type_name());
            self.out.push(b"=");
            match value {
                Value::Named(named) => self.value(&Value::Int(named.number()), 'v', 0),
                value => self.value(value, 'v', 0),
            }
        }
        self.out.push(b")");
    }

    /// What opens, separates and closes the items of a list or a map.
    fn brackets(&self, open: &str, value: &Value) -> (String, &'static str, &'static str) {
        if self.spec.sharp_v {
            return (value.type_name() + "{", ", ", "}");
        }
        (open.to_owned(), " ", "]")
    }

    fn list(&mut self, value: &Value, items: &[Value], verb: char, depth: usize) {
        let (open, separator, close) = self.brackets("[", value);
        self.out.push_str(&open);
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.out.push_str(separator);
            }
            self.value(item, verb, depth + 1);
        }
        self.out.push_str(close);
    }

    fn map(
        &mut self,
        value: &Value,
        entries: impl Iterator<Item = (Value, Value)>,
        verb: char,
        depth: usize,
    ) {
        let (open, separator, close) = self.brackets("map[", value);
        self.out.push_str(&open);
        for (at, (key, item)) in entries.enumerate() {
            if at > 0 {
                self.out.push_str(separator);
            }
            self.value(&key, verb, depth + 1);
            self.out.push(b":");
            self.value(&item, verb, depth + 1);
        }
        self.out.push_str(close);
    }

    /// Its text, or under the verbs of numbers its number.
    fn named(&mut self, named: Named, verb: char) {
        if is_of_text(verb) && !self.spec.sharp_v {
            let text = named.to_string();
            verb::text(self.out, &self.spec, text.as_bytes(), verb);
            return;
        }
        let number = named.number();
        let known = verb::integer(
            self.out,
            &self.spec,
            number.unsigned_abs(),
            number < 0,
            verb,
        );
        if !known {
            self.bad_verb(verb, &Value::Named(named));
        }
    }

    /// What shows what Go keeps in memory for a type of its own.
    fn native(&mut self, native: &Native, name: &str, verb: char) {
        match native.source().filter(|_| verb == 'v') {
            Some(source) => verb::pad(self.out, &self.spec, source.as_bytes()),
            None if self.spec.sharp_v => self.out.fail(in_memory("#v", name)),
            None => self
                .out
                .fail(in_memory(verb.encode_utf8(&mut [0; 4]), name)),
        }
    }

    fn record(&mut self, record: &Record, verb: char, depth: usize) {
        let printed_by_method = is_of_text(verb) && !self.spec.sharp_v;
        if let Some(text) = record.text.as_ref().filter(|_| printed_by_method) {
            verb::text(self.out, &self.spec, text.bytes(), verb);
            return;
        }
        if let Some(native) = &record.native {
            return self.native(native, record.name, verb);
        }
        if self.spec.sharp_v {
            self.out.push_str(record.name);
        }
        self.out.push(b"{");
        for (at, (name, field)) in record.fields.iter().enumerate() {
            if at > 0 {
                self.out
                    .push_str(if self.spec.sharp_v { ", " } else { " " });
            }
            if self.spec.plus_v || self.spec.sharp_v {
                self.out.push_str(&format!("{name}:"));
            }
            self.value(field, verb, depth + 1);
        }
        self.out.push(b"}");
    }
}

/// The verbs under which a type's own text is printed.
fn is_of_text(verb: char) -> bool {
    matches!(verb, 'v' | 's' | 'x' | 'X' | 'q')
}

/// What cannot be printed, because it would not be the same twice.
pub(super) fn in_memory(verb: &str, name: &str) -> Fault {
    let message = format!("%{verb} of a {name} would print what Go keeps in memory");
    Fault::function(message).hint("print it with %v or %s")
}
