//! The one path of a file, in a form that other programs understand.

use std::io;
use std::path::{Path, PathBuf};

/// Begins a path that Windows takes literally: no `/`, no `..`, and many programs do not know it.
const LITERAL: &str = r"\\?\";

/// From this length on only a literal path works everywhere (`MAX_PATH`).
const LONGEST_PLAIN: usize = 260;

/// The absolute path without links. On Windows it comes without the prefix that the system puts before it, because what is
/// joined to such a path is taken to the letter.
///
/// # Errors
/// The system's own, when nothing is at the path.
pub fn canonical(path: &Path) -> io::Result<PathBuf> {
    let found = path.canonicalize()?;
    let plain = found.to_str().and_then(plain);
    Ok(plain.map(PathBuf::from).unwrap_or(found))
}

/// A literal path that begins with a drive, as the plain one that means the same.
fn plain(path: &str) -> Option<&str> {
    let rest = path.strip_prefix(LITERAL)?;
    let drive =
        matches!(rest.as_bytes(), [letter, b':', b'\\', ..] if letter.is_ascii_alphabetic());
    (drive && rest.len() < LONGEST_PLAIN).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::drive(r"\\?\Z:\a b\c.toml", Some(r"Z:\a b\c.toml"))]
    #[case::share(r"\\?\UNC\server\share\c", None)]
    #[case::plain_already(r"C:\a", None)]
    #[case::unix("/tmp/a", None)]
    #[case::volume(r"\\?\Volume{0}\a", None)]
    fn only_a_drive_is_made_plain(#[case] path: &str, #[case] expected: Option<&str>) {
        assert_eq!(plain(path), expected);
    }

    #[test]
    fn a_long_path_stays_literal() {
        let path = format!(r"\\?\C:\{}", "x".repeat(LONGEST_PLAIN));
        assert_eq!(plain(&path), None);
    }

    #[test]
    fn what_is_joined_to_it_is_found() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("below")).unwrap();
        let found = canonical(&directory.path().join("below")).unwrap();
        assert!(found.is_absolute() && found.join("../below").is_dir());
        assert!(canonical(&found.join("none")).is_err());
    }
}
