//! Signed commits, with `git verify-commit` as the judge; and keys that must not sign.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tagwright_gitwrite::{Change, Committed, ErrorKind, Secret, Signer};
use tagwright_testkit::Missing;
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{TestResult, Trial, test};

use crate::support::{branch, control, path, push, repository, snapshot, spec, write};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test(
            "signing::with_every_kind_of_ssh_key",
            with_every_kind_of_ssh_key,
        ),
        test(
            "signing::with_ssh_keys_whose_numbers_are_short",
            with_ssh_keys_whose_numbers_are_short,
        ),
        test(
            "signing::with_an_encrypted_ssh_key",
            with_an_encrypted_ssh_key,
        ),
        test(
            "signing::with_every_kind_of_openpgp_key",
            with_every_kind_of_openpgp_key,
        ),
        test(
            "signing::with_an_encrypted_openpgp_key",
            with_an_encrypted_openpgp_key,
        ),
        test("signing::with_the_newest_subkey", with_the_newest_subkey),
        test(
            "signing::of_a_repository_with_sha256",
            of_a_repository_with_sha256,
        ),
        test(
            "signing::the_same_but_for_its_time",
            the_same_but_for_its_time,
        ),
        test(
            "signing::ssh_keys_that_are_refused",
            ssh_keys_that_are_refused,
        ),
        test(
            "signing::openpgp_keys_that_are_refused",
            openpgp_keys_that_are_refused,
        ),
    ]
}

/// A short folder: the sockets of gpg's agent stand in it.
struct Keys(tempfile::TempDir);

impl Keys {
    fn new(program: &str, package: &str) -> Result<Keys, Missing> {
        let there = Command::new(program).arg("-?").output().is_ok();
        if !there {
            return Err(Missing::new(
                program,
                format!("install the Debian package {package}"),
            ));
        }
        let folder = tempfile::Builder::new().prefix("tw").tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        Ok(Keys(folder))
    }

    fn ssh() -> Result<Keys, Missing> {
        Keys::new("ssh-keygen", "openssh-client")
    }

    fn openpgp() -> Result<Keys, Missing> {
        Keys::new("gpg", "gnupg")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Makes an SSH key and gives its file.
    #[track_caller]
    fn ssh_key(&self, arguments: &[&str], passphrase: &str) -> PathBuf {
        let file = self.path(&arguments.join(""));
        let mut command = Command::new("ssh-keygen");
        command
            .args(["-q", "-C", "bot", "-N", passphrase])
            .args(arguments);
        run(command.arg("-f").arg(&file));
        file
    }

    #[track_caller]
    fn gpg(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("gpg");
        command.args([
            "--batch",
            "--quiet",
            "--no-tty",
            "--pinentry-mode",
            "loopback",
        ]);
        run(command.env("GNUPGHOME", self.0.path()).args(arguments))
    }

    #[track_caller]
    fn make_openpgp(&self, kind: &str, passphrase: &str) {
        let user = "Tag Wright <bot@example.com>";
        self.gpg(&[
            "--passphrase",
            passphrase,
            "--quick-generate-key",
            user,
            kind,
            "sign",
            "never",
        ]);
    }

    #[track_caller]
    fn export(&self, passphrase: &str) -> Secret {
        Secret::new(self.gpg(&[
            "--passphrase",
            passphrase,
            "--armor",
            "--export-secret-keys",
        ]))
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        let mut command = Command::new("gpgconf");
        command
            .args(["--kill", "all"])
            .env("GNUPGHOME", self.0.path());
        let _ = command.output();
    }
}

#[track_caller]
fn run(command: &mut Command) -> String {
    let output = command.env("LC_ALL", "C").output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn secret(file: &Path) -> Secret {
    Secret::new(fs::read_to_string(file).unwrap())
}

/// Pushes a signed commit and gives what `git verify-commit` says, with these settings.
#[track_caller]
fn verified(signer: &Signer, keys: &Keys, settings: &[&str]) -> String {
    let repository = repository(&[("a", "1")]);
    let spec = spec("Signed\n\nbody ü\n").signer(signer.clone());
    let made = snapshot(&repository)
        .commit(&[write("a", "2")], &spec)
        .unwrap();
    let Committed::Commit(commit) = made else {
        panic!("nothing changed")
    };
    push(&commit, "main");
    repository.git(&["fsck", "--full", "--strict"]);
    verify(&repository, keys, settings)
}

#[track_caller]
fn verify(repository: &BareRepository, keys: &Keys, settings: &[&str]) -> String {
    let mut command = repository.command();
    command
        .env("GNUPGHOME", keys.0.path())
        .args(settings)
        .args(["verify-commit", "main"]);
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{text}");
    text
}

#[track_caller]
fn assert_ssh_verifies(keys: &Keys, file: &Path, signer: &Signer) {
    let public = fs::read_to_string(file.with_extension("pub")).unwrap();
    let signers = keys.path("allowed");
    fs::write(&signers, format!("bot@example.com {public}")).unwrap();
    let allowed = format!("gpg.ssh.allowedSignersFile={}", signers.display());
    let said = verified(signer, keys, &["-c", "gpg.format=ssh", "-c", &allowed]);
    let expected = "Good \"git\" signature for bot@example.com with ";
    assert!(said.starts_with(expected), "{said}");
    assert!(said.contains(&signer.fingerprint()), "{said}");
}

fn with_every_kind_of_ssh_key() -> TestResult {
    let keys = Keys::ssh()?;
    let kinds: [&[&str]; 6] = [
        &["-t", "ed25519"],
        &["-t", "ecdsa", "-b", "256"],
        &["-t", "ecdsa", "-b", "384"],
        &["-t", "ecdsa", "-b", "521"],
        &["-t", "rsa", "-b", "2048"],
        &["-t", "rsa", "-b", "3072"],
    ];
    for kind in kinds {
        let file = keys.ssh_key(kind, "");
        assert_ssh_verifies(&keys, &file, &Signer::ssh(&secret(&file), None)?);
    }
    Ok(())
}

/// Every second number of an ECDSA key on P-521 is written shorter than the curve's, and one of 256 on P-256.
fn with_ssh_keys_whose_numbers_are_short() -> TestResult {
    let keys = Keys::ssh()?;
    for _ in 0..12 {
        let file = keys.ssh_key(&["-t", "ecdsa", "-b", "521"], "");
        Signer::ssh(&secret(&file), None)?.fingerprint();
        fs::remove_file(&file)?;
    }
    for passphrase in ["a", "b", "c", "d"] {
        let file = keys.ssh_key(&["-t", "ecdsa", "-b", "521", "-a", "2"], passphrase);
        Signer::ssh(&secret(&file), Some(&Secret::new(passphrase)))?;
        assert_refused(
            Signer::ssh(&secret(&file), Some(&Secret::new("x"))),
            WRONG_PASSPHRASE,
        );
        fs::remove_file(&file)?;
    }
    Ok(())
}

fn with_an_encrypted_ssh_key() -> TestResult {
    let keys = Keys::ssh()?;
    for kind in [["-t", "ed25519"], ["-t", "rsa"]] {
        let file = keys.ssh_key(&kind, "correct horse ü");
        let text = fs::read_to_string(&file)?.replace('\n', "\r\n");
        let passphrase = Secret::new("correct horse ü");
        let signer = Signer::ssh(&Secret::new(text.trim_end()), Some(&passphrase))?;
        assert_ssh_verifies(&keys, &file, &signer);
    }
    Ok(())
}

#[track_caller]
fn assert_openpgp_verifies(keys: &Keys, signer: &Signer) {
    let said = verified(signer, keys, &[]);
    assert!(
        said.contains("Good signature from \"Tag Wright <bot@example.com>\""),
        "{said}"
    );
    assert!(
        said.to_lowercase().contains(&signer.fingerprint()),
        "{said}"
    );
}

fn with_every_kind_of_openpgp_key() -> TestResult {
    for kind in ["ed25519", "rsa2048", "nistp256", "nistp384", "nistp521"] {
        let keys = Keys::openpgp()?;
        keys.make_openpgp(kind, "");
        assert_openpgp_verifies(&keys, &Signer::openpgp(&keys.export(""), None)?);
    }
    Ok(())
}

fn with_an_encrypted_openpgp_key() -> TestResult {
    let keys = Keys::openpgp()?;
    keys.make_openpgp("ed25519", "correct horse ü");
    let key = keys.export("correct horse ü");
    let signer = Signer::openpgp(&key, Some(&Secret::new("correct horse ü")))?;
    assert_openpgp_verifies(&keys, &signer);
    assert_refused(Signer::openpgp(&key, None), NO_PASSPHRASE);
    assert_refused(
        Signer::openpgp(&key, Some(&Secret::new("wrong"))),
        WRONG_PASSPHRASE,
    );
    Ok(())
}

/// As people are told to set it up: a primary key that only certifies, and subkeys for work.
fn with_the_newest_subkey() -> TestResult {
    let keys = Keys::openpgp()?;
    let user = "Tag Wright <bot@example.com>";
    keys.gpg(&[
        "--passphrase",
        "",
        "--quick-generate-key",
        user,
        "ed25519",
        "cert",
        "never",
    ]);
    let listed = keys.gpg(&["--with-colons", "--list-keys"]);
    let primary = fingerprints(&listed)[0].clone();
    assert_refused(
        Signer::openpgp(&keys.export(""), None),
        "no part of it may sign now; add a subkey for signing",
    );
    for kind in ["cv25519", "ed25519"] {
        let usage = if kind == "cv25519" { "encr" } else { "sign" };
        keys.gpg(&[
            "--passphrase",
            "",
            "--quick-add-key",
            &primary,
            kind,
            usage,
            "never",
        ]);
    }
    let listed = keys.gpg(&["--with-colons", "--list-keys"]);
    let signer = Signer::openpgp(&keys.export(""), None)?;
    assert_eq!(
        signer.fingerprint(),
        fingerprints(&listed)[2].to_lowercase()
    );
    assert_openpgp_verifies(&keys, &signer);
    Ok(())
}

fn fingerprints(listed: &str) -> Vec<String> {
    let lines = listed.lines().filter(|line| line.starts_with("fpr:"));
    lines
        .filter_map(|line| line.split(':').nth(9).map(str::to_owned))
        .collect()
}

fn of_a_repository_with_sha256() -> TestResult {
    let keys = Keys::openpgp()?;
    keys.make_openpgp("ed25519", "");
    let signer = Signer::openpgp(&keys.export(""), None)?;
    let folder = crate::isolated::tempfile();
    let other = BareRepository::new();
    let at = folder.path().join("r.git");
    let at = at.to_str().unwrap();
    other.git(&[
        "init",
        "--quiet",
        "--bare",
        "--object-format=sha256",
        "--initial-branch=main",
        at,
    ]);
    let git = |args: &[&str]| other.git(&[&["--git-dir", at], args].concat());
    let tree = git(&["hash-object", "-w", "-t", "tree", "/dev/null"]);
    let identity = ["-c", "user.name=x", "-c", "user.email=x@x"];
    let first = git(&[&identity[..], &["commit-tree", "-m", "x", tree.trim()]].concat());
    git(&["update-ref", "refs/heads/main", first.trim()]);

    let remote = tagwright_gitwrite::Remote::new(at)?;
    let snapshot = remote.snapshot(&branch("main"), &control())?;
    let made = snapshot.commit(&[Change::create(path("a"), "x")], &spec("S").signer(signer))?;
    let Committed::Commit(commit) = made else {
        panic!("nothing changed")
    };
    push(&commit, "main");
    let said = verify(&other, &keys, &["--git-dir", at]);
    assert!(said.contains("Good signature"), "{said}");
    Ok(())
}

/// A branch that is made anew with the same content is up to date, though every signature differs.
fn the_same_but_for_its_time() -> TestResult {
    use tagwright_gitwrite::{Push, PushMode, PushOutcome};
    let keys = Keys::ssh()?;
    let file = keys.ssh_key(&["-t", "ecdsa"], "");
    let repository = repository(&[("a", "1")]);
    let anew = Push::to_branch("updates")?.mode(PushMode::Reset);
    let mut outcomes = Vec::new();
    for seconds in [1, 2] {
        let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        let spec = spec("S")
            .time(time)
            .signer(Signer::ssh(&secret(&file), None)?);
        let made = snapshot(&repository).commit(&[write("a", "2")], &spec)?;
        let Committed::Commit(commit) = made else {
            panic!("nothing changed")
        };
        outcomes.push(commit.push(&anew, &control())?);
    }
    assert!(
        matches!(outcomes[0], PushOutcome::Pushed { .. }),
        "{outcomes:?}"
    );
    assert_eq!(outcomes[1], PushOutcome::UpToDate);
    Ok(())
}

const NO_PASSPHRASE: &str = "it is encrypted, and there is no passphrase; hand it over";
const WRONG_PASSPHRASE: &str = "the passphrase does not open it; check both";

#[track_caller]
fn assert_refused(signer: Result<Signer, tagwright_gitwrite::Error>, why: &str) {
    let error = signer.unwrap_err();
    let expected = format!("unusable signing key: {why}");
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::InvalidSigningKey, expected)
    );
}

fn ssh_keys_that_are_refused() -> TestResult {
    let keys = Keys::ssh()?;
    let refuse =
        |text: String, why: &str| assert_refused(Signer::ssh(&Secret::new(text), None), why);
    let weak = keys.ssh_key(&["-t", "rsa", "-b", "1024"], "");
    refuse(
        fs::read_to_string(weak)?,
        "RSA of 1024 bits is too weak; make one of 2048 bits or more, or an Ed25519 key",
    );
    let pem = keys.ssh_key(&["-t", "rsa", "-m", "PEM"], "");
    refuse(
        fs::read_to_string(&pem)?,
        "it is in PEM; convert it with ssh-keygen -p -f FILE",
    );
    refuse(
        fs::read_to_string(pem.with_extension("pub"))?,
        "it is a public key; hand over the private one",
    );
    refuse(
        "hunter2".to_owned(),
        "it is no private key in OpenSSH's format; make one with ssh-keygen -t ed25519",
    );
    refuse(
        "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----".to_owned(),
        "it is malformed or of an unknown type; make an Ed25519 key with ssh-keygen -t ed25519",
    );
    let locked = secret(&keys.ssh_key(&["-t", "ed25519"], "right"));
    assert_refused(Signer::ssh(&locked, None), NO_PASSPHRASE);
    assert_refused(
        Signer::ssh(&locked, Some(&Secret::new("wrong"))),
        WRONG_PASSPHRASE,
    );
    Ok(())
}

fn openpgp_keys_that_are_refused() -> TestResult {
    let refuse = |text: Secret, why: &str| assert_refused(Signer::openpgp(&text, None), why);
    refuse(
        Secret::new("hunter2"),
        "it is no private key of OpenPGP; write one with gpg --armor --export-secret-keys ID",
    );
    let keys = Keys::openpgp()?;
    keys.make_openpgp("ed25519", "");
    let public = keys.gpg(&["--armor", "--export"]);
    refuse(
        Secret::new(public),
        "it is a public key; hand over the private one",
    );
    let user = "Other <other@example.com>";
    keys.gpg(&[
        "--passphrase",
        "",
        "--quick-generate-key",
        user,
        "ed25519",
        "sign",
        "never",
    ]);
    refuse(
        keys.export(""),
        "there are several keys in it; export one alone",
    );

    let weak = Keys::openpgp()?;
    weak.make_openpgp("rsa1024", "");
    refuse(
        weak.export(""),
        "RSA of 1024 bits is too weak; make one of 2048 bits or more, or an Ed25519 key",
    );
    let old = Keys::openpgp()?;
    let user = "Tag Wright <bot@example.com>";
    let made = ["--faked-system-time", "20200101T000000", "--passphrase", ""];
    old.gpg(
        &[
            &made[..],
            &["--quick-generate-key", user, "ed25519", "sign", "1d"],
        ]
        .concat(),
    );
    refuse(
        old.export(""),
        "it has expired; make a new one or prolong it",
    );
    Ok(())
}
