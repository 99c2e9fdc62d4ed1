//! What is asked of Amazon's SDK.

use std::time::{Duration, SystemTime};

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials as _;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_ecr::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_types::DateTime;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::place::Place;
use super::transport::Http;
use crate::cloud::failure::{Failure, code};
use crate::cloud::logins::Login;
use crate::credential::Credential;

/// How long nobody is asked again whether there is a login, when there was none and none was needed.
const NONE_FOR: Duration = Duration::from_secs(300);

/// The least that a login is kept, should a clock be wrong: what has expired is refused, and then renewed.
const LEAST: Duration = Duration::from_secs(60);

/// Codes of the services that give credentials, which the SDK has in its texts alone.
const CODES: [&str; 9] = [
    "AccessDenied",
    "ExpiredToken",
    "IDPCommunicationError",
    "IDPRejectedClaim",
    "InvalidClientTokenId",
    "InvalidIdentityToken",
    "RegionDisabledException",
    "SignatureDoesNotMatch",
    "UnauthorizedException",
];

/// A login for a place, with the credentials as they are found now: files and environment are read anew, since they
/// may have changed when a login is needed again.
pub(super) async fn log_in(
    place: &Place,
    profile: Option<&str>,
    http: Http,
) -> Result<Login, Failure> {
    let config = configuration(place, profile, http).await;
    match (credentials(&config).await?, place) {
        (Some(credentials), Place::Private { .. }) => private(&config, credentials).await,
        (Some(credentials), Place::Public) => public(&config, credentials).await,
        (None, Place::Public) => Ok(anonymous()),
        (None, Place::Private { .. }) => Err(Failure::new(
            "no credentials were found",
            "give the process a role, or set AWS_PROFILE or AWS_ACCESS_KEY_ID",
        )),
    }
}

async fn configuration(place: &Place, profile: Option<&str>, http: Http) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .operation_attempt_timeout(Duration::from_secs(10))
        .build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(place.region().to_owned()))
        .timeout_config(timeouts)
        .http_client(http);
    if let Some(profile) = profile {
        loader = loader.profile_name(profile);
    }
    if let Place::Private {
        fips, dual_stack, ..
    } = place
    {
        // What is not in the name is left to the environment.
        loader = if *fips { loader.use_fips(true) } else { loader };
        loader = if *dual_stack {
            loader.use_dual_stack(true)
        } else {
            loader
        };
    }
    loader.load().await
}

/// None where the SDK finds nothing to try.
async fn credentials(config: &SdkConfig) -> Result<Option<Credentials>, Failure> {
    let Some(provider) = config.credentials_provider() else {
        return Ok(None);
    };
    match provider.provide_credentials().await {
        Ok(credentials) => Ok(Some(credentials)),
        Err(error) => unfound(&error),
    }
}

async fn private(config: &SdkConfig, credentials: Credentials) -> Result<Login, Failure> {
    let config = aws_sdk_ecr::config::Builder::from(config)
        .credentials_provider(credentials)
        .build();
    let client = aws_sdk_ecr::Client::from_conf(config);
    let answer = client.get_authorization_token().send().await;
    let answer = answer.map_err(|error| refused(&error, "ecr:GetAuthorizationToken"))?;
    let data = answer.authorization_data().first().ok_or_else(strange)?;
    login(data.authorization_token(), data.expires_at())
}

async fn public(config: &SdkConfig, credentials: Credentials) -> Result<Login, Failure> {
    let config = aws_sdk_ecrpublic::config::Builder::from(config)
        .credentials_provider(credentials)
        .build();
    let client = aws_sdk_ecrpublic::Client::from_conf(config);
    let answer = match client.get_authorization_token().send().await {
        // Everybody may pull there, whoever may not log in.
        Err(SdkError::ServiceError(refusal)) if is_denied(refusal.err()) => {
            tracing::warn!("Amazon gives no login to public.ecr.aws, asking it anonymously");
            return Ok(anonymous());
        }
        answer => answer.map_err(|error| refused(&error, "ecr-public:GetAuthorizationToken"))?,
    };
    let data = answer.authorization_data().ok_or_else(strange)?;
    login(data.authorization_token(), data.expires_at())
}

/// Whether the right is missing. Credentials that are wrong, and what passes, are other refusals.
fn is_denied(refusal: &impl ProvideErrorMetadata) -> bool {
    matches!(
        refusal.code(),
        Some("AccessDenied" | "AccessDeniedException")
    )
}

fn anonymous() -> Login {
    Login {
        credential: Credential::Anonymous,
        lifetime: NONE_FOR,
    }
}

/// The token is base64 of user and password.
fn login(token: Option<&str>, expires: Option<&DateTime>) -> Result<Login, Failure> {
    let token = token.and_then(|token| STANDARD.decode(token).ok());
    let token = token.and_then(|token| String::from_utf8(token).ok());
    let (username, password) = token
        .as_deref()
        .and_then(|token| token.split_once(':'))
        .ok_or_else(strange)?;
    Ok(Login {
        credential: Credential::basic(username, password),
        lifetime: expires.map_or(LEAST, left),
    })
}

fn left(expires: &DateTime) -> Duration {
    let expires = SystemTime::try_from(*expires).ok();
    let left = expires.and_then(|expires| expires.duration_since(SystemTime::now()).ok());
    left.unwrap_or_default().max(LEAST)
}

/// Credentials that cannot be had, or that are not there.
fn unfound<T>(error: &CredentialsError) -> Result<Option<T>, Failure> {
    let (found, hint) = match error {
        CredentialsError::CredentialsNotLoaded(_) => return Ok(None),
        CredentialsError::ProviderTimedOut(_) => (
            "no credentials in time",
            "check the network to Amazon's metadata and token services",
        ),
        CredentialsError::InvalidConfiguration(_) => (
            "the configuration of the credentials is broken",
            "check the variables AWS_* and the files in ~/.aws",
        ),
        _ => (
            "the credentials cannot be had",
            "check the role, its trust and the files that the variables AWS_* name",
        ),
    };
    Err(Failure::new(format!("{found}{}", told(error)), hint))
}

/// The code that a service gave, if the error holds one of those that are known. Its other words stay unsaid.
fn told(error: &CredentialsError) -> String {
    let text = format!("{error:?}");
    let code = CODES.into_iter().find(|code| text.contains(code));
    code.map(|code| format!(" ({code})")).unwrap_or_default()
}

/// `permission` is what the call needs.
fn refused<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>, permission: &str) -> Failure {
    match error {
        SdkError::ServiceError(refusal) => Failure::new(
            format!(
                "Amazon refused {permission} ({})",
                code(refusal.err().code().unwrap_or_default())
            ),
            "allow it to the identity of this process, or check its credentials",
        ),
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) => Failure::new(
            "Amazon cannot be reached",
            "check the network, its proxies and the region of the registry",
        ),
        _ => strange(),
    }
}

fn strange() -> Failure {
    Failure::new(
        "Amazon's answer holds no login",
        "check AWS_ENDPOINT_URL, and what stands between",
    )
}
