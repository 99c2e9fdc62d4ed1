//! Go's `strconv.FormatFloat`.

/// The decimal digits of a finite float, without trailing zeros, and the place
/// of the point: `digits` with the point before index `point`.
struct Decimal {
    digits: String,
    point: i32,
}

impl Decimal {
    /// The shortest digits that give the float again, or a rounded number of them.
    fn new(value: f64, rounded_to: Option<usize>) -> Self {
        let text = match rounded_to {
            Some(digits) => format!("{:.*e}", digits.max(1) - 1, value.abs()),
            None => format!("{:e}", value.abs()),
        };
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let digits = mantissa.replace('.', "");
        let digits = digits.trim_end_matches('0').to_owned();
        let point = if digits.is_empty() {
            0
        } else {
            exponent.parse().unwrap_or(0) + 1
        };
        Decimal { digits, point }
    }

    fn count(&self) -> i32 {
        i32::try_from(self.digits.len()).unwrap_or(i32::MAX)
    }
}

/// A float has no more significant digits.
const MOST_DIGITS: usize = 800;

/// Formats with verb `e`, `E`, `f`, `F`, `g` or `G`; no precision is the
/// shortest text that gives the float again. There is no plus sign.
pub(super) fn format(value: f64, verb: char, precision: Option<usize>) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if value.is_infinite() {
        return if sign.is_empty() { "+Inf" } else { "-Inf" }.to_owned();
    }
    let body = match verb {
        'e' | 'E' => exponential(value, precision),
        'f' | 'F' => fixed(value, precision),
        _ => general(value, precision),
    };
    let body = if verb == 'E' || verb == 'G' {
        body.to_uppercase()
    } else {
        body
    };
    format!("{sign}{body}")
}

/// A float64 has no digit behind so many places, and `format!` takes no more than 65,535.
const MOST_PLACES: usize = 1_100;

fn fixed(value: f64, precision: Option<usize>) -> String {
    match precision {
        Some(precision) => {
            let exact = precision.min(MOST_PLACES);
            let zeros = "0".repeat(precision - exact);
            format!("{:.*}{zeros}", exact, value.abs())
        }
        None => format!("{}", value.abs()),
    }
}

fn exponential(value: f64, precision: Option<usize>) -> String {
    let exact = precision.map(|precision| precision.min(MOST_PLACES));
    let zeros = "0".repeat(precision.unwrap_or(0) - exact.unwrap_or(0));
    let text = match exact {
        Some(exact) => format!("{:.*e}", exact, value.abs()),
        None => format!("{:e}", value.abs()),
    };
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}{zeros}e{sign}{:02}", exponent.abs())
}

/// Go's `%g`: `%e` for small and large exponents, else `%f`.
fn general(value: f64, precision: Option<usize>) -> String {
    let precision = precision.map(|p| p.clamp(1, MOST_DIGITS));
    let decimal = Decimal::new(value, precision);
    let exponent = decimal.point - 1;
    let most = match precision.map(|p| i32::try_from(p).unwrap_or(i32::MAX)) {
        // Go judges the shortest text as if six digits had been asked for.
        None => 6,
        Some(p) if p > decimal.count() && decimal.count() >= decimal.point => decimal.count(),
        Some(p) => p,
    };
    if !decimal.digits.is_empty() && (exponent < -4 || exponent >= most) {
        return exponential(value, Some(decimal.digits.len() - 1));
    }
    let fraction = usize::try_from(decimal.count() - decimal.point).unwrap_or(0);
    match precision {
        _ if decimal.digits.is_empty() => "0".to_owned(),
        None => fixed(value, None),
        Some(_) => fixed(rounded(&decimal, value), Some(fraction)),
    }
}

/// The value of the rounded digits, whose fixed form then is exact.
fn rounded(decimal: &Decimal, value: f64) -> f64 {
    let text = format!("0.{}e{}", decimal.digits, decimal.point);
    text.parse().unwrap_or(value)
}

/// The 53 digits and the power of two of a finite float that is not negative.
fn parts(value: f64) -> (u64, i32) {
    let bits = value.to_bits();
    let mantissa = bits & ((1 << 52) - 1);
    match i32::try_from(bits >> 52 & 0x7FF).unwrap_or(0) {
        0 => (mantissa, -1074),
        exponent => (mantissa | 1 << 52, exponent - 1075),
    }
}

/// Go's `%b` of a finite float: `6755399441055744p-52`.
pub(super) fn binary(value: f64) -> String {
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let (mantissa, exponent) = parts(value.abs());
    format!("{sign}{mantissa}p{exponent:+}")
}

/// Go's `%x` of a finite float: `0x1.8p+00`; a precision counts the digits
/// after the point, and rounds half to even.
pub(super) fn hexadecimal(value: f64, precision: Option<usize>) -> String {
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let (mut mantissa, mut exponent) = parts(value.abs());
    // One digit before the point, and 60 bits after it.
    let shift = mantissa.leading_zeros().saturating_sub(3);
    if mantissa == 0 {
        exponent = 0;
    } else {
        mantissa <<= shift;
        exponent += 60 - i32::try_from(shift).unwrap_or(0);
    }
    if let Some(precision) = precision.filter(|precision| *precision < 15) {
        let dropped = 60 - 4 * u32::try_from(precision).unwrap_or(0);
        let (kept, rest) = (mantissa >> dropped, mantissa & ((1 << dropped) - 1));
        let half = 1 << (dropped - 1);
        let rounds_up = rest > half || (rest == half && kept & 1 == 1);
        mantissa = (kept + u64::from(rounds_up)) << dropped;
        if mantissa >> 61 != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let digits = format!("{:015x}", mantissa & ((1 << 60) - 1));
    let fraction = match precision {
        None => digits.trim_end_matches('0').to_owned(),
        Some(precision) => {
            let kept = &digits[..precision.min(digits.len())];
            format!("{kept}{}", "0".repeat(precision - kept.len()))
        }
    };
    let point = if fraction.is_empty() { "" } else { "." };
    let power = format!("{:02}", exponent.abs());
    let direction = if exponent < 0 { '-' } else { '+' };
    format!(
        "{sign}0x{}{point}{fraction}p{direction}{power}",
        mantissa >> 60
    )
}
