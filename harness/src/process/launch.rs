//! Describing a process before it starts.

use super::error::SpawnError;
use super::lines::LineTap;
use crate::events::Recorder;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// A process to be started. Nothing of the harness's own environment is handed on: what a target sees is what was set.
#[derive(Clone, Debug)]
pub struct Launch {
    pub(super) program: PathBuf,
    pub(super) args: Vec<OsString>,
    pub(super) env: BTreeMap<OsString, OsString>,
    pub(super) directory: PathBuf,
    pub(super) name: String,
    pub(super) piped_stdin: bool,
    pub(super) umask: Option<u32>,
    pub(super) descriptor_limit: Option<u64>,
    pub(super) through_launcher: bool,
    pub(super) breakaway: bool,
    #[cfg(unix)]
    pub(super) swept: bool,
    pub(super) lines: Option<LineTap>,
    pub(super) recorder: Recorder,
}

impl Launch {
    /// A process of this program. A bare name is looked up in the `PATH` that is set with [`Launch::env`].
    #[must_use]
    pub fn new(program: impl Into<PathBuf>) -> Self {
        let program = program.into();
        let name = program
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Self {
            program,
            args: Vec::new(),
            env: BTreeMap::new(),
            directory: std::env::temp_dir(),
            name,
            piped_stdin: false,
            umask: None,
            descriptor_limit: None,
            through_launcher: false,
            breakaway: false,
            #[cfg(unix)]
            swept: !cfg!(target_os = "linux"),
            lines: None,
            recorder: Recorder::off(),
        }
    }

    /// Adds one argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args
            .extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Sets one variable.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env
            .insert(name.as_ref().to_owned(), value.as_ref().to_owned());
        self
    }

    /// Sets variables.
    #[must_use]
    pub fn envs<N: AsRef<OsStr>, V: AsRef<OsStr>>(
        mut self,
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        for (name, value) in pairs {
            self = self.env(name, value);
        }
        self
    }

    /// Unsets one variable.
    #[must_use]
    pub fn env_remove(mut self, name: impl AsRef<OsStr>) -> Self {
        self.env.remove(name.as_ref());
        self
    }

    /// The working directory; the temporary directory of the machine if nothing is said.
    #[must_use]
    pub fn directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = directory.into();
        self
    }

    /// The name under which it appears in evidence and errors.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Gives it a standard input that the harness writes to; null otherwise.
    #[must_use]
    pub fn piped_stdin(mut self) -> Self {
        self.piped_stdin = true;
        self
    }

    /// The umask that it starts with (UNIX only); the harness's own if nothing is said.
    #[must_use]
    pub fn umask(mut self, mask: u32) -> Self {
        self.umask = Some(mask);
        self
    }

    /// The most descriptors that it may have open (UNIX only).
    #[must_use]
    pub fn descriptor_limit(mut self, limit: u64) -> Self {
        self.descriptor_limit = Some(limit);
        self
    }

    /// Starts it through a launcher of its own, which is its parent and holds its standard input, so that the launcher's
    /// death can be tried without the harness's (UNIX only).
    #[must_use]
    pub fn through_launcher(mut self) -> Self {
        self.through_launcher = true;
        self
    }

    /// Lets what it starts leave its job (`CREATE_BREAKAWAY_FROM_JOB`), which the system else refuses. What has left is contained all the
    /// same. Elsewhere there are no jobs, and it means nothing.
    #[must_use]
    pub fn breakaway(mut self, allowed: bool) -> Self {
        self.breakaway = allowed;
        self
    }

    /// Contains it as systems do that have no child subreaper: what it starts is found in the table of processes, by a mark in
    /// the environment among other signs. On macOS it is always so; on Linux it can be tried.
    #[cfg(unix)]
    #[must_use]
    pub fn swept(mut self) -> Self {
        self.swept = true;
        self
    }

    /// Hands the lines of its standard output to this tap too, for a process that is talked with.
    #[must_use]
    pub fn lines(mut self, tap: LineTap) -> Self {
        self.lines = Some(tap);
        self
    }

    /// Where its life is recorded.
    #[must_use]
    pub fn recorder(mut self, recorder: &Recorder) -> Self {
        self.recorder = recorder.clone();
        self
    }

    /// The program's path, looked up where it is a bare name.
    ///
    /// # Errors
    /// [`SpawnError::NotFound`] and [`SpawnError::NotExecutable`].
    pub fn resolve(&self) -> Result<PathBuf, SpawnError> {
        let path = self.env.get(OsStr::new("PATH"));
        resolve(&self.program, path.map(OsString::as_os_str))
    }
}

/// Finds a program: a path as it stands, a bare name along `path`. On Windows `.exe` need not be said.
///
/// # Errors
/// [`SpawnError::NotFound`] and [`SpawnError::NotExecutable`], each with what to do.
pub fn resolve(program: &Path, path: Option<&OsStr>) -> Result<PathBuf, SpawnError> {
    let named = program.display().to_string();
    if program.components().count() > 1 || program.is_absolute() {
        let there = spellings(program).find(|path| path.exists());
        return match there {
            Some(program) => executable(&program),
            None => Err(SpawnError::NotFound {
                program: named,
                searched: String::new(),
            }),
        };
    }
    for directory in path.map(std::env::split_paths).into_iter().flatten() {
        for path in spellings(&directory.join(program)) {
            if let Ok(found) = executable(&path) {
                return Ok(found);
            }
        }
    }
    Err(SpawnError::NotFound {
        program: named,
        searched: match path {
            Some(_) => " along PATH".to_owned(),
            None => " along PATH, which is not set".to_owned(),
        },
    })
}

/// The files that a program's path may mean: itself, and what the platform adds to it.
fn spellings(program: &Path) -> impl Iterator<Item = PathBuf> {
    let mut longer = program.as_os_str().to_owned();
    longer.push(std::env::consts::EXE_SUFFIX);
    [program.to_owned(), PathBuf::from(longer)].into_iter()
}

fn executable(program: &Path) -> Result<PathBuf, SpawnError> {
    let refuse = |why: &str| {
        Err(SpawnError::NotExecutable {
            program: program.to_owned(),
            why: why.to_owned(),
        })
    };
    match program.metadata() {
        Err(error) => refuse(&error.to_string()),
        Ok(file) if file.is_dir() => refuse("it is a directory; name the program in it"),
        Ok(file) if file.len() == 0 => refuse("it is empty; build it again"),
        Ok(file) if !has_execute_bit(&file) => {
            refuse("it has no execute permission; `chmod +x` it")
        }
        Ok(_) => Ok(program.to_owned()),
    }
}

#[cfg(unix)]
fn has_execute_bit(file: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn has_execute_bit(_: &std::fs::Metadata) -> bool {
    true
}
