//! `results.tap`: the Test Anything Protocol, version 14.

use crate::finding::CaseSummary;
use crate::summary::Summary;
use std::fmt::Write as _;
use suites::expectation::Standing;
use suites::verdict::Verdict;

/// The file's name in a run's directory.
pub(crate) const NAME: &str = "results.tap";

/// A test point for each case, in the order of the plan.
pub(super) fn text(summary: &Summary) -> String {
    let (cases, breaches) = (&summary.cases, &summary.breaches);
    let points = cases.len() + breaches.len();
    let mut text = format!("TAP version 14\n1..{points}\n");
    for (index, case) in cases.iter().enumerate() {
        point(&mut text, index + 1, case);
    }
    // A reader of points alone must not take a run for good whose manifest says what is not so.
    for (index, breach) in breaches.iter().enumerate() {
        let name = escaped(&format!("{}, manifest line {}", breach.target, breach.line));
        let number = cases.len() + index + 1;
        let message = scalar(&breach.sentence);
        let _ = writeln!(
            text,
            "not ok {number} - {name}\n  ---\n  message: {message}\n  ..."
        );
    }
    for out in &summary.left_out {
        let words = format!("{}: {}, because {}", out.target, out.clause, out.why);
        let _ = writeln!(text, "# left out of the core: {}", line(&words));
    }
    for part in &summary.broken_off {
        let _ = writeln!(text, "# broken off: {}", line(part));
    }
    text
}

fn point(text: &mut String, number: usize, case: &CaseSummary) {
    // What a SHOULD asks for is still to do, and fails no run: that is what TAP has TODO for.
    let (ok, directive) = match case.verdict {
        Verdict::Pass => ("ok", String::new()),
        Verdict::NotApplicable => ("ok", format!(" # SKIP {}", line(&case.reason))),
        Verdict::Warn => (
            "not ok",
            format!(" # TODO {} {}", case.level, line(&case.clause)),
        ),
        Verdict::Fail if case.aside.standing.is_covered() => {
            let known = case.aside.known_words().unwrap_or_default();
            let words = format!(" # TODO {}: {}", case.aside.standing.name(), line(&known));
            ("not ok", words)
        }
        Verdict::Fail | Verdict::CouldNotRun | Verdict::HarnessError => ("not ok", String::new()),
    };
    let name = escaped(&format!("{}::{}", case.target, case.id));
    let _ = writeln!(text, "{ok} {number} - {name}{directive}");
    if matches!(case.verdict, Verdict::Pass | Verdict::NotApplicable) {
        return;
    }
    let _ = writeln!(text, "  ---");
    let standing = match case.aside.standing {
        Standing::Plain => String::new(),
        standing => standing.name().to_owned(),
    };
    let again = case.aside.again.as_ref();
    let alone = again.map_or_else(String::new, |again| again.verdict.to_string());
    for (key, value) in [
        ("message", &case.reason),
        ("severity", &case.verdict.to_string()),
        ("standing", &standing),
        ("alone", &alone),
        ("clause", &case.clause),
        ("level", &case.level.to_string()),
        ("step", &case.step),
        ("expected", &case.expected),
        ("seen", &case.seen),
    ] {
        if !value.is_empty() {
            let _ = writeln!(text, "  {key}: {}", scalar(value));
        }
    }
    let _ = writeln!(text, "  duration_ms: {}\n  ...", case.duration_ms);
}

/// A description, in which `#` would begin a directive.
fn escaped(text: &str) -> String {
    line(text).replace('\\', "\\\\").replace('#', "\\#")
}

/// One line, whatever it was.
fn line(text: &str) -> String {
    let shown = |character: char| match character {
        character if ends_line(character) || character.is_control() => ' ',
        character => character,
    };
    text.chars().map(shown).collect()
}

/// What some reader takes for the end of a line.
fn ends_line(character: char) -> bool {
    matches!(
        character,
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{b}' | '\u{c}'
    )
}

/// A double-quoted scalar of YAML, which JSON's strings are too once nothing in them ends a line.
fn scalar(text: &str) -> String {
    let mut scalar = String::from('"');
    for character in text.chars() {
        match character {
            '"' => scalar.push_str("\\\""),
            '\\' => scalar.push_str("\\\\"),
            '\n' => scalar.push_str("\\n"),
            character if ends_line(character) || character.is_control() => {
                let _ = write!(scalar, "\\u{:04x}", u32::from(character));
            }
            character => scalar.push(character),
        }
    }
    scalar.push('"');
    scalar
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::tests::case;
    use crate::standing::foreseen;

    #[test]
    fn each_verdict_is_a_point() {
        let mut failed = case("stop.c", Verdict::Fail, "it stays");
        (failed.step, failed.seen) = ("it ends".into(), "line 1\nok 99 - forged".into());
        let summary = Summary::made_up(
            "mine",
            vec![
                case("stop.a", Verdict::Pass, ""),
                case("stop.b", Verdict::Warn, "slow"),
                failed,
                case("stop.d", Verdict::NotApplicable, "it has none"),
                case("stop.e", Verdict::CouldNotRun, "no such program"),
                case("stop.f", Verdict::HarnessError, "cut"),
            ],
        );
        insta::assert_snapshot!("tap", text(&summary));
    }

    #[test]
    fn what_was_foreseen_is_still_to_do_and_what_does_not_hold_is_a_point() {
        let summary = foreseen::run();
        insta::assert_snapshot!("tap_foreseen", text(&summary));
    }

    #[test]
    fn no_text_of_a_target_ends_a_line() {
        let hostile = "a\nnot ok 7\r\u{2028}...\u{85}\u{1b}[31m\"\\ # TODO";
        let mut failed = case("stop.c", Verdict::Fail, hostile);
        failed.seen = hostile.into();
        let skipped = case("stop.d", Verdict::NotApplicable, hostile);
        let text = text(&Summary::made_up("mine", vec![failed, skipped]));
        let points = text.lines().filter(|line| !line.starts_with(' '));
        assert_eq!(points.count(), 4, "{text}");
        assert!(!text.contains(['\r', '\u{1b}', '\u{2028}', '\u{85}']));
    }

    #[test]
    fn a_description_holds_no_directive() {
        assert_eq!(escaped("a # SKIP b\\c"), "a \\# SKIP b\\\\c");
    }
}
