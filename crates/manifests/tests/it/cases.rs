//! Broken manifests as data: the text of every problem, exactly.
//!
//! A case is a line `### title`, the file, and lines `>>>` with the number of
//! objects that are left and then each problem.

use tagwright_manifests::{Problem, config, fleet, flux};

type Reader = fn(&[u8]) -> (usize, Vec<Problem>);

#[test]
fn flux_problems() {
    run(include_str!("../../testdata/flux-problems.txt"), |bytes| {
        let read = flux::read("f.yaml", bytes);
        let objects = read.objects;
        let count = objects.image_repositories.len()
            + objects.image_policies.len()
            + objects.image_update_automations.len()
            + objects.git_repositories.len()
            + objects.secrets.len();
        (count, read.problems)
    });
}

#[test]
fn fleet_problems() {
    run(include_str!("../../testdata/fleet-problems.txt"), |bytes| {
        let read = fleet::read("f.yaml", bytes);
        let objects = read.objects;
        let count = objects.image_scans.len() + objects.git_repos.len() + objects.secrets.len();
        (count, read.problems)
    });
}

#[test]
fn config_problems() {
    run(
        include_str!("../../testdata/config-problems.txt"),
        |bytes| {
            let read = config::read("f.yaml", bytes);
            let config = read.config;
            let count = config.images.len() + config.policies.len() + config.targets.len();
            (count, read.problems)
        },
    );
}

fn run(file: &str, read: Reader) {
    let cases: Vec<&str> = file.split("### ").skip(1).collect();
    assert!(cases.len() > 5, "the cases are there");
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| difference(case, read))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn difference(case: &str, read: Reader) -> Option<String> {
    let (title, rest) = case.split_once('\n').expect("a title");
    let (file, expected) = rest.split_once(">>> ").expect("an expectation");
    let (count, problems) = read(file.as_bytes());
    let lines = problems.iter().map(|problem| format!("\n>>> {problem}"));
    let found = format!("{count} objects{}", lines.collect::<Vec<_>>().concat());
    let same = found == expected.trim_end();
    (!same).then(|| format!("### {title}\nfound:\n>>> {found}\nexpected:\n>>> {expected}"))
}
