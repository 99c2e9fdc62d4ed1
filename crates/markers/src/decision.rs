//! What is to become of a marked value, and the map that decides it simply.

use std::collections::{BTreeMap, HashMap};

use crate::{marker::Marker, nearest::nearest};

/// Unknown setters that a [`Setters`] looks up the nearest name for, one plan through: each costs
/// a comparison with every name, and a hostile text can hold a million.
const MAX_NEAREST: usize = 100;

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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setters {
    values: BTreeMap<String, String>,
}

impl Setters {
    /// No setters.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a setter, or changes its value.
    pub fn insert(&mut self, setter: impl Into<String>, value: impl Into<String>) -> &mut Self {
        self.values.insert(setter.into(), value.into());
        self
    }

    /// The value of a setter.
    pub fn get(&self, setter: &str) -> Option<&str> {
        self.values.get(setter).map(String::as_str)
    }

    /// Decides by the setter alone: known ones are set, for others the nearest name is looked up.
    pub fn decide(&self) -> impl FnMut(&Marker, &str) -> Decision + '_ {
        let mut seen: HashMap<String, Option<String>> = HashMap::new();
        move |marker, _old| {
            let setter = marker.setter();
            if let Some(value) = self.values.get(setter) {
                return Decision::Set(value.clone());
            }
            let nearest = match seen.get(setter) {
                Some(nearest) => nearest.clone(),
                None if seen.len() >= MAX_NEAREST => None,
                None => {
                    let found = self.nearest(setter);
                    seen.insert(setter.to_owned(), found.clone());
                    found
                }
            };
            Decision::Unknown { nearest }
        }
    }

    fn nearest(&self, setter: &str) -> Option<String> {
        nearest(setter, self.values.keys().map(String::as_str)).map(str::to_owned)
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Setters {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(setters: I) -> Self {
        let values = setters
            .into_iter()
            .map(|(setter, value)| (setter.into(), value.into()));
        Self {
            values: values.collect(),
        }
    }
}

impl<K: Into<String>, V: Into<String>, const N: usize> From<[(K, V); N]> for Setters {
    fn from(setters: [(K, V); N]) -> Self {
        setters.into_iter().collect()
    }
}
