//! What becomes of one marker.

use std::collections::BTreeSet;
use std::time::SystemTime;

use markers::Decision;
use policy::Candidate;
use policy::guard::{Objection, downgrade};
use tagwright_markers as markers;
use tagwright_policy as policy;
use tagwright_registry::Digest;

use super::beside::Neighbour;
use crate::choices::Choice;
use crate::facts::{Wanted, What};
use crate::image_policy::{DigestPolicy, Watched};
use crate::role::Role;
use crate::scan::Scan;

/// What becomes of a marker, or what has to be known first.
#[derive(Clone, Debug)]
pub(super) enum Verdict {
    Decided(Decision),
    Open(BTreeSet<Wanted>),
}

/// A policy that chose a tag, and that has guards or keeps digests.
#[derive(Clone, Copy)]
pub(super) struct Judge<'a> {
    scan: &'a Scan,
    policy: &'a Watched,
    choice: &'a Choice,
}

impl<'a> Judge<'a> {
    pub(super) fn of(scan: &'a Scan, policy: &str) -> Option<Self> {
        Some(Self {
            scan,
            policy: scan.particular.get(policy)?,
            choice: scan.choices.chosen(policy)?,
        })
    }

    /// A value that says itself which tag is in place.
    pub(super) fn lead(&self, setter: &str, role: Role, old: &str) -> Verdict {
        if role == (Role::Whole { pinned: true }) && self.is_pinned(old) {
            return Verdict::Decided(Decision::Set(old.to_owned()));
        }
        let wants_digest = role == (Role::Whole { pinned: true }) && self.wants_digest();
        let decision = self.scan.choices.decide_setter(setter);
        if !wants_digest && !changes(&decision, old) {
            return Verdict::Decided(decision);
        }
        self.guard(role.tag(old)).err().unwrap_or_else(|| {
            if wants_digest {
                return self.open(self.choice.tag(), What::Digest);
            }
            Verdict::Decided(decision)
        })
    }

    /// A name or a digest. Beside it stands what says which tag is in place, or nothing.
    pub(super) fn follow(
        &self,
        setter: &str,
        role: Role,
        old: &str,
        beside: &[Neighbour<'_>],
    ) -> Verdict {
        if role == Role::Digest && self.is_pinned_beside(old, beside) {
            return Verdict::Decided(Decision::Set(old.to_owned()));
        }
        let held = beside.iter().find_map(|one| one.verdict?.withheld());
        if role == Role::Digest && self.wants_digest() {
            return held.unwrap_or_else(|| self.open(self.choice.tag(), What::Digest));
        }
        let decision = self.scan.choices.decide_setter(setter);
        if !changes(&decision, old) {
            return Verdict::Decided(decision);
        }
        let open = || beside.iter().find_map(|one| one.verdict?.open());
        held.or_else(open)
            .or_else(|| self.guard(None).err())
            .unwrap_or(Verdict::Decided(decision))
    }

    /// Whether a digest is to be written that nobody has asked for yet.
    fn wants_digest(&self) -> bool {
        self.policy.digest == DigestPolicy::IfNotPresent && self.choice.digest().is_none()
    }

    /// Whether a value has the chosen image and tag and a digest that stays.
    fn is_pinned(&self, old: &str) -> bool {
        let digest = old
            .split_once('@')
            .filter(|(tagged, _)| *tagged == self.choice.tagged());
        self.keeps(digest.map(|(_, digest)| digest))
    }

    /// The same of a digest alone: it is of the chosen tag when all that stands beside it is.
    fn is_pinned_beside(&self, old: &str, beside: &[Neighbour<'_>]) -> bool {
        let is_chosen = |one: &Neighbour<'_>| match one.role {
            Role::Tag => one.value == self.choice.tag(),
            Role::Name => one.value == self.choice.image(),
            Role::Whole { .. } => one.value.split('@').next() == Some(&*self.choice.tagged()),
            Role::Digest => true,
        };
        self.keeps(Some(old)) && !beside.is_empty() && beside.iter().all(is_chosen)
    }

    fn keeps(&self, digest: Option<&str>) -> bool {
        self.policy.digest == DigestPolicy::IfNotPresent
            && !self.scan.kept_digests.contains(&self.policy.name)
            && digest.is_some_and(|digest| digest.parse::<Digest>().is_ok())
    }

    fn open(&self, tag: &str, what: What) -> Verdict {
        Verdict::Open(BTreeSet::from([self.wanted(tag, what)]))
    }

    fn wanted(&self, tag: &str, what: What) -> Wanted {
        Wanted {
            policy: self.policy.name.clone(),
            tag: tag.to_owned(),
            what,
        }
    }
}

/// The guards, in the order in which they are asked: those that cost a request last.
impl Judge<'_> {
    /// Why the chosen tag may not be written where `old` stands.
    fn guard(&self, old: Option<&str>) -> Result<(), Verdict> {
        let (guards, tag) = (&self.policy.guards, self.choice.tag());
        self.shrink()?;
        guards.skip.check(tag)?;
        if let Some(hold) = &guards.hold {
            hold.check(tag, self.scan.now)?;
        }
        self.downgrade(old)?;
        let Some(age) = &guards.minimum_age else {
            return Ok(());
        };
        let built = self.date(tag)?;
        Ok(age.check(tag, built, self.scan.now)?)
    }

    fn shrink(&self) -> Result<(), Verdict> {
        let name = &self.policy.name;
        let (Some(shrink), Some(now)) = (&self.policy.guards.shrink, self.scan.tallies.get(name))
        else {
            return Ok(());
        };
        match self.scan.past.tags_before(name) {
            Ok(Some(before)) => Ok(shrink.check(before, now.tags())?),
            Ok(None) => Ok(()),
            Err(reason) => Err(withhold(&format!(
                "a maximum shrink is set, and nobody knows how many tags there were: {reason}"
            ))),
        }
    }

    fn downgrade(&self, old: Option<&str>) -> Result<(), Verdict> {
        let rule = &self.policy.policy;
        let (Some(old), true) = (old, self.policy.guards.no_downgrade) else {
            return Ok(());
        };
        let new = self.choice.tag();
        if rule.is_exact() || old == new || self.scan.past.is_changed(self.policy) {
            return Ok(());
        }
        if !rule.orders_by_date() {
            return Ok(downgrade(rule, old, new)?);
        }
        let dates = (self.date(old), self.date(new));
        let (Ok(from), Ok(to)) = dates else {
            return Err(both(dates));
        };
        Ok(downgrade(rule, dated(old, from), dated(new, to))?)
    }

    /// When the image of a tag was built.
    fn date(&self, tag: &str) -> Result<Option<SystemTime>, Verdict> {
        match self.scan.dates.get(&self.policy.name, tag) {
            Some(Ok(date)) => Ok(*date),
            Some(Err(failure)) => Err(withhold(&failure.message)),
            None => Err(self.open(tag, What::Date)),
        }
    }
}

impl Verdict {
    fn withheld(&self) -> Option<Self> {
        let is_withheld = matches!(self, Self::Decided(Decision::Withhold(_)));
        is_withheld.then(|| self.clone())
    }

    fn open(&self) -> Option<Self> {
        matches!(self, Self::Open(_)).then(|| self.clone())
    }
}

fn changes(decision: &Decision, old: &str) -> bool {
    matches!(decision, Decision::Set(new) if new != old)
}

impl From<Objection> for Verdict {
    fn from(objection: Objection) -> Self {
        withhold(&objection.to_string())
    }
}

fn withhold(reason: &str) -> Verdict {
    Verdict::Decided(Decision::Withhold(reason.to_owned()))
}

fn dated(tag: &str, date: Option<SystemTime>) -> Candidate<'_> {
    match date {
        Some(date) => (tag, date).into(),
        None => tag.into(),
    }
}

type Dated = Result<Option<SystemTime>, Verdict>;

/// All that is to be asked for at once, unless one answer is an error already.
fn both((from, to): (Dated, Dated)) -> Verdict {
    match (from, to) {
        (Err(Verdict::Open(mut wants)), Err(Verdict::Open(more))) => {
            wants.extend(more);
            Verdict::Open(wants)
        }
        (Err(Verdict::Decided(decision)), _) | (_, Err(Verdict::Decided(decision))) => {
            Verdict::Decided(decision)
        }
        (Err(open), _) | (_, Err(open)) => open,
        (Ok(_), Ok(_)) => Verdict::Open(BTreeSet::new()),
    }
}
