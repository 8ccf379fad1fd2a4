//! The mark in a target's environment by which what it started is known again, however it detached.

use crate::standin::fresh_hex;
use std::ffi::{OsStr, OsString};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The variable. It is the only one that the harness adds to what a case sets, and only where the sweep needs it: children
/// inherit it without knowing, and it says nothing but which launch they go back to.
pub(crate) const VARIABLE: &str = "SIDECAR_CASE";

static NEXT: AtomicU32 = AtomicU32::new(1);

/// What an entry of an environment must begin with to be of one launch, or of any launch of this process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    entry: Vec<u8>,
}

impl Tag {
    /// Of any launch of this process.
    pub(crate) fn of_run() -> Self {
        Self {
            entry: format!("{VARIABLE}={}.", run()).into_bytes(),
        }
    }

    /// Of one launch, which is a new one, and the value that its environment must hold.
    pub(crate) fn of_next_launch() -> (Self, OsString) {
        let value = format!("{}.{}.", run(), NEXT.fetch_add(1, Ordering::Relaxed));
        let entry = format!("{VARIABLE}={value}").into_bytes();
        (Self { entry }, OsStr::new(&value).to_owned())
    }

    /// Whether one of these entries is its own. Entries are separated by NUL bytes, as the system keeps them. Allocates nothing.
    pub(crate) fn is_in(&self, environment: &[u8]) -> bool {
        environment
            .split(|byte| *byte == 0)
            .any(|entry| entry.starts_with(&self.entry))
    }
}

/// Nobody can have it by chance: 128 bits from the system's random source.
fn run() -> &'static str {
    static RUN: OnceLock<String> = OnceLock::new();
    RUN.get_or_init(|| fresh_hex(32))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(value: &OsStr) -> Vec<u8> {
        format!("A=1\0{VARIABLE}={}\0B=2\0", value.to_str().unwrap()).into_bytes()
    }

    #[test]
    fn a_launch_is_known_by_itself_and_by_its_run() {
        let (one, value) = Tag::of_next_launch();
        let (other, _) = Tag::of_next_launch();
        let environment = environment(&value);
        assert!(one.is_in(&environment) && Tag::of_run().is_in(&environment));
        assert!(!other.is_in(&environment));
    }

    #[test]
    fn launch_1_is_not_launch_11() {
        let one = Tag {
            entry: b"SIDECAR_CASE=x.1.".to_vec(),
        };
        assert!(!one.is_in(b"SIDECAR_CASE=x.11.\0"));
    }

    #[test]
    fn only_the_beginning_of_an_entry_counts() {
        let (one, value) = Tag::of_next_launch();
        let mut environment = environment(&value);
        environment.splice(..0, *b"NOTES=");
        environment.splice(6..10, *b"");
        assert!(!one.is_in(&environment), "{}", environment.escape_ascii());
    }
}
