//! A key of GnuPG with a passphrase.

use tagwright_testkit::harness::{TestResult, Trial, async_test};

use super::keys::Keys;

pub(super) fn test() -> Trial {
    async_test("flux::signing::openpgp_key_of_a_secret_signs", signs)
}

const BATCH: [&str; 5] = [
    "--batch",
    "--quiet",
    "--no-tty",
    "--pinentry-mode=loopback",
    "--passphrase=open sesame",
];

async fn signs() -> TestResult {
    let keys = Keys::of("gpg", "gnupg")?;
    let user = "flux <flux@example.com>";
    let make = ["--quick-generate-key", user, "ed25519", "sign", "never"];
    keys.run("gpg", &[&BATCH[..], &make].concat());
    let export = ["--armor", "--export-secret-keys"];
    let key = keys.run("gpg", &[&BATCH[..], &export].concat());
    let values = [("git.asc", &*key), ("passphrase", "open sesame")];
    let said = keys.verified("gpg", &values, &[]).await?;
    assert!(
        said.contains("Good signature from \"flux <flux@example.com>\""),
        "{said}"
    );
    Ok(())
}
