//! The names of branches.

use std::collections::BTreeSet;
use std::fmt;

use tagwright_gitwrite::Ref;

/// A template that was read.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Field(usize),
}

/// The last is known only once a policy has chosen.
const FIELDS: [&str; 5] = ["name", "namespace", "group", "image", "tag"];

/// What the policies of one branch put in, for each field all that differ.
#[derive(Debug, Default)]
pub(crate) struct Values([BTreeSet<String>; FIELDS.len()]);

impl Values {
    pub(super) fn add(
        &mut self,
        namespace: &str,
        name: &str,
        image: &str,
        tag: &str,
        group: Option<&str>,
    ) {
        let values = [name, namespace, group.unwrap_or(name), image, tag];
        for (known, value) in self.0.iter_mut().zip(values) {
            known.insert(value.to_owned());
        }
    }
}

impl Template {
    /// With a name that is no branch's, whatever is put in, it is refused at once.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let wrong = |what: &str| {
            let known = FIELDS.map(|field| format!("{{{field}}}")).join(", ");
            format!("the branch template '{text}' has {what}; known are {known}")
        };
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (field, after) = after
                .split_once('}')
                .ok_or_else(|| wrong("a '{' without its '}'"))?;
            let known = FIELDS.iter().position(|known| *known == field);
            let known = known.ok_or_else(|| wrong(&format!("an unknown '{{{field}}}'")))?;
            parts.extend([literal(before).map_err(&wrong)?, Part::Field(known)]);
            rest = after;
        }
        parts.push(literal(rest).map_err(&wrong)?);
        let text = text.to_owned();
        let template = Self { text, parts };
        template.sample()?;
        Ok(template)
    }

    /// A branch as it makes them, with the names of the placeholders put in.
    pub(crate) fn sample(&self) -> Result<String, String> {
        let sample = |field: &str| BTreeSet::from([field.to_owned()]);
        self.render(&Values(FIELDS.map(sample)))
    }

    /// Whether a branch is known only once its policies have chosen.
    pub(crate) fn wants_tag(&self) -> bool {
        let is_tag = |part: &Part| matches!(part, Part::Field(field) if FIELDS[*field] == "tag");
        self.parts.iter().any(is_tag)
    }

    /// The branch of these values.
    pub(crate) fn render(&self, values: &Values) -> Result<String, String> {
        let mut name = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => name += text,
                Part::Field(field) => name += &allowed(self.value(*field, values)?),
            }
        }
        // Git takes them for something else wherever a branch is named.
        if matches!(&*name, "@" | "HEAD") || name.starts_with('-') {
            return Err(format!(
                "the branch template '{self}' gives {name}, which Git does not take for a branch; put a prefix before it"
            ));
        }
        match Ref::branch(&name) {
            Ok(_) => Ok(name),
            Err(error) => Err(format!("the branch template '{self}': {error}")),
        }
    }

    fn value<'v>(&self, field: usize, values: &'v Values) -> Result<&'v str, String> {
        let mut all = values.0[field].iter();
        let first = all.next().map_or("", String::as_str);
        match all.next() {
            None => Ok(first),
            Some(second) => Err(format!(
                "the branch template '{self}' has {{{}}}, which is '{first}' and '{second}' in one group; use {{group}} in its place",
                FIELDS[field]
            )),
        }
    }
}

fn literal(text: &str) -> Result<Part, &'static str> {
    if text.contains('}') {
        return Err("a '}' without its '{'");
    }
    Ok(Part::Text(text.to_owned()))
}

/// A value without what `git check-ref-format` refuses, of which nothing else is left out.
fn allowed(value: &str) -> String {
    let parts = value.split('/').filter(|part| !part.is_empty());
    parts.map(allowed_part).collect::<Vec<_>>().join("/")
}

fn allowed_part(part: &str) -> String {
    let refused = |one: char| one.is_control() || " ~^:?*[\\".contains(one);
    let mut part = part.replace(refused, "-");
    for pair in ["..", "@{"] {
        while part.contains(pair) {
            part = part.replacen(pair, "-", 1);
        }
    }
    if let Some(rest) = part.strip_prefix('.') {
        part = format!("-{rest}");
    }
    if let Some(rest) = part.strip_suffix('.') {
        part = format!("{rest}-");
    }
    if let Some(rest) = part.strip_suffix(".lock") {
        part = format!("{rest}-lock");
    }
    part
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(template: &str, name: &str, tag: &str) -> Result<String, String> {
        let mut values = Values::default();
        values.add("flux-system", name, "ghcr.io:443/org/app", tag, None);
        Template::parse(template)?.render(&values)
    }

    #[test]
    fn placeholders_are_put_in() {
        for (template, branch) in [
            ("update/{name}", "update/app"),
            ("{namespace}/{group}-{tag}", "flux-system/app-1.0.0"),
            ("u/{image}", "u/ghcr.io-443/org/app"),
            ("{name}", "app"),
        ] {
            assert_eq!(render(template, "app", "1.0.0").as_deref(), Ok(branch));
        }
    }

    #[test]
    fn what_git_refuses_is_replaced() {
        for (name, branch) in [
            ("a b:c~d^e?f*g[h\\i", "u/a-b-c-d-e-f-g-h-i"),
            ("a..b", "u/a-b"),
            ("a....b", "u/a--b"),
            ("a@{b", "u/a-b"),
            (".a", "u/-a"),
            ("a.", "u/a-"),
            ("a.lock", "u/a-lock"),
            ("a.lock/b", "u/a-lock/b"),
            ("/a//b/", "u/a/b"),
            ("ä\u{7}", "u/ä-"),
            ("...", "u/--"),
        ] {
            assert_eq!(
                render("u/{name}", name, "1").as_deref(),
                Ok(branch),
                "{name}"
            );
        }
    }

    #[test]
    fn wrong_templates_say_what_is_known() {
        let known = "known are {name}, {namespace}, {group}, {image}, {tag}";
        for (template, what) in [
            ("u/{nam}", "an unknown '{nam}'"),
            ("u/{name", "a '{' without its '}'"),
            ("u/name}", "a '}' without its '{'"),
            ("u}/{name}", "a '}' without its '{'"),
        ] {
            let error = render(template, "a", "1").unwrap_err();
            assert_eq!(
                error,
                format!("the branch template '{template}' has {what}; {known}")
            );
        }
        for template in ["@", "HEAD", "-{name}"] {
            let error = Template::parse(template).unwrap_err();
            assert!(error.ends_with("; put a prefix before it"), "{error}");
        }
        assert!(render("{name}", "-x", "1").is_err());
        let error = Template::parse("u..{name}").unwrap_err();
        assert!(
            error.starts_with("the branch template 'u..{name}': "),
            "{error}"
        );
    }

    #[test]
    fn several_values_are_an_error() {
        let mut values = Values::default();
        values.add("n", "a", "i", "1", Some("web"));
        values.add("n", "b", "i", "2", Some("web"));
        let render = |template| Template::parse(template).unwrap().render(&values);
        assert_eq!(render("u/{group}").as_deref(), Ok("u/web"));
        assert_eq!(
            render("u/{group}-{tag}").unwrap_err(),
            "the branch template 'u/{group}-{tag}' has {tag}, which is '1' and '2' in one group; use {group} in its place"
        );
    }
}
