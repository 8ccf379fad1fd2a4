//! `junit.xml`.

use crate::finding::CaseSummary;
use crate::standing::Breach;
use crate::summary::Summary;
use anyhow::{Context as _, Result};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestRerun, TestSuite};
use std::path::Path;
use std::time::Duration;
use suites::expectation::Standing;
use suites::verdict::Verdict;

/// Writes a suite for each target, a test case for each case.
pub(crate) fn write(summary: &Summary, directory: &Path) -> Result<()> {
    let path = directory.join("junit.xml");
    let text = report(summary)
        .to_string()
        .context("the JUnit report could not be rendered")?;
    std::fs::write(&path, text).with_context(|| format!("{} could not be written", path.display()))
}

fn report(summary: &Summary) -> Report {
    let mut report = Report::new("sidecar-conformance");
    let mut targets: Vec<&str> = summary
        .cases
        .iter()
        .map(|case| case.target.as_str())
        .collect();
    targets.dedup();
    for target in targets {
        let mut suite = TestSuite::new(target);
        suite.add_test_cases(
            summary
                .cases
                .iter()
                .filter(|case| case.target == target)
                .map(test_case),
        );
        let breaches = summary.breaches.iter();
        suite.add_test_cases(breaches.filter(|one| one.target == target).map(breach));
        report.add_test_suite(suite);
    }
    report
}

/// An entry of the manifest that does not hold makes a run red, so it is red here too.
fn breach(breach: &Breach) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(breach.sentence.clone());
    status.set_type("manifest");
    let mut test_case = TestCase::new(format!("manifest line {}", breach.line), status);
    test_case.set_classname(breach.target.clone());
    test_case
}

fn test_case(case: &CaseSummary) -> TestCase {
    let mut status = match case.verdict {
        Verdict::Pass | Verdict::Warn => TestCaseStatus::success(),
        Verdict::NotApplicable => TestCaseStatus::skipped(),
        // What was foreseen is told, and makes no run of those who read this red.
        Verdict::Fail if case.aside.standing.is_covered() => TestCaseStatus::skipped(),
        Verdict::Fail => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Verdict::CouldNotRun | Verdict::HarnessError => {
            TestCaseStatus::non_success(NonSuccessKind::Error)
        }
    };
    if case.verdict != Verdict::Pass {
        let standing = match case.aside.standing {
            Standing::Plain => String::new(),
            standing => format!("{}, ", standing.name()),
        };
        status.set_message(format!("{standing}{}: {}", case.verdict, case.reason));
        status.set_type(case.clause.clone());
    }
    if let Some(again) = &case.aside.again
        && matches!(status, TestCaseStatus::NonSuccess { .. })
    {
        let mut second = TestRerun::new(NonSuccessKind::Failure);
        second.set_message(format!("alone: {}: {}", again.verdict, again.reason));
        if again.verdict != Verdict::Pass {
            status.add_rerun(second);
        }
    }
    let mut test_case = TestCase::new(case.id.clone(), status);
    test_case.set_classname(case.target.clone());
    test_case.set_time(Duration::from_millis(case.duration_ms));
    if case.verdict == Verdict::Warn {
        test_case.set_system_out(format!("warn: {}", case.reason));
    }
    test_case
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Again;
    use rstest::rstest;

    fn case(target: &str, verdict: Verdict) -> CaseSummary {
        CaseSummary {
            target: target.into(),
            duration_ms: 1500,
            ..crate::finding::tests::case("stop.it-ends", verdict, "because of <this> & that")
        }
    }

    #[rstest]
    #[case(Verdict::Pass, (0, 0, 0))]
    #[case(Verdict::Warn, (0, 0, 0))]
    #[case(Verdict::Fail, (1, 0, 0))]
    #[case(Verdict::CouldNotRun, (0, 1, 0))]
    #[case(Verdict::HarnessError, (0, 1, 0))]
    #[case(Verdict::NotApplicable, (0, 0, 1))]
    fn a_verdict_has_its_place(#[case] verdict: Verdict, #[case] expected: (usize, usize, usize)) {
        let report = report(&Summary::made_up("mine", vec![case("mine", verdict)]));
        let suite = &report.test_suites[0];
        let skipped = usize::from(matches!(
            suite.test_cases[0].status,
            TestCaseStatus::Skipped { .. }
        ));
        assert_eq!((suite.failures, suite.errors, skipped), expected);
    }

    #[rstest]
    #[case(Standing::Plain, (1, 0), "message=\"fail: because")]
    #[case(Standing::Flaky, (1, 0), "message=\"flaky, fail: because")]
    #[case(Standing::Expected, (0, 1), "message=\"expected, fail: because")]
    #[case(Standing::Quarantined, (0, 1), "message=\"quarantined, fail: because")]
    fn a_failure_is_told_by_how_it_stands(
        #[case] standing: Standing,
        #[case] counts: (usize, usize),
        #[case] words: &str,
    ) {
        let mut one = case("mine", Verdict::Fail);
        one.aside.standing = standing;
        let report = report(&Summary::made_up("mine", vec![one]));
        let suite = &report.test_suites[0];
        let skipped = matches!(suite.test_cases[0].status, TestCaseStatus::Skipped { .. });
        assert_eq!((suite.failures, usize::from(skipped)), counts);
        assert!(report.to_string().unwrap().contains(words));
    }

    #[test]
    fn an_entry_that_does_not_hold_is_a_failure() {
        let report = report(&crate::standing::foreseen::run());
        let suite = &report.test_suites[0];
        // The new one, the flaky one, and the entry.
        assert_eq!((suite.tests, suite.failures), (6, 3));
        let text = report.to_string().unwrap();
        assert!(text.contains("manifest line 22") && text.contains("remove this entry"));
    }

    #[test]
    fn a_second_failure_is_told_as_one_of_the_same_case() {
        let mut one = case("mine", Verdict::Fail);
        one.aside.again = Some(Again {
            verdict: Verdict::Fail,
            step: String::new(),
            reason: "once more".into(),
        });
        let text = report(&Summary::made_up("mine", vec![one]))
            .to_string()
            .unwrap();
        assert!(
            text.contains("<rerunFailure message=\"alone: fail: once more\""),
            "{text}"
        );
    }

    #[test]
    fn each_target_is_a_suite_and_text_reads_back() {
        let cases = vec![case("one", Verdict::Fail), case("two", Verdict::Pass)];
        let text = report(&Summary::made_up("one+two", cases))
            .to_string()
            .unwrap();
        let again = Report::deserialize_from_str(&text).unwrap();
        assert_eq!(again.test_suites.len(), 2);
        assert!(
            text.contains("because of &lt;this&gt; &amp; that") && text.contains("time=\"1.500\"")
        );
    }
}
