//! From Secrets by their names to what shows them: clients of registries, remotes, signing keys.

mod find;
mod git;
mod identity;
mod keychain;
mod lack;
mod login;
mod proxy;
mod registry;
#[cfg(any(feature = "sign-ssh", feature = "sign-openpgp"))]
mod signing;
mod tls;
#[cfg(not(all(feature = "sign-ssh", feature = "sign-openpgp")))]
mod unsigned;

pub(crate) use find::{SecretName, Secrets};
pub(crate) use git::{GitAccess, GitWish, RemoteSource};
pub(crate) use lack::Lack;
pub(crate) use registry::{ClientSource, Place, RegistryAccess, RegistryWish};
#[cfg(any(feature = "sign-ssh", feature = "sign-openpgp"))]
pub(crate) use signing::SignerSource;
#[cfg(not(any(feature = "sign-ssh", feature = "sign-openpgp")))]
pub(crate) use unsigned::SignerSource;
