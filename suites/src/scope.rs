//! The core of the contract: what binds every target of a role, whatever its manifest says. It cannot be left out unnoticed.

use crate::case::{Case, Need};
use crate::contract::{self, Clause};
use crate::plan::Gate;
use crate::verdict::Level;
use harness::target::Role;
use serde::{Deserialize, Serialize};

/// The chapter about a client with its real backend: it binds whoever names one.
const PAIR: &str = "pair.";

/// A clause of the core that nothing was planned for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The clause.
    pub clause: String,
    /// Why, in words.
    pub why: String,
}

/// Whether a clause binds every target of its role: it is a MUST, speaks of nothing optional, and there are cases of it.
#[must_use]
pub fn is_core(clause: &Clause) -> bool {
    clause.level == Level::Must && clause.needs.is_empty() && clause.excluded.is_none()
}

/// Of which kind the system is that a plan is for. A clause about the local sockets of the other kind binds nobody on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// One with UNIX sockets and signals.
    Unix,
    /// One with named pipes.
    Windows,
}

impl System {
    /// By the name of a platform, such as `windows-x86_64-wine`.
    #[must_use]
    pub fn of(platform: &str) -> Self {
        match platform.starts_with("windows") {
            true => Self::Windows,
            false => Self::Unix,
        }
    }

    fn knows(self, case: &Case) -> bool {
        let foreign: &[Need] = match self {
            Self::Unix => &[Need::Pipe, Need::Pipes, Need::PipePath, Need::AccessLists],
            Self::Windows => &[
                Need::UnixSocket,
                Need::SocketPath,
                Need::AbstractNames,
                Need::Signals,
            ],
        };
        !case.needs.iter().any(|need| foreign.contains(need))
    }
}

/// What a plan leaves out of the core for one target. `planned` are the ids of its cases with their gates; `paired` is whether it
/// names a real backend.
#[must_use]
pub fn left_out<'p, 'c>(
    system: System,
    role: Role,
    paired: bool,
    planned: &(impl Iterator<Item = (&'p str, &'p Gate)> + Clone),
    cases: &(impl Iterator<Item = &'c Case> + Clone),
) -> Vec<LeftOut> {
    let clauses = contract::clauses().unwrap_or_default().iter();
    clauses
        .filter(|clause| is_core(clause) && (paired || !clause.slug.starts_with(PAIR)))
        .filter_map(|clause| {
            let own = (cases.clone())
                .filter(|case| {
                    case.clause == clause.slug && case.role() == role && system.knows(case)
                })
                .map(|case| case.id);
            let why = why(own, planned)?;
            Some(LeftOut {
                clause: clause.slug.clone(),
                why,
            })
        })
        .collect()
}

/// Why none of a clause's cases is tried; nothing if one is, or was to be, or the clause is for another role.
fn why<'p, 'c>(
    cases: impl Iterator<Item = &'c str>,
    planned: &(impl Iterator<Item = (&'p str, &'p Gate)> + Clone),
) -> Option<String> {
    let mut reason = None;
    for id in cases {
        let gate = planned.clone().find(|(other, _)| *other == id);
        match gate.map(|(_, gate)| gate) {
            Some(Gate::Run | Gate::CouldNotRun(_)) => return None,
            Some(Gate::NotApplicable(why)) => reason = Some(why.clone()),
            None => {
                reason.get_or_insert_with(|| "no case of it was selected".to_owned());
            }
        }
    }
    reason
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases;
    use proptest::prelude::*;
    use rstest::rstest;

    fn ids(role: Role) -> Vec<&'static str> {
        let own = cases::all().filter(|case| case.role() == role);
        own.map(|case| case.id).collect()
    }

    fn of(role: Role, paired: bool, planned: &[(&str, Gate)]) -> Vec<LeftOut> {
        let planned = planned.iter().map(|(id, gate)| (*id, gate));
        left_out(System::Unix, role, paired, &planned, &cases::all())
    }

    #[rstest]
    #[case(Role::Backend, false)]
    #[case(Role::Client, true)]
    fn a_plan_of_all_leaves_nothing_out(#[case] role: Role, #[case] paired: bool) {
        let all: Vec<(&str, Gate)> = ids(role).into_iter().map(|id| (id, Gate::Run)).collect();
        assert_eq!(of(role, paired, &all), []);
    }

    #[rstest]
    #[case(Role::Backend)]
    #[case(Role::Client)]
    fn an_empty_plan_leaves_out_the_core_of_its_role_alone(#[case] role: Role) {
        let out = of(role, true, &[]);
        let chapters = |chapter: &str| out.iter().any(|one| one.clause.starts_with(chapter));
        assert_eq!(chapters("stop."), role == Role::Backend);
        assert_eq!(
            chapters("client.") && chapters("pair."),
            role == Role::Client
        );
        assert!(
            out.iter()
                .all(|one| one.why == "no case of it was selected")
        );
    }

    #[test]
    fn a_client_without_a_real_backend_is_not_held_to_the_chapter_about_both() {
        assert!(
            !of(Role::Client, false, &[])
                .iter()
                .any(|one| one.clause.starts_with(PAIR))
        );
    }

    #[rstest]
    #[case("linux-x86_64", "listen.reclaims-dead-socket", "listen.private-pipe")]
    #[case("macos-aarch64", "listen.reclaims-dead-socket", "listen.private-pipe")]
    #[case(
        "windows-x86_64-wine",
        "listen.private-pipe",
        "listen.reclaims-dead-socket"
    )]
    fn what_only_another_kind_of_system_has_binds_nobody(
        #[case] platform: &str,
        #[case] own: &str,
        #[case] foreign: &str,
    ) {
        let none = std::iter::empty();
        let out = left_out(
            System::of(platform),
            Role::Backend,
            false,
            &none,
            &cases::all(),
        );
        let named = |slug: &str| out.iter().any(|one| one.clause == slug);
        assert!(named(own) && !named(foreign), "{out:#?}");
    }

    #[test]
    fn what_the_manifest_does_not_say_leaves_out_with_its_reason() {
        let none = |_| Gate::NotApplicable("it has no UNIX socket on this platform".to_owned());
        let planned: Vec<(&str, Gate)> = ids(Role::Backend)
            .into_iter()
            .map(|id| (id, none(id)))
            .collect();
        let out = of(Role::Backend, false, &planned);
        assert!(!out.is_empty());
        assert!(
            out.iter()
                .all(|one| one.why.starts_with("it has no UNIX socket"))
        );
    }

    #[test]
    fn what_a_capability_is_needed_for_is_no_core() {
        let clauses = contract::clauses().unwrap().iter();
        for clause in clauses.filter(|clause| !clause.needs.is_empty()) {
            assert!(!is_core(clause), "{}", clause.slug);
        }
    }

    proptest! {
        #[test]
        fn one_case_of_a_clause_is_enough_and_none_is_not(chosen in prop::collection::vec(any::<bool>(), 400)) {
            let planned: Vec<(&str, Gate)> = ids(Role::Backend).into_iter().zip(chosen)
                .filter(|(_, chosen)| *chosen)
                .map(|(id, _)| (id, Gate::Run))
                .collect();
            let out = of(Role::Backend, false, &planned);
            for case in cases::all().filter(|case| case.role() == Role::Backend) {
                let core = contract::clause(case.clause).is_some_and(is_core);
                let left = out.iter().any(|one| one.clause == case.clause);
                let mut sisters = cases::all()
                    .filter(|other| other.clause == case.clause && System::Unix.knows(other))
                    .peekable();
                let known = sisters.peek().is_some();
                let tried = sisters.any(|other| planned.iter().any(|(id, _)| *id == other.id));
                prop_assert_eq!(left, core && known && !tried, "{}", case.clause);
            }
        }
    }
}
