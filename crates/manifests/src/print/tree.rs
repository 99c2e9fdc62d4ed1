//! What is printed, before it is text.

use std::collections::BTreeMap;
use std::time::Duration;

use super::duration::go_duration;

pub(super) enum Tree {
    Text(String),
    /// What is no text: `true`, a number.
    Plain(String),
    List(Vec<Tree>),
    Map(Map),
}

/// Fields in any order: they are sorted when they are printed. Methods that take
/// an option add no field for `None`.
#[derive(Default)]
pub(super) struct Map(pub(super) Vec<(String, Tree)>);

impl Map {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn tree(mut self, name: &str, tree: Tree) -> Self {
        self.0.push((name.to_owned(), tree));
        self
    }

    pub(super) fn text(self, name: &str, text: &str) -> Self {
        self.tree(name, Tree::Text(text.to_owned()))
    }

    pub(super) fn some_text(self, name: &str, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.text(name, text),
            None => self,
        }
    }

    pub(super) fn flag(self, name: &str, set: bool) -> Self {
        if set {
            self.tree(name, Tree::Plain("true".to_owned()))
        } else {
            self
        }
    }

    pub(super) fn some_duration(self, name: &str, duration: Option<Duration>) -> Self {
        self.some_text(name, duration.map(go_duration).as_deref())
    }

    pub(super) fn some_map(self, name: &str, map: Option<Self>) -> Self {
        match map {
            Some(map) => self.tree(name, Tree::Map(map)),
            None => self,
        }
    }

    /// `secretRef: {name: regcred}`.
    pub(super) fn some_name(self, name: &str, referred: Option<&str>) -> Self {
        self.some_map(name, referred.map(|text| Self::new().text("name", text)))
    }

    /// Labels and the like, unless there are none.
    pub(super) fn text_map(self, name: &str, texts: &BTreeMap<String, String>) -> Self {
        let entries = texts
            .iter()
            .map(|(key, text)| (key.clone(), Tree::Text(text.clone())));
        let map = Self(entries.collect());
        self.some_map(name, (!texts.is_empty()).then_some(map))
    }

    pub(super) fn list(self, name: &str, items: impl Iterator<Item = Tree>) -> Self {
        self.tree(name, Tree::List(items.collect()))
    }

    /// A list, unless it is empty.
    pub(super) fn some_list<T>(self, name: &str, items: &[T], print: fn(&T) -> Map) -> Self {
        if items.is_empty() {
            return self;
        }
        self.list(name, items.iter().map(|item| Tree::Map(print(item))))
    }

    /// Texts, unless there are none.
    pub(super) fn texts(self, name: &str, texts: &[String]) -> Self {
        if texts.is_empty() {
            return self;
        }
        self.list(name, texts.iter().cloned().map(Tree::Text))
    }
}
