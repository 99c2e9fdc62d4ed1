use std::fmt::Write as _;

use tagwright_manifests::{SecretKey, Severity, fleet, flux};

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
        "CANARY: x",
        "type: [CANARY]",
        "type: {CANARY: x}\nCANARY: 1\nCANARY: 2",
        "sops: CANARY\ndata: {password: 'ENC[CANARY]'}",
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
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: g}\nspec: {url: 'https://bot:CANARY@h/o/r', interval: 5m}\n".to_owned(),
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: g}\nspec: {url: 'https:///bot:CANARY@h/o/r', interval: 5m}\n".to_owned(),
        "apiVersion: fleet.cattle.io/v1alpha1\nkind: GitRepo\nmetadata: {name: g}\nspec: {repo: 'https://bot:CANARY@h/o/r'}\n".to_owned(),
        "apiVersion: fleet.cattle.io/v1alpha1\nkind: GitRepo\nmetadata: {name: g}\nspec: {repo: 'bot:CANARY@h:o/r'}\n".to_owned(),
    ]);
    let plant = |file: String| file.replace("CANARY", CANARY).replace("ENCODED", ENCODED);
    files.into_iter().map(plant).collect()
}

#[test]
fn no_secret_is_ever_shown() {
    for file in planted() {
        let flux = flux::read("s.yaml", file.as_bytes());
        let fleet = fleet::read("s.yaml", file.as_bytes());
        let mut shown = format!("{flux:?} {flux:#?} {fleet:?}");
        for problem in flux.problems.iter().chain(&fleet.problems) {
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
    assert!(secret.encryption == Some(tagwright_manifests::Encryption::Sops));
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
