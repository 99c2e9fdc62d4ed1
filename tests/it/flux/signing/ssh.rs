//! A key of `ssh-keygen` with a passphrase.

use std::fs;

use tagwright_testkit::harness::{TestResult, Trial, async_test};

use super::keys::Keys;

pub(super) fn test() -> Trial {
    async_test("flux::signing::ssh_key_of_a_secret_signs", signs)
}

async fn signs() -> TestResult {
    let keys = Keys::of("ssh-keygen", "openssh-client")?;
    let file = keys.path("key");
    let file = file.to_str().expect("the path is text");
    let make = ["-q", "-t", "ed25519", "-N", "open sesame", "-C", "bot"];
    keys.run("ssh-keygen", &[&make[..], &["-f", file]].concat());
    let public = fs::read_to_string(keys.path("key.pub"))?;
    let signers = keys.path("allowed");
    fs::write(&signers, format!("flux@example.com {public}"))?;
    let allowed = format!("gpg.ssh.allowedSignersFile={}", signers.display());
    let identity = fs::read_to_string(file)?;
    let values = [("identity", &*identity), ("password", "open sesame")];
    let said = keys.verified("ssh", &values, &["-c", &allowed]).await?;
    assert!(
        said.contains("Good \"git\" signature for flux@example.com"),
        "{said}"
    );
    Ok(())
}
