//! Guides of others, walked step by step: each step is named by the guide's heading.

mod image_update;
mod imagescan;
mod stage;
mod vote;

use tagwright_testkit::Missing;
use tagwright_testkit::harness::{TestResult, Trial, test};

use stage::Stage;

pub(crate) fn tests() -> Vec<Trial> {
    let guides = [image_update::tests(), imagescan::tests(), vote::tests()];
    guides.into_iter().flatten().collect()
}

fn guide(name: &str, stage: fn() -> Result<Stage, Missing>, walk: fn(&Stage)) -> Trial {
    test(format!("guides::{name}"), move || {
        walk(&stage()?);
        TestResult::Ok(())
    })
}
