//! `cargo xtask calibrate`: the proof that each case can fail, and that an honest target passes.

mod matrix;
pub(crate) mod part;
mod pool;

use crate::arguments::Calibrate;
use crate::{cargo, run_directory};
use anyhow::{Context as _, Result, bail};
use harness::target::Role;
use matrix::Calibration;
use part::{Part, PlannedRun, Subjects, Whole};
use pool::{Done, Job, Pool};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use suites::case::Case;
use suites::contract;
use suites::digest;
use suites::nulls;
use suites::partition::Partition;
use suites::plan::{Gate, gate, of_another_machine};
use suites::proving;
use suites::targets::{self, FIXTURES_VARIABLE, LoadedTarget};
use suites::verdict::{Level, RunResult};
use suites::{cases, selection};

pub(crate) fn run(arguments: &Calibrate) -> Result<u8> {
    let chosen = selection::select(&arguments.cases, cases::all())
        .map_err(|globs| anyhow::anyhow!("--case {} matches no case", globs.join(", ")))?;
    let mut asked = chosen_defects(&arguments.defects)?;
    if !arguments.cases.is_empty() && arguments.defects.is_empty() {
        asked.retain(|(_, defect)| is_about(&chosen, defect));
    }
    let (defects, elsewhere) = tried_here(asked, &chosen);
    if defects.is_empty() {
        bail!("no case that names one of these defects can be tried on this machine");
    }
    eprintln!("building the fixtures and the runner");
    let fixtures = cargo::build("fixtures")?;
    // SAFETY: this program has one thread here; nothing else reads or writes the environment.
    unsafe { std::env::set_var(FIXTURES_VARIABLE, &fixtures) };
    let runner = cargo::build("suites")?.join(format!("run-case{}", std::env::consts::EXE_SUFFIX));
    let out = run_directory::for_reports(arguments.out.as_deref())?;

    let honest = [targets::honest(), proving::reserved()].concat();
    let mut targets = targets::load_all(&honest)?;
    if !arguments.cases.is_empty() {
        targets.retain(|target| applicable(target, &chosen).into_iter().any(is_required));
    }
    let directory = tempfile::tempdir().context("there is no room for manifests")?;
    let nulls = match arguments.quick {
        true => Vec::new(),
        false => nulls::write(directory.path()).map_err(anyhow::Error::msg)?,
    };

    let mut jobs = Vec::new();
    let provable = targets::load_all(&proving::provable())?;
    let proved = proved(&provable, &chosen);
    for (role, defect) in &defects {
        let own = proved.iter().filter(|(_, case)| case.role() == *role);
        let named = |case: &Case| !arguments.quick || names(case, defect);
        jobs.extend(
            own.filter(|(_, case)| named(case))
                .map(|(target, case)| Job::with_defect(target, defect, case)),
        );
    }
    for target in &targets {
        jobs.extend(
            applicable(target, &chosen)
                .into_iter()
                .map(|case| Job::plain(target.id(), &target.path, case)),
        );
    }
    for null in &nulls {
        let own = proved
            .iter()
            .filter(|(target, _)| target.id() == null.stands_for);
        jobs.extend(own.map(|(_, case)| Job::plain(&null.name, &null.path, case)));
    }
    eprintln!(
        "{} runs: {} defects, {} controls, {} null targets",
        jobs.len(),
        defects.len(),
        targets.len(),
        nulls.len()
    );
    let partition = arguments.partition.unwrap_or(Partition::WHOLE);
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
    let whole = Whole {
        platform: format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH),
        deal: partition.deal,
        parts: partition.of,
        manifests: manifests(&targets)?,
        subjects: Subjects {
            defects: owned(defects.iter().map(|(_, name)| *name).collect()),
            nulls: owned(nulls.iter().map(|null| null.name.as_str()).collect()),
            controls: owned(targets.iter().map(LoadedTarget::id).collect()),
            elsewhere,
        },
        cases: owned(chosen.iter().map(|case| case.id).collect()),
        runs: PlannedRun::deal(&jobs, partition),
    };
    let own: Vec<&Job> = (jobs.iter().zip(&whole.runs))
        .filter(|(_, planned)| planned.part == partition.number)
        .map(|(job, _)| job)
        .collect();
    if own.is_empty() {
        bail!(
            "there is nothing to run in {partition}: there are {} runs in all",
            jobs.len()
        );
    }
    let mut part = Part::new(whole, partition.number)?;
    if arguments.partition.is_some() {
        part.write(&out)?;
    }
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let threads = arguments.jobs.map_or(4 * cores, usize::from);
    let results = Pool { runner, threads }.run(&own)?;
    if arguments.partition.is_some() {
        part.runs = Some(results);
        part.write(&out)?;
        println!(
            "{}: {} runs are done; nothing is concluded before `cargo xtask report merge`",
            part.name(),
            own.len()
        );
        return Ok(0);
    }
    conclude(&results, &part.whole.subjects, &chosen, &out)
}

/// Merges the parts of a calibration that many machines ran.
pub(crate) fn merge(directories: &[PathBuf], out: Option<&Path>) -> Result<u8> {
    let parts = part::read(directories)?;
    let whole = (parts.first())
        .context("no directory is given")?
        .whole
        .clone();
    let known = |id: &String| {
        let case = cases::all().find(|case| case.id == id);
        case.with_context(|| {
            format!("{id} is no case of this suite; merge with the one that ran it")
        })
    };
    let chosen: Vec<&Case> = whole.cases.iter().map(known).collect::<Result<_>>()?;
    let (results, broken_off) = part::together(parts)?;
    let out = run_directory::for_reports(out)?;
    let code = conclude(&results, &whole.subjects, &chosen, &out)?;
    for part in &broken_off {
        println!("incomplete: {part}");
    }
    Ok(if broken_off.is_empty() {
        code
    } else {
        RunResult::Incomplete.exit_code()
    })
}

fn conclude(results: &[Done], subjects: &Subjects, cases: &[&Case], out: &Path) -> Result<u8> {
    let calibration = Calibration::of(results, subjects, cases);
    calibration.write(out)?;
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

/// One digest of the manifests of all targets, and of the backends of pairs.
fn manifests(targets: &[LoadedTarget]) -> Result<String> {
    let own = targets.iter();
    let all = own.flat_map(|target| std::iter::once(target).chain(target.pair.as_deref()));
    let texts: Vec<Vec<u8>> = all
        .map(|target| {
            std::fs::read(&target.path)
                .with_context(|| format!("{} could not be read", target.path.display()))
        })
        .collect::<Result<_>>()?;
    Ok(digest::text(texts))
}

/// The cases that can be tried here, each with the target on which it is proved.
fn proved<'t, 'c>(
    targets: &'t [LoadedTarget],
    cases: &[&'c Case],
) -> Vec<(&'t LoadedTarget, &'c Case)> {
    let on = |case: &'c Case| Some((proving::target_of(targets.iter(), case)?, case));
    let tried = |(target, case): &(&LoadedTarget, &Case)| gate(target, case) == Gate::Run;
    cases
        .iter()
        .filter_map(|case| on(case))
        .filter(tried)
        .collect()
}

fn names(case: &Case, defect: &str) -> bool {
    case.proof(defect).is_some()
}

fn is_required(case: &Case) -> bool {
    contract::clause(case.clause).is_some_and(|clause| clause.level == Level::Must)
}

/// Whether a defect is one of these cases' own: they name it, and not just for a platform other than this while others show it here.
fn is_about(cases: &[&Case], defect: &str) -> bool {
    let elsewhere = || {
        let mut named = cases.iter().flat_map(|case| case.proofs);
        named.any(|proof| proof.defect == defect) && !cases::all().any(|case| names(case, defect))
    };
    cases.iter().any(|case| names(case, defect)) || elsewhere()
}

/// Those that a case which names them can show on this machine, and the others, each with the reason.
fn tried_here<'d>(
    defects: Vec<(Role, &'d str)>,
    cases: &[&Case],
) -> (Vec<(Role, &'d str)>, BTreeMap<String, String>) {
    let mut elsewhere = BTreeMap::new();
    let mut here = defects;
    here.retain(|(_, defect)| {
        let proofs = cases
            .iter()
            .flat_map(|case| case.proofs.iter().map(move |proof| (case, proof)))
            .filter(|(_, proof)| proof.defect == *defect);
        let reasons: Option<Vec<_>> = proofs
            .map(|(case, proof)| of_another_machine(case).or(proof.shown.lacking()))
            .collect();
        let why = reasons.and_then(|reasons| reasons.first().copied());
        if let Some(why) = why {
            elsewhere.insert((*defect).to_owned(), why.to_owned());
        }
        why.is_none()
    });
    (here, elsewhere)
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
