//! What a manifest says of failures that are known: the tables `[[expected]]` and `[[quarantine]]`.

use super::date::{self, Date};
use super::manifest::Manifest;
use super::validate::Fault;
use serde::Deserialize;

/// A failure that is known, and who answers for it until when. All of it has to be said.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// The cases: an id, or a glob of `*` and `?`.
    pub case: String,
    /// A text that the failure's step, or what it expected or saw, must hold.
    pub message: String,
    /// Why it is let be.
    pub reason: String,
    /// Where it is followed up.
    pub issue: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it holds.
    #[serde(deserialize_with = "date::of_toml")]
    pub expires: Date,
    /// The line of the manifest on which it begins, from 1.
    #[serde(skip)]
    pub line: usize,
}

/// What each entry must say.
pub(super) fn check(manifest: &Manifest) -> Result<(), Fault> {
    let tables = [
        ("expected", &manifest.expected),
        ("quarantine", &manifest.quarantine),
    ];
    for (table, entries) in tables {
        for (index, entry) in entries.iter().enumerate() {
            for (key, text, what) in [
                ("case", &entry.case, "write the id of a case, or a glob"),
                (
                    "message",
                    &entry.message,
                    "write a text that the failure's step, or what it expected or saw, holds",
                ),
                ("reason", &entry.reason, "say why the failure is let be"),
                ("issue", &entry.issue, "say where it is followed up"),
                ("owner", &entry.owner, "say who answers for it"),
            ] {
                if text.trim().is_empty() {
                    return Err(Fault {
                        key: format!("{table}[{index}].{key}"),
                        message: format!("it is empty; {what}"),
                    });
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::target::parse;
    use rstest::rstest;
    use std::path::Path;

    const MANIFEST: &str = r#"manifest = 1
[target]
id = "mine"
role = "backend"
[launch]
bin = "./server"
argv = ["{bin}", "{address}"]
[address]
unix = "{runtime}/x.sock"
[health]
path = "/"
status = 204

# Known.
[[expected]]
case = "stop.*"
message = "its record is gone"
reason = "the library leaves it"
issue = "https://example.org/7"
owner = "ada"
expires = 2027-01-31

[[quarantine]]
case = "pair.busy"
message = "a request"
reason = "a race"
issue = "8"
owner = "ada"
expires = "2027-02-28"
"#;

    #[test]
    fn entries_know_their_lines() {
        let manifest = parse(Path::new("mine.toml"), MANIFEST).unwrap();
        let lines = |entries: &[super::Expectation]| -> Vec<(usize, String)> {
            let all = entries.iter();
            all.map(|entry| (entry.line, entry.expires.to_string()))
                .collect()
        };
        assert_eq!(lines(&manifest.expected), [(15, "2027-01-31".to_owned())]);
        assert_eq!(lines(&manifest.quarantine), [(23, "2027-02-28".to_owned())]);
    }

    #[rstest]
    #[case::no_reason(
        "reason = \"the library leaves it\"\n",
        "",
        "mine.toml:15:1: the key `reason` is missing in this table; add it"
    )]
    #[case::empty_owner(
        "owner = \"ada\"",
        "owner = \" \"",
        "mine.toml:20:1: `expected[0].owner`: it is empty; say who answers for it"
    )]
    #[case::empty_message(
        "message = \"a request\"",
        "message = \"\"",
        "mine.toml:25:1: `quarantine[0].message`: it is empty"
    )]
    #[case::no_day(
        "expires = 2027-01-31",
        "expires = \"soon\"",
        "mine.toml:21:11: `soon` is no day; write one such as 2027-01-31"
    )]
    #[case::a_moment(
        "expires = 2027-01-31",
        "expires = 2027-01-31T00:00:00Z",
        "`2027-01-31T00:00:00Z` is no day"
    )]
    #[case::a_number("expires = 2027-01-31", "expires = 2027", "`this` is no day")]
    #[case::a_slip_of_the_pen(
        "owner = \"ada\"",
        "owmer = \"ada\"",
        "unknown key `owmer`; did you mean `owner`?"
    )]
    #[case::a_line("owner = \"ada\"", "owner = \"ada\"\nline = 3", "unknown key `line`")]
    fn what_is_left_unsaid_is_refused(#[case] from: &str, #[case] to: &str, #[case] words: &str) {
        let text = MANIFEST.replacen(from, to, 1);
        let error = parse(Path::new("mine.toml"), &text).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
}
