//! Laws, on generated input.

use proptest::prelude::*;
use std::time::{Duration, UNIX_EPOCH};

use tagwright_policy::{
    Candidate, Dialect, ErrorKind, Explained, Filter, Policy, Range, Ranked, Verdict, Version,
};

/// Tags as registries hold them, and noise.
fn tag() -> impl Strategy<Value = String> {
    prop_oneof![
        "v?[0-3]\\.[0-3]\\.[0-3]",
        "[0-2]\\.[0-2]\\.[0-2]-(rc|alpha|0)\\.[0-9]{1,2}",
        "[0-9]{1,3}(\\.[0-9])?",
        "main-[a-f]{2}-[0-9]{1,2}",
        "\\PC{0,6}",
    ]
}

fn tags() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(tag(), 0..20)
}

fn policy() -> impl Strategy<Value = Policy> {
    let flux = || Policy::builder(Dialect::Flux);
    let build = |builder: &tagwright_policy::PolicyBuilder| Just(builder.build().unwrap());
    prop_oneof![
        build(flux().semver("*")),
        build(flux().semver(">=1.0.0-0 <3 || ~0.1")),
        build(flux().semver("!=1.2 ^1")),
        build(flux().alphabetical("asc")),
        build(flux().alphabetical("desc")),
        build(flux().numerical("asc")),
        build(flux().numerical("desc").filter("-(?P<n>[0-9]+)$", "$n")),
        build(flux().semver("*").filter("^v(.*)$", "$1").exclude("\\.0$")),
        build(&Policy::builder(Dialect::Fleet)),
        build(Policy::builder(Dialect::Fleet).alphabetical("x")),
        build(
            flux()
                .calver("YY.MINOR[.MICRO]-MODIFIER")
                .filter("^v?(.*)$", "20$1")
        ),
        build(flux().digest("v1.1.1")),
    ]
}

/// Tags with the day that they were built on, 0 for none; few of each, so that they meet.
fn dated() -> impl Strategy<Value = Vec<(String, u64)>> {
    let tag = prop_oneof!["[ab]", "v?[0-2]\\.[0-2]\\.0(-rc|\\.sig)?", "[0-9]"];
    prop::collection::vec((tag, 0..5_u64), 0..16)
}

fn candidate((tag, day): &(String, u64)) -> Candidate<'_> {
    match day {
        0 => Candidate::new(tag),
        _ => Candidate::new(tag).built(UNIX_EPOCH + Duration::from_secs(86_400 * day)),
    }
}

/// Policies that look at dates, with and without an exclusion.
fn dated_policy() -> impl Strategy<Value = Policy> {
    (0..3_u8, 0..6_u64, any::<bool>()).prop_map(|(order, until, excludes)| {
        let mut builder = Policy::builder(Dialect::Flux);
        match order {
            0 => builder.newest_build(),
            1 => builder.semver(">=0.1.0-0"),
            _ => builder.numerical("desc"),
        };
        if until > 0 {
            builder.built_until(UNIX_EPOCH + Duration::from_secs(86_400 * until));
        }
        if excludes {
            builder
                .exclude(tagwright_policy::DEFAULT_EXCLUSION)
                .exclude("^b");
        }
        builder.build().unwrap()
    })
}

/// Pieces of ranges, so that many of them parse.
fn range() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "(=|!=|>|<|>=|=>|<=|=<|~|~>|\\^)?[ v]?[0-3x*](\\.[0-3x])?(\\.[0-3*])?(-(rc|0)(\\.[0-9])?)?",
        "( |, | \\|\\| |\\|\\|| - )",
        "[ 0-9x.|<>=~^+-]{0,3}",
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_winner_is_in_the_list_and_every_path_agrees(policy in policy(), tags in tags()) {
        let winner = crate::paths::winner(&policy, &tags).unwrap();
        prop_assert!(winner.is_none_or(|winner| tags.contains(&winner)));
        prop_assert_eq!(policy.select(&tags).unwrap().total(), tags.len() as u64);
    }

    #[test]
    fn permuting_changes_nothing(policy in policy(), (tags, shuffled) in tags().prop_flat_map(|tags| {
        (Just(tags.clone()), Just(tags).prop_shuffle())
    })) {
        prop_assert_eq!(policy.select(&tags).unwrap(), policy.select(&shuffled).unwrap());
        prop_assert_eq!(policy.rank(&tags, 3).unwrap(), policy.rank(&shuffled, 3).unwrap());
    }

    #[test]
    fn one_more_tag_never_selects_a_worse_one(policy in policy(), tags in tags(), more in tag()) {
        let before = policy.select(&tags).unwrap();
        let after = policy.select(tags.iter().chain([&more])).unwrap();
        if let Some(before) = before.tag() {
            prop_assert!(policy.compare(after.tag().unwrap(), before).unwrap().is_ge());
        }
    }

    #[test]
    fn the_order_is_total(policy in policy(), a in tag(), b in tag(), c in tag()) {
        if let (Some(ab), Some(ba)) = (policy.compare(&a, &b), policy.compare(&b, &a)) {
            prop_assert_eq!(ab, ba.reverse());
            prop_assert_eq!(ab.is_eq(), a == b);
            if let Some(bc) = policy.compare(&b, &c).filter(|bc| *bc == ab) {
                prop_assert_eq!(policy.compare(&a, &c), Some(bc));
            }
        }
    }

    #[test]
    fn a_ranking_is_sorted_and_starts_with_the_winner(policy in policy(), tags in tags(), limit in 1..6_usize) {
        let ranked = policy.rank(&tags, limit).unwrap();
        prop_assert!(ranked.len() <= limit);
        let selection = policy.select(&tags).unwrap();
        prop_assert_eq!(ranked.first().map(Ranked::tag), selection.tag());
        for pair in ranked.windows(2) {
            prop_assert!(policy.compare(pair[0].tag(), pair[1].tag()).unwrap().is_gt());
        }
    }

    #[test]
    fn dated_tags_obey_the_same_laws(
        policy in dated_policy(),
        (tags, shuffled) in dated().prop_flat_map(|tags| (Just(tags.clone()), Just(tags).prop_shuffle())),
        more in ("[ab]|[0-2]\\.0\\.0", 0..5_u64),
    ) {
        let all = || tags.iter().map(candidate);
        let selection = policy.select(all()).unwrap();
        prop_assert_eq!(&policy.select(shuffled.iter().map(candidate)).unwrap(), &selection);
        prop_assert_eq!(selection.total(), tags.len() as u64);

        let explained = policy.explain(all()).unwrap();
        for &verdict in Verdict::ALL {
            let given = explained.iter().filter(|one| one.verdict() == verdict).count();
            prop_assert_eq!(selection.count(verdict), given as u64);
        }
        let selected = explained.iter().find(|one| one.verdict() == Verdict::Selected);
        prop_assert_eq!(selected.map(Explained::tag), selection.tag());

        let ranked = policy.rank(all(), 99).unwrap();
        prop_assert_eq!(ranked.first().map(Ranked::tag), selection.tag());
        let mut names: Vec<&str> = ranked.iter().map(Ranked::tag).collect();
        prop_assert_eq!(policy.rank(shuffled.iter().map(candidate), 2).unwrap(), &ranked[..names.len().min(2)]);
        names.sort_unstable();
        names.dedup();
        prop_assert_eq!(names.len(), ranked.len(), "each tag once");

        let after = policy.select(all().chain([candidate(&more)])).unwrap();
        prop_assert!(after.tag() == selection.tag() || after.tag() == Some(more.0.as_str()));
    }

    #[test]
    fn a_strict_policy_refuses_what_a_lenient_one_skips(
        filtered in any::<bool>(),
        (tags, shuffled) in tags().prop_flat_map(|tags| (Just(tags.clone()), Just(tags).prop_shuffle())),
    ) {
        let policy = |strict| {
            let mut builder = Policy::builder(Dialect::Flux);
            builder.numerical("asc").exclude("^main").strict(strict);
            if filtered {
                builder.filter("^([0-9.]+)", "$1");
            }
            builder.build().unwrap()
        };
        let (strict, lenient) = (policy(true), policy(false));
        let skipped = lenient.explain(&tags).unwrap().into_iter().filter(|one| one.verdict() == Verdict::NotANumber);
        let least = skipped.map(|one| one.tag().to_owned()).min();
        let paths = [
            crate::paths::winner(&strict, &tags),
            strict.select(&shuffled).map(|selection| selection.tag().map(str::to_owned)),
            strict.rank(&tags, 1).map(|ranked| ranked.first().map(|first| first.tag().to_owned())),
            strict.explain(&tags).map(|_| lenient.select(&tags).unwrap().tag().map(str::to_owned)),
        ];
        for path in paths {
            match &least {
                None => prop_assert_eq!(path.unwrap(), lenient.select(&tags).unwrap().tag().map(str::to_owned)),
                Some(least) => {
                    let error = path.unwrap_err();
                    prop_assert_eq!(error.kind(), ErrorKind::NotANumber);
                    prop_assert_eq!(error.tag(), Some(least.as_str()));
                }
            }
        }
    }

    #[test]
    fn a_range_prints_and_parses_back(source in range()) {
        if let Ok(range) = Range::parse(&source) {
            prop_assert_eq!(range.as_str(), &source);
            prop_assert_eq!(Range::parse(&range.to_string()).unwrap(), range);
        }
    }

    #[test]
    fn a_range_error_has_a_place_in_the_text(source in "\\PC{0,12}|[0-9x.|<>=~^ -]{0,12}") {
        if let Err(error) = Range::parse(&source) {
            let span = error.span().unwrap();
            prop_assert!(source.get(span).is_some());
            prop_assert!(error.render(&source).contains('^'));
        }
    }

    #[test]
    fn a_version_prints_and_parses_back(text in "v?[0-9]{1,3}(\\.[0-9]{1,3}){0,2}(-[0-9a-z-]{1,3}(\\.[0-9a-z]{1,2}){0,2})?(\\+[0-9a-z]{1,3})?") {
        for dialect in [Dialect::Flux, Dialect::Fleet] {
            if let Ok(version) = Version::parse_in(dialect, &text) {
                prop_assert_eq!(&version.to_string().parse::<Version>().unwrap(), &version);
            }
        }
    }

    #[test]
    fn precedence_is_that_of_the_semver_crate(
        a in "[0-2]\\.[0-2]\\.[0-2](-([a-z-]{1,2}|0|[1-9][0-9]{0,2})(\\.([a-z]|0|[1-9][0-9]?)){0,2})?(\\+[a-z0-9]{1,2})?",
        b in "[0-2]\\.[0-2]\\.[0-2](-([a-z-]{1,2}|0|[1-9][0-9]{0,2})(\\.([a-z]|0|[1-9][0-9]?)){0,2})?(\\+[a-z0-9]{1,2})?",
    ) {
        let ours = [&a, &b].map(|text| text.parse::<Version>().unwrap());
        let theirs = [&a, &b].map(|text| semver::Version::parse(text).unwrap());
        prop_assert_eq!(ours[0].cmp_precedence(&ours[1]), theirs[0].cmp_precedence(&theirs[1]));
    }

    #[test]
    fn numbers_order_as_integers_do(a in any::<i128>(), b in any::<i128>(), shift in 0..30_i32) {
        let policy = Policy::builder(Dialect::Flux).numerical("asc").build().unwrap();
        // The same power of ten on both sides keeps the order.
        let tags = [format!("{a}e{shift}"), format!("{b}{}", "0".repeat(usize::try_from(shift).unwrap()))];
        let order = policy.compare(&tags[0], &tags[1]).unwrap();
        if a != b {
            prop_assert_eq!(order, a.cmp(&b));
        }
    }

    #[test]
    fn what_a_match_starts_with_loses_no_match(pattern in "(\\^|\\(\\?i\\)\\^|\\(\\?m\\)\\^|\\(\\^a\\|b\\)|\\^\\(a\\|bc?\\)|\\^a\\*|)[a-c.?*+]{0,4}", tag in "[a-cA-C\n]{0,5}") {
        // The alternative matches nothing, and has no start in common with the pattern.
        let with_no_start = format!("(?:{pattern})|\\zq");
        if let (Ok(filter), Ok(plain)) = (Filter::new(&pattern, "$0"), Filter::new(&with_no_start, "$0")) {
            prop_assert_eq!(filter.key(&tag), plain.key(&tag));
        }
    }

    #[test]
    fn what_a_match_ends_with_loses_no_match(pattern in "[a-c.?*+]{0,4}(\\$|\\(\\?i:\\$\\)|\\(\\?m\\)\\$|\\(b\\$\\|a\\)|\\(a\\|bc?\\)\\$|\\(\\?i:c\\)\\$|a\\*\\$|)", tag in "[a-cA-C\n]{0,5}") {
        let with_no_end = format!("(?:{pattern})|\\zq");
        if let (Ok(filter), Ok(plain)) = (Filter::new(&pattern, "$0"), Filter::new(&with_no_end, "$0")) {
            prop_assert_eq!(filter.key(&tag), plain.key(&tag));
        }
    }

    #[test]
    fn an_exclusion_that_is_known_by_its_ends_excludes_the_same(
        exclusion in "\\^?(\\.\\*|[a-z]\\+|)(\\.sig|rc|-?[0-3]|\\.[0-3]|\\(0\\|1\\)|[0-3]?)\\$?",
        order in 0..3_u8,
        tags in tags(),
    ) {
        let policy = |exclusion: &str| {
            let mut builder = Policy::builder(Dialect::Flux);
            match order {
                0 => builder.semver(">=1.0.0-0"),
                1 => builder.semver("*").filter("^v(.*)$", "$1"),
                _ => builder.alphabetical("asc"),
            };
            builder.exclude(exclusion).build().unwrap()
        };
        let (screened, plain) = (policy(&exclusion), policy(&format!("(?:{exclusion})|\\zq")));
        let (screened_selection, plain_selection) = (screened.select(&tags).unwrap(), plain.select(&tags).unwrap());
        prop_assert_eq!(screened_selection.tag(), plain_selection.tag());
        for verdict in Verdict::ALL {
            prop_assert_eq!(screened_selection.count(*verdict), plain_selection.count(*verdict));
            prop_assert_eq!(screened_selection.examples(*verdict), plain_selection.examples(*verdict));
        }
        // `explain` looks at each tag in full.
        crate::paths::winner(&screened, &tags).unwrap();
    }

    #[test]
    fn a_version_reads_alike_in_a_list_and_alone(text in "v?[0-9]{1,21}(\\.[0-9]{1,2}){0,3}([-+][0-9a-z.-]{0,4}){0,2}") {
        for dialect in [Dialect::Flux, Dialect::Fleet] {
            let policy = Policy::builder(dialect).semver(">=0-0").build().unwrap();
            let selected = policy.select([&text]).unwrap().tag().is_some();
            prop_assert_eq!(selected, Version::parse_in(dialect, &text).is_ok());
        }
    }

    #[test]
    fn a_pattern_compiles_or_its_error_has_a_place(pattern in "[a-c(|)*+?\\[\\]\\\\{},0-9^$.:P<>imsUpLQE-]{0,14}") {
        if let Err(error) = Policy::builder(Dialect::Flux).alphabetical("").filter(&pattern, "").build() {
            prop_assert!(pattern.get(error.span().expect("a place, not a size")).is_some());
        }
    }
}
