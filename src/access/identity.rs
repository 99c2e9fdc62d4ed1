//! What this machine is to a registry by itself.

use std::sync::Arc;

use registry::{ConfigFiles, Keychain};
use tagwright_registry as registry;

use super::Lack;
use crate::allow::Identity;

/// The logins of an identity that may be used.
pub(super) fn keychain(identity: Identity) -> Result<Arc<dyn Keychain>, Lack> {
    match identity {
        Identity::DockerConfig => Ok(Arc::new(ConfigFiles::from_environment())),
        #[cfg(feature = "aws")]
        Identity::Aws => Ok(Arc::new(registry::AwsKeychain::new())),
        #[cfg(feature = "azure")]
        Identity::Azure => Ok(Arc::new(registry::AzureKeychain::new())),
        #[cfg(feature = "gcp")]
        Identity::Gcp => Ok(Arc::new(registry::GcpKeychain::new())),
        identity => Err(Lack::new(
            format!("this program was built without the {identity} for registries"),
            "build it with the feature aws, azure or gcp, or name a Secret",
        )),
    }
}
