//! Ranges: groups of comparators, `||` between the groups.

use super::comparator::{Comparator, Operator, Precision};
use super::hyphen::{rewrite, version_end};
use super::{MAX_VERSION_LEN, Version, are_ordered};

/// Bytes of a range, the limit of Masterminds/semver.
const MAX_LEN: usize = 512;

/// Groups of a range, the limit of Masterminds/semver.
const MAX_GROUPS: usize = 32;

/// `>=1.2 <2 || 3.x`
#[derive(Debug)]
pub(in crate::go) struct Range(Vec<Vec<Comparator>>);

impl Range {
    pub(in crate::go) fn parse(source: &str) -> Option<Self> {
        if source.len() > MAX_LEN {
            return None;
        }
        let text = rewrite(source);
        if text.split("||").count() > MAX_GROUPS {
            return None;
        }
        let groups = text.split("||").map(|text| Cursor { text }.group());
        groups.collect::<Option<_>>().map(Range)
    }

    pub(in crate::go) fn matches(&self, version: &Version) -> bool {
        let admits = |group: &Vec<Comparator>| {
            let is_release = !version.is_prerelease();
            (is_release || group.iter().any(Comparator::has_prerelease))
                && group.iter().all(|comparator| comparator.holds(version))
        };
        self.0.iter().any(admits)
    }
}

/// The blanks of Go's `\s`.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}

/// What is left of a group.
struct Cursor<'a> {
    text: &'a str,
}

impl<'a> Cursor<'a> {
    fn group(&mut self) -> Option<Vec<Comparator>> {
        let mut comparators = Vec::new();
        self.skip_spaces();
        loop {
            comparators.push(self.comparator()?);
            if self.text.is_empty() || !self.separator()? {
                return Some(comparators);
            }
        }
    }

    /// Blanks, a comma, or both. False when only blanks are left.
    fn separator(&mut self) -> Option<bool> {
        let before = self.text.len();
        self.skip_spaces();
        let spaces = self.text.len() < before;
        if self.eat(",") {
            self.skip_spaces();
            return Some(true);
        }
        match self.text {
            "" => Some(false),
            _ => spaces.then_some(true),
        }
    }

    fn comparator(&mut self) -> Option<Comparator> {
        let operator = self.operator();
        self.skip_spaces();
        let end = version_end(self.text.as_bytes(), 0)?;
        let (version, rest) = self.text.split_at(end);
        self.text = rest;
        let (precision, version) = partial(version)?;
        Some(Comparator {
            operator,
            precision,
            version,
        })
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
        let found = OPERATORS.iter().find(|(spelling, _)| self.eat(spelling));
        found.map_or(Operator::Equal, |(_, operator)| *operator)
    }

    fn eat(&mut self, text: &str) -> bool {
        let rest: Option<&'a str> = self.text.strip_prefix(text);
        self.text = rest.unwrap_or(self.text);
        rest.is_some()
    }

    fn skip_spaces(&mut self) {
        self.text = self
            .text
            .trim_start_matches(|c: char| u8::try_from(c).is_ok_and(is_space));
    }
}

/// Reads a version with parts left out or wild, and how much of it was written.
fn partial(text: &str) -> Option<(Precision, Version)> {
    let (front, build) = text.split_once('+').unwrap_or((text, ""));
    let (core, prerelease) = front.split_once('-').unwrap_or((front, ""));
    let mut numbers = [0; 3];
    let (mut written, mut digits) = (0, 0);
    let parts = core.strip_prefix('v').unwrap_or(core).split('.');
    // What follows a wildcard is not looked at.
    for (number, part) in numbers.iter_mut().zip(parts.take_while(|p| !is_wild(p))) {
        let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
        *number = part.parse().ok().filter(|_| is_number)?;
        written += 1;
        digits += part.len();
    }
    // Masterminds/semver spells the version out, zeros for what is wild, and
    // refuses it when that is too long.
    let sign = usize::from(!prerelease.is_empty());
    let spelled = digits + (3 - written) + 2 + sign + prerelease.len();
    let length = if written == 3 { text.len() } else { spelled };
    let version = Version {
        core: numbers,
        prerelease: prerelease.to_owned(),
        // A partial version loses its build metadata, which nothing compares.
        build: if written == 3 { build } else { "" }.to_owned(),
        original: text.to_owned(),
    };
    let valid = length <= MAX_VERSION_LEN && are_ordered(prerelease);
    valid.then(|| (Precision::of(written), version))
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
