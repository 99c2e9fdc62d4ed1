//! Reads a range: groups, comparators, partial versions.

use super::Group;
use super::comparator::{Comparator, Operator, Precision};
use super::hyphen::{Rewritten, rewrite, version_end};
use crate::text::floor;
use crate::version::{
    Fault, MAX_VERSION_LEN, Part, Reason, Version, VersionView, check_identifiers,
};
use crate::{Error, ErrorKind, Field};

/// Bytes of a range, the limit of Masterminds/semver.
const MAX_LEN: usize = 512;

/// Groups of a range, the limit of Masterminds/semver.
const MAX_GROUPS: usize = 32;

const HINT: &str = "write a comparison such as >=1.2.0, 1.2.x or ^1.2";

pub(super) fn groups(source: &str) -> Result<Vec<Group>, Error> {
    if source.len() > MAX_LEN {
        let what = format!("longer than {MAX_LEN} bytes");
        return Err(too_large(&what, source, floor(source, MAX_LEN)));
    }
    if source.bytes().all(is_space) {
        return Err(invalid("it is empty").at(source, 0..source.len()));
    }
    let rewritten = rewrite(source);
    let text = rewritten.text.as_str();
    if let Some((at, _)) = text.match_indices("||").nth(MAX_GROUPS - 1) {
        let what = format!("more than {MAX_GROUPS} groups");
        return Err(too_large(&what, source, rewritten.origins[at]));
    }
    let mut groups = Vec::new();
    let mut start = 0;
    for segment in text.split("||") {
        let mut cursor = Cursor {
            text,
            at: start,
            end: start + segment.len(),
        };
        match cursor.group() {
            Ok(group) => groups.push(group),
            Err(fault) => return Err(error(source, &rewritten, fault)),
        }
        start += segment.len() + "||".len();
    }
    Ok(groups)
}

fn invalid(what: &str) -> Error {
    let message = format!("invalid semver range: {what}");
    Error::new(ErrorKind::InvalidRange, message)
        .with_hint(HINT)
        .in_field(Field::SemverRange)
}

/// The range is too large from `start` on.
fn too_large(what: &str, source: &str, start: usize) -> Error {
    invalid(what)
        .with_hint("shorten it")
        .at(source, start..source.len())
}

fn error(source: &str, rewritten: &Rewritten, fault: Fault) -> Error {
    let text = rewritten.text.as_str();
    let span = rewritten.original(fault.at..fault.end(text));
    invalid(&fault.describe(text))
        .with_hint(fault.reason.hint().unwrap_or_else(|| hint(text, fault)))
        .at(source, span)
}

/// The way out for what people carry over from other dialects.
fn hint(text: &str, fault: Fault) -> &'static str {
    let (before, found) = text.split_at(fault.at);
    let ends_number = |c: char| c.is_ascii_digit() || matches!(c, 'x' | 'X' | '*');
    let follows_number = before.ends_with(ends_number);
    let is_hyphen = before.is_empty() || before.trim_end().ends_with(ends_number);
    match (fault.reason, found.as_bytes().first()) {
        (Reason::UnexpectedCharacter, Some(b'&')) => "write a comma or a blank for and",
        (Reason::UnexpectedCharacter, Some(b'.')) if follows_number => {
            "write three numbers at most"
        }
        (Reason::UnexpectedCharacter, Some(b'-')) if follows_number => {
            "write -0 behind the version to take pre-releases in, or leave the hyphen out"
        }
        (Reason::UnexpectedCharacter, Some(b'-')) if is_hyphen => {
            "write a version on both sides of the hyphen, with blanks around it"
        }
        (Reason::UnexpectedCharacter, Some(_)) if found.starts_with("latest") => {
            "write * for the latest release, or follow the tag by its digest"
        }
        _ => HINT,
    }
}

/// The blanks of Go's `\s`.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}

/// A group of the rewritten text.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
    end: usize,
}

impl Cursor<'_> {
    fn group(&mut self) -> Result<Group, Fault> {
        let mut comparators = Vec::new();
        let start = self.at;
        self.skip_spaces();
        if self.at == self.end {
            return Err(Fault::new(start, Reason::EmptyGroup));
        }
        loop {
            comparators.push(self.comparator()?);
            if self.at == self.end {
                return Ok(Group::new(comparators));
            }
            if !self.separator()? {
                return Ok(Group::new(comparators));
            }
        }
    }

    /// Blanks, a comma, or both. False when only blanks are left.
    fn separator(&mut self) -> Result<bool, Fault> {
        let spaces = self.skip_spaces();
        if self.eat(b',') {
            self.skip_spaces();
            return Ok(true);
        }
        match self.peek() {
            None => Ok(false),
            Some(_) if spaces => Ok(true),
            Some(_) => Err(Fault::new(self.at, Reason::UnexpectedCharacter)),
        }
    }

    fn comparator(&mut self) -> Result<Comparator, Fault> {
        let operator = self.operator();
        self.skip_spaces();
        let start = self.at;
        let end = version_end(&self.text.as_bytes()[..self.end], start);
        self.at = end.ok_or(self.no_version(start))?;
        let partial = Partial::split(self.text, start, self.at);
        let (precision, version) = partial.read()?;
        Ok(Comparator {
            operator,
            precision,
            version,
        })
    }

    fn no_version(&self, at: usize) -> Fault {
        let reason = match self.peek() {
            None => Reason::MissingVersion,
            Some(_) => Reason::UnexpectedCharacter,
        };
        Fault::new(at, reason)
    }

    fn operator(&mut self) -> Operator {
        const OPERATORS: [(&str, Operator); 11] = [
            ("!=", Operator::NotEqual),
            (">=", Operator::GreaterOrEqual),
            ("=>", Operator::GreaterOrEqual),
            ("<=", Operator::LessOrEqual),
            ("=<", Operator::LessOrEqual),
            ("~>", Operator::Tilde),
            ("=", Operator::Equal),
            (">", Operator::Greater),
            ("<", Operator::Less),
            ("~", Operator::Tilde),
            ("^", Operator::Caret),
        ];
        let rest = &self.text[self.at..self.end];
        match OPERATORS
            .iter()
            .find(|(spelling, _)| rest.starts_with(spelling))
        {
            Some((spelling, operator)) => {
                self.at += spelling.len();
                *operator
            }
            None => Operator::Equal,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes()[self.at..self.end].first().copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn skip_spaces(&mut self) -> bool {
        let start = self.at;
        while self.peek().is_some_and(is_space) {
            self.at += 1;
        }
        self.at > start
    }
}

/// A version with parts left out or wild, split but not read. Each part has
/// its place in the text.
struct Partial<'a> {
    numbers: [Option<(usize, &'a str)>; 3],
    prerelease: (usize, &'a str),
    build: &'a str,
    start: usize,
    length: usize,
}

impl<'a> Partial<'a> {
    /// Splits what [`version_end`] found.
    fn split(text: &'a str, start: usize, end: usize) -> Self {
        let whole = &text[start..end];
        let (front, build) = whole.split_once('+').unwrap_or((whole, ""));
        let (core, prerelease) = front.split_once('-').unwrap_or((front, ""));
        let mut numbers = [None; 3];
        let mut at = start + usize::from(core.starts_with('v'));
        for (slot, number) in numbers
            .iter_mut()
            .zip(text[at..start + core.len()].split('.'))
        {
            *slot = Some((at, number));
            at += number.len() + 1;
        }
        let prerelease = (start + front.len() - prerelease.len(), prerelease);
        Partial {
            numbers,
            prerelease,
            build,
            start,
            length: whole.len(),
        }
    }

    fn read(&self) -> Result<(Precision, Version), Fault> {
        const PARTS: [Part; 3] = [Part::Major, Part::Minor, Part::Patch];
        let mut core = [0; 3];
        let mut written = 0;
        for ((number, part), slot) in self.numbers.iter().zip(PARTS).zip(&mut core) {
            match number {
                Some((at, digits)) if !is_wild(digits) => *slot = read_number(*at, digits, part)?,
                // What follows a wildcard is not looked at.
                _ => break,
            }
            written += 1;
        }
        let (at, prerelease) = self.prerelease;
        self.check_length(written)?;
        check_identifiers(prerelease, at)?;
        // A partial version loses its build metadata, which nothing compares.
        let build = if written == 3 { self.build } else { "" };
        let version = VersionView {
            core,
            prerelease,
            build,
        }
        .to_version();
        Ok((Precision::of(written), version))
    }

    /// Masterminds/semver spells the version out, zeros for what is wild, and
    /// refuses it when that is too long.
    fn check_length(&self, written: usize) -> Result<(), Fault> {
        let (_, prerelease) = self.prerelease;
        let sign = usize::from(!prerelease.is_empty());
        let numbers = self.numbers.iter().flatten().take(written);
        let digits: usize = numbers.map(|(_, digits)| digits.len()).sum();
        let spelled = digits + (3 - written) + 2 + sign + prerelease.len();
        let length = if written == 3 { self.length } else { spelled };
        if length > MAX_VERSION_LEN {
            return Err(Fault::new(self.start, Reason::LongVersion));
        }
        Ok(())
    }
}

impl Precision {
    fn of(written: usize) -> Self {
        match written {
            0 => Precision::Any,
            1 => Precision::Major,
            2 => Precision::Minor,
            _ => Precision::Patch,
        }
    }
}

fn is_wild(number: &str) -> bool {
    matches!(number, "x" | "X" | "*")
}

fn read_number(at: usize, digits: &str, part: Part) -> Result<u64, Fault> {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::new(at, Reason::NotANumber(part)));
    }
    digits
        .parse()
        .map_err(|_| Fault::new(at, Reason::TooBig(part)))
}
