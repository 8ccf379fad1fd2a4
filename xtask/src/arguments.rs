//! The command line's form.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use suites::partition::Partition;

/// End-to-end conformance tests of sidecars: local backends that a desktop app launches or finds.
#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    version,
    disable_help_subcommand = true
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Put targets through the cases and give a verdict per clause
    E2e(E2e),
    /// Tell what a case, a clause or a defect is about: what is checked and why, and how it is mended
    Explain(Explain),
    /// Write the stubs of a clause, of a case and of a defect, which are red until the defect dies of the case
    NewCase(NewCase),
    /// Prove the cases: every defect against every case, null targets, and honest controls
    Calibrate(Calibrate),
    /// Measure what the harness costs, as ratios against a floor measured in the same run
    Bench(Bench),
    /// Run the same many times, and demand the same verdicts each time
    Stress(Stress),
    /// Try daemons that nobody here wrote, and show what they do
    Survey(Survey),
    /// What the workflows and the composite action run
    #[command(subcommand)]
    Github(Github),
    /// Draw a run's report.html again, merge the parts of a run, or tell what changed between two
    Report(Report),
    /// Run all of the project's own tests
    Test(Test),
    /// Tell what is missing on this machine, and the command that mends it
    Doctor(Doctor),
}

/// Exit codes: 0 all required cases passed, or failed as the manifest says; 1 a required case failed otherwise; 2 usage, manifest or harness error, or nothing was tried;
/// 3 something could not be tried.
#[derive(Debug, Default, Args)]
#[command(
    after_help = "Exit codes: 0 all required passed, or failed as the manifest says; 1 a conformance failure; 2 usage, manifest or harness error, \
                        or nothing was tried; 3 incomplete"
)]
pub(crate) struct E2e {
    /// A target manifest; may be given more than once [default: the reference backend, and the reference client alone and with it]
    #[arg(long = "target", value_name = "FILE")]
    pub(crate) targets: Vec<PathBuf>,
    /// Only cases whose id matches this glob (`*` and `?`); may be given more than once
    #[arg(long = "case", value_name = "GLOB")]
    pub(crate) cases: Vec<String>,
    /// Only this part of the plan, `slice:2/4` or `hash:2/4`; `cargo xtask report merge` puts the parts together
    #[arg(long, value_name = "PART")]
    pub(crate) partition: Option<Partition>,
    /// List what would run, and what would not and why, and run nothing
    #[arg(long)]
    pub(crate) list: bool,
    /// Say on standard output what happens as it does, one JSON object a line, and nothing else
    #[arg(long, conflicts_with = "list")]
    pub(crate) json: bool,
    /// How many cases run at the same time [default: two for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) jobs: Option<u16>,
    /// Leave the sandboxes, to look at them
    #[arg(long)]
    pub(crate) keep: bool,
    /// Rewrite the `[[expected]]` tables of the manifests so that they say what was found, and leave all else in them as it is
    #[arg(long, requires = "targets", conflicts_with_all = ["partition", "list"])]
    pub(crate) bless: bool,
    #[command(flatten)]
    pub(crate) blessing: Blessing,
    /// Try the targets as Windows programs, with Wine (Linux only)
    #[arg(long)]
    pub(crate) wine: bool,
    /// Where the evidence and the reports go [default: target/sidecar/RUN]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

/// What `--bless` writes of failures that are new; what is not given stays empty, and the manifest is refused until it is said.
#[derive(Debug, Default, Args)]
pub(crate) struct Blessing {
    /// Why the new failures are let be
    #[arg(long, value_name = "TEXT", requires = "bless", default_value = "")]
    pub(crate) reason: String,
    /// Where the new failures are followed up
    #[arg(long, value_name = "ISSUE", requires = "bless", default_value = "")]
    pub(crate) issue: String,
    /// Who answers for the new failures
    #[arg(long, value_name = "NAME", requires = "bless", default_value = "")]
    pub(crate) owner: String,
}

#[derive(Debug, Args)]
pub(crate) struct Stress {
    /// How many runs
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(2..=10_000))]
    pub(crate) runs: u32,
    /// How many threads keep the processor busy meanwhile
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=1024))]
    pub(crate) load: u16,
    /// A target manifest, as for `e2e`
    #[arg(long = "target", value_name = "FILE")]
    pub(crate) targets: Vec<PathBuf>,
    /// Only cases whose id matches this glob, as for `e2e`
    #[arg(long = "case", value_name = "GLOB")]
    pub(crate) cases: Vec<String>,
    /// How many cases run at the same time, as for `e2e`
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) jobs: Option<u16>,
    /// As Windows programs, as for `e2e`
    #[arg(long)]
    pub(crate) wine: bool,
    /// Where `stress` with the evidence of all runs goes [default: target/sidecar]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Survey {
    /// Install what is missing: with apt-get, and with pip below the target directory
    #[arg(long)]
    pub(crate) install: bool,
    /// Only cases whose id matches this glob, as for `e2e`
    #[arg(long = "case", value_name = "GLOB")]
    pub(crate) cases: Vec<String>,
    /// Where `survey` with the evidence of all runs goes [default: target/sidecar]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Github {
    /// The composite action: its inputs are the variables CONFORMANCE_TARGETS, _CASES, _PARTITION, _JOBS, _MERGE and _OUT
    Action,
    /// One answer for all jobs of a workflow, whose `toJSON(needs)` is the variable NEEDS
    Conclude,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Report {
    #[command(subcommand)]
    pub(crate) verb: Option<ReportVerb>,
    /// The directory of the run [default: the latest]
    #[arg(value_name = "DIR")]
    pub(crate) directory: Option<PathBuf>,
    /// Show it in a browser
    #[arg(long)]
    pub(crate) open: bool,
    /// Where the page goes [default: report.html in the run's directory]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReportVerb {
    /// Tell what changed between two runs; exit code 1 when something became worse
    Diff(Diff),
    /// Make one run, or one calibration, of the parts that were tried with `--partition`; refuses when a part, or a case, is missing
    Merge(Merge),
}

#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The directory of the run before
    #[arg(value_name = "A")]
    pub(crate) before: PathBuf,
    /// The directory of the run after
    #[arg(value_name = "B")]
    pub(crate) after: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Merge {
    /// The directories of the parts, each the `--out` of one run, or a directory that holds such and nothing else
    #[arg(required = true, value_name = "DIR")]
    pub(crate) directories: Vec<PathBuf>,
    /// Where the merged run goes [default: target/sidecar/RUN]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Calibrate {
    /// Only defects whose name matches this glob; may be given more than once
    #[arg(long = "defect", value_name = "GLOB")]
    pub(crate) defects: Vec<String>,
    /// Only cases whose id matches this glob; may be given more than once
    #[arg(long = "case", value_name = "GLOB")]
    pub(crate) cases: Vec<String>,
    /// Each defect only against the cases that name it; no null targets
    #[arg(long)]
    pub(crate) quick: bool,
    /// Only this part of the runs, `slice:2/4` or `hash:2/4`; `cargo xtask report merge` puts the parts together
    #[arg(long, value_name = "PART")]
    pub(crate) partition: Option<Partition>,
    /// How many cases run at the same time [default: four for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) jobs: Option<u16>,
    /// Where calibration.json goes [default: target/sidecar]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A case, a clause or a defect, as reports name them
    #[arg(value_name = "CASE|CLAUSE|DEFECT")]
    pub(crate) name: String,
}

#[derive(Debug, Args)]
pub(crate) struct NewCase {
    /// The clause, new or known: `chapter.what-a-target-does`
    #[arg(value_name = "CHAPTER.SLUG")]
    pub(crate) clause: String,
    /// The case [default: chapter.it-slug]
    #[arg(long, value_name = "ID")]
    pub(crate) case: Option<String>,
    /// The defect [default: breaks-chapter-slug]
    #[arg(long, value_name = "NAME")]
    pub(crate) defect: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// Lives of a backend on each side
    #[arg(long, value_name = "N", default_value_t = 400, value_parser = clap::value_parser!(u32).range(20..=100_000))]
    pub(crate) rounds: u32,
    /// All but the whole runs
    #[arg(long)]
    pub(crate) quick: bool,
    /// Only this part; may be given more than once
    #[arg(long = "part", value_name = "PART", conflicts_with = "quick")]
    pub(crate) parts: Vec<BenchPart>,
    /// Where bench.json goes [default: target/sidecar]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BenchPart {
    /// One life of a backend
    Lives,
    /// A request through a client
    Bridge,
    /// Cases with their event streams and without
    Evidence,
    /// The page of 2,000 cases
    Report,
    /// Whole runs
    Runs,
}

impl Bench {
    pub(crate) fn wants(&self, part: BenchPart) -> bool {
        if self.parts.is_empty() {
            part != BenchPart::Runs || !self.quick
        } else {
            self.parts.contains(&part)
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Build the tests for Windows and run them with Wine (Linux only)
    #[arg(long)]
    pub(crate) wine: bool,
    /// Handed on to `cargo nextest run`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) rest: Vec<String>,
}

/// Exit codes: 0 nothing is missing; 2 something is.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 nothing is missing; 2 something is")]
pub(crate) struct Doctor {
    /// Mend what can be mended here; fetches what is missing
    #[arg(long)]
    pub(crate) fix: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory as _;
        Arguments::command().debug_assert();
    }
}
