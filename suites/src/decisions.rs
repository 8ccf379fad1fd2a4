//! What is tried, as decided on the system where it will run: a plan may be made on another, as by the Wine lane.

use crate::case::Case;
use crate::plan::{Gate, Planned, plan};
use crate::targets::LoadedTarget;
use harness::platform::{Host, host};
use serde::{Deserialize, Serialize};

/// What was decided on one system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decisions {
    /// That system and its processor.
    pub platform: String,
    /// One for each case on each target that it is for.
    pub decided: Vec<Decided>,
}

/// What was decided on one case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The target's id.
    pub target: String,
    /// The case's.
    pub case: String,
    /// What was decided.
    pub gate: Gate,
}

impl Decisions {
    /// Decides here. A target whose program is missing is known as such from then on.
    #[must_use]
    pub fn make(mut targets: Vec<LoadedTarget>, cases: &[&Case]) -> Self {
        for target in &mut targets {
            target.missing = target.check().err();
        }
        let decided = plan(&targets, cases).into_iter().map(|planned| Decided {
            target: planned.target.id().to_owned(),
            case: planned.case.id.to_owned(),
            gate: planned.gate,
        });
        Self {
            platform: platform(),
            decided: decided.collect(),
        }
    }

    /// Puts what was decided elsewhere in the place of what was decided here.
    ///
    /// # Errors
    /// A sentence that names a case on which nothing was decided there.
    pub fn apply(&self, planned: &mut [Planned<'_>]) -> Result<(), String> {
        for planned in planned {
            let (target, case) = (planned.target.id(), planned.case.id);
            let own = |decided: &&Decided| decided.target == target && decided.case == case;
            let decided = self.decided.iter().find(own);
            let decided = decided.ok_or_else(|| {
                format!(
                    "nothing was decided on {target}::{case} on {}",
                    self.platform
                )
            })?;
            planned.gate = decided.gate.clone();
        }
        Ok(())
    }
}

/// This system and its processor, as reports name them.
#[must_use]
pub fn platform() -> String {
    let name = format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH);
    match host() {
        Host::Wine => format!("{name}-wine"),
        Host::Unix | Host::Windows => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cases, targets};

    #[test]
    fn what_was_decided_elsewhere_holds() {
        let loaded = targets::load_all(&[targets::reference()]).unwrap();
        let cases: Vec<&Case> = cases::all().take(2).collect();
        let mut planned = plan(&loaded, &cases);
        let elsewhere = Decisions {
            platform: "moon-z80".into(),
            decided: (cases.iter().map(|case| Decided {
                target: "reference".into(),
                case: case.id.into(),
                gate: Gate::NotApplicable("there are no sockets on the moon".into()),
            }))
            .collect(),
        };
        let text = serde_json::to_string(&elsewhere).unwrap();
        let elsewhere: Decisions = serde_json::from_str(&text).unwrap();
        elsewhere.apply(&mut planned).unwrap();
        let gates: Vec<_> = planned.iter().map(|planned| &planned.gate).collect();
        assert_eq!(gates, [&elsewhere.decided[0].gate; 2]);
    }

    #[test]
    fn a_case_that_was_forgotten_is_named() {
        let loaded = targets::load_all(&[targets::reference()]).unwrap();
        let cases: Vec<&Case> = cases::all().take(1).collect();
        let mut planned = plan(&loaded, &cases);
        let elsewhere = Decisions {
            platform: "moon-z80".into(),
            decided: Vec::new(),
        };
        let told = elsewhere.apply(&mut planned).unwrap_err();
        assert!(
            told.contains(cases[0].id) && told.ends_with("on moon-z80"),
            "{told}"
        );
    }
}
