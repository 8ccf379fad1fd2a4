//! A client with its real backend, and where the two live.

use super::driven::Client;
use super::start::ClientStart;
use crate::context::backend::Backend;
use crate::context::world::{Context, expand};
use crate::verdict::{Outcome, Stop};
use harness::canonical::canonical;
use harness::process::{Identity, command_line, parent};
use std::path::{Path, PathBuf};

/// A client with its real backend: a user-data directory for the one and a state home for the other. Either without the other
/// would isolate one half only.
#[derive(Clone, Debug)]
pub struct Pair {
    context: Context,
    /// The backend as a target of its own.
    backend: Context,
    program: PathBuf,
    user_data: PathBuf,
    state: PathBuf,
}

impl Context {
    /// A pair of this name on an account on which neither was ever started: no directory of either exists.
    ///
    /// # Errors
    /// [`Stop`] when the real backend's program cannot be found, or the manifest names none: the case does not say that it
    /// needs one.
    pub fn unused_pair(&self, name: &str) -> Outcome<Pair> {
        let pair = self.target().pair.as_ref();
        let pair = pair.ok_or_else(|| {
            Stop::Harness("the case needs a real backend and does not say so".to_owned())
        })?;
        let program = self.target().check_pair_program();
        let home = self.root().join(name);
        Ok(Pair {
            context: self.clone(),
            backend: self.beside(pair)?,
            program: program.map_err(Stop::CouldNotRun)?,
            user_data: home.join("user-data"),
            state: home.join("state"),
        })
    }

    /// A pair of this name in directories that have been used before.
    ///
    /// # Errors
    /// [`Stop`] as for [`Context::unused_pair`], and when the directories cannot be made.
    pub fn pair(&self, name: &str) -> Outcome<Pair> {
        let pair = self.unused_pair(name)?;
        self.make_directory(&pair.user_data)?;
        self.make_directory(&pair.state)?;
        Ok(pair)
    }
}

impl Pair {
    pub(super) const fn context(&self) -> &Context {
        &self.context
    }

    /// The backend as a target of its own, with its own manifest.
    #[must_use]
    pub const fn backend(&self) -> &Context {
        &self.backend
    }

    /// A start of the client.
    #[must_use]
    pub fn client(&self) -> ClientStart {
        self.context
            .client()
            .user_data(&self.user_data)
            .in_state(&self.state)
            .real_backend(&self.program)
    }

    /// A start of the client with a backend of a version that it does not know.
    ///
    /// # Errors
    /// [`Stop::Harness`] when the manifest's words cannot be expanded.
    pub fn skewed_client(&self) -> Outcome<ClientStart> {
        let values = self.context.values(&self.context.env());
        let pair = self.context.manifest().pair.iter();
        let words = pair.flat_map(|pair| &pair.skew);
        let words: Vec<String> = words
            .map(|word| expand(&values, word))
            .collect::<Outcome<_>>()?;
        Ok(self.client().words(words))
    }

    /// The client, which has said hello.
    ///
    /// # Errors
    /// [`Stop::Fail`] when it does not keep to the driver protocol.
    pub async fn opens(&self) -> Outcome<Client> {
        self.client().opens().await
    }

    /// A backend that somebody else has started in the pair's state home.
    ///
    /// # Errors
    /// [`Stop::Fail`] when it does not become ready.
    pub async fn foreign_backend(&self) -> Outcome<Backend> {
        let start = self.backend.start().in_state(&self.state);
        start.ready("somebody else's backend becomes ready").await
    }

    /// The place of the backend's record, if it writes one.
    ///
    /// # Errors
    /// [`Stop::Harness`] when the backend's manifest cannot be expanded.
    pub fn record_path(&self) -> Outcome<Option<PathBuf>> {
        let discovery = self.backend.manifest().discovery.as_ref();
        let start = self.backend.start().in_state(&self.state);
        discovery.map(|_| start.record_path()).transpose()
    }

    /// Expects no backend to live of all that clients have launched in this case.
    ///
    /// # Errors
    /// [`Stop::Fail`] at `step` when one does.
    pub fn none_lives(&self, step: &str) -> Outcome {
        let living = self.living();
        self.context.expect_eq(step, &Vec::new(), &living)
    }

    /// The processes of living backends that clients have launched, without what these have started themselves.
    pub(super) fn living(&self) -> Vec<u32> {
        let started = self.context.started();
        let started = started.iter().flat_map(|process| process.descendants());
        let mut found: Vec<u32> = started
            .map(Identity::pid)
            .filter(|pid| self.is_backend(*pid))
            .collect();
        let all = found.clone();
        found.retain(|pid| parent(*pid).is_none_or(|parent| !all.contains(&parent)));
        found.sort_unstable();
        found
    }

    fn is_backend(&self, pid: u32) -> bool {
        let line = command_line(pid).unwrap_or_default();
        let real = canonical(&self.program);
        let mut names = [Some(&self.program), real.as_ref().ok()]
            .into_iter()
            .flatten();
        names.any(|program| runs_program(&line, program))
    }
}

/// Whether a command line is that of this program, or of an interpreter that runs it. One that only names it further on, as a
/// client's may, is not.
fn runs_program(line: &str, program: &Path) -> bool {
    let begins = |line: &str| {
        let rest = line.strip_prefix(&*program.to_string_lossy());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    begins(line) || line.split_once(' ').is_some_and(|(_, rest)| begins(rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("/opt/a b/server", true)]
    #[case("/opt/a b/server serve --socket=/x", true)]
    #[case("python3 /opt/a b/server --listen /x", true)]
    #[case("/opt/a b/server-2 serve", false)]
    #[case("client --backend=/opt/a b/server", false)]
    #[case("client --backend /opt/a b/server", false)]
    #[case("/usr/bin/server", false)]
    #[case("", false)]
    fn knows_a_backend_by_its_command_line(#[case] line: &str, #[case] expected: bool) {
        assert_eq!(runs_program(line, Path::new("/opt/a b/server")), expected);
    }
}
