//! The prefix: the Windows that the programs of this checkout see. One run at a time has it.

use super::environment::environment;
use super::find::Wine;
use super::server;
use crate::bounded;
use crate::cargo::workspace;
use anyhow::{Context as _, Result, bail};
use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

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

impl State {
    /// What the prefix of this checkout is at.
    pub(crate) fn here(wine: &Wine) -> Result<Self> {
        Self::of(&home(), wine)
    }

    fn of(home: &Path, wine: &Wine) -> Result<Self> {
        let prefix = home.join("prefix");
        if !prefix.is_dir() {
            return Ok(Self::Free);
        }
        let Some(_lock) = lock(home)? else {
            return Ok(Self::Locked(holder(home)));
        };
        match server::lives(wine, &prefix)? {
            true => Ok(Self::Stale(server::ending(wine, &prefix))),
            false => Ok(Self::Free),
        }
    }
}

impl Prefix {
    /// Takes the prefix of this checkout, and makes it where it is not there or was made by another Wine.
    pub(crate) fn take(wine: &Wine) -> Result<Self> {
        Self::take_in(&home(), wine)
    }

    fn take_in(home: &Path, wine: &Wine) -> Result<Self> {
        let directory = home.join("prefix");
        std::fs::create_dir_all(&directory)
            .with_context(|| format!("{} cannot be made", directory.display()))?;
        let Some(mut lock) = lock(home)? else {
            bail!("{}", holder(home));
        };
        lock.0.set_len(0)?;
        lock.0.rewind()?;
        write!(lock.0, "{}", std::process::id())?;
        if server::lives(wine, &directory)? {
            let command = server::ending(wine, &directory).join(" ");
            eprintln!("an earlier run was killed and left its wineserver; ending it: {command}");
            server::end(wine, &directory)?;
        }
        let prefix = Self {
            directory,
            _lock: lock,
        };
        prefix.make(home, wine)?;
        prefix.sweep();
        Ok(prefix)
    }

    /// Where it lies.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    fn make(&self, home: &Path, wine: &Wine) -> Result<()> {
        let stamp = home.join("made-by");
        let maker = format!("{} {}\n", wine.loader.display(), wine.version);
        if std::fs::read_to_string(&stamp).is_ok_and(|by| by == maker) {
            return Ok(());
        }
        eprintln!("making a Wine prefix (this takes some seconds, once)");
        let _ = std::fs::remove_file(&stamp);
        std::fs::remove_dir_all(&self.directory)
            .and_then(|()| std::fs::create_dir(&self.directory))
            .with_context(|| format!("{} cannot be made anew", self.directory.display()))?;
        let mut boot = Command::new(&wine.loader);
        environment(&mut boot, &self.directory);
        let booted = bounded::quiet(boot.args(["wineboot", "--init"]), MADE_WITHIN)?;
        // The registry is written when the server ends.
        server::wait(wine, &self.directory, RUNS_WITHIN)?;
        if !booted.success() || !self.directory.join("system.reg").is_file() {
            bail!(
                "{} could not make a prefix in {} ({booted}); to see why: WINEPREFIX={} {} wineboot --init",
                wine.loader.display(),
                self.directory.display(),
                self.directory.display(),
                wine.loader.display()
            );
        }
        if !self.directory.join(NEEDED).is_file() {
            bail!(
                "{} has no bcryptprimitives.dll, without which no Rust program starts; to set another up: {}",
                wine.loader.display(),
                super::find::MEND
            );
        }
        std::fs::write(&stamp, maker)
            .with_context(|| format!("{} cannot be written", stamp.display()))
    }

    /// Starts a program that does nothing until its input ends, so that the server and what it starts stay between other programs;
    /// its input ends with this process, so that nothing stays for long when that is killed. What Wine starts beside the first
    /// program holds that program's output open, so this one has none: a test that came first would never seem to end.
    pub(super) fn warm(&self, wine: &Wine) -> Result<Child> {
        let command = || {
            let mut command = Command::new(&wine.loader);
            environment(&mut command, &self.directory);
            command.arg("cmd");
            command
        };
        let anchor = command()
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{} could not be started", wine.loader.display()))?;
        let ran = bounded::quiet(command().args(["/c", "exit"]), RUNS_WITHIN)?;
        if !ran.success() {
            bail!(
                "no program runs in the prefix ({ran}); to begin with a new one: rm -r {}",
                self.directory.display()
            );
        }
        Ok(anchor)
    }

    /// Removes what killed tests left in the temporary directory of this Windows.
    fn sweep(&self) {
        let users = std::fs::read_dir(self.directory.join("drive_c/users"));
        for user in users.into_iter().flatten().flatten() {
            let _ = std::fs::remove_dir_all(user.path().join("AppData/Local/Temp"));
            let _ = std::fs::create_dir(user.path().join("AppData/Local/Temp"));
        }
    }
}

fn lock(home: &Path) -> Result<Option<Lock>> {
    let path = home.join("lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(&path)
        .with_context(|| format!("{} cannot be opened", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lock(file))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("{} cannot be locked", path.display()))
        }
    }
}

/// Who has a prefix that is locked, in one sentence with the command that mends it.
fn holder(home: &Path) -> String {
    let mut pid = String::new();
    let _ = File::open(home.join("lock")).and_then(|mut file| file.read_to_string(&mut pid));
    format!(
        "another run has the Wine prefix {} (process {pid}); wait for it, or end it: kill {pid}",
        home.join("prefix").display()
    )
}

#[cfg(unix)]
#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A shell script that can be run. Another process writes it: a file that this one holds open for writing, a thread that forks
    /// at that moment would keep open, and then it could not be run.
    pub(crate) fn program(path: &Path, script: &str) {
        let written = Command::new("sh")
            .args([
                "-c",
                r#"printf '#!/bin/sh\n%s\n' "$1" > "$0" && chmod +x "$0""#,
            ])
            .arg(path)
            .arg(script)
            .status();
        assert!(written.unwrap().success());
    }

    struct Fake {
        home: tempfile::TempDir,
        wine: Wine,
    }

    /// A Wine whose server lives as long as the file `alive` is there, and whose loader makes what a prefix has.
    fn fake() -> Fake {
        let home = tempfile::tempdir().unwrap();
        let wine = Wine {
            loader: home.path().join("wine64"),
            server: home.path().join("wineserver"),
            version: "10.0".into(),
        };
        let alive = home.path().join("alive");
        let alive = alive.display();
        program(
            &wine.server,
            &format!("case $1 in -k0) test -e {alive};; -k) rm -f {alive};; esac"),
        );
        program(
            &wine.loader,
            "mkdir -p $WINEPREFIX/drive_c/windows/system32 $WINEPREFIX/drive_c/users/me/AppData/Local/Temp/sc-left\n\
             touch $WINEPREFIX/system.reg $WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll\n\
             echo $* >> $(dirname $0)/calls",
        );
        Fake { home, wine }
    }

    impl Fake {
        fn calls(&self) -> String {
            std::fs::read_to_string(self.home.path().join("calls")).unwrap_or_default()
        }
    }

    #[test]
    fn it_is_made_once() {
        let fake = fake();
        for _ in 0..2 {
            let prefix = Prefix::take_in(fake.home.path(), &fake.wine).unwrap();
            assert!(prefix.directory().join("system.reg").is_file());
        }
        assert_eq!(fake.calls(), "wineboot --init\n");
    }

    #[test]
    fn another_wine_makes_its_own() {
        let mut fake = fake();
        drop(Prefix::take_in(fake.home.path(), &fake.wine).unwrap());
        fake.wine.version = "11.0".into();
        drop(Prefix::take_in(fake.home.path(), &fake.wine).unwrap());
        assert_eq!(fake.calls(), "wineboot --init\n".repeat(2));
    }

    #[test]
    fn what_killed_tests_left_is_removed() {
        let fake = fake();
        let prefix = Prefix::take_in(fake.home.path(), &fake.wine).unwrap();
        let temp = prefix
            .directory()
            .join("drive_c/users/me/AppData/Local/Temp");
        assert!(temp.is_dir() && !temp.join("sc-left").exists());
    }

    #[test]
    fn a_second_run_is_told_who_has_it_and_how_to_end_that() {
        let fake = fake();
        let prefix = Prefix::take_in(fake.home.path(), &fake.wine).unwrap();
        let own = std::process::id();
        let told = Prefix::take_in(fake.home.path(), &fake.wine).unwrap_err();
        let told = told.to_string();
        assert!(
            told.starts_with("another run has the Wine prefix "),
            "{told}"
        );
        assert!(
            told.ends_with(&format!(
                "(process {own}); wait for it, or end it: kill {own}"
            )),
            "{told}"
        );
        let state = State::of(fake.home.path(), &fake.wine).unwrap();
        assert_eq!(state, State::Locked(told));
        drop(prefix);
        assert_eq!(
            State::of(fake.home.path(), &fake.wine).unwrap(),
            State::Free
        );
    }

    #[test]
    fn a_server_that_was_left_is_told_with_the_command_that_ends_it_and_a_run_ends_it() {
        let fake = fake();
        drop(Prefix::take_in(fake.home.path(), &fake.wine).unwrap());
        std::fs::write(fake.home.path().join("alive"), "").unwrap();
        let State::Stale(command) = State::of(fake.home.path(), &fake.wine).unwrap() else {
            panic!("it is not seen")
        };
        assert!(
            command[1].starts_with("WINEPREFIX=") && command[2].ends_with("wineserver"),
            "{command:?}"
        );
        drop(Prefix::take_in(fake.home.path(), &fake.wine).unwrap());
        assert_eq!(
            State::of(fake.home.path(), &fake.wine).unwrap(),
            State::Free
        );
    }

    #[test]
    fn a_wine_without_the_library_that_rust_needs_is_refused() {
        let fake = fake();
        program(&fake.wine.loader, "touch $WINEPREFIX/system.reg");
        let told = Prefix::take_in(fake.home.path(), &fake.wine)
            .unwrap_err()
            .to_string();
        assert!(told.contains("has no bcryptprimitives.dll"), "{told}");
        assert!(
            told.ends_with("to set another up: cargo xtask doctor --fix"),
            "{told}"
        );
    }

    #[test]
    fn a_prefix_that_could_not_be_made_is_tried_again() {
        let fake = fake();
        let script = std::fs::read_to_string(&fake.wine.loader).unwrap();
        program(&fake.wine.loader, "exit 1");
        let told = Prefix::take_in(fake.home.path(), &fake.wine)
            .unwrap_err()
            .to_string();
        assert!(
            told.contains("could not make a prefix") && told.contains("wineboot --init"),
            "{told}"
        );
        program(&fake.wine.loader, &script);
        Prefix::take_in(fake.home.path(), &fake.wine).unwrap();
    }
}
