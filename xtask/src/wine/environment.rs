//! The variable that names a Wine, and those that a Wine is given.

use std::path::Path;
use std::process::Command;

/// The variable that names a Wine: the loader itself, or the root of a system that has one.
pub(super) const VARIABLE: &str = "SIDECAR_WINE";

/// The first boot takes 11 s on two idle cores.
const MADE_WITHIN: Duration = Duration::from_secs(240);

/// One start of a program, with a server that is cold.
const RUNS_WITHIN: Duration = Duration::from_secs(60);

/// The library that Rust programs take random bytes from, and old Wines lack.
const NEEDED: &str = "drive_c/windows/system32/bcryptprimitives.dll";

/// A prefix, locked for as long as this value lives.
#[derive(Debug)]
pub(crate) struct Prefix {
    directory: PathBuf,
    _lock: Lock,
}

/// The lock of a prefix. It is given back by word: a program that is being started may hold the file open a moment longer.
#[derive(Debug)]
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// What can be said of a prefix without taking it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It is free, made or not.
    Free,
    /// Another run has it; what is known of it, and the command that ends that run.
    Locked(String),
    /// A server serves it that no run owns; the command that ends it.
    Stale(Vec<String>),
}

/// Where the prefix of this checkout and its lock lie.
pub(super) fn home() -> PathBuf {
    workspace().join("target/wine")
}

/// Sets what a Windows program needs to run in a prefix, silently and without a screen.
pub(super) fn environment(command: &mut Command, prefix: &Path) {
    command
        .env("WINEPREFIX", prefix)
        .env("WINEDEBUG", "-all")
        .env("WINEDLLOVERRIDES", "mscoree=;mshtml=;winemenubuilder.exe=");
    for name in [
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "WINEARCH",
        "WINELOADER",
        "WINESERVER",
    ] {
        command.env_remove(name);
    }
}
