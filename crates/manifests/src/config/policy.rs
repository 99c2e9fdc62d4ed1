//! `policies`: which tags are taken.

use super::{Dialect, Guards, Names, guards};
use crate::fields::Fields;
use crate::flux::{DigestReflectionPolicy, FilterTags, REFLECTION, filter_tags};
use crate::yaml::Position;
use crate::{Location, Severity, Subject};

/// Which tag of an image to take.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// The name, as markers write it.
    pub name: String,
    /// The place of the entry.
    pub location: Location,
    /// `image`, the name of one of the images.
    pub image: String,
    /// How to choose.
    pub select: Select,
    /// `filter`: which tags take part, and what of them is compared.
    pub filter: Option<FilterTags>,
    /// `strict`: whether one tag that is no number refuses the list, as in Flux.
    pub strict: bool,
    /// `digest`: when to write the image's digest as well.
    pub digest: DigestReflectionPolicy,
    /// `guards` of this policy.
    pub guards: Guards,
    /// `group`: the policies that share a branch with it, where each has one.
    pub group: Option<String>,
    /// `suspend`: whether its markers are left alone.
    pub suspend: bool,
}

/// How a [`Policy`] chooses; one of these is given.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Select {
    /// `semver`: the greatest version in a range, not parsed.
    Semver(String),
    /// `alphabetical`.
    Alphabetical(Order),
    /// `numerical`.
    Numerical(Order),
    /// `calver`: the greatest calendar version of a format, not parsed.
    Calver(String),
    /// `newestBuild: true`: what was built last.
    NewestBuild,
    /// `followTag`: one tag that moves, by its digest.
    FollowTag(String),
}

/// The order of texts or numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Order {
    /// `asc`: the last in ascending order, Z or 9, is taken, in both dialects. (For Fleet's own `alphabetical`, `asc` is the
    /// first.)
    #[default]
    Ascending,
    /// `desc`: the last in descending order, A or 0, is taken.
    Descending,
}

const ORDERS: &[(&str, Order)] = &[("asc", Order::Ascending), ("desc", Order::Descending)];

const CHOICES: [&str; 6] = [
    "semver",
    "alphabetical",
    "numerical",
    "calver",
    "newestBuild",
    "followTag",
];

pub(super) fn read(
    (dialect, images): (Dialect, &Names<'_>),
    name: &str,
    at: Position,
    mut fields: Fields<'_>,
) -> Policy {
    check_name(&fields, dialect, name, at);
    images.check(&mut fields, "image");
    let select = select(&mut fields);
    let digest = fields.one_of("digest", REFLECTION);
    let found = Policy {
        name: name.to_owned(),
        location: fields.report().location(at),
        image: fields.required_text("image", "podinfo"),
        select: select.unwrap_or(Select::NewestBuild),
        filter: fields.fields("filter").map(filter_tags),
        strict: fields.flag("strict"),
        digest: digest.unwrap_or_default(),
        guards: fields
            .fields("guards")
            .map(guards::read)
            .unwrap_or_default(),
        group: fields.text("group"),
        suspend: fields.flag("suspend"),
    };
    fields.finish();
    found
}

/// A marker of Flux's names the namespace too.
fn check_name(fields: &Fields<'_>, dialect: Dialect, name: &str, at: Position) {
    let whole = name.split_once(':').is_some_and(|(namespace, name)| {
        !namespace.is_empty() && !name.is_empty() && !name.contains(':')
    });
    if dialect == Dialect::Flux && !whole {
        let message = "a policy is named as its markers name it: \
                       write for example flux-system:podinfo";
        fields.error(at, "", message.to_owned());
    }
    if dialect == Dialect::Fleet && name.contains(':') {
        let message = "no marker can name it: what is behind a colon is a part of the image; \
                       write a name without one";
        fields.error(at, "", message.to_owned());
    }
}

/// One choice is given; after an error, what stands here is not used.
fn select(fields: &mut Fields<'_>) -> Option<Select> {
    let given: Vec<_> = CHOICES
        .into_iter()
        .filter_map(|name| Some((name, fields.get(name)?.at)))
        .collect();
    let Some(((first, _), others)) = given.split_first() else {
        let message = format!("no policy is given; write one of {}", CHOICES.join(", "));
        fields.error_here("", message);
        return None;
    };
    for (name, at) in others {
        let message = format!("{first} is given already; remove one");
        fields.error(*at, name, message);
    }
    choice(fields, first)
}

fn choice(fields: &mut Fields<'_>, name: &str) -> Option<Select> {
    match name {
        "semver" => {
            let range = fields.text("semver")?;
            fields.judge("semver", Subject::Range(&range));
            Some(Select::Semver(range))
        }
        "alphabetical" => fields
            .one_of("alphabetical", ORDERS)
            .map(Select::Alphabetical),
        "numerical" => fields.one_of("numerical", ORDERS).map(Select::Numerical),
        "calver" => {
            let format = fields.text("calver")?;
            fields.judge("calver", Subject::Calver(&format));
            Some(Select::Calver(format))
        }
        "newestBuild" => Some(newest_build(fields)),
        _ => fields.text("followTag").map(Select::FollowTag),
    }
}

fn newest_build(fields: &mut Fields<'_>) -> Select {
    let before = fields.report().errors();
    if !fields.flag("newestBuild") && fields.report().errors() == before {
        let at = fields
            .get("newestBuild")
            .map_or(fields.at(), |node| node.at);
        let message = "false chooses nothing; write true, or another choice".to_owned();
        fields.add(Severity::Error, at, "newestBuild", message);
    }
    Select::NewestBuild
}
