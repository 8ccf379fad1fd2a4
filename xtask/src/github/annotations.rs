//! Findings as annotations: lines that a workflow shows beside the files of a change.

use crate::finding::CaseSummary;
use crate::standing::Breach;
use crate::summary::Summary;
use std::fmt::Write as _;
use suites::expectation::Standing;
use suites::verdict::Verdict;

/// How many of one kind are shown of each step; what is beyond is dropped there without a word.
const SHOWN: usize = 10;

/// A line for each finding, the last of them saying how many more there are.
pub(super) fn lines(summary: &Summary) -> String {
    let mut text = String::new();
    for command in ["error", "warning", "notice"] {
        let breaches = summary.breaches.iter().filter(|_| command == "error");
        let cases = summary.cases.iter();
        let findings: Vec<String> = breaches
            .map(|one| breach(one, summary))
            .chain(
                cases
                    .filter(|case| command_for(case) == Some(command))
                    .map(|case| line(command, case, summary)),
            )
            .collect();
        let room = match findings.len() {
            all if all > SHOWN => SHOWN - 1,
            all => all,
        };
        for finding in findings.iter().take(room) {
            let _ = writeln!(text, "{finding}");
        }
        let more = findings.len() - room;
        if more > 0 {
            let title = property(&format!("{}: {more} more", summary.target));
            let _ = writeln!(
                text,
                "::{command} title={title}::The summary of the job and the report have them all."
            );
        }
    }
    text
}

/// With what a case is told, if it is. What was foreseen is news to nobody.
fn command_for(case: &CaseSummary) -> Option<&'static str> {
    match case.verdict {
        Verdict::Fail | Verdict::Warn if case.aside.standing.is_covered() => Some("notice"),
        Verdict::HarnessError | Verdict::Fail | Verdict::CouldNotRun => Some("error"),
        Verdict::Warn => Some("warning"),
        Verdict::Pass | Verdict::NotApplicable => None,
    }
}

/// The property that names a target's manifest. Where it had to be quoted for a command line, it is not the path itself.
fn file(target: &str, summary: &Summary) -> String {
    (summary.manifests.get(target))
        .filter(|path| !path.starts_with('\''))
        .map_or_else(String::new, |path| format!("file={},", property(path)))
}

fn breach(breach: &Breach, summary: &Summary) -> String {
    let file = file(&breach.target, summary);
    // A line is one of a file, and of nothing else.
    let at = match file.is_empty() {
        true => String::new(),
        false => format!("line={},", breach.line),
    };
    let title = property(&format!("not as said of {}", breach.target));
    let sentence = message(&breach.sentence);
    format!("::error {file}{at}title={title}::{sentence}")
}

fn line(command: &str, case: &CaseSummary, summary: &Summary) -> String {
    let standing = match case.aside.standing {
        Standing::Plain => String::new(),
        standing => format!("{} ", standing.name()),
    };
    let title = format!(
        "{standing}{} {}::{} ({} {})",
        case.verdict, case.target, case.id, case.level, case.clause
    );
    let words = match case.aside.known_words() {
        Some(known) => format!("{known}; {}", case.reason),
        None => case.reason.clone(),
    };
    format!(
        "::{command} {}title={}::{}",
        file(&case.target, summary),
        property(&title),
        message(&words)
    )
}

/// What would end a message, or be taken for an escape.
fn message(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// What would end a property besides.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::tests::case;

    #[test]
    fn a_finding_is_one_line_beside_its_manifest() {
        let mut summary = Summary::made_up(
            "mine",
            vec![
                case("stop.a", Verdict::Pass, ""),
                case("stop.b", Verdict::Fail, "100% wrong\n::error::forged"),
                case("stop.c", Verdict::Warn, "slow"),
            ],
        );
        summary
            .manifests
            .insert("mine".into(), "a,b/mine.toml".into());
        assert_eq!(
            lines(&summary),
            "::error file=a%2Cb/mine.toml,title=fail mine%3A%3Astop.b (MUST stop.ends)::100%25 wrong%0A::error::forged\n\
             ::warning file=a%2Cb/mine.toml,title=warn mine%3A%3Astop.c (MUST stop.ends)::slow\n"
        );
    }

    #[test]
    fn what_was_foreseen_is_a_notice_and_what_does_not_hold_an_error() {
        let mut summary = crate::standing::foreseen::run();
        summary.manifests.insert("mine".into(), "mine.toml".into());
        insta::assert_snapshot!("annotations_foreseen", lines(&summary));
    }

    #[test]
    fn what_is_not_shown_is_counted() {
        let cases = |count: usize| {
            let cases = (0..count).map(|_| case("stop.b", Verdict::Fail, "why"));
            lines(&Summary::made_up("mine", cases.collect()))
        };
        assert_eq!(cases(10).lines().count(), 10);
        let text = cases(25);
        assert_eq!(text.lines().count(), 10);
        assert!(text.contains("title=mine%3A 16 more::"));
    }
}
