//! What a manifest says decides what is tried, before anything runs.
#![expect(
    clippy::unwrap_used,
    reason = "a function beside the tests; a panic is its failure"
)]

use harness::target::{Capability, parse};
use rstest::rstest;
use std::path::Path;
use suites::case::{Case, Need};
use suites::plan::{Gate, gate, plan};
use suites::targets::LoadedTarget;

const BARE: &str = r#"
manifest = 1
[target]
id = "bare"
role = "backend"
[launch]
bin = "x"
argv = ["{bin}"]
[address]
unix = "{runtime}/x.sock"
windows = "{pipe}"
[health]
path = "/"
status = 200
"#;

fn case(needs: &'static [Need]) -> Case {
    Case {
        id: "stop.x",
        clause: "stop.x",
        needs,
        proofs: &[],
        run: |_| Box::pin(async { Ok(()) }),
    }
}

fn decided(manifest: &str, needs: &'static [Need]) -> Gate {
    let path = Path::new("bare.toml");
    let target = LoadedTarget::new(path, parse(path, manifest).unwrap());
    gate(&target, &case(needs))
}

#[test]
fn what_needs_nothing_is_tried() {
    assert_eq!(decided(BARE, &[]), Gate::Run);
}

#[rstest]
#[case(&[Need::Discovery], "writes no discovery record")]
#[case(&[Need::StartTime], "no time of the start")]
#[case(&[Need::Identity], "carries no identity")]
#[case(&[Need::RecordedIdentity], "carry no identity")]
#[case(&[Need::NoContentHealth], "allows a body")]
#[case(&[Need::Echo], "no path that echoes")]
#[case(&[Need::Status], "any status")]
#[case(&[Need::Slow], "answers slowly")]
#[case(&[Need::Stream], "streams")]
#[case(&[Need::StopRequest], "no request that stops it")]
#[case(&[Need::Claim(Capability::Tcp)], "listen on TCP")]
#[case(&[Need::Claim(Capability::Drain)], "requests in flight finish")]
#[case(&[Need::Claim(Capability::Workers)], "have workers")]
#[case(&[Need::Claim(Capability::Limits)], "limit the size")]
#[case(&[Need::Claim(Capability::Dependency)], "depends on")]
#[case(&[Need::Claim(Capability::Independent)], "outlive its launcher")]
#[case(&[Need::Claim(Capability::ParentBound)], "end with its launcher")]
#[case(&[Need::Claim(Capability::SingleInstance)], "once per state directory")]
#[case(&[Need::Claim(Capability::CreatesParents)], "missing directories")]
#[case(&[Need::Refusal(Capability::CreatesParents)], "does not say that it refuses")]
fn what_is_not_there_is_not_applicable_and_says_why(
    #[case] needs: &'static [Need],
    #[case] why: &str,
) {
    let Gate::NotApplicable(reason) = decided(BARE, needs) else {
        panic!("it would be tried")
    };
    assert!(reason.contains(why), "{reason}");
}

#[rstest]
#[case("supports = [\"creates-parents\"]", false, false)]
#[case("refuses = [\"creates-parents\"]", true, false)]
#[case("supports = [\"limits\"]", false, true)]
fn what_is_refused_is_asked_for_and_what_is_unsaid_is_looked_for(
    #[case] said: &str,
    #[case] asked: bool,
    #[case] looked: bool,
) {
    let manifest = format!("{BARE}[capabilities]\n{said}\n");
    let refusal = decided(&manifest, &[Need::Refusal(Capability::CreatesParents)]);
    let silence = decided(&manifest, &[Need::Silence(Capability::CreatesParents)]);
    assert_eq!(
        (refusal == Gate::Run, silence == Gate::Run),
        (asked, looked)
    );
}

#[test]
fn one_lack_is_enough() {
    assert!(matches!(
        decided(BARE, &[Need::UnixSocket, Need::Discovery]),
        Gate::NotApplicable(_)
    ));
}

/// It would be started with an empty address otherwise, and be told for a fault that it refuses that.
#[test]
fn one_that_listens_on_another_platform_only_is_not_tried_here() {
    let here = if cfg!(windows) { "windows" } else { "unix" };
    let elsewhere: String = (BARE.lines())
        .filter(|line| !line.starts_with(here))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(
        decided(&elsewhere, &[]),
        Gate::NotApplicable("it has no address on this platform".to_owned())
    );
}

#[test]
fn another_role_has_other_chapters() {
    let toolhost = BARE.replace("\"backend\"", "\"toolhost\"");
    assert!(matches!(decided(&toolhost, &[]), Gate::NotApplicable(_)));
}

#[test]
fn every_case_is_proved_on_some_target() {
    let provable = suites::targets::load_all(&suites::proving::provable()).unwrap();
    for case in suites::cases::all() {
        let target = suites::proving::target_of(provable.iter(), case).unwrap();
        let gate = gate(target, case);
        let by_machine = [
            Need::SeesListeners,
            Need::SeesDescriptors,
            Need::SeesFirstMode,
            Need::AbstractNames,
            Need::Ipv6,
            Need::UnixSocket,
            Need::Pipe,
            Need::Pipes,
            Need::AccessLists,
            Need::SocketPath,
            Need::PipePath,
            Need::Signals,
            Need::HalfClose,
        ];
        let excused = case
            .needs
            .iter()
            .any(|need| by_machine.contains(need) || matches!(need, Need::Shows(_)));
        assert!(gate == Gate::Run || excused, "{}: {gate:?}", case.id);
    }
}

const PAIR: &str = r#"
manifest = 1
[target]
id = "app"
role = "client"
[launch]
bin = "sh"
argv = ["{bin}"]
[backend]
address = { prefix = "--socket=" }
[health]
path = "/"
status = 200
[pair]
bin = 'PROGRAM'
manifest = "bare.toml"
"#;

/// What is decided for a client with a real backend of this program, in which it was never looked for before.
fn decided_with(program: &str, needs: &'static [Need]) -> Gate {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("app.toml");
    std::fs::write(&path, PAIR.replace("PROGRAM", program)).unwrap();
    std::fs::write(home.path().join("bare.toml"), BARE).unwrap();
    let targets = suites::targets::load_all(&[path]).unwrap();
    let case = Case {
        id: "pair.x",
        clause: "pair.x",
        ..case(needs)
    };
    let planned = plan(&targets, &[&case]).remove(0);
    planned.gate
}

#[test]
fn a_real_backend_that_is_missing_is_told_by_file_and_key_to_those_who_need_it() {
    let Gate::CouldNotRun(why) = decided_with("no/such/server", &[Need::Pair]) else {
        panic!("it would be tried")
    };
    assert!(
        why.contains("app.toml: `pair.bin`: ") && why.contains("no/such/server"),
        "{why}"
    );
    assert_eq!(decided_with("no/such/server", &[]), Gate::Run);
}

#[test]
fn a_real_backend_that_is_there_is_tried_with_what_it_has() {
    let claim: &'static [Need] = &[
        Need::Pair,
        Need::Paired(&Need::Claim(Capability::SingleInstance)),
    ];
    let program = std::env::current_exe().unwrap();
    let program = program.to_str().unwrap();
    assert_eq!(decided_with(program, &[Need::Pair]), Gate::Run);
    let Gate::NotApplicable(why) = decided_with(program, claim) else {
        panic!("it would be tried")
    };
    assert!(
        why.starts_with("its real backend lacks something: "),
        "{why}"
    );
}
