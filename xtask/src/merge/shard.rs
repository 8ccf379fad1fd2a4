//! One part of a run, as its machine left it.

use crate::finding::{self, CaseSummary, Evidence};
use crate::plan_file::{Plan, PlannedCase};
use crate::summary::Summary;
use anyhow::{Context as _, Result, bail};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use suites::run::{again_path, stream_path};
use suites::verdict::Verdict;

/// Where the evidence of a case's first try lies, or of its second.
type Place = fn(&Path, &str, &str) -> PathBuf;

pub(super) struct Shard {
    pub(super) directory: PathBuf,
    pub(super) plan: Plan,
    /// What it found, where it came to its end.
    summary: Option<Summary>,
}

impl Shard {
    pub(super) fn read(directory: &Path) -> Result<Self> {
        let shard = Self {
            directory: directory.to_owned(),
            plan: Plan::read(directory)?,
            summary: Summary::read(directory),
        };
        let parts = shard.plan.whole.parts;
        if shard.plan.part == 0 || shard.plan.part > parts {
            bail!("{}: there is no {}", directory.display(), shard.name());
        }
        shard.has_no_stranger()?;
        Ok(shard)
    }

    pub(super) fn name(&self) -> String {
        format!("part {} of {}", self.plan.part, self.plan.whole.parts)
    }

    /// Why it is not whole, where it is not.
    pub(super) fn broken_off(&self) -> Option<String> {
        (self.summary.is_none()).then(|| {
            format!(
                "{} ended before it had its summary; its evidence is in {}",
                self.name(),
                self.directory.display()
            )
        })
    }

    /// What is said of a case of this part. What a machine that went down did not come to is not known, and not the target's or the
    /// harness's fault; what a machine that came to its end cannot show was lost on the way.
    pub(super) fn case(&self, planned: &PlannedCase) -> Result<CaseSummary> {
        let (mut found, evidence) = finding::case(planned, &self.directory);
        let Some(summary) = &self.summary else {
            if evidence != Evidence::Verdict {
                found.verdict = Verdict::CouldNotRun;
                found.reason = format!(
                    "{} ended before the case had its verdict: {}",
                    self.name(),
                    found.reason
                );
            }
            return Ok(found);
        };
        let own = |case: &&CaseSummary| case.target == planned.target && case.id == planned.id;
        let said = (summary.cases.iter().find(own)).with_context(|| {
            format!(
                "{}: {} is planned there, and its summary does not name it",
                self.directory.display(),
                planned.name()
            )
        })?;
        if said.verdict != found.verdict {
            bail!(
                "{}: its summary says {} of {}, and {}",
                self.directory.display(),
                said.verdict,
                planned.name(),
                match evidence {
                    Evidence::Verdict => format!("the evidence says {}", found.verdict),
                    Evidence::Cut => "the evidence was cut before its verdict".to_owned(),
                    Evidence::Nothing => "there is no evidence of it".to_owned(),
                }
            );
        }
        Ok(found)
    }

    /// A stream of a case that belongs elsewhere means that two runs were mixed up.
    fn has_no_stranger(&self) -> Result<()> {
        let own: BTreeSet<PathBuf> = (self.plan.own())
            .flat_map(|planned| {
                [stream_path as Place, again_path]
                    .map(|path| path(&self.directory, &planned.target, &planned.id))
            })
            .collect();
        for target in rows(&self.directory.join("events")) {
            for stream in rows(&target) {
                if !own.contains(&stream) {
                    bail!(
                        "{} is not of a case that {} has in its plan",
                        stream.display(),
                        self.name()
                    );
                }
            }
        }
        Ok(())
    }
}

fn rows(directory: &Path) -> Vec<PathBuf> {
    let rows = std::fs::read_dir(directory).into_iter().flatten().flatten();
    rows.map(|row| row.path()).collect()
}
