//! `cargo xtask report merge`: the parts of a run, tried on many machines, become one run. It says what a single run would have said,
//! and refuses to say anything when something is missing.

mod shard;

use crate::arguments::Merge;
use crate::plan_file::Plan;
use crate::report::page;
use crate::summary::Summary;
use crate::{calibrate, forms, github, junit, plan_file, run_directory, table};
use anyhow::{Context as _, Result, bail};
use shard::Shard;
use std::path::{Path, PathBuf};
use suites::plan::Gate;
use suites::run::{again_path, stream_path};

pub(crate) fn run(arguments: &Merge) -> Result<u8> {
    let given = arguments.directories.iter();
    let directories: Vec<PathBuf> = given.flat_map(|given| runs_in(given)).collect();
    if (directories.iter()).any(|directory| directory.join(calibrate::part::NAME).exists()) {
        return calibrate::merge(&directories, arguments.out.as_deref());
    }
    let shards = read(&directories)?;
    let first = shards.first().context("no directory is given")?;
    let started = shards.iter().map(|shard| shard.plan.started_at.as_str());
    let plan = (first.plan).undivided(started.min().unwrap_or_default().to_owned())?;
    let summary = gather(&plan, &first.plan, &shards)?;

    if let Some(out) = &arguments.out {
        apart(out, &shards)?;
    }
    let now = std::time::SystemTime::now();
    let directory = run_directory::make(arguments.out.as_deref(), now)?;
    for shard in &shards {
        copy_evidence(shard, &directory)?;
    }
    plan.write(&directory)?;
    summary.write(&directory)?;
    junit::write(&summary, &directory)?;
    forms::write(&summary, &directory)?;
    page::write(&summary, &directory, &directory.join(page::NAME))?;
    github::announce(&summary, &directory)?;
    let targets = plan.whole.targets.iter();
    let drawing = table::Drawing {
        directory: &run_directory::shown(&directory),
        targets: targets.map(|target| (target.id.clone(), None)).collect(),
        wine: plan.whole.platform.ends_with("-wine"),
        colour: table::colour(),
    };
    let table = github::inert(table::draw(&summary, &drawing));
    print!("{}{table}", github::annotations(&summary));
    Ok(summary.result().exit_code())
}

/// The directory itself where it is a run's, else the directories in it, in the order of their names.
fn runs_in(given: &Path) -> Vec<PathBuf> {
    let rows = std::fs::read_dir(given).into_iter().flatten().flatten();
    let mut below: Vec<PathBuf> = rows.map(|row| row.path()).collect();
    let itself = [plan_file::NAME, calibrate::part::NAME];
    if itself.iter().any(|name| given.join(name).exists())
        || !below.iter().any(|path| path.is_dir())
    {
        return vec![given.to_owned()];
    }
    below.sort();
    below
}

/// Reads the shards and makes sure that they are all the parts of one plan, each once.
fn read(directories: &[PathBuf]) -> Result<Vec<Shard>> {
    let mut shards: Vec<Shard> = Vec::new();
    for directory in directories {
        let shard = Shard::read(directory)?;
        if let Some(first) = shards.first()
            && let Some(difference) = first.plan.whole.difference(&shard.plan.whole)
        {
            bail!(
                "{} is of another plan than {}: {difference}",
                directory.display(),
                first.directory.display()
            );
        }
        if let Some(same) = (shards.iter()).find(|other| other.plan.part == shard.plan.part) {
            bail!(
                "{} is given twice: {} and {}",
                shard.name(),
                same.directory.display(),
                directory.display()
            );
        }
        shards.push(shard);
    }
    if let Some(first) = shards.first() {
        complete(&first.plan, &shards)?;
    }
    Ok(shards)
}

fn complete(plan: &Plan, shards: &[Shard]) -> Result<()> {
    let missing: Vec<u32> = (1..=plan.whole.parts)
        .filter(|part| !shards.iter().any(|shard| shard.plan.part == *part))
        .collect();
    let Some(first) = missing.first() else {
        return Ok(());
    };
    let numbers: Vec<String> = missing.iter().map(u32::to_string).collect();
    let lost = (plan.whole.cases.iter()).filter(|case| missing.contains(&case.part));
    let mut named = (lost.clone()).filter(|case| case.part == *first && case.gate == Gate::Run);
    let example =
        (named.next()).map_or_else(String::new, |case| format!(", {} among them", case.name()));
    bail!(
        "part {} of {} is missing, and with it {} planned cases{example}",
        numbers.join(", "),
        plan.whole.parts,
        lost.count()
    )
}

/// What the evidence of all shards says, in the order of the plan.
fn gather(plan: &Plan, dealt: &Plan, shards: &[Shard]) -> Result<Summary> {
    let mut cases = Vec::new();
    for planned in &dealt.whole.cases {
        let shard = (shards.iter()).find(|shard| shard.plan.part == planned.part);
        let shard = shard.with_context(|| format!("{} belongs to no part", planned.name()))?;
        cases.push(shard.case(planned)?);
    }
    let broken_off = shards.iter().filter_map(Shard::broken_off).collect();
    Ok(Summary::of(plan, cases, broken_off))
}

/// The merged run must not be one of those that it is made of: they would be cleared.
fn apart(directory: &Path, shards: &[Shard]) -> Result<()> {
    let own = directory.canonicalize().ok();
    let same = |shard: &&Shard| own.is_some() && shard.directory.canonicalize().ok() == own;
    match shards.iter().find(same) {
        Some(shard) => bail!(
            "{} is to be merged, and cannot be the out directory too",
            shard.directory.display()
        ),
        None => Ok(()),
    }
}

/// Where the evidence of a case's first try lies, or of its second.
type Place = fn(&Path, &str, &str) -> PathBuf;

fn copy_evidence(shard: &Shard, directory: &Path) -> Result<()> {
    let own = shard.plan.own();
    let tries = own.flat_map(|planned| [(planned, stream_path as Place), (planned, again_path)]);
    for (planned, place) in tries {
        let from = place(&shard.directory, &planned.target, &planned.id);
        let to = place(directory, &planned.target, &planned.id);
        if !from.exists() {
            continue;
        }
        if let Some(parent) = to.parent() {
            std::fs::create_dir_all(parent)
                .with_context(|| format!("{} cannot be made", parent.display()))?;
        }
        std::fs::copy(&from, &to).with_context(|| {
            format!("{} could not be copied to {}", from.display(), to.display())
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
