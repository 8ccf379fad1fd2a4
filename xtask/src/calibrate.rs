//! `cargo xtask calibrate`: the proof that each case can fail, and that an honest target passes.

mod matrix;
mod pool;

use crate::arguments::Calibrate;
use crate::{cargo, run_directory};
use anyhow::{Context as _, Result, bail};
use harness::target::Role;
use matrix::Calibration;
use pool::{Job, Pool};
use suites::case::Case;
use suites::nulls::{self, Null};
use suites::plan::{Gate, gate};
use suites::targets::{self, FIXTURES_VARIABLE, LoadedTarget};
use suites::{cases, selection};

pub(crate) fn run(arguments: &Calibrate) -> Result<u8> {
    eprintln!("building the fixtures and the runner");
    let fixtures = cargo::build("fixtures")?;
    // SAFETY: this program has one thread here; nothing else reads or writes the environment.
    unsafe { std::env::set_var(FIXTURES_VARIABLE, &fixtures) };
    let runner = cargo::build("suites")?.join(format!("run-case{}", std::env::consts::EXE_SUFFIX));
    let out = run_directory::for_reports(arguments.out.as_deref())?;

    let targets = targets::load_all(&targets::honest())?;
    let chosen = selection::select(&arguments.cases, cases::all())
        .map_err(|globs| anyhow::anyhow!("--case {} matches no case", globs.join(", ")))?;
    let defects = chosen_defects(&arguments.defects)?;
    let directory = tempfile::tempdir().context("there is no room for manifests")?;
    let nulls = match arguments.quick {
        true => Vec::new(),
        false => nulls::write(directory.path()).map_err(anyhow::Error::msg)?,
    };

    let mut jobs = Vec::new();
    for (role, defect) in &defects {
        let target = reference(&targets, *role)?;
        let named = |case: &&Case| {
            !arguments.quick || case.proofs.iter().any(|proof| proof.defect == *defect)
        };
        jobs.extend(
            applicable(target, &chosen)
                .into_iter()
                .filter(named)
                .map(|case| Job::with_defect(target, defect, case)),
        );
    }
    for target in &targets {
        jobs.extend(
            applicable(target, &chosen)
                .into_iter()
                .map(|case| Job::plain(target.id(), &target.path, case)),
        );
    }
    for Null { role, name, path } in &nulls {
        jobs.extend(
            applicable(reference(&targets, *role)?, &chosen)
                .into_iter()
                .map(|case| Job::plain(name, path, case)),
        );
    }
    eprintln!(
        "{} runs: {} defects, {} controls, {} null targets",
        jobs.len(),
        defects.len(),
        targets.len(),
        nulls.len()
    );
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let threads = arguments.jobs.map_or(4 * cores, usize::from);
    let results = Pool { runner, threads }.run(&jobs)?;

    let controls: Vec<&str> = targets.iter().map(LoadedTarget::id).collect();
    let names: Vec<&str> = defects.iter().map(|(_, name)| *name).collect();
    let nulls: Vec<&str> = nulls.iter().map(|null| null.name.as_str()).collect();
    let calibration = Calibration::of(&results, &names, &nulls, &controls, &chosen);
    calibration.write(&out)?;
    print!("{}", calibration.draw());
    println!("written: {}", out.join("calibration.json").display());
    Ok(u8::from(!calibration.holds()))
}

fn applicable<'a>(target: &LoadedTarget, cases: &[&'a Case]) -> Vec<&'a Case> {
    cases
        .iter()
        .copied()
        .filter(|case| gate(target, case) == Gate::Run)
        .collect()
}

/// The reference of a role: the first of the honest ones that has it.
fn reference(targets: &[LoadedTarget], role: Role) -> Result<&LoadedTarget> {
    let own = |target: &&LoadedTarget| target.manifest.target.role == role;
    let found = targets.iter().find(own);
    found.with_context(|| format!("there is no reference for the role {role}"))
}

/// The defects that are asked for, with the role of the reference that has them.
fn chosen_defects(globs: &[String]) -> Result<Vec<(Role, &'static str)>> {
    let of = |role: Role, defects: &'static [fixtures::defects::Defect]| {
        defects.iter().map(move |defect| (role, defect.name))
    };
    let all = of(Role::Backend, fixtures::defects::ALL)
        .chain(of(Role::Client, fixtures::defects::CLIENT));
    let chosen: Vec<(Role, &'static str)> = all
        .filter(|(_, name)| {
            globs.is_empty() || globs.iter().any(|glob| selection::matches(glob, name))
        })
        .collect();
    if chosen.is_empty() {
        bail!(
            "--defect {} matches no defect; `reference-backend defects` and `reference-client defects` list them",
            globs.join(", ")
        );
    }
    Ok(chosen)
}
