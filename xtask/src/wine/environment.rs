//! The variable that names a Wine, and those that a Wine is given.

use std::path::Path;
use std::process::Command;

/// The variable that names a Wine: the loader itself, or the root of a system that has one.
pub(super) const VARIABLE: &str = "SIDECAR_WINE";

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
