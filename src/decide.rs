//! What becomes of the markers of one file: what the policies chose, what the guards say, and what stands beside it.

mod beside;
mod verdict;

use std::collections::BTreeSet;

use markers::{Decision, Syntax};
use tagwright_markers as markers;

use crate::edit::{Edited, edit, policy_of};
use crate::facts::Wanted;
use crate::plan::OutcomeKind;
use crate::problem::Problem;
use crate::role::Role;
use crate::scan::Scan;
use beside::{Beside, Neighbour};
use verdict::{Judge, Verdict};

/// A marker that stands on a value.
struct Seen {
    setter: String,
    /// The policy and what the value says of its image, where a known policy is named.
    named: Option<(String, Role)>,
    old: String,
    object: markers::Object,
    /// The path of the map that the value stands in.
    map: String,
}

/// Decides every marker of a file. What is another automation's of the group is told there.
pub(crate) fn edit_file(
    scan: &Scan,
    syntax: &Syntax,
    file: &str,
    bytes: &[u8],
) -> Result<Edited, markers::Error> {
    let mut edited = decided(scan, syntax, file, bytes)?;
    edited.outcomes.retain(|outcome| {
        let is_unknown = outcome.kind() == OutcomeKind::Unknown;
        let setter = outcome.setter().filter(|_| is_unknown);
        setter.is_none_or(|setter| !scan.rivals.know(file, setter))
    });
    Ok(edited)
}

fn decided(
    scan: &Scan,
    syntax: &Syntax,
    file: &str,
    bytes: &[u8],
) -> Result<Edited, markers::Error> {
    let choices = &scan.choices;
    let named = |setter: &str| policy_of(choices, setter);
    if let Some(fight) = scan.rivals.fight(choices, syntax, file, bytes) {
        let keep = |marker: &markers::Marker, _: &str| match choices.decide(marker) {
            Decision::Set(_) => Decision::Withhold(fight.to_string()),
            decision => decision,
        };
        let edited = edit(file, bytes, syntax, keep, named)?;
        let problem = Some(Problem::error(file, fight));
        return Ok(Edited { problem, ..edited });
    }
    if scan.particular.is_empty() {
        return edit(
            file,
            bytes,
            syntax,
            |marker, _| choices.decide(marker),
            named,
        );
    }
    let seen = see(scan, syntax, bytes)?;
    let (decisions, wanted) = decide(scan, &seen);
    let mut decisions = decisions.into_iter();
    let next = |_: &markers::Marker, _: &str| {
        let none = || Decision::Withhold("it was not there a moment ago".to_owned());
        decisions.next().unwrap_or_else(none)
    };
    let edited = edit(file, bytes, syntax, next, named)?;
    Ok(Edited { wanted, ..edited })
}

/// All markers of the file, as one may depend on those behind it.
fn see(scan: &Scan, syntax: &Syntax, bytes: &[u8]) -> Result<Vec<Seen>, markers::Error> {
    let mut seen = Vec::new();
    markers::plan(bytes, syntax, |marker, old| {
        let named = scan.choices.role(marker.setter());
        seen.push(Seen {
            setter: marker.setter().to_owned(),
            named: named.map(|(policy, role)| (policy.to_owned(), role)),
            old: old.to_owned(),
            object: marker.object().clone(),
            map: map(marker.field()).to_owned(),
        });
        Decision::Withhold(String::new())
    })?;
    Ok(seen)
}

/// The path of the map or the list that a field stands in.
fn map(field: &str) -> &str {
    let end = if field.ends_with("\"]") {
        field.rfind("[\"")
    } else if field.ends_with(']') {
        field.rfind('[')
    } else {
        field.rfind('.')
    };
    &field[..end.unwrap_or(0)]
}

/// A decision for each marker, and what has to be known before they count.
fn decide(scan: &Scan, seen: &[Seen]) -> (Vec<Decision>, BTreeSet<Wanted>) {
    let leaders: Vec<Option<Verdict>> = seen
        .iter()
        .map(|one| is_leader(one).then(|| lead(scan, one)))
        .collect();
    let beside = Beside::of(seen);
    let mut wanted = BTreeSet::new();
    let verdicts = seen
        .iter()
        .zip(&leaders)
        .map(|(one, verdict)| match verdict {
            Some(verdict) => verdict.clone(),
            None => follow(scan, one, &beside.of_marker(one, seen, &leaders)),
        });
    let decisions = verdicts.map(|verdict| match verdict {
        Verdict::Decided(decision) => decision,
        Verdict::Open(wants) => {
            wanted.extend(wants);
            Decision::Withhold("the registry has to be asked first".to_owned())
        }
    });
    (decisions.collect(), wanted)
}

/// Whether it is decided by its own value alone.
fn is_leader(seen: &Seen) -> bool {
    seen.named.as_ref().is_none_or(|(_, role)| role.holds_tag())
}

fn lead(scan: &Scan, seen: &Seen) -> Verdict {
    let plain = || Verdict::Decided(scan.choices.decide_setter(&seen.setter));
    let Some((policy, role)) = &seen.named else {
        return plain();
    };
    Judge::of(scan, policy).map_or_else(plain, |judge| judge.lead(&seen.setter, *role, &seen.old))
}

/// A name or a digest is decided with what says which tag stands beside it.
fn follow(scan: &Scan, seen: &Seen, beside: &[Neighbour<'_>]) -> Verdict {
    let plain = || Verdict::Decided(scan.choices.decide_setter(&seen.setter));
    let Some((policy, role)) = &seen.named else {
        return plain();
    };
    let judge = Judge::of(scan, policy);
    judge.map_or_else(plain, |judge| {
        judge.follow(&seen.setter, *role, &seen.old, beside)
    })
}

#[cfg(test)]
mod tests {
    use super::map;

    #[test]
    fn a_value_stands_in_its_map() {
        for (field, parent) in [
            ("spec.values.image.tag", "spec.values.image"),
            ("tag", ""),
            ("", ""),
            ("spec.args[0]", "spec.args"),
            ("spec.containers[0].image", "spec.containers[0]"),
            ("data[\"app.tag\"]", "data"),
            ("data[\"app.tag\"].x", "data[\"app.tag\"]"),
        ] {
            assert_eq!(map(field), parent, "{field}");
        }
    }
}
