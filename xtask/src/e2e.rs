//! `cargo xtask e2e`: the whole run, from manifests to exit code.

use crate::arguments::E2e;
use crate::batch::{Batch, Surroundings};
use crate::plan_file::{Plan, PlannedCase, Target};
use crate::report::page;
use crate::summary::Summary;
use crate::wine::{self, Lane};
use crate::{bless, cargo, forms, github, junit, progress, retry, run_directory, table};
use anyhow::{Result, bail};
use harness::canonical::canonical;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use suites::case::Case;
use suites::decisions;
use suites::partition::Partition;
use suites::plan::{Gate, plan};
use suites::targets::{self, FIXTURES_VARIABLE, LoadedTarget};
use suites::{cases, selection};

/// Cases wait for their target as much as they work, so two share a core.
pub(crate) const JOBS_A_CORE: usize = 2;

pub(crate) fn run(arguments: &E2e) -> Result<u8> {
    let started = SystemTime::now();
    let targets = load(&arguments.targets)?;
    let chosen = select(&arguments.cases)?;
    let mut planned = plan(&targets, &chosen);
    if planned.is_empty() {
        bail!("{}", nothing_planned(&targets));
    }
    let lane = match arguments.wine {
        true => Some(Lane::open()?),
        false => None,
    };
    let platform = match &lane {
        Some(lane) => wine::decide(lane, &targets, &mut planned)?,
        None => decisions::platform(),
    };
    let part = arguments.partition.unwrap_or(Partition::WHOLE);
    let plan = Plan::new(&targets, &planned, part, platform, started)?;
    something_to_try(&plan, part)?;
    if arguments.list {
        list(&plan);
        return Ok(0);
    }
    let directory = run_directory::make(arguments.out.as_deref(), started)?;
    plan.write(&directory)?;
    if lane.is_none() {
        prepare(&targets)?;
    }
    run_cases(arguments, lane.as_ref(), &targets, &plan, &directory)?;

    let mut summary = Summary::gather(&plan, &directory);
    let manifests = (targets.iter())
        .filter_map(|target| Some((target.id().to_owned(), given(arguments, target)?)));
    summary.manifests = manifests.collect();
    summary.write(&directory)?;
    junit::write(&summary, &directory)?;
    forms::write(&summary, &directory)?;
    page::write(&summary, &directory, &directory.join(page::NAME))?;
    github::announce(&summary, &directory)?;
    if arguments.bless {
        bless::run(&arguments.blessing, &targets, &plan, &summary, started)?;
    }
    if arguments.json {
        eprint!("{}", github::annotations(&summary));
        progress::json::conclude(&summary, &directory);
        return Ok(summary.result().exit_code());
    }
    let drawing = table::Drawing {
        directory: &run_directory::shown(&directory),
        targets: targets
            .iter()
            .map(|target| (target.id().to_owned(), given(arguments, target)))
            .collect(),
        wine: lane.is_some(),
        colour: table::colour(),
    };
    let table = github::inert(table::draw(&summary, &drawing));
    print!("{}{table}", github::annotations(&summary));
    Ok(summary.result().exit_code())
}

fn load(paths: &[PathBuf]) -> Result<Vec<LoadedTarget>> {
    let default = targets::references();
    let paths = if paths.is_empty() { &default } else { paths };
    Ok(targets::load_all(paths)?)
}

fn select(globs: &[String]) -> Result<Vec<&'static Case>> {
    selection::select(globs, cases::all()).map_err(|unmatched| {
        let names: Vec<String> = unmatched.iter().map(|glob| format!("`{glob}`")).collect();
        anyhow::anyhow!(
            "--case {} matches no case; `cargo xtask e2e --list` shows them all",
            names.join(", ")
        )
    })
}

fn list(plan: &Plan) {
    for planned in plan.own() {
        let (name, clause) = (planned.name(), &planned.clause);
        match &planned.gate {
            Gate::Run => println!("{name}  [{clause}]"),
            Gate::NotApplicable(why) => println!("{name}  [{clause}]  not applicable: {why}"),
            Gate::CouldNotRun(why) => println!("{name}  [{clause}]  could not run: {why}"),
        }
    }
}

/// A part without anything to try would be green without having shown anything.
fn something_to_try(plan: &Plan, part: Partition) -> Result<()> {
    let runs = |case: &&PlannedCase| case.gate == Gate::Run;
    let all = plan.whole.cases.iter().filter(runs).count();
    if all > 0 && !plan.own().any(|case| runs(&case)) {
        bail!(
            "there is nothing to try in {part}: {all} cases are to be tried in all; ask for fewer parts"
        );
    }
    Ok(())
}

/// Everything that has to be there before the first case: nextest, the fixtures where a target is one, and each program.
fn prepare(targets: &[LoadedTarget]) -> Result<()> {
    cargo::ensure_nextest()?;
    if targets.iter().any(LoadedTarget::uses_fixtures) {
        eprintln!("building the fixtures");
        let directory = cargo::build("fixtures")?;
        // SAFETY: this program has one thread here; nothing else reads or writes the environment.
        unsafe { std::env::set_var(FIXTURES_VARIABLE, directory) };
    }
    for target in targets {
        if let Err(why) = target.check() {
            bail!("{}: `launch.bin`: {why}", target.path.display());
        }
    }
    Ok(())
}

fn run_cases(
    arguments: &E2e,
    lane: Option<&Lane>,
    targets: &[LoadedTarget],
    plan: &Plan,
    directory: &Path,
) -> Result<()> {
    let tried = || plan.own().filter(|planned| planned.gate == Gate::Run);
    if tried().next().is_none() {
        return Ok(());
    }
    if arguments.targets.is_empty() {
        eprintln!(
            "no --target is given: trying the suite's own reference backend, its reference client, and both as a pair"
        );
    }
    eprintln!("running {}", counts(plan));
    let (alone, beside): (Vec<_>, Vec<_>) = tried().partition(|planned| is_alone(planned));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let jobs = arguments.jobs.map_or(JOBS_A_CORE * cores, usize::from);
    let surroundings = Surroundings {
        lane,
        targets,
        directory,
        keep: arguments.keep,
    };
    let batch = |label, cases: Vec<&PlannedCase>, jobs| Batch {
        label,
        names: cases.into_iter().map(PlannedCase::name).collect(),
        jobs,
        again: false,
    };
    let batches = [batch("beside", beside, jobs), batch("alone", alone, 1)];
    let mut runners = (batches.iter()).filter_map(|batch| batch.start(&surroundings).transpose());
    let status = progress::follow(&mut runners, directory, plan, arguments.json)?;
    surroundings.ran(status)?;
    let names = retry::worth(&Summary::gather(plan, directory).cases);
    let noun = match names.len() {
        0 => return Ok(()),
        1 => "failure",
        _ => "failures",
    };
    eprintln!("running {} {noun} again, alone", names.len());
    let batch = Batch {
        label: "again",
        names,
        jobs: 1,
        again: true,
    };
    match batch.start(&surroundings)? {
        Some(mut runner) => surroundings.ran(runner.wait()?),
        None => Ok(()),
    }
}

fn is_alone(planned: &PlannedCase) -> bool {
    cases::all().any(|case| case.id == planned.id && case.is_alone())
}

/// Why there is no case at all: what was selected is for targets of another role.
fn nothing_planned(targets: &[LoadedTarget]) -> String {
    let mut roles: Vec<&str> = targets
        .iter()
        .map(|target| target.manifest.target.role.name())
        .collect();
    roles.sort_unstable();
    roles.dedup();
    format!(
        "no selected case is for a target of the role {}; `cargo xtask e2e --list` with the same --target shows those that are",
        roles.join(" or ")
    )
}

/// How many cases run on which target, and how many of them with its real backend.
fn counts(plan: &Plan) -> String {
    let of = |target: &Target| {
        let own = |planned: &&PlannedCase| planned.gate == Gate::Run && planned.target == target.id;
        let runs = plan.own().filter(own).count();
        let paired = (plan.own().filter(own)).filter(|planned| planned.id.starts_with("pair."));
        let with = match paired.count() {
            0 => String::new(),
            paired => format!(", {paired} of them with its real backend"),
        };
        let noun = if runs == 1 { "case" } else { "cases" };
        (runs > 0).then(|| format!("{runs} {noun} on {}{with}", target.id))
    };
    let counts: Vec<String> = plan.whole.targets.iter().filter_map(of).collect();
    let part = (plan.partition()).map_or_else(String::new, |part| format!("{part}: "));
    format!("{part}{}", counts.join("; "))
}

/// A manifest's path as the user gave it, for the command that runs a case again.
fn given(arguments: &E2e, target: &LoadedTarget) -> Option<String> {
    let same = |path: &&PathBuf| canonical(path).is_ok_and(|path| path == target.path);
    arguments
        .targets
        .iter()
        .find(same)
        .map(|path| quoted(path.as_os_str()))
}

fn quoted(text: &OsStr) -> String {
    let text = text.to_string_lossy().into_owned();
    let plain = |character: char| character.is_ascii_alphanumeric() || "/._-+".contains(character);
    if text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}
