//! Sprig's JSON, as Go's `encoding/json` writes and reads it.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::Param::{Any, Text};
use super::{Answer, Call, Function};
use crate::go::budget::Budget;
use crate::go::buffer::Buffer;
use crate::go::fault::Fault;
use crate::go::float;
use crate::go::types::Type;
use crate::go::value::{Record, Value};
use crate::limits::GO_VALUE_DEPTH;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::fixed("toJson", &[Any], |call| lenient(write(call, true, false))),
    Function::fixed("toPrettyJson", &[Any], |call| {
        lenient(write(call, true, true))
    }),
    Function::fixed("toRawJson", &[Any], |call| write(call, false, false)),
    Function::fixed("mustToJson", &[Any], |call| write(call, true, false)),
    Function::fixed("mustToPrettyJson", &[Any], |call| write(call, true, true)),
    Function::fixed("mustToRawJson", &[Any], |call| write(call, false, false)),
    Function::fixed("fromJson", &[Text], |call| {
        Ok(read(call).unwrap_or(Value::Nil))
    }),
    Function::fixed("mustFromJson", &[Text], read),
];

/// What cannot be written is the empty text; a bound stays a bound.
fn lenient(answer: Answer) -> Answer {
    match answer {
        Err(fault) if fault.is_of_function() => Ok(Value::text("")),
        answer => answer,
    }
}

fn write(call: &mut Call<'_>, escapes_html: bool, pretty: bool) -> Answer {
    let value = call.any(0).clone();
    let mut writer = Writer {
        out: Buffer::default(),
        escapes_html,
        pretty,
        depth: 0,
        budget: call.budget,
    };
    writer.value(&value)?;
    Ok(Value::text(writer.out.finish()?))
}

struct Writer<'a> {
    out: Buffer,
    escapes_html: bool,
    pretty: bool,
    depth: usize,
    budget: &'a mut Budget,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value) -> Result<(), Fault> {
        self.budget.steps(1)?;
        match value {
            Value::Missing | Value::Nil => self.out.push_str("null"),
            Value::Bool(b) => self.out.push_str(if *b { "true" } else { "false" }),
            Value::Named(named) => self.out.push_str(&named.number().to_string()),
            Value::Int(n) | Value::Int64(n) => self.out.push_str(&n.to_string()),
            Value::Uint8(n) => self.out.push_str(&n.to_string()),
            Value::Uint64(n) => self.out.push_str(&n.to_string()),
            Value::Float(n) => self.out.push_str(&number(*n)?),
            Value::Text(text) => self.text(text.bytes()),
            Value::List(list) => {
                self.items("[", list.items().iter().map(|item| (None, item)), "]")?;
            }
            Value::Dict(dict) => {
                let entries = dict.entries.borrow();
                self.items("{", entries.iter().map(|(k, v)| (Some(k.bytes()), v)), "}")?;
            }
            Value::Record(record) => self.record(record)?,
            Value::Keyed(_) => {
                return Err(Fault::function(
                    "a map whose keys are objects has no form in JSON",
                ));
            }
        }
        Ok(())
    }

    fn record(&mut self, record: &Record) -> Result<(), Fault> {
        if let Some(native) = &record.native {
            self.text(native.json()?.as_bytes());
            return Ok(());
        }
        let fields = record.fields.iter();
        match record.name {
            // Their form hangs on tags and types that templates never show.
            "update.ObjectIdentifier" | "update.ImageRef" => {
                let message = format!("the form of {} in JSON is not supported", record.name);
                Err(Fault::type_(message))
            }
            _ => self.items(
                "{",
                fields.map(|(name, value)| (Some(name.as_bytes()), value)),
                "}",
            ),
        }
    }

    fn items<'v>(
        &mut self,
        open: &str,
        items: impl Iterator<Item = (Option<&'v [u8]>, &'v Value)>,
        close: &str,
    ) -> Result<(), Fault> {
        self.out.push_str(open);
        self.depth += 1;
        let mut is_empty = true;
        for (key, value) in items {
            if !is_empty {
                self.out.push(b",");
            }
            is_empty = false;
            self.line_break();
            if let Some(key) = key {
                self.text(key);
                self.out.push_str(if self.pretty { ": " } else { ":" });
            }
            self.value(value)?;
        }
        self.depth -= 1;
        if !is_empty {
            self.line_break();
        }
        self.out.push_str(close);
        Ok(())
    }

    fn line_break(&mut self) {
        if self.pretty {
            self.out.push(b"\n");
            self.out.fill(b' ', 2 * self.depth);
        }
    }

    fn text(&mut self, bytes: &[u8]) {
        let mut out = String::from("\"");
        for chunk in bytes.utf8_chunks() {
            for c in chunk.valid().chars() {
                self.push_escaped(&mut out, c);
            }
            for _ in chunk.invalid() {
                out.push_str("\\ufffd");
            }
        }
        out.push('"');
        self.out.push_str(&out);
    }

    fn push_escaped(&self, out: &mut String, c: char) {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\x08' => out.push_str("\\b"),
            '\x0C' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '<' | '>' | '&' if !self.escapes_html => out.push(c),
            '\0'..='\x1F' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
}

/// As ECMAScript writes numbers.
fn number(value: f64) -> Result<String, Fault> {
    if !value.is_finite() {
        return Err(Fault::function(
            "a number that is not finite has no form in JSON",
        ));
    }
    let size = value.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        // e-09 is written e-9.
        return Ok(float::format(value, 'e', None).replace("e-0", "e-"));
    }
    Ok(float::format(value, 'f', None))
}

fn read(call: &mut Call<'_>) -> Answer {
    let text = call.text(0);
    call.budget.steps(text.len())?;
    let parsed = serde_json::from_str(&text.to_str());
    let parsed = parsed.map_err(|e| {
        Fault::function(format!(
            "no JSON at line {}, column {}",
            e.line(),
            e.column()
        ))
    })?;
    from_json(parsed, 0)
}

fn from_json(json: serde_json::Value, depth: usize) -> Answer {
    if depth > GO_VALUE_DEPTH {
        return Err(Fault::function(format!(
            "JSON nested more than {GO_VALUE_DEPTH} levels deep"
        )));
    }
    Ok(match json {
        serde_json::Value::Null => Value::Nil,
        serde_json::Value::Bool(b) => Value::Bool(b),
        serde_json::Value::Number(n) => Value::Float(n.as_f64().unwrap_or(0.0)),
        serde_json::Value::String(text) => Value::text(text),
        serde_json::Value::Array(items) => {
            let items = items.into_iter().map(|item| from_json(item, depth + 1));
            Value::list(items.collect::<Result<_, _>>()?)?
        }
        serde_json::Value::Object(entries) => {
            let entries = entries
                .into_iter()
                .map(|(k, v)| Ok((k.into(), from_json(v, depth + 1)?)));
            Value::dict(
                Type::Any,
                entries.collect::<Result<BTreeMap<_, _>, Fault>>()?,
            )
        }
    })
}
