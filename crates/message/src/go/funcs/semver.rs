//! Sprig's functions on versions.

use super::Param::Text as T;
use super::{Answer, Call, Function};
use crate::go::fault::Fault;
use crate::go::native::Native;
use crate::go::semver::{Range, Version};
use crate::go::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::fixed("semver", &[T], |call| {
        Ok(Native::Version(version(&call.str(0))?).value())
    }),
    Function::fixed("semverCompare", &[T, T], compare),
];

fn version(text: &str) -> Result<Version, Fault> {
    let hint = "versions look like 1.2.3, v1.2 or 1.2.3-rc.1+build";
    Version::parse(text).ok_or_else(|| Fault::function("invalid version").hint(hint))
}

/// Whether a version is in a range.
fn compare(call: &mut Call<'_>) -> Answer {
    let range = Range::parse(&call.str(0)).ok_or_else(|| {
        let hint = "ranges look like ^1.2, ~1.2.3, >=1.0 <2 or 1.x || 3.x";
        Fault::function("invalid range of versions").hint(hint)
    })?;
    Ok(Value::Bool(range.matches(&version(&call.str(1))?)))
}
