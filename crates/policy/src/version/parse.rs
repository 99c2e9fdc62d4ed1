//! Reads a version from a tag, without a copy.

use super::fault::{Fault, Part, Reason};
use super::plain;
use super::{MAX_VERSION_LEN, VersionView};
use crate::Dialect;

/// Reads `text` whole.
#[inline]
pub(crate) fn parse(dialect: Dialect, text: &str) -> Result<VersionView<'_>, Fault> {
    if text.len() > MAX_VERSION_LEN {
        return Err(Fault::new(0, Reason::TooLong));
    }
    match plain::core(text.as_bytes()) {
        // Three parts: both dialects read them.
        Some((core, [])) => Ok(VersionView::release(core)),
        Some((core, rest)) => after_core(text, text.len() - rest.len(), core),
        None => careful(dialect, text),
    }
}

fn after_core(text: &str, at: usize, core: [u64; 3]) -> Result<VersionView<'_>, Fault> {
    let mut cursor = Cursor { text, at };
    let prerelease = cursor.identifiers(b'-', starts_with_zero)?;
    let build = cursor.identifiers(b'+', |_| false)?;
    cursor.end()?;
    Ok(VersionView {
        core,
        prerelease,
        build,
    })
}

/// Reads what has fewer parts or long numbers, and says what is wrong with the rest.
fn careful(dialect: Dialect, text: &str) -> Result<VersionView<'_>, Fault> {
    let mut cursor = Cursor {
        text,
        at: usize::from(text.starts_with('v')),
    };
    let (core, parts) = cursor.core()?;
    let version = after_core(text, cursor.at, core)?;
    if dialect == Dialect::Flux && parts < 3 {
        two_dots(text)?;
    }
    Ok(version)
}

/// Refuses a numeric identifier that starts with 0; `at` is the place of `prerelease`.
pub(crate) fn check_identifiers(prerelease: &str, at: usize) -> Result<(), Fault> {
    let mut start = at;
    for identifier in prerelease.split('.') {
        if starts_with_zero(identifier.as_bytes()) {
            return Err(Fault::new(start, Reason::LeadingZero));
        }
        start += identifier.len() + 1;
    }
    Ok(())
}

fn starts_with_zero(identifier: &[u8]) -> bool {
    identifier.len() > 1 && identifier[0] == b'0' && identifier.iter().all(u8::is_ascii_digit)
}

/// Flux splits at the first two dots of the whole text, so `1.2-rc.1` passes.
fn two_dots(text: &str) -> Result<(), Fault> {
    let dots = text.bytes().filter(|byte| *byte == b'.').count();
    if dots >= 2 {
        Ok(())
    } else {
        Err(Fault::new(text.len(), Reason::TwoDotsWanted))
    }
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// One to three numbers, and how many.
    fn core(&mut self) -> Result<([u64; 3], usize), Fault> {
        let mut core = [self.number(Part::Major)?, 0, 0];
        if !self.eat(b'.') {
            return Ok((core, 1));
        }
        core[1] = self.number(Part::Minor)?;
        if !self.eat(b'.') {
            return Ok((core, 2));
        }
        core[2] = self.number(Part::Patch)?;
        Ok((core, 3))
    }

    fn number(&mut self, part: Part) -> Result<u64, Fault> {
        let start = self.at;
        let mut number = Some(0_u64);
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            let digit = u64::from(digit - b'0');
            number = number.and_then(|n| n.checked_mul(10)?.checked_add(digit));
            self.at += 1;
        }
        if start == self.at {
            return Err(Fault::new(start, Reason::MissingNumber(part)));
        }
        number.ok_or(Fault::new(start, Reason::TooBig(part)))
    }

    /// What follows `sign`: identifiers with dots between them. Empty without `sign`.
    #[inline]
    fn identifiers(&mut self, sign: u8, is_wrong: fn(&[u8]) -> bool) -> Result<&'a str, Fault> {
        if !self.eat(sign) {
            return Ok("");
        }
        let start = self.at;
        loop {
            let identifier = self.at;
            while self.peek().is_some_and(is_identifier_byte) {
                self.at += 1;
            }
            if identifier == self.at {
                return Err(Fault::new(self.at, Reason::EmptyIdentifier));
            }
            if is_wrong(&self.text.as_bytes()[identifier..self.at]) {
                return Err(Fault::new(identifier, Reason::LeadingZero));
            }
            if !self.eat(b'.') {
                return Ok(&self.text[start..self.at]);
            }
        }
    }

    fn end(&self) -> Result<(), Fault> {
        if self.at == self.text.len() {
            return Ok(());
        }
        Err(Fault::new(self.at, Reason::UnexpectedCharacter))
    }
}

#[inline]
fn is_identifier_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}
