//! Who one is, as Microsoft's SDK shows it to Entra.

use std::env;
use std::error::Error as StdError;
use std::sync::Arc;

use azure_core::cloud::CloudConfiguration;
use azure_core::credentials::{Secret, TokenCredential};
use azure_core::error::ErrorKind;
use azure_core::http::ClientOptions;
use azure_identity::{
    ClientAssertionCredentialOptions, ClientSecretCredential, ClientSecretCredentialOptions,
    ManagedIdentityCredential, ManagedIdentityCredentialOptions, UserAssignedId,
    WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};

use super::place::Place;
use super::transport::Http;
use crate::cloud::failure::Failure;
use crate::cloud::transport::Silence;

const TENANT: &str = "AZURE_TENANT_ID";
const CLIENT: &str = "AZURE_CLIENT_ID";
const SECRET: &str = "AZURE_CLIENT_SECRET";
const TOKEN_FILE: &str = "AZURE_FEDERATED_TOKEN_FILE";
const AUTHORITY: &str = "AZURE_AUTHORITY_HOST";

/// What Entra gave. No `Debug`: it is a secret.
pub(super) struct Token {
    pub(super) text: String,
    /// None where the machine knows it alone.
    pub(super) tenant: Option<String>,
}

/// What the environment tells of. No `Debug`: there is a secret.
enum Identity {
    ClientSecret {
        client: Application,
        secret: String,
    },
    Workload {
        client: Application,
        token_file: String,
    },
    Managed {
        client: Option<String>,
    },
}

struct Application {
    tenant: String,
    id: String,
}

/// A token for a registry, with the identity as it is found now.
pub(super) async fn token(place: &Place, http: &Http) -> Result<Token, Failure> {
    let identity = Identity::find(variable)?;
    // The SDK reads the variable where it is told no cloud.
    let cloud =
        variable(AUTHORITY).map_or_else(|| Some(place.cloud()), |_| None::<CloudConfiguration>);
    let credential = identity.credential(http.options(cloud));
    let credential = credential.map_err(|_| identity.unusable())?;
    let token = credential.get_token(&[place.scope()], None).await;
    let token = token.map_err(|error| identity.refused(&cause(&error)))?;
    let text = token.token.secret().to_owned();
    if text.is_empty() {
        return Err(identity.refused(&Cause::Nonsense));
    }
    Ok(Token {
        text,
        tenant: identity.tenant().map(str::to_owned),
    })
}

/// An empty one is none, as in Microsoft's other SDKs.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

impl Identity {
    fn find(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Failure> {
        let application = |told| match (variable(TENANT), variable(CLIENT)) {
            (Some(tenant), Some(id)) => Ok(Application { tenant, id }),
            _ => Err(incomplete(told)),
        };
        if let Some(secret) = variable(SECRET) {
            let client = application(SECRET)?;
            return Ok(Self::ClientSecret { client, secret });
        }
        if let Some(token_file) = variable(TOKEN_FILE) {
            let client = application(TOKEN_FILE)?;
            return Ok(Self::Workload { client, token_file });
        }
        Ok(Self::Managed {
            client: variable(CLIENT),
        })
    }

    fn credential(
        &self,
        client_options: ClientOptions,
    ) -> azure_core::Result<Arc<dyn TokenCredential>> {
        Ok(match self {
            Self::ClientSecret { client, secret } => ClientSecretCredential::new(
                &client.tenant,
                client.id.clone(),
                Secret::new(secret.clone()),
                Some(ClientSecretCredentialOptions { client_options }),
            )?,
            Self::Workload { client, token_file } => {
                WorkloadIdentityCredential::new(Some(WorkloadIdentityCredentialOptions {
                    credential_options: ClientAssertionCredentialOptions { client_options },
                    client_id: Some(client.id.clone()),
                    tenant_id: Some(client.tenant.clone()),
                    token_file_path: Some(token_file.into()),
                }))?
            }
            Self::Managed { client } => {
                ManagedIdentityCredential::new(Some(ManagedIdentityCredentialOptions {
                    user_assigned_id: client.clone().map(UserAssignedId::ClientId),
                    client_options,
                }))?
            }
        })
    }

    fn tenant(&self) -> Option<&str> {
        match self {
            Self::ClientSecret { client, .. } | Self::Workload { client, .. } => {
                Some(&client.tenant)
            }
            Self::Managed { .. } => None,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::ClientSecret { .. } => "client secret",
            Self::Workload { .. } => "workload identity",
            Self::Managed { .. } => "managed identity",
        }
    }

    fn unusable(&self) -> Failure {
        let hint = match self {
            Self::ClientSecret { .. } => {
                "check AZURE_TENANT_ID, and that AZURE_AUTHORITY_HOST is an https URL"
            }
            Self::Workload { .. } => {
                "check AZURE_TENANT_ID, AZURE_AUTHORITY_HOST and the file of AZURE_FEDERATED_TOKEN_FILE"
            }
            Self::Managed { .. } => {
                "set AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE; the SDK knows App Service and virtual machines"
            }
        };
        Failure::new(format!("the {} cannot be used", self.name()), hint)
    }

    fn refused(&self, cause: &Cause) -> Failure {
        let name = self.name();
        match (cause, self) {
            (Cause::Refusal(code), Self::Managed { .. }) => Failure::new(
                format!("no token for the {name} ({code})"),
                "assign the identity to this machine, and name it with AZURE_CLIENT_ID if it has several",
            ),
            (Cause::Refusal(code), _) => Failure::new(
                format!("Microsoft Entra refused the {name} ({code})"),
                "check AZURE_TENANT_ID, AZURE_CLIENT_ID and what was agreed with Entra for them",
            ),
            (Cause::Silence, Self::Managed { .. }) => Failure::new(
                "no identity was told, and no metadata service gives a managed one",
                "set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or assign an identity to this machine",
            ),
            (Cause::Silence, _) => Failure::new(
                format!("Microsoft Entra cannot be reached for the {name}"),
                "check the network, its proxies and AZURE_AUTHORITY_HOST",
            ),
            (Cause::Nonsense, _) => Failure::new(
                format!("the answer for the {name} holds no token"),
                "check AZURE_AUTHORITY_HOST or IDENTITY_ENDPOINT, and what stands between",
            ),
        }
    }
}

fn incomplete(told: &str) -> Failure {
    Failure::new(
        format!("{told} is set, but not both of {TENANT} and {CLIENT}"),
        "set all three, or none",
    )
}

#[derive(Debug, PartialEq, Eq)]
enum Cause {
    /// With Entra's code or the status of HTTP.
    Refusal(String),
    Silence,
    Nonsense,
}

/// What the SDK has at the bottom of its errors, whose texts quote the server's.
fn cause(error: &azure_core::Error) -> Cause {
    let mut next: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(silence) = error.downcast_ref::<Silence>() {
            return match silence {
                Silence::Unreachable => Cause::Silence,
                Silence::TooLarge => Cause::Nonsense,
            };
        }
        let kind = error
            .downcast_ref::<azure_core::Error>()
            .map(azure_core::Error::kind);
        if let Some(ErrorKind::HttpResponse {
            status, error_code, ..
        }) = kind
        {
            let code = error_code.as_deref().and_then(entra_code);
            return Cause::Refusal(code.unwrap_or_else(|| format!("HTTP {}", u16::from(*status))));
        }
        next = error.source();
    }
    Cause::Nonsense
}

/// The first of several numbers, as Entra's documentation has it.
fn entra_code(codes: &str) -> Option<String> {
    let code = codes.split(',').next()?;
    let is_code = (1..=10).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit());
    is_code.then(|| format!("AADSTS{code}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(variables: &[(&str, &str)]) -> Result<&'static str, Failure> {
        let find = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Identity::find(find).map(|identity| identity.name())
    }

    #[test]
    fn the_first_that_the_environment_tells_of() {
        let client = [(TENANT, "t"), (CLIENT, "c")];
        let [tenant, id] = client;
        let (secret, file) = ((SECRET, "s"), (TOKEN_FILE, "f"));
        assert_eq!(found(&[tenant, id, secret, file]), Ok("client secret"));
        assert_eq!(found(&[tenant, id, file]), Ok("workload identity"));
        assert_eq!(found(&client), Ok("managed identity"));
        assert_eq!(found(&[]), Ok("managed identity"));
    }

    #[test]
    fn variables_that_are_not_whole() {
        assert_eq!(
            found(&[(SECRET, "s"), (CLIENT, "c")]),
            Err(incomplete(SECRET))
        );
        assert_eq!(
            found(&[(TOKEN_FILE, "f"), (TENANT, "t")]),
            Err(incomplete(TOKEN_FILE))
        );
    }

    #[test]
    fn a_code_is_a_number() {
        assert_eq!(
            entra_code("7000215,50034").as_deref(),
            Some("AADSTS7000215")
        );
        assert_eq!(entra_code("the secret"), None);
        assert_eq!(entra_code(""), None);
    }
}
