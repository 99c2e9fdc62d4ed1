//! Two texts in one flag.

use crate::failure::Failure;

pub(super) fn of<'t>(flag: &str, form: &str, text: &'t str) -> Result<(&'t str, &'t str), Failure> {
    text.split_once('=')
        .ok_or_else(|| Failure::new(format!("{flag} '{text}' has no '='; give {form}")))
}
