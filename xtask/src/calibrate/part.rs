//! One part of a calibration, as `calibration-part.json` has it: all runs that are planned, whose each is, and what came of the own ones.

use super::pool::{Done, Job};
use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use suites::digest;
use suites::partition::{self, Deal, Partition, Row};

const SCHEMA: u32 = 2;

/// The file's name.
pub(crate) const NAME: &str = "calibration-part.json";

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    schema: u32,
    /// Of `whole`; equal in all parts.
    digest: String,
    /// Which part this is, from 1.
    pub(super) number: u32,
    pub(super) whole: Whole,
    /// What came of the own runs; nothing before they are over.
    pub(super) runs: Option<Vec<Done>>,
}

/// What all parts of a calibration have in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Whole {
    pub(super) platform: String,
    pub(super) deal: Deal,
    pub(super) parts: u32,
    /// Digest of the honest targets' manifests.
    pub(super) manifests: String,
    pub(super) subjects: Subjects,
    /// Ids of the cases.
    pub(super) cases: Vec<String>,
    pub(super) runs: Vec<PlannedRun>,
}

/// What the cases are tried on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Subjects {
    pub(super) defects: Vec<String>,
    pub(super) nulls: Vec<String>,
    pub(super) controls: Vec<String>,
    /// Defects that are not tried, each with the reason: no case that names it can be tried on this machine.
    pub(super) elsewhere: BTreeMap<String, String>,
}

/// One case on one subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlannedRun {
    pub(super) subject: String,
    pub(super) case: String,
    /// The part that it belongs to.
    pub(super) part: u32,
}

impl PlannedRun {
    /// All runs, each with its part.
    pub(super) fn deal(jobs: &[Job], partition: Partition) -> Vec<Self> {
        let names: Vec<String> = (jobs.iter())
            .map(|job| format!("{}::{}", job.subject, job.case))
            .collect();
        let rows = names.iter().map(|name| Row { name, runs: true });
        let parts = partition::deal(partition.deal, partition.of, rows);
        (jobs.iter().zip(parts))
            .map(|(job, part)| Self {
                subject: job.subject.clone(),
                case: job.case.to_owned(),
                part,
            })
            .collect()
    }
}

impl Part {
    pub(super) fn new(whole: Whole, number: u32) -> Result<Self> {
        Ok(Self {
            schema: SCHEMA,
            digest: digest::text([serde_json::to_vec(&whole)?]),
            number,
            whole,
            runs: None,
        })
    }

    pub(super) fn name(&self) -> String {
        format!("part {} of {}", self.number, self.whole.parts)
    }

    pub(super) fn write(&self, directory: &Path) -> Result<()> {
        let path = directory.join(NAME);
        let text = serde_json::to_vec(self)?;
        std::fs::write(&path, text)
            .with_context(|| format!("{} could not be written", path.display()))
    }

    fn read(directory: &Path) -> Result<Self> {
        let path = directory.join(NAME);
        let text = std::fs::read(&path).with_context(|| {
            format!(
                "{} holds no {NAME} that can be read, so it is no part of a calibration",
                directory.display()
            )
        })?;
        let part: Self = serde_json::from_slice(&text).with_context(|| {
            format!("{} is cut, or is no part of a calibration", path.display())
        })?;
        if part.schema != SCHEMA {
            bail!(
                "{}: schema {}, and this program reads schema {SCHEMA}",
                path.display(),
                part.schema
            );
        }
        if part.digest != digest::text([serde_json::to_vec(&part.whole)?]) {
            bail!(
                "{} was changed after it was written: its digest is another",
                path.display()
            );
        }
        Ok(part)
    }
}

/// Reads parts and makes sure that they are all of one calibration, each once.
pub(super) fn read(directories: &[impl AsRef<Path>]) -> Result<Vec<Part>> {
    let mut parts: Vec<Part> = Vec::new();
    for directory in directories {
        let directory = directory.as_ref();
        let part = Part::read(directory)?;
        if let Some(first) = parts.first()
            && first.digest != part.digest
        {
            bail!(
                "{} is of another calibration than {}: its platform, targets, defects, cases or parts are others",
                directory.display(),
                directories[0].as_ref().display()
            );
        }
        if parts.iter().any(|other| other.number == part.number) {
            bail!("{}: {} is given twice", directory.display(), part.name());
        }
        parts.push(part);
    }
    let first = parts.first().context("no directory is given")?;
    let there = |number: &u32| parts.iter().any(|part| part.number == *number);
    if let Some(missing) = (1..=first.whole.parts).find(|number| !there(number)) {
        let lost = first.whole.runs.iter().filter(|run| run.part == missing);
        bail!(
            "part {missing} of {} is missing, and with it {} planned runs",
            first.whole.parts,
            lost.count()
        );
    }
    Ok(parts)
}

/// The runs of all parts, in the order of the plan; the parts that did not come to their end have none.
pub(super) fn together(parts: Vec<Part>) -> Result<(Vec<Done>, Vec<String>)> {
    let broken_off = (parts.iter())
        .filter(|part| part.runs.is_none())
        .map(|part| format!("{} ended before its runs were over", part.name()))
        .collect();
    let planned = (parts.first()).map_or_else(Vec::new, |part| part.whole.runs.clone());
    let ended: Vec<u32> = (parts.iter())
        .filter(|part| part.runs.is_some())
        .map(|part| part.number)
        .collect();
    let mut done: BTreeMap<(String, String), Done> = parts
        .into_iter()
        .flat_map(|part| part.runs.unwrap_or_default())
        .map(|done| ((done.subject.clone(), done.result.id.clone()), done))
        .collect();
    let mut runs = Vec::new();
    for run in planned.iter().filter(|run| ended.contains(&run.part)) {
        let found = done.remove(&(run.subject.clone(), run.case.clone()));
        runs.push(found.with_context(|| {
            format!(
                "part {} is without the run of {} on {} that it has in its plan",
                run.part, run.case, run.subject
            )
        })?);
    }
    if let Some(((subject, case), _)) = done.first_key_value() {
        bail!("a part has a run of {case} on {subject} that is in no plan");
    }
    Ok((runs, broken_off))
}

#[cfg(test)]
mod tests {
    use super::*;
    use suites::run::CaseResult;
    use suites::verdict::{Level, Verdict};

    fn whole() -> Whole {
        let run = |subject: &str, case: &str, part| PlannedRun {
            subject: subject.into(),
            case: case.into(),
            part,
        };
        Whole {
            platform: "linux-x86_64".into(),
            deal: Deal::Slice,
            parts: 2,
            manifests: "0".into(),
            subjects: Subjects {
                defects: vec!["hangs".into()],
                nulls: Vec::new(),
                controls: vec!["reference".into()],
                elsewhere: BTreeMap::new(),
            },
            cases: vec!["stop.a".into(), "stop.b".into()],
            runs: vec![
                run("hangs", "stop.a", 1),
                run("hangs", "stop.b", 2),
                run("reference", "stop.a", 1),
            ],
        }
    }

    fn done(subject: &str, case: &str) -> Done {
        Done {
            subject: subject.into(),
            result: CaseResult {
                target: "reference".into(),
                id: case.into(),
                clause: "stop.ends".into(),
                level: Level::Must,
                verdict: Verdict::Pass,
                step: String::new(),
                reason: String::new(),
                expected: String::new(),
                seen: String::new(),
                duration_ms: 1,
                reached: Vec::new(),
            },
        }
    }

    fn parts() -> [Part; 2] {
        let [mut one, mut two] = [1, 2].map(|number| Part::new(whole(), number).unwrap());
        one.runs = Some(vec![done("reference", "stop.a"), done("hangs", "stop.a")]);
        two.runs = Some(vec![done("hangs", "stop.b")]);
        [one, two]
    }

    fn written(parts: &[Part]) -> (tempfile::TempDir, Vec<std::path::PathBuf>) {
        let root = tempfile::tempdir().unwrap();
        let write = |(index, part): (usize, &Part)| {
            let directory = root.path().join(index.to_string());
            std::fs::create_dir(&directory).unwrap();
            part.write(&directory).unwrap();
            directory
        };
        let directories = parts.iter().enumerate().map(write).collect();
        (root, directories)
    }

    fn refused(parts: &[Part]) -> String {
        let (_root, directories) = written(parts);
        let merged = read(&directories).and_then(together);
        merged.err().unwrap().to_string()
    }

    #[test]
    fn parts_give_the_runs_in_the_order_of_the_plan() {
        let [one, two] = parts();
        let (_root, directories) = written(&[two, one]);
        let (runs, broken_off) = together(read(&directories).unwrap()).unwrap();
        let names: Vec<(&str, &str)> = (runs.iter())
            .map(|done| (done.subject.as_str(), done.result.id.as_str()))
            .collect();
        let planned = [
            ("hangs", "stop.a"),
            ("hangs", "stop.b"),
            ("reference", "stop.a"),
        ];
        assert_eq!(names, planned);
        assert!(broken_off.is_empty());
    }

    #[test]
    fn what_is_missing_or_mixed_up_is_refused() {
        let [one, two] = parts();
        assert!(refused(&[one]).contains("part 2 of 2 is missing, and with it 1 planned runs"));
        let [one, _] = parts();
        assert!(refused(&[one, two, parts().into_iter().next().unwrap()]).contains("given twice"));

        let [one, mut two] = parts();
        two.whole.manifests = "1".into();
        let two = Part::new(two.whole, 2).unwrap();
        assert!(refused(&[one, two]).contains("is of another calibration than"));

        let [one, mut two] = parts();
        two.runs = Some(Vec::new());
        assert!(refused(&[one, two]).contains("without the run of stop.b on hangs"));

        let [one, mut two] = parts();
        two.runs.as_mut().unwrap().push(done("hangs", "stop.c"));
        assert!(refused(&[one, two]).contains("a run of stop.c on hangs that is in no plan"));

        let [one, mut two] = parts();
        two.whole.cases.pop();
        assert!(refused(&[one, two]).contains("was changed after it was written"));
    }

    #[test]
    fn a_part_that_did_not_come_to_its_end_is_told() {
        let [one, mut two] = parts();
        two.runs = None;
        let (runs, broken_off) = together(vec![one, two]).unwrap();
        assert_eq!(runs.len(), 2);
        assert_eq!(broken_off, ["part 2 of 2 ended before its runs were over"]);
    }
}
