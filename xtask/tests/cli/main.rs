//! The command line as a user meets it.

mod bad_input;
mod command;
#[cfg(unix)]
mod end_to_end;
