//! Logins to the clouds' own registries, by the clouds' own SDKs.

#[cfg(feature = "aws")]
mod aws;
mod failure;
#[cfg(feature = "gcp")]
mod gcp;
mod logins;
#[cfg(feature = "aws")]
mod transport;

#[cfg(feature = "aws")]
pub use aws::AwsKeychain;
#[cfg(feature = "gcp")]
pub use gcp::GcpKeychain;
