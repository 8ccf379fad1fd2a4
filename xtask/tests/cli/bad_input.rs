//! Bad input is told by its place and its cure, with exit code 2, before anything is run.

use crate::command::{self, MANIFEST, Project};
use predicates::prelude::*;
use rstest::rstest;

#[rstest]
#[case::no_verb(&[], "Usage: cargo xtask <COMMAND>")]
#[case::unknown_verb(&["e3e"], "a similar subcommand exists: 'e2e'")]
#[case::unknown_flag(&["e2e", "--traget", "x"], "a similar argument exists: '--target'")]
#[case::no_jobs(&["e2e", "--jobs", "0"], "0 is not in 1..=1024")]
#[case::jobs_in_words(&["e2e", "--jobs", "two"], "invalid digit")]
#[case::case_that_matches_nothing(&["e2e", "--case", "lisen.*"], "--case `lisen.*` matches no case; `cargo xtask e2e --list` shows them all")]
#[case::part_in_another_form(&["e2e", "--partition", "2/4"], "a part is written `slice:2/4` or `hash:2/4`")]
#[case::part_that_is_not_there(&["e2e", "--partition", "slice:5/4"], "there is no part 5 of 4; parts are counted from 1")]
#[case::nothing_to_merge(&["report", "merge"], "<DIR>...")]
#[case::no_run_to_merge(&["report", "merge", "/nowhere"], "/nowhere holds no plan.json that can be read, so it is not the directory of a run")]
#[case::nothing_to_explain(&["explain", "stop.remove-record"], "there is no case, clause or defect `stop.remove-record`; did you mean `stop.removes-record`")]
#[case::defect_that_matches_nothing(&["calibrate", "--defect", "nope*"], "--defect nope* matches no defect")]
fn usage(#[case] arguments: &[&str], #[case] sentence: &str) {
    command::xtask()
        .args(arguments)
        .assert()
        .code(2)
        .stderr(predicate::str::contains(sentence));
}

#[rstest]
#[case::unknown_key(
    "[health]",
    "[health]\npth = \"/\"",
    "mine.toml:12:1: ",
    "did you mean `path`?"
)]
#[case::wrong_type(
    "status = 204",
    "status = \"204\"",
    "mine.toml:13:10: ",
    "string \"204\" stands where a whole number from 0 to 65535 must stand"
)]
#[case::unknown_placeholder(
    "{address}",
    "{adress}",
    "mine.toml:8:",
    "unknown placeholder `{adress}`; did you mean `{address}`?"
)]
#[case::no_toml("manifest = 1", "manifest", "mine.toml:1:", "")]
#[case::bound_above_the_contract(
    "[address]",
    "[ready]\nwithin_ms = 99999\n[address]",
    "mine.toml:",
    "99999 is not between 1 and 15000, the contract's bound"
)]
fn manifests(#[case] from: &str, #[case] to: &str, #[case] place: &str, #[case] sentence: &str) {
    let project = Project::new();
    let manifest = project.manifest("mine.toml", &MANIFEST.replacen(from, to, 1));
    command::xtask()
        .args(["e2e", "--target"])
        .arg(&manifest)
        .assert()
        .code(2)
        .stderr(predicate::str::contains(place).and(predicate::str::contains(sentence)));
}

#[test]
fn a_manifest_that_is_not_there() {
    let project = Project::new();
    command::xtask()
        .args(["e2e", "--target"])
        .arg(project.path("none.toml"))
        .assert()
        .code(2)
        .stderr(
            predicate::str::contains("none.toml: the manifest could not be read").and(
                predicate::str::contains("check the path given with --target"),
            ),
        );
}

#[test]
fn two_targets_with_one_id() {
    let project = Project::new();
    let (one, other) = (
        project.manifest("one.toml", MANIFEST),
        project.manifest("other.toml", MANIFEST),
    );
    command::xtask()
        .args(["e2e", "--target"])
        .arg(one)
        .arg("--target")
        .arg(other)
        .assert()
        .code(2)
        .stderr(predicate::str::contains(
            "both describe a target with the id `mine`; give one of them another id",
        ));
}

#[cfg(unix)]
#[rstest]
#[case::missing(
    None,
    "was not found; check the path or install it; to install it: make install"
)]
#[case::empty(Some(("", 0o755)), "it is empty; build it again")]
#[case::without_permission(Some(("#!/bin/sh\n", 0o644)), "it has no execute permission; `chmod +x` it")]
fn programs(#[case] program: Option<(&str, u32)>, #[case] sentence: &str) {
    let project = Project::new();
    if let Some((text, mode)) = program {
        project.program("server", text, mode);
    }
    let text = MANIFEST.replace(
        "role = \"backend\"",
        "role = \"backend\"\ninstall = \"make install\"",
    );
    command::xtask()
        .args(["e2e", "--target"])
        .arg(project.manifest("mine.toml", &text))
        .arg("--out")
        .arg(project.path("out"))
        .assert()
        .code(2)
        .stderr(
            predicate::str::contains("mine.toml: `launch.bin`: ")
                .and(predicate::str::contains(sentence)),
        );
}

#[test]
fn an_out_directory_that_cannot_be_written() {
    let project = Project::new();
    let below = project.manifest("file", "").join("below");
    command::xtask()
        .args(["e2e", "--case", "listen.stale-socket-is-reclaimed", "--out"])
        .arg(&below)
        .assert()
        .code(2)
        .stderr(predicate::str::contains(format!(
            "{} cannot be written; choose another with --out",
            below.display()
        )));
}

#[test]
fn an_out_directory_that_holds_something_else() {
    let project = Project::new();
    let precious = project.manifest("precious.txt", "words");
    command::xtask()
        .args(["e2e", "--case", "listen.stale-socket-is-reclaimed", "--out"])
        .arg(project.root())
        .assert()
        .code(2)
        .stderr(predicate::str::contains(
            "holds `precious.txt`, which no run has written",
        ));
    assert_eq!(std::fs::read_to_string(precious).unwrap(), "words");
}
