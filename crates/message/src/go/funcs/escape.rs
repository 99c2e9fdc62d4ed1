//! Go's `html`, `js` and `urlquery`.

use std::fmt::Write;

use super::Param::Any;
use super::{Answer, Call, Function};
use crate::go::fault::Fault;
use crate::go::print::sprint;
use crate::go::quote::is_print;
use crate::go::text::Text;
use crate::go::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::variadic("html", &[], Any, |call| escaped(call, html)),
    Function::variadic("js", &[], Any, |call| escaped(call, js)),
    Function::variadic("urlquery", &[], Any, |call| escaped(call, urlquery)),
];

fn escaped(call: &mut Call<'_>, escape: fn(&[u8]) -> Vec<u8>) -> Answer {
    let text = joined(call.rest(0))?;
    Ok(Value::text(escape(text.bytes())))
}

/// The arguments as a print of them; nil shows as in a template.
fn joined(args: &[Value]) -> Result<Text, Fault> {
    let shown = |value: &Value| match value {
        Value::Missing | Value::Nil => Value::text("<no value>"),
        value => value.clone(),
    };
    sprint(&args.iter().map(shown).collect::<Vec<_>>())
}

pub(in crate::go) fn html(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'\0' => out.extend("\u{FFFD}".bytes()),
            b'"' => out.extend(b"&#34;"),
            b'\'' => out.extend(b"&#39;"),
            b'&' => out.extend(b"&amp;"),
            b'<' => out.extend(b"&lt;"),
            b'>' => out.extend(b"&gt;"),
            byte => out.push(*byte),
        }
    }
    out
}

/// Bytes that are no character stay as they are.
fn js(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        let mut text = String::new();
        chunk.valid().chars().for_each(|c| push_js(&mut text, c));
        out.extend(text.bytes());
        out.extend(chunk.invalid());
    }
    out
}

fn push_js(out: &mut String, c: char) {
    match c {
        '\\' => out.push_str("\\\\"),
        '\'' => out.push_str("\\'"),
        '"' => out.push_str("\\\""),
        '<' | '>' | '&' | '=' | '\0'..='\x1F' => push_unicode(out, c),
        c if c.is_ascii() || is_print(c) => out.push(c),
        c => push_unicode(out, c),
    }
}

fn push_unicode(out: &mut String, c: char) {
    // Writing to a String cannot fail.
    let _ = write!(out, "\\u{:04X}", u32::from(c));
}

fn urlquery(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b' ' => out.push(b'+'),
            b'-' | b'_' | b'.' | b'~' => out.push(*byte),
            byte if byte.is_ascii_alphanumeric() => out.push(*byte),
            byte => out.extend(format!("%{byte:02X}").bytes()),
        }
    }
    out
}
