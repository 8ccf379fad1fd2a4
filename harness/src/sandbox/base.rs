//! Where sandboxes lie: a place whose path leaves room for sockets, and where nobody can put something else in their stead.

use std::path::{Path, PathBuf};

/// Socket paths have room for about 100 bytes, so what lies above them must be short. macOS's own temporary
/// directory alone takes 50.
const LONGEST_BASE: usize = 24;

/// Shared memory as a file system (POSIX; mounted on every Linux that has `shm_open`).
const MEMORY_DIRECTORY: &str = "/dev/shm";

/// Where sandboxes lie: the temporary directory that the environment names, if its path is short enough, else `/tmp`. On Linux, when
/// it names none, memory: a target that syncs its files would otherwise measure the disk, and thousands of sandboxes wear it.
#[must_use]
pub fn base() -> PathBuf {
    let own = std::env::temp_dir();
    if !cfg!(unix) {
        return own;
    }
    let memory =
        cfg!(target_os = "linux") && std::env::var_os("TMPDIR").is_none() && has_memory_directory();
    let memory = memory.then(|| PathBuf::from(MEMORY_DIRECTORY));
    let places: Vec<Place> = memory
        .into_iter()
        .chain([own.clone(), PathBuf::from("/tmp")])
        .filter_map(|path| Place::find(&path))
        .collect();
    choose(&places).map_or(own, Path::to_owned)
}

/// A directory that could hold sandboxes.
#[derive(Debug)]
struct Place {
    /// With no link on the way (macOS's `/tmp` is one), so that a path that was given is the one that is found.
    path: PathBuf,
    /// Nobody else can remove or rename what this user makes in it.
    safe: bool,
}

impl Place {
    #[cfg(unix)]
    fn find(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let path = path.canonicalize().ok()?;
        let found = path.metadata().ok().filter(std::fs::Metadata::is_dir)?;
        let me = rustix::process::geteuid().as_raw();
        let safe = is_safe(found.mode(), found.uid(), me);
        Some(Self { path, safe })
    }

    #[cfg(not(unix))]
    const fn find(_: &Path) -> Option<Self> {
        None
    }
}

/// The first safe one that is short enough, else the shortest safe one.
fn choose(places: &[Place]) -> Option<&Path> {
    let length = |path: &Path| path.as_os_str().len();
    let safe = || places.iter().filter(|place| place.safe);
    let paths = || safe().map(|place| place.path.as_path());
    paths()
        .find(|path| length(path) <= LONGEST_BASE)
        .or_else(|| paths().min_by_key(|path| length(path)))
}

/// By a directory's mode and owner.
#[cfg(any(unix, test))]
const fn is_safe(mode: u32, owner: u32, user: u32) -> bool {
    const WRITTEN_BY_OTHERS: u32 = 0o022;
    const STICKY: u32 = 0o1000;
    (owner == user || owner == 0) && (mode & WRITTEN_BY_OTHERS == 0 || mode & STICKY != 0)
}

fn has_memory_directory() -> bool {
    tempfile::Builder::new()
        .prefix("sc-probe-")
        .tempdir_in(MEMORY_DIRECTORY)
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const LONG: &str = "/private/var/folders/zz/zyxvpxvq6csfxvn_n0000000000000/T";

    #[rstest]
    #[case::as_named(&[("/private/tmp", true)], Some("/private/tmp"))]
    #[case::too_long(&[(LONG, true), ("/private/tmp", true)], Some("/private/tmp"))]
    #[case::first_that_fits(&[("/t", true), ("/private/tmp", true)], Some("/t"))]
    #[case::short_but_not_safe(&[(LONG, true), ("/tmp", false)], Some(LONG))]
    #[case::none_fits(&[("/a/very/long/path/of/some/fifty/bytes", true), (LONG, true)], Some("/a/very/long/path/of/some/fifty/bytes"))]
    #[case::none_is_safe(&[("/tmp", false)], None)]
    #[case::none(&[], None)]
    fn chooses(#[case] places: &[(&str, bool)], #[case] expected: Option<&str>) {
        let places: Vec<Place> = places
            .iter()
            .map(|(path, safe)| Place {
                path: PathBuf::from(path),
                safe: *safe,
            })
            .collect();
        assert_eq!(choose(&places), expected.map(Path::new));
    }

    #[rstest]
    #[case::own(0o40700, 501, true)]
    #[case::own_for_all_to_write(0o40777, 501, false)]
    #[case::own_for_a_group_to_write(0o40770, 501, false)]
    #[case::of_the_system(0o41777, 0, true)]
    #[case::of_the_system_without_the_sticky_bit(0o40777, 0, false)]
    #[case::of_somebody_else(0o41777, 502, false)]
    fn is_safe_if(#[case] mode: u32, #[case] owner: u32, #[case] safe: bool) {
        assert_eq!(is_safe(mode, owner, 501), safe);
    }

    #[cfg(unix)]
    #[test]
    fn finds_one_here() {
        let base = base();
        assert!(base.as_os_str().len() <= LONGEST_BASE, "{}", base.display());
        assert_eq!(base.canonicalize().unwrap(), base);
    }
}
