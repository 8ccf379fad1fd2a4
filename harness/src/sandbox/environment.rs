//! The environment of a target: cleared, then filled from a list in which every name has its reason.
//!
//! Where targets are contained by a sweep (macOS), each launch adds one more, `SIDECAR_CASE`: the mark by which what the target
//! starts is found again. It cannot be unset, and names nothing of the user.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// macOS has no `C.UTF-8` before 15, and a shell that finds no such language says so on standard error.
const LANGUAGE: &str = if cfg!(target_os = "macos") {
    "en_US.UTF-8"
} else {
    "C.UTF-8"
};

/// What is taken over from the harness's own environment.
pub(super) const TAKEN_OVER: &[&str] = &[
    // Interpreters and tools that a target is written in or calls.
    "PATH",
    // Local time in logs as the machine has it.
    "TZ",
    // Windows: without these, sockets and the runtime libraries do not load, and `cmd` finds no extensions.
    "SYSTEMROOT",
    "WINDIR",
    "SYSTEMDRIVE",
    "COMSPEC",
    "PATHEXT",
    "NUMBER_OF_PROCESSORS",
    "PROCESSOR_ARCHITECTURE",
    // Wine: where its prefix is, and that it stays quiet.
    "WINEPREFIX",
    "WINEDEBUG",
    "WINEDLLOVERRIDES",
    // Coverage of targets that are built for it.
    "LLVM_PROFILE_FILE",
];

/// The variables that point into a sandbox, and the directory below its root that each points to.
const POINTERS: &[(&str, &str)] = &[
    ("HOME", "home"),
    ("XDG_STATE_HOME", "state"),
    ("XDG_CONFIG_HOME", "config"),
    ("XDG_DATA_HOME", "data"),
    ("XDG_CACHE_HOME", "cache"),
    ("XDG_RUNTIME_DIR", "run"),
    ("TMPDIR", "tmp"),
    ("USERPROFILE", "home"),
    ("APPDATA", "config"),
    ("LOCALAPPDATA", "state"),
    ("TEMP", "tmp"),
    ("TMP", "tmp"),
];

/// Name and value of what is taken over.
pub(crate) fn taken_over() -> impl Iterator<Item = (&'static OsStr, OsString)> {
    let names = TAKEN_OVER.iter().map(OsStr::new);
    names.filter_map(|name| Some((name, std::env::var_os(name)?)))
}

pub(super) fn variables(root: &Path, home: &Path) -> BTreeMap<OsString, OsString> {
    let mut variables = BTreeMap::new();
    for (name, value) in taken_over() {
        variables.insert(name.to_owned(), value);
    }
    // One language, so that a target's sentences do not depend on who runs the suite; UTF-8, so that paths may be any text.
    variables.insert("LC_ALL".into(), LANGUAGE.into());
    for (name, directory) in POINTERS {
        let path = if *directory == "home" {
            home.to_owned()
        } else {
            root.join(directory)
        };
        variables.insert(OsString::from(name), path.into_os_string());
    }
    variables
}

/// Has programs keep their state in this directory.
pub fn choose_state_directory(variables: &mut BTreeMap<OsString, OsString>, directory: &OsStr) {
    variables.insert("XDG_STATE_HOME".into(), directory.into());
    if cfg!(windows) {
        variables.insert("LOCALAPPDATA".into(), directory.into());
    }
}

/// Has programs keep their state where the platform has it on an account on which nobody has chosen a directory: below the
/// home directory.
pub fn forget_state_directory(variables: &mut BTreeMap<OsString, OsString>) {
    variables.remove(OsStr::new("XDG_STATE_HOME"));
    if cfg!(windows) {
        let home = variables.get(OsStr::new("USERPROFILE")).map(PathBuf::from);
        let usual = home.unwrap_or_default().join("AppData").join("Local");
        variables.insert("LOCALAPPDATA".into(), usual.into_os_string());
    }
}

/// Where programs keep their state, by the rules of the platform: `XDG_STATE_HOME` when it is absolute, else
/// `$HOME/.local/state` (XDG base directories 0.8); on macOS `~/Library/Application Support`; on Windows `%LOCALAPPDATA%`.
#[must_use]
pub fn state_directory(variables: &BTreeMap<OsString, OsString>) -> PathBuf {
    let path = |name: &str| variables.get(OsStr::new(name)).map(PathBuf::from);
    let home = path("HOME").unwrap_or_default();
    if let Some(state) = path("XDG_STATE_HOME").filter(|state| state.is_absolute()) {
        return state;
    }
    if cfg!(windows) {
        path("LOCALAPPDATA").unwrap_or_default()
    } else if cfg!(target_os = "macos") {
        home.join("Library/Application Support")
    } else {
        home.join(".local/state")
    }
}
