use super::Objection;

/// How much of a list may be gone since it was last seen. A registry that
/// answers with a part of its tags makes an old tag look like the newest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shrink {
    allowed: u8,
}

impl Shrink {
    /// Allows a loss of `percent`. From 100 on everything may go.
    pub fn new(percent: u8) -> Self {
        Shrink { allowed: percent }
    }

    /// Objects where more than the allowed share of the `before` tags is gone.
    pub fn check(&self, before: u64, now: u64) -> Result<(), Objection> {
        let lost = u128::from(before.saturating_sub(now));
        if lost * 100 <= u128::from(before) * u128::from(self.allowed) {
            return Ok(());
        }
        Err(Objection::Shrunk {
            before,
            now,
            allowed: self.allowed,
        })
    }
}
