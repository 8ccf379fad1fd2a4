//! What a run as a whole says, by its verdicts and by what was expected of them.

use crate::verdict::{RunResult, Totals};

/// All that a conclusion rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grounds {
    /// The verdicts. A failure that was expected is among the failures: expecting it makes it none the better.
    pub totals: Totals,
    /// How many of the failures are covered by an entry of the manifest.
    pub covered: u32,
    /// Whether an entry of a manifest does not hold.
    pub breached: bool,
    /// Whether the run did not come to its end.
    pub broken_off: bool,
    /// Whether a clause was left out that binds every target of the role.
    pub left_out: bool,
}

/// What they amount to. A fault of the harness outweighs all, because it may have caused the rest of it; and nothing that is left
/// out or expected turns a failure into a success.
#[must_use]
pub const fn conclude(grounds: &Grounds) -> RunResult {
    let totals = &grounds.totals;
    if totals.harness_error > 0
        || totals.pass + totals.fail + totals.warn + totals.could_not_run == 0
    {
        RunResult::Invalid
    } else if totals.fail > grounds.covered || grounds.breached {
        RunResult::NotConformant
    } else if totals.could_not_run > 0 || grounds.broken_off {
        RunResult::Incomplete
    } else if totals.fail > 0 {
        RunResult::AsExpected
    } else if grounds.left_out {
        RunResult::Partial
    } else {
        RunResult::Conformant
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn totals(pass: u32, fail: u32, could_not_run: u32, harness_error: u32) -> Totals {
        Totals {
            pass,
            fail,
            could_not_run,
            harness_error,
            ..Totals::default()
        }
    }

    #[rstest]
    #[case::nothing(totals(0, 0, 0, 0), 0, RunResult::Invalid)]
    #[case::all_pass(totals(3, 0, 0, 0), 0, RunResult::Conformant)]
    #[case::a_failure(totals(3, 1, 0, 0), 0, RunResult::NotConformant)]
    #[case::an_expected_one(totals(3, 1, 0, 0), 1, RunResult::AsExpected)]
    #[case::only_expected_ones(totals(0, 2, 0, 0), 2, RunResult::AsExpected)]
    #[case::one_expected_one_not(totals(3, 2, 0, 0), 1, RunResult::NotConformant)]
    #[case::expected_and_incomplete(totals(3, 1, 1, 0), 1, RunResult::Incomplete)]
    #[case::expected_and_a_fault_of_the_harness(totals(3, 1, 0, 1), 1, RunResult::Invalid)]
    fn what_is_covered_is_not_red(
        #[case] totals: Totals,
        #[case] covered: u32,
        #[case] result: RunResult,
    ) {
        let grounds = Grounds {
            totals,
            covered,
            ..Grounds::default()
        };
        assert_eq!(conclude(&grounds), result);
    }

    #[rstest]
    #[case::left_out(0, 0, (false, false, true), RunResult::Partial)]
    #[case::broken_off(0, 0, (false, true, true), RunResult::Incomplete)]
    #[case::breached(0, 0, (true, true, true), RunResult::NotConformant)]
    #[case::expected_and_left_out(1, 1, (false, false, true), RunResult::AsExpected)]
    #[case::expected_and_broken_off(1, 1, (false, true, false), RunResult::Incomplete)]
    #[case::expected_and_breached(1, 1, (true, false, false), RunResult::NotConformant)]
    fn what_is_beside_the_verdicts_counts(
        #[case] fail: u32,
        #[case] covered: u32,
        #[case] (breached, broken_off, left_out): (bool, bool, bool),
        #[case] result: RunResult,
    ) {
        let grounds = Grounds {
            totals: totals(3, fail, 0, 0),
            covered,
            breached,
            broken_off,
            left_out,
        };
        assert_eq!(conclude(&grounds), result);
    }

    fn any_grounds() -> impl Strategy<Value = Grounds> {
        let totals = (0_u32..4, 0_u32..4, 0_u32..3, 0_u32..3, 0_u32..2, 0_u32..2).prop_map(
            |(pass, fail, warn, not_applicable, could_not_run, harness_error)| Totals {
                pass,
                fail,
                warn,
                not_applicable,
                could_not_run,
                harness_error,
            },
        );
        (totals, any::<(bool, bool, bool)>(), 0_u32..4).prop_map(
            |(totals, (breached, broken_off, left_out), covered)| Grounds {
                totals,
                covered: covered.min(totals.fail),
                breached,
                broken_off,
                left_out,
            },
        )
    }

    proptest! {
        #[test]
        fn without_expectations_the_verdicts_decide(grounds in any_grounds()) {
            let plain = Grounds { totals: grounds.totals, ..Grounds::default() };
            prop_assert_eq!(conclude(&plain), grounds.totals.result());
        }

        #[test]
        fn conformant_means_that_there_is_nothing_to_say(grounds in any_grounds()) {
            let totals = grounds.totals;
            let clean = totals.fail + totals.could_not_run + totals.harness_error == 0
                && totals.pass + totals.warn > 0
                && !(grounds.breached || grounds.broken_off || grounds.left_out);
            prop_assert_eq!(conclude(&grounds) == RunResult::Conformant, clean);
        }

        #[test]
        fn green_hides_no_failure_that_nobody_foresaw(grounds in any_grounds()) {
            if conclude(&grounds).exit_code() == 0 {
                prop_assert!(grounds.totals.fail <= grounds.covered && !grounds.breached && !grounds.broken_off);
                prop_assert!(grounds.totals.harness_error + grounds.totals.could_not_run == 0);
            }
        }

        #[test]
        fn more_trouble_never_makes_a_run_green(grounds in any_grounds(), which in 0..4) {
            let mut worse = grounds;
            match which {
                0 => worse.breached = true,
                1 => worse.broken_off = true,
                2 => worse.totals.fail += 1,
                _ => worse.covered = worse.covered.saturating_sub(1),
            }
            if conclude(&grounds).exit_code() != 0 {
                prop_assert_ne!(conclude(&worse).exit_code(), 0);
            }
        }

        #[test]
        fn what_is_left_out_never_makes_a_run_better(grounds in any_grounds()) {
            let with = conclude(&Grounds { left_out: true, ..grounds });
            let without = conclude(&Grounds { left_out: false, ..grounds });
            prop_assert!(with == without || (without, with) == (RunResult::Conformant, RunResult::Partial));
        }
    }
}
