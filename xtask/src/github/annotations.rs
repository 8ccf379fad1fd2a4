//! Findings as annotations: lines that a workflow shows beside the files of a change.

use crate::summary::{CaseSummary, Summary};
use std::fmt::Write as _;
use suites::verdict::Verdict;

/// How many of one kind are shown of each step; what is beyond is dropped there without a word.
const SHOWN: usize = 10;

/// A line for each finding, the last of them saying how many more there are.
pub(super) fn lines(summary: &Summary) -> String {
    let errors = [Verdict::HarnessError, Verdict::Fail, Verdict::CouldNotRun];
    let mut text = String::new();
    for (command, verdicts) in [("error", errors.as_slice()), ("warning", &[Verdict::Warn])] {
        let findings: Vec<&CaseSummary> = (summary.cases.iter())
            .filter(|case| verdicts.contains(&case.verdict))
            .collect();
        let room = match findings.len() {
            all if all > SHOWN => SHOWN - 1,
            all => all,
        };
        for case in findings.iter().take(room) {
            let _ = writeln!(text, "{}", line(command, case, summary));
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

fn line(command: &str, case: &CaseSummary, summary: &Summary) -> String {
    // Where it had to be quoted for a command line, it is not the path itself.
    let file = (summary.manifests.get(&case.target))
        .filter(|path| !path.starts_with('\''))
        .map_or_else(String::new, |path| format!("file={},", property(path)));
    let title = format!(
        "{} {}::{} ({} {})",
        case.verdict, case.target, case.id, case.level, case.clause
    );
    format!(
        "::{command} {file}title={}::{}",
        property(&title),
        message(&case.reason)
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
    use crate::summary::tests::case;

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
