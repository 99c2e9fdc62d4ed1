//! What is to become of a marked value, and the map that decides it simply.

use std::collections::BTreeMap;

use crate::{marker::Marker, nearest::NearestNames};

/// What is to become of a marked value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It becomes this.
    Set(String),
    /// It stays, for this reason.
    Withhold(String),
    /// The setter is not known; a known name that may have been meant.
    Unknown {
        /// The known name that is nearest, if one is near.
        nearest: Option<String>,
    },
}

/// Setters and their values: the simple way to decide.
///
/// ```
/// use tagwright_markers::{Setters, Syntax, plan};
///
/// let mut setters = Setters::from([("region", "eu-west-1")]);
/// setters.insert("stage", "test");
///
/// let text = b"zone: us-east-1 # {\"$deploy\": \"region\"}\n";
/// let planned = plan(text, &Syntax::custom("$deploy")?, setters.decide())?;
/// assert_eq!(planned.edits()[0].new(), "eu-west-1");
/// # Ok::<(), tagwright_markers::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Setters {
    values: BTreeMap<String, String>,
    nearest: NearestNames,
}

impl Setters {
    /// No setters.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a setter, or changes its value.
    pub fn insert(&mut self, setter: impl Into<String>, value: impl Into<String>) -> &mut Self {
        self.values.insert(setter.into(), value.into());
        self.nearest.clear();
        self
    }

    /// The value of a setter.
    pub fn get(&self, setter: &str) -> Option<&str> {
        self.values.get(setter).map(String::as_str)
    }

    /// Decides by the setter alone: known ones are set, for others the nearest name is looked up.
    ///
    /// The work of the look-ups is bounded, for all plans that are decided by these setters together,
    /// as of [`NearestNames`].
    pub fn decide(&self) -> impl FnMut(&Marker, &str) -> Decision + '_ {
        move |marker, _old| {
            let setter = marker.setter();
            match self.values.get(setter) {
                Some(value) => Decision::Set(value.clone()),
                None => Decision::Unknown {
                    nearest: self.nearest.of(setter, self.values.keys()),
                },
            }
        }
    }
}

/// What was looked up does not count.
impl PartialEq for Setters {
    fn eq(&self, other: &Self) -> bool {
        self.values == other.values
    }
}

impl Eq for Setters {}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Setters {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(setters: I) -> Self {
        let values = setters
            .into_iter()
            .map(|(setter, value)| (setter.into(), value.into()));
        Self {
            values: values.collect(),
            nearest: NearestNames::new(),
        }
    }
}

impl<K: Into<String>, V: Into<String>, const N: usize> From<[(K, V); N]> for Setters {
    fn from(setters: [(K, V); N]) -> Self {
        setters.into_iter().collect()
    }
}
