//! "Incident management" of a running `watch`, as of Flux's controllers.

use super::webhooks::{begin, notify};
use super::{AUTOMATION, POLICY, Stage, update};
use crate::watch::service::Service;

pub(super) fn walk(stage: &Stage) {
    let service = begin(stage);
    suspend_automation(stage, &service);
    suspend_automation_in_git(stage, &service);
    suspend_one_image(stage, &service);
    revert_image_updates(stage, &service);
    let (status, log) = service.stop();
    assert!(status.success(), "{log}");
}

/// In the log, for each commit.
const PUSHED: &str = "pushed ";

#[track_caller]
fn done(service: &Service, arguments: &[&str]) {
    let ran = service.ask(arguments);
    assert_eq!((ran.code, &*ran.stderr), (0, ""), "{}", ran.stdout);
}

/// `flux suspend image update flux-system` and `flux resume image update flux-system`. Nothing is listed for an automation
/// that rests, so that what a webhook told meanwhile is found at the image's interval, or by the next webhook.
fn suspend_automation(stage: &Stage, service: &Service) {
    let before = stage.head("main");
    done(service, &["suspend", "automation", "flux-system"]);
    stage.registry.push("stefanprodan/podinfo", "5.0.4");
    notify(service);
    before.stands(stage, "main");
    done(service, &["resume", "automation", "flux-system"]);
    notify(service);
    service.wait_for_several(PUSHED, 2);
    before.was_followed_by(stage, &update("5.0.3", "5.0.4"));
}

/// "Or by editing the `ImageUpdateAutomation` manifest in Git", which counts as soon as it is read.
fn suspend_automation_in_git(stage: &Stage, service: &Service) {
    let (running, suspended) = ("\nspec:\n", "\nspec:\n  suspend: true\n");
    stage.pull();
    stage.edit(AUTOMATION, running, suspended);
    stage.push("suspend the automation");
    service.wait_for("automations=0");
    stage.registry.push("stefanprodan/podinfo", "5.0.5");
    notify(service);
    stage.edit(AUTOMATION, suspended, running);
    stage.push("resume the automation");
    service.wait_for_several(PUSHED, 3);
    stage
        .pushed()
        .was_followed_by(stage, &update("5.0.4", "5.0.5"));
}

/// `flux suspend image repository podinfo`
fn suspend_one_image(stage: &Stage, service: &Service) {
    let before = stage.head("main");
    done(service, &["suspend", "image", "podinfo"]);
    stage.registry.push("stefanprodan/podinfo", "5.0.6");
    notify(service);
    before.stands(stage, "main");
    done(service, &["resume", "image", "podinfo"]);
    service.wait_for_several(PUSHED, 4);
    before.was_followed_by(stage, &update("5.0.5", "5.0.6"));
}

/// "Or by changing the semver range in Git"
fn revert_image_updates(stage: &Stage, service: &Service) {
    let ranges = [
        ("5.0.x", "5.0.0", "5.0.6", "5.0.0"),
        ("range: 5.0.0", "range: '>5.0.1'", "5.0.0", "5.0.6"),
    ];
    for (commits, (old, range, from, to)) in (5..).zip(ranges) {
        stage.pull();
        stage.edit(POLICY, old, range);
        stage.push("choose another range");
        service.wait_for_several(PUSHED, commits);
        stage.pushed().was_followed_by(stage, &update(from, to));
    }
}
