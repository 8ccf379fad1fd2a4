//! `cargo xtask calibrate`: the proof that each case can fail, and that an honest target passes.

mod matrix;
mod pool;

use crate::arguments::Calibrate;
use crate::{cargo, run_directory};
use anyhow::{Context as _, Result, bail};
use matrix::Calibration;
use pool::{Job, Pool};
use std::path::PathBuf;
use suites::case::Case;
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

    let targets = targets::load_all(&[targets::reference(), targets::independent()])?;
    let chosen = selection::select(&arguments.cases, cases::all())
        .map_err(|globs| anyhow::anyhow!("--case {} matches no case", globs.join(", ")))?;
    let defects = chosen_defects(&arguments.defects)?;
    let nulls = NullManifests::write(&targets[0])?;

    let mut jobs = Vec::new();
    for defect in &defects {
        let cases = applicable(&targets[0], &chosen);
        let named = |case: &&Case| {
            !arguments.quick || case.proofs.iter().any(|proof| proof.defect == *defect)
        };
        jobs.extend(
            cases
                .into_iter()
                .filter(named)
                .map(|case| Job::with_defect(&targets[0], defect, case)),
        );
    }
    for target in &targets {
        jobs.extend(
            applicable(target, &chosen)
                .into_iter()
                .map(|case| Job::plain(target.id(), &target.path, case)),
        );
    }
    if !arguments.quick {
        for (kind, path) in &nulls.manifests {
            jobs.extend(
                applicable(&targets[0], &chosen)
                    .into_iter()
                    .map(|case| Job::plain(kind, path, case)),
            );
        }
    }
    eprintln!(
        "{} runs: {} defects, {} controls, {} null targets",
        jobs.len(),
        defects.len(),
        targets.len(),
        nulls.manifests.len()
    );
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let threads = arguments.jobs.map_or(4 * cores, usize::from);
    let results = Pool { runner, threads }.run(&jobs)?;

    let controls: Vec<&str> = targets.iter().map(LoadedTarget::id).collect();
    let calibration = Calibration::of(
        &results,
        &defects,
        &nulls.kinds(arguments.quick),
        &controls,
        &chosen,
    );
    calibration.write(&out)?;
    print!("{}", calibration.draw());
    println!("written: {}", out.join("calibration.json").display());
    Ok(u8::from(!calibration.holds()))
}

fn applicable<'a>(target: &LoadedTarget, cases: &[&'a Case]) -> Vec<&'a Case> {
    cases
        .iter()
        .copied()
        .filter(|case| gate(&target.manifest, case) == Gate::Run)
        .collect()
}

fn chosen_defects(globs: &[String]) -> Result<Vec<&'static str>> {
    let all: Vec<&'static str> = fixtures::defects::ALL
        .iter()
        .map(|defect| defect.name)
        .collect();
    let chosen: Vec<&'static str> = all
        .iter()
        .copied()
        .filter(|name| globs.is_empty() || globs.iter().any(|glob| selection::matches(glob, name)))
        .collect();
    if chosen.is_empty() {
        bail!(
            "--defect {} matches no defect; `reference-backend defects` lists them",
            globs.join(", ")
        );
    }
    Ok(chosen)
}

/// Manifests of the null targets: the reference's, with all its claims, and another program.
struct NullManifests {
    manifests: Vec<(String, PathBuf)>,
    directory: PathBuf,
}

impl NullManifests {
    fn write(reference: &LoadedTarget) -> Result<Self> {
        let directory = std::env::temp_dir().join(format!("sidecar-nulls-{}", std::process::id()));
        std::fs::create_dir_all(&directory)?;
        let text = std::fs::read_to_string(&reference.path)?;
        let mut manifests = Vec::new();
        for kind in fixtures::nulls::Kind::ALL {
            let kind = kind.name().to_owned();
            let path = directory.join(format!("{kind}.toml"));
            std::fs::write(&path, null_manifest(&text, &kind)?)?;
            manifests.push((kind, path));
        }
        Ok(Self {
            manifests,
            directory,
        })
    }

    fn kinds(&self, quick: bool) -> Vec<&str> {
        self.manifests
            .iter()
            .filter(|_| !quick)
            .map(|(kind, _)| kind.as_str())
            .collect()
    }
}

impl Drop for NullManifests {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// The reference's manifest with another id and program, and with little patience: what does nothing right does it at once.
fn null_manifest(reference: &str, kind: &str) -> Result<String> {
    let replaced = [
        ("id = \"reference\"", format!("id = \"null-{kind}\"")),
        (
            "{fixtures}/reference-backend",
            "{fixtures}/null-target".to_owned(),
        ),
        (
            "\"{bin}\", \"serve\"",
            format!("\"{{bin}}\", \"--kind\", \"{kind}\", \"serve\""),
        ),
        ("within_ms = 5000", "within_ms = 500".to_owned()),
    ]
    .into_iter()
    .try_fold(reference.to_owned(), |text, (from, to)| {
        text.contains(from)
            .then(|| text.replace(from, &to))
            .with_context(|| format!("the reference's manifest lacks `{from}`"))
    })?;
    Ok(replaced)
}
