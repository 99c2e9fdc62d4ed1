//! The data as Flux gives it to a template.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::text::Text;
use super::types::Type;
use super::value::{Keyed, Record, Value};
use crate::data::{Automation, Change, Data, Image, Object};
use crate::index::Index;

const OBJECT: Type = Type::Struct("update.ObjectIdentifier");
const CHANGE: Type = Type::Struct("update.Change");
const IMAGE: Type = Type::Struct("update.ImageRef");

type Rows<'a> = Vec<&'a Change>;

/// The dot of a template: `.AutomationObject`, `.Updated`, `.Changed`, `.Values`.
pub(super) fn root(data: &Data) -> Value {
    let changes: Rows<'_> = data.changes.iter().collect();
    record(Record {
        name: "source.TemplateData",
        fields: vec![
            ("AutomationObject", automation(&data.automation)),
            ("Updated", updated(&changes)),
            ("Changed", changed(&changes)),
            ("Values", values(data)),
        ],
        ..Record::default()
    })
}

fn record(record: Record) -> Value {
    Value::Record(Rc::new(record))
}

/// A list of records, which is nowhere near the bound on depth.
fn list(element: Type, items: Vec<Value>) -> Value {
    Value::typed_list(element, items).unwrap_or(Value::Nil)
}

fn automation(automation: &Automation) -> Value {
    record(Record {
        name: "types.NamespacedName",
        fields: vec![
            ("Namespace", Value::text(automation.namespace.as_str())),
            ("Name", Value::text(automation.name.as_str())),
        ],
        text: Some(automation.to_string().into()),
        promoted: vec![("String", Value::text(automation.to_string()))],
        ..Record::default()
    })
}

fn values(data: &Data) -> Value {
    let pairs = data.values.iter();
    let pairs = pairs.map(|(k, v)| (Text::from(k.as_str()), Value::text(v.as_str())));
    Value::dict(Type::String, pairs.collect())
}

/// `.Changed`: the changes by file, by object, and all.
fn changed(changes: &Rows<'_>) -> Value {
    let by_object = Type::Map(Box::new((OBJECT, Type::List(Box::new(CHANGE)))));
    let objects = |rows: &Rows<'_>| by_objects(rows, &CHANGE, change_items);
    record(Record {
        name: "update.Result",
        fields: vec![("FileChanges", by_files(changes, by_object, objects))],
        promoted: vec![
            ("Changes", list(CHANGE, distinct_changes(changes))),
            ("Objects", objects(changes)),
        ],
        ..Record::default()
    })
}

/// `.Updated`: the images by file, by object, and all, as Flux had it up to 0.41.
fn updated(changes: &Rows<'_>) -> Value {
    let objects = |rows: &Rows<'_>| by_objects(rows, &IMAGE, image_items);
    let file = |rows: &Rows<'_>| {
        record(Record {
            name: "update.FileResult",
            fields: vec![("Objects", objects(rows))],
            ..Record::default()
        })
    };
    let with_image: Rows<'_> = changes
        .iter()
        .copied()
        .filter(|c| c.image.is_some())
        .collect();
    let files = by_files(&with_image, Type::Struct("update.FileResult"), file);
    record(Record {
        name: "update.Result",
        fields: vec![("Files", files)],
        promoted: vec![
            ("Images", list(IMAGE, image_items(&with_image))),
            ("Objects", objects(&with_image)),
        ],
        ..Record::default()
    })
}

fn by_files(rows: &Rows<'_>, element: Type, of: impl Fn(&Rows<'_>) -> Value) -> Value {
    let mut files: BTreeMap<&str, Rows<'_>> = BTreeMap::new();
    for change in rows {
        files.entry(&change.file).or_default().push(change);
    }
    let entries = files
        .into_iter()
        .map(|(file, rows)| (file.into(), of(&rows)));
    Value::dict(element, entries.collect())
}

/// Go sorts by the fields of the key in their order: the name before the namespace.
fn by_objects(rows: &Rows<'_>, element: &Type, items: impl Fn(&Rows<'_>) -> Vec<Value>) -> Value {
    let mut objects: BTreeMap<[&str; 4], Rows<'_>> = BTreeMap::new();
    for change in rows {
        let Object {
            api_version,
            kind,
            namespace,
            name,
        } = &change.object;
        let key: [&str; 4] = [api_version, kind, name, namespace];
        objects.entry(key).or_default().push(change);
    }
    let entry = |rows: &Rows<'_>| (object(&rows[0].object), list(element.clone(), items(rows)));
    let entries = objects.values().map(entry).collect();
    Value::Keyed(Rc::new(Keyed {
        key: OBJECT,
        element: Type::List(Box::new(element.clone())),
        entries,
    }))
}

fn change_items(rows: &Rows<'_>) -> Vec<Value> {
    rows.iter().map(|c| change(c)).collect()
}

/// Flux tells each change once, however often it was made.
fn distinct_changes(rows: &Rows<'_>) -> Vec<Value> {
    let mut index: Index<[&str; 3], Option<&Change>> = Index::default();
    for row in rows {
        *index.entry([&row.old, &row.new, &row.setter]) = Some(row);
    }
    let rows = index.into_rows().into_iter();
    rows.filter_map(|(_, row)| row).map(change).collect()
}

fn image_items(rows: &Rows<'_>) -> Vec<Value> {
    let mut index: Index<&Image> = Index::default();
    for image in rows.iter().filter_map(|c| c.image.as_ref()) {
        index.entry(image);
    }
    index.into_keys().into_iter().map(image).collect()
}

fn change(change: &Change) -> Value {
    record(Record {
        name: "update.Change",
        fields: vec![
            ("OldValue", Value::text(change.old.as_str())),
            ("NewValue", Value::text(change.new.as_str())),
            ("Setter", Value::text(change.setter.as_str())),
        ],
        ..Record::default()
    })
}

fn image(image: &Image) -> Value {
    record(Record {
        name: "update.ImageRef",
        text: Some(image.text.as_str().into()),
        promoted: vec![
            ("String", Value::text(image.text.as_str())),
            ("Registry", Value::text(image.registry.as_str())),
            ("Repository", Value::text(image.repository.as_str())),
            ("Identifier", Value::text(image.identifier.as_str())),
            ("Name", Value::text(image.name())),
        ],
        ..Record::default()
    })
}

/// kyaml's `ResourceIdentifier`: two embedded structs, their fields promoted.
fn object(object: &Object) -> Value {
    let meta = vec![
        ("APIVersion", Value::text(object.api_version.as_str())),
        ("Kind", Value::text(object.kind.as_str())),
    ];
    let name = vec![
        ("Name", Value::text(object.name.as_str())),
        ("Namespace", Value::text(object.namespace.as_str())),
    ];
    let getters = ["GetAPIVersion", "GetKind", "GetName", "GetNamespace"];
    let fields: Vec<_> = meta.iter().chain(&name).cloned().collect();
    let got = getters
        .into_iter()
        .zip(fields.iter().map(|(_, value)| value.clone()));
    let promoted: Vec<_> = fields.iter().cloned().chain(got).collect();
    let of = |name, fields| {
        record(Record {
            name,
            fields,
            ..Record::default()
        })
    };
    let embedded = vec![
        ("TypeMeta", of("yaml.TypeMeta", meta)),
        ("NameMeta", of("yaml.NameMeta", name)),
    ];
    let above = embedded.iter().chain(&promoted).cloned().collect();
    record(Record {
        name: "update.ObjectIdentifier",
        fields: vec![(
            "ResourceIdentifier",
            of("yaml.ResourceIdentifier", embedded),
        )],
        promoted: above,
        ..Record::default()
    })
}
