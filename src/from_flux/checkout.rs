//! `spec.git.checkout.ref`, or the `spec.ref` of the GitRepository: what is read.

use flux::GitRef;
use gitwrite::Ref;
use policy::Range;
use tagwright_gitwrite as gitwrite;
use tagwright_manifests::flux;
use tagwright_policy as policy;

use crate::automation::AutomationBuilder;
use crate::objects::Refusal;

/// What Flux's source-controller checks out where nothing is said.
const DEFAULT_BRANCH: &str = "master";

/// What is read, where a branch can be pushed back.
pub(super) struct Checkout<'o> {
    /// The branch that is read, if it is one.
    pub(super) branch: Option<&'o str>,
    /// The branch that the object names besides what is read.
    pub(super) beside: Option<&'o str>,
}

/// Sets what is read: of several fields the one that counts in Flux. `place` is where the object has them.
pub(super) fn configure<'o>(
    builder: &mut AutomationBuilder,
    reference: Option<&'o GitRef>,
    place: &str,
) -> Result<Checkout<'o>, Refusal> {
    let branch = reference.and_then(|reference| reference.branch.as_deref());
    if let Some((field, read)) = reference.and_then(other) {
        let refused = |error| format!("{place}.{field}: {error}");
        match read.map_err(refused)? {
            Other::Ref(reference) => builder.checkout(reference),
            Other::Range(range) => builder.checkout_range(range),
        };
        let (branch, beside) = (named_branch(reference), branch);
        return Ok(Checkout { branch, beside });
    }
    let branch = branch.unwrap_or(DEFAULT_BRANCH);
    builder.branch(branch);
    Ok(Checkout {
        branch: Some(branch),
        beside: None,
    })
}

/// What is read when it is no `branch`.
enum Other {
    Ref(Ref),
    Range(Range),
}

/// The field that counts besides `branch`, and what it says.
fn other(reference: &GitRef) -> Option<(&'static str, Result<Other, Refusal>)> {
    let read = |read: Result<Ref, gitwrite::Error>| match read {
        Ok(reference) => Ok(Other::Ref(reference)),
        Err(error) => Err(error.to_string()),
    };
    if let Some(commit) = &reference.commit {
        return Some(("commit", read(commit.parse().map(Ref::commit))));
    }
    if let Some(name) = &reference.name {
        return Some(("name", read(Ref::name(name))));
    }
    if let Some(range) = &reference.semver {
        let range = Range::parse(range).map(Other::Range);
        return Some(("semver", range.map_err(|error| error.to_string())));
    }
    let tag = reference.tag.as_ref()?;
    Some(("tag", read(Ref::tag(tag))))
}

/// A branch that is given by its full name.
fn named_branch(reference: Option<&GitRef>) -> Option<&str> {
    let reference = reference.filter(|reference| reference.commit.is_none())?;
    reference.name.as_deref()?.strip_prefix("refs/heads/")
}
