//! "Trigger image updates with webhooks".

use std::process::Command;

use tagwright_testkit::http;

use super::walk::{configure_image_scanning, deploy_a_demo_app, install_flux, mark_and_automate};
use super::{Stage, update};
use crate::watch::service::Service;

const TOKEN: &str = "2bd4c5a8f8f4d3a0c1f2b5f1f6a70ed6b4bb3c2e";

pub(super) fn walk(stage: &Stage) {
    let service = begin(stage);
    find_the_url(&service);
    trigger_image_updates(stage, &service);
    let (status, log) = service.stop();
    assert!(status.success(), "{log}");
    assert!(!log.contains(TOKEN) && !log.contains("/hook/"), "{log}");
}

/// All that the guide does before, and `watch` in place of the controllers.
pub(super) fn begin(stage: &Stage) -> Service {
    install_flux(stage);
    deploy_a_demo_app(stage);
    configure_image_scanning(stage);
    mark_and_automate(stage);
    define_a_receiver(stage);
    start(stage)
}

/// `kubectl create secret generic webhook-token --from-literal=token=$TOKEN`
fn define_a_receiver(stage: &Stage) {
    stage.secret("flux-system/webhook-token", &[("token", TOKEN.to_owned())]);
    let receiver = include_str!("../testdata/image-update/receiver.yaml");
    stage.write("clusters/my-cluster/podinfo-receiver.yaml", receiver);
    stage.push("add a receiver");
}

/// It brings the deployment up to date without a webhook, too.
fn start(stage: &Stage) -> Service {
    let before = stage.head("main");
    let mut watch = stage.command("watch");
    watch.args(["--source-interval", "1s", "--listen", "127.0.0.1:0"]);
    let service = Service::start_as(watch.args(["--webhook", "127.0.0.1:0"]));
    service.wait_for("pushed ");
    before.was_followed_by(stage, &update("5.0.0", "5.0.3"));
    service
}

/// "The notification-controller generates a unique URL using the provided token and the receiver name/namespace."
fn hook() -> String {
    let script = "printf '%s' \"$1$2$3\" | sha256sum | cut -d ' ' -f 1";
    let mut shell = Command::new("sh");
    let shell = shell.args(["-c", script, "sh", TOKEN, "podinfo", "flux-system"]);
    let digest = shell.output().expect("a shell starts").stdout;
    let digest = String::from_utf8(digest).expect("a digest");
    format!("/hook/{}", digest.trim_end())
}

/// `kubectl -n flux-system get receiver/podinfo`
fn find_the_url(service: &Service) {
    let ran = service.ask(&["status", "receivers"]);
    assert_eq!((ran.code, &*ran.stderr), (0, ""));
    let last = ran.stdout.lines().last().unwrap_or_default();
    assert_eq!(last, format!("flux-system/podinfo  {}", hook()));
}

/// A push to Docker Hub. The image is the receiver's, whatever Docker Hub says.
pub(super) fn notify(service: &Service) {
    let body = include_bytes!("../testdata/image-update/docker-hub.json");
    let answer = http::send("POST", &service.webhook(), &hook(), &[], body);
    assert_eq!(answer.expect("it answers").status, 200);
}

fn trigger_image_updates(stage: &Stage, service: &Service) {
    let before = stage.head("main");
    stage.registry.push("stefanprodan/podinfo", "5.0.4");
    notify(service);
    service.wait_for_several("pushed ", 2);
    before.was_followed_by(stage, &update("5.0.3", "5.0.4"));
}
