//! "ImagePolicy Examples", tried on tags before they are put into a manifest.

use crate::program::run_with;

/// A filter with what is extracted, an order, tags, and which of them wins.
struct Example {
    flags: &'static [&'static str],
    tags: &'static str,
    wins: &'static str,
}

const EXAMPLES: [Example; 7] = [
    // "Select the latest main branch build tagged as ${GIT_BRANCH}-${GIT_SHA:0:7}-$(date +%s) (numerical)"
    Example {
        flags: &[
            "--filter=^main-[a-fA-F0-9]+-(?P<ts>.*)",
            "--extract=$ts",
            "--numerical=asc",
        ],
        tags: "main-2d3fcbd-1611906956 main-ffffff0-1611906955 main-2d3fcbd-999999999 dev-2d3fcbd-1700000000 latest",
        wins: "main-2d3fcbd-1611906956",
    },
    // "A more strict filter"
    Example {
        flags: &[
            "--filter=^main-[a-fA-F0-9]+-(?P<ts>[1-9][0-9]*)",
            "--extract=$ts",
            "--numerical=asc",
        ],
        tags: "main-2d3fcbd-1611906956 main-2d3fcbd-0 main-2d3fcbd-next",
        wins: "main-2d3fcbd-1611906956",
    },
    // "Select the latest stable version"
    Example {
        flags: &["--semver=>=1.0.0"],
        tags: "0.9.0 1.0.0 1.10.0 1.9.0 2.0.0-rc.1 latest",
        wins: "1.10.0",
    },
    // "Select the latest stable patch version in the 1.x range"
    Example {
        flags: &["--semver=>=1.0.0 <2.0.0"],
        tags: "1.0.0 1.2.3 2.0.0",
        wins: "1.2.3",
    },
    // "Select the latest version including pre-releases"
    Example {
        flags: &["--semver=>=1.0.0-0"],
        tags: "1.0.0 2.0.0-rc.1 2.0.0-beta.2",
        wins: "2.0.0-rc.1",
    },
    // "Select the latest release candidate"
    Example {
        flags: &["--filter=.*-rc.*", "--semver=^1.x-0"],
        tags: "1.0.0-rc.1 1.1.0-rc.10 1.1.0-rc.9 1.1.0 2.0.0-rc.1",
        wins: "1.1.0-rc.10",
    },
    // "Select the latest release tagged as RELEASE.<RFC3339-TIMESTAMP> (alphabetical)"
    Example {
        flags: &[
            r"--filter=^RELEASE\.(?P<timestamp>.*)Z$",
            "--extract=$timestamp",
            "--alphabetical=asc",
        ],
        tags: "RELEASE.2021-01-08T21-18-21Z RELEASE.2021-01-16T02-19-44Z RELEASE.2020-12-31T23-59-59Z edge",
        wins: "RELEASE.2021-01-16T02-19-44Z",
    },
];

pub(super) fn examples() {
    for Example { flags, tags, wins } in EXAMPLES {
        let mut arguments = vec!["select", "-"];
        arguments.extend(flags);
        let ran = run_with(&arguments, &tags.replace(' ', "\n"));
        let told = (ran.code, ran.stdout, ran.stderr);
        assert_eq!(told, (0, format!("{wins}\n"), String::new()), "{flags:?}");
    }
}
