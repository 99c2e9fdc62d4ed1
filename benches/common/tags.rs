//! Tag lists as registries hold them.

use super::rng::Rng;

/// The filter that most users write: a build of the main branch, with its time.
pub(crate) const MAIN_BUILDS: &str = "^main-[a-f0-9]+-(?P<ts>[0-9]+)$";

/// What [`MAIN_BUILDS`] extracts.
pub(crate) const MAIN_BUILDS_KEY: &str = "$ts";

/// `count` different tags in no order: half plain versions, then `v`, prereleases, `-alpine`, `main-<sha>-<time>`.
pub(crate) fn mixed(count: usize) -> Vec<String> {
    let mut rng = Rng::new(0x7461_6773);
    let mut tags: Vec<String> = (0..count).map(|index| tag(index, &mut rng)).collect();
    rng.shuffle(&mut tags);
    tags
}

/// The kinds take turns in twenties: 10 plain, 3 with `v`, 2 prereleases, 2 `-alpine`, 3 builds of a branch.
fn tag(index: usize, rng: &mut Rng) -> String {
    let (round, turn) = (index / 20, index % 20);
    match turn {
        0..10 => version(round * 10 + turn),
        10..13 => format!("v{}", version(round * 3 + turn - 10)),
        13 => format!("{}-rc.{}", version(round), 1 + rng.below(9)),
        14 => format!("{}-beta.{}", version(round), 1 + rng.below(9)),
        15..17 => format!("{}-alpine", version(round * 2 + turn - 15)),
        _ => format!(
            "main-{:07x}-{}",
            rng.below(1 << 28),
            1_600_000_000 + index * 61
        ),
    }
}

/// The n-th version: majors 0 to 11, minors 0 to 59, as many patches as it takes.
fn version(n: usize) -> String {
    format!("{}.{}.{}", n % 12, n / 12 % 60, n / 720)
}
