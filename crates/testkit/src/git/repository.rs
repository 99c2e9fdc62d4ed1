use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use super::program::command;
use crate::run::succeed;

/// A bare repository in a temporary folder of its own, deleted on drop. Its default branch is `main`.
///
/// The host's configuration of Git plays no part. Author, committer and dates are fixed, so equal histories have
/// equal ids.
#[derive(Debug)]
pub struct BareRepository {
    // Holds the folder that `path` lies in.
    home: TempDir,
    path: PathBuf,
}

impl BareRepository {
    /// An empty repository.
    ///
    /// # Panics
    ///
    /// When there is no `git` on `PATH`.
    #[track_caller]
    pub fn new() -> Self {
        let home = TempDir::with_prefix("tagwright-git-").expect("a temporary folder");
        let path = home.path().join("repository.git");
        // Owned by another user as soon as a server that is started by root runs as one.
        let settings = "[init]\n\tdefaultBranch = main\n[safe]\n\tdirectory = *\n";
        fs::write(home.path().join("gitconfig"), settings).expect("a file in the temporary folder");
        succeed(
            command(home.path())
                .args(["init", "--quiet", "--bare"])
                .arg(&path),
            b"",
        );
        Self { home, path }
    }

    /// The folder in which the repository and the configuration of its Git lie.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// The folder of the repository, `.../repository.git`.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The same as a `file://` URL.
    pub fn url(&self) -> String {
        format!("file://{}", self.path.display())
    }

    /// Commits files on top of a branch, which is made when it does not exist, and gives the commit's id.
    ///
    /// Files that are not named stay as they are. There is no checkout.
    #[track_caller]
    pub fn commit(&self, branch: &str, files: &[(&str, &[u8])], message: &str) -> String {
        self.fast_import(&import_stream(branch, self.tip(branch), files, message));
        self.tip(branch).expect("the branch was just written")
    }

    /// Feeds a stream to `git fast-import`: for modes, symbolic links, deletions and whole histories.
    #[track_caller]
    pub fn fast_import(&self, stream: &[u8]) {
        succeed(
            self.command().args(["fast-import", "--quiet", "--force"]),
            stream,
        );
    }

    /// Runs `git` in the repository and gives its standard output as it is, final newline included.
    ///
    /// # Panics
    ///
    /// When it does not exit with 0, or writes what is no UTF-8.
    #[track_caller]
    pub fn git(&self, args: &[&str]) -> String {
        String::from_utf8(succeed(self.command().args(args), b"")).expect("git writes UTF-8")
    }

    /// The contents of a file at the tip of a branch.
    #[track_caller]
    pub fn read(&self, branch: &str, path: &str) -> Vec<u8> {
        let object = format!("refs/heads/{branch}:{path}");
        succeed(self.command().args(["cat-file", "blob", &object]), b"")
    }

    /// The commit at the tip of a branch, if the branch exists.
    #[track_caller]
    pub fn tip(&self, branch: &str) -> Option<String> {
        let pattern = format!("refs/heads/{branch}");
        let refs = self.git(&[
            "for-each-ref",
            "--format=%(objectname) %(refname)",
            &pattern,
        ]);
        let tip = refs
            .lines()
            .find_map(|line| line.strip_suffix(&format!(" {pattern}")));
        tip.map(str::to_owned)
    }

    /// Installs a hook, such as a `pre-receive` that declines: a script with its `#!` line.
    #[track_caller]
    pub fn hook(&self, name: &str, script: &str) {
        let folder = self.path.join("hooks");
        fs::create_dir_all(&folder).expect("the hooks folder");
        // Were it written here, a process that another thread forks meanwhile could hold it open, and a script that is
        // open for writing does not run.
        let write = "cat > \"$0\" && chmod 755 \"$0\"";
        let mut shell = Command::new("sh");
        succeed(
            shell.args(["-c", write]).arg(folder.join(name)),
            script.as_bytes(),
        );
    }

    /// `git` in the repository, for what [`git`](Self::git) cannot do, such as a command that has to fail.
    pub fn command(&self) -> Command {
        let mut command = command(self.home.path());
        command.current_dir(&self.path);
        command
    }
}

impl Default for BareRepository {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

fn import_stream(
    branch: &str,
    parent: Option<String>,
    files: &[(&str, &[u8])],
    message: &str,
) -> Vec<u8> {
    let mut stream = format!("commit refs/heads/{branch}\n").into_bytes();
    stream.extend_from_slice(b"committer Test Kit <testkit@example.com> 1700000000 +0000\n");
    data(&mut stream, message.as_bytes());
    if let Some(parent) = parent {
        stream.extend_from_slice(format!("from {parent}\n").as_bytes());
    }
    for (path, contents) in files {
        stream.extend_from_slice(format!("M 100644 inline {}\n", quoted(path)).as_bytes());
        data(&mut stream, contents);
    }
    stream
}

fn data(stream: &mut Vec<u8>, bytes: &[u8]) {
    stream.extend_from_slice(format!("data {}\n", bytes.len()).as_bytes());
    stream.extend_from_slice(bytes);
    stream.push(b'\n');
}

/// A path in the C style that fast-import reads, so that spaces, quotes and newlines are paths too.
fn quoted(path: &str) -> String {
    let escaped = path
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n");
    format!("\"{escaped}\"")
}
