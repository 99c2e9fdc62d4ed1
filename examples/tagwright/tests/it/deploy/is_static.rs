//! `deploy/is-static`: no program passes of which nothing is known.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};
use std::{env, fs, io};

use tagwright_testkit::harness::TestResult;

use super::root;

pub(super) fn is_told() -> TestResult {
    let folder = tempfile::tempdir()?;
    let program = folder.path().join("program");
    script(&program, "echo it runs")?;
    for missing in ["exit 127", "echo ' LOAD 0x0'; exit 1"] {
        let ended = examine(&program, missing)?;
        assert!(
            !ended.status.success() && ended.stdout.is_empty(),
            "{ended:?}"
        );
    }
    let dynamic = examine(&program, "echo ' INTERP 0x318'")?;
    assert!(!dynamic.status.success(), "{dynamic:?}");
    let said = String::from_utf8(dynamic.stderr)?;
    assert!(said.contains("is not static: it wants\n INTERP"), "{said}");
    let fixed = examine(&program, "echo ' LOAD 0x0'")?;
    assert!(fixed.status.success(), "{fixed:?}");
    assert_eq!(fixed.stdout, b"it runs\n");
    Ok(())
}

fn script(place: &Path, commands: &str) -> io::Result<()> {
    fs::write(place, format!("#!/bin/sh\n{commands}\n"))?;
    fs::set_permissions(place, fs::Permissions::from_mode(0o755))
}

/// Where `readelf` does this.
fn examine(program: &Path, readelf: &str) -> io::Result<Output> {
    let tools = program.with_file_name("tools");
    fs::create_dir_all(&tools)?;
    script(&tools.join("readelf"), readelf)?;
    let path = env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", tools.display());
    let mut command = Command::new(root().join("deploy/is-static"));
    command.arg(program).env("PATH", path).output()
}
