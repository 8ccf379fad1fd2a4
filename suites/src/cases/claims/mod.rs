//! Chapter claims: what a backend refuses, and what it does without a word in its manifest.

mod refused;
mod unsaid;

use crate::case::Case;

pub(super) const CASES: &[Case] = &[
    refused::TCP,
    refused::PARENTS,
    refused::PARENT_BOUND,
    refused::WORKERS,
    refused::DEPENDENCY,
    unsaid::PARENTS,
    unsaid::SINGLE_INSTANCE,
    unsaid::DRAIN,
    unsaid::LIMITS,
    unsaid::WORKERS,
    unsaid::INDEPENDENT,
];
