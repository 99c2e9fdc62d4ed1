//! What the crate `oci-client` calls a reference and an authentication, taken into ours.
//!
//! Not part of the promise that versions make: this moves with `oci-client`, now 0.18.

use ::oci_client as oci;

use crate::credential::Credential;
use crate::error::{Error, Kind};
use crate::reference::Reference;
use crate::secret::Secret;

impl TryFrom<&oci::Reference> for Reference {
    type Error = Error;

    /// The same image, its name read as go-containerregistry does.
    ///
    /// # Errors
    ///
    /// [`Kind::Reference`] for `localhost/app`, which is a path of Docker Hub in such a name and becomes a registry
    /// with a port only, and for what our names do not hold: a digest of sha512, a path of one character.
    fn try_from(theirs: &oci::Reference) -> Result<Self, Error> {
        if !theirs.registry().contains(['.', ':']) {
            return Err(Error::new(
                Kind::Reference,
                "a registry that has neither a dot nor a port",
                "write its port, such as 'localhost:443'",
            ));
        }
        theirs.whole().parse()
    }
}

impl TryFrom<oci::Reference> for Reference {
    type Error = Error;

    /// # Errors
    ///
    /// As for the conversion of a borrowed one.
    fn try_from(theirs: oci::Reference) -> Result<Self, Error> {
        Self::try_from(&theirs)
    }
}

impl From<&oci::secrets::RegistryAuth> for Credential {
    fn from(theirs: &oci::secrets::RegistryAuth) -> Self {
        theirs.clone().into()
    }
}

impl From<oci::secrets::RegistryAuth> for Credential {
    fn from(theirs: oci::secrets::RegistryAuth) -> Self {
        use oci::secrets::RegistryAuth;
        match theirs {
            RegistryAuth::Anonymous => Self::Anonymous,
            RegistryAuth::Basic(username, password) => Self::basic(username, password),
            RegistryAuth::Bearer(token) => Self::Bearer(Secret::new(token)),
        }
    }
}
