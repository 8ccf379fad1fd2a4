//! The command line as a user meets it.
#![expect(
    clippy::unwrap_used,
    reason = "functions beside the tests; a panic is their failure"
)]

mod bad_input;
mod command;
#[cfg(unix)]
mod end_to_end;
#[cfg(unix)]
mod expectations;
mod github;
#[cfg(unix)]
mod parts;
#[cfg(unix)]
mod report;
#[cfg(target_os = "linux")]
mod wine;
