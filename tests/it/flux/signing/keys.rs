//! Keys of the real programs, and their word on a commit.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use tagwright::Applied;
use tagwright_testkit::Missing;

use super::super::{IMAGE, build, from, problems};
use crate::world::World;

/// A short folder: the sockets of gpg's agent stand in it.
pub(super) struct Keys(tempfile::TempDir);

impl Keys {
    pub(super) fn of(program: &str, package: &str) -> Result<Self, Missing> {
        if Command::new(program).arg("-?").output().is_err() {
            let remedy = format!("install the Debian package {package}");
            return Err(Missing::new(program, remedy));
        }
        let folder = tempfile::Builder::new().prefix("tw").tempdir();
        let folder = folder.expect("a folder for temporary files");
        let private = fs::Permissions::from_mode(0o700);
        fs::set_permissions(folder.path(), private).expect("it is ours");
        Ok(Self(folder))
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs a program with its keys in the folder, and gives what it writes.
    #[track_caller]
    pub(super) fn run(&self, program: &str, arguments: &[&str]) -> String {
        let mut command = Command::new(program);
        command.args(arguments).env("GNUPGHOME", self.0.path());
        let output = command.env("LC_ALL", "C").output().expect(program);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program}: {errors}");
        String::from_utf8(output.stdout).expect("it writes text")
    }

    /// Pushes a commit that is signed with the key of a Secret, and gives what Git says of it.
    pub(super) async fn verified(
        &self,
        kind: &str,
        values: &[(&str, &str)],
        settings: &[&str],
    ) -> Result<String, tagwright::Error> {
        let world = World::new();
        let manifests = format!("{}{IMAGE}{}", super::source(kind), secret(values));
        let flux = from(&world, &manifests).await;
        assert_eq!(problems(&flux), [""; 0]);
        let report = build(&world, &flux).expect("it builds").run().await?;
        assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
        let mut command = world.repository.command();
        command.env("GNUPGHOME", self.0.path()).args(settings);
        let output = command.args(["verify-commit", "main"]).output();
        let output = output.expect("git runs");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{text}");
        Ok(text)
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        let mut command = Command::new("gpgconf");
        let stop = command.args(["--kill", "all"]);
        let _ = stop.env("GNUPGHOME", self.0.path()).output();
    }
}

fn secret(values: &[(&str, &str)]) -> String {
    let mut text = "
---
apiVersion: v1
kind: Secret
metadata: {name: key, namespace: flux-system}
stringData:
"
    .to_owned();
    for (key, value) in values {
        let indented = value.trim_end().replace('\n', "\n    ");
        text = format!("{text}  {key}: |-\n    {indented}\n");
    }
    text
}
