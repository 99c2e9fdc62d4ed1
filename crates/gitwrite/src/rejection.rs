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
    /// The server says something else; see [`Rejection::message`].
    Other,
}

/// The first that fits decides: forges decline by a hook and say what for in its words.
const PHRASES: &[(&str, RejectionReason)] = &[
    ("verified signature", RejectionReason::SignatureRequired),
    ("must be signed", RejectionReason::SignatureRequired),
    ("unsigned commit", RejectionReason::SignatureRequired),
    (
        "commit must be verified",
        RejectionReason::SignatureRequired,
    ),
    ("protected branch", RejectionReason::ProtectedBranch),
    ("branch is protected", RejectionReason::ProtectedBranch),
    (
        "repository rule violations",
        RejectionReason::ProtectedBranch,
    ),
    ("must use a pull request", RejectionReason::ProtectedBranch),
    ("returned error: 403", RejectionReason::Unauthorized),
    ("marked as read only", RejectionReason::Unauthorized),
    ("does not have write access", RejectionReason::Unauthorized),
    (
        "write access to repository not granted",
        RejectionReason::Unauthorized,
    ),
    ("not allowed to push", RejectionReason::Unauthorized),
    ("not authorized", RejectionReason::Unauthorized),
    ("prohibited by gerrit", RejectionReason::Unauthorized),
    ("hook declined", RejectionReason::HookDeclined),
    ("non-fast-forward", RejectionReason::NotFastForward),
    ("fetch first", RejectionReason::NotFastForward),
    ("stale info", RejectionReason::NotFastForward),
];

impl Rejection {
    pub(crate) fn new(reference: &str, status: &str, message: &str) -> Rejection {
        let text = format!("{status}\n{message}").to_lowercase();
        let reason = PHRASES.iter().find(|(phrase, _)| text.contains(phrase));
        let reason = reason.map_or(RejectionReason::Other, |(_, reason)| *reason);
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
            RejectionReason::NotFastForward | RejectionReason::Other
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

    #[test]
    fn words_of_the_servers_in_use() {
        use RejectionReason::{
            HookDeclined, NotFastForward, Other, ProtectedBranch, SignatureRequired, Unauthorized,
        };
        let cases = [
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
            ("[rejected] (fetch first)", "", NotFastForward),
            ("[remote rejected] (failed to update ref)", "", Other),
        ];
        for (status, message, reason) in cases {
            let found = Rejection::new("refs/heads/main", status, message);
            assert_eq!(found.reason(), reason, "{status}: {message}");
        }
    }
}
