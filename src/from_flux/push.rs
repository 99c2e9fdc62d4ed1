//! `spec.git.push`: where commits go.

use tagwright_manifests::flux::Push;

use super::checkout::Checkout;
use crate::automation::AutomationBuilder;
use crate::objects::Refusal;

/// Sets where commits are pushed. As in Flux a refspec is pushed to besides the branch.
pub(super) fn configure(
    builder: &mut AutomationBuilder,
    push: Option<&Push>,
    checkout: &Checkout<'_>,
) -> Result<(), Refusal> {
    let branch = push.and_then(|push| push.branch.as_deref());
    let branch = branch.or(checkout.branch).ok_or(
        "spec.git.push.branch is missing, and no branch is checked out that could be pushed; name one",
    )?;
    if checkout.branch.is_none() && checkout.beside == Some(branch) {
        return Err(format!(
            "spec.git.push.branch: {branch} would be made anew from what is checked out, and lose the commits since; name another"
        ));
    }
    builder.push_branch(branch);
    let refspec = push.and_then(|push| push.refspec.as_deref());
    let refspec = refspec.and_then(|refspec| besides(refspec, branch, checkout.branch));
    if let Some(refspec) = refspec {
        builder.refspec(&refspec);
    }
    for (key, value) in push.iter().flat_map(|push| &push.options) {
        match value.as_str() {
            "" => builder.push_option(key),
            value => builder.push_option(&format!("{key}={value}")),
        };
    }
    Ok(())
}

/// The refspec as it has to be beside a push to `branch`; none where it is that push.
///
/// Where the branch is made anew Flux forces the refspec too. The branch that is checked out is forced by nobody.
fn besides(refspec: &str, branch: &str, checked_out: Option<&str>) -> Option<String> {
    let to = refspec.rsplit_once(':').map_or("", |(_, to)| to);
    let to = to.strip_prefix("refs/heads/");
    if to == Some(branch) {
        return None;
    }
    let made_anew = checked_out != Some(branch);
    let is_forced = made_anew && to.is_some() && to != checked_out && !refspec.starts_with('+');
    let plus = if is_forced { "+" } else { "" };
    Some(format!("{plus}{refspec}"))
}
