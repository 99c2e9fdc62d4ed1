//! Where in the tree a walk over the steps of a text stands.

use std::{borrow::Cow, fmt::Write as _};

use crate::{
    object::Object,
    reader::{Event, Scalar, Step, Style},
};

/// What a node is to the collection around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Root,
    Key,
    Value,
    Item { flow: bool },
}

/// Bytes after which a path is cut: each marker has one, and keys can be long and many deep.
const MAX_PATH: usize = 1024;

/// Follows the steps of a text, one document at a time.
#[derive(Default)]
pub(crate) struct Walk<'a> {
    stack: Vec<Frame<'a>>,
    root: Object,
    items: Vec<Object>,
    /// Whether the document itself is a sequence.
    is_bare_list: bool,
}

/// The object that a place belongs to, known by name at the end of the document only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Root,
    Item(usize),
}

enum Frame<'a> {
    Mapping {
        flow: bool,
        role: Role,
        key: Cow<'a, str>,
        expects_value: bool,
    },
    Sequence {
        flow: bool,
        role: Role,
        length: usize,
    },
}

impl<'a> Walk<'a> {
    /// Takes a step; the role of the node that it begins, if it begins one.
    pub(crate) fn step(&mut self, step: &Step<'a>) -> Option<Role> {
        match &step.event {
            Event::DocumentStart => *self = Self::default(),
            Event::MappingStart { flow } => return Some(self.open_mapping(*flow)),
            Event::SequenceStart { flow } => return Some(self.open_sequence(*flow)),
            Event::MappingEnd | Event::SequenceEnd => self.close(),
            Event::Scalar(scalar) => return Some(self.scalar(scalar)),
            Event::Alias(_) => return Some(self.leaf("*")),
            Event::DocumentEnd | Event::Comment => {}
        }
        None
    }

    /// The path of the node last begun or ended in the innermost open collection.
    pub(crate) fn path(&self) -> String {
        let mut path = String::new();
        for frame in &self.stack {
            if path.len() > MAX_PATH {
                path.push('…');
                break;
            }
            match frame {
                Frame::Mapping { key, .. } => push_key(&mut path, key),
                Frame::Sequence { length, .. } => {
                    let _ = write!(path, "[{}]", length.saturating_sub(1));
                }
            }
        }
        path
    }

    /// The key last begun in the innermost open collection, when that is a mapping.
    pub(crate) fn key(&self) -> Option<&str> {
        match self.stack.last() {
            Some(Frame::Mapping { key, .. }) => Some(key),
            _ => None,
        }
    }

    /// Whether the innermost open collection is a flow collection.
    pub(crate) fn in_flow(&self) -> bool {
        matches!(
            self.stack.last(),
            Some(Frame::Mapping { flow: true, .. } | Frame::Sequence { flow: true, .. })
        )
    }

    /// The object that the place belongs to.
    pub(crate) fn owner(&self) -> Owner {
        match self.items.len().checked_sub(1) {
            Some(last) if self.object_depth() > 0 => Owner::Item(last),
            _ => Owner::Root,
        }
    }

    /// The object, once the document has ended.
    pub(crate) fn object(&mut self, owner: Owner) -> Object {
        match owner {
            Owner::Item(index) if self.is_bare_list => self.items[index].clone(),
            // `items` is a plain field of objects that are no lists.
            Owner::Item(index) if self.root.is_list() => {
                let item = self.items[index].of_list(&self.root);
                // Once, so that all that is found in it shares it.
                self.items[index] = item.clone();
                item
            }
            _ => self.root.clone(),
        }
    }

    fn open_mapping(&mut self, flow: bool) -> Role {
        let role = self.enter();
        if self.object_depth() == self.stack.len() && !self.stack.is_empty() {
            self.items.push(Object::default());
        }
        self.stack.push(Frame::Mapping {
            flow,
            role,
            key: Cow::Borrowed(""),
            expects_value: false,
        });
        role
    }

    fn open_sequence(&mut self, flow: bool) -> Role {
        let role = self.enter();
        self.is_bare_list |= role == Role::Root;
        self.stack.push(Frame::Sequence {
            flow,
            role,
            length: 0,
        });
        role
    }

    fn close(&mut self) {
        let Some(Frame::Mapping { role, .. } | Frame::Sequence { role, .. }) = self.stack.pop()
        else {
            return;
        };
        if role == Role::Key {
            self.set_key(Cow::Borrowed("?"));
        }
    }

    fn scalar(&mut self, scalar: &Scalar<'a>) -> Role {
        let role = self.enter();
        match role {
            Role::Key => self.set_key(scalar.value.clone()),
            Role::Value if !is_null(scalar) => self.identify(&scalar.value),
            _ => {}
        }
        role
    }

    fn leaf(&mut self, as_key: &'static str) -> Role {
        let role = self.enter();
        if role == Role::Key {
            self.set_key(Cow::Borrowed(as_key));
        }
        role
    }

    /// A node begins: counts it, and says what it is.
    fn enter(&mut self) -> Role {
        match self.stack.last_mut() {
            None => Role::Root,
            Some(Frame::Sequence { length, flow, .. }) => {
                *length += 1;
                Role::Item { flow: *flow }
            }
            Some(Frame::Mapping { expects_value, .. }) => {
                *expects_value = !*expects_value;
                if *expects_value {
                    Role::Key
                } else {
                    Role::Value
                }
            }
        }
    }

    fn set_key(&mut self, name: Cow<'a, str>) {
        if let Some(Frame::Mapping { key, .. }) = self.stack.last_mut() {
            *key = name;
        }
    }

    /// How many frames stand around the objects of a list: `items: [`, or `[` at the top.
    fn object_depth(&self) -> usize {
        match self.stack.as_slice() {
            [Frame::Sequence { .. }, ..] => 1,
            [Frame::Mapping { key, .. }, Frame::Sequence { .. }, ..] if key == "items" => 2,
            _ => 0,
        }
    }

    fn identify(&mut self, value: &str) {
        let depth = self.object_depth();
        let path = match &self.stack[depth..] {
            [Frame::Mapping { key, .. }] => [key.as_ref(), ""],
            [
                Frame::Mapping { key, .. },
                Frame::Mapping { key: inner, .. },
            ] => [key.as_ref(), inner.as_ref()],
            _ => return,
        };
        let path = if path[1].is_empty() {
            &path[..1]
        } else {
            &path[..]
        };
        let object = match depth {
            0 => Some(&mut self.root),
            _ => self.items.last_mut(),
        };
        if let Some(object) = object {
            object.take(path, value);
        }
    }
}

/// Whether a scalar says that there is no value.
pub(crate) fn is_null(scalar: &Scalar<'_>) -> bool {
    match scalar.style {
        Style::Plain => matches!(scalar.value.as_ref(), "" | "~" | "null" | "Null" | "NULL"),
        Style::Json => scalar.typed && scalar.value == "null",
        _ => false,
    }
}

/// `.key`, or `["key"]` for what would read as more than one key; a key that is too long is cut.
fn push_key(path: &mut String, key: &str) {
    if key.len() > MAX_PATH {
        // Within the bytes, whatever the characters.
        let start: String = key.chars().take(MAX_PATH / 4).collect();
        let _ = write!(path, "[{start:?}…]");
        return;
    }
    let simple = !key.is_empty()
        && key
            .chars()
            .all(|char| char.is_alphanumeric() || matches!(char, '-' | '_' | '$'));
    match (simple, path.is_empty()) {
        (true, true) => path.push_str(key),
        (true, false) => {
            path.push('.');
            path.push_str(key);
        }
        (false, _) => {
            let _ = write!(path, "[{key:?}]");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::Reader;

    /// The paths of all values and items, with their object.
    fn places(text: &str) -> Vec<String> {
        let mut walk = Walk::default();
        let mut places = Vec::new();
        for step in Reader::new(text) {
            let step = step.unwrap();
            if let (Some(Role::Value | Role::Item { .. }), Event::Scalar(_)) =
                (walk.step(&step), &step.event)
            {
                places.push((walk.path(), walk.owner()));
            }
        }
        places
            .into_iter()
            .map(|(path, owner)| format!("{path} {}", walk.object(owner)))
            .collect()
    }

    #[test]
    fn paths_name_keys_and_count_items() {
        assert_eq!(
            places("a:\n- b: x\n  c.d: x\n- [x, x]\n'': x\n"),
            [
                "a[0].b ///",
                "a[0][\"c.d\"] ///",
                "a[1][0] ///",
                "a[1][1] ///",
                "[\"\"] ///"
            ]
        );
    }

    #[test]
    fn objects_are_known_wherever_their_fields_stand() {
        assert_eq!(
            places("spec: x\nmetadata: {name: n, namespace: m}\nkind: K\napiVersion: v1\n")[0],
            "spec v1/K/m/n"
        );
    }

    #[test]
    fn items_of_a_list_are_objects() {
        let list = "items:\n- kind: A\n  x: y\n- x: y\n  kind: B\nkind: List\n";
        let found = places(list);
        assert_eq!(found[1], "items[0].x /A//");
        assert_eq!(found[2], "items[1].x /B//");
        assert_eq!(places("- kind: A\n  x: y\n")[1], "[0].x /A//");
    }

    #[test]
    fn items_of_a_list_of_one_kind_are_of_that_kind() {
        let list = "kind: DeploymentList\napiVersion: apps/v1\nitems:\n- metadata: {name: n}\n- {apiVersion: v1, kind: B}\n";
        let found = places(list);
        assert_eq!(found[0], "kind apps/v1/DeploymentList//");
        assert_eq!(found[2], "items[0].metadata.name apps/v1/Deployment//n");
        assert_eq!(found[3], "items[1].apiVersion v1/B//");
    }

    #[test]
    fn items_of_another_kind_are_not() {
        assert_eq!(
            places("kind: ConfigMap\nitems:\n- kind: A\n")[1],
            "items[0].kind /ConfigMap//"
        );
        assert_eq!(places("items:\n- kind: A\n")[0], "items[0].kind ///");
    }
}
