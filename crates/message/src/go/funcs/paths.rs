//! Sprig's functions on slash-separated paths: Go's `path`.

use std::borrow::Cow;

use super::Param::Text;
use super::{Call, Function};
use crate::go::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::fixed("base", &[Text], |call| Ok(Value::text(base(&path(call))))),
    Function::fixed("dir", &[Text], |call| Ok(Value::text(dir(&path(call))))),
    Function::fixed("ext", &[Text], |call| Ok(Value::text(ext(&path(call))))),
    Function::fixed("clean", &[Text], |call| Ok(Value::text(clean(&path(call))))),
    Function::fixed("isAbs", &[Text], |call| {
        Ok(Value::Bool(path(call).starts_with('/')))
    }),
    // Those of the operating system, which Flux runs on Linux.
    Function::fixed("osBase", &[Text], |call| Ok(Value::text(base(&path(call))))),
    Function::fixed("osDir", &[Text], |call| Ok(Value::text(dir(&path(call))))),
    Function::fixed("osExt", &[Text], |call| Ok(Value::text(ext(&path(call))))),
    Function::fixed("osClean", &[Text], |call| {
        Ok(Value::text(clean(&path(call))))
    }),
    Function::fixed("osIsAbs", &[Text], |call| {
        Ok(Value::Bool(path(call).starts_with('/')))
    }),
];

fn path<'a>(call: &'a Call<'_>) -> Cow<'a, str> {
    call.str(0)
}

fn base(path: &str) -> String {
    if path.is_empty() {
        return ".".to_owned();
    }
    let trimmed = path.trim_end_matches('/');
    match trimmed.rsplit('/').next() {
        None | Some("") => "/".to_owned(),
        Some(last) => last.to_owned(),
    }
}

fn dir(path: &str) -> String {
    let end = path.rfind('/').map_or(0, |slash| slash + 1);
    clean(&path[..end])
}

fn ext(path: &str) -> String {
    let last = path.rsplit('/').next().unwrap_or_default();
    last.rfind('.').map_or("", |dot| &last[dot..]).to_owned()
}

/// The shortest path of the same meaning.
fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match (part, parts.last()) {
            ("" | ".", _) => {}
            ("..", Some(last)) if *last != ".." => {
                parts.pop();
            }
            ("..", _) if rooted => {}
            (part, _) => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.as_str()) {
        (true, _) => format!("/{joined}"),
        (false, "") => ".".to_owned(),
        (false, _) => joined,
    }
}
