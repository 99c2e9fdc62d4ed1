//! The names that a native template sees.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use minijinja::value::{Enumerator, Object as JinjaObject, Value};

use crate::data::{Automation, Change, Data, Image, Object};
use crate::index::Index;

/// What a template names without a receiver.
pub(super) const TOP: [&str; 6] = [
    "automation",
    "files",
    "objects",
    "changes",
    "images",
    "values",
];

/// The fields of all objects of the data.
pub(super) const FIELDS: [&str; 16] = [
    "namespace",
    "name",
    "path",
    "file",
    "objects",
    "object",
    "changes",
    "api_version",
    "kind",
    "old",
    "new",
    "setter",
    "image",
    "registry",
    "repository",
    "identifier",
];

/// All that a template sees.
pub(super) fn build(data: &Data) -> Value {
    let changes = data.changes.iter().map(change).collect::<Vec<_>>();
    let fields = vec![
        ("automation", automation(&data.automation)),
        ("files", files(data)),
        ("objects", objects(data, &all(data))),
        ("changes", Value::from(changes)),
        ("images", data.images().into_iter().map(image).collect()),
        ("values", values(data)),
    ];
    Value::from_object(Record::new(fields, String::new()))
}

fn automation(automation: &Automation) -> Value {
    let fields = vec![
        ("namespace", Value::from(&automation.namespace)),
        ("name", Value::from(&automation.name)),
    ];
    Value::from_object(Record::new(fields, automation.to_string()))
}

fn values(data: &Data) -> Value {
    let pairs = data.values.iter();
    let map: BTreeMap<String, Value> = pairs.map(|(k, v)| (k.clone(), Value::from(v))).collect();
    Value::from_object(map)
}

fn all(data: &Data) -> Vec<usize> {
    (0..data.changes.len()).collect()
}

fn files(data: &Data) -> Value {
    let mut index: Index<&str, Vec<usize>> = Index::default();
    for (row, change) in data.changes.iter().enumerate() {
        index.entry(&change.file).push(row);
    }
    let files = index.into_rows().into_iter();
    files.map(|(path, rows)| file(data, path, &rows)).collect()
}

fn file(data: &Data, path: &str, rows: &[usize]) -> Value {
    let fields = vec![
        ("path", Value::from(path)),
        ("objects", objects(data, rows)),
        ("changes", changes(data, rows)),
    ];
    Value::from_object(Record::new(fields, path.to_owned()))
}

fn objects(data: &Data, rows: &[usize]) -> Value {
    let mut index: Index<&Object, Vec<usize>> = Index::default();
    for row in rows {
        index.entry(&data.changes[*row].object).push(*row);
    }
    let objects = index.into_rows().into_iter();
    objects
        .map(|(object, rows)| object_with(object, Some(changes(data, &rows))))
        .collect()
}

fn object_with(object: &Object, changes: Option<Value>) -> Value {
    let mut fields = vec![
        ("api_version", Value::from(&object.api_version)),
        ("kind", Value::from(&object.kind)),
        ("namespace", Value::from(&object.namespace)),
        ("name", Value::from(&object.name)),
    ];
    fields.extend(changes.map(|changes| ("changes", changes)));
    Value::from_object(Record::new(fields, object.to_string()))
}

fn changes(data: &Data, rows: &[usize]) -> Value {
    rows.iter().map(|row| change(&data.changes[*row])).collect()
}

fn change(change: &Change) -> Value {
    let fields = vec![
        ("file", Value::from(&change.file)),
        ("object", object_with(&change.object, None)),
        ("old", Value::from(&change.old)),
        ("new", Value::from(&change.new)),
        ("setter", Value::from(&change.setter)),
        (
            "image",
            change.image.as_ref().map_or(Value::from(()), image),
        ),
    ];
    Value::from_object(Record::new(fields, change.to_string()))
}

fn image(image: &Image) -> Value {
    let fields = vec![
        ("registry", Value::from(&image.registry)),
        ("repository", Value::from(&image.repository)),
        ("identifier", Value::from(&image.identifier)),
        ("name", Value::from(image.name())),
    ];
    Value::from_object(Record::new(fields, image.text.clone()))
}

/// What an object of the data prints as.
pub(super) fn text_of(value: &Value) -> Option<&str> {
    let record = value.downcast_object_ref::<Record>()?;
    Some(&record.text)
}

/// A map with fixed keys that prints as a text.
struct Record {
    fields: Vec<(&'static str, Value)>,
    text: String,
}

impl Record {
    fn new(fields: Vec<(&'static str, Value)>, text: String) -> Self {
        Record { fields, text }
    }
}

impl JinjaObject for Record {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let key = key.as_str()?;
        let found = self.fields.iter().find(|(name, _)| *name == key);
        found.map(|(_, value)| value.clone())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let names = self.fields.iter().map(|(name, _)| Value::from(*name));
        Enumerator::Values(names.collect())
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.fields.iter().map(|(k, v)| (k, v)))
            .finish()
    }
}
