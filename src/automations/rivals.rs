//! Automations that would undo what another one does.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use markers::{Decision, Syntax};
use tagwright_markers as markers;

use super::site::{Site, Way};
use crate::automation::Spec;
use crate::choices::Choices;
use crate::error::Error;
use crate::path::Folders;
use crate::scan::Scan;

/// Those that write where an automation writes, and chose another tag for a policy of one name; and all that know
/// markers of its repository.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rivals {
    own: String,
    others: Vec<Rival>,
    kin: Arc<Vec<Kin>>,
}

#[derive(Clone, Debug)]
struct Rival {
    name: String,
    way: Way,
    folders: Folders,
    choices: Arc<Choices>,
}

/// The policies of an automation by name, and the files in which their markers are its own.
#[derive(Clone, Debug)]
struct Kin {
    folders: Folders,
    policies: Choices,
}

/// Two automations that want different values of one marker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fight {
    setter: String,
    own: (String, String),
    other: (String, String),
}

/// Tells each scan of those that chose otherwise.
pub(crate) fn find_rivals(specs: &[&Spec], sites: &[Site], scans: &mut [Result<Scan, Error>]) {
    let choices: Vec<Option<Arc<Choices>>> = scans
        .iter()
        .map(|scan| Some(Arc::new(scan.as_ref().ok()?.choices.clone())))
        .collect();
    let kin = kin(specs, sites);
    for (own, scan) in scans.iter_mut().enumerate() {
        let (Ok(scan), Some(mine)) = (scan, &choices[own]) else {
            continue;
        };
        let rival = |other: usize| {
            let theirs = choices[other].as_ref()?;
            let way = sites[own].way_to(&sites[other])?;
            (own != other && mine.differ_from(theirs)).then(|| Rival {
                name: specs[other].full_name(),
                way,
                folders: specs[other].folders.clone(),
                choices: Arc::clone(theirs),
            })
        };
        scan.rivals = Rivals {
            own: specs[own].full_name(),
            others: (0..specs.len()).filter_map(rival).collect(),
            kin: kin.get(sites[own].root()).cloned().unwrap_or_default(),
        };
    }
}

/// All members by the repository or the directory of their files.
fn kin<'s>(specs: &[&Spec], sites: &'s [Site]) -> BTreeMap<&'s Path, Arc<Vec<Kin>>> {
    let mut all: BTreeMap<&Path, Vec<Kin>> = BTreeMap::new();
    for (spec, site) in specs.iter().zip(sites) {
        let mut policies = Choices::new(spec.dialect);
        let own = spec.policies.iter().map(|policy| &policy.name);
        for name in own.chain(spec.withheld.keys()) {
            policies.withhold(name, "");
        }
        let folders = spec.folders.clone();
        let kin = Kin { folders, policies };
        all.entry(site.root()).or_default().push(kin);
    }
    let all = all.into_iter();
    all.map(|(root, kin)| (root, Arc::new(kin))).collect()
}

impl Rivals {
    /// Whether a marker that the automation does not know is another one's, which reaches the file.
    pub(crate) fn know(&self, file: &str, setter: &str) -> bool {
        let knows = |one: &Kin| one.policies.policy_of(setter).is_some() && one.folders.takes(file);
        self.kin.iter().any(knows)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.others.is_empty()
    }

    /// The first marker of a file that another automation wants another value for.
    pub(crate) fn fight(
        &self,
        choices: &Choices,
        syntax: &Syntax,
        file: &str,
        bytes: &[u8],
    ) -> Option<Fight> {
        let others: Vec<&Rival> = self.others.iter().filter(|one| one.takes(file)).collect();
        if others.is_empty() {
            return None;
        }
        // A file that cannot be read is told where it is edited.
        let markers = markers::find(bytes, syntax).ok()?;
        markers.iter().find_map(|marker| {
            let mut others = others.iter();
            others.find_map(|other| self.over(choices, other, marker.setter()))
        })
    }

    fn over(&self, choices: &Choices, rival: &Rival, setter: &str) -> Option<Fight> {
        let Decision::Set(mine) = choices.decide_setter(setter) else {
            return None;
        };
        let Decision::Set(theirs) = rival.choices.decide_setter(setter) else {
            return None;
        };
        (mine != theirs).then(|| Fight {
            setter: setter.to_owned(),
            own: (self.own.clone(), mine),
            other: (rival.name.clone(), theirs),
        })
    }
}

impl Rival {
    fn takes(&self, file: &str) -> bool {
        let file = self.way.of(file);
        file.is_some_and(|file| self.folders.takes(&file))
    }
}

impl fmt::Display for Fight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((own, mine), (other, theirs)) = (&self.own, &self.other);
        write!(
            f,
            "{own} wants '{mine}' for {}, and {other} wants '{theirs}': neither writes this file; give them paths of their own, or one policy",
            self.setter
        )
    }
}
