//! `cargo xtask survey`: daemons that nobody here wrote, each tried as it is. What they fail is no fault of this project; that they
//! can be tried, and that the harness is never at fault, is.

use crate::arguments::Survey;
use crate::summary::Summary;
use crate::{again, cargo, github, run_directory};
use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use suites::targets::{self, LoadedTarget};
use suites::verdict::{RunResult, Totals};

/// The version that the survey was written of.
const UVICORN: &str = "uvicorn==0.54.0";
/// Packages of the others.
const PACKAGES: [(&str, &str); 2] = [("nginx", "nginx-light"), ("podman", "podman")];

pub(crate) fn run(arguments: &Survey) -> Result<u8> {
    let out = run_directory::for_reports(arguments.out.as_deref())?.join("survey");
    let environment = cargo::workspace().join("target/field");
    let path = searched(&environment)?;
    // SAFETY: this program has one thread here; nothing else reads or writes the environment.
    unsafe { std::env::set_var("PATH", &path) };
    let targets = targets::load_all(&manifests()?)?;
    if arguments.install {
        install(&targets, &environment)?;
    }
    for target in &targets {
        if let Err(why) = target.check() {
            bail!(
                "{}: {why}; `cargo xtask survey --install` does it",
                target.id()
            );
        }
    }
    let mut all = true;
    for target in &targets {
        let directory = out.join(target.id());
        if directory.exists() {
            std::fs::remove_dir_all(&directory)
                .with_context(|| format!("{} cannot be removed", directory.display()))?;
        }
        let asked = again::Run {
            targets: std::slice::from_ref(&target.path),
            cases: &arguments.cases,
            jobs: None,
            wine: false,
        };
        let (_, summary) = asked.run(&directory)?;
        all &= tried(&summary);
        println!("{}: {}", target.id(), words(&summary.totals));
        github::summarise(&summary)?;
    }
    println!("reports: {}", run_directory::shown(&out).display());
    Ok(if all {
        0
    } else {
        RunResult::Invalid.exit_code()
    })
}

/// Whether the run says something of the daemon: all of it could be tried.
fn tried(summary: &Summary) -> bool {
    !matches!(summary.result(), RunResult::Invalid | RunResult::Incomplete)
        && summary.totals.could_not_run == 0
}

fn words(totals: &Totals) -> String {
    format!(
        "{} passed, {} failed, {} with a warning, {} not applicable, {} could not run, {} faults of the harness",
        totals.pass,
        totals.fail,
        totals.warn,
        totals.not_applicable,
        totals.could_not_run,
        totals.harness_error
    )
}

fn manifests() -> Result<Vec<PathBuf>> {
    let directory = targets::own_manifests().join("field");
    let rows = std::fs::read_dir(&directory)
        .with_context(|| format!("{} cannot be read", directory.display()))?;
    let mut paths: Vec<PathBuf> = (rows.flatten())
        .map(|row| row.path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    paths.sort();
    Ok(paths)
}

/// `PATH` with the environment in which pip installs, and where a system keeps daemons.
fn searched(environment: &Path) -> Result<std::ffi::OsString> {
    let known = std::env::var_os("PATH").unwrap_or_default();
    let own = [environment.join("bin")];
    let system = [PathBuf::from("/usr/sbin")];
    std::env::join_paths(
        own.into_iter()
            .chain(std::env::split_paths(&known))
            .chain(system),
    )
    .context("the path of the workspace holds the character that separates paths")
}

fn install(targets: &[LoadedTarget], environment: &Path) -> Result<()> {
    let missing =
        |id: &str| (targets.iter()).any(|target| target.id() == id && target.check().is_err());
    let packages: Vec<&str> = (PACKAGES.iter())
        .filter(|(id, _)| missing(id))
        .map(|(_, package)| *package)
        .collect();
    if !packages.is_empty() {
        done(&mut as_root(["apt-get", "update", "-qq"]))?;
        let fixed = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"];
        done(as_root(fixed).args(packages))?;
    }
    if missing("uvicorn") {
        done(
            Command::new("python3")
                .args(["-m", "venv"])
                .arg(environment),
        )?;
        let pip = environment.join("bin/pip");
        done(Command::new(pip).args(["install", "--quiet", UVICORN]))?;
    }
    Ok(())
}

/// A command with the rights that a package manager needs, where they can be had without a question.
fn as_root<const N: usize>(words: [&str; N]) -> Command {
    let allowed = Command::new("sudo").args(["-n", "true"]).status();
    let mut command = if allowed.is_ok_and(|status| status.success()) {
        let mut command = Command::new("sudo");
        command.args(["-n", "--", "env"]);
        command
    } else {
        Command::new("env")
    };
    command.arg("DEBIAN_FRONTEND=noninteractive");
    command.args(words);
    command
}

fn done(command: &mut Command) -> Result<()> {
    let shown = format!("{command:?}");
    eprintln!("{shown}");
    let status = command
        .status()
        .with_context(|| format!("{shown} could not be started"))?;
    if !status.success() {
        bail!("{shown} failed ({status})");
    }
    Ok(())
}
