//! Grouping rows by a key, in order of appearance.

use std::collections::BTreeMap;

/// Values by key; iteration is in order of the keys' first appearance.
pub(crate) struct Index<K, V = ()> {
    places: BTreeMap<K, usize>,
    rows: Vec<(K, V)>,
}

impl<K, V> Default for Index<K, V> {
    fn default() -> Self {
        Index {
            places: BTreeMap::new(),
            rows: Vec::new(),
        }
    }
}

impl<K: Ord + Copy, V: Default> Index<K, V> {
    /// The value of `key`, made when the key is new.
    pub(crate) fn entry(&mut self, key: K) -> &mut V {
        let place = *self.places.entry(key).or_insert(self.rows.len());
        if place == self.rows.len() {
            self.rows.push((key, V::default()));
        }
        &mut self.rows[place].1
    }

    pub(crate) fn into_rows(self) -> Vec<(K, V)> {
        self.rows
    }

    pub(crate) fn into_keys(self) -> Vec<K> {
        self.rows.into_iter().map(|(key, _)| key).collect()
    }
}
