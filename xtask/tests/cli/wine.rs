//! A Wine, or what builds for it, that is not as it must be: one sentence with the command that mends it, and exit code 2.

use crate::command::{self, Project};
use predicates::prelude::*;
use rstest::rstest;

const OLD: &str = "#!/bin/sh\necho 'wine-8.0 (Debian 8.0~repack-4)'\n";
const FOREIGN: &str = "#!/bin/sh\necho 'version GLIBC_2.38 not found' >&2\nexit 1\n";

#[rstest]
#[case::none(None, "could not be started")]
#[case::too_old(Some(OLD), "is Wine 8.0, and 9 or later is needed")]
#[case::not_for_this_system(Some(FOREIGN), "does not run here (version GLIBC_2.38 not found)")]
fn a_wine_that_cannot_be_used(
    #[case] program: Option<&str>,
    #[case] sentence: &str,
    #[values(&["doctor"], &["e2e", "--wine"], &["test", "--wine"])] verb: &[&str],
) {
    let project = Project::new();
    if let Some(text) = program {
        project.program("wine64", text, 0o755);
    }
    let assert = command::xtask()
        .args(verb)
        .env("SIDECAR_WINE", project.path("wine64"))
        .assert()
        .code(2);
    let mending = "name another, or unset it and run `cargo xtask doctor --fix`";
    let told = predicate::str::contains("SIDECAR_WINE names a Wine that cannot be used: ")
        .and(predicate::str::contains(sentence))
        .and(predicate::str::contains(mending));
    let output = assert.get_output();
    let said = if verb == ["doctor"] {
        &output.stdout
    } else {
        &output.stderr
    };
    let said = String::from_utf8_lossy(said);
    assert!(told.eval(&said), "{said}");
}

#[rstest]
#[case::doctor(&["doctor"])]
#[case::end_to_end(&["e2e", "--wine"])]
#[case::tests(&["test", "--wine"])]
fn a_compiler_without_the_target(#[case] verb: &[&str]) {
    let project = Project::new();
    project.program("rustc", "#!/bin/sh\necho /no/such/directory\n", 0o755);
    let output = command::xtask()
        .args(verb)
        .env("RUSTC", project.path("rustc"))
        .assert()
        .code(2)
        .get_output()
        .clone();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    let told = "nothing can be compiled for Windows: the target x86_64-pc-windows-gnu is missing; to install it: rustup target add x86_64-pc-windows-gnu";
    assert!(said.contains(told), "{said}");
}
