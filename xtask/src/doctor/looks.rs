//! The looks at the machine, one for each thing that is needed.

use super::{Finding, Mend, State};
use crate::cargo::{self, NEXTEST_VERSION};
use crate::wine;
use harness::process::{Version, version_of};

/// The oldest Rust that the workspace is built with.
const RUST: &str = env!("CARGO_PKG_RUST_VERSION");

/// The oldest Node.js that the independent client runs in.
const NODE: &str = "20";

/// Looks at everything. What is about Wine is looked for on Linux only.
pub(super) fn look() -> Vec<Finding> {
    let named = |name, state| Finding { name, state };
    let mut findings = vec![
        named("Rust", rust()),
        named("cargo-nextest", nextest()),
        named("Python", python()),
        named("Node.js", node()),
    ];
    if cfg!(target_os = "linux") {
        findings.push(named("Windows target", windows_target()));
        findings.push(named("Windows linker", windows_linker()));
        findings.extend(wine());
    }
    findings
}

/// What a program says of its version, at the end of a list of words.
fn says(argv: &[&str]) -> Option<Version> {
    let argv: Vec<String> = argv.iter().map(|word| (*word).to_owned()).collect();
    version_of(&argv).ok()
}

fn at_least(found: &Version, least: &str) -> bool {
    Version::find(least).is_none_or(|least| *found >= least)
}

fn rust() -> State {
    let mend = Mend::run(&["rustup", "update", "stable"]);
    match says(&["rustc", "--version"]) {
        Some(found) if at_least(&found, RUST) => State::There(found.to_string()),
        Some(found) => State::Missing(
            format!(
                "rustc is {found}, and {RUST} or later is needed; to get it: rustup update stable"
            ),
            mend,
        ),
        None => State::Missing(
            "there is no rustc; https://rustup.rs installs it".to_owned(),
            Mend::Person,
        ),
    }
}

fn nextest() -> State {
    let mut ask = cargo::cargo();
    ask.args(["nextest", "--version"]);
    let said = crate::bounded::output(&mut ask, cargo::ANSWERS_WITHIN);
    let found = said.ok().filter(|said| said.status.success());
    match found.and_then(|said| Version::find(&said.stdout)) {
        Some(found) => State::There(found.to_string()),
        None => {
            let words = [
                "cargo",
                "install",
                "cargo-nextest",
                "--locked",
                "--version",
                NEXTEST_VERSION,
            ];
            State::Missing(
                format!(
                    "there is no cargo-nextest; to install it: {}",
                    words.join(" ")
                ),
                Mend::run(&words),
            )
        }
    }
}

fn python() -> State {
    says(&["python3", "--version"]).map_or_else(
        || {
            let told = "there is no python3, in which the independent backend is written";
            from_apt(told, "python3")
        },
        |found| State::There(found.to_string()),
    )
}

fn node() -> State {
    match says(&["node", "--version"]) {
        Some(found) if at_least(&found, NODE) => State::There(found.to_string()),
        Some(found) => State::LeftOut(format!(
            "it is {found}, and the independent client needs {NODE} or later"
        )),
        None => State::LeftOut(format!(
            "there is none, and the independent client needs {NODE} or later"
        )),
    }
}

fn windows_target() -> State {
    match wine::missing_target() {
        None => State::There(wine::TARGET.to_owned()),
        Some(why) => State::Missing(why, Mend::run(&["rustup", "target", "add", wine::TARGET])),
    }
}

fn windows_linker() -> State {
    match wine::missing_linker() {
        None => State::There(wine::LINKER.to_owned()),
        Some(why) => State::Missing(why, apt("gcc-mingw-w64-x86-64")),
    }
}

/// The Wine that a run would use, its prefix, and, where there is none, what sets one up.
fn wine() -> Vec<Finding> {
    let found = wine::find(&wine::Surroundings::here());
    let named = |name, state| Finding { name, state };
    match found {
        Ok(found) => {
            let there = format!("{}, at {}", found.version, found.loader.display());
            vec![
                named("Wine", State::There(there)),
                named("Wine prefix", prefix(&found)),
            ]
        }
        Err(why) => {
            // One that was named is not ours to replace.
            if wine::Surroundings::here().named.is_some() {
                return vec![named("Wine", State::Missing(why, Mend::Person))];
            }
            // Only root can set up a system of its own; who may become it takes what this system has.
            if !wine::is_root() {
                return vec![named("Wine", State::Missing(why, apt("wine64")))];
            }
            vec![
                named("debootstrap", debootstrap()),
                named("Wine", State::Missing(why, Mend::SetUpWine)),
            ]
        }
    }
}

fn prefix(found: &wine::Wine) -> State {
    match wine::State::here(found) {
        Ok(wine::State::Free) => State::There("it is free".to_owned()),
        Ok(wine::State::Locked(why)) => State::Missing(why, Mend::Person),
        Ok(wine::State::Stale(ending)) => State::Missing(
            format!(
                "an earlier run was killed and left its wineserver; to end it: {}",
                ending.join(" ")
            ),
            Mend::Run(vec![ending]),
        ),
        Err(error) => State::Missing(format!("{error:#}"), Mend::Person),
    }
}

fn debootstrap() -> State {
    match says(&["debootstrap", "--version"]) {
        Some(found) => State::There(found.to_string()),
        None => from_apt("there is no debootstrap, which sets Wine up", "debootstrap"),
    }
}

fn from_apt(told: &str, package: &str) -> State {
    State::Missing(
        format!("{told}; to install it: apt-get install -y {package}"),
        apt(package),
    )
}

/// A list of packages may be missing, or older than what the servers have.
fn apt(package: &str) -> Mend {
    apt_by(wine::is_root(), package)
}

/// As root, or as somebody who may become it without a word, as on a runner of GitHub.
fn apt_by(root: bool, package: &str) -> Mend {
    let become_root: &[&str] = if root { &[] } else { &["sudo", "-n"] };
    let words = |words: &[&str]| {
        let all = become_root.iter().chain(words);
        all.map(|word| (*word).to_owned()).collect()
    };
    Mend::Run(vec![
        words(&["apt-get", "update", "-qq"]),
        words(&["apt-get", "install", "-y", "-qq", package]),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_not_root_becomes_it_to_install_something() {
        let Mend::Run(commands) = apt_by(false, "wine64") else {
            panic!("nothing is run")
        };
        assert_eq!(
            commands[1].join(" "),
            "sudo -n apt-get install -y -qq wine64"
        );
        let Mend::Run(commands) = apt_by(true, "wine64") else {
            panic!("nothing is run")
        };
        assert_eq!(commands[0].join(" "), "apt-get update -qq");
    }
}
