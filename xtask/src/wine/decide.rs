//! What is tried with Wine: decided by a Windows program, because only that sees what is there.

use super::lane::Lane;
use crate::{bounded, cargo};
use anyhow::{Context as _, Result};
use std::time::Duration;
use suites::decisions::Decisions;
use suites::plan::Planned;
use suites::targets::{FIXTURES_VARIABLE, LoadedTarget};

/// Longest time for deciding: it starts one program, and asks others for their versions.
const DECIDED_WITHIN: Duration = Duration::from_secs(120);

/// Has the lane's own system decide what is tried there, and yields that system's name.
pub(crate) fn decide(
    lane: &Lane,
    targets: &[LoadedTarget],
    planned: &mut [Planned<'_>],
) -> Result<String> {
    cargo::ensure_nextest()?;
    eprintln!("building the fixtures and the cases for Windows");
    let fixtures = Lane::path(&cargo::build_for(Some(lane), "fixtures")?);
    let decider = cargo::build_for(Some(lane), "suites")?.join("decide.exe");
    // SAFETY: this program has one thread here; nothing else reads or writes the environment.
    unsafe { std::env::set_var(FIXTURES_VARIABLE, fixtures) };
    let mut command = lane.command(&decider);
    command.args(targets.iter().map(|target| Lane::path(&target.path)));
    let said = bounded::output(&mut command, DECIDED_WITHIN)?;
    let decisions: Decisions = serde_json::from_str(&said.stdout).with_context(|| {
        let (name, status, words) = (lane.name(), said.status, said.stderr.trim());
        format!("{name} ran no program that decides what is tried ({status}): {words}")
    })?;
    decisions.apply(planned).map_err(anyhow::Error::msg)?;
    Ok(decisions.platform)
}
