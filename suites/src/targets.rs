//! The targets of a run: manifests with what is known of the machine.

use harness::canonical::canonical;
use harness::platform::Behaviour;
use harness::process::{Version, resolve, version_of};
use harness::target::{Manifest, ManifestError, Role, Values, load, load_pair};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The directory that holds the built fixtures; set by xtask and by nextest's setup script.
pub const FIXTURES_VARIABLE: &str = "SIDECAR_FIXTURES";

/// What stands for that directory in a manifest.
pub(crate) const FIXTURES_PLACEHOLDER: &str = "{fixtures}";

/// A target with its manifest's place.
#[derive(Clone, Debug)]
pub struct LoadedTarget {
    /// Where the manifest lies.
    pub path: PathBuf,
    /// The manifest.
    pub manifest: Manifest,
    /// Why the target cannot be run on this machine, where that was known before.
    pub missing: Option<String>,
    /// The real backend that a client is tried with; in its case `missing` is about the program that the client launches.
    pub pair: Option<Box<LoadedTarget>>,
}

impl LoadedTarget {
    /// A target of which nothing is known to be missing.
    #[must_use]
    pub fn new(path: &Path, manifest: Manifest) -> Self {
        Self {
            path: canonical(path).unwrap_or_else(|_| path.to_owned()),
            manifest,
            missing: None,
            pair: None,
        }
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.manifest.target.id
    }

    /// Whether it needs the suite's own fixtures: because it is one, or because a stand-in plays its backend.
    #[must_use]
    pub fn uses_fixtures(&self) -> bool {
        self.manifest.launch.bin.contains(FIXTURES_PLACEHOLDER)
            || self.manifest.target.role == Role::Client
    }

    /// The program's path as it stands after expansion; a bare name is left to `PATH`.
    ///
    /// # Errors
    /// A sentence that says what is missing and how to get it.
    pub fn program(&self) -> Result<PathBuf, String> {
        self.expanded(&self.manifest.launch.bin)
    }

    fn expanded(&self, program: &str) -> Result<PathBuf, String> {
        let directory = self.path.parent().unwrap_or(Path::new("."));
        let values = Values::new()
            .with("manifest_dir", directory.display().to_string())
            .with(
                "fixtures",
                std::env::var(FIXTURES_VARIABLE).unwrap_or_default(),
            );
        if program.contains(FIXTURES_PLACEHOLDER)
            && std::env::var_os(FIXTURES_VARIABLE).is_none_or(|directory| directory.is_empty())
        {
            return Err(format!(
                "{FIXTURES_VARIABLE} is not set, so the fixtures cannot be found; run `cargo xtask e2e`, or `cargo nextest run` \
                 with the default profile, which build them"
            ));
        }
        let text = values.expand(program).map_err(|error| error.to_string())?;
        let path = PathBuf::from(text);
        let bare = path.components().count() == 1;
        Ok(if bare || path.is_absolute() {
            path
        } else {
            directory.join(path)
        })
    }

    /// Makes sure that the program is there and can be executed.
    ///
    /// # Errors
    /// A sentence that says what is missing and how to get it.
    pub fn check_program(&self) -> Result<PathBuf, String> {
        found(&self.program()?).map_err(|error| match &self.manifest.target.install {
            Some(install) => format!("{error}; to install it: {install}"),
            None => error,
        })
    }

    /// Makes sure that the target can be run here: its program is there, and of the version that it needs.
    ///
    /// # Errors
    /// A sentence that says what is missing and how to get it.
    pub fn check(&self) -> Result<PathBuf, String> {
        let program = self.check_program()?;
        let Some(requires) = &self.manifest.target.requires else {
            return Ok(program);
        };
        let install = self.manifest.target.install.as_ref();
        let install =
            install.map_or_else(String::new, |install| format!("; to install it: {install}"));
        let found = version_of(&requires.argv).map_err(|error| format!("{error}{install}"))?;
        if Version::find(&requires.at_least).is_some_and(|least| found < least) {
            let command = requires.argv.join(" ");
            return Err(format!(
                "version {} or later is needed, and `{command}` says {found}{install}",
                requires.at_least
            ));
        }
        Ok(program)
    }

    /// Why the real backend's program is missing. One among the fixtures that is not built yet is built before the first case.
    fn missing_pair_program(&self) -> Option<String> {
        let pair = self.manifest.pair.as_ref()?;
        let comes = pair.bin.contains(FIXTURES_PLACEHOLDER);
        (!comes).then(|| self.check_pair_program().err()).flatten()
    }

    /// The program of the real backend that a client launches, which is there and can be executed.
    ///
    /// # Errors
    /// A sentence with the key that names it, which says what is missing and how to get it.
    pub fn check_pair_program(&self) -> Result<PathBuf, String> {
        let pair = self.manifest.pair.as_ref();
        let pair = pair.ok_or("the manifest has no [pair]")?;
        let program = self.expanded(&pair.bin).and_then(|program| found(&program));
        program.map_err(|error| {
            let backend = self.pair.as_ref();
            let install = backend.and_then(|backend| backend.manifest.target.install.as_deref());
            let hint = install.map_or_else(String::new, |how| format!("; to install it: {how}"));
            format!("{}: `pair.bin`: {error}{hint}", self.path.display())
        })
    }
}

fn found(program: &Path) -> Result<PathBuf, String> {
    let path = std::env::var_os("PATH");
    resolve(program, path.as_deref().map(OsStr::new)).map_err(|error| error.to_string())
}

/// Loads manifests and makes sure that no two have one id.
///
/// # Errors
/// [`ManifestError`] of the first that cannot be used.
pub fn load_all(paths: &[PathBuf]) -> Result<Vec<LoadedTarget>, ManifestError> {
    let mut targets: Vec<LoadedTarget> = Vec::new();
    for path in paths {
        let manifest = load(path)?;
        if let Some(first) = targets
            .iter()
            .find(|target| target.id() == manifest.target.id)
        {
            return Err(ManifestError::SameId {
                first: first.path.clone(),
                second: path.clone(),
                id: manifest.target.id,
            });
        }
        let pair = load_pair(path, &manifest)?;
        let pair = pair.map(|(path, manifest)| LoadedTarget::new(&path, manifest));
        let mut target = LoadedTarget::new(path, manifest);
        target.pair = pair.map(Box::new);
        let missing = target.missing_pair_program();
        if let Some(pair) = &mut target.pair {
            pair.missing = missing;
        }
        targets.push(target);
    }
    Ok(targets)
}

/// The directory of the project's own manifests.
#[must_use]
pub fn own_manifests() -> PathBuf {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/targets");
    canonical(&directory).unwrap_or(directory)
}

/// The manifest of the reference backend.
#[must_use]
pub fn reference() -> PathBuf {
    own_manifests().join("reference.toml")
}

/// The manifest of the independent backend.
#[must_use]
pub fn independent() -> PathBuf {
    own_manifests().join("independent.toml")
}

/// The manifest of the reference client.
#[must_use]
pub fn reference_client() -> PathBuf {
    own_manifests().join("reference-client.toml")
}

/// The manifest of the independent client.
#[must_use]
pub fn independent_client() -> PathBuf {
    own_manifests().join("independent-client.toml")
}

/// What is tried where no target is named: both references, and so backend, client and pair.
#[must_use]
pub fn references() -> Vec<PathBuf> {
    vec![reference(), reference_client()]
}

/// The honest implementations, which must pass all that they claim; the independent ones are programs for UNIX.
#[must_use]
pub fn honest() -> Vec<PathBuf> {
    let mut all = references();
    if cfg!(unix) {
        all.extend([independent(), independent_client()]);
    }
    if cfg!(windows) && Behaviour::UnixSockets.lacking().is_none() {
        all.push(own_manifests().join("windows-socket.toml"));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_manifest_of_our_own_reads() {
        let own = std::fs::read_dir(own_manifests()).unwrap();
        let own = own.map(|entry| entry.unwrap().path());
        let manifests: Vec<PathBuf> = own
            .filter(|path| path.extension().is_some_and(|end| end == "toml"))
            .collect();
        assert!(manifests.len() > references().len(), "{manifests:?}");
        for path in manifests {
            let loaded = load_all(std::slice::from_ref(&path));
            assert!(loaded.is_ok(), "{}: {:?}", path.display(), loaded.err());
        }
    }
}
