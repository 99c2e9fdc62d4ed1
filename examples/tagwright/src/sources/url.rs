//! The URL of a repository.

use tagwright::gitwrite::Remote;

use crate::failure::Failure;

pub(super) fn check(flag: &str, url: &str) -> Result<(), Failure> {
    match Remote::new(url) {
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::new(format!("{flag}: {error}"))),
    }
}
