//! Exact decimal numbers, as Sprig's `addf` and its kin compute with.
//!
//! The operand on the right is always a float, so it has at most 17 digits;
//! what is on the left may grow.

use super::fault::Fault;

/// Places after the point of a quotient.
const QUOTIENT_PLACES: i32 = 16;

/// `digits` times ten to the power of `exponent`.
#[derive(Clone, Debug)]
pub(super) struct Decimal {
    negative: bool,
    /// The most significant digit first, no zero in front; none is zero.
    digits: Vec<u8>,
    exponent: i32,
}

/// The shortest decimal number that gives a float again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operand {
    negative: bool,
    digits: u64,
    exponent: i32,
}

impl Operand {
    pub(super) fn new(float: f64) -> Result<Self, Fault> {
        if !float.is_finite() {
            return Err(Fault::function("a number that is not finite"));
        }
        let text = format!("{:e}", float.abs());
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let fraction = mantissa
            .split_once('.')
            .map_or("", |(_, fraction)| fraction);
        let digits = mantissa.replace('.', "").parse().unwrap_or(0);
        let places = i32::try_from(fraction.len()).unwrap_or(0);
        Ok(Operand {
            negative: float < 0.0,
            digits,
            exponent: exponent.parse().unwrap_or(0) - places,
        })
    }

    pub(super) fn negated(self) -> Self {
        Operand {
            negative: !self.negative,
            ..self
        }
    }
}

impl From<Operand> for Decimal {
    fn from(operand: Operand) -> Self {
        let digits = operand.digits.to_string();
        Decimal {
            negative: operand.negative,
            digits: trimmed(digits.bytes().map(|digit| digit - b'0').collect()),
            exponent: operand.exponent,
        }
    }
}

impl Decimal {
    /// How much work the next operation is.
    pub(super) fn len(&self) -> usize {
        self.digits.len()
    }

    pub(super) fn plus(&self, other: Operand) -> Self {
        let other = Decimal::from(other);
        let exponent = self.exponent.min(other.exponent);
        let (a, b) = (self.scaled(exponent), other.scaled(exponent));
        let (negative, digits) = match (self.negative == other.negative, a >= b) {
            (true, _) => (self.negative, sum(&a, &b)),
            (false, true) => (self.negative, difference(&a, &b)),
            (false, false) => (other.negative, difference(&b, &a)),
        };
        let digits = trimmed(digits);
        Decimal {
            negative,
            digits,
            exponent,
        }
    }

    pub(super) fn times(&self, other: Operand) -> Self {
        let mut digits = self.digits.clone();
        let mut carry = 0u128;
        for digit in digits.iter_mut().rev() {
            carry += u128::from(*digit) * u128::from(other.digits);
            *digit = last_digit(&mut carry);
        }
        let mut front = Vec::new();
        while carry > 0 {
            front.push(last_digit(&mut carry));
        }
        front.reverse();
        front.append(&mut digits);
        Decimal {
            negative: self.negative != other.negative,
            digits: trimmed(front),
            exponent: self.exponent.saturating_add(other.exponent),
        }
    }

    /// Rounded to 16 places, half away from zero.
    pub(super) fn divided_by(&self, other: Operand) -> Result<Self, Fault> {
        if other.digits == 0 {
            return Err(Fault::function("a division by zero"));
        }
        let shift = self.exponent - other.exponent + QUOTIENT_PLACES;
        let (kept, dropped) = self.shifted(shift);
        let (mut quotient, rest) = divide(&kept, other.digits);
        if rounds_up(rest, other.digits, dropped) {
            quotient = sum(&quotient, &[1]);
        }
        Ok(Decimal {
            negative: self.negative != other.negative,
            digits: trimmed(quotient),
            exponent: -QUOTIENT_PLACES,
        })
    }

    /// The nearest float.
    pub(super) fn to_float(&self) -> f64 {
        let sign = if self.negative { "-" } else { "" };
        let digits: String = self.digits.iter().map(|d| char::from(b'0' + d)).collect();
        let text = format!("{sign}0{digits}e{}", self.exponent);
        match text.parse() {
            Ok(_) if self.digits.is_empty() => 0.0,
            Ok(float) => float,
            Err(_) => f64::NAN,
        }
    }

    /// The digits when the exponent is to be so low.
    fn scaled(&self, exponent: i32) -> Number {
        let zeros = usize::try_from(self.exponent - exponent).unwrap_or(0);
        let mut digits = self.digits.clone();
        if !digits.is_empty() {
            digits.resize(digits.len() + zeros, 0);
        }
        Number(digits)
    }

    /// The digits times a power of ten, and the first digit behind the point.
    fn shifted(&self, power: i32) -> (Vec<u8>, u8) {
        let mut digits = self.digits.clone();
        if let Ok(zeros) = usize::try_from(power) {
            digits.resize(digits.len() + zeros, 0);
            return (digits, 0);
        }
        let places = usize::try_from(power.unsigned_abs()).unwrap_or(usize::MAX);
        let Some(kept) = digits.len().checked_sub(places) else {
            return (Vec::new(), 0);
        };
        let first = digits[kept];
        digits.truncate(kept);
        (digits, first)
    }
}

/// Digits that compare as the number that they are.
#[derive(PartialEq, Eq)]
struct Number(Vec<u8>);

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        let length = self.0.len().cmp(&other.0.len());
        Some(length.then_with(|| self.0.cmp(&other.0)))
    }
}

impl std::ops::Deref for Number {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

/// Takes the last digit off.
fn last_digit(number: &mut u128) -> u8 {
    let digit = *number % 10;
    *number /= 10;
    u8::try_from(digit).unwrap_or(0)
}

fn trimmed(mut digits: Vec<u8>) -> Vec<u8> {
    let zeros = digits.iter().take_while(|digit| **digit == 0).count();
    digits.drain(..zeros);
    digits
}

/// The digits from the last on, zeros after the first.
fn backwards(digits: &[u8]) -> impl Iterator<Item = u8> + '_ {
    digits.iter().rev().copied().chain(std::iter::repeat(0))
}

fn sum(a: &[u8], b: &[u8]) -> Vec<u8> {
    let count = a.len().max(b.len()) + 1;
    let mut carry = 0;
    let pairs = backwards(a).zip(backwards(b)).take(count);
    let digits = pairs.map(|(a, b)| {
        let sum = a + b + carry;
        carry = sum / 10;
        sum % 10
    });
    let mut digits: Vec<u8> = digits.collect();
    digits.reverse();
    digits
}

/// `a` is not the smaller one.
fn difference(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut borrow = 0;
    let pairs = backwards(a).zip(backwards(b)).take(a.len());
    let digits = pairs.map(|(a, b)| {
        let taken = b + borrow;
        borrow = u8::from(a < taken);
        a + 10 * borrow - taken
    });
    let mut digits: Vec<u8> = digits.collect();
    digits.reverse();
    digits
}

/// The quotient and the rest.
fn divide(digits: &[u8], divisor: u64) -> (Vec<u8>, u64) {
    let divisor = u128::from(divisor);
    let mut rest = 0u128;
    let quotient = digits.iter().map(|digit| {
        rest = rest * 10 + u128::from(*digit);
        let digit = rest / divisor;
        rest %= divisor;
        u8::try_from(digit).unwrap_or(0)
    });
    let quotient = quotient.collect();
    (quotient, u64::try_from(rest).unwrap_or(0))
}

/// Whether the rest, with the digit that was dropped before it was divided, is
/// half of the divisor or more.
fn rounds_up(rest: u64, divisor: u64, dropped: u8) -> bool {
    2 * rest >= divisor || (2 * rest == divisor - 1 && dropped >= 5)
}
