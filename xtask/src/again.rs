//! Whole runs of this program, each in a process of its own, for verbs that need many.

use crate::run_directory;
use crate::summary::Summary;
use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What is asked of `cargo xtask e2e`.
pub(crate) struct Run<'a> {
    pub(crate) targets: &'a [PathBuf],
    pub(crate) cases: &'a [String],
    pub(crate) jobs: Option<u16>,
    pub(crate) wine: bool,
}

impl Run<'_> {
    /// Runs it and yields its exit code and what it found. A run that found nothing is an error: nothing can be concluded from it.
    pub(crate) fn run(&self, directory: &Path) -> Result<(i32, Summary)> {
        let program = std::env::current_exe().context("this program cannot find itself")?;
        let mut command = Command::new(program);
        command.arg("e2e").arg("--out").arg(directory);
        for target in self.targets {
            command.arg("--target").arg(target);
        }
        for case in self.cases {
            command.arg("--case").arg(case);
        }
        if self.wine {
            command.arg("--wine");
        }
        if let Some(jobs) = self.jobs {
            command.arg("--jobs").arg(jobs.to_string());
        }
        // Many summaries of the same would drown the one of the verb that runs them.
        command
            .env_remove("GITHUB_ACTIONS")
            .env_remove("GITHUB_OUTPUT")
            .env_remove("GITHUB_STEP_SUMMARY");
        let log = directory.with_extension("log");
        let file = log
            .parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| std::fs::File::create(&log))
            .with_context(|| format!("{} cannot be written", log.display()))?;
        let status = command
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .status()
            .context("a run could not be started")?;
        let log = run_directory::shown(&log);
        match (status.code(), Summary::read(directory)) {
            (Some(code), Some(summary)) => Ok((code, summary)),
            _ => bail!(
                "a run ended without its summary ({status}); its words are in {}",
                log.display()
            ),
        }
    }
}
