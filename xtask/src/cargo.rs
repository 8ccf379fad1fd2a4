//! What is asked of cargo and of nextest.

use crate::arguments;
use crate::wine::{self, Lane};
use anyhow::{Context as _, Result, bail};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use suites::targets::FIXTURES_VARIABLE;

/// The version that is installed where there is none; the one the project is tested with.
pub(crate) const NEXTEST_VERSION: &str = "0.9.143";

/// Longest time that cargo takes to say something about itself, on a loaded machine.
pub(crate) const ANSWERS_WITHIN: Duration = Duration::from_secs(60);

/// The root of the workspace.
pub(crate) fn workspace() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_owned()
}

/// `cargo` with its working directory at the workspace's root.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace());
    // Set by the cargo or nextest that this program was started with; they are about that run, not about the inner one.
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        if name_text.starts_with("CARGO_PKG_")
            || name_text == "CARGO_MANIFEST_DIR"
            || name_text == "CARGO_MANIFEST_PATH"
            || name_text.starts_with("NEXTEST_")
        {
            command.env_remove(&name);
        }
    }
    command
}

/// Builds binaries of a package and yields the directory in which they lie.
pub(crate) fn build(package: &str) -> Result<PathBuf> {
    build_with(package, &["--bins"])
}

/// Builds binaries of a package for this machine, or for the one that a lane imitates, and yields the directory in which they lie.
pub(crate) fn build_for(lane: Option<&Lane>, package: &str) -> Result<PathBuf> {
    match lane {
        Some(_) => build_with(package, &["--bins", "--target", wine::TARGET]),
        None => build(package),
    }
}

/// Builds with further arguments and yields the directory in which the last executable lies.
pub(crate) fn build_with(package: &str, arguments: &[&str]) -> Result<PathBuf> {
    let output = cargo()
        .args(["build", "--quiet", "--package", package])
        .args(arguments)
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit())
        .output()
        .context("`cargo build` could not be started")?;
    if !output.status.success() {
        bail!(
            "`cargo build --package {package} {}` failed; its messages are above",
            arguments.join(" ")
        );
    }
    let text = String::from_utf8_lossy(&output.stdout);
    executables(&text)
        .last()
        .and_then(|path| path.parent().map(Path::to_owned))
        .with_context(|| format!("cargo built no binary of {package}"))
}

fn executables(messages: &str) -> Vec<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter_map(|message| message.get("executable")?.as_str().map(PathBuf::from))
        .collect()
}

/// Makes sure that `cargo nextest` is there, and says so when it has to be installed.
pub(crate) fn ensure_nextest() -> Result<()> {
    let there = cargo()
        .args(["nextest", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if there.is_ok_and(|status| status.success()) {
        return Ok(());
    }
    eprintln!(
        "cargo-nextest is missing; installing version {NEXTEST_VERSION} (this takes some minutes, once)"
    );
    let installed = cargo()
        .args([
            "install",
            "cargo-nextest",
            "--locked",
            "--version",
            NEXTEST_VERSION,
        ])
        .status()
        .context("`cargo install` could not be started")?;
    if !installed.success() {
        bail!(
            "cargo-nextest could not be installed; install it by hand: cargo install cargo-nextest --locked"
        );
    }
    Ok(())
}

/// `cargo nextest run` over a package.
pub(crate) fn nextest<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = cargo();
    command.args(["nextest", "run"]).args(arguments);
    command
}

/// The same over the cases, so many at a time.
pub(crate) fn conformance(jobs: usize) -> Command {
    let package = ["--package", "suites", "--test", "conformance"];
    let mut command = nextest(package.into_iter().chain(["--profile", "e2e"]));
    command.arg("--test-threads").arg(jobs.to_string());
    command
}

/// Where all tests are built, if not where everything else is: they take this very program, which Windows does not let anybody replace
/// while it runs.
fn apart(windows: bool) -> Option<PathBuf> {
    windows.then(|| workspace().join("target/tests"))
}

/// All of the project's own tests.
pub(crate) fn test(arguments: &arguments::Test) -> Result<u8> {
    ensure_nextest()?;
    let mut runner = nextest(["--workspace"]);
    if let Some(directory) = apart(cfg!(windows)) {
        runner.arg("--target-dir").arg(directory);
    }
    let lane = match arguments.wine {
        true => Some(Lane::open()?),
        false => None,
    };
    if let Some(lane) = &lane {
        eprintln!("building the fixtures for Windows");
        let fixtures = build_for(Some(lane), "fixtures")?;
        lane.apply(&mut runner);
        runner
            .args(["--target", wine::TARGET])
            .env(FIXTURES_VARIABLE, Lane::path(&fixtures))
            // It would ask cargo, and there is none for Windows here.
            .env("INSTA_WORKSPACE_ROOT", Lane::path(&workspace()));
    }
    let status = runner
        .args(&arguments.rest)
        .status()
        .context("nextest could not be started")?;
    Ok(u8::from(!status.success()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_runs_is_not_built_again_where_it_cannot_be() {
        let elsewhere = apart(true).unwrap();
        assert!(elsewhere.starts_with(workspace().join("target")));
        assert_eq!(apart(false), None);
    }

    #[test]
    fn reads_executables_from_cargos_messages() {
        let messages = "{\"executable\":null}\nnoise\n{\"executable\":\"/t/debug/a\"}\n{\"reason\":\"build-finished\"}\n";
        assert_eq!(executables(messages), [PathBuf::from("/t/debug/a")]);
    }
}
