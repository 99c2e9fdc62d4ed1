//! Logins to the clouds' registries, each in a process of its own: the SDKs read its environment.

#[cfg(feature = "aws")]
mod aws;
mod child;

pub(crate) use child::run as run_child;

pub(crate) fn tests() -> Vec<tagwright_testkit::harness::Trial> {
    let suites = [
        #[cfg(feature = "aws")]
        aws::tests(),
    ];
    suites.into_iter().flatten().collect()
}
