//! Why a server refuses a push.

use std::fmt;

/// A refused push: which ref, why, and the server's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    reference: String,
    reason: RejectionReason,
    status: String,
    message: String,
}

/// The reason of a [`Rejection`], from the words of the servers in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RejectionReason {
    /// A hook of the server declined.
    HookDeclined,
    /// The branch is protected: changes come in by another way, such as a pull request.
    ProtectedBranch,
    /// Commits must be signed.
    SignatureRequired,
    /// These credentials may read but not write, or not write here.
    Unauthorized,
    /// An extra ref stands at something that the commit does not follow on.
    NotFastForward,
    /// Another push holds the lock of the ref at this moment, or one that died has left it.
    Busy,
    /// The server says something else; see [`Rejection::message`].
    Other,
}

/// The first that fits decides: forges decline by a hook and say what for in its words.
const PHRASES: &[(RejectionReason, &[&str])] = &[
    (
        RejectionReason::SignatureRequired,
        &[
            "verified signature",
            "must be signed",
            "unsigned commit",
            "commit must be verified",
            "unverified commit",
        ],
    ),
    // It is a rule of the repository too, and no pull request helps.
    (
        RejectionReason::HookDeclined,
        &["push cannot contain secrets", "missing change-id"],
    ),
    (
        RejectionReason::ProtectedBranch,
        &[
            "protected branch",
            "branch is protected",
            "is protected from",
            "repository rule violations",
            "must use a pull request",
            "must be made through a pull request",
            "modified through pull requests",
            "permission denied to update branch",
        ],
    ),
    (
        RejectionReason::Unauthorized,
        &[
            "returned error: 403",
            "marked as read only",
            "so it is read-only",
            "repository is read-only",
            "does not have write access",
            "write access to repository not granted",
            "permission denied for writing",
            "refusing to allow",
            "not allowed to push",
            "not allowed to upload",
            "not authorized",
            "denied to",
            "you lack",
            "tf401027",
            "prohibited by gerrit",
        ],
    ),
    (RejectionReason::HookDeclined, &["hook declined"]),
    (
        RejectionReason::NotFastForward,
        &["non-fast-forward", "fetch first", "stale info"],
    ),
    (
        RejectionReason::Busy,
        &[".lock': file exists", "another git process seems"],
    ),
];

impl Rejection {
    pub(crate) fn new(reference: &str, status: &str, message: &str) -> Rejection {
        let text = format!("{status}\n{message}").to_lowercase();
        let says = |phrases: &[&str]| phrases.iter().any(|phrase| text.contains(phrase));
        let reason = PHRASES.iter().find(|(_, phrases)| says(phrases));
        let reason = reason.map_or(RejectionReason::Other, |(reason, _)| *reason);
        Rejection {
            reference: reference.to_owned(),
            reason,
            status: status.to_owned(),
            message: message.to_owned(),
        }
    }

    /// Whether the server refused by a rule, so that the branch need not have moved.
    pub(crate) fn is_policy(&self) -> bool {
        !matches!(
            self.reason,
            RejectionReason::NotFastForward | RejectionReason::Busy | RejectionReason::Other
        )
    }

    /// The full name of the refused ref.
    pub fn reference(&self) -> &str {
        &self.reference
    }

    /// Why it was refused.
    pub fn reason(&self) -> RejectionReason {
        self.reason
    }

    /// What the server told the person: lines of at most 4000 characters in all, without control characters. It is the
    /// server's text and may say anything.
    pub fn message(&self) -> &str {
        if self.message.is_empty() {
            &self.status
        } else {
            &self.message
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was refused: {}", self.reference, self.status)?;
        if self.message.is_empty() {
            Ok(())
        } else {
            write!(f, ": {}", self.message.replace('\n', " "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Rejection, RejectionReason};

    use RejectionReason::{
        Busy, HookDeclined, NotFastForward, Other, ProtectedBranch, SignatureRequired, Unauthorized,
    };

    /// What `git` says of the ref, what the server says to the person, and what is made of it.
    const WORDS: &[(&str, &str, RejectionReason)] = &[
        (
            "[remote rejected] (pre-receive hook declined)",
            "",
            HookDeclined,
        ),
        (
            "[remote rejected] (protected branch hook declined)",
            "error: GH006: Protected branch update failed for refs/heads/main.",
            ProtectedBranch,
        ),
        (
            "[remote rejected] (push declined due to repository rule violations)",
            "error: GH013: Repository rule violations found.\n- Commits must have verified signatures.",
            SignatureRequired,
        ),
        (
            "[remote rejected] (pre-receive hook declined)",
            "GitLab: You are not allowed to push code to protected branches on this project.",
            ProtectedBranch,
        ),
        (
            "[remote rejected] (pre-receive hook declined)",
            "Gitea: Not allowed to push to protected branch main",
            ProtectedBranch,
        ),
        (
            "[remote rejected] (prohibited by Gerrit: not permitted: update)",
            "",
            Unauthorized,
        ),
        (
            "ERROR: The key you are authenticating with has been marked as read only.",
            "",
            Unauthorized,
        ),
        // GitHub
        (
            "[remote rejected] (protected branch hook declined)",
            "error: GH006: Protected branch update failed for refs/heads/main.\nerror: Commits must have verified signatures.",
            SignatureRequired,
        ),
        (
            "[remote rejected] (push declined due to repository rule violations)",
            "error: GH013: Repository rule violations found for refs/heads/main.\n- Changes must be made through a pull request.",
            ProtectedBranch,
        ),
        (
            "[remote rejected] (push declined due to repository rule violations)",
            "error: GH013: Repository rule violations found\n- GITHUB PUSH PROTECTION\n- Push cannot contain secrets",
            HookDeclined,
        ),
        (
            "[remote rejected] (refusing to allow a Personal Access Token to create or update workflow `.github/workflows/x.yml` without `workflow` scope)",
            "",
            Unauthorized,
        ),
        (
            "The requested URL returned error: 403",
            "Permission to a/b.git denied to bot.",
            Unauthorized,
        ),
        (
            "The requested URL returned error: 403",
            "This repository was archived so it is read-only.",
            Unauthorized,
        ),
        (
            "[remote rejected] (pre-receive hook declined)",
            "error: GH001: Large files detected.",
            HookDeclined,
        ),
        // GitLab
        (
            "[remote rejected] (pre-receive hook declined)",
            "GitLab: You are not allowed to push code to this project.",
            Unauthorized,
        ),
        (
            "[remote rejected] (pre-receive hook declined)",
            "GitLab: You are not allowed to force push code to a protected branch on this project.",
            ProtectedBranch,
        ),
        (
            "[remote rejected] (pre-receive hook declined)",
            "GitLab: Commit must be signed with a GPG key",
            SignatureRequired,
        ),
        (
            "[remote rejected] (pre-receive hook declined)",
            "GitLab: Commit message does not follow the pattern '^JIRA'",
            HookDeclined,
        ),
        // Gitea and Forgejo
        (
            "[remote rejected] (pre-receive hook declined)",
            "Gitea: branch main is protected from force push",
            ProtectedBranch,
        ),
        (
            "[remote rejected] (pre-receive hook declined)",
            "Forgejo: branch main is protected from unverified commit 1234",
            SignatureRequired,
        ),
        (
            "[remote rejected] (pre-receive hook declined)",
            "Gitea: User permission denied for writing.",
            Unauthorized,
        ),
        // Bitbucket
        (
            "[remote rejected] (pre-receive hook declined)",
            "Branch refs/heads/main can only be modified through pull requests.",
            ProtectedBranch,
        ),
        (
            "[remote rejected] (pre-receive hook declined)",
            "Permission denied to update branch main.",
            ProtectedBranch,
        ),
        // Gerrit and Azure
        (
            "[remote rejected] (commit 1234567: missing Change-Id in message footer)",
            "",
            HookDeclined,
        ),
        (
            "[remote rejected] (commit 1234567: email address x@x is not registered in your account, and you lack 'forge author' permission.)",
            "",
            Unauthorized,
        ),
        (
            "[remote rejected] (TF402455: Pushes to this branch are not permitted; you must use a pull request to update this branch.)",
            "",
            ProtectedBranch,
        ),
        ("[rejected] (fetch first)", "", NotFastForward),
        (
            "[remote rejected] (failed to update ref)",
            "error: cannot lock ref 'refs/heads/main': Unable to create '/srv/r.git/refs/heads/main.lock': File exists.",
            Busy,
        ),
        ("[remote rejected] (failed to update ref)", "", Other),
    ];

    #[test]
    fn words_of_the_servers_in_use() {
        for (status, message, reason) in WORDS {
            let found = Rejection::new("refs/heads/main", status, message);
            assert_eq!(found.reason(), *reason, "{status}: {message}");
        }
    }
}
