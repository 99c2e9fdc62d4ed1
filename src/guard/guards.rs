//! Which guards stand before the edits of a policy.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use policy::guard::{Hold, MinimumAge, Shrink, SkipList};
use tagwright_policy as policy;

/// What holds back an edit although a policy selected another tag; each guard is off unless it is given.
///
/// Given to [`AutomationBuilder::guards`](crate::AutomationBuilder::guards) for all policies, and to
/// [`ImagePolicy::with_guards`](crate::ImagePolicy::with_guards) for one, whose own go first, guard by guard.
///
/// A guard is asked before each edit. A value that is held back stays, and its marker's outcome is
/// [`Withheld`](crate::OutcomeKind::Withheld) with the reason; the other markers go on. A value that is the selected one
/// already is up to date, whatever the guards say.
///
/// | guard | holds an edit back |
/// |---|---|
/// | [`no_downgrade`](Self::no_downgrade) | where the selected tag is lower, in the policy's order, than the tag in the file |
/// | [`hold`](Self::hold), [`hold_at`](Self::hold_at) | until a time, or until it is removed |
/// | [`minimum_age`](Self::minimum_age) | of an image that was built too short a time ago, or of which no date is known |
/// | [`skip`](Self::skip) | to a tag that is never to be written |
/// | [`maximum_shrink`](Self::maximum_shrink) | while an image's list of tags has lost too many since it was last seen |
///
/// The tag in the file is the value of a `:tag` marker, and what stands behind the colon of a whole reference, with a digest
/// or without, of whatever image. A value without a tag is never a downgrade. The names and digests beside it follow
/// it: a marker for `:name` or for Flux's `:digest` is held back with the markers of its policy that hold a tag, those of
/// the same map, else those of the same object, else those of the same file, when one of them is. So no name and no digest
/// is written to a tag that is not its own.
///
/// ```
/// use std::time::Duration;
/// use tagwright::{Dialect, Guards, ImagePolicy, policy::Policy};
///
/// let newest = Policy::builder(Dialect::Flux).semver("*").build()?;
/// let guards = Guards::new().no_downgrade(true).minimum_age(Duration::from_secs(3600));
/// let podinfo = ImagePolicy::new("flux-system:podinfo", "ghcr.io/stefanprodan/podinfo", newest).with_guards(guards);
/// # Ok::<(), tagwright::policy::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guards {
    no_downgrade: Option<bool>,
    hold: Option<Held>,
    minimum_age: Option<Duration>,
    skip: Option<BTreeSet<String>>,
    maximum_shrink: Option<u8>,
}

/// What is held, as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Held {
    No,
    InPlace(Option<SystemTime>),
    At(String, Option<SystemTime>),
}

impl Guards {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps a value whose tag is higher than the selected one in the policy's order. A range of one version (`5.0.0`,
    /// `=5.0.0`) goes back all the same: somebody wants that version. So does a policy that is another than the one that its
    /// values followed last, which only a [state store](crate::StateStore) knows.
    pub fn no_downgrade(self, on: bool) -> Self {
        Self {
            no_downgrade: Some(on),
            ..self
        }
    }

    /// Keeps what is in place until a time, or with none until the hold is removed. At that moment it holds no more.
    pub fn hold(self, until: Option<SystemTime>) -> Self {
        Self {
            hold: Some(Held::InPlace(until)),
            ..self
        }
    }

    /// Lets in no tag but this one, until a time, or with none until the hold is removed.
    pub fn hold_at(self, tag: impl Into<String>, until: Option<SystemTime>) -> Self {
        Self {
            hold: Some(Held::At(tag.into(), until)),
            ..self
        }
    }

    /// Holds nothing: of one policy, where all others are held.
    pub fn no_hold(self) -> Self {
        Self {
            hold: Some(Held::No),
            ..self
        }
    }

    /// Lets in images of at least this age, by the date that the image's config gives. The date is asked for when an
    /// edit needs it. With zero every image is old enough.
    pub fn minimum_age(self, age: Duration) -> Self {
        Self {
            minimum_age: Some(age),
            ..self
        }
    }

    /// Tags that are never written, in place of those given before.
    pub fn skip<T: Into<String>>(self, tags: impl IntoIterator<Item = T>) -> Self {
        Self {
            skip: Some(tags.into_iter().map(Into::into).collect()),
            ..self
        }
    }

    /// How many percent of an image's tags may be gone since they were last seen: a registry that answers with a part of
    /// its tags makes an old one look like the newest. From 100 on all may go. Who remembers what was seen is a state
    /// store; without one an automation with this guard is not built.
    ///
    /// It is remembered by a run, and by the apply of a plan, that withheld none of the policy's values. A list that lost too
    /// many is not: the size before stays the measure, also where nothing was to be written. To accept the new size, run once
    /// with a share that allows it, or with 100.
    pub fn maximum_shrink(self, percent: u8) -> Self {
        Self {
            maximum_shrink: Some(percent),
            ..self
        }
    }

    /// These, and where one is not given, that of `general`.
    pub(crate) fn over(&self, general: &Self) -> Self {
        Self {
            no_downgrade: self.no_downgrade.or(general.no_downgrade),
            hold: self.hold.clone().or_else(|| general.hold.clone()),
            minimum_age: self.minimum_age.or(general.minimum_age),
            skip: self.skip.clone().or_else(|| general.skip.clone()),
            maximum_shrink: self.maximum_shrink.or(general.maximum_shrink),
        }
    }

    /// The guards as they are asked.
    pub(crate) fn check(&self) -> Result<Effective, String> {
        Ok(Effective {
            no_downgrade: self.no_downgrade.unwrap_or(false),
            hold: self.checked_hold()?,
            minimum_age: self
                .minimum_age
                .filter(|age| !age.is_zero())
                .map(MinimumAge::new),
            skip: SkipList::new(self.skip.iter().flatten()),
            shrink: self
                .maximum_shrink
                .filter(|percent| *percent < 100)
                .map(Shrink::new),
        })
    }

    fn checked_hold(&self) -> Result<Option<Hold>, String> {
        let (hold, until) = match &self.hold {
            None | Some(Held::No) => return Ok(None),
            Some(Held::InPlace(until)) => (Hold::in_place(), until),
            Some(Held::At(tag, until)) => {
                (Hold::at(tag).map_err(|error| error.to_string())?, until)
            }
        };
        Ok(Some(match until {
            Some(until) => hold.until(*until),
            None => hold,
        }))
    }
}

/// The guards of one policy.
#[derive(Clone, Debug, Default)]
pub(crate) struct Effective {
    pub(crate) no_downgrade: bool,
    pub(crate) hold: Option<Hold>,
    pub(crate) minimum_age: Option<MinimumAge>,
    pub(crate) skip: SkipList,
    pub(crate) shrink: Option<Shrink>,
}

impl Effective {
    pub(crate) fn is_any(&self) -> bool {
        self.no_downgrade
            || self.hold.is_some()
            || self.minimum_age.is_some()
            || self.skip != SkipList::default()
            || self.shrink.is_some()
    }
}
