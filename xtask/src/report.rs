//! `cargo xtask report`: what a run found, as a page, and what changed between two runs.

mod data;
mod diff;
mod evidence;
mod open;
pub(crate) mod page;
mod proofs;
mod read;

use crate::arguments::{Report, ReportVerb};
use crate::{merge, run_directory};
use anyhow::Result;

pub(crate) fn run(arguments: &Report) -> Result<u8> {
    match &arguments.verb {
        Some(ReportVerb::Merge(arguments)) => merge::run(arguments),
        Some(ReportVerb::Diff(arguments)) => diff::run(arguments),
        None => draw(arguments),
    }
}

fn draw(arguments: &Report) -> Result<u8> {
    let directory = match &arguments.directory {
        Some(directory) => directory.clone(),
        None => run_directory::latest()?,
    };
    let summary = read::summary(&directory)?;
    let file = match &arguments.out {
        Some(file) => file.clone(),
        None => directory.join(page::NAME),
    };
    page::write(&summary, &directory, &file)?;
    println!("{}", run_directory::shown(&file).display());
    if arguments.open {
        open::in_browser(&file)?;
    }
    Ok(0)
}
