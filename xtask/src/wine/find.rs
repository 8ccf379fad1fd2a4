//! Which Wine is used, and why one is not.

use super::environment::VARIABLE;
use crate::bounded;
use harness::process::Version;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// What is told to whoever has none that can be used.
pub(crate) const MEND: &str = "cargo xtask doctor --fix";

/// Wine 8 lacks `bcryptprimitives.dll`, without which no Rust program starts.
const LEAST: &str = "9";

/// A cold start of the loader takes well below a second.
const SAYS_VERSION_WITHIN: Duration = Duration::from_secs(20);

/// Where distributions put the loader, below their root.
const IN_ROOT: &[&str] = &["usr/lib/wine/wine64", "usr/bin/wine64", "usr/bin/wine"];

/// A Wine that can be used.
#[derive(Clone, Debug)]
pub(crate) struct Wine {
    /// What runs a Windows program.
    pub(crate) loader: PathBuf,
    /// What all of them share.
    pub(crate) server: PathBuf,
    /// What it says of itself.
    pub(crate) version: String,
}

/// Where a Wine is looked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Surroundings {
    /// The value of `SIDECAR_WINE`.
    pub(crate) named: Option<PathBuf>,
    /// The value of `PATH`.
    pub(crate) path: OsString,
    /// The system's own root.
    pub(crate) system: PathBuf,
    /// The root that `doctor --fix` sets up.
    pub(crate) own: PathBuf,
}

impl Surroundings {
    /// Those of this process.
    pub(crate) fn here() -> Self {
        Self {
            named: std::env::var_os(VARIABLE)
                .filter(|named| !named.is_empty())
                .map(PathBuf::from),
            path: std::env::var_os("PATH").unwrap_or_default(),
            system: PathBuf::from("/"),
            own: super::root::directory(),
        }
    }
}

/// Looks for a Wine: the one that was named and no other, or the first that can be used of those along `PATH`, of the system,
/// and of the root of our own.
///
/// # Errors
/// One sentence with the command that mends it.
pub(crate) fn find(surroundings: &Surroundings) -> Result<Wine, String> {
    if let Some(named) = &surroundings.named {
        let loader = match named.is_dir() {
            true => in_root(named).ok_or_else(|| format!("no Wine lies below {}", named.display())),
            false => Ok(named.clone()),
        };
        return loader.and_then(|loader| usable(&loader)).map_err(|why| {
            format!(
                "{VARIABLE} names a Wine that cannot be used: {why}; name another, or unset it and run `{MEND}`"
            )
        });
    }
    let along_path = std::env::split_paths(&surroundings.path)
        .flat_map(|directory| ["wine64", "wine"].map(|name| directory.join(name)))
        .filter(|path| path.is_file());
    let in_roots = [&surroundings.system, &surroundings.own];
    let candidates = along_path.chain(in_roots.into_iter().filter_map(|root| in_root(root)));
    let mut refused = None;
    for candidate in candidates {
        match usable(&candidate) {
            Ok(wine) => return Ok(wine),
            Err(why) => refused = refused.or(Some(why)),
        }
    }
    let why = refused.unwrap_or_else(|| "there is no Wine here".to_owned());
    Err(format!("{why}; to set one up: {MEND}"))
}

fn in_root(root: &Path) -> Option<PathBuf> {
    let paths = IN_ROOT.iter().map(|path| root.join(path));
    paths.into_iter().find(|path| path.is_file())
}

/// Asks one for its version, and looks for its server.
fn usable(loader: &Path) -> Result<Wine, String> {
    let shown = loader.display();
    let mut command = Command::new(loader);
    command.arg("--version");
    let said =
        bounded::output(&mut command, SAYS_VERSION_WITHIN).map_err(|error| format!("{error:#}"))?;
    let text = said.stdout.trim();
    let version = Version::find(text).filter(|_| text.starts_with("wine-"));
    let Some(version) = version else {
        let line = said.stderr.lines().last().unwrap_or(text).trim().to_owned();
        return Err(format!("{shown} does not run here ({line})"));
    };
    if Version::find(LEAST).is_some_and(|least| version < least) {
        return Err(format!(
            "{shown} is Wine {version}, and {LEAST} or later is needed: before that no Rust program starts"
        ));
    }
    Ok(Wine {
        server: server(loader).ok_or_else(|| format!("{shown} has no wineserver beside it"))?,
        loader: loader.to_owned(),
        version: version.to_string(),
    })
}

/// The server of a loader: beside it, where a link to it leads, or where Debian puts it for a loader in `bin`.
fn server(loader: &Path) -> Option<PathBuf> {
    let real = loader.canonicalize().ok()?;
    let beside = [loader.parent()?, real.parent()?];
    let places = beside.map(|place| [place.to_owned(), place.join("../lib/wine")]);
    places
        .into_iter()
        .flatten()
        .flat_map(|place| ["wineserver64", "wineserver"].map(|name| place.join(name)))
        .find(|path| path.is_file())
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::wine::prefix::tests::program;
    use rstest::rstest;

    struct Machine(tempfile::TempDir);

    impl Machine {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn path(&self, name: &str) -> PathBuf {
            self.0.path().join(name)
        }

        /// A Wine that does nothing but say its version.
        fn wine(&self, root: &str, says: &str) -> PathBuf {
            let directory = self.path(root).join("usr/lib/wine");
            std::fs::create_dir_all(&directory).unwrap();
            program(&directory.join("wineserver"), "exit 1");
            program(&directory.join("wine64"), &format!("echo '{says}'"));
            directory.join("wine64")
        }

        fn surroundings(&self) -> Surroundings {
            Surroundings {
                named: None,
                path: self.path("bin").into(),
                system: self.path("system"),
                own: self.path("own"),
            }
        }
    }

    #[test]
    fn without_any_the_mending_command_is_told() {
        let told = find(&Machine::new().surroundings()).unwrap_err();
        assert_eq!(
            told,
            "there is no Wine here; to set one up: cargo xtask doctor --fix"
        );
    }

    #[test]
    fn one_that_is_too_old_is_named_with_what_is_needed() {
        let machine = Machine::new();
        machine.wine("system", "wine-8.0 (Debian 8.0~repack-4)");
        let told = find(&machine.surroundings()).unwrap_err();
        assert!(
            told.contains("system/usr/lib/wine/wine64 is Wine 8.0, and 9 or later is needed"),
            "{told}"
        );
        assert!(
            told.ends_with("to set one up: cargo xtask doctor --fix"),
            "{told}"
        );
    }

    #[rstest]
    #[case("wine-9.0 (Ubuntu 9.0~repack-4build3)", "9.0")]
    #[case("wine-10.0", "10.0")]
    #[case("wine-11.3-rc1", "11.3")]
    fn the_first_that_can_be_used_is_taken(#[case] says: &str, #[case] version: &str) {
        let machine = Machine::new();
        machine.wine("system", "wine-8.0");
        let own = machine.wine("own", says);
        let found = find(&machine.surroundings()).unwrap();
        assert_eq!(
            (found.loader, found.version.as_str()),
            (own.clone(), version)
        );
        assert_eq!(found.server, own.with_file_name("wineserver"));
    }

    #[test]
    fn one_that_was_named_is_the_only_one() {
        let machine = Machine::new();
        machine.wine("own", "wine-10.0");
        let old = machine.wine("old", "wine-8.0");
        for named in [old, machine.path("old"), machine.path("none")] {
            let surroundings = Surroundings {
                named: Some(named),
                ..machine.surroundings()
            };
            let told = find(&surroundings).unwrap_err();
            assert!(
                told.starts_with("SIDECAR_WINE names a Wine that cannot be used: "),
                "{told}"
            );
            assert!(
                told.ends_with("unset it and run `cargo xtask doctor --fix`"),
                "{told}"
            );
        }
    }

    #[test]
    fn one_that_does_not_run_here_is_told_with_its_words() {
        let machine = Machine::new();
        let loader = machine.wine("system", "");
        program(&loader, "echo 'GLIBC_2.38 not found' >&2; exit 1");
        let told = find(&machine.surroundings()).unwrap_err();
        assert!(
            told.contains("wine64 does not run here (GLIBC_2.38 not found)"),
            "{told}"
        );
    }

    #[test]
    fn one_along_the_path_finds_its_server_elsewhere() {
        let machine = Machine::new();
        let loader = machine.wine("other", "wine-10.0");
        std::fs::create_dir_all(machine.path("bin")).unwrap();
        std::os::unix::fs::symlink(&loader, machine.path("bin/wine")).unwrap();
        let found = find(&machine.surroundings()).unwrap();
        assert_eq!(found.loader, machine.path("bin/wine"));
        assert!(found.server.ends_with("wineserver"), "{found:?}");
    }
}
