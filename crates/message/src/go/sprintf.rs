//! Go's `fmt.Sprintf`.

use super::buffer::{Buffer, too_long};
use super::fault::Fault;
use super::print::{Printer, in_memory};
use super::spec::Spec;
use super::text::Text;
use super::value::Value;
use crate::limits::OUTPUT_BYTES;

/// The greatest width or precision that an argument may give, as in Go.
const GREATEST: i64 = 1_000_000;

pub(super) fn sprintf(format: &str, args: &[Value]) -> Result<Text, Fault> {
    let mut formatter = Formatter {
        out: Buffer::default(),
        rest: format,
        args,
        next: 0,
        reordered: false,
        good_index: true,
    };
    formatter.run();
    formatter.out.finish().map(Text::from)
}

struct Formatter<'a> {
    out: Buffer,
    rest: &'a str,
    args: &'a [Value],
    next: usize,
    /// Some directive names its argument, so that unused ones are no mistake.
    reordered: bool,
    good_index: bool,
}

impl Formatter<'_> {
    fn run(&mut self) {
        let mut any_reordered = false;
        while let Some(at) = self.rest.find('%') {
            self.out.push_str(&self.rest[..at]);
            self.rest = &self.rest[at + 1..];
            self.reordered = false;
            self.directive();
            any_reordered |= self.reordered;
            if self.out.is_full() {
                return;
            }
        }
        self.out.push_str(self.rest);
        if !any_reordered {
            self.extra();
        }
    }

    /// One directive; its `%` is past.
    fn directive(&mut self) {
        self.good_index = true;
        let mut spec = self.flags();
        let mut after_index = self.index();
        if self.take('*') {
            let width = self.star("%!(BADWIDTH)", -GREATEST);
            spec.minus |= width.is_some_and(|w| w < 0);
            spec.width = width.and_then(|w| usize::try_from(w.abs()).ok());
            after_index = false;
        } else {
            spec.width = self.number();
            // "%[3]2d": a width cannot follow an index.
            self.good_index &= !(after_index && spec.width.is_some());
        }
        if self.take('.') {
            self.good_index &= !after_index;
            after_index = self.index();
            spec.precision = self.precision(&mut after_index);
        }
        if !after_index {
            self.index();
        }
        self.verb(spec);
    }

    fn flags(&mut self) -> Spec {
        let mut spec = Spec::default();
        while let Some(c) = self.rest.chars().next() {
            match c {
                '#' => spec.sharp = true,
                '0' => spec.zero = true,
                '+' => spec.plus = true,
                '-' => spec.minus = true,
                ' ' => spec.space = true,
                _ => break,
            }
            self.rest = &self.rest[1..];
        }
        spec
    }

    fn precision(&mut self, after_index: &mut bool) -> Option<usize> {
        if self.take('*') {
            *after_index = false;
            return self
                .star("%!(BADPREC)", 0)
                .and_then(|p| usize::try_from(p).ok());
        }
        // A point without digits is precision zero.
        Some(self.number().unwrap_or(0))
    }

    fn verb(&mut self, mut spec: Spec) {
        let Some(verb) = self.rest.chars().next() else {
            return self.out.push_str("%!(NOVERB)");
        };
        self.rest = &self.rest[verb.len_utf8()..];
        if verb == '%' {
            return self.out.push(b"%");
        }
        if !self.good_index {
            return self.out.push_str(&format!("%!{verb}(BADINDEX)"));
        }
        let Some(value) = self.args.get(self.next) else {
            return self.out.push_str(&format!("%!{verb}(MISSING)"));
        };
        self.next += 1;
        // Go goes further; nothing so long could be printed.
        if spec.width.max(spec.precision) > Some(OUTPUT_BYTES) {
            return self.out.fail(too_long());
        }
        if verb == 'v' {
            spec.sharp_v = std::mem::take(&mut spec.sharp);
            spec.plus_v = std::mem::take(&mut spec.plus);
        }
        self.print(value, verb, spec);
    }

    fn print(&mut self, value: &Value, verb: char, spec: Spec) {
        match verb {
            'T' if !value.is_nil() => {
                let name = Value::text(value.type_name());
                Printer {
                    out: &mut self.out,
                    spec,
                }
                .value(&name, 's', 0);
            }
            'T' => self.print(&Value::Nil, 'v', spec),
            // Go prints addresses, which are not the same twice.
            'p' if has_address(value) => {
                let fault = in_memory("p", &value.type_name());
                self.out.fail(fault);
            }
            'p' => Printer {
                out: &mut self.out,
                spec,
            }
            .bad_verb('p', value),
            verb => Printer {
                out: &mut self.out,
                spec,
            }
            .value(value, verb, 0),
        }
    }

    fn take(&mut self, c: char) -> bool {
        let rest = self.rest.strip_prefix(c);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Digits here, as a number. Where one more digit follows a number that is
    /// too great, the rest of the format is lost, as in Go.
    fn number(&mut self) -> Option<usize> {
        let mut number: Option<i64> = None;
        while let Some(digit) = self.rest.bytes().next().filter(u8::is_ascii_digit) {
            let before = number.unwrap_or(0);
            if before > GREATEST {
                self.rest = "";
                return None;
            }
            number = Some(before * 10 + i64::from(digit - b'0'));
            self.rest = &self.rest[1..];
        }
        number.and_then(|number| usize::try_from(number).ok())
    }

    /// The next argument as a width or a precision, within bounds.
    fn star(&mut self, complaint: &str, least: i64) -> Option<i64> {
        let value = self.args.get(self.next);
        self.next += usize::from(value.is_some());
        let unsigned = |v: &Value| v.as_uint().and_then(|n| i64::try_from(n).ok());
        let number = value.and_then(|v| v.as_int().or_else(|| unsigned(v)));
        let number = number.filter(|n| (least..=GREATEST).contains(n));
        if number.is_none() {
            self.out.push_str(complaint);
        }
        number
    }

    /// `[n]`, which names the next argument; whether it stood here.
    fn index(&mut self) -> bool {
        let Some(inner) = self.rest.strip_prefix('[') else {
            return false;
        };
        self.reordered = true;
        let Some((digits, rest)) = inner.split_once(']') else {
            self.good_index = false;
            self.rest = inner;
            return false;
        };
        self.rest = rest;
        let index = digits
            .parse::<usize>()
            .ok()
            .filter(|i| (1..=self.args.len()).contains(i));
        match index {
            Some(index) => self.next = index - 1,
            None => self.good_index = false,
        }
        index.is_some()
    }

    /// `%!(EXTRA string=x, int=1)`
    fn extra(&mut self) {
        let extra = self.args.get(self.next..).unwrap_or_default();
        if extra.is_empty() {
            return;
        }
        self.out.push_str("%!(EXTRA ");
        for (at, value) in extra.iter().enumerate() {
            if at > 0 {
                self.out.push_str(", ");
            }
            if !value.is_nil() {
                self.out.push_str(&value.type_name());
                self.out.push(b"=");
            }
            self.print(value, 'v', Spec::default());
        }
        self.out.push(b")");
    }
}

fn has_address(value: &Value) -> bool {
    match value {
        Value::List(_) | Value::Dict(_) | Value::Keyed(_) => true,
        Value::Record(record) => record.name.starts_with('*'),
        _ => false,
    }
}
