//! Running many cases at once, each in a process of its own.

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use suites::case::Case;
use suites::run::CaseResult;
use suites::targets::LoadedTarget;

/// One case on one target.
pub(super) struct Job {
    /// The defect, the null target or the control that it belongs to.
    pub(super) subject: String,
    manifest: PathBuf,
    pub(super) case: &'static str,
    defect: Option<String>,
}

impl Job {
    pub(super) fn with_defect(target: &LoadedTarget, defect: &str, case: &Case) -> Self {
        Self {
            subject: defect.to_owned(),
            manifest: target.path.clone(),
            case: case.id,
            defect: Some(defect.to_owned()),
        }
    }

    pub(super) fn plain(subject: &str, manifest: &Path, case: &Case) -> Self {
        Self {
            subject: subject.to_owned(),
            manifest: manifest.to_owned(),
            case: case.id,
            defect: None,
        }
    }
}

/// The result of a job, with the subject that it belongs to.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Done {
    pub(super) subject: String,
    pub(super) result: CaseResult,
}

pub(super) struct Pool {
    pub(super) runner: PathBuf,
    pub(super) threads: usize,
}

impl Pool {
    /// Runs all jobs.
    pub(super) fn run(&self, jobs: &[&Job]) -> Result<Vec<Done>> {
        let next = AtomicUsize::new(0);
        let done = Mutex::new(Vec::with_capacity(jobs.len()));
        let step = (jobs.len() / 20).max(1);
        let order = spread(jobs.len());
        std::thread::scope(|scope| -> Result<()> {
            let workers: Vec<_> = (0..self.threads.min(jobs.len()))
                .map(|_| {
                    scope.spawn(|| -> Result<()> {
                        loop {
                            let index = next.fetch_add(1, Ordering::Relaxed);
                            let Some(job) = order.get(index).and_then(|place| jobs.get(*place))
                            else {
                                return Ok(());
                            };
                            if index > 0 && index.is_multiple_of(step) {
                                eprintln!("  {index} of {} runs", jobs.len());
                            }
                            let result = self.one(job)?;
                            let mut done = done
                                .lock()
                                .unwrap_or_else(std::sync::PoisonError::into_inner);
                            done.push(Done {
                                subject: job.subject.clone(),
                                result,
                            });
                        }
                    })
                })
                .collect();
            for worker in workers {
                match worker.join() {
                    Ok(result) => result?,
                    Err(_) => bail!("a worker panicked"),
                }
            }
            Ok(())
        })?;
        Ok(done
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    fn one(&self, job: &Job) -> Result<CaseResult> {
        let mut command = Command::new(&self.runner);
        command
            .arg("--target")
            .arg(&job.manifest)
            .args(["--case", job.case]);
        if let Some(defect) = &job.defect {
            command.args(["--defect", defect]);
        }
        let output = command
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("{} could not be started", self.runner.display()))?;
        serde_json::from_slice(&output.stdout).with_context(|| {
            let error = String::from_utf8_lossy(&output.stderr).into_owned();
            format!(
                "{} on {} gave no result ({}): {error}",
                job.case, job.subject, output.status
            )
        })
    }
}

/// An order in which neighbours come far apart. Those of one subject are alike: on some targets all cases wait, on others all work, and
/// cores idle unless both are under way at once.
fn spread(length: usize) -> Vec<usize> {
    // By the golden section, so that no other distance repeats soon either.
    let mut step = length.saturating_mul(618) / 1000;
    while !coprime(step, length) {
        step += 1;
    }
    (0..length).map(|index| index * step % length).collect()
}

const fn coprime(mut one: usize, mut other: usize) -> bool {
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_turn() {
        for length in (0..300).chain([1001, 52_799]) {
            let mut order = spread(length);
            order.sort_unstable();
            assert!(order.into_iter().eq(0..length), "{length}");
        }
    }

    #[test]
    fn a_long_row_of_one_kind_is_spread_over_the_whole() {
        let order = spread(1000);
        let last = |part: &[usize]| part.iter().filter(|place| **place >= 900).count();
        assert!(order.chunks(100).all(|part| (5..=20).contains(&last(part))));
    }
}
