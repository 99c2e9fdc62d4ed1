//! The pages of `docs/`: their commands are run, and what they show is what comes.

mod page;
mod shell;

use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::named::World;
use page::Page;
use tagwright_testkit::harness::{TestResult, Trial, test};

/// A page, the folder of `docs/example` that its repository holds, and how many of its blocks are run, are files, and are
/// only shown: a block that stops being run does so in nobody's back.
const PAGES: &[(&str, &str, [usize; 3])] = &[
    ("credentials", "flux", [6, 0, 0]),
    ("from-fleet", "fleet", [2, 0, 2]),
    ("from-flux", "flux", [5, 0, 3]),
    ("json", "flux", [4, 0, 0]),
    ("markers", "flux", [3, 2, 0]),
    ("non-goals", "flux", [0, 0, 0]),
    ("pipelines", "flux", [5, 0, 0]),
    ("policies", "flux", [5, 2, 0]),
    ("security", "flux", [0, 0, 0]),
    ("service", "flux", [4, 0, 6]),
];

pub(crate) fn tests() -> Vec<Trial> {
    let pages = PAGES.iter().map(|&(name, example, blocks)| {
        test(format!("docs::{name}"), move || walk(name, example, blocks))
    });
    let others = [
        test("docs::every_page_is_walked", every_page_is_walked),
        test("docs::links_lead_somewhere", links_lead_somewhere),
        test("docs::a_page_is_read_as_its_reader_sees_it", page::is_read),
    ];
    pages.chain(others).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn walk(name: &str, example: &str, blocks: [usize; 3]) -> TestResult {
    let page = Page::read(&root().join("docs").join(format!("{name}.md")));
    assert_eq!(page.counts(), blocks, "{name}: run, files, only shown");
    let world = World::new(&root().join("docs/example").join(example))?;
    let ran = shell::run(&world, &page);
    if env::var_os("TAGWRIGHT_DOCS").is_some_and(|value| value == "write") {
        page.write(&ran, |one, other| world.normal(one) == world.normal(other));
        return Ok(());
    }
    let commands = page.commands();
    let differing: Vec<String> = commands
        .zip(&ran)
        .filter(|(command, ran)| {
            world.normal(&command.output) != world.normal(&ran.output) || ran.code != 0
        })
        .map(|(command, ran)| {
            format!(
                "line {}: $ {}\n--- the page has\n{}--- exit code {}\n{}",
                command.line, command.text, command.output, ran.code, ran.output
            )
        })
        .collect();
    assert!(differing.is_empty(), "{name}.md\n{}", differing.join("\n"));
    Ok(())
}

/// But for the index.
fn every_page_is_walked() {
    let files = fs::read_dir(root().join("docs")).expect("a folder");
    let mut found: Vec<String> = files
        .filter_map(|file| file.expect("a file").file_name().into_string().ok())
        .filter_map(|name| Some(name.strip_suffix(".md")?.to_owned()))
        .filter(|name| name != "README")
        .collect();
    found.sort();
    let mut walked: Vec<&str> = PAGES.iter().map(|(name, ..)| *name).collect();
    walked.sort_unstable();
    assert_eq!(found, walked);
}

fn links_lead_somewhere() {
    let docs = root().join("docs");
    let pages = fs::read_dir(&docs)
        .expect("a folder")
        .map(|file| file.expect("a file").path());
    let pages = pages.filter(|path| path.extension().is_some_and(|ending| ending == "md"));
    let mut broken = Vec::new();
    for path in pages.chain([
        root().join("README.md"),
        root().join("examples/tagwright/README.md"),
    ]) {
        let text = fs::read_to_string(&path).expect("a page");
        for link in page::links(&text) {
            if !leads(&path, &link) {
                broken.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// To a file, and to a heading of it where one is named.
fn leads(from: &Path, link: &str) -> bool {
    if link.contains("://") {
        return true;
    }
    let (file, heading) = link.split_once('#').unwrap_or((link, ""));
    let file = match file {
        "" => from.to_owned(),
        file => from.parent().expect("it is in a folder").join(file),
    };
    let is_there = file.exists();
    let has_heading = || {
        let text = fs::read_to_string(&file).unwrap_or_default();
        page::headings(&text).any(|found| found == heading)
    };
    is_there && (heading.is_empty() || has_heading())
}
