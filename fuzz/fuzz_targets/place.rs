//! Places of problems.

use tagwright_manifests::Problem;

/// Each problem names the file and a line of it, and prints as one line.
pub fn check(bytes: &[u8], problems: &[Problem]) {
    // Every byte may be a line break in some encoding.
    let most = bytes.len() + 2;
    for problem in problems {
        assert_eq!(problem.file, "fuzz.yaml");
        assert!((1..=most).contains(&problem.line), "{problem}");
        assert!((1..=most).contains(&problem.column), "{problem}");
        assert!(problem.document >= 1, "{problem}");
        assert!(!problem.message.is_empty());
        assert_eq!(problem.to_string().lines().count(), 1, "{problem}");
    }
}
