//! Guides of others, walked step by step: each step is named by the guide's heading.

mod image_update;
mod stage;

use tagwright_testkit::harness::Trial;

pub(crate) fn tests() -> Vec<Trial> {
    image_update::tests()
}
