//! Where Secrets come from.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::time::Duration;

use tagwright::manifests::{Secret, SecretKey, flux};
use tagwright::{
    MountedSecrets, SecretChain, SecretCommand, SecretFolder, SecretMap, SecretSource,
    SecretVariables,
};
use tagwright_testkit::harness::{TestResult, Trial, async_test};
use tempfile::TempDir;

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        async_test("secret_sources::map", map),
        async_test("secret_sources::folder_is_read_again", folder_is_read_again),
        async_test(
            "secret_sources::folder_names_what_is_broken",
            folder_names_what_is_broken,
        ),
        async_test(
            "secret_sources::folder_follows_no_link",
            folder_follows_no_link,
        ),
        async_test("secret_sources::mount_of_kubernetes", mount_of_kubernetes),
        async_test(
            "secret_sources::mount_leads_nowhere_else",
            mount_leads_nowhere_else,
        ),
        async_test("secret_sources::variables", variables),
        async_test("secret_sources::command", command),
        async_test("secret_sources::command_that_fails", command_that_fails),
        async_test(
            "secret_sources::chain_passes_over_what_is_encrypted",
            chain_passes_over_what_is_encrypted,
        ),
    ]
}

fn manifest(name: &str, password: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}, namespace: flux-system}}\nstringData: {{password: {password}}}\n"
    )
}

/// The password of `flux-system/pull`.
async fn password(source: &impl SecretSource) -> Result<Option<String>, String> {
    value(source, "flux-system", "pull", SecretKey::Password).await
}

async fn value(
    source: &impl SecretSource,
    namespace: &str,
    name: &str,
    key: SecretKey,
) -> Result<Option<String>, String> {
    let found = source.get(namespace, name).await;
    let found = found.map_err(|error| error.to_string())?;
    let text = |secret: Secret| secret.get(key)?.expose_str().map(str::to_owned);
    Ok(found.and_then(text))
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
    fs::write(path, text).expect("the file is written");
}

async fn map() {
    let open = flux::read(
        "a.yaml",
        manifest("pull", "open")
            .replace(", namespace: flux-system", "")
            .as_bytes(),
    );
    let secrets = SecretMap::new()
        .with(open.objects.secrets[0].clone())
        .with(Secret::new("flux-system", "pull").with(SecretKey::Password, "first"))
        .with(Secret::new("flux-system", "pull").with(SecretKey::Password, "second"));
    assert_eq!(password(&secrets).await, Ok(Some("first".to_owned())));
    let elsewhere = value(&secrets, "other", "pull", SecretKey::Password).await;
    assert_eq!(elsewhere, Ok(Some("open".to_owned())));
    let missing = value(&secrets, "other", "nothing", SecretKey::Password).await;
    assert_eq!(missing, Ok(None));
    assert!(!format!("{secrets:?}").contains("first"));
}

async fn folder_is_read_again() -> TestResult {
    let folder = TempDir::new()?;
    let file = folder.path().join("deep/secrets.yaml");
    write(&file, &manifest("pull", "one"));
    write(
        &folder.path().join(".git/secrets.yaml"),
        &manifest("hidden", "one"),
    );
    let secrets = SecretFolder::at(folder.path());
    assert_eq!(password(&secrets).await, Ok(Some("one".to_owned())));
    // As long as before, and within a tick of the file system's clock.
    write(&file, &manifest("pull", "two"));
    assert_eq!(password(&secrets).await, Ok(Some("two".to_owned())));
    let hidden = value(&secrets, "flux-system", "hidden", SecretKey::Password).await;
    assert_eq!(hidden, Ok(None));
    fs::rename(&file, folder.path().join("other.yml"))?;
    assert_eq!(password(&secrets).await, Ok(Some("two".to_owned())));
    fs::remove_file(folder.path().join("other.yml"))?;
    assert_eq!(password(&secrets).await, Ok(None));
    fs::remove_dir_all(folder.path())?;
    let gone = password(&secrets).await.expect_err("the folder is gone");
    assert_eq!(
        gone,
        format!(
            "{} cannot be read: entity not found; correct the folder of Secrets",
            folder.path().display()
        )
    );
    Ok(())
}

async fn folder_names_what_is_broken() -> TestResult {
    let folder = TempDir::new()?;
    let file = folder.path().join("a.yaml");
    let broken = manifest("pull", "canary-5a1").replace("stringData", "data");
    write(&file, &(manifest("good", "fine") + "---\n" + &broken));
    let secrets = SecretFolder::at(folder.path());
    let error = password(&secrets).await.expect_err("it is no base64");
    let place = format!(
        "{}:9:18: error: data.password: no base64; encode the value, or write it under stringData",
        file.display()
    );
    assert_eq!(error, place);
    let good = value(&secrets, "flux-system", "good", SecretKey::Password).await;
    assert_eq!(good, Ok(Some("fine".to_owned())));
    assert!(!format!("{secrets:?}").contains("fine"));
    Ok(())
}

async fn folder_follows_no_link() -> TestResult {
    let (folder, outside) = (TempDir::new()?, TempDir::new()?);
    write(&outside.path().join("a.yaml"), &manifest("pull", "outside"));
    symlink(outside.path(), folder.path().join("folder"))?;
    symlink(outside.path().join("a.yaml"), folder.path().join("a.yaml"))?;
    assert_eq!(password(&SecretFolder::at(folder.path())).await, Ok(None));
    Ok(())
}

/// Turns the mount to a new directory, as the kubelet does.
fn mount(secret: &Path, directory: &str, password: &str) -> std::io::Result<()> {
    write(&secret.join(directory).join("password"), password);
    let _ = fs::remove_file(secret.join("..data"));
    symlink(directory, secret.join("..data"))
}

async fn mount_of_kubernetes() -> TestResult {
    let root = TempDir::new()?;
    let secret = root.path().join("flux-system/pull");
    mount(&secret, "..2026_11_21", "one\n")?;
    symlink("..data/password", secret.join("password"))?;
    write(&secret.join("username"), "robot\r\n");
    write(&secret.join("known_hosts"), "host ssh-ed25519 x\n");
    let secrets = MountedSecrets::at(root.path());
    assert_eq!(password(&secrets).await, Ok(Some("one".to_owned())));
    mount(&secret, "..2026_11_22", "two")?;
    assert_eq!(password(&secrets).await, Ok(Some("two".to_owned())));
    let get = |key| value(&secrets, "flux-system", "pull", key);
    assert_eq!(get(SecretKey::Username).await, Ok(Some("robot".to_owned())));
    let hosts = get(SecretKey::KnownHosts).await;
    assert_eq!(hosts, Ok(Some("host ssh-ed25519 x\n".to_owned())));
    assert_eq!(get(SecretKey::CaCrt).await, Ok(None));
    for (namespace, name) in [
        ("flux-system", "none"),
        ("none", "pull"),
        ("flux-system", "../flux-system/pull"),
        ("..", "x"),
        ("", ""),
    ] {
        let none = value(&secrets, namespace, name, SecretKey::Password).await;
        assert_eq!(none, Ok(None), "{namespace}/{name}");
    }
    Ok(())
}

async fn mount_leads_nowhere_else() -> TestResult {
    let (root, outside) = (TempDir::new()?, TempDir::new()?);
    write(&outside.path().join("password"), "outside");
    let secrets = MountedSecrets::at(root.path());
    let at = |path: &str| root.path().join("flux-system").join(path);
    fs::create_dir_all(at("link"))?;
    symlink(outside.path().join("password"), at("link/password"))?;
    fs::create_dir_all(at("data"))?;
    symlink(outside.path(), at("data/..data"))?;
    symlink("..data/password", at("data/password"))?;
    fs::create_dir_all(at("up"))?;
    symlink("..", at("up/..data"))?;
    symlink(outside.path(), at("whole"))?;
    fs::create_dir_all(at("folder/password"))?;
    write(&at("long/password"), &"x".repeat((1 << 20) + 1));
    let neither = "it is neither a file nor a link of Kubernetes";
    let beside = "it leads to something else than a directory beside it";
    for (name, file, why) in [
        ("link", "/password", neither),
        ("data", "/..data", beside),
        ("up", "/..data", beside),
        ("whole", "", "it is no directory"),
        ("folder", "/password", neither),
        ("long", "/password", "it is longer than 1 MiB"),
    ] {
        let error = value(&secrets, "flux-system", name, SecretKey::Password).await;
        let path = at(name).display().to_string() + file;
        assert_eq!(
            error,
            Err(format!("{path} cannot be read: {why}; correct the mount"))
        );
    }
    Ok(())
}

async fn variables() {
    let whole = manifest("whole", "one");
    let secrets = SecretVariables::from_variables(move |name| match name {
        "TAGWRIGHT_SECRET__FLUX_SYSTEM__PULL__PASSWORD" => Some("one".into()),
        "TAGWRIGHT_SECRET__FLUX_SYSTEM__PULL__DOCKERCONFIGJSON" => Some("{}".into()),
        "TAGWRIGHT_SECRET__FLUX_SYSTEM__WHOLE" => Some(whole.clone().into()),
        "TAGWRIGHT_SECRET__FLUX_SYSTEM__WHOLE__USERNAME" => Some("robot".into()),
        "TAGWRIGHT_SECRET__FLUX_SYSTEM__OTHER" => Some(manifest("pull", "canary-5a2").into()),
        "TAGWRIGHT_SECRET__FLUX_SYSTEM__BROKEN" => Some("kind: Secret\n canary-5a3: [".into()),
        "TAGWRIGHT_SECRET__FLUX_SYSTEM__EMPTY__PASSWORD" => Some("".into()),
        _ => None,
    });
    assert_eq!(password(&secrets).await, Ok(Some("one".to_owned())));
    let get = |name, key| value(&secrets, "flux-system", name, key);
    assert_eq!(
        get("pull", SecretKey::DockerConfigJson).await,
        Ok(Some("{}".to_owned()))
    );
    assert_eq!(
        get("whole", SecretKey::Password).await,
        Ok(Some("one".to_owned()))
    );
    assert_eq!(
        get("whole", SecretKey::Username).await,
        Ok(Some("robot".to_owned()))
    );
    assert_eq!(get("empty", SecretKey::Password).await, Ok(None));
    assert_eq!(get("none", SecretKey::Password).await, Ok(None));
    assert_eq!(
        get("other", SecretKey::Password).await,
        Err("TAGWRIGHT_SECRET__FLUX_SYSTEM__OTHER: a Secret of another name; give flux-system/other".to_owned())
    );
    let broken = get("broken", SecretKey::Password)
        .await
        .expect_err("no YAML");
    assert!(
        broken.starts_with("TAGWRIGHT_SECRET__FLUX_SYSTEM__BROKEN"),
        "{broken}"
    );
    assert!(!broken.contains("canary"), "{broken}");
}

/// A program of two lines, which answers with what `script` prints.
fn program(folder: &TempDir, script: &str) -> SecretCommand {
    let path = folder.path().join("secrets.sh");
    // Written by another process: one that forks meanwhile would hold it open for writing, and it could not be run.
    let status = std::process::Command::new("/bin/sh")
        .arg("-c")
        .arg("printf '%s' \"$1\" > \"$0\"")
        .arg(&path)
        .arg(format!("#!/bin/sh\n{script}\n"))
        .status();
    assert!(status.is_ok_and(|status| status.success()));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("the mode is set");
    SecretCommand::new(path)
}

async fn command() -> TestResult {
    let folder = TempDir::new()?;
    let script = "test \"$1\" = --role && test \"$4\" = pull || exit 0\n\
                  printf 'apiVersion: v1\\nkind: Secret\\nmetadata: {name: %s, namespace: %s}\\nstringData: {password: one}\\n' \"$4\" \"$3\"";
    let secrets = program(&folder, script).arg("--role").arg("reader");
    assert_eq!(password(&secrets).await, Ok(Some("one".to_owned())));
    let none = value(&secrets, "flux-system", "other", SecretKey::Password).await;
    assert_eq!(none, Ok(None));
    for name in ["--help", "$(id)", "a b", "../x"] {
        let none = value(&secrets, "flux-system", name, SecretKey::Password).await;
        assert_eq!(none, Ok(None), "{name}");
    }
    Ok(())
}

async fn command_that_fails() -> TestResult {
    let folder = TempDir::new()?;
    let path = folder.path().join("secrets.sh");
    let shown = format!("the command {}", path.display());
    let secrets = program(&folder, "echo canary-5a4; echo canary-5a4 >&2; exit 3");
    assert_eq!(
        password(&secrets).await,
        Err(format!(
            "{shown} failed for flux-system/pull (exit status: 3); try it by hand"
        ))
    );
    let secrets = program(&folder, "echo '{\"canary-5a4\": 1}'");
    let error = password(&secrets).await.expect_err("no Secret");
    assert!(
        error.starts_with(&format!("the output of {shown}: 0 Secrets instead of one")),
        "{error}"
    );
    assert!(!error.contains("canary"), "{error}");
    let secrets = program(&folder, "exec cat /dev/zero");
    assert_eq!(
        password(&secrets).await,
        Err(format!(
            "{shown} printed more than 2097152 bytes; try it by hand"
        ))
    );
    let secrets = program(&folder, "sleep 1000000").timeout(Duration::from_millis(50));
    assert_eq!(
        password(&secrets).await,
        Err(format!(
            "{shown} did not answer within 50ms; try it by hand"
        ))
    );
    let secrets = SecretCommand::new("/nonexistent/vault");
    assert_eq!(
        password(&secrets).await,
        Err(
            "the command /nonexistent/vault did not start: entity not found; try it by hand"
                .to_owned()
        )
    );
    Ok(())
}

async fn chain_passes_over_what_is_encrypted() {
    let encrypted = manifest("pull", "ENC").replace("stringData", "sops: {}\nstringData");
    let read = flux::read("a.yaml", encrypted.as_bytes());
    let encrypted: SecretMap = read.objects.secrets.into_iter().collect();
    let clear =
        SecretMap::new().with(Secret::new("flux-system", "pull").with(SecretKey::Password, "one"));
    let chain = SecretChain::new().then(encrypted.clone()).then(clear);
    assert_eq!(password(&chain).await, Ok(Some("one".to_owned())));
    let chain = SecretChain::new().then(encrypted).then(SecretMap::new());
    let found = chain.get("flux-system", "pull").await;
    assert!(found.is_ok_and(|found| found.is_some_and(|secret| secret.encryption.is_some())));
}
