//! A program that cannot sign makes no unsigned commit in its place.

use tagwright_testkit::harness::{Trial, async_test};

use super::super::{IMAGE, from, problems};
use crate::world::World;

pub(super) fn test() -> Trial {
    async_test("flux::signing::is_refused_where_it_is_not_built", refused)
}

async fn refused() {
    let flux = from(&World::new(), &format!("{}{IMAGE}", super::source("gpg"))).await;
    assert_eq!(
        problems(&flux),
        [
            "ImageUpdateAutomation flux-system/fleet (flux.yaml:7): error: spec.git.commit.signingKey: this program was built without signing by OpenPGP keys; build it with the feature sign-openpgp"
        ]
    );
    assert!(flux.automations().is_empty());
}
