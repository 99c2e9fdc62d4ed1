//! Short texts that differ when what they stand for does.

use std::fmt::{self, Write as _};

use sha2::{Digest as _, Sha256};

use crate::automation::Spec;
use crate::plan::Selection;

/// The version that decides. Another one may decide otherwise.
pub(super) const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// All that an automation was built from. Its `Debug` holds every field, so that a new one is never forgotten here; it
/// shows no secret, and those take no part in what is written.
pub(super) fn of_spec(spec: &Spec) -> String {
    of(format_args!("{spec:?}"))
}

/// What a policy is: a changed one is another.
pub(super) fn of_policy(policy: &tagwright_policy::Policy) -> String {
    of(format_args!("{policy:?}"))
}

/// What was chosen. The reasons are left out: a tag more in the list changes them.
pub(super) fn of_values(selections: &[Selection]) -> String {
    let mut hash = Hash::default();
    for one in selections {
        let (tag, digest) = (one.tag.as_deref(), one.digest.as_deref());
        hash.add(format_args!("{:?}", (&one.policy, &one.image, tag, digest)));
    }
    hash.finish()
}

/// The name of an automation's record: its own, which may be the default one, and where it reads and writes.
pub(super) fn name(spec: &Spec) -> String {
    let paths: Vec<&str> = spec.folders.paths().collect();
    let place = (paths, spec.place.target());
    format!(
        "{}/{}",
        spec.full_name(),
        &of(format_args!("{place:?}"))[..16]
    )
}

fn of(text: fmt::Arguments<'_>) -> String {
    let mut hash = Hash::default();
    hash.add(text);
    hash.finish()
}

#[derive(Default)]
struct Hash(Sha256);

impl Hash {
    fn add(&mut self, text: fmt::Arguments<'_>) {
        // A hash takes everything.
        let _ = self.write_fmt(text);
    }

    fn finish(self) -> String {
        let mut hex = String::with_capacity(64);
        for byte in self.0.finalize() {
            let _ = write!(hex, "{byte:02x}");
        }
        hex
    }
}

impl fmt::Write for Hash {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text);
        Ok(())
    }
}
