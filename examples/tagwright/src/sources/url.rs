//! The URL of a repository.

use tagwright::gitwrite::Remote;

use crate::failure::Failure;

/// The library says what a caller of it does about a password, and not what a user of this program does.
pub(super) fn check(flag: &str, url: &str) -> Result<(), Failure> {
    let Err(error) = Remote::new(url) else {
        return Ok(());
    };
    let error = error.to_string().replace(
        "hand them over with Remote::credentials",
        "leave them out, and say with --secret where a Secret with them stands",
    );
    Err(Failure::new(format!("{flag}: {error}")))
}
