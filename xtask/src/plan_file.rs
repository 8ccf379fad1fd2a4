//! `plan.json`: what a run was to try, written before it tries anything, so that nothing can be lost without being missed.

mod difference;

use anyhow::{Context as _, Result, bail};
use harness::target::Role;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::time::SystemTime;
use suites::expectation::Entry;
use suites::partition::{self, Deal, Partition, Row};
use suites::plan::{Gate, Planned};
use suites::targets::LoadedTarget;
use suites::verdict::Level;
use suites::{contract, digest};

/// Version of the form of `plan.json`.
const SCHEMA: u32 = 1;

/// The file's name in a run's directory.
pub(crate) const NAME: &str = "plan.json";

/// The plan of one run: the whole of it, and the part that is this run's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Plan {
    schema: u32,
    /// Of `whole`; equal in all parts of one plan.
    pub(crate) digest: String,
    /// Which part is tried here, from 1.
    pub(crate) part: u32,
    pub(crate) started_at: String,
    pub(crate) whole: Whole,
}

/// What all parts of a plan have in common.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Whole {
    /// System and processor.
    pub(crate) platform: String,
    /// How the cases were dealt, and into how many parts.
    pub(crate) deal: Deal,
    pub(crate) parts: u32,
    pub(crate) targets: Vec<Target>,
    /// Digest of the names of all defects that the cases can be proved by.
    pub(crate) defects: String,
    pub(crate) cases: Vec<PlannedCase>,
}

/// A target, with digests of the manifests that describe it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Target {
    pub(crate) id: String,
    pub(crate) role: Role,
    pub(crate) manifest: String,
    /// Of the manifest of the real backend that a client is tried with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) backend: Option<String>,
    /// What its manifest says of failures that are known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) entries: Vec<Entry>,
}

/// One case on one target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlannedCase {
    pub(crate) target: String,
    pub(crate) id: String,
    pub(crate) clause: String,
    pub(crate) level: Level,
    pub(crate) gate: Gate,
    /// The part that it belongs to.
    pub(crate) part: u32,
}

impl PlannedCase {
    /// The name by which the test runner knows it.
    pub(crate) fn name(&self) -> String {
        format!("{}::{}", self.target, self.id)
    }
}

impl Plan {
    /// Writes down what is planned, and deals it.
    pub(crate) fn new(
        targets: &[LoadedTarget],
        planned: &[Planned<'_>],
        partition: Partition,
        platform: String,
        started: SystemTime,
    ) -> Result<Self> {
        let mut cases: Vec<PlannedCase> = planned.iter().map(case).collect();
        let names: Vec<String> = cases.iter().map(PlannedCase::name).collect();
        let rows = names.iter().zip(&cases).map(|(name, case)| Row {
            name,
            runs: case.gate == Gate::Run,
        });
        let parts = partition::deal(partition.deal, partition.of, rows);
        for (case, part) in cases.iter_mut().zip(parts) {
            case.part = part;
        }
        let whole = Whole {
            platform,
            deal: partition.deal,
            parts: partition.of,
            targets: targets.iter().map(target).collect::<Result<_>>()?,
            defects: defects(),
            cases,
        };
        let started_at = humantime::format_rfc3339_seconds(started).to_string();
        Self::of(whole, partition.number, started_at)
    }

    fn of(whole: Whole, part: u32, started_at: String) -> Result<Self> {
        Ok(Self {
            schema: SCHEMA,
            digest: whole.digest()?,
            part,
            started_at,
            whole,
        })
    }

    /// A plan of three cases in two parts.
    #[cfg(test)]
    pub(crate) fn for_tests(part: u32) -> Self {
        let case = |id: &str, gate, part| PlannedCase {
            target: "mine".into(),
            id: id.into(),
            clause: "stop.ends".into(),
            level: Level::Must,
            gate,
            part,
        };
        let none = || Gate::NotApplicable("it writes no discovery record".into());
        let whole = Whole {
            platform: "linux-x86_64".into(),
            deal: Deal::Slice,
            parts: 2,
            targets: vec![Target {
                id: "mine".into(),
                role: Role::Backend,
                manifest: "0".into(),
                backend: None,
                entries: Vec::new(),
            }],
            defects: "0".into(),
            cases: vec![
                case("stop.it-ends", Gate::Run, 1),
                case("stop.it-cleans", Gate::Run, 2),
                case("record.it-is-there", none(), 1),
            ],
        };
        let started_at = "2026-01-01T00:00:00Z".into();
        Self::of(whole, part, started_at).unwrap()
    }

    /// With the digest that its content has.
    #[cfg(test)]
    pub(crate) fn sealed(self) -> Result<Self> {
        Self::of(self.whole, self.part, self.started_at)
    }

    /// The same plan, as one run of all of it.
    pub(crate) fn undivided(&self, started_at: String) -> Result<Self> {
        let mut whole = self.whole.clone();
        (whole.deal, whole.parts) = (Partition::WHOLE.deal, Partition::WHOLE.of);
        for case in &mut whole.cases {
            case.part = Partition::WHOLE.number;
        }
        Self::of(whole, Partition::WHOLE.number, started_at)
    }

    /// The cases of this run's own part.
    pub(crate) fn own(&self) -> impl Iterator<Item = &PlannedCase> {
        (self.whole.cases.iter()).filter(|case| case.part == self.part)
    }

    /// The ids of the targets that it has cases for, joined by `+`.
    pub(crate) fn title(&self) -> String {
        let mut ids: Vec<&str> = (self.whole.cases.iter())
            .map(|case| case.target.as_str())
            .collect();
        ids.dedup();
        ids.join("+")
    }

    /// The part, as it is asked for on the command line; nothing for an undivided plan.
    pub(crate) fn partition(&self) -> Option<Partition> {
        (self.whole.parts > 1).then_some(Partition {
            deal: self.whole.deal,
            number: self.part,
            of: self.whole.parts,
        })
    }

    pub(crate) fn write(&self, directory: &Path) -> Result<()> {
        let path = directory.join(NAME);
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        std::fs::write(&path, text)
            .with_context(|| format!("{} could not be written", path.display()))
    }

    /// Reads the plan of a run, and makes sure that it is whole.
    pub(crate) fn read(directory: &Path) -> Result<Self> {
        let path = directory.join(NAME);
        let text = std::fs::read_to_string(&path).with_context(|| {
            format!(
                "{} holds no {NAME} that can be read, so it is not the directory of a run",
                directory.display()
            )
        })?;
        let schema = serde_json::from_str(&text)
            .map(|versioned: Versioned| versioned.schema)
            .with_context(|| format!("{} is cut, or is no plan", path.display()))?;
        if schema != SCHEMA {
            bail!(
                "{}: schema {schema}, and this program reads schema {SCHEMA}",
                path.display()
            );
        }
        let plan: Self = serde_json::from_str(&text)
            .with_context(|| format!("{} is no plan", path.display()))?;
        if plan.digest != plan.whole.digest()? {
            bail!(
                "{} was changed after it was written: its digest is another",
                path.display()
            );
        }
        if let Some(id) = plan.odd_id() {
            bail!("{}: `{id}` names no target and no case", path.display());
        }
        Ok(plan)
    }

    /// Ids become names of files, and the plan may come from another machine.
    fn odd_id(&self) -> Option<&str> {
        let odd = |text: &&str| text.is_empty() || text.contains(['/', '\\', ':']);
        let cases = self.whole.cases.iter();
        cases
            .flat_map(|case| [case.target.as_str(), &case.id])
            .find(odd)
    }
}

#[derive(Deserialize)]
struct Versioned {
    schema: u32,
}

impl Whole {
    fn digest(&self) -> Result<String> {
        Ok(digest::text([serde_json::to_vec(self)?]))
    }
}

fn case(planned: &Planned<'_>) -> PlannedCase {
    let clause = planned.case.clause;
    PlannedCase {
        target: planned.target.id().to_owned(),
        id: planned.case.id.to_owned(),
        clause: clause.to_owned(),
        level: contract::clause(clause).map_or(Level::Must, |clause| clause.level),
        gate: planned.gate.clone(),
        part: Partition::WHOLE.number,
    }
}

fn target(target: &LoadedTarget) -> Result<Target> {
    let of = |target: &LoadedTarget| -> Result<String> {
        let text = std::fs::read(&target.path)
            .with_context(|| format!("{} could not be read", target.path.display()))?;
        Ok(digest::text([text]))
    };
    Ok(Target {
        id: target.id().to_owned(),
        role: target.manifest.target.role,
        manifest: of(target)?,
        backend: target.pair.as_deref().map(of).transpose()?,
        entries: Entry::of(&target.manifest),
    })
}

fn defects() -> String {
    use fixtures::defects::{ALL, CLIENT};
    digest::text(ALL.iter().chain(CLIENT).map(|defect| defect.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn plan(part: u32) -> Plan {
        Plan::for_tests(part)
    }

    #[test]
    fn reads_back_what_it_writes() {
        let directory = tempfile::tempdir().unwrap();
        plan(2).write(directory.path()).unwrap();
        assert_eq!(Plan::read(directory.path()).unwrap(), plan(2));
    }

    #[rstest]
    #[case::cut("\n}", "", "is cut, or is no plan")]
    #[case::of_another_schema(
        "\"schema\": 1",
        "\"schema\": 2",
        "schema 2, and this program reads schema 1"
    )]
    #[case::with_a_case_less(
        "stop.it-cleans",
        "stop.it-shines",
        "was changed after it was written"
    )]
    #[case::with_a_key_more(
        "\"part\": 2,\n  \"st",
        "\"part\": 2,\n  \"more\": 1,\n  \"st",
        "is no plan"
    )]
    fn a_plan_that_was_damaged_is_refused(
        #[case] from: &str,
        #[case] to: &str,
        #[case] sentence: &str,
    ) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(NAME);
        plan(2).write(directory.path()).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from));
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
        let error = Plan::read(directory.path()).unwrap_err().to_string();
        assert!(error.contains(sentence), "{error}");
    }

    #[test]
    fn an_id_that_leads_elsewhere_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let mut plan = plan(1);
        plan.whole.cases[0].id = "../../elsewhere".into();
        plan.sealed().unwrap().write(directory.path()).unwrap();
        let error = Plan::read(directory.path()).unwrap_err().to_string();
        assert!(error.contains("`../../elsewhere` names no"), "{error}");
    }

    #[test]
    fn each_case_belongs_to_one_part() {
        let own = |part| -> Vec<String> { plan(part).own().map(PlannedCase::name).collect() };
        assert_eq!(own(1), ["mine::stop.it-ends", "mine::record.it-is-there"]);
        assert_eq!(own(2), ["mine::stop.it-cleans"]);
        let whole = plan(2).undivided(String::new()).unwrap();
        assert_eq!(whole.own().count(), 3);
        assert_eq!(whole.partition(), None);
    }
}
