//! Which failures are run again, alone, after the others: what a busy machine causes must not pass for the target's doing.

use crate::finding::CaseSummary;
use suites::expectation::Standing;
use suites::verdict::Verdict;

/// The least time that is given to running failures again, in milliseconds.
const LEAST_MS: u64 = 60_000;

/// The names of the failures to run again, as the test runner knows them. One that the manifest foresaw is none of them. All together may
/// take as long as the whole run had them take, or the least time: a target of which everything fails would keep a person waiting for
/// nothing. Those that bind come before those that do not, and short ones before long ones.
pub(crate) fn worth(cases: &[CaseSummary]) -> Vec<String> {
    let failed = |case: &&CaseSummary| {
        matches!(case.verdict, Verdict::Fail | Verdict::Warn)
            && case.aside.standing == Standing::Plain
            && case.aside.again.is_none()
    };
    let mut failed: Vec<&CaseSummary> = cases.iter().filter(failed).collect();
    failed.sort_by_key(|case| (case.verdict, case.duration_ms));
    let passed = cases.iter().filter(|case| case.verdict == Verdict::Pass);
    let mut left = passed
        .map(|case| case.duration_ms)
        .sum::<u64>()
        .max(LEAST_MS);
    let fits = |case: &&CaseSummary| {
        let fits = case.duration_ms <= left;
        left = left.saturating_sub(case.duration_ms);
        fits
    };
    let worth = failed.into_iter().filter(fits);
    worth
        .map(|case| format!("{}::{}", case.target, case.id))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Again;

    fn case(id: &str, verdict: Verdict, duration_ms: u64) -> CaseSummary {
        CaseSummary {
            duration_ms,
            ..crate::finding::tests::case(id, verdict, "")
        }
    }

    #[test]
    fn failures_are_run_again_and_nothing_else() {
        let cases = [
            case("passed", Verdict::Pass, 10),
            case("warned", Verdict::Warn, 10),
            case("failed", Verdict::Fail, 10),
            case("unknown", Verdict::CouldNotRun, 10),
            case("broken", Verdict::HarnessError, 10),
            case("absent", Verdict::NotApplicable, 0),
        ];
        assert_eq!(worth(&cases), ["mine::failed", "mine::warned"]);
    }

    #[test]
    fn what_was_foreseen_or_run_again_before_is_let_be() {
        let mut cases = [
            case("foreseen", Verdict::Fail, 10),
            case("quarantined", Verdict::Fail, 10),
            case("twice", Verdict::Fail, 10),
        ];
        cases[0].aside.standing = Standing::Expected;
        cases[1].aside.standing = Standing::Quarantined;
        cases[2].aside.again = Some(Again {
            verdict: Verdict::Fail,
            step: String::new(),
            reason: String::new(),
        });
        assert!(worth(&cases).is_empty());
    }

    #[test]
    fn a_target_of_which_everything_fails_keeps_nobody_waiting() {
        let failing = |id: usize| case(&format!("slow-{id}"), Verdict::Fail, 15_000);
        let cases: Vec<CaseSummary> = (0..200).map(failing).collect();
        assert_eq!(worth(&cases).len(), 4);
    }

    #[test]
    fn a_long_run_gives_its_failures_as_long() {
        let mut cases: Vec<CaseSummary> = (0..20)
            .map(|id| case(&id.to_string(), Verdict::Pass, 10_000))
            .collect();
        cases.extend((0..20).map(|id| case(&format!("slow-{id}"), Verdict::Fail, 15_000)));
        assert_eq!(worth(&cases).len(), 13);
    }
}
