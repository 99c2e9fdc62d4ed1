//! `tagwright.yaml`, as automations: one for each of its targets.

mod images;
mod policies;
mod targets;

use config::Config;
use tagwright_manifests::config::{self, Dialect as Written};
use tagwright_manifests::{Location, ObjectRef};
use tagwright_policy::Dialect;

use crate::access::SecretName;
use crate::automation::AutomationBuilder;
use crate::guard::Guards;
use crate::loader::Loading;
use crate::objects::DEFAULT_NAMESPACE;
use crate::problem::Problem;

/// A builder for each target that is not suspended and can be honoured.
pub(crate) async fn load(config: &Config, loading: &mut Loading<'_>) -> Vec<AutomationBuilder> {
    let mut found = Vec::new();
    let policies = policies::configured(config, loading).await;
    for target in &config.targets {
        let subject = subject("target", &target.name, &target.location);
        if target.suspend {
            loading.suspend("", &target.name, subject);
            continue;
        }
        match targets::builder(config, target, &policies, loading).await {
            Ok(builder) => found.push(builder),
            Err(reason) => loading.problems.push(Problem::error(subject, reason)),
        }
    }
    found
}

/// `kind name (file:line)`.
fn subject(kind: &str, name: &str, place: &Location) -> String {
    format!("{kind} {name} ({}:{})", place.file, place.line)
}

fn dialect(config: &Config) -> Dialect {
    match config.dialect {
        Written::Fleet => Dialect::Fleet,
        _ => Dialect::Flux,
    }
}

/// A name alone is of the namespace that `kubectl` takes.
fn secret(reference: Option<&ObjectRef>) -> Option<SecretName> {
    let named = |reference: &ObjectRef| {
        let namespace = reference.namespace.as_deref();
        SecretName::new(namespace.unwrap_or(DEFAULT_NAMESPACE), &reference.name)
    };
    reference.map(named)
}

fn guards(written: &config::Guards) -> Guards {
    let mut guards = Guards::new();
    if let Some(on) = written.no_downgrade {
        guards = guards.no_downgrade(on);
    }
    if let Some(hold) = &written.hold {
        guards = match &hold.at {
            Some(tag) => guards.hold_at(tag, hold.until),
            None => guards.hold(hold.until),
        };
    }
    if let Some(age) = written.min_age {
        guards = guards.minimum_age(age);
    }
    if let Some(percent) = written.max_shrink {
        guards = guards.maximum_shrink(percent);
    }
    if !written.skip.is_empty() {
        guards = guards.skip(&written.skip);
    }
    guards
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn guards_are_taken_one_by_one() {
        let day = UNIX_EPOCH + Duration::from_secs(1_798_070_400);
        for (written, expected) in [
            ("{}", Guards::new()),
            ("{noDowngrade: true}", Guards::new().no_downgrade(true)),
            ("{noDowngrade: false}", Guards::new().no_downgrade(false)),
            ("{hold: {at: 5.0.9}}", Guards::new().hold_at("5.0.9", None)),
            ("{hold: {until: 2026-12-24}}", Guards::new().hold(Some(day))),
            (
                "{hold: {at: a, until: 2026-12-24}}",
                Guards::new().hold_at("a", Some(day)),
            ),
            (
                "{minAge: 1h}",
                Guards::new().minimum_age(Duration::from_secs(3600)),
            ),
            ("{maxShrink: 50}", Guards::new().maximum_shrink(50)),
            ("{skip: [a, b]}", Guards::new().skip(["a", "b"])),
        ] {
            let text = format!("guards: {written}\n");
            let read = config::read("tagwright.yaml", text.as_bytes());
            assert_eq!(read.problems, []);
            assert_eq!(guards(&read.config.guards), expected, "{written}");
        }
    }
}
