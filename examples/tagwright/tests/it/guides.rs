//! Guides of others, walked step by step: each step is named by the guide's heading.

mod image_update;
mod imagescan;
mod stage;
mod vote;

use tagwright_testkit::harness::Trial;

pub(crate) fn tests() -> Vec<Trial> {
    let guides = [image_update::tests(), imagescan::tests(), vote::tests()];
    guides.into_iter().flatten().collect()
}
