//! The verdict table: what failed first, with all that is needed to look into it.

mod beside;

use crate::finding::CaseSummary;
use crate::summary::Summary;
use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::path::Path;
use suites::expectation::Standing;
use suites::run::{again_path, stream_path};
use suites::verdict::{RunResult, Totals, Verdict};

/// How a table is drawn.
pub(crate) struct Drawing<'a> {
    /// The run's directory, as it is to be shown.
    pub(crate) directory: &'a Path,
    /// Each target's id with its manifest as it was given, if it was.
    pub(crate) targets: Vec<(String, Option<String>)>,
    /// Whether the targets were tried with Wine.
    pub(crate) wine: bool,
    /// Whether colours are wanted.
    pub(crate) colour: bool,
}

/// Whether colours are wanted on standard output.
pub(crate) fn colour() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// Draws the whole table.
pub(crate) fn draw(summary: &Summary, drawing: &Drawing<'_>) -> String {
    let mut text = String::new();
    for verdict in [
        Verdict::HarnessError,
        Verdict::Fail,
        Verdict::CouldNotRun,
        Verdict::Warn,
    ] {
        let open = |case: &&CaseSummary| !case.aside.standing.is_covered();
        let own = summary.cases.iter().filter(|case| case.verdict == verdict);
        for case in own.filter(open) {
            finding(&mut text, case, drawing);
        }
    }
    beside::known(&mut text, summary);
    beside::breaches(&mut text, summary, drawing);
    for (target, _) in &drawing.targets {
        chapters(&mut text, summary, target);
    }
    not_applicable(&mut text, summary);
    closing(&mut text, summary, drawing);
    text
}

fn finding(text: &mut String, case: &CaseSummary, drawing: &Drawing<'_>) {
    let word = match case.verdict {
        Verdict::Fail if case.aside.standing == Standing::Flaky => "FLAKY",
        Verdict::Fail => "FAIL",
        Verdict::Warn => "WARN",
        Verdict::CouldNotRun => "COULD NOT RUN",
        _ => "HARNESS ERROR",
    };
    let colour = if case.verdict == Verdict::Warn {
        "33"
    } else {
        "31"
    };
    let word = if drawing.colour {
        format!("\x1b[1;{colour}m{word}\x1b[0m")
    } else {
        word.to_owned()
    };
    let _ = writeln!(text, "{word}  {}::{}", case.target, case.id);
    let _ = writeln!(text, "    clause    {} ({})", case.clause, case.level);
    if case.step.is_empty() {
        let _ = writeln!(text, "    because   {}", case.reason);
    } else {
        let _ = writeln!(text, "    step      {}", case.step);
        let _ = writeln!(text, "    expected  {}", case.expected);
        let _ = writeln!(text, "    seen      {}", case.seen);
    }
    if case.verdict != Verdict::CouldNotRun {
        let evidence = stream_path(drawing.directory, &case.target, &case.id);
        let _ = writeln!(text, "    evidence  {}", evidence.display());
    }
    if case.aside.again.is_some() {
        let evidence = again_path(drawing.directory, &case.target, &case.id);
        beside::again(text, case);
        let _ = writeln!(text, "              {}", evidence.display());
    }
    if !case.sandbox.is_empty() && Path::new(&case.sandbox).exists() {
        let _ = writeln!(text, "    sandbox   {}", case.sandbox);
    }
    let manifest = drawing
        .targets
        .iter()
        .find(|(id, _)| *id == case.target)
        .and_then(|(_, path)| path.as_ref());
    let target = manifest
        .map(|path| format!(" --target {path}"))
        .unwrap_or_default();
    let wine = if drawing.wine { " --wine" } else { "" };
    let _ = writeln!(
        text,
        "    again     cargo xtask e2e{wine}{target} --case {} --keep\n",
        case.id
    );
}

fn chapters(text: &mut String, summary: &Summary, target: &str) {
    let _ = writeln!(
        text,
        "{target:<14}{:>6}{:>6}{:>6}{:>16}{:>15}{:>15}",
        "pass", "fail", "warn", "not applicable", "could not run", "harness error"
    );
    let own: Vec<&CaseSummary> = summary
        .cases
        .iter()
        .filter(|case| case.target == target)
        .collect();
    let chapter = |case: &CaseSummary| case.id.split('.').next().unwrap_or_default().to_owned();
    let mut names: Vec<String> = own.iter().map(|case| chapter(case)).collect();
    names.dedup();
    for name in names {
        let totals = Totals::of(
            own.iter()
                .filter(|case| chapter(case) == name)
                .map(|case| case.verdict),
        );
        row(text, &format!("  {name}"), &totals);
    }
    row(
        text,
        "  all",
        &Totals::of(own.iter().map(|case| case.verdict)),
    );
    text.push('\n');
}

fn row(text: &mut String, name: &str, totals: &Totals) {
    let _ = writeln!(
        text,
        "{name:<14}{:>6}{:>6}{:>6}{:>16}{:>15}{:>15}",
        totals.pass,
        totals.fail,
        totals.warn,
        totals.not_applicable,
        totals.could_not_run,
        totals.harness_error
    );
}

/// What was left out, and why, so that nobody takes silence for a pass.
fn not_applicable(text: &mut String, summary: &Summary) {
    let mut reasons: Vec<(&str, u32)> = Vec::new();
    for case in summary
        .cases
        .iter()
        .filter(|case| case.verdict == Verdict::NotApplicable)
    {
        match reasons
            .iter_mut()
            .find(|(reason, _)| *reason == case.reason)
        {
            Some((_, count)) => *count += 1,
            None => reasons.push((&case.reason, 1)),
        }
    }
    for (reason, count) in &reasons {
        let cases = if *count == 1 { "case" } else { "cases" };
        let _ = writeln!(text, "not applicable: {count} {cases}, because {reason}");
    }
    if !reasons.is_empty() {
        text.push('\n');
    }
}

fn closing(text: &mut String, summary: &Summary, drawing: &Drawing<'_>) {
    let totals = &summary.totals;
    let result = match summary.result() {
        RunResult::Conformant => "conformant: every required case that applies passed",
        RunResult::NotConformant => "not conformant",
        RunResult::Invalid if totals.harness_error > 0 => {
            "invalid: the harness is at fault, nothing can be concluded"
        }
        RunResult::Invalid => "invalid: nothing was tried",
        RunResult::Incomplete => "incomplete: not everything could be tried",
        RunResult::AsExpected => "not conformant, as its manifest says",
        RunResult::Partial => {
            "partial: what was tried passed, and what binds every target was not all tried"
        }
    };
    let part = (summary.part.as_ref()).map_or_else(String::new, |part| format!(", {part}"));
    let _ = writeln!(text, "{}{part}: {result}", summary.target);
    for part in &summary.broken_off {
        let _ = writeln!(text, "broken off: {part}");
    }
    beside::left_out(text, summary);
    let _ = writeln!(text, "reports: {}", drawing.directory.display());
    // A warning is a pass with something to look at, and is not to be lost among the passes.
    let warned = match totals.warn {
        0 => String::new(),
        warned => format!(" ({warned} with a warning)"),
    };
    let _ = writeln!(
        text,
        "{} passed{warned}, {} failed{}",
        totals.pass + totals.warn,
        totals.fail + totals.could_not_run + totals.harness_error,
        beside::of_them(summary)
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Again;
    use crate::standing::{Breach, LeftOut};
    use suites::expectation::{Entry, Kind, Wrong};
    use suites::verdict::Level;

    fn case(id: &str, verdict: Verdict, step: &str, reason: &str) -> CaseSummary {
        CaseSummary {
            id: id.to_owned(),
            target: "mine".to_owned(),
            clause: id.replace("-so", ""),
            level: if verdict == Verdict::Warn {
                Level::Should
            } else {
                Level::Must
            },
            verdict,
            reason: reason.to_owned(),
            duration_ms: 7,
            sandbox: String::new(),
            step: step.to_owned(),
            expected: if step.is_empty() {
                String::new()
            } else {
                "exit code 0 within 5s".to_owned()
            },
            seen: if step.is_empty() {
                String::new()
            } else {
                "exit code 3".to_owned()
            },
            aside: crate::finding::Aside::default(),
        }
    }

    fn drawn(cases: Vec<CaseSummary>, colour: bool) -> String {
        let summary = Summary::made_up("mine", cases);
        let drawing = Drawing {
            directory: Path::new("target/sidecar/run"),
            targets: vec![("mine".to_owned(), Some("mine.toml".to_owned()))],
            wine: false,
            colour,
        };
        draw(&summary, &drawing).replace('\\', "/")
    }

    #[test]
    fn what_failed_comes_first_with_all_that_is_needed() {
        let cases = vec![
            case("listen.reclaims-so", Verdict::Pass, "", ""),
            case(
                "listen.limits-so",
                Verdict::NotApplicable,
                "",
                "it does not claim to limit the size of requests",
            ),
            case(
                "ready.limits-so",
                Verdict::NotApplicable,
                "",
                "it does not claim to limit the size of requests",
            ),
            case(
                "ready.unknown-so",
                Verdict::Warn,
                "an unknown path is 404",
                "",
            ),
            case("stop.zero-so", Verdict::Fail, "SIGTERM ends it", ""),
            case(
                "crash.relaunch-so",
                Verdict::CouldNotRun,
                "",
                "program `mine` was not found along PATH",
            ),
            case(
                "crash.kill-so",
                Verdict::HarnessError,
                "",
                "it was cut before its verdict",
            ),
        ];
        insta::assert_snapshot!("all_verdicts", drawn(cases, false));
    }

    /// A run with an expected failure, one in quarantine, a flaky one and one that failed twice, and entries that do not hold.
    #[test]
    fn what_was_foreseen_is_told_apart() {
        let mut cases = vec![
            case("stop.zero-so", Verdict::Fail, "SIGTERM ends it", "why"),
            case("stop.one-so", Verdict::Fail, "SIGTERM ends it", "why"),
            case("stop.two-so", Verdict::Fail, "SIGTERM ends it", "why"),
            case("stop.three-so", Verdict::Fail, "SIGTERM ends it", "why"),
            case("stop.four-so", Verdict::Pass, "", ""),
        ];
        let entry = |kind, line| Entry {
            kind,
            line,
            case: "stop.*".into(),
            message: "SIGTERM".into(),
            reason: "the library leaves it".into(),
            issue: "#7".into(),
            owner: "ada".into(),
            expires: "2027-01-31".parse().unwrap(),
        };
        let again = |verdict, reason: &str| {
            Some(Again {
                verdict,
                step: "SIGTERM ends it".into(),
                reason: reason.to_owned(),
            })
        };
        cases[0].aside.standing = Standing::Expected;
        cases[0].aside.known = Some(entry(Kind::Expected, 12));
        cases[1].aside.standing = Standing::Quarantined;
        cases[1].aside.known = Some(entry(Kind::Quarantine, 20));
        cases[2].aside.standing = Standing::Flaky;
        cases[2].aside.again = again(Verdict::Pass, "");
        cases[3].aside.again = again(Verdict::Fail, "why");
        let mut summary = Summary::made_up("mine", cases);
        summary.breaches = vec![Breach {
            target: "mine".into(),
            line: 30,
            wrong: Wrong::Passed,
            sentence:
                "`stop.four-so` is expected to fail and passed; remove the entry, and close #7"
                    .into(),
        }];
        let out = |clause: &str| LeftOut {
            target: "mine".into(),
            clause: clause.into(),
            why: "no case of it was selected".into(),
        };
        summary.left_out = ["ready.a", "ready.b", "ready.c", "ready.d"].map(out).into();
        let drawing = Drawing {
            directory: Path::new("target/sidecar/run"),
            targets: vec![("mine".to_owned(), Some("mine.toml".to_owned()))],
            wine: false,
            colour: false,
        };
        // Paths are drawn as the machine writes them.
        let drawn = draw(&summary, &drawing).replace(std::path::MAIN_SEPARATOR, "/");
        insta::assert_snapshot!("foreseen", drawn);
    }

    #[test]
    fn a_clean_run_is_short() {
        insta::assert_snapshot!(
            "clean",
            drawn(vec![case("stop.zero-so", Verdict::Pass, "", "")], false)
        );
    }

    #[test]
    fn what_failed_with_wine_is_tried_again_with_it() {
        let summary = Summary::made_up(
            "mine",
            vec![case("stop.zero-so", Verdict::Fail, "SIGTERM ends it", "")],
        );
        let drawing = Drawing {
            directory: Path::new("run"),
            targets: Vec::new(),
            wine: true,
            colour: false,
        };
        let text = draw(&summary, &drawing);
        assert!(text.contains("again     cargo xtask e2e --wine --case stop.zero-so --keep"));
    }

    #[test]
    fn colours_only_where_they_are_wanted() {
        let cases = || vec![case("stop.zero-so", Verdict::Fail, "SIGTERM ends it", "")];
        assert!(drawn(cases(), true).contains("\x1b[1;31mFAIL\x1b[0m"));
        assert!(!drawn(cases(), false).contains('\x1b'));
    }
}
