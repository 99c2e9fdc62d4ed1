//! A dialect, as cases name it.

use serde::Deserialize;
use tagwright::Dialect;

/// Flux's where a case names none.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Name {
    #[default]
    Flux,
    Fleet,
}

impl From<Name> for Dialect {
    fn from(name: Name) -> Self {
        match name {
            Name::Flux => Self::Flux,
            Name::Fleet => Self::Fleet,
        }
    }
}
