//! `cargo xtask github action`: what the composite action runs. Its inputs come as variables, since text of a workflow has no
//! place in a shell's command line.

use crate::arguments::{E2e, Merge};
use crate::{e2e, merge};
use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};

/// The calling project's own directory, against which paths are read.
const WORKSPACE_VARIABLE: &str = "GITHUB_WORKSPACE";

pub(super) fn run() -> Result<u8> {
    match asked(|name| std::env::var(name).ok())? {
        Asked::Run(arguments) => e2e::run(&arguments),
        Asked::Merge(arguments) => merge::run(&arguments),
    }
}

#[derive(Debug)]
enum Asked {
    Run(E2e),
    Merge(Merge),
}

fn asked(variable: impl Fn(&str) -> Option<String>) -> Result<Asked> {
    let lines = |name: &str| -> Vec<String> {
        let text = variable(name).unwrap_or_default();
        let lines = text.lines().map(str::trim);
        lines
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let workspace = variable(WORKSPACE_VARIABLE).unwrap_or_default();
    let paths = |name: &str| -> Vec<PathBuf> {
        let own = |line: String| Path::new(&workspace).join(line);
        lines(name).into_iter().map(own).collect()
    };
    let (targets, merged) = (paths("CONFORMANCE_TARGETS"), paths("CONFORMANCE_MERGE"));
    let [partition, jobs] =
        ["CONFORMANCE_PARTITION", "CONFORMANCE_JOBS"].map(|name| lines(name).pop());
    let out = paths("CONFORMANCE_OUT").pop();
    match (targets.is_empty(), merged.is_empty()) {
        (true, true) => bail!("give the action `targets`, one manifest a line, or `merge`"),
        (false, false) => bail!("give the action either `targets` or `merge`, not both"),
        (true, false) => Ok(Asked::Merge(Merge {
            directories: merged,
            out,
        })),
        (false, true) => Ok(Asked::Run(E2e {
            targets,
            cases: lines("CONFORMANCE_CASES"),
            partition: partition
                .map(|text| text.parse())
                .transpose()
                .context("the action's `partition` is none")?,
            jobs: jobs
                .map(|text| text.parse())
                .transpose()
                .context("the action's `jobs` is no number")?,
            out,
            ..E2e::default()
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn of(variables: &[(&str, &str)]) -> Result<Asked> {
        let value = |name: &str| variables.iter().find(|(own, _)| *own == name);
        asked(|name| value(name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn a_run_reads_paths_against_the_calling_project() {
        let asked = of(&[
            ("GITHUB_WORKSPACE", "/project"),
            ("CONFORMANCE_TARGETS", "a.toml\n\n  sub dir/b.toml \n"),
            ("CONFORMANCE_CASES", "stop.*\n$(id)\n"),
            ("CONFORMANCE_PARTITION", "slice:2/4"),
            ("CONFORMANCE_JOBS", ""),
            ("CONFORMANCE_OUT", "out"),
        ]);
        let Asked::Run(run) = asked.unwrap() else {
            panic!("it is a run")
        };
        let targets = ["/project/a.toml", "/project/sub dir/b.toml"];
        assert_eq!(run.targets, targets.map(PathBuf::from));
        assert_eq!(run.cases, ["stop.*", "$(id)"]);
        assert_eq!(run.partition.unwrap().to_string(), "slice:2/4");
        assert_eq!(
            (run.jobs, run.out),
            (None, Some(PathBuf::from("/project/out")))
        );
    }

    #[test]
    fn parts_are_merged() {
        let asked = of(&[
            ("GITHUB_WORKSPACE", "/project"),
            ("CONFORMANCE_MERGE", "parts"),
        ]);
        let Asked::Merge(merge) = asked.unwrap() else {
            panic!("it is a merge")
        };
        assert_eq!(merge.directories, [PathBuf::from("/project/parts")]);
    }

    #[rstest]
    #[case(&[], "give the action `targets`")]
    #[case(&[("CONFORMANCE_TARGETS", "a"), ("CONFORMANCE_MERGE", "b")], "not both")]
    #[case(&[("CONFORMANCE_TARGETS", "a"), ("CONFORMANCE_PARTITION", "2/4")], "`partition` is none")]
    #[case(&[("CONFORMANCE_TARGETS", "a"), ("CONFORMANCE_JOBS", "many")], "`jobs` is no number")]
    fn what_cannot_be_meant_is_refused(#[case] variables: &[(&str, &str)], #[case] words: &str) {
        let why = of(variables).unwrap_err().to_string();
        assert!(why.contains(words), "{why}");
    }
}
