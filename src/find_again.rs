//! The edits of a plan, in the files as they are now.

use markers::{Decision, Marker, Syntax};
use tagwright_gitwrite::TreePath;
use tagwright_markers as markers;

use crate::automation::Spec;
use crate::choices::syntax;
use crate::diff;
use crate::edit::{edit, object};
use crate::error::Error;
use crate::plan::Edit;
use crate::report::Stale;
use crate::review::{Reviewed, altered};

/// Makes the planned edits in files that `read` gives, and hands each path with the bytes before and after to `take`; the
/// answer is the diff of all of them. `Stale` names the first edit or file that is not there any more.
pub(crate) fn find_again(
    spec: &Spec,
    reviewed: &Reviewed<'_>,
    read: impl Fn(&str) -> Result<Option<Vec<u8>>, Error>,
    mut take: impl FnMut(TreePath, &[u8], Vec<u8>),
) -> Result<Result<String, Stale>, Error> {
    let mut shown = String::new();
    for (file, edits) in &reviewed.files {
        let path = TreePath::new(*file).map_err(altered)?;
        let Some(old) = read(file)? else {
            let reason = format!("{path} is gone");
            return Ok(Err(Stale { reason }));
        };
        match again(&old, &syntax(spec.dialect), edits) {
            Ok(new) => {
                shown += &diff::unified(file, &old, &new);
                take(path, &old, new);
            }
            Err(stale) => return Ok(Err(stale)),
        }
    }
    Ok(Ok(shown))
}

/// The file with exactly these edits.
fn again(bytes: &[u8], syntax: &Syntax, planned: &[&Edit]) -> Result<Vec<u8>, Stale> {
    let mut open = planned.to_vec();
    let edited = edit(
        planned[0].file(),
        bytes,
        syntax,
        |marker, old| as_planned(&mut open, marker, old),
        str::to_owned,
    );
    let stale = |reason| Stale { reason };
    let edited = edited.map_err(|error| stale(format!("{}: {error}", planned[0].file())))?;
    let missing = |edit: &Edit| {
        stale(format!(
            "{}: {} is no longer '{}' for {}",
            edit.file, edit.field, edit.old, edit.setter
        ))
    };
    match open.first() {
        Some(edit) => Err(missing(edit)),
        None => edited.content.ok_or_else(|| missing(planned[0])),
    }
}

/// Sets what the plan says for this marker and this old value, and leaves every other marker alone.
fn as_planned(open: &mut Vec<&Edit>, marker: &Marker, old: &str) -> Decision {
    let found = open.iter().position(|edit| {
        edit.setter == marker.setter()
            && edit.old == old
            && edit.field == marker.field()
            && edit.object == object(marker.object())
    });
    match found {
        Some(index) => Decision::Set(open.remove(index).new.clone()),
        None => Decision::Withhold("not in the plan".to_owned()),
    }
}
