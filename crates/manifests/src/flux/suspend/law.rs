//! What makes an edit safe: the two texts are read, and compared field by field.

use crate::yaml::{Document, Key, Node, Position, Value, compose, documents};

/// Whether the one field of the one object is all that differs, and is as it is wanted.
pub(super) fn only_suspend_differs(old: &str, new: &str, object: Position, suspend: bool) -> bool {
    let olds: Vec<Document<'_>> = documents(old.as_bytes()).collect();
    let news: Vec<Document<'_>> = documents(new.as_bytes()).collect();
    let pairs = || olds.iter().zip(&news);
    let mut others = pairs().filter(|(old, new)| old.bytes != new.bytes);
    let (Some((old, new)), None) = (others.next(), others.next()) else {
        return false;
    };
    let law = Law { object, suspend };
    olds.len() == news.len()
        && matches!((tree(old), tree(new)), (Some(old), Some(new)) if law.holds(&old, &new))
}

fn tree(document: &Document<'_>) -> Option<Node> {
    let text = std::str::from_utf8(document.bytes).ok()?;
    compose(text, document.line_offset).ok()?
}

struct Law {
    object: Position,
    suspend: bool,
}

type Field = (Key, Node);

impl Law {
    fn holds(&self, old: &Node, new: &Node) -> bool {
        match (&old.value, &new.value) {
            (Value::Map(olds), Value::Map(news)) if old.at == self.object => {
                hold_for(olds, news, |name, old, new| match name {
                    "spec" => self.holds_in_spec(old, new),
                    _ => self.holds(old, new),
                })
            }
            (Value::Map(olds), Value::Map(news)) => {
                hold_for(olds, news, |_, old, new| self.holds(old, new))
            }
            (Value::List(olds), Value::List(news)) => {
                let mut pairs = olds.iter().zip(news);
                olds.len() == news.len() && pairs.all(|(old, new)| self.holds(old, new))
            }
            (Value::Null, Value::Null) => true,
            (Value::Bool(old), Value::Bool(new)) => old == new,
            (Value::Number(old), Value::Number(new)) | (Value::Text(old), Value::Text(new)) => {
                old == new
            }
            _ => false,
        }
    }

    fn holds_in_spec(&self, old: &Node, new: &Node) -> bool {
        let (Value::Map(olds), Value::Map(news)) = (&old.value, &new.value) else {
            return false;
        };
        let is_other = |field: &&Field| field.0.name != "suspend";
        let is_wanted = match new.get("suspend").map(|node| &node.value) {
            Some(Value::Bool(value)) => *value == self.suspend,
            Some(_) => false,
            None => !self.suspend,
        };
        let (olds, news) = (olds.iter().filter(is_other), news.iter().filter(is_other));
        is_wanted && hold_for(olds, news, |_, old, new| self.holds(old, new))
    }
}

fn hold_for<'a>(
    olds: impl IntoIterator<Item = &'a Field>,
    news: impl IntoIterator<Item = &'a Field>,
    holds: impl Fn(&str, &Node, &Node) -> bool,
) -> bool {
    let mut news = news.into_iter();
    let same = olds.into_iter().all(|(old, value)| {
        let new = news.next();
        new.is_some_and(|(new, new_value)| {
            old.name == new.name && holds(&old.name, value, new_value)
        })
    });
    same && news.next().is_none()
}
