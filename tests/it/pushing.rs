//! What is read, and where commits go.

use tagwright::gitwrite::{ObjectId, Ref};
use tagwright::policy::Range;
use tagwright::{Applied, AutomationBuilder, ErrorKind};
use tagwright_testkit::harness::{TestResult, Trial, async_test, test};

use crate::world::World;

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        async_test("pushing::tag_to_another_branch", tag_to_another_branch),
        async_test("pushing::commit_and_ref_are_read", commit_and_ref_are_read),
        async_test(
            "pushing::greatest_tag_of_a_range_is_read",
            greatest_tag_of_a_range_is_read,
        ),
        async_test("pushing::refspec_goes_besides", refspec_goes_besides),
        async_test("pushing::refused_refspec_is_told", refused_refspec_is_told),
        async_test(
            "pushing::refspec_alone_leaves_the_branch",
            refspec_alone_leaves_the_branch,
        ),
        async_test(
            "pushing::options_reach_the_server",
            options_reach_the_server,
        ),
        test(
            "pushing::what_cannot_be_is_said_when_it_is_built",
            what_cannot_be_is_said_when_it_is_built,
        ),
    ]
}

/// The commit that a run pushed.
async fn pushed(builder: &AutomationBuilder) -> Result<String, tagwright::Error> {
    let report = builder.build()?.run().await?;
    let Applied::Pushed(pushed) = report.applied() else {
        panic!("{report}")
    };
    assert!(!report.is_partial(), "{report}");
    Ok(pushed.commit().to_owned())
}

fn parent(world: &World, commit: &str) -> String {
    let parent = world.repository.git(&["rev-parse", &format!("{commit}^")]);
    parent.trim().to_owned()
}

fn tip(world: &World, branch: &str) -> String {
    world.repository.tip(branch).expect("the branch is there")
}

/// A world in which `main` has gone on since a commit, which is answered.
fn gone_on() -> (World, String) {
    let world = World::new();
    let first = tip(&world, "main");
    world.commit("later.txt", "later");
    (world, first)
}

async fn tag_to_another_branch() -> TestResult {
    let (world, first) = gone_on();
    let main = tip(&world, "main");
    world
        .repository
        .git(&["tag", "-a", "-m", "one", "v1.0.0", &first]);
    let mut builder = world.automation();
    builder
        .checkout(Ref::tag("v1.0.0")?)
        .push_branch("image-updates");
    let automation = builder.build()?;
    let plan = automation.plan().await?;
    assert_eq!(plan.base(), first);
    let target = plan.target().to_string();
    assert!(target.starts_with("tag 'v1.0.0' of "), "{target}");
    assert!(target.ends_with(" (pushed to image-updates)"), "{target}");
    let Applied::Pushed(pushed) = automation.apply(&plan).await? else {
        panic!("the tag does not move")
    };
    assert_eq!(parent(&world, pushed.commit()), first);
    assert_eq!(tip(&world, "image-updates"), pushed.commit());
    assert_eq!(tip(&world, "main"), main);
    let again = automation.run().await?;
    assert_eq!(again.applied(), &Applied::NothingToDo);
    Ok(())
}

async fn commit_and_ref_are_read() -> TestResult {
    let (world, first) = gone_on();
    let id: ObjectId = first.parse()?;
    world
        .repository
        .git(&["update-ref", "refs/pull/7/head", &first]);
    for reference in [Ref::commit(id), Ref::name("refs/pull/7/head")?] {
        let mut builder = world.automation();
        builder.checkout(reference).push_branch("image-updates");
        let commit = pushed(&builder).await?;
        assert_eq!(parent(&world, &commit), first);
        world
            .repository
            .git(&["update-ref", "-d", "refs/heads/image-updates"]);
    }
    Ok(())
}

async fn greatest_tag_of_a_range_is_read() -> TestResult {
    let (world, first) = gone_on();
    for (tag, commit) in [
        ("v1.2.0", "main"),
        ("1.10.0", &first),
        ("v1.11", "main"),
        ("v2.0.0", "main"),
    ] {
        world.repository.git(&["tag", tag, commit]);
    }
    let mut builder = world.automation();
    builder
        .checkout_range(Range::parse("1.x")?)
        .push_branch("image-updates");
    let commit = pushed(&builder).await?;
    assert_eq!(parent(&world, &commit), first);

    builder.checkout_range(Range::parse("3.x")?);
    let error = builder.build()?.run().await.expect_err("there is no 3.x");
    assert_eq!(error.kind(), ErrorKind::Repository);
    assert_eq!(
        error.to_string(),
        format!(
            "no tag of {} is a version in '3.x'; widen the range or push such a tag",
            world.repository.url()
        )
    );
    Ok(())
}

async fn refspec_goes_besides() -> TestResult {
    let world = World::new();
    let mut builder = world.automation();
    builder
        .refspec("refs/heads/main:refs/heads/mirror")
        .refspec("HEAD:refs/for/main");
    let commit = pushed(&builder).await?;
    for name in ["refs/heads/main", "refs/heads/mirror", "refs/for/main"] {
        let found = world.repository.git(&["rev-parse", name]);
        assert_eq!(found.trim(), commit, "{name}");
    }
    Ok(())
}

/// A server that moves each ref for itself takes one and refuses another.
async fn refused_refspec_is_told() -> TestResult {
    let world = World::new();
    let repository = &world.repository;
    repository.git(&["config", "receive.advertiseAtomic", "false"]);
    repository.hook(
        "update",
        "#!/bin/sh\ncase $1 in refs/heads/mirror) echo 'a mirror is read only' >&2; exit 1;; esac\n",
    );
    let mut builder = world.automation();
    builder.refspec("HEAD:refs/heads/mirror");
    let report = builder.build()?.run().await?;
    let Applied::Pushed(pushed) = report.applied() else {
        panic!("{report}")
    };
    assert!(report.is_partial());
    assert_eq!(tip(&world, "main"), pushed.commit());
    let [refused] = pushed.refused() else {
        panic!("{report}")
    };
    assert!(
        refused.starts_with("refs/heads/mirror was refused: "),
        "{refused}"
    );
    assert!(
        report
            .to_string()
            .ends_with(&format!(" to main\nbut {refused}")),
        "{report}"
    );
    Ok(())
}

async fn refspec_alone_leaves_the_branch() -> TestResult {
    let world = World::new();
    let main = tip(&world, "main");
    let mut builder = world.automation();
    builder.push_to_refspec("HEAD:refs/for/main");
    let commit = pushed(&builder).await?;
    let review = world.repository.git(&["rev-parse", "refs/for/main"]);
    assert_eq!(review.trim(), commit);
    assert_eq!(tip(&world, "main"), main);
    Ok(())
}

async fn options_reach_the_server() -> TestResult {
    let world = World::new();
    let repository = &world.repository;
    repository.git(&["config", "receive.advertisePushOptions", "true"]);
    repository.hook(
        "pre-receive",
        "#!/bin/sh\nprintf '%s\\n' \"$GIT_PUSH_OPTION_0\" \"$GIT_PUSH_OPTION_1\" > options\n",
    );
    let mut builder = world.automation();
    builder
        .push_option("merge_request.create")
        .push_option("merge_request.target=release");
    pushed(&builder).await?;
    assert_eq!(
        std::fs::read_to_string(repository.path().join("options"))?,
        "merge_request.create\nmerge_request.target=release\n"
    );
    Ok(())
}

fn what_cannot_be_is_said_when_it_is_built() -> TestResult {
    let world = World::new();
    let mut tag = world.automation();
    tag.checkout(Ref::tag("v1.0.0")?);
    let mut range = world.automation();
    range.checkout_range(Range::parse("1.x")?);
    let mut both = world.automation();
    both.push_to_refspec("HEAD:refs/for/main").push_branch("b");
    let mut refspec = world.automation();
    refspec.refspec("HEAD:main");
    let mut option = world.automation();
    option.push_option("one\ntwo");
    for (builder, expected) in [
        (
            tag,
            "tag 'v1.0.0' is no branch that could be pushed; name the branch to push to",
        ),
        (
            range,
            "the greatest tag in '1.x' is no branch that could be pushed; name the branch to push to",
        ),
        (
            both,
            "a push to a refspec alone goes to no branch, and the branch b is named; push to both, or name one of them",
        ),
        (
            refspec,
            "invalid refspec \"HEAD:main\": expected 'source:refs/...', as in 'HEAD:refs/heads/main'",
        ),
        (
            option,
            "invalid push option \"one\\ntwo\": expected one line of text",
        ),
    ] {
        let error = builder.build().expect_err(expected);
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert_eq!(error.to_string(), expected);
    }
    Ok(())
}
