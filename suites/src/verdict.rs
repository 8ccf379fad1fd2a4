//! Verdicts, and what a run of many means.

use serde::{Deserialize, Serialize};

/// How a case ends early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The target does not do what the contract says.
    Fail(Finding),
    /// The case could not be tried on this machine.
    CouldNotRun(String),
    /// The harness, or the case itself, is at fault; nothing is said of the target.
    Harness(String),
}

/// What a failed check saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The step that failed.
    pub step: String,
    /// What the contract expects.
    pub expected: String,
    /// What was seen.
    pub seen: String,
}

/// What the run of a case yields.
pub type Outcome<T = ()> = Result<T, Stop>;

impl From<harness::sandbox::SandboxError> for Stop {
    fn from(error: harness::sandbox::SandboxError) -> Self {
        Self::Harness(error.to_string())
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Harness(format!("the harness could not prepare the case: {error}"))
    }
}

impl From<harness::process::SpawnError> for Stop {
    fn from(error: harness::process::SpawnError) -> Self {
        use harness::process::SpawnError as E;
        match error {
            E::NotFound { .. } | E::NotExecutable { .. } => Self::CouldNotRun(error.to_string()),
            _ => Self::Harness(error.to_string()),
        }
    }
}

/// What is said of a case on a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It does what the clause says.
    Pass,
    /// It does not, and the clause says MUST.
    Fail,
    /// It does not, and the clause says SHOULD or MAY.
    Warn,
    /// The target does not claim what the case needs, or the platform lacks it.
    NotApplicable,
    /// It could not be tried; nothing is known.
    CouldNotRun,
    /// The harness is at fault; nothing is known.
    HarnessError,
}

impl Verdict {
    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::NotApplicable => "not-applicable",
            Self::CouldNotRun => "could-not-run",
            Self::HarnessError => "harness-error",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [
            Self::Pass,
            Self::Fail,
            Self::Warn,
            Self::NotApplicable,
            Self::CouldNotRun,
            Self::HarnessError,
        ]
        .into_iter()
        .find(|verdict| verdict.name() == name)
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

/// How binding a clause is (RFC 2119).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// Required.
    #[serde(rename = "MUST")]
    Must,
    /// Recommended.
    #[serde(rename = "SHOULD")]
    Should,
    /// Allowed.
    #[serde(rename = "MAY")]
    May,
}

impl Level {
    /// The word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Must => "MUST",
            Self::Should => "SHOULD",
            Self::May => "MAY",
        }
    }
}

impl std::fmt::Display for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.word())
    }
}

/// Judges the outcome of a case. A case that ended well without one check has shown nothing: that is the harness's fault.
#[must_use]
pub fn judge(outcome: &Outcome, checks: u32, level: Level) -> Verdict {
    match outcome {
        Ok(()) if checks == 0 => Verdict::HarnessError,
        Ok(()) => Verdict::Pass,
        Err(Stop::Fail(_)) if level == Level::Must => Verdict::Fail,
        Err(Stop::Fail(_)) => Verdict::Warn,
        Err(Stop::CouldNotRun(_)) => Verdict::CouldNotRun,
        Err(Stop::Harness(_)) => Verdict::HarnessError,
    }
}

/// How many cases got each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// See [`Verdict::Pass`].
    pub pass: u32,
    /// See [`Verdict::Fail`].
    pub fail: u32,
    /// See [`Verdict::Warn`].
    pub warn: u32,
    /// See [`Verdict::NotApplicable`].
    pub not_applicable: u32,
    /// See [`Verdict::CouldNotRun`].
    pub could_not_run: u32,
    /// See [`Verdict::HarnessError`].
    pub harness_error: u32,
}

/// What the exit code of a run says. Never a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunResult {
    /// All that is required was tried and passed.
    Conformant,
    /// Something required failed.
    NotConformant,
    /// Nothing can be concluded: the harness is at fault, or nothing was tried.
    Invalid,
    /// Something could not be tried, and nothing that was tried failed.
    Incomplete,
    /// Something required failed, and the manifest said before that it would.
    AsExpected,
    /// All that was tried passed, and a clause that binds every target was left out.
    Partial,
}

impl RunResult {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Conformant,
        Self::NotConformant,
        Self::Invalid,
        Self::Incomplete,
        Self::AsExpected,
        Self::Partial,
    ];

    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Conformant => "conformant",
            Self::NotConformant => "not-conformant",
            Self::Invalid => "invalid",
            Self::Incomplete => "incomplete",
            Self::AsExpected => "as-expected",
            Self::Partial => "partial",
        }
    }

    /// The exit code.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Conformant | Self::AsExpected | Self::Partial => 0,
            Self::NotConformant => 1,
            Self::Invalid => 2,
            Self::Incomplete => 3,
        }
    }
}

impl Totals {
    /// Counts verdicts.
    #[must_use]
    pub fn of(verdicts: impl IntoIterator<Item = Verdict>) -> Self {
        let mut totals = Self::default();
        for verdict in verdicts {
            *totals.slot(verdict) += 1;
        }
        totals
    }

    fn slot(&mut self, verdict: Verdict) -> &mut u32 {
        match verdict {
            Verdict::Pass => &mut self.pass,
            Verdict::Fail => &mut self.fail,
            Verdict::Warn => &mut self.warn,
            Verdict::NotApplicable => &mut self.not_applicable,
            Verdict::CouldNotRun => &mut self.could_not_run,
            Verdict::HarnessError => &mut self.harness_error,
        }
    }

    /// What the verdicts alone say, without what was expected of them ([`crate::conclusion`]). A fault of the harness outweighs a failure, because it may have caused it.
    #[must_use]
    pub const fn result(&self) -> RunResult {
        if self.harness_error > 0 || self.pass + self.fail + self.warn + self.could_not_run == 0 {
            RunResult::Invalid
        } else if self.fail > 0 {
            RunResult::NotConformant
        } else if self.could_not_run > 0 {
            RunResult::Incomplete
        } else {
            RunResult::Conformant
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn fail() -> Outcome {
        let text = String::new;
        Err(Stop::Fail(Finding {
            step: text(),
            expected: text(),
            seen: text(),
        }))
    }

    #[rstest]
    #[case(Ok(()), 3, Level::Must, Verdict::Pass)]
    #[case(Ok(()), 1, Level::May, Verdict::Pass)]
    #[case(Ok(()), 0, Level::Must, Verdict::HarnessError)]
    #[case(Ok(()), 0, Level::Should, Verdict::HarnessError)]
    #[case(fail(), 1, Level::Must, Verdict::Fail)]
    #[case(fail(), 1, Level::Should, Verdict::Warn)]
    #[case(fail(), 1, Level::May, Verdict::Warn)]
    #[case(Err(Stop::CouldNotRun("x".into())), 0, Level::Must, Verdict::CouldNotRun)]
    #[case(Err(Stop::Harness("x".into())), 9, Level::Must, Verdict::HarnessError)]
    #[case(Err(Stop::Harness("x".into())), 9, Level::May, Verdict::HarnessError)]
    fn judges(
        #[case] outcome: Outcome,
        #[case] checks: u32,
        #[case] level: Level,
        #[case] expected: Verdict,
    ) {
        assert_eq!(judge(&outcome, checks, level), expected);
    }

    #[rstest]
    #[case::nothing_at_all(&[], RunResult::Invalid)]
    #[case::nothing_applies(&[Verdict::NotApplicable], RunResult::Invalid)]
    #[case::all_passed(&[Verdict::Pass, Verdict::NotApplicable], RunResult::Conformant)]
    #[case::a_warning_is_no_failure(&[Verdict::Pass, Verdict::Warn], RunResult::Conformant)]
    #[case::one_failed(&[Verdict::Pass, Verdict::Fail], RunResult::NotConformant)]
    #[case::one_could_not_run(&[Verdict::Pass, Verdict::CouldNotRun], RunResult::Incomplete)]
    #[case::only_could_not_run(&[Verdict::CouldNotRun], RunResult::Incomplete)]
    #[case::failure_outweighs_incomplete(&[Verdict::Fail, Verdict::CouldNotRun], RunResult::NotConformant)]
    #[case::harness_outweighs_all(&[Verdict::Fail, Verdict::HarnessError, Verdict::Pass], RunResult::Invalid)]
    fn concludes(#[case] verdicts: &[Verdict], #[case] expected: RunResult) {
        assert_eq!(Totals::of(verdicts.iter().copied()).result(), expected);
    }

    #[rstest]
    #[case(RunResult::Conformant, 0)]
    #[case(RunResult::NotConformant, 1)]
    #[case(RunResult::Invalid, 2)]
    #[case(RunResult::Incomplete, 3)]
    #[case(RunResult::AsExpected, 0)]
    #[case(RunResult::Partial, 0)]
    fn exits_with_a_meaning(#[case] result: RunResult, #[case] code: u8) {
        assert_eq!(result.exit_code(), code);
    }

    fn any_verdict() -> impl Strategy<Value = Verdict> {
        prop::sample::select(vec![
            Verdict::Pass,
            Verdict::Fail,
            Verdict::Warn,
            Verdict::NotApplicable,
            Verdict::CouldNotRun,
            Verdict::HarnessError,
        ])
    }

    proptest! {
        #[test]
        fn names_read_back(verdict in any_verdict()) {
            prop_assert_eq!(Verdict::from_name(verdict.name()), Some(verdict));
            prop_assert_eq!(serde_json::to_string(&verdict).unwrap(), format!("\"{verdict}\""));
        }

        #[test]
        fn success_needs_a_pass_and_nothing_red(verdicts in prop::collection::vec(any_verdict(), 0..20)) {
            let red = [Verdict::Fail, Verdict::CouldNotRun, Verdict::HarnessError];
            let green = Totals::of(verdicts.iter().copied()).result() == RunResult::Conformant;
            let tried = verdicts.iter().any(|verdict| matches!(verdict, Verdict::Pass | Verdict::Warn));
            prop_assert_eq!(green, tried && !verdicts.iter().any(|verdict| red.contains(verdict)));
        }

        #[test]
        fn the_order_of_verdicts_changes_nothing(mut verdicts in prop::collection::vec(any_verdict(), 0..20)) {
            let before = Totals::of(verdicts.iter().copied());
            verdicts.reverse();
            prop_assert_eq!(before, Totals::of(verdicts));
        }
    }
}
