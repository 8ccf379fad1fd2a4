//! `cargo xtask github conclude`: one answer for all jobs of a workflow. A job that was skipped or cancelled is no success.

use crate::github::{SUMMARY_VARIABLE, append, cell};
use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What the workflow knows of the jobs before: its `toJSON(needs)`.
const NEEDS_VARIABLE: &str = "NEEDS";

#[derive(Debug, Deserialize)]
struct Job {
    result: String,
}

pub(super) fn run() -> Result<u8> {
    let text = std::env::var(NEEDS_VARIABLE).with_context(|| {
        format!("{NEEDS_VARIABLE} is not set; a workflow sets it to its `toJSON(needs)`")
    })?;
    let (table, good) = concluded(&text)?;
    print!("{table}");
    append(SUMMARY_VARIABLE, &table)?;
    Ok(u8::from(!good))
}

fn concluded(needs: &str) -> Result<(String, bool)> {
    let jobs: BTreeMap<String, Job> = serde_json::from_str(needs)
        .with_context(|| format!("{NEEDS_VARIABLE} is not a workflow's `toJSON(needs)`"))?;
    if jobs.is_empty() {
        bail!("{NEEDS_VARIABLE} names no job, so that nothing can be concluded");
    }
    let mut table = String::from("| job | result |\n|---|---|\n");
    for (name, job) in &jobs {
        let _ = writeln!(table, "| {} | {} |", cell(name), cell(&job.result));
    }
    Ok((table, jobs.values().all(|job| job.result == "success")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("success", true)]
    #[case("failure", false)]
    #[case("cancelled", false)]
    #[case("skipped", false)]
    fn all_jobs_must_have_succeeded(#[case] result: &str, #[case] good: bool) {
        let needs = format!(
            r#"{{"gate":{{"result":"success","outputs":{{}}}},"e2e":{{"result":"{result}","outputs":{{"x":"y"}}}}}}"#
        );
        let (table, all) = concluded(&needs).unwrap();
        assert_eq!(all, good);
        assert!(table.contains("| gate | success |"));
    }

    #[rstest]
    #[case("", "is not a workflow's")]
    #[case("{}", "names no job")]
    fn without_jobs_nothing_is_concluded(#[case] needs: &str, #[case] words: &str) {
        assert!(concluded(needs).unwrap_err().to_string().contains(words));
    }
}
