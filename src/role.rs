//! What a marker's value is made of.

use tagwright_policy::Dialect;

use crate::guard::is_tag;

/// What the value of a marker says of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// `image:tag`, with a digest or without.
    Whole {
        /// Whether a digest is written to it where one is known.
        pinned: bool,
    },
    Tag,
    Name,
    Digest,
}

impl Role {
    /// Of a marker's field; none where the dialect has no such field.
    pub(crate) fn of(dialect: Dialect, field: Option<&str>) -> Option<Self> {
        match (field, dialect) {
            (None, Dialect::Fleet) => Some(Self::Whole { pinned: false }),
            (None, Dialect::Flux) | (Some("digest"), Dialect::Fleet) => {
                Some(Self::Whole { pinned: true })
            }
            (Some("name"), _) => Some(Self::Name),
            (Some("tag"), _) => Some(Self::Tag),
            (Some("digest"), Dialect::Flux) => Some(Self::Digest),
            (Some(_), _) => None,
        }
    }

    /// Whether the value says which tag is in place.
    pub(crate) fn holds_tag(self) -> bool {
        matches!(self, Self::Whole { .. } | Self::Tag)
    }

    /// The tag of a value: what stands before a digest and, in a whole reference, behind the last colon.
    pub(crate) fn tag(self, value: &str) -> Option<&str> {
        let named = value.split_once('@').map_or(value, |(named, _)| named);
        let tag = match self {
            Self::Whole { .. } => named.rsplit_once(':')?.1,
            Self::Tag => named,
            Self::Name | Self::Digest => return None,
        };
        is_tag(tag).then_some(tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_from_values() {
        let whole = Role::Whole { pinned: true };
        for (role, value, tag) in [
            (whole, "app:1.0.0", Some("1.0.0")),
            (whole, "h:5000/app:1.0.0@sha256:00", Some("1.0.0")),
            (whole, "h:5000/app", None),
            (whole, "app@sha256:00", None),
            (whole, "app:", None),
            (whole, "", None),
            (whole, "app:{{ .tag }}", None),
            (Role::Tag, "1.0.0", Some("1.0.0")),
            (Role::Tag, "1.0.0@sha256:00", Some("1.0.0")),
            (Role::Tag, "", None),
            (Role::Name, "1.0.0", None),
            (Role::Digest, "sha256:00", None),
        ] {
            assert_eq!(role.tag(value), tag, "{value}");
        }
    }
}
