use proptest::prelude::*;
use tagwright_manifests::{config, fleet, flux, parse_duration};

const GUIDE: &str = include_str!("../../testdata/flux-guide.yaml");

/// Pieces that make files near to good ones.
fn piece() -> impl Strategy<Value = String> {
    let words = [
        "apiVersion: image.toolkit.fluxcd.io/v1\n",
        "kind: ImagePolicy\n",
        "kind: List\n",
        "kind: Secret\n",
        "metadata: {name: a}\n",
        "metadata:\n",
        "  name: a\n",
        "spec:\n",
        "  policy:\n",
        "    semver: {range: 1.x}\n",
        "kind: Receiver\n",
        "kind: SealedSecret\n",
        "images:\n",
        "policies:\n",
        "  a:b: {image: a, semver: 1.x}\n",
        "targets:\n",
        "  a: {directory: ., policies: [a:b]}\n",
        "guards: {hold: {until: 2026-01-01}}\n",
        "  filterTags: {pattern: '(?P<a>\\[[^])', extract: '${b}$'}\n",
        "sops: {}\n",
        "imageScans:\n",
        "- tagName: a\n",
        "  image: a\n",
        "items:\n",
        "- ",
        "  ",
        "---\n",
        "...\n",
        "&a ",
        "*a ",
        "<<: *a\n",
        "{",
        "}",
        "[",
        "]",
        ": ",
        "'",
        "\"",
        "|\n",
        "# c\n",
        "\t",
        "\r\n",
        "stringData: {password: x}\n",
        "%YAML 1.1\n",
        "!!str ",
        "\u{feff}",
        "é",
        "null\n",
        "5\n",
    ];
    prop_oneof![
        8 => prop::sample::select(words.to_vec()).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn file() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..40).prop_map(|pieces| pieces.concat())
}

/// Every place that is named is in the file, and every line is one line.
fn check_places(
    text: &str,
    problems: &[tagwright_manifests::Problem],
) -> Result<(), TestCaseError> {
    let lines = text.split('\n').count();
    for problem in problems {
        prop_assert!((1..=lines + 1).contains(&problem.line), "{problem}");
        prop_assert!(problem.column >= 1 && problem.document >= 1);
        prop_assert_eq!(problem.to_string().lines().count(), 1);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_file_is_read(text in file()) {
        check_places(&text, &flux::read("f.yaml", text.as_bytes()).problems)?;
        check_places(&text, &fleet::read("f.yaml", text.as_bytes()).problems)?;
        check_places(&text, &config::read("f.yaml", text.as_bytes()).problems)?;
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let file = [b"kind: ImagePolicy\n# image.toolkit.fluxcd.io imageScans\n", &bytes[..]].concat();
        flux::read("f.yaml", &file);
        fleet::read("f.yaml", &file);
        config::read("f.yaml", &file);
    }

    /// A document in front changes nothing of those behind but their places.
    #[test]
    fn a_document_hides_no_other(text in file()) {
        let own = flux::read("f.yaml", text.as_bytes()).objects.image_policies.len();
        let stream = format!("{text}\n---\n{GUIDE}");
        let read = flux::read("f.yaml", stream.as_bytes());
        let policies = read.objects.image_policies;
        prop_assert!(policies.len() > own);
        prop_assert_eq!(&policies[policies.len() - 1].meta.name, "podinfo");
    }

    #[test]
    fn durations_read_back(parts in prop::collection::vec((0_u64..1_000_000, 0_usize..6), 1..5)) {
        let units: [(&str, i128); 6] = [
            ("ns", 1),
            ("us", 1_000),
            ("ms", 1_000_000),
            ("s", 1_000_000_000),
            ("m", 60_000_000_000),
            ("h", 3_600_000_000_000),
        ];
        let texts: Vec<String> = parts.iter().map(|(n, unit)| format!("{n}{}", units[*unit].0)).collect();
        let text = texts.concat();
        let total: i128 = parts.iter().map(|(n, unit)| i128::from(*n) * units[*unit].1).sum();
        prop_assert_eq!(parse_duration(&text).ok(), i64::try_from(total).ok());
        prop_assert_eq!(parse_duration(&format!("-{text}")).ok(), i64::try_from(-total).ok());
    }

    #[test]
    fn any_text_is_a_duration_or_an_error_in_it(text in "[-+0-9.hmsuµn \\PC]{0,12}") {
        if let Err(error) = parse_duration(&text) {
            prop_assert!(text.get(error.span()).is_some());
            prop_assert_eq!(error.to_string().lines().count(), 1);
            prop_assert_eq!(error.render(&text).lines().count(), 5);
        }
    }
}
