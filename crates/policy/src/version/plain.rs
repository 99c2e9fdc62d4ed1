//! The fast way to read how most tags start: `1.2.3`, `v1.2.3`.

/// Digits of a number that fits into a `u64` whatever they are.
const SAFE_DIGITS: usize = 19;

/// Three numbers, `v` in front or not, and where they end. None for whatever
/// needs a closer look: the careful parser then tells what it is.
#[inline]
pub(crate) fn core(bytes: &[u8]) -> Option<([u64; 3], &[u8])> {
    let bytes = bytes.strip_prefix(b"v").unwrap_or(bytes);
    let (major, bytes) = number(bytes)?;
    let (minor, bytes) = number(bytes.strip_prefix(b".")?)?;
    let (patch, bytes) = number(bytes.strip_prefix(b".")?)?;
    Some(([major, minor, patch], bytes))
}

#[inline]
fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0_u64;
    let mut length = 0;
    while let Some(digit) = bytes.get(length).map(|byte| byte.wrapping_sub(b'0'))
        && digit < 10
    {
        number = number.wrapping_mul(10).wrapping_add(u64::from(digit));
        length += 1;
    }
    (1..=SAFE_DIGITS)
        .contains(&length)
        .then(|| (number, &bytes[length..]))
}
