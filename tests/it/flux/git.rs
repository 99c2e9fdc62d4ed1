//! `spec.git` and the GitRepository: what is read, and where commits go.

use tagwright::{Applied, Automation};
use tagwright_testkit::harness::{TestResult, Trial, async_test};

use super::{IMAGE, SOURCE, build, from, problems};
use crate::world::World;

pub(super) fn tests() -> Vec<Trial> {
    vec![
        async_test("flux::git::tag_goes_to_a_push_branch", || async {
            reads_the_first("tag: v1.0.0").await
        }),
        async_test("flux::git::semver_goes_to_a_push_branch", || async {
            reads_the_first("tag: v3.0.0, semver: 1.x").await
        }),
        async_test("flux::git::name_goes_to_a_push_branch", || async {
            reads_the_first("branch: none, name: refs/tags/v1.0.0").await
        }),
        async_test("flux::git::commit_goes_to_a_push_branch", || async {
            reads_the_first("branch: main, commit: $COMMIT").await
        }),
        async_test("flux::git::named_branch_is_pushed", named_branch_is_pushed),
        async_test(
            "flux::git::automation_checks_out_before_the_repository",
            automation_checks_out_before_the_repository,
        ),
        async_test(
            "flux::git::refspec_and_options_are_pushed",
            refspec_and_options_are_pushed,
        ),
        async_test(
            "flux::git::refspec_of_a_new_branch_is_forced",
            refspec_of_a_new_branch_is_forced,
        ),
        async_test(
            "flux::git::what_cannot_be_read_is_refused",
            what_cannot_be_read_is_refused,
        ),
        async_test(
            "flux::git::what_cannot_be_pushed_is_refused",
            what_cannot_be_pushed_is_refused,
        ),
        async_test(
            "flux::git::providers_of_git_are_refused",
            providers_of_git_are_refused,
        ),
        async_test(
            "flux::git::twins_of_a_repository_are_refused",
            twins_of_a_repository_are_refused,
        ),
    ]
}

fn rev(world: &World, name: &str) -> String {
    let id = world.repository.git(&["rev-parse", name]);
    id.trim().to_owned()
}

/// The automation with another `ref` and another `push`.
async fn automation(world: &World, reference: &str, push: &str) -> Automation {
    let source = SOURCE
        .replace("ref: {branch: main}", &format!("ref: {{{reference}}}"))
        .replace("  git:\n", &format!("  git:\n    push: {{{push}}}\n"));
    let flux = from(world, &format!("{source}{IMAGE}")).await;
    assert_eq!(problems(&flux), [""; 0]);
    build(world, &flux).expect("it builds")
}

async fn push(automation: &Automation) -> Result<String, tagwright::Error> {
    let report = automation.run().await?;
    match report.applied() {
        Applied::Pushed(pushed) => Ok(pushed.commit().to_owned()),
        _ => panic!("{report}"),
    }
}

/// What is read is the first commit of `main`, which has gone on since.
async fn reads_the_first(reference: &str) -> TestResult {
    let world = World::new();
    let first = rev(&world, "main");
    world.commit("later.txt", "later");
    let main = rev(&world, "main");
    world.repository.git(&["tag", "v1.0.0", &first]);
    world.repository.git(&["tag", "v3.0.0", &main]);
    let reference = reference.replace("$COMMIT", &first);
    let automation = automation(&world, &reference, "branch: image-updates").await;
    let commit = push(&automation).await?;
    assert_eq!(rev(&world, &format!("{commit}^")), first);
    assert_eq!(rev(&world, "image-updates"), commit);
    assert_eq!(rev(&world, "main"), main);
    assert_eq!(automation.run().await?.applied(), &Applied::NothingToDo);
    Ok(())
}

async fn named_branch_is_pushed() -> TestResult {
    let world = World::new();
    let automation = automation(&world, "name: refs/heads/main", "").await;
    let commit = push(&automation).await?;
    assert_eq!(rev(&world, "main"), commit);
    Ok(())
}

async fn automation_checks_out_before_the_repository() -> TestResult {
    let world = World::new();
    world.repository.git(&["branch", "release", "main"]);
    let main = rev(&world, "main");
    let source = SOURCE.replace(
        "  git:\n",
        "  git:\n    checkout: {ref: {branch: release}}\n",
    );
    let flux = from(&world, &format!("{source}{IMAGE}")).await;
    let commit = push(&build(&world, &flux).expect("it builds")).await?;
    assert_eq!(rev(&world, "release"), commit);
    assert_eq!(rev(&world, "main"), main);
    Ok(())
}

/// The refspec is one more place, and one that names the branch once more is no second push.
async fn refspec_and_options_are_pushed() -> TestResult {
    for (refspec, other) in [
        ("refs/heads/main:refs/heads/auto", "auto"),
        ("HEAD:refs/for/main", "refs/for/main"),
        ("refs/heads/main:refs/heads/main", "main"),
    ] {
        let world = World::new();
        let repository = &world.repository;
        repository.git(&["config", "receive.advertisePushOptions", "true"]);
        repository.hook(
            "pre-receive",
            "#!/bin/sh\nprintf '%s\\n' \"$GIT_PUSH_OPTION_0\" \"$GIT_PUSH_OPTION_1\" > options\n",
        );
        let settings = format!(
            "refspec: '{refspec}', options: {{merge_request.create: '', merge_request.target: release}}"
        );
        let commit = push(&automation(&world, "branch: main", &settings).await).await?;
        assert_eq!(rev(&world, "refs/heads/main"), commit);
        assert_eq!(rev(&world, other), commit, "{refspec}");
        let options = std::fs::read_to_string(repository.path().join("options"))?;
        assert_eq!(
            options,
            "merge_request.create\nmerge_request.target=release\n"
        );
    }
    Ok(())
}

/// The branch is made anew by each push, so what it is copied to cannot only move forward; what was checked out does.
async fn refspec_of_a_new_branch_is_forced() -> TestResult {
    let world = World::new();
    let settings = "branch: auto, refspec: 'refs/heads/auto:refs/heads/copy'";
    let automation = automation(&world, "branch: main", settings).await;
    let first = push(&automation).await?;
    assert_eq!(rev(&world, "copy"), first);
    world.commit("later.txt", "later");
    let second = push(&automation).await?;
    assert_ne!(first, second);
    assert_eq!(rev(&world, "copy"), second);
    assert_eq!(rev(&world, "auto"), second);
    Ok(())
}

/// What is said of the automation when a part of the manifests is another.
async fn refusal(found: &str, put: &str) -> String {
    let source = SOURCE.replacen(found, put, 1);
    assert_ne!(source, SOURCE, "{found}");
    let flux = from(&World::new(), &format!("{source}{IMAGE}")).await;
    assert!(flux.automations().is_empty(), "{put}");
    let problems = problems(&flux);
    let [problem] = &problems[..] else {
        panic!("{put}: {problems:?}")
    };
    let (subject, reason) = problem.split_once(": error: ").expect("it is an error");
    assert!(subject.starts_with("ImageUpdateAutomation flux-system/fleet (flux.yaml:"));
    reason.to_owned()
}

async fn what_cannot_be_read_is_refused() {
    for (reference, expected) in [
        (
            "tag: v1",
            "spec.git.push.branch is missing, and no branch is checked out that could be pushed; name one",
        ),
        (
            "tag: -x",
            "GitRepository fleet: spec.ref.tag: invalid name of a tag \"-x\": git does not allow it; see git-check-ref-format(1)",
        ),
        (
            "semver: 1.x.x.x",
            "GitRepository fleet: spec.ref.semver: invalid semver range: unexpected character '.' at line 1, column 6; write three numbers at most",
        ),
        (
            "name: main",
            "GitRepository fleet: spec.ref.name: invalid name of a ref \"main\": expected a full name such as 'refs/heads/main'",
        ),
        (
            "commit: main",
            "GitRepository fleet: spec.ref.commit: invalid commit id \"main\": expected 40 or 64 hex digits; write the full id",
        ),
    ] {
        let put = format!("ref: {{{reference}}}");
        assert_eq!(refusal("ref: {branch: main}", &put).await, expected);
    }
    let checkout = "  git:\n    checkout: {ref: {tag: -x}}\n";
    assert_eq!(
        refusal("  git:\n", checkout).await,
        "spec.git.checkout.ref.tag: invalid name of a tag \"-x\": git does not allow it; see git-check-ref-format(1)"
    );
}

async fn what_cannot_be_pushed_is_refused() {
    for (settings, expected) in [
        (
            "push: {branch: 'a b'}",
            "invalid name of a branch \"a b\": git does not allow it; see git-check-ref-format(1)",
        ),
        (
            "push: {refspec: main}",
            "invalid refspec \"main\": expected 'source:refs/...', as in 'HEAD:refs/heads/main'",
        ),
        (
            "push: {options: {title: \"two\\nlines\"}}",
            "invalid push option \"title=two\\nlines\": expected one line of text",
        ),
        (
            "push: {branch: main}\n    checkout: {ref: {branch: main, tag: v1}}",
            "spec.git.push.branch: main would be made anew from what is checked out, and lose the commits since; name another",
        ),
    ] {
        let put = format!("  git:\n    {settings}\n");
        assert_eq!(refusal("  git:\n", &put).await, expected);
    }
}

async fn providers_of_git_are_refused() {
    for (provider, expected) in [
        (
            "azure",
            "GitRepository fleet: spec.provider: azure logins are not made here; remove it, and put a personal access token into the Secret as password",
        ),
        (
            "aws",
            "GitRepository fleet: spec.provider: aws logins are not made here; remove it, and put Git credentials of CodeCommit into the Secret as username and password",
        ),
        (
            "github",
            "GitRepository fleet: spec.provider: logins of GitHub Apps are not made here; remove it, and put a token into the Secret as password, with x-access-token as username",
        ),
    ] {
        let put = format!("ref: {{branch: main}}, provider: {provider}");
        assert_eq!(refusal("ref: {branch: main}", &put).await, expected);
    }
}

async fn twins_of_a_repository_are_refused() {
    let twin = "
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: fleet, namespace: flux-system}
spec: {interval: 1m, url: 'https://git.example.com/other.git'}
---
apiVersion: image";
    assert_eq!(
        refusal("\napiVersion: image", twin).await,
        "spec.sourceRef: there are several GitRepository flux-system/fleet, in flux.yaml:2 and flux.yaml:7; leave one of them"
    );
}
