//! Some of a run's cases, handed to the test runner.

use crate::cargo;
use crate::wine::{self, Lane};
use anyhow::{Context as _, Result, bail};
use std::ffi::OsString;
use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};
use suites::targets::LoadedTarget;
use suites::trials::{
    AGAIN_VARIABLE, CASES_VARIABLE, KEEP_VARIABLE, OUT_VARIABLE, TARGETS_VARIABLE,
};

/// What all batches of a run have in common.
pub(crate) struct Surroundings<'a> {
    pub(crate) lane: Option<&'a Lane>,
    pub(crate) targets: &'a [LoadedTarget],
    pub(crate) directory: &'a Path,
    pub(crate) keep: bool,
}

impl Surroundings<'_> {
    /// Makes sure that the runner ran the cases. 0: all passed; 100: some did not. The verdicts themselves come from the evidence.
    pub(crate) fn ran(&self, status: ExitStatus) -> Result<()> {
        if !matches!(status.code(), Some(0 | 100)) {
            let log = std::fs::read_to_string(self.directory.join(LOG)).unwrap_or_default();
            bail!(
                "nextest did not run the cases ({status}); it said:\n{}",
                log.trim()
            );
        }
        Ok(())
    }
}

/// What the runner said.
pub(crate) const LOG: &str = "nextest.log";
/// The directory of what the runner was asked to run, below a run's own.
pub(crate) const ASKED: &str = "asked";

/// Cases that are run together.
pub(crate) struct Batch {
    /// What tells it from the other batches of its run.
    pub(crate) label: &'static str,
    /// As the runner knows them.
    pub(crate) names: Vec<String>,
    /// How many run at the same time.
    pub(crate) jobs: usize,
    /// Whether all of them have been run before.
    pub(crate) again: bool,
}

impl Batch {
    /// Starts the runner; nothing without cases.
    pub(crate) fn start(&self, surroundings: &Surroundings<'_>) -> Result<Option<Child>> {
        if self.names.is_empty() {
            return Ok(None);
        }
        let Surroundings {
            lane,
            targets,
            directory,
            keep,
        } = surroundings;
        let log_path = directory.join(LOG);
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&log_path)
            .with_context(|| format!("{} cannot be written", log_path.display()))?;
        let mut runner = cargo::conformance(self.jobs);
        let manifests = match lane {
            Some(_) => {
                let paths = targets.iter().map(|target| Lane::path(&target.path));
                OsString::from(paths.collect::<Vec<_>>().join(";"))
            }
            None => std::env::join_paths(targets.iter().map(|target| &target.path))
                .context("a manifest's path holds the character that separates paths")?,
        };
        let known = |path: &Path| match lane {
            Some(_) => OsString::from(Lane::path(path)),
            None => path.as_os_str().to_owned(),
        };
        let asked = directory.join(ASKED).join(self.label);
        std::fs::create_dir_all(directory.join(ASKED))
            .and_then(|()| std::fs::write(&asked, self.names.join("\n")))
            .with_context(|| format!("{} cannot be written", asked.display()))?;
        if let Some(lane) = lane {
            lane.apply(&mut runner);
            runner.args(["--target", wine::TARGET]);
        }
        runner
            .env(TARGETS_VARIABLE, manifests)
            .env(OUT_VARIABLE, known(directory))
            // A file, because the names of all cases are too many for a command line of Windows.
            .env(CASES_VARIABLE, known(&asked))
            .env(KEEP_VARIABLE, if *keep { "1" } else { "0" })
            .env(AGAIN_VARIABLE, if self.again { "1" } else { "0" })
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .map(Some)
            .context("nextest could not be started")
    }
}
