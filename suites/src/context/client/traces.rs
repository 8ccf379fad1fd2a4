//! What a client has written down about its backends, changed by a case.

use crate::context::Context;
use crate::verdict::Outcome;
use std::path::Path;

impl Context {
    /// Has every text that the client wrote anywhere in the sandbox name another process in place of this one, as if the other had
    /// been given its id.
    ///
    /// # Errors
    /// [`crate::verdict::Stop::Harness`] when a file cannot be written.
    pub fn rename_process(&self, pid: u32, other: u32) -> Outcome {
        let root = self.root();
        let launched = self.backend_path();
        let own = launched.parent().unwrap_or(Path::new(""));
        for path in self.listing().into_iter().map(|path| root.join(path)) {
            if path.starts_with(own) || !path.symlink_metadata()?.is_file() {
                continue;
            }
            let Ok(text) = std::fs::read_to_string(&path) else {
                continue;
            };
            let changed = renamed(&text, &pid.to_string(), &other.to_string());
            if changed != text {
                self.recorder()
                    .note(format!("{} names process {other} now", path.display()));
                std::fs::write(&path, changed)?;
            }
        }
        Ok(())
    }
}

/// The text with one whole number for another.
fn renamed(text: &str, number: &str, other: &str) -> String {
    let digit = |one: Option<char>| one.is_some_and(|one| one.is_ascii_digit());
    let mut changed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(number) {
        let (before, found) = rest.split_at(at);
        let after = found.get(number.len()..).unwrap_or_default();
        let before_it = before.chars().next_back().or(changed.chars().next_back());
        changed.push_str(before);
        let whole = !digit(before_it) && !digit(after.chars().next());
        changed.push_str(if whole { other } else { number });
        rest = after;
    }
    changed.push_str(rest);
    changed
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("", "")]
    #[case("12", "777")]
    #[case(
        "{\"pid\":12,\"at\":\"12:3412 12\"}",
        "{\"pid\":777,\"at\":\"777:3412 777\"}"
    )]
    #[case("112 123 012 1212", "112 123 012 1212")]
    #[case("é12é", "é777é")]
    fn only_whole_numbers_are_renamed(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(renamed(text, "12", "777"), expected);
    }
}
