//! The version that a program says of itself, for targets that need an interpreter of some age.

use super::error::SpawnError;
use super::launch::Launch;
use std::path::PathBuf;
use std::time::Duration;

/// Longest time that a program may take to say its version. Interpreters take 50 ms, cold ones some seconds.
const WITHIN: Duration = Duration::from_secs(20);

/// A version: its numbers, the greatest first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(Vec<u64>);

impl Version {
    /// The first numbers with dots between them in a text: `v20.11.1` and `Python 3.11.7` have one.
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        let start = text.find(|character: char| character.is_ascii_digit())?;
        let rest = text.get(start..)?;
        let end = rest.find(|character: char| !character.is_ascii_digit() && character != '.');
        let numbers = rest.get(..end.unwrap_or(rest.len()))?;
        let parts = numbers.split('.').filter(|part| !part.is_empty());
        parts
            .map(|part| part.parse().ok())
            .collect::<Option<Vec<u64>>>()
            .map(Self)
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let numbers: Vec<String> = self.0.iter().map(u64::to_string).collect();
        f.write_str(&numbers.join("."))
    }
}

/// Why no version is known.
#[derive(Debug, thiserror::Error)]
pub enum VersionError {
    /// The program cannot be started.
    #[error(transparent)]
    Spawn(#[from] SpawnError),
    /// No runtime could be made to watch it.
    #[error("could not watch `{program}`: {source}")]
    Runtime {
        /// The program.
        program: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// It says none.
    #[error("`{program}` did not say its version within {WITHIN:?}: {said}")]
    Unsaid {
        /// The program with its arguments.
        program: String,
        /// What it said instead.
        said: String,
    },
}

/// Asks a program for its version. `argv` is the program and the arguments that make it say it. Blocks, and must not be called within a
/// tokio runtime.
///
/// # Errors
/// [`VersionError`] when it cannot be started, or says none in time.
pub fn version_of(argv: &[String]) -> Result<Version, VersionError> {
    let program = argv.join(" ");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| VersionError::Runtime {
            program: program.clone(),
            source,
        })?;
    let first = argv.first().map(PathBuf::from).unwrap_or_default();
    let mut launch = Launch::new(first).args(argv.get(1..).unwrap_or_default());
    // Runtimes on Windows do not come up without some of what a target has too.
    for (name, value) in crate::sandbox::taken_over() {
        launch = launch.env(name, value);
    }
    runtime.block_on(async {
        let process = launch.start()?;
        let ended = process.wait(WITHIN).await;
        let said = format!("{}{}", process.stdout().text(), process.stderr().text());
        let version = ended.ok().and_then(|_| Version::find(&said));
        let _ = process.end().await;
        version.ok_or_else(|| VersionError::Unsaid {
            program,
            said: format!("{:?}", said.trim()),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("v20.11.1\n", Some("20.11.1"))]
    #[case("Python 3.11.7", Some("3.11.7"))]
    #[case("tool 7", Some("7"))]
    #[case("1..2", Some("1.2"))]
    #[case("no version", None)]
    #[case("99999999999999999999999", None)]
    fn finds_a_version(#[case] text: &str, #[case] version: Option<&str>) {
        let found = Version::find(text).map(|version| version.to_string());
        assert_eq!(found.as_deref(), version);
    }

    #[rstest]
    #[case("20", "20.1", true)]
    #[case("20", "20", true)]
    #[case("20", "18.99", false)]
    #[case("20.10", "20.9", false)]
    fn compares_by_number(#[case] at_least: &str, #[case] found: &str, #[case] enough: bool) {
        assert_eq!(Version::find(found) >= Version::find(at_least), enough);
    }

    #[cfg(unix)]
    #[test]
    fn asks_the_program() {
        let argv = ["sh", "-c", "echo tool v3.2"].map(str::to_owned);
        assert_eq!(version_of(&argv).unwrap().to_string(), "3.2");
    }

    #[cfg(unix)]
    #[test]
    fn says_what_was_said_instead() {
        let argv = ["sh", "-c", "echo none; exit 3"].map(str::to_owned);
        let error = version_of(&argv).unwrap_err().to_string();
        assert!(error.contains("\"none\""), "{error}");
    }
}
