//! Logins to the clouds' own registries, by the clouds' own SDKs.

#[cfg(feature = "aws")]
mod aws;
#[cfg(feature = "azure")]
mod azure;
mod failure;
#[cfg(feature = "gcp")]
mod gcp;
mod logins;
#[cfg(any(feature = "aws", feature = "azure"))]
mod transport;

#[cfg(feature = "aws")]
pub use aws::AwsKeychain;
#[cfg(feature = "azure")]
pub use azure::AzureKeychain;
#[cfg(feature = "gcp")]
pub use gcp::GcpKeychain;
