//! The sidecar contract, the cases that hold a target to it, and the verdicts.
//!
//! This crate knows clauses and no system call: whatever touches the machine is asked of `harness`.

pub mod audit;
pub mod bounds;
pub mod case;
pub mod cases;
pub mod conclusion;
pub mod context;
pub mod contract;
pub mod decisions;
pub mod digest;
pub mod expectation;
pub mod nulls;
pub mod partition;
pub mod plan;
pub mod proving;
pub mod run;
pub mod scope;
pub mod selection;
pub mod targets;
pub mod trials;
pub mod verdict;
