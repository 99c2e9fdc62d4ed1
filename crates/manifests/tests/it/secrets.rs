use std::fmt::Write as _;

use tagwright_manifests::{
    Encryption, Secret, SecretKey, SecretKind, SecretText, Severity, config, fleet, flux,
};

const CANARY: &str = "hunter2canary";
/// `hunter2canary` in base64.
const ENCODED: &str = "aHVudGVyMmNhbmFyeQ==";

#[test]
fn data_is_decoded_and_string_data_goes_first() {
    let text = format!(
        "apiVersion: v1
kind: Secret
metadata: {{name: s, namespace: n}}
type: Opaque
data:
  password: {ENCODED}
  username: |
    aHVudGVy
    MmNhbmFyeQ==
  bearerToken: {ENCODED}
  unknown: '***'
  identity: ''
stringData:
  bearerToken: plain
  known_hosts: |
    h ssh-ed25519 x
"
    );
    let read = flux::read("s.yaml", text.as_bytes());
    assert_eq!(read.problems, []);
    let secret = &read.objects.secrets[0];
    assert_eq!(secret.secret_type.as_deref(), Some("Opaque"));
    let get = |key| secret.get(key).and_then(|value| value.expose_str());
    assert_eq!(get(SecretKey::Password), Some(CANARY));
    assert_eq!(get(SecretKey::Username), Some(CANARY));
    assert_eq!(get(SecretKey::BearerToken), Some("plain"));
    assert_eq!(get(SecretKey::KnownHosts), Some("h ssh-ed25519 x\n"));
    assert_eq!(get(SecretKey::Identity), None);
    let keys: Vec<&str> = secret.keys().map(SecretKey::as_str).collect();
    assert_eq!(keys, ["username", "password", "bearerToken", "known_hosts"]);
}

#[test]
fn a_registrys_credentials() {
    let text =
        "{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"metadata\": {\"name\": \"regcred\"},
        \"type\": \"kubernetes.io/dockerconfigjson\", \"data\": {\".dockerconfigjson\": \"e30=\"}}";
    let read = flux::read("s.json", text.as_bytes());
    assert_eq!(read.problems, []);
    let value = read.objects.secrets[0].get(SecretKey::DockerConfigJson);
    assert_eq!(value.expect("a value").expose(), b"{}");
}

/// Files with a secret in every place where a person could put one, right or
/// wrong.
fn planted() -> Vec<String> {
    let head = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n";
    let tails = [
        "data: {password: CANARY}",
        "data: {password: 'CANARY!'}",
        "data: {password: ENCODED}",
        "data: CANARY",
        "data: [CANARY]",
        "stringData: {password: CANARY}",
        "stringData: {password: [CANARY]}",
        "stringData: {password: {CANARY: CANARY}}",
        "stringData: {CANARY: CANARY, CANARY: x}",
        "stringData: {password: \"CANARY}",
        "stringData: {password: CANARY, : [}",
        "stringData:\n  identity: |\n    CANARY\n   CANARY\n",
        "stringData:\n  password: \"\\CANARY\"\n",
        "stringData:\n  password: *CANARY\n",
        "stringData:\n  password: !CANARY CANARY\n",
        "stringData:\n  password: @CANARY\n",
        "stringData:\n  password: %CANARY\n",
        "stringData:\n  ? [CANARY]\n  : CANARY\n",
        "stringData:\n  <<: CANARY\n",
        "stringdata: {password: CANARY}",
        "metadata: {CANARY: x}",
        "stringDataCANARY: x",
        "stringData: {password: 'ENC[AES256_GCM,CANARY'}",
        "stringData: {.dockercfg: '{CANARY'}",
        "CANARY: x",
        "type: [CANARY]",
        "type: {CANARY: x}\nCANARY: 1\nCANARY: 2",
        "sops: CANARY\ndata: {password: 'ENC[CANARY]'}",
        "type: kubernetes.io/dockerconfigjson\ndata: {.dockerconfigjson: ENCODED}",
        "type: kubernetes.io/tls\nstringData: {tls.crt: CANARY}",
        "stringData: {caFile: CANARY, certFile: CANARY}",
        "stringData: {githubAppID: CANARY, identity: CANARY}",
        "stringData: {password: '${CANARY}'}",
    ];
    let mut files: Vec<String> = tails.iter().map(|tail| format!("{head}{tail}\n")).collect();
    let list: Vec<String> = files
        .iter()
        .map(|file| format!("- {}", file.replace('\n', "\n  ")))
        .collect();
    files.push(format!(
        "apiVersion: v1\nkind: List\nitems:\n{}",
        list.join("\n")
    ));
    files.extend([
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {\"stringData\":{\"password\":\"CANARY\"}}\n    other: CANARY\n".to_owned(),
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: g}\nspec: {url: 'https://bot:CANARY@h/o/r', interval: 5m}\n".to_owned(),
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: g}\nspec: {url: 'https:///bot:CANARY@h/o/r', interval: 5m}\n".to_owned(),
        "apiVersion: fleet.cattle.io/v1alpha1\nkind: GitRepo\nmetadata: {name: g}\nspec: {repo: 'https://bot:CANARY@h/o/r'}\n".to_owned(),
        "apiVersion: fleet.cattle.io/v1alpha1\nkind: GitRepo\nmetadata: {name: g}\nspec: {repo: 'bot:CANARY@h:o/r'}\n".to_owned(),
    ]);
    files.extend(planted_logins());
    files.extend([
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: g}\nspec: {encryptedData: {password: CANARY}, template: {data: CANARY, type: {CANARY: x}}}\n".to_owned(),
        "targets: {t: {repository: 'https://bot:CANARY@h/o/r', branch: b, commit: {author: {email: e}}}}\n".to_owned(),
    ]);
    let plant = |file: String| file.replace("CANARY", CANARY).replace("ENCODED", ENCODED);
    files.into_iter().map(plant).collect()
}

/// The same in the URLs and images of all readers.
fn planted_logins() -> Vec<String> {
    let urls = [
        "https://CANARY@h/o/r",
        "HTTPS://CANARY@h/o/r",
        "https://u%3aCANARY@h/o/r",
        "ssh://u%3ACANARY@h/o/r",
        "https://h/o/r?access_token=CANARY",
        "ssh://git@h/o/r?t=CANARY",
        "https://u:CANARY/x@h/o/r",
        "https://u:x@y/CANARY@h/o/r",
    ];
    let images = [
        "ghcr.io/user:CANARY@app",
        "user:CANARY@ghcr.io/org/app",
        "CANARY@ghcr.io/org/app",
        "https://user:CANARY@ghcr.io/org/app",
        "user:CANARY@ghcr.io/org/app@sha256:00",
        "ghcr.io/app@sha256:CANARY",
    ];
    let of_url = urls.iter().flat_map(|url| [
        format!("apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {{name: g}}\nspec: {{url: '{url}', interval: 5m}}\n"),
        format!("apiVersion: fleet.cattle.io/v1alpha1\nkind: GitRepo\nmetadata: {{name: g}}\nspec: {{repo: '{url}'}}\n"),
        format!("targets: {{t: {{repository: '{url}', branch: b, commit: {{author: {{email: e}}}}}}}}\n"),
    ]);
    let of_image = images.iter().flat_map(|image| [
        format!("apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageRepository\nmetadata: {{name: g}}\nspec: {{image: '{image}', interval: 5m}}\n"),
        format!("imageScans: [{{tagName: a, image: '{image}'}}]\n"),
        format!("images: {{a: {{image: '{image}'}}}}\n"),
    ]);
    of_url.chain(of_image).collect()
}

#[test]
fn no_secret_is_ever_shown() {
    for file in planted() {
        let flux = flux::read("s.yaml", file.as_bytes());
        let fleet = fleet::read("s.yaml", file.as_bytes());
        let config = config::read("s.yaml", file.as_bytes());
        let mut shown = format!("{flux:?} {flux:#?} {fleet:?}");
        let problems = flux.problems.iter().chain(&fleet.problems);
        // What is no Secret by its form is none to this reader: its places alone.
        if file.starts_with("targets") || file.starts_with("images") {
            write!(shown, "{config:?}").expect("a string takes all");
        }
        for problem in problems {
            write!(shown, "\n{problem}").expect("a string takes all");
        }
        let leaks = [CANARY, ENCODED]
            .iter()
            .any(|secret| shown.contains(secret));
        assert!(!leaks, "{file}\nshows\n{shown}");
    }
}

#[test]
fn an_encrypted_secret_is_known_to_be_one() {
    let text = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}
data: {password: 'ENC[AES256_GCM,data:x]'}\nsops: {version: 3.8.1}\n";
    let read = flux::read("s.yaml", text.as_bytes());
    let secret = &read.objects.secrets[0];
    assert!(secret.encryption == Some(Encryption::Sops));
    assert_eq!(secret.keys().count(), 0);
    assert_eq!(read.problems[0].severity, Severity::Note);
}

#[test]
fn debug_prints_keys_without_values() {
    let text = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: x}\n";
    let read = flux::read("s.yaml", text.as_bytes());
    let shown = format!("{:?}", read.objects.secrets[0]);
    assert!(shown.contains("{Password: SecretText(hidden)}"), "{shown}");
}

#[test]
fn what_was_last_applied_is_dropped() {
    let text = "apiVersion: v1\nkind: Secret\nmetadata: {name: s, annotations: {a: b, \
                kubectl.kubernetes.io/last-applied-configuration: '{}'}}\n";
    let read = flux::read("s.yaml", text.as_bytes());
    assert_eq!(read.problems, []);
    let annotations = &read.objects.secrets[0].meta.annotations;
    assert_eq!(annotations.len(), 1);
    assert_eq!(annotations["a"], "b");
    let shown = format!("{:?}", read.objects.secrets[0]);
    assert!(
        shown.contains("annotations: {\"a\": \"hidden\"}"),
        "{shown}"
    );
}

#[track_caller]
fn secret(keys: &str) -> Secret {
    let text =
        format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData: {{{keys}}}\n");
    let mut secrets = flux::read("s.yaml", text.as_bytes()).objects.secrets;
    assert_eq!(secrets.len(), 1, "{text}");
    secrets.remove(0)
}

#[test]
fn the_keys_say_what_a_secret_is_good_for() {
    use SecretKind as Kind;
    for (keys, kinds) in [
        (".dockerconfigjson: '{}'", &[Kind::DockerConfigJson][..]),
        (".dockercfg: '{}'", &[Kind::DockerCfg]),
        ("username: a, password: b", &[Kind::BasicAuth]),
        ("username: a", &[]),
        ("password: b", &[]),
        ("bearerToken: a", &[Kind::Bearer]),
        ("identity: a, known_hosts: b", &[Kind::Ssh]),
        ("ssh-privatekey: a", &[Kind::Ssh]),
        (
            "tls.crt: a, tls.key: b, ca.crt: c",
            &[Kind::ClientCertificate, Kind::CertificateAuthority],
        ),
        ("certFile: a, keyFile: b", &[Kind::ClientCertificate]),
        ("tls.crt: a, keyFile: b", &[]),
        ("caFile: a", &[Kind::CertificateAuthority]),
        ("cacerts: a", &[Kind::CertificateAuthority]),
        (
            "githubAppID: '1', githubAppPrivateKey: k, githubAppInstallationID: '2'",
            &[Kind::GithubApp],
        ),
        (
            "githubAppID: '1', githubAppPrivateKey: k, githubAppInstallationOwner: o",
            &[Kind::GithubApp],
        ),
        ("githubAppID: '1', githubAppPrivateKey: k", &[]),
        (
            "github_app_id: '1', github_app_private_key: k, github_app_installation_id: '2'",
            &[Kind::GithubApp],
        ),
        ("git.asc: a, passphrase: b", &[Kind::GpgSigningKey]),
        (
            "address: http://proxy, username: a, password: b",
            &[Kind::BasicAuth, Kind::Proxy],
        ),
        ("token: a", &[Kind::Webhook]),
        ("other: a", &[]),
    ] {
        let found: Vec<SecretKind> = secret(keys).kinds().collect();
        assert_eq!(found, kinds, "{keys}");
    }
}

#[test]
fn newer_names_go_before_older_ones() {
    let secret = secret(
        "identity: new, ssh-privatekey: old, ca.crt: new, caFile: old, tls.crt: c, tls.key: k, certFile: x, keyFile: x",
    );
    let text = |value: Option<&SecretText>| {
        value
            .and_then(|value| value.expose_str())
            .map(str::to_owned)
    };
    assert_eq!(text(secret.ssh_private_key()).as_deref(), Some("new"));
    assert_eq!(text(secret.certificate_authority()).as_deref(), Some("new"));
    let (certificate, key) = secret.client_certificate().expect("a certificate");
    assert_eq!(text(Some(certificate)).as_deref(), Some("c"));
    assert_eq!(text(Some(key)).as_deref(), Some("k"));
}

#[test]
fn a_github_app_has_its_parts() {
    let secret = secret(
        "githubAppID: '1', githubAppPrivateKey: k, githubAppInstallationOwner: o, githubAppBaseURL: u",
    );
    let app = secret.github_app().expect("an app");
    assert_eq!(app.id.expose(), b"1");
    assert_eq!(app.private_key.expose(), b"k");
    assert_eq!(app.installation_id, None);
    assert_eq!(app.installation_owner.expect("an owner").expose(), b"o");
    assert_eq!(app.base_url.expect("a URL").expose(), b"u");
}

#[test]
fn a_sealed_secret_is_known_to_be_one() {
    let text =
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: s, namespace: n}
spec: {encryptedData: {password: AgBx}, template: {type: kubernetes.io/basic-auth}}\n";
    let read = fleet::read("s.yaml", text.as_bytes());
    let secret = &read.objects.secrets[0];
    assert_eq!(secret.encryption, Some(Encryption::Sealed));
    assert_eq!((secret.meta.name.as_str(), secret.keys().count()), ("s", 0));
    assert_eq!(
        secret.secret_type.as_deref(),
        Some("kubernetes.io/basic-auth")
    );
    assert_eq!(read.problems[0].severity, Severity::Note);
}
