//! Repetition operators.

use super::parse::{Parser, Problem};

/// The greatest count, and the most copies that nested counts may ask for.
pub(super) const MAX: u32 = 1_000;

/// `*`, `+`, `?`, `{n}`, `{n,}`, `{n,m}`.
pub(super) struct Counts {
    least: u32,
    most: Option<u32>,
    lazy: bool,
    counted: bool,
}

impl Counts {
    /// Reads an operator. None for a `{` that opens no count: Go takes it literally.
    pub(super) fn read(parser: &mut Parser<'_>) -> Result<Option<Self>, Problem> {
        let mut counts = match parser.peek() {
            Some('*') => Counts::plain(0, None),
            Some('+') => Counts::plain(1, None),
            Some('?') => Counts::plain(0, Some(1)),
            _ => {
                let Some((bounds, length)) = read_braces(parser.rest()) else {
                    return Ok(None);
                };
                parser.at += length;
                let Some((least, most)) = valid(bounds) else {
                    return Err("a repeat count that is out of order or above 1000");
                };
                Counts {
                    least,
                    most,
                    lazy: false,
                    counted: true,
                }
            }
        };
        parser.at += usize::from(!counts.counted);
        counts.lazy = parser.eat("?") != parser.flags.swap_greed;
        Ok(Some(counts))
    }

    fn plain(least: u32, most: Option<u32>) -> Self {
        Counts {
            least,
            most,
            lazy: false,
            counted: false,
        }
    }

    /// Whether Go holds the count against the limit.
    pub(super) fn is_counted(&self) -> bool {
        self.counted && (self.least >= 2 || self.most.is_some_and(|most| most >= 2))
    }

    /// Copies of the innermost thing, when what is repeated asks for `inner`.
    pub(super) fn copies(&self, inner: u32) -> u32 {
        match (self.counted, self.most) {
            (false, _) => inner,
            (true, Some(0)) => 1,
            (true, most) => inner.saturating_mul(most.unwrap_or(self.least).max(1)),
        }
    }

    pub(super) fn spell(&self) -> String {
        let lazy = if self.lazy { "?" } else { "" };
        match (self.least, self.most) {
            (0, None) => format!("*{lazy}"),
            (1, None) => format!("+{lazy}"),
            (0, Some(1)) => format!("?{lazy}"),
            (least, None) => format!("{{{least},}}{lazy}"),
            (least, Some(most)) => format!("{{{least},{most}}}{lazy}"),
        }
    }
}

/// The two numbers of a count, unread. The second is empty for `{n,}`.
type Bounds<'a> = (&'a str, &'a str);

/// `{n}`, `{n,}` or `{n,m}` at the start of `text`, and its length.
fn read_braces(text: &str) -> Option<(Bounds<'_>, usize)> {
    let (inside, _) = text.strip_prefix('{')?.split_once('}')?;
    let (least, most) = match inside.split_once(',') {
        Some((least, most)) => (least, most),
        None => (inside, inside),
    };
    let wanted = is_number(least) && (most.is_empty() || is_number(most));
    wanted.then_some(((least, most), inside.len() + 2))
}

/// Digits, without a zero in front.
fn is_number(text: &str) -> bool {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits && (text.len() == 1 || !text.starts_with('0'))
}

fn valid((least, most): Bounds<'_>) -> Option<(u32, Option<u32>)> {
    let least = count(least)?;
    if most.is_empty() {
        return Some((least, None));
    }
    let most = count(most)?;
    (least <= most).then_some((least, Some(most)))
}

fn count(digits: &str) -> Option<u32> {
    digits.parse().ok().filter(|count| *count <= MAX)
}
