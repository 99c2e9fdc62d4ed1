//! A document that the quick reader takes is read as the full parser reads it: the same steps, spans and comments, and
//! the same error behind them.
//!
//! Beside libFuzzer's own changes of bytes, lines are moved, indented, and mixed with those of a manifest.

#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_target!(|text: &str| {
    if let Some(difference) = difference_of_readers(text) {
        panic!("{difference}");
    }
});

#[cfg(fuzzing)]
use tagwright_markers::difference_of_readers;

/// Built without cargo-fuzz the crate's door is shut; such a build only shows that the rest compiles.
#[cfg(not(fuzzing))]
fn difference_of_readers(_: &str) -> Option<String> {
    None
}

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let mut random = Random(seed);
    let text = std::str::from_utf8(&data[..size]).ok();
    let Some(text) = text.filter(|_| random.below(3) > 0) else {
        return fuzzer_mutate(data, size, max_size);
    };
    let changed = change(text, &mut random);
    if changed.len() > max_size {
        return fuzzer_mutate(data, size, max_size);
    }
    data[..changed.len()].copy_from_slice(changed.as_bytes());
    changed.len()
});

struct Random(u32);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as usize % bound.max(1)
    }

    fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

/// One to three changes of whole lines, or of a line's head or value.
fn change(text: &str, random: &mut Random) -> String {
    let line_break = if text.contains('\r') { "\r\n" } else { "\n" };
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..=random.below(3) {
        change_line(&mut lines, random);
    }
    let line_break = if random.below(20) == 0 {
        "\r\n"
    } else {
        line_break
    };
    lines.join(line_break) + ["", line_break][random.below(2)]
}

fn change_line(lines: &mut Vec<String>, random: &mut Random) {
    let manifest: Vec<&str> = MANIFEST.lines().collect();
    let at = random.below(lines.len() + 1);
    if at == lines.len() {
        return lines.push(random.one_of(&manifest).to_owned());
    }
    let other = random.below(lines.len());
    match random.below(8) {
        0 => drop(lines.remove(at)),
        1 => lines.swap(at, other),
        2 => lines.insert(at, random.one_of(&manifest).to_owned()),
        3 => lines[at].insert_str(0, random.one_of(&["  ", " ", "- ", "\t", "# ", "? "])),
        4 => lines[at] = lines[at].trim_start_matches([' ', '-']).to_owned(),
        5 => lines[at].push_str(random.one_of(TAILS)),
        6 => lines
            .splice(
                at..at,
                manifest[random.below(manifest.len())..]
                    .iter()
                    .take(4)
                    .map(|&line| line.to_owned()),
            )
            .for_each(drop),
        _ => {
            let end = lines[at]
                .find(": ")
                .map_or(lines[at].len(), |colon| colon + 2);
            lines[at].truncate(end);
            lines[at].push_str(random.one_of(TAILS));
        }
    }
}

const TAILS: &[&str] = &[
    "",
    " ",
    " # a",
    "#a",
    "\t",
    ":",
    ": ",
    "|",
    ">-",
    "|+2",
    "|1-",
    "''",
    "'it''s'",
    "\"\\\"\\u00fc\"",
    "\"",
    "'",
    "[]",
    "{}",
    "[a, 'b', {c: d}]",
    "{a: b, c}",
    "[",
    "]",
    "}",
    ",",
    "&a",
    "*a",
    "!!str x",
    "!t",
    "~",
    "-",
    "--",
    "...",
    "\\",
    "http://h:1/p#f",
    "\u{fc}",
    "\u{1f6a2}",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "@",
    "%",
    "`",
    "? ",
    "- ",
    "<<",
    "a\tb",
];

/// What manifests are written in, and some of what they seldom are.
const MANIFEST: &str = r#"# of the shop
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: "shop"   # quoted
  labels: {app: shop, 'tier': "web"}
  annotations:
    example.com/note: it's a: note
spec:
  template:
    spec:
      containers:
      - name: shop
        image: registry.example.com:5000/shop:1.2.3 # {"$imagepolicy": "flux-system:shop"}
        args: ["--level=info", --port, 8080]
        command:
        - sh
        - -c
        - |
          set -e # no comment
          echo "a: b"

          - exec

      -   name: side
          env:
            - {name: A, value: "1"}
            -
              name: B
            # of the next
            - - nested
              -   - more
  empty:
  null-like: ~
  folded: >-
    one
     two

    three
  kept: |+
    end

  multi: one
    two
  "quoted key": 'x'
  ? complex
  : value
  anchor: &a !!str text
  alias: *a
  <<: *a
  flow: [a,
    b]
...
%YAML 1.2
--- # next
- a
-
- b: c
  d:
  - e
--- |
 text
"#;
