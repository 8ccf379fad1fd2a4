//! A Wine of our own: a small Debian whose Wine was made to run outside of it.

use super::environment::VARIABLE;
use crate::bounded;
use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The first release of Debian whose Wine runs Rust programs.
const RELEASE: &str = "trixie";

/// Some 300 packages are fetched and unpacked; a minute here.
const FETCHED_WITHIN: Duration = Duration::from_secs(1800);

const DONE_WITHIN: Duration = Duration::from_secs(120);

/// Where it lies: one for all checkouts of a user.
pub(super) fn directory() -> PathBuf {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let cache = variable("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.filter(|cache| cache.is_absolute());
    let home = || PathBuf::from(variable("HOME").unwrap_or_default()).join(".cache");
    cache
        .unwrap_or_else(home)
        .join("sidecar-conformance")
        .join(format!("wine-{RELEASE}"))
}

/// What is missing to set one up, in one sentence with what to do.
pub(crate) fn needs() -> Option<String> {
    if !is_root() {
        return Some(format!(
            "debootstrap must be run as root; run this as root, or install Wine 9 or later and name it in {VARIABLE}"
        ));
    }
    let there = Command::new("debootstrap").arg("--version").output();
    there
        .is_err()
        .then(|| "debootstrap is missing; to install it: apt-get install -y debootstrap".to_owned())
}

/// The owner of a process's directory is whom it acts for.
pub(crate) fn is_root() -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
    }
    #[cfg(not(unix))]
    false
}

/// Sets it up. Shows what is done; fetches some 300 MB.
pub(crate) fn set_up() -> Result<()> {
    if let Some(needs) = needs() {
        bail!("{needs}");
    }
    let root = directory();
    let partial = root.with_extension("partial");
    for left in [&partial, &root] {
        remove(left)?;
    }
    if let Some(parent) = root.parent() {
        std::fs::create_dir_all(parent)
            .with_context(|| format!("{} cannot be made", parent.display()))?;
    }
    eprintln!("setting up Wine in {}", root.display());
    let mut fetch = Command::new("debootstrap");
    fetch
        .args(["--variant=minbase", "--include=wine64,patchelf", RELEASE])
        .arg(&partial);
    done(&mut fetch, FETCHED_WITHIN)?;
    // A loader and a server that find the libraries which they were built with, and not this system's.
    for program in ["wine64", "wineserver64"] {
        let mut patch = Command::new("chroot");
        patch.arg(&partial).args(["patchelf", "--set-interpreter"]);
        patch
            .arg(root.join("lib64/ld-linux-x86-64.so.2"))
            .args(["--force-rpath", "--set-rpath"])
            .arg(root.join("usr/lib/x86_64-linux-gnu"))
            .arg(Path::new("/usr/lib/wine").join(program));
        done(&mut patch, DONE_WITHIN)?;
    }
    link("wineserver64", &partial.join("usr/lib/wine/wineserver"))?;
    // Debian's server looks for its tables here first, and else at the system's own root.
    link(".", &partial.join("usr/share/wine/wine"))?;
    for unneeded in ["var/cache/apt", "var/lib/apt/lists", "usr/share/doc"] {
        let _ = std::fs::remove_dir_all(partial.join(unneeded));
    }
    std::fs::rename(&partial, &root)
        .with_context(|| format!("{} cannot be put in place", root.display()))
}

/// Puts a link in the place of what is there.
fn link(to: &str, at: &Path) -> Result<()> {
    let _ = std::fs::remove_file(at);
    harness::files::link(Path::new(to), at)
        .with_context(|| format!("{} could not be linked to {to}", at.display()))
}

/// Removes what an earlier attempt left, without ever leaving its file system: a broken-off one may have mounts below it.
fn remove(directory: &Path) -> Result<()> {
    if !directory.exists() {
        return Ok(());
    }
    let mut remove = Command::new("rm");
    remove
        .args(["-rf", "--one-file-system", "--"])
        .arg(directory);
    done(&mut remove, DONE_WITHIN)
}

fn done(command: &mut Command, within: Duration) -> Result<()> {
    let status = bounded::status(command, within)?;
    if !status.success() {
        bail!(
            "`{}` failed ({status}); its messages are above",
            command.get_program().display()
        );
    }
    Ok(())
}
