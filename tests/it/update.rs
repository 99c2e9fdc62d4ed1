//! The main job.

use tagwright::message::Template;
use tagwright::policy::Policy;
use tagwright::{Applied, Dialect, ImagePolicy, OutcomeKind};
use tagwright_testkit::harness::{TestResult, Trial, async_test};

use crate::world::{World, semver};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        async_test(
            "update::changes_the_value_and_no_other_byte",
            changes_the_value_and_no_other_byte,
        ),
        async_test(
            "update::second_run_makes_no_commit",
            second_run_makes_no_commit,
        ),
        async_test(
            "update::digest_is_written_when_it_is_reflected",
            digest_is_written_when_it_is_reflected,
        ),
        async_test(
            "update::fleet_markers_get_canonical_names",
            fleet_markers_get_canonical_names,
        ),
        async_test(
            "update::message_comes_from_the_template",
            message_comes_from_the_template,
        ),
        async_test(
            "update::only_files_under_the_path_are_edited",
            only_files_under_the_path_are_edited,
        ),
        async_test(
            "update::several_folders_are_edited",
            several_folders_are_edited,
        ),
        async_test(
            "update::push_branch_is_made_anew_once",
            push_branch_is_made_anew_once,
        ),
        async_test(
            "update::one_listing_serves_all_policies_of_an_image",
            one_listing_serves_all_policies_of_an_image,
        ),
        async_test(
            "update::unknown_policy_is_an_outcome",
            unknown_policy_is_an_outcome,
        ),
    ]
}

async fn changes_the_value_and_no_other_byte() -> TestResult {
    let world = World::new();
    let report = world.automation().build()?.run().await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    assert!(!report.is_partial());
    assert_eq!(report.attempts(), 1);
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.1"));

    let [edit] = report.plan().edits() else {
        panic!("one edit, found {:?}", report.plan().edits())
    };
    assert_eq!(
        (edit.file(), edit.line(), edit.column()),
        ("apps/app.yaml", 9, 18)
    );
    assert_eq!(
        (edit.object().kind.as_str(), edit.object().name.as_str()),
        ("Deployment", "app")
    );
    assert_eq!(edit.field(), "spec.template.spec.containers[0].image");
    assert_eq!(
        (edit.setter(), edit.policy()),
        ("flux-system:app", "flux-system:app")
    );
    assert_eq!(edit.old(), format!("{}:5.0.0", world.image()));
    assert_eq!(edit.new_value(), format!("{}:5.0.1", world.image()));
    Ok(())
}

async fn second_run_makes_no_commit() -> TestResult {
    let world = World::new();
    let automation = world.automation().build()?;
    let first = automation.run().await?;
    let Applied::Pushed(pushed) = first.applied() else {
        panic!("{first}")
    };
    assert_eq!(
        world.repository.tip("main").as_deref(),
        Some(pushed.commit())
    );

    let second = automation.run().await?;
    assert_eq!(second.applied(), &Applied::NothingToDo);
    assert_eq!(
        world.repository.tip("main").as_deref(),
        Some(pushed.commit())
    );
    assert_eq!(second.plan().message(), None);
    assert_eq!(second.plan().diff(), "");
    Ok(())
}

async fn digest_is_written_when_it_is_reflected() -> TestResult {
    let world = World::new();
    let digest = world.registry.push("org/app", "5.0.2");
    let mut builder = world.bare_automation();
    let policy = ImagePolicy::new("flux-system:app", world.image(), semver("5.0.x"));
    builder.image_policy(policy.with_digest());
    let report = builder.build()?.run().await?;
    assert_eq!(
        report.plan().selections()[0].digest(),
        Some(digest.as_str())
    );
    assert_eq!(
        world.read("apps/app.yaml"),
        world.deployment(&format!("5.0.2@{digest}"))
    );
    Ok(())
}

async fn fleet_markers_get_canonical_names() -> TestResult {
    let world = World::new();
    world.commit(
        "fleet.yaml",
        "image: x # {\"$imagescan\": \"scan\"}\ntag: y # {\"$imagescan\": \"scan:tag\"}\n",
    );
    let mut builder = world.bare_automation();
    let newest = Policy::builder(Dialect::Fleet).semver("*").build()?;
    let report = builder
        .dialect(Dialect::Fleet)
        .policy("scan", &world.image(), newest)
        .build()?
        .run()
        .await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    let expected = format!(
        "image: {}:5.1.0 # {{\"$imagescan\": \"scan\"}}\ntag: 5.1.0 # {{\"$imagescan\": \"scan:tag\"}}\n",
        world.image()
    );
    assert_eq!(world.read("fleet.yaml"), expected);
    assert_eq!(
        world.read("apps/app.yaml"),
        world.deployment("5.0.0"),
        "Flux's markers mean nothing to Fleet"
    );
    Ok(())
}

async fn message_comes_from_the_template() -> TestResult {
    let world = World::new();
    let mut builder = world.automation();
    builder.name("flux-system", "apps").message_value("cluster", "prod").message(Template::go(
        "{{ .Values.cluster }}: {{ .AutomationObject }}\n\n{{ range .Changed.Changes }}{{ .Setter }}: {{ .NewValue }}{{ end }}\n{{range .Updated.Images}}{{println .}}{{end}}",
    )?);
    let report = builder.build()?.run().await?;
    let image = world.image();
    let expected =
        format!("prod: flux-system/apps\n\nflux-system:app: {image}:5.0.1\n{image}:5.0.1\n");
    assert_eq!(
        report.plan().message().map(str::trim_end),
        Some(expected.trim_end())
    );
    assert_eq!(
        world
            .repository
            .git(&["log", "-1", "--format=%B%an <%ae>", "main"])
            .trim(),
        format!("{expected}tagwright <tagwright@example.com>")
    );
    Ok(())
}

async fn only_files_under_the_path_are_edited() -> TestResult {
    let world = World::new();
    let text = world.deployment("5.0.0");
    for path in [
        "apps-old/app.yaml",
        "apps/notes.txt",
        "apps/deep/Kustomization",
        "apps/deep/app.yml",
    ] {
        world.commit(path, &text);
    }
    let mut builder = world.automation();
    let report = builder.path("./apps").build()?.run().await?;
    let files: Vec<&str> = report
        .plan()
        .edits()
        .iter()
        .map(tagwright::Edit::file)
        .collect();
    assert_eq!(
        files,
        [
            "apps/app.yaml",
            "apps/deep/Kustomization",
            "apps/deep/app.yml"
        ]
    );
    assert_eq!(world.read("apps-old/app.yaml"), text);
    assert_eq!(world.read("apps/notes.txt"), text);
    Ok(())
}

/// A folder and a file, and a folder that is not there, in the two kinds of places.
async fn several_folders_are_edited() -> TestResult {
    let world = World::new();
    let text = world.deployment("5.0.0");
    let folder = tempfile::tempdir()?;
    for path in ["base/app.yaml", "base/old.yaml", "other/app.yaml"] {
        world.commit(path, &text);
        let file = folder.path().join(path);
        std::fs::create_dir_all(file.parent().expect("it has a folder"))?;
        std::fs::write(file, &text)?;
    }
    let mut builder = world.automation();
    builder.paths(["other/", "base/app.yaml", "nothing"]);
    let mut local = builder.clone();
    local.directory(folder.path());
    for (builder, place) in [
        (builder, "on main".to_owned()),
        (local, format!("in {}", folder.path().display())),
    ] {
        let plan = builder.build()?.plan().await?;
        let files: Vec<&str> = plan.edits().iter().map(tagwright::Edit::file).collect();
        assert_eq!(files, ["base/app.yaml", "other/app.yaml"]);
        let problems: Vec<String> = plan.problems().iter().map(ToString::to_string).collect();
        assert_eq!(
            problems,
            [format!(
                "path: error: no YAML file stands under 'nothing' {place}; correct the path"
            )]
        );
    }
    Ok(())
}

async fn push_branch_is_made_anew_once() -> TestResult {
    let world = World::new();
    let main = world.repository.tip("main");
    world.repository.commit(
        "updates",
        &[("left-over.txt", b"from an earlier time")],
        "old",
    );
    let mut builder = world.automation();
    let automation = builder.push_branch("updates").build()?;

    let report = automation.run().await?;
    let Applied::Pushed(pushed) = report.applied() else {
        panic!("{report}")
    };
    assert_eq!(pushed.branch(), "updates");
    assert_eq!(
        world.repository.tip("main"),
        main,
        "the checkout branch stays"
    );
    assert_eq!(
        world.repository.git(&["rev-parse", "updates^"]).trim(),
        main.unwrap_or_default()
    );
    assert_eq!(
        world
            .repository
            .git(&["ls-tree", "-r", "--name-only", "updates"]),
        "apps/app.yaml\n"
    );

    let tip = world.repository.tip("updates");
    let again = automation.run().await?;
    assert_eq!(again.applied(), &Applied::NothingToDo);
    assert_eq!(
        world.repository.tip("updates"),
        tip,
        "the same update is not pushed twice"
    );
    Ok(())
}

async fn one_listing_serves_all_policies_of_an_image() -> TestResult {
    let world = World::new();
    let mut builder = world.automation();
    builder.policy("flux-system:next", &world.image(), semver("*"));
    let plan = builder.build()?.plan().await?;
    let tags: Vec<Option<&str>> = plan
        .selections()
        .iter()
        .map(tagwright::Selection::tag)
        .collect();
    assert_eq!(tags, [Some("5.0.1"), Some("5.1.0")]);
    let listings = world
        .registry
        .requests()
        .iter()
        .filter(|request| request.path.ends_with("/tags/list"))
        .count();
    assert_eq!(listings, 1);
    Ok(())
}

async fn unknown_policy_is_an_outcome() -> TestResult {
    let world = World::new();
    world.commit(
        "apps/other.yaml",
        "tag: 1 # {\"$imagepolicy\": \"flux-system:ap:tag\"}\n",
    );
    let report = world.automation().build()?.run().await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    assert!(!report.is_partial(), "it is no failure");
    let unknown: Vec<_> = report
        .plan()
        .outcomes()
        .iter()
        .filter(|outcome| outcome.kind() == OutcomeKind::Unknown)
        .collect();
    let [outcome] = unknown[..] else {
        panic!("one unknown, found {unknown:?}")
    };
    assert_eq!((outcome.file(), outcome.line()), ("apps/other.yaml", 1));
    assert_eq!(outcome.setter(), Some("flux-system:ap:tag"));
    let told = "apps/other.yaml:1:8: marker \"flux-system:ap:tag\": the setter is not known; did you mean \"flux-system:app:tag\"?";
    assert_eq!(outcome.to_string(), told);
    assert!(report.to_string().contains(told), "{report}");
    Ok(())
}
