use std::fmt::Write as _;

use tagwright_manifests::{Problem, config, flux};

const HEAD: &str =
    "apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageRepository\nmetadata: {name: a}\n";

fn problems(text: &str) -> Vec<Problem> {
    flux::read("f.yaml", text.as_bytes()).problems
}

#[track_caller]
fn refused(text: &str, message: &str) {
    let problems = problems(text);
    assert!(
        problems.iter().any(|one| one.message == message),
        "{problems:?}"
    );
}

#[test]
fn deep_nesting() {
    let deep =
        |levels: usize| format!("{HEAD}spec: {}{}\n", "[".repeat(levels), "]".repeat(levels));
    refused(&deep(100), "nested deeper than 100 levels");
    refused(&deep(99), "expected a map, found a list");
    assert_eq!(problems(&deep(100_000)).len(), 1);
    let levels = (0..2_000).map(|level| format!("{}a:\n", " ".repeat(level)));
    let blocks = levels.collect::<Vec<_>>().concat();
    assert_eq!(problems(&format!("{HEAD}{blocks}")).len(), 1);
}

#[test]
fn aliases_that_multiply() {
    let levels = (1..20).map(|level| {
        let below = vec![format!("*a{}", level - 1); 9].join(", ");
        format!("a{level}: &a{level} [{below}]\n")
    });
    let bomb =
        "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned() + &levels.collect::<Vec<_>>().concat();
    refused(
        &format!("{HEAD}{bomb}"),
        "aliases make the document much larger than it is written",
    );
    let nested = "- &a ".repeat(50);
    assert_eq!(problems(&format!("{HEAD}spec: {nested}x\n")).len(), 1);
}

#[test]
fn lists_of_lists() {
    let list = "{kind: List, items: [".repeat(40);
    let end = "]}".repeat(40);
    let text = format!("# image.toolkit.fluxcd.io\n{list}{end}\n");
    assert_eq!(problems(&text), []);
}

#[test]
fn a_hundred_thousand_documents() {
    let others = "---\nkind: Kustomization\nspec: {{ image.toolkit.fluxcd.io\n".repeat(100_000);
    let ours = format!("---\n{HEAD}spec: {{image: a}}\n").repeat(1_000);
    let stream = format!("{others}{ours}");
    let read = flux::read("f.yaml", stream.as_bytes());
    assert_eq!(read.objects.image_repositories.len(), 1_000);
    assert_eq!(read.problems.len(), 1_000, "each lacks its interval");
    assert_eq!(read.problems[999].document, 101_000);
}

#[test]
fn more_than_is_read() {
    let long = format!("{HEAD}# {}\n", "x".repeat(16 << 20));
    refused(&long, "longer than 16777216 bytes");
    let many = format!("{HEAD}spec: [{}]\n", "a,".repeat(300_000));
    refused(&many, "more than 300000 values in one document");
}

#[test]
fn many_unknown_fields() {
    let fields: Vec<String> = (0..1_000).map(|n| format!("  field{n}: 1\n")).collect();
    let fields = fields.concat();
    assert_eq!(
        problems(&format!(
            "{HEAD}spec:\n  image: a\n  interval: 5m\n{fields}"
        ))
        .len(),
        1_000
    );
    let long = "x".repeat(100_000);
    let problem = &problems(&format!(
        "{HEAD}spec:\n  image: a\n  interval: 5m\n  ? {long}\n  : 1\n"
    ))[0];
    assert!(problem.to_string().len() < 200, "{problem}");
}

#[test]
fn tabs_and_odd_bytes() {
    assert_eq!(problems(&format!("{HEAD}spec:\n\timage: a\n")).len(), 1);
    for text in [
        "",
        "---",
        "...",
        "%",
        "\u{feff}",
        "kind:",
        "\n\n---\n\n",
        "\0",
        "- - -",
    ] {
        assert_eq!(problems(text), [], "{text:?}");
        let with_group = format!("{text}\n# image.toolkit.fluxcd.io");
        flux::read("f.yaml", with_group.as_bytes());
    }
}

#[test]
fn many_names_that_are_not_defined() {
    let mut text = "images:\n".to_owned();
    for number in 0..20_000 {
        writeln!(text, "  image{number}: {{image: a}}").expect("a string takes all");
    }
    text += "policies:\n";
    for number in 0..20_000 {
        writeln!(text, "  a:b{number}: {{image: imag{number}, semver: '*'}}").expect("likewise");
    }
    let read = config::read("f.yaml", text.as_bytes());
    assert_eq!(read.problems.len(), 20_000);
    assert_eq!(read.config.images.len(), 20_000);
    assert!(read.config.policies.is_empty());
}

#[test]
fn patterns_and_extracts_of_any_length() {
    for (pattern, extract) in [
        ("(".repeat(100_000), "$1".repeat(100_000)),
        ("[".repeat(100_000), "${".repeat(100_000)),
        ("(?P<".repeat(100_000), "$a".repeat(100_000)),
        ("[[:".repeat(100_000), "$$".repeat(100_000)),
    ] {
        let text = format!(
            "apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImagePolicy\nmetadata: {{name: a}}
spec: {{imageRepositoryRef: {{name: a}}, policy: {{numerical: {{}}}}, filterTags: {{pattern: '{pattern}', extract: '{extract}'}}}}\n"
        );
        let read = flux::read("f.yaml", text.as_bytes());
        assert!(read.problems.len() <= 1, "{:?}", read.problems);
        assert_eq!(read.objects.image_policies.len(), 1);
    }
}

#[test]
fn a_secret_of_many_keys() {
    let keys: Vec<String> = (0..100_000).map(|n| format!("  key{n}: x\n")).collect();
    let text = format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\nstringData:\n{}",
        keys.concat()
    );
    assert_eq!(problems(&text), []);
}
