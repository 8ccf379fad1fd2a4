//! `cargo xtask github …`: what jobs of a workflow run.

mod action;
mod conclude;

use crate::arguments::Github;
use anyhow::Result;

pub(crate) fn run(verb: &Github) -> Result<u8> {
    match verb {
        Github::Action => action::run(),
        Github::Conclude => conclude::run(),
    }
}
