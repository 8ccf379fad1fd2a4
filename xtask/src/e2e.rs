//! `cargo xtask e2e`: the whole run, from manifests to exit code.

use crate::arguments::E2e;
use crate::summary::Summary;
use crate::{cargo, junit, progress, run_directory, table};
use anyhow::{Context as _, Result, bail};
use std::ffi::OsStr;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::SystemTime;
use suites::case::Case;
use suites::plan::{Gate, Planned, plan};
use suites::targets::{self, FIXTURES_VARIABLE, LoadedTarget};
use suites::trials::{KEEP_VARIABLE, OUT_VARIABLE, TARGETS_VARIABLE};
use suites::{cases, selection};

/// Cases wait for their target as much as they work, so two share a core.
const JOBS_A_CORE: usize = 2;

pub(crate) fn run(arguments: &E2e) -> Result<u8> {
    let started = SystemTime::now();
    let targets = load(&arguments.targets)?;
    let chosen = select(&arguments.cases)?;
    let planned = plan(&targets, &chosen);
    if planned.is_empty() {
        bail!("{}", nothing_planned(&targets));
    }
    if arguments.list {
        list(&planned);
        return Ok(0);
    }
    let directory = run_directory::make(arguments.out.as_deref(), started)?;
    prepare(&targets)?;
    run_cases(arguments, &targets, &planned, &directory)?;

    let summary = Summary::gather(&planned, &directory, started);
    summary.write(&directory)?;
    junit::write(&summary, &directory)?;
    let drawing = table::Drawing {
        directory: &shown(&directory),
        targets: targets
            .iter()
            .map(|target| (target.id().to_owned(), given(arguments, target)))
            .collect(),
        colour: std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
    };
    print!("{}", table::draw(&summary, &drawing));
    Ok(summary.totals.result().exit_code())
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

fn list(planned: &[Planned<'_>]) {
    for planned in planned {
        let name = format!("{}::{}", planned.target.id(), planned.case.id);
        match &planned.gate {
            Gate::Run => println!("{name}  [{}]", planned.case.clause),
            Gate::NotApplicable(why) => {
                println!("{name}  [{}]  not applicable: {why}", planned.case.clause);
            }
            Gate::CouldNotRun(why) => {
                println!("{name}  [{}]  could not run: {why}", planned.case.clause);
            }
        }
    }
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
    targets: &[LoadedTarget],
    planned: &[Planned<'_>],
    directory: &Path,
) -> Result<()> {
    let names: Vec<String> = planned
        .iter()
        .filter(|planned| planned.gate == Gate::Run)
        .map(|planned| format!("{}::{}", planned.target.id(), planned.case.id))
        .collect();
    if names.is_empty() {
        return Ok(());
    }
    if arguments.targets.is_empty() {
        eprintln!(
            "no --target is given: trying the suite's own reference backend, its reference client, and both as a pair"
        );
    }
    eprintln!("running {}", counts(targets, planned));
    let log_path = directory.join("nextest.log");
    let log = std::fs::File::create(&log_path)
        .with_context(|| format!("{} cannot be written", log_path.display()))?;
    let mut runner = cargo::nextest([
        "--package",
        "suites",
        "--test",
        "conformance",
        "--profile",
        "e2e",
    ]);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let jobs = arguments.jobs.map_or(JOBS_A_CORE * cores, usize::from);
    runner.arg("--test-threads").arg(jobs.to_string());
    let filter: Vec<String> = names.iter().map(|name| format!("test(={name})")).collect();
    runner.arg("--filterset").arg(filter.join(" | "));
    let manifests = std::env::join_paths(targets.iter().map(|target| &target.path))
        .context("a manifest's path holds the character that separates paths")?;
    let status = runner
        .env(TARGETS_VARIABLE, manifests)
        .env(OUT_VARIABLE, directory)
        .env(KEEP_VARIABLE, if arguments.keep { "1" } else { "0" })
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
        .context("nextest could not be started")
        .and_then(|runner| Ok(progress::follow(runner, directory, names.len())?))?;
    // 0: all passed; 100: some did not. The verdicts themselves come from the evidence.
    if !matches!(status.code(), Some(0 | 100)) {
        let log = std::fs::read_to_string(&log_path).unwrap_or_default();
        bail!(
            "nextest did not run the cases ({status}); it said:\n{}",
            log.trim()
        );
    }
    Ok(())
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
fn counts(targets: &[LoadedTarget], planned: &[Planned<'_>]) -> String {
    let of = |target: &LoadedTarget| {
        let own = |planned: &&Planned<'_>| {
            planned.gate == Gate::Run && planned.target.id() == target.id()
        };
        let runs = planned.iter().filter(own);
        let paired = runs
            .clone()
            .filter(|planned| planned.case.id.starts_with("pair."));
        let (runs, paired) = (runs.count(), paired.count());
        let with = match paired {
            0 => String::new(),
            paired => format!(", {paired} of them with its real backend"),
        };
        (runs > 0).then(|| format!("{runs} cases on {}{with}", target.id()))
    };
    let counts: Vec<String> = targets.iter().filter_map(of).collect();
    counts.join("; ")
}

/// A manifest's path as the user gave it, for the command that runs a case again.
fn given(arguments: &E2e, target: &LoadedTarget) -> Option<String> {
    let same = |path: &&PathBuf| path.canonicalize().is_ok_and(|path| path == target.path);
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

/// A path relative to the working directory where it lies below it.
fn shown(directory: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    directory
        .strip_prefix(&here)
        .map(Path::to_owned)
        .unwrap_or_else(|_| directory.to_owned())
}
