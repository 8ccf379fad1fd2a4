//! `junit.xml`.

use crate::summary::{CaseSummary, Summary};
use anyhow::{Context as _, Result};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use std::path::Path;
use std::time::Duration;
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
        report.add_test_suite(suite);
    }
    report
}

fn test_case(case: &CaseSummary) -> TestCase {
    let mut status = match case.verdict {
        Verdict::Pass | Verdict::Warn => TestCaseStatus::success(),
        Verdict::NotApplicable => TestCaseStatus::skipped(),
        Verdict::Fail => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Verdict::CouldNotRun | Verdict::HarnessError => {
            TestCaseStatus::non_success(NonSuccessKind::Error)
        }
    };
    if case.verdict != Verdict::Pass {
        status.set_message(format!("{}: {}", case.verdict, case.reason));
        status.set_type(case.clause.clone());
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
    use rstest::rstest;
    use suites::verdict::Level;

    fn case(target: &str, verdict: Verdict) -> CaseSummary {
        CaseSummary {
            id: "stop.it-ends".into(),
            target: target.into(),
            clause: "stop.ends".into(),
            level: Level::Must,
            verdict,
            reason: "because of <this> & that".into(),
            duration_ms: 1500,
            sandbox: String::new(),
            step: String::new(),
            expected: String::new(),
            seen: String::new(),
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
