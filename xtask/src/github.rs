//! What GitHub Actions is told, where it runs a command of this program: outputs of the step, and the summary of its job.

mod annotations;

use crate::finding::CaseSummary;
use crate::summary::Summary;
use anyhow::{Context as _, Result, bail};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use suites::verdict::{Totals, Verdict};

/// The file that takes a step's outputs, a `name=value` a line.
const OUTPUT_VARIABLE: &str = "GITHUB_OUTPUT";
/// Says that a workflow runs this program.
const RUNNER_VARIABLE: &str = "GITHUB_ACTIONS";
/// The file that takes a job's summary, in Markdown.
pub(crate) const SUMMARY_VARIABLE: &str = "GITHUB_STEP_SUMMARY";
/// Findings in a summary, which must not grow beyond what is shown of it.
const MOST_FINDINGS: usize = 50;
/// Characters of a finding in a table.
const MOST_CHARACTERS: usize = 300;

/// Tells of a run, where somebody wants to know.
pub(crate) fn announce(summary: &Summary, directory: &Path) -> Result<()> {
    append(OUTPUT_VARIABLE, &outputs(summary, directory)?)?;
    summarise(summary)
}

/// What a workflow is to show beside the files of a change. A part has none: the run that is made of all parts does. They belong
/// on the stream of what is `inert`, before that, since the order of two streams is nobody's.
pub(crate) fn annotations(summary: &Summary) -> String {
    if inside() && summary.part.is_none() {
        annotations::lines(summary)
    } else {
        String::new()
    }
}

fn inside() -> bool {
    std::env::var(RUNNER_VARIABLE).is_ok_and(|value| value == "true")
}

/// The text as it is, and where a workflow would read commands from it, made so that it does not: what a target has printed is
/// in it, and a command in that would speak for this program.
pub(crate) fn inert(text: String) -> String {
    let mut token = [0; 16];
    if !inside() || getrandom::fill(&mut token).is_err() {
        return text;
    }
    fenced(&text, token)
}

fn fenced(text: &str, token: [u8; 16]) -> String {
    let token: String = token.iter().map(|byte| format!("{byte:02x}")).collect();
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!("::stop-commands::{token}\n{text}{end}::{token}::\n")
}

/// Adds a run to the summary of the job.
pub(crate) fn summarise(summary: &Summary) -> Result<()> {
    append(SUMMARY_VARIABLE, &markdown(summary))
}

/// Appends to the file that a variable names; nothing without it.
pub(crate) fn append(variable: &str, text: &str) -> Result<()> {
    let Some(path) = std::env::var_os(variable).filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let mut options = std::fs::OpenOptions::new();
    let file = options.append(true).create(true).open(&path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .with_context(|| {
            format!(
                "{variable} names {}, which cannot be written",
                path.display()
            )
        })
}

fn outputs(summary: &Summary, directory: &Path) -> Result<String> {
    let totals = &summary.totals;
    let report = directory.display().to_string();
    if report.contains(['\n', '\r']) {
        bail!("the out directory's path has a line end, so that it cannot be an output");
    }
    Ok(format!(
        "passed={}\nfailed={}\nincomplete={}\nresult={}\nreport={report}\n",
        totals.pass + totals.warn,
        totals.fail,
        totals.could_not_run + totals.harness_error,
        summary.result().name(),
    ))
}

fn markdown(summary: &Summary) -> String {
    let part = (summary.part.as_ref()).map_or_else(String::new, |part| format!(", {part}"));
    let result = summary.result().name();
    let mut text = format!("### {}{part}: {result}\n\n", cell(&summary.target));
    text.push_str(
        "| target | pass | fail | warn | not applicable | could not run | harness error |\n",
    );
    text.push_str("|---|--:|--:|--:|--:|--:|--:|\n");
    let mut targets: Vec<&str> = (summary.cases.iter())
        .map(|case| case.target.as_str())
        .collect();
    targets.dedup();
    for target in targets {
        let own = summary.cases.iter().filter(|case| case.target == target);
        let totals = Totals::of(own.map(|case| case.verdict));
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} |",
            cell(target),
            totals.pass,
            totals.fail,
            totals.warn,
            totals.not_applicable,
            totals.could_not_run,
            totals.harness_error
        );
    }
    for part in &summary.broken_off {
        let _ = writeln!(text, "\n**Broken off:** {}", cell(part));
    }
    findings(&mut text, summary);
    text.push('\n');
    text
}

fn findings(text: &mut String, summary: &Summary) {
    let told = [
        Verdict::HarnessError,
        Verdict::Fail,
        Verdict::CouldNotRun,
        Verdict::Warn,
    ];
    let of = |verdict: Verdict| {
        summary
            .cases
            .iter()
            .filter(move |case| case.verdict == verdict)
    };
    let findings: Vec<&CaseSummary> = told.into_iter().flat_map(of).collect();
    if findings.is_empty() {
        return;
    }
    text.push_str("\n| verdict | case | clause | why |\n|---|---|---|---|\n");
    for case in findings.iter().take(MOST_FINDINGS) {
        let _ = writeln!(
            text,
            "| {} | `{}::{}` | {} ({}) | {} |",
            case.verdict,
            case.target,
            case.id,
            case.clause,
            case.level,
            cell(&case.reason)
        );
    }
    if let Some(more) = findings
        .len()
        .checked_sub(MOST_FINDINGS)
        .filter(|more| *more > 0)
    {
        let _ = writeln!(text, "\n… and {more} more, which the report has.");
    }
}

/// Text of a target's making, as text: it is neither markup nor the end of a cell.
pub(crate) fn cell(text: &str) -> String {
    let mut cell = String::new();
    for character in text.chars().take(MOST_CHARACTERS) {
        match character {
            '&' => cell.push_str("&amp;"),
            '<' => cell.push_str("&lt;"),
            '|' | '`' | '*' | '_' | '[' | ']' | '\\' | '!' | '@' | '#' => {
                let _ = write!(cell, "&#{};", u32::from(character));
            }
            character if character.is_control() => cell.push(' '),
            character => cell.push(character),
        }
    }
    if text.chars().nth(MOST_CHARACTERS).is_some() {
        cell.push('…');
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::tests::case;

    fn mixed() -> Summary {
        Summary::made_up(
            "mine",
            vec![
                case("stop.a", Verdict::Pass, ""),
                case("stop.b", Verdict::Warn, "slow"),
                case("stop.c", Verdict::Fail, "seen: `a|b`\n<img src=x>"),
                case("stop.d", Verdict::CouldNotRun, "no such program"),
            ],
        )
    }

    #[test]
    fn outputs_count_what_a_workflow_asks_for() {
        assert_eq!(
            outputs(&mixed(), Path::new("/out")).unwrap(),
            "passed=2\nfailed=1\nincomplete=1\nresult=not-conformant\nreport=/out\n"
        );
        let why = outputs(&mixed(), Path::new("/out\nfailed=0")).unwrap_err();
        assert!(why.to_string().contains("has a line end"));
    }

    #[test]
    fn a_summary_tells_totals_and_findings() {
        let separators = markdown(&mixed()).replace('\\', "/");
        insta::assert_snapshot!("summary", separators);
    }

    #[test]
    fn a_summary_stays_short() {
        let long = "x".repeat(1000);
        let cases = (0..60)
            .map(|_| case("stop.c", Verdict::Fail, &long))
            .collect();
        let text = markdown(&Summary::made_up("mine", cases));
        assert!(text.contains("… and 10 more, which the report has."));
        assert!(text.len() < 60 * 400);
    }

    #[test]
    fn a_clean_run_has_no_findings() {
        let text = markdown(&Summary::made_up(
            "mine",
            vec![case("stop.a", Verdict::Pass, "")],
        ));
        assert!(text.starts_with("### mine: conformant\n") && !text.contains("verdict"));
    }

    #[test]
    fn a_fenced_text_holds_no_command() {
        let token = "07".repeat(16);
        assert_eq!(
            fenced("::error::forged", [7; 16]),
            format!("::stop-commands::{token}\n::error::forged\n::{token}::\n")
        );
    }
}
