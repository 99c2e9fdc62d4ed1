//! Pushes: forward, made anew, stale, refused.

use tagwright_gitwrite::{Commit, Push, PushMode, PushOutcome, RejectionReason};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{Trial, test};

use crate::support::{
    branch, commit, commit_files, control, push, remote, repository, snapshot, write,
};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("push::moves_the_branch_forward", moves_the_branch_forward),
        test(
            "push::the_same_commit_again_is_up_to_date",
            the_same_commit_again_is_up_to_date,
        ),
        test(
            "push::a_branch_that_moved_is_stale",
            a_branch_that_moved_is_stale,
        ),
        test(
            "push::a_branch_that_vanished_is_stale",
            a_branch_that_vanished_is_stale,
        ),
        test(
            "push::a_branch_that_moves_during_the_push_is_stale",
            a_branch_that_moves_during_the_push_is_stale,
        ),
        test(
            "push::a_branch_that_another_moves_to_the_same_commit_is_up_to_date",
            a_branch_that_another_moves_to_the_same_commit_is_up_to_date,
        ),
        test(
            "push::a_commit_below_a_newer_one_is_pushed",
            a_commit_below_a_newer_one_is_pushed,
        ),
        test("push::a_hook_that_declines", a_hook_that_declines),
        test("push::makes_another_branch", makes_another_branch),
        test("push::makes_another_branch_anew", makes_another_branch_anew),
        test(
            "push::made_anew_with_nothing_new_is_up_to_date",
            made_anew_with_nothing_new_is_up_to_date,
        ),
        test(
            "push::the_own_branch_is_never_made_anew",
            the_own_branch_is_never_made_anew,
        ),
        test(
            "push::refspecs_move_with_the_branch",
            refspecs_move_with_the_branch,
        ),
        test("push::all_refs_or_none", all_refs_or_none),
        test(
            "push::without_atomic_nothing_moves_before_the_branch",
            without_atomic_nothing_moves_before_the_branch,
        ),
        test(
            "push::without_atomic_the_refused_stand_beside_the_answer",
            without_atomic_the_refused_stand_beside_the_answer,
        ),
        test("push::only_when_absent", only_when_absent),
        test(
            "push::a_branch_that_is_continued",
            a_branch_that_is_continued,
        ),
        test("push::to_a_ref_that_is_an_order", to_a_ref_that_is_an_order),
        test("push::to_a_refspec_alone", to_a_refspec_alone),
        test("push::protected_by_a_hook", protected_by_a_hook),
        test("push::options_reach_the_server", options_reach_the_server),
    ]
}

#[track_caller]
fn assert_pushed(outcome: &PushOutcome, commit: &Commit, branch: &str) {
    let expected = PushOutcome::Pushed {
        id: *commit.id(),
        branch: branch.to_owned(),
        refused: Vec::new(),
    };
    assert_eq!(*outcome, expected);
}

#[track_caller]
fn assert_sound(repository: &BareRepository) {
    repository.git(&["fsck", "--full", "--strict"]);
}

fn moves_the_branch_forward() {
    let repository = repository(&[("a/b.yaml", "tag: 1\n"), ("c", "c")]);
    let before = repository.tip("main").unwrap();
    let commit = commit(&snapshot(&repository), &[write("a/b.yaml", "tag: 2\n")]);
    assert_pushed(&push(&commit, "main"), &commit, "main");
    assert_eq!(repository.tip("main"), Some(commit.id().to_string()));
    assert_eq!(commit.parent().to_string(), before);
    assert_eq!(repository.read("main", "a/b.yaml"), b"tag: 2\n");
    assert_eq!(
        repository.git(&["diff", "--name-status", &before, "main"]),
        "M\ta/b.yaml\n"
    );
    let shown = repository.git(&[
        "log",
        "-1",
        "--format=%an <%ae> %cn <%ce> %at %ct%n%B",
        "main",
    ]);
    let people = "Tag Wright <bot@example.com> Tag Wright <bot@example.com> 1700000000 1700000000";
    assert_eq!(shown, format!("{people}\nUpdate\n\n"));
    assert_sound(&repository);
}

fn the_same_commit_again_is_up_to_date() {
    let repository = repository(&[("a", "1")]);
    let commit = commit(&snapshot(&repository), &[write("a", "2")]);
    push(&commit, "main");
    assert_eq!(push(&commit, "main"), PushOutcome::UpToDate);
}

fn a_branch_that_moved_is_stale() {
    let repository = repository(&[("a", "1")]);
    let commit = commit(&snapshot(&repository), &[write("a", "2")]);
    let theirs = commit_files(&repository, "main", &[("b", "theirs")]);
    let found = Some(theirs.parse().unwrap());
    assert_eq!(push(&commit, "main"), PushOutcome::Stale { found });
    assert_eq!(repository.tip("main"), Some(theirs));
}

fn a_branch_that_vanished_is_stale() {
    let repository = repository(&[("a", "1")]);
    let commit = commit(&snapshot(&repository), &[write("a", "2")]);
    repository.git(&["update-ref", "-d", "refs/heads/main"]);
    assert_eq!(push(&commit, "main"), PushOutcome::Stale { found: None });
    assert_eq!(repository.tip("main"), None);
}

/// The server itself moves the branch after it has shown it: what a second writer does in that moment.
fn a_branch_that_moves_during_the_push_is_stale() {
    let repository = repository(&[("a", "1")]);
    let commit = commit(&snapshot(&repository), &[write("a", "2")]);
    let theirs = commit_files(&repository, "other", &[("b", "theirs")]);
    let script =
        format!("#!/bin/sh\nunset GIT_QUARANTINE_PATH\ngit update-ref refs/heads/main {theirs}\n");
    repository.hook("pre-receive", &script);
    let found = Some(theirs.parse().unwrap());
    assert_eq!(push(&commit, "main"), PushOutcome::Stale { found });
    assert_eq!(repository.tip("main"), Some(theirs));
}

/// What a process that pushes the identical commit does in that moment.
fn a_branch_that_another_moves_to_the_same_commit_is_up_to_date() {
    let repository = repository(&[("a", "1")]);
    let commit = commit(&snapshot(&repository), &[write("a", "2")]);
    commit.push(&anew("other"), &control()).unwrap();
    let script = "#!/bin/sh\nunset GIT_QUARANTINE_PATH\ngit update-ref refs/heads/main other\n";
    repository.hook("pre-receive", script);
    assert_eq!(push(&commit, "main"), PushOutcome::UpToDate);
    assert_eq!(repository.tip("main"), Some(commit.id().to_string()));
}

/// Another writer commits on top of ours before we look again.
fn a_commit_below_a_newer_one_is_pushed() {
    let repository = repository(&[("a", "1")]);
    let commit = commit(&snapshot(&repository), &[write("a", "2")]);
    let script = "#!/bin/sh\nexport GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x\n\
         next=$(git commit-tree -p main -m next main^{tree})\ngit update-ref refs/heads/main $next\n";
    repository.hook("post-receive", script);
    assert_pushed(&push(&commit, "main"), &commit, "main");
    assert_ne!(repository.tip("main"), Some(commit.id().to_string()));
    assert_eq!(
        repository.git(&["rev-parse", "main^"]).trim(),
        commit.id().to_string()
    );
}

fn a_hook_that_declines() {
    let repository = repository(&[("a", "1")]);
    let before = repository.tip("main");
    repository.hook(
        "pre-receive",
        "#!/bin/sh\nprintf 'not on a \\033[31mFriday\\n' >&2\nexit 1\n",
    );
    let commit = commit(&snapshot(&repository), &[write("a", "2")]);
    let PushOutcome::Rejected(rejection) = push(&commit, "main") else {
        panic!("not rejected")
    };
    assert_eq!(rejection.reason(), RejectionReason::HookDeclined);
    assert_eq!(rejection.reference(), "refs/heads/main");
    assert_eq!(rejection.message(), "not on a [31mFriday");
    let shown = "refs/heads/main was refused: [remote rejected] (pre-receive hook declined): not on a [31mFriday";
    assert_eq!(rejection.to_string(), shown);
    assert_eq!(repository.tip("main"), before);
}

fn makes_another_branch() {
    let repository = repository(&[("a", "1")]);
    let commit = commit(&snapshot(&repository), &[write("a", "2")]);
    let outcome = commit.push(&anew("updates"), &control()).unwrap();
    assert_pushed(&outcome, &commit, "updates");
    assert_eq!(repository.tip("updates"), Some(commit.id().to_string()));
    assert_ne!(repository.tip("main"), repository.tip("updates"));
}

fn anew(branch: &str) -> Push {
    Push::to_branch(branch).unwrap().mode(PushMode::Reset)
}

fn makes_another_branch_anew() {
    let repository = repository(&[("a", "1")]);
    commit_files(&repository, "updates", &[("old", "old")]);
    let commit = commit(&snapshot(&repository), &[write("a", "2")]);
    assert_pushed(
        &commit.push(&anew("updates"), &control()).unwrap(),
        &commit,
        "updates",
    );
    assert_eq!(
        repository.git(&["ls-tree", "--name-only", "updates"]),
        "a\n"
    );
    assert_sound(&repository);
}

fn made_anew_with_nothing_new_is_up_to_date() {
    let repository = repository(&[("a", "1")]);
    let first = commit(&snapshot(&repository), &[write("a", "2")]);
    first.push(&anew("updates"), &control()).unwrap();
    let later = crate::support::spec("Update").time(std::time::SystemTime::now());
    let tagwright_gitwrite::Committed::Commit(second) = snapshot(&repository)
        .commit(&[write("a", "2")], &later)
        .unwrap()
    else {
        panic!("nothing changed")
    };
    assert_ne!(first.id(), second.id());
    assert_eq!(
        second.push(&anew("updates"), &control()).unwrap(),
        PushOutcome::UpToDate
    );
    assert_eq!(repository.tip("updates"), Some(first.id().to_string()));
    let other = commit(&snapshot(&repository), &[write("a", "3")]);
    assert_pushed(
        &other.push(&anew("updates"), &control()).unwrap(),
        &other,
        "updates",
    );
}

fn the_own_branch_is_never_made_anew() {
    let repository = repository(&[("a", "1")]);
    let commit = commit(&snapshot(&repository), &[write("a", "2")]);
    let theirs = commit_files(&repository, "main", &[("b", "theirs")]);
    let outcome = commit.push(&anew("main"), &control()).unwrap();
    assert_eq!(
        outcome,
        PushOutcome::Stale {
            found: Some(theirs.parse().unwrap())
        }
    );
    assert_eq!(repository.tip("main"), Some(theirs));
}

fn refspecs_move_with_the_branch() {
    let repository = repository(&[("a", "1")]);
    commit_files(&repository, "replaced", &[("old", "old")]);
    let commit = commit(&snapshot(&repository), &[write("a", "2")]);
    let plan = Push::to_branch("main").unwrap();
    let plan = plan
        .refspec("main:refs/for/main")
        .unwrap()
        .refspec("+HEAD:refs/heads/replaced")
        .unwrap();
    assert_pushed(&commit.push(&plan, &control()).unwrap(), &commit, "main");
    assert_eq!(
        repository.git(&["rev-parse", "refs/for/main"]).trim(),
        commit.id().to_string()
    );
    assert_eq!(repository.tip("replaced"), Some(commit.id().to_string()));
    let id = remote(&repository)
        .tip(&branch("replaced"), &control())
        .unwrap();
    assert_eq!(id.as_ref(), Some(commit.id()));
}

fn all_refs_or_none() {
    let repository = repository(&[("a", "1")]);
    let before = repository.tip("main");
    let theirs = commit_files(&repository, "other", &[("b", "theirs")]);
    let commit = commit(&snapshot(&repository), &[write("a", "2")]);
    let plan = Push::to_branch("main")
        .unwrap()
        .refspec("HEAD:refs/heads/other")
        .unwrap();
    let PushOutcome::Rejected(rejection) = commit.push(&plan, &control()).unwrap() else {
        panic!("not rejected")
    };
    assert_eq!(rejection.reason(), RejectionReason::NotFastForward);
    assert_eq!(rejection.reference(), "refs/heads/other");
    assert_eq!(repository.tip("main"), before);
    assert_eq!(repository.tip("other"), Some(theirs));
}

/// A server that moves refs one by one, with a branch `other` that the commit does not follow on.
fn one_by_one() -> (BareRepository, Push) {
    let repository = repository(&[("a", "1")]);
    repository.git(&["config", "receive.advertiseAtomic", "false"]);
    commit_files(&repository, "other", &[("b", "theirs")]);
    let plan = Push::to_branch("main").unwrap();
    let plan = plan.refspec("HEAD:refs/heads/other").unwrap();
    (repository, plan.refspec("HEAD:refs/heads/more").unwrap())
}

fn without_atomic_nothing_moves_before_the_branch() {
    let (repository, plan) = one_by_one();
    let refs = || repository.git(&["for-each-ref"]);
    let ours = commit(&snapshot(&repository), &[write("a", "2")]);
    let theirs = commit_files(&repository, "main", &[("b", "theirs")]);
    let before = refs();
    let found = Some(theirs.parse().unwrap());
    let outcome = ours.push(&plan, &control()).unwrap();
    assert_eq!(outcome, PushOutcome::Stale { found });
    assert_eq!(refs(), before);

    repository.hook("update", "#!/bin/sh\n[ $1 != refs/heads/main ] || exit 1\n");
    let ours = commit(&snapshot(&repository), &[write("a", "2")]);
    let PushOutcome::Rejected(rejection) = ours.push(&plan, &control()).unwrap() else {
        panic!("not rejected")
    };
    assert_eq!(rejection.reference(), "refs/heads/main");
    assert_eq!(refs(), before);
}

fn without_atomic_the_refused_stand_beside_the_answer() {
    let (repository, plan) = one_by_one();
    let theirs = repository.tip("other");
    let ours = commit(&snapshot(&repository), &[write("a", "2")]);
    let id = Some(ours.id().to_string());
    let PushOutcome::Pushed { refused, .. } = ours.push(&plan, &control()).unwrap() else {
        panic!("not pushed")
    };
    let refused: Vec<_> = refused
        .iter()
        .map(|one| (one.reference(), one.reason()))
        .collect();
    assert_eq!(
        refused,
        [("refs/heads/other", RejectionReason::NotFastForward)]
    );
    assert_eq!(
        (repository.tip("main"), repository.tip("more")),
        (id.clone(), id)
    );
    assert_eq!(repository.tip("other"), theirs);
    // The branch has the commit now, and what is refused still is.
    let PushOutcome::Rejected(rejection) = ours.push(&plan, &control()).unwrap() else {
        panic!("not rejected")
    };
    assert_eq!(rejection.reference(), "refs/heads/other");
    let plan = Push::to_branch("main").unwrap();
    let plan = plan.refspec("+HEAD:refs/heads/other").unwrap();
    assert_eq!(ours.push(&plan, &control()).unwrap(), PushOutcome::UpToDate);
    assert_eq!(repository.tip("other"), repository.tip("main"));
}

fn options_reach_the_server() {
    let repository = repository(&[("a", "1")]);
    repository.git(&["config", "receive.advertisePushOptions", "true"]);
    repository.hook(
        "pre-receive",
        "#!/bin/sh\necho \"$GIT_PUSH_OPTION_COUNT $GIT_PUSH_OPTION_0\" > option\n",
    );
    let commit = commit(&snapshot(&repository), &[write("a", "2")]);
    let plan = Push::to_branch("main")
        .unwrap()
        .option("merge_request.title=a \"b\" $c")
        .unwrap();
    assert_pushed(&commit.push(&plan, &control()).unwrap(), &commit, "main");
    let option = std::fs::read_to_string(repository.path().join("option")).unwrap();
    assert_eq!(option, "1 merge_request.title=a \"b\" $c\n");
}

fn only_when_absent() {
    let repository = repository(&[("a", "1")]);
    let create = |branch: &str| Push::to_branch(branch).unwrap().mode(PushMode::Create);
    let first = commit(&snapshot(&repository), &[write("a", "2")]);
    assert_pushed(
        &first.push(&create("new"), &control()).unwrap(),
        &first,
        "new",
    );
    let second = commit(&snapshot(&repository), &[write("a", "3")]);
    let outcome = second.push(&create("new"), &control()).unwrap();
    let found = Some(*first.id());
    assert_eq!(outcome, PushOutcome::Stale { found });
    assert_eq!(repository.tip("new"), Some(first.id().to_string()));
    // The snapshot's own branch is there, and moves forward.
    assert_pushed(
        &second.push(&create("main"), &control()).unwrap(),
        &second,
        "main",
    );
}

/// Made from `main` the first time, built upon the second, also when somebody is faster.
fn a_branch_that_is_continued() {
    use tagwright_gitwrite::{Error, Proposal, Update, UpdateOutcome};
    let repository = repository(&[("a", "")]);
    let base = repository.tip("main").unwrap();
    let update = Update::continuing("updates", branch("main")).unwrap();
    for number in ["1", "2", "3"] {
        let mut times = 0;
        let updated = remote(&repository).update(&update, &control(), |snapshot| {
            times += 1;
            if number == "2" && times == 1 {
                commit_files(&repository, "updates", &[("b", "theirs")]);
            }
            let old = String::from_utf8(snapshot.read("a")?.unwrap()).unwrap();
            let changes = vec![write("a", &format!("{old}{number}"))];
            Ok::<_, Error>(Some(Proposal::new(changes, crate::support::spec(number))))
        });
        let updated = updated.unwrap();
        assert!(
            matches!(updated.outcome, UpdateOutcome::Pushed { .. }),
            "{updated:?}"
        );
        assert_eq!(updated.attempts, if number == "2" { 2 } else { 1 });
    }
    assert_eq!(repository.read("updates", "a"), b"123");
    assert_eq!(repository.read("updates", "b"), b"theirs");
    assert_eq!(
        repository.git(&["rev-list", "--count", "updates"]).trim(),
        "5"
    );
    assert_eq!(repository.git(&["rev-list", "--merges", "updates"]), "");
    assert_eq!(repository.tip("main"), Some(base));
    assert_sound(&repository);
}

/// As Gerrit does with `refs/for/main`: the commit is taken, and no ref of the name is made.
fn to_a_ref_that_is_an_order() {
    let repository = repository(&[("a", "1")]);
    repository.hook(
        "post-receive",
        "#!/bin/sh\ngit update-ref -d refs/for/main\n",
    );
    let commit = commit(&snapshot(&repository), &[write("a", "2")]);
    let push = Push::to_refspec("HEAD:refs/for/main").unwrap();
    let outcome = commit.push(&push, &control()).unwrap();
    assert_pushed(&outcome, &commit, "refs/for/main");
    assert_eq!(repository.git(&["for-each-ref", "refs/for"]), "");
}

fn to_a_refspec_alone() {
    let repository = repository(&[("a", "1")]);
    let before = repository.tip("main");
    let theirs = commit_files(&repository, "other", &[("b", "theirs")]);
    let commit = commit(&snapshot(&repository), &[write("a", "2")]);
    let to = |text: &str| {
        commit
            .push(&Push::to_refspec(text).unwrap(), &control())
            .unwrap()
    };
    assert_pushed(&to("HEAD:refs/heads/new"), &commit, "refs/heads/new");
    assert_eq!(to("HEAD:refs/heads/new"), PushOutcome::UpToDate);
    let found = Some(theirs.parse().unwrap());
    assert_eq!(to("HEAD:refs/heads/other"), PushOutcome::Stale { found });
    assert_pushed(&to("+HEAD:refs/heads/other"), &commit, "refs/heads/other");
    assert_eq!(repository.tip("main"), before);
    assert_sound(&repository);
    let error = Push::to_refspec("HEAD").unwrap_err();
    let text = "invalid refspec \"HEAD\": expected 'source:refs/...', as in 'HEAD:refs/heads/main'";
    assert_eq!(error.to_string(), text);
}

/// A forge protects a branch by a hook, and lets others through.
fn protected_by_a_hook() {
    let repository = repository(&[("a", "1")]);
    let before = repository.tip("main");
    let script = "#!/bin/sh\nwhile read -r old new ref; do\nif [ \"$ref\" = refs/heads/main ]; then\n\
        echo 'GitLab: You are not allowed to push code to protected branches on this project.' >&2\nexit 1\nfi\ndone\n";
    repository.hook("pre-receive", script);
    let commit = commit(&snapshot(&repository), &[write("a", "2")]);
    let PushOutcome::Rejected(rejection) = push(&commit, "main") else {
        panic!("not rejected")
    };
    assert_eq!(rejection.reason(), RejectionReason::ProtectedBranch);
    assert_eq!(repository.tip("main"), before);
    assert_pushed(
        &commit.push(&anew("updates"), &control()).unwrap(),
        &commit,
        "updates",
    );
}
