//! The webhooks of Flux's Receivers.

use std::{fs, slice};

use tagwright::manifests::flux;
use tagwright::registry::Secret;
use tagwright::registry::webhook::ReceiverPath;
use tagwright::{Dialect, Loader, ManifestSource, Receivers, Severity, Source, Wake, judge};
use tagwright_testkit::harness::{TestResult, Trial, async_test};

pub(crate) fn tests() -> Vec<Trial> {
    macro_rules! tests {
        ($($name:ident),* $(,)?) => {
            vec![$(async_test(concat!("receivers::", stringify!($name)), $name)),*]
        };
    }
    tests![
        the_resources_of_a_receiver_are_woken,
        every_kind_of_resource_is_known,
        what_cannot_be_honoured_is_told,
        a_tenant_wakes_its_own_things_alone,
        what_is_broken_later_is_still_received,
    ]
}

const OBJECTS: &str = "
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: {name: app, namespace: apps, labels: {team: a}}
spec: {interval: 1h, image: ghcr.io/org/app}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: {name: db, namespace: apps}
spec: {interval: 1h, image: ghcr.io/org/db}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: newest, namespace: apps}
spec: {imageRepositoryRef: {name: db}, policy: {semver: {range: '*'}}}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageUpdateAutomation
metadata: {name: all, namespace: apps}
spec: {interval: 1h, sourceRef: {kind: GitRepository, name: fleet}, git: {commit: {author: {email: a@b.c}}}}
---
apiVersion: v1
kind: Secret
metadata: {name: token, namespace: apps}
stringData: {token: t0k3n}
---
apiVersion: v1
kind: Secret
metadata: {name: empty, namespace: apps}
stringData: {token: ''}
";

fn receiver(name: &str, spec: &str) -> String {
    format!(
        "---\napiVersion: notification.toolkit.fluxcd.io/v1\nkind: Receiver\nmetadata: {{name: {name}, namespace: apps}}\nspec: {{{spec}}}\n"
    )
}

async fn load(loader: &Loader, receivers: &[String]) -> Receivers {
    let text = format!("{OBJECTS}{}", receivers.concat());
    let read = flux::read_with("r.yaml", text.as_bytes(), &judge(Dialect::Flux));
    loader.receivers(&read.objects).await
}

fn image(name: &str) -> Wake {
    Wake::Image(format!("ghcr.io/org/{name}").parse().expect("a reference"))
}

fn path(name: &str) -> String {
    let path = ReceiverPath::new(&Secret::new("t0k3n"), name, "apps");
    path.as_str().to_owned()
}

const BOTH: &str =
    "type: dockerhub, secretRef: {name: token}, resources: [{kind: ImageRepository, name: '*'}]";

async fn the_resources_of_a_receiver_are_woken() -> TestResult {
    let receivers = load(&Loader::new(), &[receiver("hub", BOTH)]).await;
    assert_eq!(receivers.problems(), []);
    assert!(receivers.at("/hook/0").is_none() && receivers.at("").is_none());
    let hub = receivers.at(&path("hub")).expect("it listens there");
    assert_eq!(hub.name(), "apps/hub");
    assert_eq!(
        format!("{hub:?}").matches("/hook").count(),
        0,
        "its path is secret"
    );
    let none: [(&str, &[u8]); 0] = [];
    // One of them by name, one that is none of them, and nothing at all.
    let quay = br#"{"repository":{"repo_name":"org/other"},"push_data":{"tag":"1"}}"#;
    for body in [&quay[..], b"{}"] {
        assert_eq!(hub.receive(none, body)?, [image("app"), image("db")]);
    }
    let harbor = receiver("hub", &BOTH.replace("dockerhub", "harbor"));
    let receivers = load(&Loader::new(), &[harbor]).await;
    let hub = receivers.at(&path("hub")).expect("it listens there");
    let body = br#"{"event_data":{"resources":[{"tag":"1","resource_url":"ghcr.io/org/db:1"}]}}"#;
    let woken = hub.receive([("Authorization", &b"t0k3n"[..])], body)?;
    assert_eq!(woken, [image("db")], "the one that is named");
    let wrong = hub.receive([("Authorization", &b"other"[..])], body);
    assert!(wrong.is_err());
    Ok(())
}

async fn every_kind_of_resource_is_known() -> TestResult {
    for (resource, wakes) in [
        ("kind: ImageRepository, name: app", vec![image("app")]),
        (
            "kind: ImageRepository, name: '*', matchLabels: {team: a}",
            vec![image("app")],
        ),
        ("kind: ImagePolicy, name: newest", vec![image("db")]),
        (
            "kind: ImageUpdateAutomation, name: all",
            vec![Wake::Automation("apps/all".to_owned())],
        ),
        ("kind: GitRepository, name: fleet", vec![Wake::Manifests]),
        ("kind: Kustomization, name: x", vec![Wake::Manifests]),
    ] {
        let spec =
            format!("type: generic, secretRef: {{name: token}}, resources: [{{{resource}}}]");
        let receivers = load(&Loader::new(), &[receiver("one", &spec)]).await;
        assert_eq!(receivers.problems(), [], "{resource}");
        let none: [(&str, &[u8]); 0] = [];
        assert_eq!(receivers.all()[0].receive(none, b"")?, wakes, "{resource}");
    }
    Ok(())
}

async fn what_cannot_be_honoured_is_told() {
    let app = "resources: [{kind: ImageRepository, name: app}]";
    for (spec, told) in [
        (
            format!("type: generic, secretRef: {{name: nowhere}}, {app}"),
            "there is no Secret apps/nowhere",
        ),
        (
            format!("type: generic, secretRef: {{name: empty}}, {app}"),
            "the Secret apps/empty has no key token; add it there",
        ),
        (
            format!("type: gcr, secretRef: {{name: token}}, {app}"),
            "spec.type: gcr is not built, as its keys have to be fetched; use generic, whose path is as secret as its token",
        ),
        (
            format!("type: generic, secretRef: {{name: token}}, resourceFilter: 'true', {app}"),
            "filters are not evaluated: a webhook wakes all of its resources; remove them, or leave them to Flux",
        ),
        (
            "type: generic, secretRef: {name: token}, resources: [{kind: ImageRepository, name: ap}]".to_owned(),
            "spec.resources: there is no ImageRepository ap here that a webhook could wake; correct it, or leave it to Flux",
        ),
    ] {
        let receivers = load(&Loader::new(), &[receiver("one", &spec)]).await;
        let [problem] = receivers.problems() else {
            panic!("{:?}", receivers.problems());
        };
        assert!(problem.message().starts_with(told), "{problem}");
        assert_eq!(problem.severity(), Severity::Warning, "images are listed all the same");
        assert!(problem.subject().starts_with("Receiver apps/one (r.yaml:"), "{problem}");
    }
    let resting = format!("suspend: true, {BOTH}");
    let receivers = load(&Loader::new(), &[receiver("one", &resting)]).await;
    assert!(receivers.all().is_empty() && receivers.problems().is_empty());
}

async fn a_tenant_wakes_its_own_things_alone() {
    let spec = "type: generic, secretRef: {name: token}, resources: [{kind: GitRepository, name: x, namespace: other}]";
    let own = receiver("one", spec);
    let mut loader = Loader::new();
    assert_eq!(load(&loader, slice::from_ref(&own)).await.problems(), []);
    let receivers = load(loader.namespace("apps"), slice::from_ref(&own)).await;
    assert_eq!(receivers.problems().len(), 1);
    assert_eq!(receivers.all().len(), 1);
    assert!(
        load(loader.namespace("other"), &[own])
            .await
            .all()
            .is_empty()
    );
}

async fn what_is_broken_later_is_still_received() -> TestResult {
    let folder = tempfile::tempdir()?;
    let one = folder.path().join("clusters");
    fs::create_dir(&one)?;
    fs::write(one.join("objects.yaml"), OBJECTS)?;
    fs::write(one.join("receiver.yaml"), receiver("hub", BOTH))?;
    let source = Source::directory(folder.path()).scope("production", "clusters")?;
    let source = ManifestSource::flux(source, &Loader::new());
    let names = |receivers: Receivers| -> Vec<String> {
        receivers
            .all()
            .iter()
            .map(tagwright::WebhookReceiver::name)
            .collect()
    };
    assert!(
        names(source.receivers().await).is_empty(),
        "nothing was read"
    );
    source.read().await?;
    assert_eq!(names(source.receivers().await), ["production:apps/hub"]);
    let broken = "apiVersion: notification.toolkit.fluxcd.io/v1\nkind: [";
    fs::write(one.join("receiver.yaml"), broken)?;
    source.read().await?;
    let kept = source.receivers().await;
    assert_eq!(kept.problems(), []);
    assert_eq!(names(kept), ["production:apps/hub"]);
    fs::write(one.join("receiver.yaml"), "")?;
    fs::write(
        one.join("objects.yaml"),
        OBJECTS.replace("name: fleet}", "name: fleet}, suspend: true"),
    )?;
    source.read().await?;
    assert!(names(source.receivers().await).is_empty(), "it is gone");
    Ok(())
}
