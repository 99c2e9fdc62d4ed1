//! "Incident management".

use super::walk::{
    choose, configure_image_scanning, deploy_a_demo_app, install_flux, mark_and_automate,
};
use super::{AUTOMATION, REGISTRY, Stage, update};

pub(super) fn manage(stage: &Stage) {
    install_flux(stage);
    deploy_a_demo_app(stage);
    configure_image_scanning(stage);
    mark_and_automate(stage);
    suspend_automation(stage);
    suspend_one_image(stage);
    revert_image_updates(stage);
}

/// By the manifest in Git, as the guide's second way.
fn suspend_automation(stage: &Stage) {
    let (running, suspended) = ("\nspec:\n", "\nspec:\n  suspend: true\n");
    stage.edit(AUTOMATION, running, suspended);
    stage.push("suspend the automation");
    stage.run_does_nothing("main");
    stage.edit(AUTOMATION, suspended, running);
    stage.push("resume the automation");
}

/// The policies of an image that is suspended withhold their markers.
fn suspend_one_image(stage: &Stage) {
    let (running, suspended) = ("\nspec:\n", "\nspec:\n  suspend: true\n");
    stage.edit(REGISTRY, running, suspended);
    stage.push("suspend the image");
    stage.run_does_nothing("main");
    stage.edit(REGISTRY, suspended, running);
    stage.push("resume the image");
    updates(stage, "5.0.0", "5.0.3");
}

fn revert_image_updates(stage: &Stage) {
    set_range(stage, "\">=5.0.0\"", "'>=5.0.0'");
    stage.run_does_nothing("main");
    set_range(stage, "5.0.0", "5.0.0");
    updates(stage, "5.0.3", "5.0.0");
    stage.registry.push("stefanprodan/podinfo", "5.0.4");
    stage.run_does_nothing("main");
    set_range(stage, "\">5.0.1\"", "'>5.0.1'");
    updates(stage, "5.0.0", "5.0.4");
}

/// As a shell takes it, and as it is written.
fn set_range(stage: &Stage, range: &str, written: &str) {
    let policy = include_str!("../testdata/image-update/podinfo-policy.yaml");
    choose(stage, range, &policy.replace("5.0.x", written));
    stage.push(&format!("choose {range}"));
}

#[track_caller]
fn updates(stage: &Stage, old: &str, new: &str) {
    stage.run_commits(&update(old, new));
    stage.pull();
}
