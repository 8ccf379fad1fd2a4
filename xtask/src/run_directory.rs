//! The directory of one run: evidence and reports.

use crate::cargo::workspace;
use crate::forms::{badge, tap};
use crate::report::page;
use crate::{batch, plan_file, summary};
use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Makes the directory: the one that was asked for, or a fresh one that no other run has.
pub(crate) fn make(asked: Option<&Path>, started: SystemTime) -> Result<PathBuf> {
    let directory = match asked {
        Some(directory) => std::path::absolute(directory)
            .with_context(|| format!("--out {} is no path", directory.display()))?,
        None => {
            let stamp = humantime::format_rfc3339_seconds(started)
                .to_string()
                .replace([':', '-'], "");
            workspace().join("target/sidecar").join(format!(
                "{}-{}",
                stamp.trim_end_matches('Z'),
                std::process::id()
            ))
        }
    };
    let failed = || {
        format!(
            "the out directory {} cannot be written; choose another with --out",
            directory.display()
        )
    };
    std::fs::create_dir_all(&directory).with_context(failed)?;
    let probe = directory.join(".writable");
    std::fs::write(&probe, "")
        .and_then(|()| std::fs::remove_file(&probe))
        .with_context(failed)?;
    clear(&directory)?;
    if asked.is_none() {
        point_latest(&directory);
    }
    Ok(directory)
}

/// The directory of reports that are not about one run: the one that was asked for, or the parent of all runs.
pub(crate) fn for_reports(asked: Option<&Path>) -> Result<PathBuf> {
    let directory = match asked {
        Some(directory) => directory.to_owned(),
        None => workspace().join("target/sidecar"),
    };
    std::fs::create_dir_all(&directory).with_context(|| {
        format!(
            "{} cannot be made; choose another with --out",
            directory.display()
        )
    })?;
    Ok(directory)
}

/// The directory of the run that was begun last.
pub(crate) fn latest() -> Result<PathBuf> {
    let runs = workspace().join("target/sidecar");
    let link = runs.join("latest");
    let named = || std::fs::read_to_string(runs.join("latest.txt")).map(PathBuf::from);
    let latest = link.canonicalize().or_else(|_| named());
    latest.context("there is no run yet; `cargo xtask e2e` makes one, and any other can be named")
}

/// A path relative to the working directory where it lies below it.
pub(crate) fn shown(directory: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    directory
        .strip_prefix(&here)
        .map(Path::to_owned)
        .unwrap_or_else(|_| directory.to_owned())
}

/// Removes what an earlier run left, and nothing else: a directory with other things in it is not ours.
fn clear(directory: &Path) -> Result<()> {
    const OURS: [&str; 10] = [
        plan_file::NAME,
        batch::ASKED,
        "events",
        summary::NAME,
        page::NAME,
        tap::NAME,
        badge::JSON_NAME,
        badge::SVG_NAME,
        "junit.xml",
        batch::LOG,
    ];
    for row in std::fs::read_dir(directory)?.flatten() {
        let name = row.file_name();
        if !OURS.iter().any(|ours| name == *ours) {
            bail!(
                "the out directory {} holds `{}`, which no run has written; choose an empty one with --out",
                directory.display(),
                name.to_string_lossy()
            );
        }
    }
    for ours in OURS {
        let path = directory.join(ours);
        let removed = if path.is_dir() {
            std::fs::remove_dir_all(&path)
        } else {
            std::fs::remove_file(&path)
        };
        if path.exists() {
            removed.with_context(|| {
                format!("{} of an earlier run cannot be removed", path.display())
            })?;
        }
    }
    Ok(())
}

/// `latest` beside the runs. Best effort: two runs may want it at once, and a system may have no links.
fn point_latest(directory: &Path) {
    #[cfg(unix)]
    if let (Some(parent), Some(name)) = (directory.parent(), directory.file_name()) {
        let fresh = parent.join(format!(".latest-{}", std::process::id()));
        let _ = std::os::unix::fs::symlink(name, &fresh);
        let _ = std::fs::rename(&fresh, parent.join("latest"));
    }
    #[cfg(not(unix))]
    if let Some(parent) = directory.parent() {
        let _ = std::fs::write(parent.join("latest.txt"), directory.display().to_string());
    }
}
