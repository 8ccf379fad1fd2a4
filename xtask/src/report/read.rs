//! A run as its directory has it.

use crate::plan_file::Plan;
use crate::summary::{self, Summary};
use anyhow::{Context as _, Result, bail};
use std::path::Path;

/// What the run has summed up; or, where it was broken off before that, what its plan and its evidence say.
pub(super) fn summary(directory: &Path) -> Result<Summary> {
    let path = directory.join(summary::NAME);
    match std::fs::read_to_string(&path) {
        Ok(text) => serde_json::from_str(&text)
            .with_context(|| format!("{} is cut, or is no summary", path.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => broken_off(directory),
        Err(error) => Err(error).with_context(|| format!("{} could not be read", path.display())),
    }
}

fn broken_off(directory: &Path) -> Result<Summary> {
    if !directory.is_dir() {
        bail!(
            "{} is not there; a directory that `cargo xtask e2e` has made is wanted",
            directory.display()
        );
    }
    let plan = Plan::read(directory)?;
    let mut summary = Summary::gather(&plan, directory);
    summary
        .broken_off
        .push("the run ended before it had its summary".to_owned());
    Ok(summary)
}
