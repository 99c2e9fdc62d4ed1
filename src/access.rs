//! From Secrets by their names to what shows them: clients of registries, remotes, signing keys.

mod find;
mod git;
mod keychain;
mod lack;
mod login;
mod proxy;
mod registry;
mod tls;

pub(crate) use find::{SecretName, Secrets};
pub(crate) use git::{GitAccess, GitWish, RemoteSource};
pub(crate) use lack::Lack;
pub(crate) use registry::{ClientSource, Place, RegistryAccess, RegistryWish};
