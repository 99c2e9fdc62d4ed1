//! Facts about the public types.

use std::error::Error as StdError;
use std::fmt::{Debug, Display};
use std::hash::Hash;

use tagwright_policy::{
    CalverFormat, Candidate, Dialect, Error, ErrorKind, Explained, Filter, Finish, Policy,
    PolicyBuilder, Range, Ranked, Selection, Selector, Undated, Verdict, Version,
};

fn threads<T: Send + Sync + Debug>() {}
fn prints<T: Display>() {}
fn hashes<T: Eq + Hash + Clone>() {}
fn is_error<T: StdError + 'static>() {}

#[test]
fn public_types_cross_threads() {
    threads::<CalverFormat>();
    threads::<Candidate<'static>>();
    threads::<Dialect>();
    threads::<Error>();
    threads::<ErrorKind>();
    threads::<Explained>();
    threads::<Filter>();
    threads::<Finish>();
    threads::<Policy>();
    threads::<PolicyBuilder>();
    threads::<Range>();
    threads::<Ranked>();
    threads::<Selection>();
    threads::<Selector>();
    threads::<Undated>();
    threads::<tagwright_policy::guard::Objection>();
    threads::<Verdict>();
    threads::<Version>();
}

#[test]
fn public_types_print_and_hash() {
    prints::<Policy>();
    prints::<Selection>();
    prints::<Range>();
    prints::<Version>();
    prints::<Verdict>();
    hashes::<Range>();
    hashes::<Version>();
    hashes::<Verdict>();
    is_error::<Error>();
    is_error::<tagwright_policy::guard::Objection>();
}

#[test]
fn a_policy_prints_on_one_line() {
    let mut builder = Policy::builder(Dialect::Flux);
    builder
        .numerical("")
        .strict(true)
        .filter("^main-\n(?P<ts>.*)", "$ts")
        .exclude(r"^.*\.sig$");
    assert_eq!(
        builder.build().unwrap().to_string(),
        r"numerical asc, filter ^main-\n(?P<ts>.*), extract $ts, exclude ^.*\.sig$, strict",
    );
    let fleet = Policy::builder(Dialect::Fleet)
        .alphabetical("up")
        .build()
        .unwrap();
    assert_eq!(fleet.to_string(), "alphabetical asc");
    assert_eq!(
        Policy::builder(Dialect::Fleet).build().unwrap().to_string(),
        "semver *"
    );
}

#[cfg(feature = "serde")]
#[test]
fn types_of_ours_pass_through_json() {
    fn back<T: serde::Serialize + for<'de> serde::Deserialize<'de> + PartialEq + Debug>(value: &T) {
        let json = serde_json::to_string(value).unwrap();
        assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), value, "{json}");
    }
    let policy = Policy::builder(Dialect::Flux)
        .semver("5.0.x")
        .build()
        .unwrap();
    let tags = ["5.0.1", "5.0.3", "5.1.0", "latest"];
    back(&policy.select(tags).unwrap());
    back(&policy.explain(tags).unwrap());
    back(&policy.rank(tags, 2).unwrap());
    back(&"YYYY.0M.0D".parse::<CalverFormat>().unwrap());
    back(&"5.0.x".parse::<Range>().unwrap());
    back(&"5.0.1-rc.1+b".parse::<Version>().unwrap());
    let long = format!("1-{}", "a".repeat(254));
    back(&Version::parse_in(Dialect::Fleet, &long).unwrap());
    assert!(serde_json::from_str::<Range>("\"latest\"").is_err());
}
