//! Cases as tests: what the two test binaries, `conformance` and `proofs`, list and run.

use crate::case::Case;
use crate::cases;
use crate::plan::{Gate, plan};
use crate::run::{CaseResult, Options, run};
use crate::targets::{self, LoadedTarget};
use crate::verdict::Verdict;
use libtest_mimic::{Failed, Trial};
use std::path::PathBuf;
use std::sync::Arc;

/// The manifests of a run, separated as in `PATH`; the project's own backends without it. Set by `cargo xtask e2e`.
pub const TARGETS_VARIABLE: &str = "SIDECAR_TARGETS";
/// The directory of the evidence. Set by `cargo xtask e2e`.
pub const OUT_VARIABLE: &str = "SIDECAR_OUT";
/// Whether sandboxes are left. Set by `cargo xtask e2e --keep`.
pub const KEEP_VARIABLE: &str = "SIDECAR_KEEP";

/// Every case on every target as a trial. What is not applicable is listed as ignored.
///
/// # Errors
/// A sentence when a manifest cannot be used.
pub fn conformance() -> Result<Vec<Trial>, String> {
    let targets = load()?;
    let cases: Vec<&Case> = cases::all().collect();
    let options = options();
    let planned = plan(&targets, &cases);
    Ok(planned
        .into_iter()
        .map(|planned| {
            let name = format!("{}::{}", planned.target.id(), planned.case.id);
            let (target, case) = (planned.target.clone(), *planned.case);
            let (options, gate) = (options.clone(), planned.gate);
            let ignored = matches!(gate, Gate::NotApplicable(_));
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
    let target = targets::load_all(&[targets::reference()]).map_err(|error| error.to_string())?;
    let target = Arc::new(target.into_iter().next().ok_or("there is no reference")?);
    let mut trials = Vec::new();
    for case in cases::all() {
        let runs = matches!(crate::plan::gate(&target.manifest, case), Gate::Run);
        for proof in case.proofs {
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
                .with_ignored_flag(!runs),
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
    if result.step != step {
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
        None => vec![targets::reference(), targets::independent()],
    };
    let mut targets = targets::load_all(&paths).map_err(|error| error.to_string())?;
    for target in &mut targets {
        // A fixture that is not built yet is built before the trial runs; only what comes from elsewhere can be missing.
        if !target.manifest.launch.bin.contains("{fixtures}") {
            target.missing = target.check_program().err();
        }
    }
    Ok(targets)
}

fn options() -> Options {
    Options {
        defect: None,
        evidence: std::env::var_os(OUT_VARIABLE).map(PathBuf::from),
        keep: std::env::var_os(KEEP_VARIABLE).is_some_and(|keep| keep == "1"),
    }
}
