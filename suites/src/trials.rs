//! Cases as tests: what the two test binaries, `conformance` and `proofs`, list and run.

use crate::case::{Case, Proof};
use crate::cases;
use crate::plan::{Gate, Planned, plan};
use crate::proving;
use crate::run::{CaseResult, Options, run};
use crate::targets::{self, LoadedTarget};
use crate::verdict::Verdict;
use harness::platform::{Host, host};
use libtest_mimic::{Arguments, Failed, Trial};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// The manifests of a run, separated as in `PATH`; the project's own honest targets without it. Set by `cargo xtask e2e`.
pub const TARGETS_VARIABLE: &str = "SIDECAR_TARGETS";
/// The directory of the evidence. Set by `cargo xtask e2e`.
pub const OUT_VARIABLE: &str = "SIDECAR_OUT";
/// A file with the names of the trials that there are, one a line; all of them without it. Set by `cargo xtask e2e`.
pub const CASES_VARIABLE: &str = "SIDECAR_CASES";
/// Whether sandboxes are left. Set by `cargo xtask e2e --keep`.
pub const KEEP_VARIABLE: &str = "SIDECAR_KEEP";

/// Whether the cases are run for the second time. Set by `cargo xtask e2e` for those that failed.
pub const AGAIN_VARIABLE: &str = "SIDECAR_AGAIN";

/// Tries them, and ends the process as test programs do.
pub fn try_and_exit(mut arguments: Arguments, trials: Vec<Trial>) -> ! {
    // A process that ends in the same moment as one of its threads may crash in Wine, after all is done. One trial needs no thread of its own.
    if arguments.exact && host() == Host::Wine {
        arguments.test_threads = Some(1);
    }
    libtest_mimic::run(&arguments, trials).exit()
}

/// Every case on every target as a trial. What is not applicable is listed as ignored.
///
/// # Errors
/// A sentence when a manifest cannot be used, or a trial is asked for that there is not.
pub fn conformance() -> Result<Vec<Trial>, String> {
    let trials = all()?;
    let Some(file) = std::env::var_os(CASES_VARIABLE).map(PathBuf::from) else {
        return Ok(trials);
    };
    let asked = std::fs::read_to_string(&file)
        .map_err(|error| format!("{CASES_VARIABLE}: {}: {error}", file.display()))?;
    of_names(trials, &asked)
}

/// Those that are named, one a line.
fn of_names(trials: Vec<Trial>, asked: &str) -> Result<Vec<Trial>, String> {
    let mut missing: BTreeSet<&str> = asked.lines().collect();
    let mut chosen = trials;
    chosen.retain(|trial| missing.remove(trial.name()));
    match missing.first() {
        Some(name) => Err(format!("there is no case {name} to try")),
        None => Ok(chosen),
    }
}

fn all() -> Result<Vec<Trial>, String> {
    let targets = load()?;
    let cases: Vec<&Case> = cases::all().collect();
    let options = options();
    let planned = plan(&targets, &cases);
    let named = std::env::var_os(TARGETS_VARIABLE).is_some();
    let reserved = proving::reserved();
    // The same program again: what is tried on it elsewhere says nothing new.
    let says_something = |planned: &Planned<'_>| {
        named
            || !reserved.contains(&planned.target.path)
            || proving::target_of(targets.iter(), planned.case)
                .is_some_and(|target| target.id() == planned.target.id())
    };
    Ok(planned
        .into_iter()
        .filter(says_something)
        .map(|planned| {
            let name = format!("{}::{}", planned.target.id(), planned.case.id);
            let (target, case) = (planned.target.clone(), *planned.case);
            let (options, gate) = (options.clone(), planned.gate);
            // What was asked for and cannot be tried is no success; what is tried by default only where it is there is left out.
            let ignored = match gate {
                Gate::Run => false,
                Gate::NotApplicable(_) => true,
                Gate::CouldNotRun(_) => !named,
            };
            Trial::test(name, move || match gate {
                Gate::CouldNotRun(why) => Err(Failed::from(format!("could-not-run: {why}"))),
                _ => conformant(&run(&target, &case, &options).map_err(|error| error.to_string())?),
            })
            .with_ignored_flag(ignored)
        })
        .collect())
}

fn conformant(result: &CaseResult) -> Result<(), Failed> {
    match result.verdict {
        Verdict::Pass | Verdict::Warn | Verdict::NotApplicable => Ok(()),
        _ => Err(Failed::from(format!(
            "{}: {}\n  {}",
            result.verdict, result.clause, result.reason
        ))),
    }
}

/// Every defect against each case that names it: the case must fail, at the step that it names, and the target must say that
/// the defect was reached.
///
/// # Errors
/// A sentence when the reference's manifest cannot be used.
pub fn proofs() -> Result<Vec<Trial>, String> {
    let provable = targets::load_all(&proving::provable()).map_err(|error| error.to_string())?;
    let mut trials = Vec::new();
    for case in cases::all() {
        let target = proving::target_of(provable.iter(), case);
        let target = target.ok_or_else(|| format!("there is no reference for {}", case.id))?;
        let target = Arc::new(target.clone());
        let runs = crate::plan::gate(&target, case) == Gate::Run;
        // Of two that stand for two platforms, the one that holds here.
        let own = |proof: &&Proof| proof.holds_here() || case.proof(proof.defect).is_none();
        for proof in case.proofs.iter().filter(|proof| proof.certain).filter(own) {
            let (target, case, proof) = (Arc::clone(&target), *case, *proof);
            let name = format!("{}::{}", proof.defect, case.id);
            let options = Options {
                defect: Some(proof.defect.to_owned()),
                ..Options::default()
            };
            trials.push(
                Trial::test(name, move || {
                    let result =
                        run(&target, &case, &options).map_err(|error| error.to_string())?;
                    caught(&result, proof.defect, proof.step).map_err(Failed::from)
                })
                .with_ignored_flag(!runs || !proof.holds_here()),
            );
        }
    }
    Ok(trials)
}

/// Whether a case caught a defect: it failed, at the step that it names, and the defect was reached.
///
/// # Errors
/// A sentence that says what is missing.
pub fn caught(result: &CaseResult, defect: &str, step: &str) -> Result<(), String> {
    if !matches!(result.verdict, Verdict::Fail | Verdict::Warn) {
        let reached = if result.reached.iter().any(|one| one == defect) {
            "reached"
        } else {
            "not even reached"
        };
        return Err(format!(
            "{defect} was {reached} and not caught: {} {}",
            result.verdict, result.reason
        ));
    }
    if !step.is_empty() && result.step != step {
        return Err(format!(
            "{defect} was caught at `{}` instead of `{step}`: {}",
            result.step, result.reason
        ));
    }
    if !result.reached.iter().any(|one| one == defect) {
        return Err(format!(
            "the case failed, and {defect} was not reached: {}",
            result.reason
        ));
    }
    Ok(())
}

fn load() -> Result<Vec<LoadedTarget>, String> {
    let paths: Vec<PathBuf> = match std::env::var_os(TARGETS_VARIABLE) {
        Some(list) => std::env::split_paths(&list).collect(),
        None => [targets::honest(), proving::reserved()].concat(),
    };
    let mut targets = targets::load_all(&paths).map_err(|error| error.to_string())?;
    for target in &mut targets {
        // A fixture that is not built yet is built before the trial runs; only what comes from elsewhere can be missing. It is asked
        // for its version where that is used: in a list, and in a trial of its own.
        if !(target.manifest.launch.bin).contains(targets::FIXTURES_PLACEHOLDER) {
            let own = format!("{}::", target.id());
            let asked = std::env::args().any(|word| word == "--list" || word.starts_with(&own));
            target.missing = match asked {
                true => target.check().err(),
                false => target.check_program().err(),
            };
        }
    }
    Ok(targets)
}

fn options() -> Options {
    Options {
        defect: None,
        evidence: std::env::var_os(OUT_VARIABLE).map(PathBuf::from),
        again: is_set(AGAIN_VARIABLE),
        keep: is_set(KEEP_VARIABLE),
    }
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| value == "1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Level;
    use rstest::rstest;

    fn result(verdict: Verdict, step: &str, reached: &[&str]) -> CaseResult {
        CaseResult {
            target: "reference".into(),
            id: "stop.it-ends".into(),
            clause: "stop.ends".into(),
            level: Level::Must,
            verdict,
            step: step.into(),
            reason: "the reason".into(),
            expected: String::new(),
            seen: String::new(),
            duration_ms: 1,
            reached: reached.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    #[test]
    fn what_is_asked_for_is_tried_and_nothing_else() {
        let trials = || ["a::x", "a::y", "b::x"].map(|name| Trial::test(name, || Ok(())));
        let names = |asked| {
            let chosen = of_names(trials().into(), asked)?;
            Ok::<_, String>(chosen.iter().map(|trial| trial.name().to_owned()).collect())
        };
        let both: Vec<String> = names("b::x\na::x").unwrap();
        assert_eq!(both, ["a::x", "b::x"]);
        let none: Result<Vec<String>, String> = names("a::x\na::z");
        assert_eq!(none.unwrap_err(), "there is no case a::z to try");
    }

    #[test]
    fn what_is_caught_by_chance_may_be_caught_anywhere() {
        let anywhere = result(Verdict::Fail, "it is well", &["hangs"]);
        assert_eq!(caught(&anywhere, "hangs", ""), Ok(()));
        assert!(caught(&anywhere, "hangs", "it ends").is_err());
        let passed = result(Verdict::Pass, "", &["hangs"]);
        assert!(caught(&passed, "hangs", "").is_err());
    }

    #[rstest]
    #[case::caught(Verdict::Fail, "it ends", &["hangs"], "")]
    #[case::caught_of_a_should(Verdict::Warn, "it ends", &["hangs", "other"], "")]
    #[case::not_caught(Verdict::Pass, "", &["hangs"], "hangs was reached and not caught: pass")]
    #[case::not_reached(Verdict::Pass, "", &[], "hangs was not even reached and not caught")]
    #[case::for_another_reason(Verdict::Fail, "it starts", &["hangs"], "caught at `it starts` instead of `it ends`")]
    #[case::by_chance(Verdict::Fail, "it ends", &[], "hangs was not reached")]
    #[case::by_another_defect(Verdict::Fail, "it ends", &["other"], "hangs was not reached")]
    #[case::harness_error(Verdict::HarnessError, "", &["hangs"], "not caught: harness-error")]
    #[case::could_not_run(Verdict::CouldNotRun, "", &["hangs"], "not caught: could-not-run")]
    fn a_defect_is_caught_only_for_its_reason(
        #[case] verdict: Verdict,
        #[case] step: &str,
        #[case] reached: &[&str],
        #[case] message: &str,
    ) {
        let found = caught(&result(verdict, step, reached), "hangs", "it ends")
            .err()
            .unwrap_or_default();
        assert!(
            found.contains(message) && found.is_empty() == message.is_empty(),
            "{found}"
        );
    }

    #[rstest]
    #[case(Verdict::Pass, true)]
    #[case(Verdict::Warn, true)]
    #[case(Verdict::Fail, false)]
    #[case(Verdict::CouldNotRun, false)]
    #[case(Verdict::HarnessError, false)]
    fn a_trial_is_green_only_for_what_is_no_failure(#[case] verdict: Verdict, #[case] green: bool) {
        assert_eq!(conformant(&result(verdict, "", &[])).is_ok(), green);
    }
}
