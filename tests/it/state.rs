//! What is kept between runs, what it saves, and what becomes of a store that fails.

#[cfg(feature = "state")]
mod files;
mod reviewed;
mod second_run;
mod stores;

use tagwright_testkit::harness::Trial;

/// Does what a test started this program for again, and does not return then.
pub(crate) fn be_a_child() {
    #[cfg(feature = "state")]
    if let Some(folder) = std::env::var_os(files::WRITER) {
        files::write_for_ever(folder.as_ref());
    }
}

pub(crate) fn tests() -> Vec<Trial> {
    let mut tests = second_run::tests();
    tests.extend(reviewed::tests());
    tests.extend(stores::tests());
    #[cfg(feature = "state")]
    tests.extend(files::tests());
    tests
}
