//! What `watch` does and shows.

use tagwright_testkit::harness::{Trial, test};
use tagwright_testkit::http;

use super::service::{Service, run_alone};
use super::world::World;
use crate::program::tagwright;

pub(crate) fn tests() -> Vec<Trial> {
    macro_rules! tests {
        ($($name:ident),* $(,)?) => {
            vec![$(test(concat!("watch::", stringify!($name)), $name)),*]
        };
    }
    tests![
        a_new_tag_is_pushed,
        health_readiness_and_metrics_are_told,
        pages_are_for_reading_and_for_this_machine,
        an_address_in_use_is_told,
        manifests_that_cannot_be_read_fail_at_the_start,
        manifests_that_break_later_stay_as_they_were,
        logs_can_be_objects,
    ]
}

const BROKEN: &str = "apiVersion: image.toolkit.fluxcd.io/v1\nkind: [";

fn a_new_tag_is_pushed() {
    let world = World::new();
    world.registry.push("org/app", "5.0.1");
    let service = Service::start(&world, &[]);
    let line = service.wait_for("pushed ");
    let tip = world.repository.tip("main").expect("there is one");
    assert!(line.contains(&format!("pushed {tip}")), "{line}");
    assert_eq!(world.app(), world.marked("5.0.1"));
    let (status, _) = service.stop();
    assert!(status.success());
}

fn health_readiness_and_metrics_are_told() {
    let world = World::new();
    world.registry.push("org/app", "5.0.1");
    let service = Service::start(&world, &[]);
    service.wait_for("pushed ");
    for path in ["/healthz", "/readyz"] {
        let answer = service.get(path);
        assert_eq!((answer.status, &*answer.text()), (200, "ok\n"), "{path}");
    }
    let metrics = service.get("/metrics");
    let kind = metrics.header("content-type");
    assert_eq!(kind, Some("text/plain; version=0.0.4; charset=utf-8"));
    let text = metrics.text();
    for line in [
        format!(
            "tagwright_scans_total{{image=\"{}\",outcome=\"ok\"}} 1",
            world.image()
        ),
        "tagwright_pushes_total{automation=\"flux-system/apps\"} 1".to_owned(),
        "# HELP tagwright_pushes_total commits pushed".to_owned(),
        "# TYPE tagwright_run_duration_seconds histogram".to_owned(),
    ] {
        assert!(text.contains(&line), "no '{line}' in:\n{text}");
    }
}

fn pages_are_for_reading_and_for_this_machine() {
    let world = World::new();
    let service = Service::start(&world, &[]);
    let address = service.address();
    let policy = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    for path in ["/healthz", "/nothing"] {
        let answer = service.get(path);
        let headers = [
            "content-security-policy",
            "x-content-type-options",
            "referrer-policy",
            "cache-control",
        ];
        let found = headers.map(|name| answer.header(name).unwrap_or_default());
        assert_eq!(
            found,
            [policy, "nosniff", "no-referrer", "no-store"],
            "{path}"
        );
    }
    let posted = http::send("POST", &address, "/healthz", &[], b"").expect("it answers");
    assert_eq!(posted.status, 405);
    assert_eq!(service.get("/nothing").status, 404);
    for (host, status) in [
        ("localhost:9440", 200),
        ("[::1]:9440", 200),
        ("evil.example.com", 403),
        ("127.0.0.1.example.com:9440", 403),
    ] {
        let answer = http::get(&address, "/healthz", &[("Host", host)]).expect("it answers");
        assert_eq!(answer.status, status, "{host}");
    }
}

fn an_address_in_use_is_told() {
    let world = World::new();
    let service = Service::start(&world, &[]);
    let address = service.address();
    for (flag, other) in [("--listen", "--webhook"), ("--webhook", "--listen")] {
        let mut command = tagwright(&["watch", flag, &address, other, "127.0.0.1:0"]);
        let ran = run_alone(command.args(world.flux()));
        assert_eq!((ran.code, &*ran.stdout), (1, ""));
        assert_eq!(
            ran.stderr,
            format!(
                "error: cannot listen on {address}: Address already in use (os error 98); stop the program that does, or give another address with {flag}\n"
            )
        );
    }
}

fn manifests_that_cannot_be_read_fail_at_the_start() {
    let ran = run_alone(&mut tagwright(&[
        "watch",
        "--listen",
        "127.0.0.1:0",
        "--flux",
        "/nowhere",
    ]));
    assert_eq!((ran.code, &*ran.stdout), (1, ""));
    assert!(ran.stderr.starts_with("error: /nowhere "), "{}", ran.stderr);
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    let world = World::new();
    world.write("broken.yaml", BROKEN);
    let mut command = tagwright(&["watch", "--listen", "127.0.0.1:0", "--strict"]);
    let ran = run_alone(command.args(world.flux()));
    assert_eq!((ran.code, &*ran.stdout), (1, ""));
    let last = ran.stderr.lines().last().unwrap_or_default();
    assert!(
        last.starts_with("error: --strict is given, and the manifests have problems (1 in all), first broken.yaml:"),
        "{}",
        ran.stderr
    );
}

fn manifests_that_break_later_stay_as_they_were() {
    let world = World::new();
    let service = Service::start(&world, &["--source-interval", "1s", "--interval", "1s"]);
    service.wait_for("read the manifests");
    let whole = world.read("objects.yaml");
    world.write("objects.yaml", BROKEN);
    service.wait_for("ERROR");
    let status = service.ask(&["status"]);
    assert!(
        status.stdout.contains("PROBLEMS") && status.stdout.contains("objects.yaml"),
        "{}",
        status.stdout
    );
    // Its own interval is an hour: what is kept is listed when it is asked for.
    world.registry.push("org/app", "5.0.1");
    assert_eq!(service.ask(&["reconcile", "image", "app"]).code, 0);
    service.wait_for("pushed ");
    assert_eq!(world.app(), world.marked("5.0.1"));
    assert_eq!(service.get("/healthz").status, 200);
    let all = service.ask(&["reconcile", "all"]);
    assert_eq!(all.code, 1, "{}", all.stdout);
    assert!(
        all.stderr.starts_with("error: manifests: ") && all.stderr.contains("objects.yaml"),
        "{}",
        all.stderr
    );
    world.registry.push("org/app", "5.1.0");
    world.write("objects.yaml", &whole.replace("5.0.x", "5.x"));
    assert_eq!(service.ask(&["reconcile", "all"]).code, 0);
    assert_eq!(world.app(), world.marked("5.1.0"));
}

fn logs_can_be_objects() {
    let world = World::new();
    let arguments = ["watch", "--listen", "127.0.0.1:0", "--log-format", "json"];
    let service = Service::start_as(tagwright(&arguments).args(world.flux()));
    service.wait_for("status page");
    let (status, log) = service.stop();
    assert!(status.success());
    for line in log.lines() {
        let object: serde_json::Value = serde_json::from_str(line).expect(line);
        assert!(object["fields"]["message"].is_string(), "{line}");
    }
}
