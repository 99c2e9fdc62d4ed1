use std::{env, ffi::OsStr, path::Path, process::Command};

/// `git` in `home`, with the host's configuration and any `GIT_*` variable (as a hook or an alias sets) shut out.
///
/// Dates are fixed, so that equal contents give equal commit ids.
pub(super) fn command(home: &Path) -> Command {
    let mut command = Command::new("git");
    for (name, _) in env::vars_os().filter(|(name, _)| is_git_variable(name)) {
        command.env_remove(name);
    }
    command
        .current_dir(home)
        .env("HOME", home)
        .env_remove("XDG_CONFIG_HOME")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", home.join("gitconfig"))
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C")
        .env("GIT_AUTHOR_NAME", "Test Kit")
        .env("GIT_AUTHOR_EMAIL", "testkit@example.com")
        .env("GIT_AUTHOR_DATE", "1700000000 +0000")
        .env("GIT_COMMITTER_NAME", "Test Kit")
        .env("GIT_COMMITTER_EMAIL", "testkit@example.com")
        .env("GIT_COMMITTER_DATE", "1700000000 +0000");
    command
}

fn is_git_variable(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with("GIT_"))
}
