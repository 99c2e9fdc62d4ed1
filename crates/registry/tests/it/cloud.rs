//! Logins to the clouds' registries, each in a process of its own: the SDKs read its environment.

#[cfg(feature = "aws")]
mod aws;
#[cfg(feature = "azure")]
mod azure;
mod child;
#[cfg(feature = "azure")]
mod front;
#[cfg(feature = "gcp")]
mod gcp;

pub(crate) use child::run as run_child;

pub(crate) fn tests() -> Vec<tagwright_testkit::harness::Trial> {
    let suites = [
        #[cfg(feature = "aws")]
        aws::tests(),
        #[cfg(feature = "azure")]
        azure::tests(),
        #[cfg(feature = "gcp")]
        gcp::tests(),
    ];
    suites.into_iter().flatten().collect()
}
