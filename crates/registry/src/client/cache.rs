use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

/// What was read by its digest, which never changes. The values that were asked for last are kept, as long as
/// they weigh no more than `budget` together.
pub(crate) struct Cache<T> {
    budget: usize,
    kept: Mutex<Kept<T>>,
}

struct Kept<T> {
    entries: HashMap<String, Entry<T>>,
    /// The keys in the order in which they were asked for.
    order: BTreeMap<u64, String>,
    weight: usize,
    asked: u64,
}

struct Entry<T> {
    value: T,
    weight: usize,
    asked: u64,
}

impl<T: Clone> Cache<T> {
    pub(crate) fn new(budget: usize) -> Self {
        let kept = Kept {
            entries: HashMap::new(),
            order: BTreeMap::new(),
            weight: 0,
            asked: 0,
        };
        Self {
            budget,
            kept: Mutex::new(kept),
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<T> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = kept.remove(key)?;
        let value = entry.value.clone();
        kept.add(key, entry.value, entry.weight);
        Some(value)
    }

    /// Keeps a value that weighs `weight`, and drops what was not asked for longest to make room.
    pub(crate) fn put(&self, key: &str, value: T, weight: usize) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.remove(key);
        if weight > self.budget {
            return;
        }
        kept.add(key, value, weight);
        while kept.weight > self.budget && kept.drop_oldest() {}
    }
}

impl<T> Kept<T> {
    fn add(&mut self, key: &str, value: T, weight: usize) {
        self.asked += 1;
        self.weight += weight;
        self.order.insert(self.asked, key.to_owned());
        let asked = self.asked;
        let entry = Entry {
            value,
            weight,
            asked,
        };
        self.entries.insert(key.to_owned(), entry);
    }

    fn remove(&mut self, key: &str) -> Option<Entry<T>> {
        let entry = self.entries.remove(key)?;
        self.order.remove(&entry.asked);
        self.weight -= entry.weight;
        Some(entry)
    }

    fn drop_oldest(&mut self) -> bool {
        let oldest = self.order.first_key_value().map(|(_, key)| key.clone());
        oldest.and_then(|key| self.remove(&key)).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::Cache;

    #[test]
    fn what_was_asked_for_last_is_kept() {
        let cache = Cache::new(10);
        cache.put("a", 1, 4);
        cache.put("b", 2, 4);
        assert_eq!(cache.get("a"), Some(1));
        cache.put("c", 3, 4);
        assert_eq!(
            (cache.get("a"), cache.get("b"), cache.get("c")),
            (Some(1), None, Some(3))
        );
        cache.put("d", 4, 10);
        assert_eq!(
            (cache.get("a"), cache.get("c"), cache.get("d")),
            (None, None, Some(4))
        );
    }

    #[test]
    fn what_is_too_heavy_is_not_kept() {
        let cache = Cache::new(10);
        cache.put("a", 1, 4);
        cache.put("b", 2, 11);
        assert_eq!((cache.get("a"), cache.get("b")), (Some(1), None));
        // In the place of a lighter value under the same name, either.
        cache.put("a", 3, 11);
        assert_eq!(cache.get("a"), None);
        assert_eq!(cache.kept.lock().unwrap().weight, 0);
    }
}
