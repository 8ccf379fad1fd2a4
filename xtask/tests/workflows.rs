//! The workflows are code that runs with rights: every action in them is one that was looked at, they may read and nothing more, and
//! whatever they run can be run by hand.
#![expect(
    clippy::unwrap_used,
    reason = "functions beside the tests; a panic is their failure"
)]

use std::path::{Path, PathBuf};

/// The workflows and actions of this project.
fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.github");
    let rows = |directory: &str| -> Vec<PathBuf> {
        let rows = std::fs::read_dir(root.join(directory)).unwrap();
        rows.map(|row| row.unwrap().path()).collect()
    };
    let actions = rows("actions").into_iter();
    let mut files = rows("workflows");
    files.extend(actions.map(|action| action.join("action.yml")));
    files.sort();
    files
}

/// The value of `key` in a line, which may begin a step; nothing where the line is about something else.
fn value<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let line = line.trim_start();
    let line = line.strip_prefix("- ").unwrap_or(line);
    let value = line.strip_prefix(key)?.strip_prefix(':')?;
    let value = value.split_once(" #").map_or(value, |(value, _)| value);
    Some(value.trim())
}

/// What is wrong with a workflow, or with an action, in words.
fn faults(text: &str, workflow: bool) -> Vec<String> {
    let mut faults = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        if let Some(action) = value(line, "uses")
            && let Some(why) = unpinned(action, line)
        {
            faults.push(format!("{number}: `{action}` {why}"));
        }
        // `run` of a job's defaults is a table and has no value.
        if let Some(command) = value(line, "run").filter(|command| !command.is_empty())
            && !by_hand(command)
        {
            faults.push(format!(
                "{number}: `{command}` is no command of this project"
            ));
        }
        if let Some(granted) = value(line, "permissions").filter(|granted| !granted.is_empty())
            && granted != "{}"
        {
            faults.push(format!("{number}: permissions `{granted}`"));
        }
        if line.contains(": write") {
            faults.push(format!("{number}: the right to write"));
        }
        if line.contains("pull_request_target") || line.contains("workflow_run") {
            faults.push(format!(
                "{number}: runs with rights that the change must not have"
            ));
        }
    }
    if workflow && !text.contains("\npermissions:\n  contents: read\n") {
        faults.push("it does not say that it may only read".to_owned());
    }
    let of = |needle: &str| text.lines().filter(|line| line.contains(needle)).count();
    if of("actions/checkout@") != of("persist-credentials: false") {
        faults.push("a checkout leaves its token behind".to_owned());
    }
    faults
}

/// Why an action may become another one without anybody's doing here.
fn unpinned(action: &str, line: &str) -> Option<&'static str> {
    if action.starts_with("./") {
        return None;
    }
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let commit = action.split_once('@').map_or("", |(_, commit)| commit);
    if commit.len() != 40 || !commit.bytes().all(hex) {
        return Some("is not pinned by a commit");
    }
    let version = line.split_once(" # v").map_or("", |(_, version)| version);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let whole = version.split('.').count() == 3 && version.split('.').all(digits);
    (!whole).then_some("does not say its version in a comment, as `# v1.2.3`")
}

/// Whether a command is one that can be run on a developer's machine, and is one command.
fn by_hand(command: &str) -> bool {
    let one = !command.contains([';', '&', '|', '$', '`', '<', '>', '\n']);
    let words = command.split_whitespace();
    one && (command == ".ci/run" || words.take(2).eq(["cargo", "xtask"]))
}

#[test]
fn nothing_is_wrong_with_the_workflows() {
    let files = files();
    let found: Vec<String> = files
        .iter()
        .flat_map(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            let faults = faults(&text, path.parent().unwrap().ends_with("workflows"));
            let name = |fault: String| format!("{}:{fault}", path.display());
            faults.into_iter().map(name).collect::<Vec<_>>()
        })
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(files.len() >= 3);
}

/// Every command of a workflow is one that this program knows: none is only ever run where nobody sees it fail.
#[test]
fn the_command_line_of_each_step_is_understood() {
    for path in files() {
        let text = std::fs::read_to_string(&path).unwrap();
        for command in text.lines().filter_map(|line| value(line, "run")) {
            let Some(words) = command.strip_prefix("cargo xtask ") else {
                continue;
            };
            let mut asked = std::process::Command::new(env!("CARGO_BIN_EXE_xtask"));
            let output = asked.args(words.split_whitespace()).arg("--help").output();
            assert!(
                output.unwrap().status.success(),
                "{}: {command}",
                path.display()
            );
        }
    }
}

/// Another version would be compiled beside it, in each job.
#[test]
fn the_test_runner_that_is_fetched_is_the_one_that_is_wanted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let wanted = std::fs::read_to_string(root.join(".config/nextest.toml")).unwrap();
    let wanted = wanted.lines().find_map(|line| {
        let version = line.strip_prefix("nextest-version = ")?;
        Some(version.trim_matches('"').to_owned())
    });
    let texts = files()
        .into_iter()
        .map(|path| std::fs::read_to_string(path).unwrap());
    let fetched: Vec<String> = texts
        .flat_map(|text| {
            let tools = text.lines().filter_map(|line| value(line, "tool"));
            tools.map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    let wanted = format!("cargo-nextest@{}", wanted.unwrap());
    assert!(fetched.contains(&wanted), "{fetched:?}");
    assert!(
        fetched.iter().all(|tool| *tool == wanted),
        "{fetched:?} and not {wanted}"
    );
}

#[test]
fn all_jobs_lead_to_the_conclusion() {
    for path in files().iter().filter(|path| !path.ends_with("action.yml")) {
        let text = std::fs::read_to_string(path).unwrap();
        let (_, jobs) = text.split_once("\njobs:\n").unwrap();
        let mut names: Vec<&str> = (jobs.lines())
            .filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':'))
            .filter(|name| !name.starts_with([' ', '#']))
            .collect();
        assert_eq!(names.pop(), Some("conclusion"), "{}", path.display());
        let (_, conclusion) = jobs.split_once("  conclusion:\n").unwrap();
        let needs = format!("needs: [{}]\n", names.join(", "));
        assert!(conclusion.contains(&needs), "{}: {needs}", path.display());
        assert!(
            conclusion.contains("if: ${{ always() }}"),
            "{}",
            path.display()
        );
    }
}

/// Each guard sees what it is there for.
#[test]
fn what_must_not_be_is_seen() {
    let good = "permissions:\n  contents: read\n";
    let with = |line: &str| faults(&format!("name: x\n{good}jobs:\n{line}\n"), true).join("\n");
    let pin = "a".repeat(40);
    assert_eq!(with(""), "");
    assert_eq!(with(&format!("      - uses: o/a@{pin} # v1.2.3")), "");
    assert_eq!(with("      - uses: ./.github/actions/conformance"), "");
    assert_eq!(with("        run: cargo xtask e2e --case stop.*"), "");
    for (line, why) in [
        ("      - uses: o/a@v4", "is not pinned by a commit"),
        (
            "        uses: o/a@main # v1.2.3",
            "is not pinned by a commit",
        ),
        (
            &format!("      - uses: o/a@{}", &pin[1..]),
            "is not pinned by a commit",
        ),
        (
            &format!("      - uses: o/a@{pin}"),
            "does not say its version",
        ),
        (
            &format!("      - uses: o/a@{pin} # v4"),
            "does not say its version",
        ),
        (
            "      - run: curl example.org | sh",
            "is no command of this project",
        ),
        ("      - run: |", "is no command of this project"),
        (
            "      - run: cargo xtask e2e; rm x",
            "is no command of this project",
        ),
        (
            "      - run: cargo xtask e2e --case ${{ inputs.x }}",
            "is no command of this project",
        ),
        ("    permissions: write-all", "permissions `write-all`"),
        ("      contents: write", "the right to write"),
        ("  pull_request_target:", "runs with rights"),
        (
            &format!("      - uses: actions/checkout@{pin} # v1.2.3"),
            "leaves its token behind",
        ),
    ] {
        assert!(with(line).contains(why), "{line}: {}", with(line));
    }
    let without = faults("name: x\njobs:\n", true).join("\n");
    assert!(without.contains("may only read"), "{without}");
}
