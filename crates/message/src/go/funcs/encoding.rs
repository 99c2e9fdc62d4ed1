//! Sprig's encodings and checksums.
//!
//! A text that cannot be decoded gives the words of Go's error as its result.

use std::fmt::Write;

use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::Param::Text;
use super::{Call, Function};
use crate::go::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::fixed("b64enc", &[Text], |call| {
        Ok(Value::text(BASE64.encode(&bytes(call))))
    }),
    Function::fixed("b64dec", &[Text], |call| {
        Ok(Value::text(decoded("64", decode64(&bytes(call)))))
    }),
    Function::fixed("b32enc", &[Text], |call| {
        Ok(Value::text(BASE32.encode(&bytes(call))))
    }),
    Function::fixed("b32dec", &[Text], |call| {
        Ok(Value::text(decoded("32", decode32(&bytes(call)))))
    }),
    Function::fixed("sha1sum", &[Text], |call| {
        Ok(Value::text(hex(&Sha1::digest(bytes(call)))))
    }),
    Function::fixed("sha256sum", &[Text], |call| {
        Ok(Value::text(hex(&Sha256::digest(bytes(call)))))
    }),
    Function::fixed("sha512sum", &[Text], |call| {
        Ok(Value::text(hex(&Sha512::digest(bytes(call)))))
    }),
    Function::fixed("adler32sum", &[Text], |call| {
        Ok(Value::text(adler32(&bytes(call)).to_string()))
    }),
];

fn bytes(call: &Call<'_>) -> Vec<u8> {
    call.text(0).bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    let mut out = String::new();
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// The checksum of RFC 1950.
fn adler32(bytes: &[u8]) -> u32 {
    let step = |(a, b): (u32, u32), byte: &u8| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (a + b) % 65_521)
    };
    let (a, b) = bytes.iter().fold((1, 0), step);
    (b << 16) | a
}

/// An encoding of RFC 4648.
struct Alphabet {
    digits: &'static [u8],
    bits: u32,
    /// Characters of a group, padding included.
    group: usize,
}

const BASE64: Alphabet = Alphabet {
    digits: b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    bits: 6,
    group: 4,
};

const BASE32: Alphabet = Alphabet {
    digits: b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    bits: 5,
    group: 8,
};

impl Alphabet {
    fn encode(&self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let (mut value, mut width) = (0_u32, 0);
        for byte in bytes {
            value = (value << 8 | u32::from(*byte)) & 0xFFFF;
            width += 8;
            while width >= self.bits {
                width -= self.bits;
                out.push(self.digit(value >> width));
            }
        }
        if width > 0 {
            out.push(self.digit(value << (self.bits - width)));
        }
        out.resize(out.len().next_multiple_of(self.group), b'=');
        out
    }

    fn digit(&self, value: u32) -> u8 {
        self.digits[value as usize & (self.digits.len() - 1)]
    }

    fn value(&self, digit: u8) -> Option<u32> {
        let place = self.digits.iter().position(|d| *d == digit)?;
        u32::try_from(place).ok()
    }

    /// Whole bytes of the digits' values; bits that are left over are dropped.
    fn pack(&self, values: &[u32]) -> Vec<u8> {
        let mut out = Vec::new();
        let (mut value, mut width) = (0_u32, 0);
        for digit in values {
            value = (value << self.bits | digit) & 0xFFFF;
            width += self.bits;
            if width >= 8 {
                width -= 8;
                out.push((value >> width & 0xFF) as u8);
            }
        }
        out
    }
}

/// The bytes, or the words of the error with the place in the input.
fn decoded(base: &str, result: Result<Vec<u8>, usize>) -> Vec<u8> {
    result.unwrap_or_else(|at| format!("illegal base{base} data at input byte {at}").into_bytes())
}

/// Decodes with padding; line breaks are skipped. The place of an error is Go's.
fn decode64(text: &[u8]) -> Result<Vec<u8>, usize> {
    let mut out = Vec::new();
    let mut at = 0;
    loop {
        let mut values = Vec::new();
        while values.len() < 4 {
            let Some(digit) = text.get(at) else {
                return if values.is_empty() {
                    Ok(out)
                } else {
                    Err(at - values.len())
                };
            };
            at += 1;
            match BASE64.value(*digit) {
                Some(value) => values.push(value),
                None if matches!(digit, b'\n' | b'\r') => {}
                None if *digit == b'=' => {
                    padding64(text, at, values.len())?;
                    out.extend(BASE64.pack(&values));
                    return Ok(out);
                }
                None => return Err(at - 1),
            }
        }
        out.extend(BASE64.pack(&values));
    }
}

/// Checks what follows the first `=` of a group with so many digits.
fn padding64(text: &[u8], at: usize, digits: usize) -> Result<(), usize> {
    let is_break = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let skip = |at: usize| at + text[at..].iter().take_while(|b| is_break(b)).count();
    let mut at = at;
    match digits {
        0 | 1 => return Err(at - 1),
        2 => {
            at = skip(at);
            match text.get(at) {
                None => return Err(text.len()),
                Some(b'=') => at += 1,
                Some(_) => return Err(at - 1),
            }
        }
        _ => {}
    }
    let end = skip(at);
    if end < text.len() { Err(end) } else { Ok(()) }
}

/// Decodes with padding; line breaks are skipped. The place of an error is Go's.
fn decode32(text: &[u8]) -> Result<Vec<u8>, usize> {
    let is_break = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let text: Vec<u8> = text.iter().copied().filter(|b| !is_break(b)).collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let mut values = Vec::new();
        while values.len() < 8 {
            let Some(digit) = text.get(at) else {
                return Err(text.len() - values.len());
            };
            at += 1;
            if *digit == b'=' && values.len() >= 2 && text.len() - at < 8 {
                padding32(&text, at, values.len())?;
                out.extend(BASE32.pack(&values));
                return Ok(out);
            }
            values.push(BASE32.value(*digit).ok_or(at - 1)?);
        }
        out.extend(BASE32.pack(&values));
    }
    Ok(out)
}

fn padding32(text: &[u8], at: usize, digits: usize) -> Result<(), usize> {
    let wanted = 7 - digits;
    let rest = &text[at..];
    if rest.len() < wanted {
        return Err(text.len());
    }
    if let Some(wrong) = rest[..wanted].iter().position(|byte| *byte != b'=') {
        return Err(at + wrong - 1);
    }
    if matches!(digits, 3 | 6) {
        return Err(at - 1);
    }
    Ok(())
}
