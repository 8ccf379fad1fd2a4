use super::*;
use harness::target::parse;
use rstest::rstest;
use std::path::Path;

const HEAD: &str = r#"manifest = 1   # the form
[target]
id = "mine"
role = "backend"
[launch]
bin = "./server"
argv = ["{bin}", "{address}"]   # as in the unit file
[address]
unix = "{runtime}/x.sock"
[health]
path = "/"
status = 204
"#;

const TABLES: &str = r#"
# --- What we know of ---

# The library leaves it; see below.
[[expected]]
case    = "stop.*"
message = "its record is gone"   # a step
reason  = "the library leaves it"
issue   = "https://example.org/7"
owner   = "ada"
expires = 2027-01-31   # after the release

# A race.
[[quarantine]]
case = "crash.busy"
message = "a request"
reason = "a race"
issue = "8"
owner = "ada"
expires = 2027-01-31
"#;

const NEW: New<'static> = New {
    reason: "",
    issue: "#9",
    owner: "grace",
    expires: match Date::new(2027, 2, 19) {
        Some(day) => day,
        None => panic!("no day"),
    },
};

fn failed<'a>(id: &'a str, step: &'a str) -> Found<'a> {
    Found {
        id,
        judged: true,
        failed: true,
        red: true,
        words: [step, "nothing", "a file", "words"],
    }
}

fn passed(id: &str) -> Found<'_> {
    Found {
        failed: false,
        red: false,
        ..failed(id, "")
    }
}

fn unknown(id: &str) -> Found<'_> {
    Found {
        judged: false,
        ..passed(id)
    }
}

fn done(text: &str, found: &[Found<'_>], unseen: &[usize], expired: &[usize]) -> Outcome {
    let entries = Entry::of(&parse(Path::new("mine.toml"), text).unwrap());
    rewrite(text, &entries, found, unseen, expired, &NEW).unwrap()
}

fn whole() -> String {
    format!("{HEAD}{TABLES}")
}

#[rstest]
#[case::nothing_found(&[])]
#[case::all_as_expected(&[failed("stop.a", "its record is gone"), failed("stop.b", "its record is gone")])]
#[case::in_quarantine(&[failed("crash.busy", "whatever")])]
#[case::not_judged(&[unknown("stop.a")])]
#[case::as_expected_or_not_judged(&[failed("stop.b", "its record is gone"), unknown("stop.a")])]
#[case::passed_elsewhere(&[passed("ready.a")])]
fn what_holds_stays_to_the_letter(#[case] found: &[Found<'_>]) {
    let outcome = done(&whole(), found, &[], &[]);
    assert_eq!(outcome.text, whole());
    assert_eq!((outcome.added, outcome.changed, outcome.removed), (0, 0, 0));
}

#[test]
fn another_message_takes_the_place_of_the_old_one_alone() {
    let text = whole().replace("stop.*", "stop.a");
    let outcome = done(&text, &[failed("stop.a", "it ends")], &[], &[]);
    assert_eq!(
        outcome.text,
        text.replace("\"its record is gone\"", "\"it ends\"")
    );
    assert_eq!(outcome.changed, 1);
}

#[test]
fn a_glob_that_holds_for_some_becomes_an_entry_for_each_of_them() {
    let found = [
        failed("stop.a", "its record is gone"),
        passed("stop.b"),
        failed("stop.c", "it ends"),
        unknown("stop.d"),
    ];
    let outcome = done(&whole(), &found, &[], &[]);
    let entry = |case: &str, message: &str| {
        format!(
            "[[expected]]\ncase    = \"{case}\"\nmessage = \"{message}\"   # a step\nreason  = \"the library leaves it\"\n"
        )
    };
    for (case, message) in [
        ("stop.a", "its record is gone"),
        ("stop.c", "it ends"),
        ("stop.d", "its record is gone"),
    ] {
        assert!(
            outcome.text.contains(&entry(case, message)),
            "{}",
            outcome.text
        );
    }
    assert_eq!(outcome.text.matches("[[expected]]").count(), 3);
    assert_eq!(outcome.text.matches("# The library leaves it").count(), 1);
    assert!(outcome.text.starts_with(HEAD) && outcome.text.contains("# A race.\n[[quarantine]]"));
    let again = done(&outcome.text, &[found[0], found[2], found[3]], &[], &[]);
    assert_eq!(again.text, outcome.text);
}

#[rstest]
#[case::all_passed(&[passed("stop.a"), passed("stop.b")], &[])]
#[case::unseen(&[], &[17])]
fn an_entry_that_is_not_needed_goes_with_its_comment_and_no_other(
    #[case] found: &[Found<'_>],
    #[case] unseen: &[usize],
) {
    let outcome = done(&whole(), found, unseen, &[]);
    assert_eq!(outcome.removed, 1);
    let text = outcome.text;
    assert!(
        text.starts_with(HEAD) && !text.contains("expected") && !text.contains("The library"),
        "{text}"
    );
    assert!(text.contains("# --- What we know of ---"), "{text}");
    assert!(text.contains("# A race.\n[[quarantine]]"), "{text}");
}

#[test]
fn an_expired_entry_is_a_persons_to_renew() {
    let outcome = done(&whole(), &[failed("stop.a", "it ends")], &[], &[17]);
    assert_eq!(outcome.text, whole());
    assert_eq!(outcome.expired, [17]);
}

#[test]
fn a_case_that_was_named_twice_stays_with_the_first() {
    let second = "\n[[expected]]\ncase = \"stop.a\"\nmessage = \"its record is gone\"\nreason = \"r\"\nissue = \"i\"\nowner = \"o\"\nexpires = 2027-01-31\n";
    let outcome = done(
        &format!("{}{second}", whole()),
        &[failed("stop.a", "its record is gone")],
        &[],
        &[],
    );
    assert_eq!(outcome.text, whole());
    assert_eq!(outcome.removed, 1);
}

#[rstest]
#[case::beside_others(&whole())]
#[case::the_first(HEAD)]
fn a_new_failure_gets_an_entry_that_a_person_has_to_complete(#[case] text: &str) {
    let outcome = done(text, &[failed("ready.a", "it says \"ready\"")], &[], &[]);
    let entry = "\n[[expected]]\ncase = \"ready.a\"\nmessage = 'it says \"ready\"'\nreason = \"\"\nissue = \"#9\"\nowner = \"grace\"\nexpires = 2027-02-19\n";
    assert!(outcome.text.contains(entry), "{}", outcome.text);
    assert_eq!(outcome.text.replace(entry, ""), text);
    assert_eq!(outcome.added, 1);
    let refused = parse(Path::new("mine.toml"), &outcome.text).unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("].reason`: it is empty; say why"),
        "{refused}"
    );
}

#[test]
fn what_passed_alone_gets_none() {
    let flaky = Found {
        red: false,
        ..failed("ready.a", "it is ready")
    };
    assert_eq!(done(HEAD, &[flaky], &[], &[]).text, HEAD);
}
