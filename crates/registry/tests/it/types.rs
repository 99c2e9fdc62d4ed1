use futures_core::Stream;
use tagwright_registry::{
    Anonymous, Client, ClientBuilder, ConfigFiles, Credential, Descriptor, Digest, DockerConfig,
    Error, ErrorKind, ImageConfig, Keychain, KeychainChain, Limits, Manifest, Page, Platform,
    PullSecrets, RateLimit, Reference, Repository, RequestKind, Scan, Scanned, Secret,
    StaticKeychain, TagPages,
};
use tagwright_testkit::harness::TestResult;

use crate::support::suite;

suite! {
    test all_types_can_be_shared,
    test nothing_shows_a_secret,
}

fn streams<T: Stream<Item = Result<Page, Error>> + Unpin>() {}

fn shared<T: Send + Sync + 'static>() {}

fn all_types_can_be_shared() -> TestResult {
    shared::<(
        Anonymous,
        StaticKeychain,
        DockerConfig,
        Box<dyn Keychain>,
        Credential,
        Secret,
    )>();
    shared::<(Descriptor, ImageConfig, Manifest, Platform)>();
    shared::<(ConfigFiles, PullSecrets, KeychainChain)>();
    shared::<(Client, ClientBuilder, Limits, Page, RateLimit, TagPages)>();
    shared::<(Scan<Result<Vec<String>, Error>>, Scanned<()>)>();
    shared::<(Digest, Reference, Repository, Error, ErrorKind, RequestKind)>();
    streams::<TagPages>();
    Ok(())
}

const _: () = {
    const fn keychain<T: Send + Sync + Keychain + 'static>() {}
    #[cfg(feature = "aws")]
    keychain::<tagwright_registry::AwsKeychain>();
    #[cfg(feature = "azure")]
    keychain::<tagwright_registry::AzureKeychain>();
    #[cfg(feature = "gcp")]
    keychain::<tagwright_registry::GcpKeychain>();
    keychain::<KeychainChain>();
};

fn nothing_shows_a_secret() -> TestResult {
    let canary = "c4n4ry";
    let keychain = StaticKeychain::new()
        .with("a.example", Credential::basic("ada", canary))
        .with("b.example", Credential::Bearer(Secret::new(canary)))
        .with("c.example", Credential::IdentityToken(canary.into()));
    let config = DockerConfig::from_json(format!(
        r#"{{"auths":{{"a.b":{{"username":"u","password":"{canary}"}}}}}}"#
    ))?;
    let mut builder = Client::builder();
    builder
        .keychain(keychain.clone())
        .proxy(format!("http://u:{canary}@proxy.example"))
        .proxy_login("u", canary);
    let secret = format!(r#"{{"a.example": {{"username": "u", "password": "{canary}"}}}}"#);
    let secrets = PullSecrets::new().docker_cfg(secret)?;
    let chain = KeychainChain::new().then(keychain.clone());
    let client = builder.build()?;
    let pages = client.tags(&"a.example/ab".parse()?);
    builder
        .mirror(
            format!("https://u:{canary}@m.example"),
            format!("https://u:{canary}@mirror.example"),
        )
        .scan_at(
            format!("u:{canary}@s.example"),
            format!("u:{canary}@place.example"),
        )
        .plain_http(format!("u:{canary}@localhost"));
    let keyed = StaticKeychain::new().with(
        format!("https://u:{canary}@a.example"),
        Credential::Anonymous,
    );
    let files = DockerConfig::from_json(format!(
        r#"{{"auths":{{"u:{canary}@a.b":{{"username":"u","password":"p"}}}},
            "credHelpers":{{"https://u:{canary}@c.d/":"x"}}}}"#
    ))?;
    let shown = format!("{builder:?} {keyed:?} {files:?}");
    for name in ["mirror", "place", "localhost", "a.example", "a.b", "c.d"] {
        assert!(shown.contains(name), "{name}: {shown}");
    }
    assert!(!shown.contains(canary), "{shown}");
    let shown =
        format!("{keychain:?} {config:?} {builder:?} {client:?} {pages:?} {secrets:?} {chain:?}");
    assert!(
        shown.contains("a.example") && !shown.contains(canary),
        "{shown}"
    );
    Ok(())
}
