//! One sandbox.

use super::error::SandboxError;
use super::{environment, root};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// A world of its own: directories that only this case sees, and the environment that leads there.
///
/// It is removed when dropped, and also when the process dies before that (on Windows by the next one). `home`, `run`, `tmp` and `work` exist; the
/// directories that the other variables point to do not, as on a fresh account.
#[derive(Debug)]
pub struct Sandbox {
    root: PathBuf,
    home: PathBuf,
    env: BTreeMap<OsString, OsString>,
    pipe: String,
    keep: bool,
}

/// What may differ from a plain sandbox.
#[derive(Clone, Debug, Default)]
pub struct SandboxOptions {
    /// The name of the home directory, `home` if nothing is said. Spaces and any characters but `/` are fine.
    pub home: Option<String>,
    /// Leave the directories when all is over, to look at them.
    pub keep: bool,
}

impl Sandbox {
    /// A plain sandbox.
    ///
    /// # Errors
    /// [`SandboxError`] when the directories cannot be made.
    pub fn new() -> Result<Self, SandboxError> {
        Self::with(&SandboxOptions::default())
    }

    /// A sandbox that differs from a plain one.
    ///
    /// # Errors
    /// [`SandboxError`] when the directories cannot be made.
    pub fn with(options: &SandboxOptions) -> Result<Self, SandboxError> {
        let path = root::fresh_directory()?;
        let home = path.join(options.home.as_deref().unwrap_or("home"));
        for directory in [
            &home,
            &path.join("run"),
            &path.join("tmp"),
            &path.join("work"),
        ] {
            root::make(directory)?;
        }
        #[cfg(unix)]
        private(&path.join("run"))?;
        if options.keep {
            root::keep();
        }
        Ok(Self {
            env: environment::variables(&path, &home),
            root: path,
            home,
            pipe: crate::pipe::fresh_path(),
            keep: options.keep,
        })
    }

    /// The directory that holds everything.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The home directory.
    #[must_use]
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Where targets keep their state with this environment. Does not exist at first.
    #[must_use]
    pub fn state(&self) -> PathBuf {
        environment::state_directory(&self.env)
    }

    /// `XDG_CONFIG_HOME`, or `APPDATA` on Windows. Does not exist at first.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.root.join("config")
    }

    /// `XDG_RUNTIME_DIR`: the place for sockets. Its path is short.
    #[must_use]
    pub fn runtime(&self) -> PathBuf {
        self.root.join("run")
    }

    /// The path of a named pipe that is this sandbox's own: what the directory for sockets is where there are pipes.
    #[must_use]
    pub fn pipe(&self) -> &str {
        &self.pipe
    }

    /// The temporary directory.
    #[must_use]
    pub fn temp(&self) -> PathBuf {
        self.root.join("tmp")
    }

    /// The working directory of targets.
    #[must_use]
    pub fn work(&self) -> PathBuf {
        self.root.join("work")
    }

    /// The environment of targets, whole.
    #[must_use]
    pub fn env(&self) -> &BTreeMap<OsString, OsString> {
        &self.env
    }

    /// Sets one variable for the targets that are started from now on.
    pub fn set_env(&mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) {
        self.env
            .insert(name.as_ref().to_owned(), value.as_ref().to_owned());
    }

    /// Unsets one variable for the targets that are started from now on.
    pub fn unset_env(&mut self, name: impl AsRef<OsStr>) {
        self.env.remove(name.as_ref());
    }

    /// Every path in the sandbox, relative to its root and sorted; for comparing before and after.
    #[must_use]
    pub fn listing(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut pending = vec![self.root.clone()];
        while let Some(directory) = pending.pop() {
            for row in std::fs::read_dir(&directory)
                .into_iter()
                .flatten()
                .flatten()
            {
                if row.file_type().is_ok_and(|kind| kind.is_dir()) {
                    pending.push(row.path());
                }
                if let Ok(relative) = row.path().strip_prefix(&self.root) {
                    found.push(relative.to_owned());
                }
            }
        }
        found.sort();
        found
    }

    /// Leaves the directories when it is dropped.
    pub fn keep(&mut self) {
        self.keep = true;
        root::keep();
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if !self.keep {
            root::leave(&self.root);
        }
    }
}

#[cfg(unix)]
fn private(path: &Path) -> Result<(), SandboxError> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)).map_err(|source| {
        SandboxError::Make {
            path: path.to_owned(),
            source,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_nothing_of_the_real_user() {
        let sandbox = Sandbox::new().unwrap();
        for (name, value) in sandbox.env() {
            let name = name.to_str().unwrap();
            let inside = Path::new(value).starts_with(sandbox.root());
            let outside = environment::TAKEN_OVER.contains(&name) || name == "LC_ALL";
            assert_eq!(inside, !outside, "{name}");
        }
    }

    #[test]
    fn a_fresh_account_has_no_state_directory() {
        let sandbox = Sandbox::new().unwrap();
        assert!(sandbox.home().is_dir() && sandbox.runtime().is_dir() && !sandbox.state().exists());
    }

    #[test]
    fn is_gone_when_dropped() {
        let sandbox = Sandbox::new().unwrap();
        let root = sandbox.root().to_owned();
        std::fs::write(sandbox.work().join("file"), "x").unwrap();
        drop(sandbox);
        assert!(!root.exists());
    }

    #[test]
    fn two_do_not_meet() {
        let (one, other) = (Sandbox::new().unwrap(), Sandbox::new().unwrap());
        assert_ne!(one.root(), other.root());
        assert_ne!(one.pipe(), other.pipe());
    }

    #[test]
    fn lists_what_is_there() {
        let sandbox = Sandbox::with(&SandboxOptions {
            home: Some("ü x".into()),
            ..Default::default()
        })
        .unwrap();
        std::fs::write(sandbox.work().join("file"), "x").unwrap();
        let paths: Vec<_> = ["run", "tmp", "work", "work/file", "ü x"]
            .map(PathBuf::from)
            .into();
        assert_eq!(sandbox.listing(), paths);
    }

    #[cfg(unix)]
    #[test]
    fn leaves_room_for_a_socket_path() {
        let sandbox = Sandbox::new().unwrap();
        assert!(
            sandbox
                .runtime()
                .join("a-name-of-some-length.sock")
                .as_os_str()
                .len()
                < 70
        );
    }
}
