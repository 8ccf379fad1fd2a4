//! Parts of a run, put together.

mod foreseen;

use super::*;
use harness::events::{Event, Recorder};
use rstest::rstest;
use suites::verdict::{RunResult, Verdict};

/// Two machines' directories, in which all went well.
struct Machines(tempfile::TempDir);

impl Machines {
    fn new() -> Self {
        Self::with(|_| {})
    }

    /// With this change to the plan that both have.
    fn with(change: impl Fn(&mut Plan)) -> Self {
        let machines = Self(tempfile::tempdir().unwrap());
        for part in [1, 2] {
            let mut plan = Plan::for_tests(part);
            change(&mut plan);
            let plan = plan.sealed().unwrap();
            std::fs::create_dir(machines.path(part)).unwrap();
            plan.write(&machines.path(part)).unwrap();
            for planned in plan.own().filter(|planned| planned.gate == Gate::Run) {
                machines.stream(part, &planned.id, Some("pass"));
            }
            machines.sum_up(part);
        }
        machines
    }

    fn path(&self, part: u32) -> PathBuf {
        self.0.path().join(part.to_string())
    }

    fn stream(&self, part: u32, case: &str, verdict: Option<&str>) {
        let recorder = Recorder::create(&self.evidence(part, case), case).unwrap();
        if let Some(verdict) = verdict {
            recorder.record(Event::Verdict {
                verdict: verdict.into(),
                step: String::new(),
                reason: String::new(),
                expected: String::new(),
                seen: String::new(),
                duration_ms: 1,
                checks: 1,
            });
        }
    }

    fn evidence(&self, part: u32, case: &str) -> PathBuf {
        stream_path(&self.path(part), "mine", case)
    }

    fn sum_up(&self, part: u32) {
        let directory = self.path(part);
        let plan = Plan::read(&directory).unwrap();
        let summary = Summary::gather(&plan, &directory);
        summary.write(&directory).unwrap();
    }

    fn goes_down(&self, part: u32) {
        std::fs::remove_file(self.path(part).join("summary.json")).unwrap();
    }

    fn merged(&self, parts: &[u32]) -> Result<Summary> {
        let directories: Vec<PathBuf> = parts.iter().map(|part| self.path(*part)).collect();
        let shards = read(&directories)?;
        let plan = shards[0].plan.undivided(String::new())?;
        gather(&plan, &shards[0].plan, &shards)
    }

    fn refused(&self, parts: &[u32]) -> String {
        self.merged(parts).unwrap_err().to_string()
    }
}

fn verdicts(summary: &Summary) -> Vec<(&str, Verdict)> {
    let cases = summary.cases.iter();
    cases.map(|case| (case.id.as_str(), case.verdict)).collect()
}

#[rstest]
#[case(&[1, 2])]
#[case(&[2, 1])]
fn parts_become_one_run_in_the_order_of_the_plan(#[case] parts: &[u32]) {
    let summary = Machines::new().merged(parts).unwrap();
    let expected = [
        ("stop.it-ends", Verdict::Pass),
        ("stop.it-cleans", Verdict::Pass),
        ("record.it-is-there", Verdict::NotApplicable),
    ];
    assert_eq!(verdicts(&summary), expected);
    assert_eq!((summary.result(), summary.part), (RunResult::Partial, None));
}

#[test]
fn a_directory_of_parts_stands_for_them() {
    let machines = Machines::new();
    let merged = |machines: &Machines| read(&runs_in(machines.0.path()));
    assert_eq!(merged(&machines).unwrap().len(), 2);
    std::fs::create_dir(machines.path(3)).unwrap();
    let why = merged(&machines).err().unwrap().to_string();
    assert!(why.contains("3 holds no plan.json"), "{why}");
}

#[test]
fn a_failure_on_one_machine_is_one_of_the_whole() {
    let machines = Machines::new();
    machines.stream(2, "stop.it-cleans", Some("fail"));
    machines.sum_up(2);
    let summary = machines.merged(&[1, 2]).unwrap();
    assert_eq!(
        (summary.totals.fail, summary.result()),
        (1, RunResult::NotConformant)
    );
}

#[test]
fn a_part_that_is_missing_is_named_with_what_is_lost() {
    assert_eq!(
        Machines::new().refused(&[1]),
        "part 2 of 2 is missing, and with it 1 planned cases, mine::stop.it-cleans among them"
    );
}

#[test]
fn a_part_that_is_given_twice_is_refused() {
    let why = Machines::new().refused(&[1, 2, 1]);
    assert!(why.starts_with("part 1 of 2 is given twice: "), "{why}");
}

#[test]
fn a_part_of_another_plan_is_refused() {
    let machines = Machines::new();
    let mut plan = Plan::for_tests(2);
    plan.whole.targets[0].manifest = "1".into();
    plan.sealed().unwrap().write(&machines.path(2)).unwrap();
    let why = machines.refused(&[1, 2]);
    assert!(
        why.contains("is of another plan than") && why.contains("the manifest of mine"),
        "{why}"
    );
}

#[test]
fn a_directory_that_is_no_run_is_refused() {
    let machines = Machines::new();
    std::fs::create_dir(machines.path(3)).unwrap();
    assert!(machines.refused(&[1, 3]).contains("holds no plan.json"));
}

#[test]
fn evidence_that_was_lost_on_the_way_is_refused() {
    let machines = Machines::new();
    std::fs::remove_file(machines.evidence(2, "stop.it-cleans")).unwrap();
    assert!(machines.refused(&[1, 2]).ends_with(
        "its summary says pass of mine::stop.it-cleans, and there is no evidence of it"
    ));
    machines.stream(2, "stop.it-cleans", Some("fail"));
    assert!((machines.refused(&[1, 2])).ends_with("stop.it-cleans, and the evidence says fail"));
}

#[test]
fn a_stream_of_another_part_is_refused() {
    let machines = Machines::new();
    machines.stream(2, "stop.it-ends", Some("pass"));
    let why = machines.refused(&[1, 2]);
    assert!(
        why.ends_with("is not of a case that part 2 of 2 has in its plan"),
        "{why}"
    );
}

#[rstest]
#[case::before_the_case(None)]
#[case::within_the_case(Some(None))]
#[case::after_all_cases(Some(Some("pass")))]
fn a_machine_that_went_down_is_no_smaller_success(#[case] stream: Option<Option<&str>>) {
    let machines = Machines::new();
    machines.goes_down(2);
    std::fs::remove_file(machines.evidence(2, "stop.it-cleans")).unwrap();
    if let Some(verdict) = stream {
        machines.stream(2, "stop.it-cleans", verdict);
    }
    let summary = machines.merged(&[1, 2]).unwrap();
    assert_eq!(summary.result(), RunResult::Incomplete);
    assert!(summary.broken_off[0].starts_with("part 2 of 2 ended before it had its summary"));
}

#[test]
fn a_case_that_was_cut_on_a_machine_that_came_to_its_end_stays_a_fault_of_the_harness() {
    let machines = Machines::new();
    machines.stream(2, "stop.it-cleans", None);
    machines.sum_up(2);
    let summary = machines.merged(&[1, 2]).unwrap();
    assert_eq!(summary.result(), RunResult::Invalid);
}

#[test]
fn the_out_directory_is_none_of_the_parts() {
    let machines = Machines::new();
    let directories = vec![machines.path(1), machines.path(2)];
    let out = Some(machines.path(1));
    let why = run(&Merge { directories, out }).unwrap_err().to_string();
    assert!(why.ends_with("cannot be the out directory too"), "{why}");
    assert!(machines.merged(&[1, 2]).is_ok());
}
