//! How a stand-in gets to the place where a client looks for its backend, and how it is known there again.

use std::io;
use std::path::Path;

#[cfg(unix)]
pub(super) fn put(program: &Path, at: &Path) -> io::Result<()> {
    // A link, so that the path as it was launched tells one sandbox from another.
    std::os::unix::fs::symlink(program, at)
}

#[cfg(windows)]
pub(super) fn put(program: &Path, at: &Path) -> io::Result<()> {
    std::fs::hard_link(program, at).or_else(|_| std::fs::copy(program, at).map(|_| ()))
}

/// Whether a command line, as the system shows it, is one of the program at that place.
#[cfg(unix)]
pub(super) fn shows(line: &str, placed: &Path) -> bool {
    line.starts_with(&*placed.to_string_lossy())
}

/// Whether a program, as the system shows it, is the one at that place. Of a file with several links the system may show any, as a rule the
/// one that was run first, which may have lain in another sandbox that is gone: only the last name is sure.
#[cfg(windows)]
pub(super) fn shows(program: &str, placed: &Path) -> bool {
    let name = placed.file_name().unwrap_or_default().to_string_lossy();
    let shown = Path::new(program).file_name().unwrap_or_default();
    shown.to_string_lossy().eq_ignore_ascii_case(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[cfg(unix)]
    #[rstest]
    #[case("/s/1/backend/server --socket=/s/x", true)]
    #[case("/s/1/backend/server", true)]
    #[case("/s/2/backend/server", false)]
    #[case("sh -c /s/1/backend/server", false)]
    #[case("", false)]
    fn a_stand_in_is_known_by_its_path(#[case] line: &str, #[case] expected: bool) {
        assert_eq!(shows(line, Path::new("/s/1/backend/server")), expected);
    }

    #[cfg(windows)]
    #[rstest]
    #[case(r"C:\s\1\backend\server.exe", true)]
    #[case(r"C:\s\2\backend\SERVER.EXE", true)]
    #[case(r"C:\windows\system32\conhost.exe", false)]
    #[case("", false)]
    fn a_stand_in_is_known_by_its_name(#[case] program: &str, #[case] expected: bool) {
        assert_eq!(
            shows(program, Path::new(r"C:\s\1\backend\server.exe")),
            expected
        );
    }
}
