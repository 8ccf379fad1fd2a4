//! A run in parts, merged, says what one run says.

use crate::command::{self, Project};
use predicates::prelude::*;
use rstest::rstest;
use std::path::Path;

/// Enough for each part to have something to do, and few enough to be run twice.
const CASES: [&str; 4] = ["--case", "record.*", "--case", "listen.stale*"];

fn run(out: &Path, partition: Option<&str>) {
    let mut command = command::xtask();
    command.arg("e2e").args(CASES).arg("--out").arg(out);
    command.arg("--target").arg(command::reference());
    if let Some(partition) = partition {
        command.args(["--partition", partition]);
    }
    command.assert().code(0);
}

fn merge(parts: &[&Path], out: &Path) -> assert_cmd::assert::Assert {
    let mut command = command::xtask();
    command.args(["report", "merge"]).args(parts);
    command.arg("--out").arg(out).assert()
}

/// All that a run says, but for times.
fn says(out: &Path) -> (serde_json::Value, Vec<serde_json::Value>) {
    let text = std::fs::read_to_string(out.join("summary.json")).unwrap();
    let mut summary: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut cases = summary["cases"].as_array().unwrap().clone();
    for case in &mut cases {
        case["duration_ms"] = 0.into();
    }
    (summary["totals"].take(), cases)
}

fn streams(out: &Path) -> Vec<String> {
    let rows = std::fs::read_dir(out.join("events/reference")).unwrap();
    let mut names: Vec<String> = rows
        .map(|row| row.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn parts_say_together_what_one_run_says() {
    let project = Project::new();
    let [whole, one, two] = ["whole", "one", "two"].map(|name| project.path(name));
    run(&whole, None);
    run(&one, Some("slice:1/2"));
    run(&two, Some("slice:2/2"));

    let merged = project.path("merged");
    merge(&[&two, &one], &merged)
        .code(0)
        .stdout(predicate::str::contains("reference: partial"));
    assert_eq!(says(&merged), says(&whole));
    assert_eq!(streams(&merged), streams(&whole));
    let junit = std::fs::read_to_string(merged.join("junit.xml")).unwrap();
    let count = format!("tests=\"{}\"", says(&whole).1.len());
    assert!(junit.contains(&count), "{count}");

    merge(&[&one], &project.path("less"))
        .code(2)
        .stderr(predicate::str::contains("part 2 of 2 is missing"));
    assert!(!project.path("less").exists());

    std::fs::remove_file(two.join("summary.json")).unwrap();
    let lost = std::fs::read_dir(two.join("events/reference")).unwrap();
    std::fs::remove_file(lost.last().unwrap().unwrap().path()).unwrap();
    merge(&[&one, &two], &project.path("down"))
        .code(3)
        .stdout(predicate::str::contains(
            "incomplete: not everything could be tried",
        ))
        .stdout(predicate::str::contains(
            "broken off: part 2 of 2 ended before it had its summary",
        ));
}

#[rstest]
#[case("slice")]
#[case("hash")]
fn a_list_of_a_part_has_its_own_cases_only(#[case] deal: &str) {
    let listed = |partition: &[&str]| -> Vec<String> {
        let mut command = command::xtask();
        command.args(["e2e", "--list"]).args(partition);
        let output = command.assert().code(0).get_output().stdout.clone();
        let text = String::from_utf8(output).unwrap();
        text.lines().map(str::to_owned).collect()
    };
    let mut parts: Vec<String> = (1..=4)
        .flat_map(|part| listed(&["--partition", &format!("{deal}:{part}/4")]))
        .collect();
    let mut whole = listed(&[]);
    parts.sort();
    whole.sort();
    assert_eq!(parts, whole);
}

#[test]
fn a_part_without_anything_to_try_is_refused() {
    command::xtask()
        .args([
            "e2e",
            "--case",
            "listen.stale*reclaimed",
            "--partition",
            "slice:2/2",
        ])
        .assert()
        .code(2)
        .stderr(predicate::str::contains(
            "there is nothing to try in slice:2/2: 1 cases are to be tried in all; ask for fewer parts",
        ));
}

#[test]
fn parts_of_a_calibration_prove_together_what_one_proves() {
    let project = Project::new();
    let [whole, one, two] = ["whole", "one", "two"].map(|name| project.path(name));
    let calibrate = |out: &Path, partition: &[&str]| {
        let mut command = command::xtask();
        command.args(["calibrate", "--quick", "--case", "stop.its-record-is-gone"]);
        command.args(["--defect", "leaves-record", "--out"]);
        command.arg(out).args(partition).assert()
    };
    calibrate(&whole, &[]).code(0);
    calibrate(&one, &["--partition", "slice:1/2"]).code(0);
    calibrate(&two, &["--partition", "slice:2/2"]).code(0);

    let merged = project.path("merged");
    merge(&[&two, &one], &merged).code(0);
    let proof = |out: &Path| std::fs::read_to_string(out.join("calibration.json")).unwrap();
    assert_eq!(proof(&merged), proof(&whole));

    merge(&[&one], &merged)
        .code(2)
        .stderr(predicate::str::contains("part 2 of 2 is missing"));
}
