//! `badge.json`, as shields.io reads it from an address of one's own, and `badge.svg`, which needs nobody.

mod width;

use crate::summary::Summary;
use anyhow::Result;
use std::collections::BTreeMap;
use suites::cases;
use suites::verdict::RunResult;
use width::width;

/// The files' names in a run's directory.
pub(crate) const JSON_NAME: &str = "badge.json";
pub(crate) const SVG_NAME: &str = "badge.svg";

const LABEL: &str = "sidecar contract";
/// Space on each side of a text, in pixels.
const MARGIN: u32 = 6;

/// What a badge says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Badge {
    message: String,
    /// As shields.io names it, and as it is drawn.
    colour: (&'static str, &'static str),
    invalid: bool,
}

impl Badge {
    /// A part of a plan, or a run in which something could not be tried, says nothing of the whole, and is never "conformant".
    pub(crate) fn of(summary: &Summary) -> Self {
        let totals = &summary.totals;
        let passed = totals.pass + totals.warn;
        let tried = passed + totals.fail + totals.could_not_run + totals.harness_error;
        let partial = summary.part.is_some() || is_selection(summary);
        let (message, colour) = match summary.result() {
            RunResult::Invalid => ("invalid".to_owned(), ("lightgrey", "#767676")),
            RunResult::NotConformant => (
                format!("not conformant {} failed", totals.fail),
                ("red", "#c1311b"),
            ),
            RunResult::Conformant if !partial => (
                format!("conformant {passed}/{tried}"),
                ("brightgreen", "#2f7d0c"),
            ),
            RunResult::AsExpected => (
                match summary.left_out.is_empty() && !partial {
                    true => format!("{} failed as expected", totals.fail),
                    false => format!("partial {} failed as expected", totals.fail),
                },
                ("orange", "#a04f00"),
            ),
            RunResult::Conformant | RunResult::Partial | RunResult::Incomplete => {
                (format!("partial {passed}/{tried}"), ("yellow", "#8a6a00"))
            }
        };
        Self {
            message,
            colour,
            invalid: summary.result() == RunResult::Invalid,
        }
    }

    /// The form of <https://shields.io/badges/endpoint-badge>.
    pub(super) fn json(&self) -> Result<String> {
        let mut badge = serde_json::json!({
            "schemaVersion": 1,
            "label": LABEL,
            "message": self.message,
            "color": self.colour.0,
        });
        if self.invalid {
            badge["isError"] = true.into();
        }
        Ok(serde_json::to_string_pretty(&badge)? + "\n")
    }

    /// A picture, with its words for those who do not see it. The length of each text is stated, so that no font can burst it.
    pub(super) fn svg(&self) -> String {
        let (message, colour) = (&self.message, self.colour.1);
        let (label_text, message_text) = (width(LABEL), width(message));
        let (left, right) = (label_text + 2 * MARGIN, message_text + 2 * MARGIN);
        let all = left + right;
        let text_at = left + MARGIN;
        format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" width="{all}" height="20" role="img" aria-label="{LABEL}: {message}">
<title>{LABEL}: {message}</title>
<clipPath id="r"><rect width="{all}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="{left}" height="20" fill="#4a4a4a"/><rect x="{left}" width="{right}" height="20" fill="{colour}"/></g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">
<text x="{MARGIN}" y="14" textLength="{label_text}">{LABEL}</text>
<text x="{text_at}" y="14" textLength="{message_text}">{message}</text>
</g>
</svg>
"##
        )
    }
}

/// Whether cases of the suite were left out that are for the role of a target. What none of them is known of says nothing of it.
fn is_selection(summary: &Summary) -> bool {
    let mut planned: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for case in &summary.cases {
        planned.entry(&case.target).or_default().push(&case.id);
    }
    planned.values().any(|ids| {
        let known = cases::all().find(|case| ids.contains(&case.id));
        known.is_some_and(|known| {
            let of_role = cases::all().filter(|case| case.role() == known.role());
            of_role.count() > ids.len()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::CaseSummary;
    use crate::finding::tests::case;
    use harness::target::Role;
    use rstest::rstest;
    use suites::verdict::Verdict;

    fn run(verdicts: &[Verdict]) -> Summary {
        let cases: Vec<CaseSummary> = (verdicts.iter())
            .map(|verdict| case("stop.a", *verdict, "why"))
            .collect();
        Summary::made_up("mine", cases)
    }

    #[rstest]
    #[case(&[Verdict::Pass, Verdict::Warn, Verdict::NotApplicable], "conformant 2/2", "brightgreen")]
    #[case(&[Verdict::Pass, Verdict::Fail, Verdict::CouldNotRun], "not conformant 1 failed", "red")]
    #[case(&[Verdict::Pass, Verdict::CouldNotRun], "partial 1/2", "yellow")]
    #[case(&[Verdict::Pass, Verdict::HarnessError], "invalid", "lightgrey")]
    #[case(&[], "invalid", "lightgrey")]
    fn says_what_the_run_says(
        #[case] verdicts: &[Verdict],
        #[case] message: &str,
        #[case] colour: &str,
    ) {
        let badge = Badge::of(&run(verdicts));
        assert_eq!((badge.message.as_str(), badge.colour.0), (message, colour));
        assert_eq!(badge.invalid, message == "invalid");
    }

    #[test]
    fn a_part_is_never_conformant() {
        let mut summary = run(&[Verdict::Pass]);
        summary.part = Some("slice:1/2".into());
        assert_eq!(Badge::of(&summary).message, "partial 1/1");
        let mut summary = run(&[Verdict::Pass]);
        summary.broken_off = vec!["a machine was lost".into()];
        assert_eq!(Badge::of(&summary).message, "partial 1/1");
    }

    #[test]
    fn a_selection_is_never_conformant() {
        let all = |left_out: usize| {
            let all = cases::all().filter(|case| case.role() == Role::Backend);
            let cases = all.skip(left_out);
            let cases = cases.map(|own| case(own.id, Verdict::Pass, "")).collect();
            Badge::of(&Summary::made_up("mine", cases)).message
        };
        assert!(all(0).starts_with("conformant "), "{}", all(0));
        assert!(all(1).starts_with("partial "), "{}", all(1));
    }

    #[test]
    fn what_was_foreseen_is_told_apart() {
        let mut summary = crate::standing::foreseen::run();
        assert_eq!(Badge::of(&summary).message, "not conformant 4 failed");
        summary.breaches.clear();
        summary
            .cases
            .retain(|case| case.verdict == Verdict::Pass || case.aside.standing.is_covered());
        let cases = std::mem::take(&mut summary.cases);
        let mut summary = Summary::made_up("mine", cases);
        assert_eq!(Badge::of(&summary).message, "2 failed as expected");
        summary.part = Some("slice:1/2".into());
        assert_eq!(Badge::of(&summary).message, "partial 2 failed as expected");
    }

    #[test]
    fn both_forms_say_the_same() {
        let badge = Badge::of(&run(&[Verdict::Pass]));
        insta::assert_snapshot!("badge_json", badge.json().unwrap());
        insta::assert_snapshot!("badge_svg", badge.svg());
    }
}
