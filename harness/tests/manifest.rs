//! What a wrong manifest is told: where, what, and what to do.

use harness::target::{ManifestError, load, parse};
use proptest::prelude::*;
use rstest::rstest;
use std::path::Path;

const GOOD: &str = r#"manifest = 1

[target]
id = "mine"
role = "backend"

[launch]
bin = "{manifest_dir}/server"
argv = ["{bin}", "--socket={address}"]

[address]
unix = "{runtime}/app.sock"

[ready]
within_ms = 9000

[health]
path = "/health"
status = 204

[stop]
within_ms = 1000

[capabilities]
supports = ["workers"]
"#;

fn sentence(text: &str) -> String {
    match parse(Path::new("mine.toml"), text) {
        Ok(_) => "accepted".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_plain_one_is_accepted() {
    assert_eq!(sentence(GOOD), "accepted");
}

#[rstest]
#[case::unknown_key_near_a_known_one(
    r#"path = "/health""#,
    r#"pth = "/health""#,
    "mine.toml:18:1: unknown key `pth`; did you mean `path`?"
)]
#[case::unknown_key(
    r#"path = "/health""#,
    "zzz = 1",
    "mine.toml:18:1: unknown key `zzz`; known here: path, status, identity_header, identity_length, identity_alphabet, version_header, version"
)]
#[case::unknown_table(
    "[stop]",
    "[stp]",
    "mine.toml:21:2: unknown key `stp`; did you mean `stop`?"
)]
#[case::stop_request_with_half_a_path(
    "[stop]",
    "[stop]\nrequest = { method = \"POST\", path = \"stop\" }",
    "mine.toml:22:30: `stop.request.path`: `stop` does not begin with `/`; write `/stop`"
)]
#[case::stop_request_with_an_odd_method(
    "[stop]",
    "[stop]\nrequest = { method = \"post\", path = \"/stop\" }",
    "mine.toml:22:13: `stop.request.method`: `post` is no method in capital letters; write one such as POST"
)]
#[case::unknown_role_near_a_known_one(
    r#""backend""#,
    r#""backed""#,
    "mine.toml:5:8: unknown value `backed`; did you mean `backend`?"
)]
#[case::unknown_role(
    r#""backend""#,
    r#""zzz""#,
    "mine.toml:5:8: unknown value `zzz`; known here: backend, client, toolhost, ndjson, gateway"
)]
#[case::unknown_capability(
    r#""workers""#,
    r#""wrkers""#,
    "mine.toml:25:13: unknown value `wrkers`; did you mean `workers`?"
)]
#[case::arguments_for_an_unknown_capability(
    "[ready]",
    "[launch.extra]\nparent-bond = [\"-p\"]\n[ready]",
    "mine.toml:15:1: unknown value `parent-bond`; did you mean `parent-bound`?"
)]
#[case::text_for_a_number(
    "204",
    r#""204""#,
    r#"mine.toml:19:10: string "204" stands where a whole number from 0 to 65535 must stand"#
)]
#[case::number_out_of_range(
    "204",
    "70000",
    "mine.toml:19:10: integer `70000` stands where a whole number from 0 to 65535 must stand"
)]
#[case::negative_number(
    "204",
    "-1",
    "mine.toml:19:10: integer `-1` stands where a whole number from 0 to 65535 must stand"
)]
#[case::shell_string_for_a_list(
    r#"argv = ["{bin}", "--socket={address}"]"#,
    r#"argv = "{bin} --x""#,
    r#"mine.toml:9:8: string "{bin} --x" stands where a list such as ["one", "two"] must stand"#
)]
#[case::text_for_yes_or_no(
    "[address]",
    "breakaway = \"yes\"\n[address]",
    r#"mine.toml:11:13: string "yes" stands where true or false must stand"#
)]
#[case::breakaway_without_windows(
    "[address]",
    "breakaway = true\n[address]",
    "mine.toml:11:1: `launch.breakaway`: it is about jobs, which Windows has, and address.windows is not there; add that, or remove this"
)]
#[case::breakaway_that_is_known(
    "[address]",
    "breakaway = true\n[address]\nwindows = \"{pipe}\"",
    "accepted"
)]
#[case::number_for_a_text(
    r#"id = "mine""#,
    "id = 7",
    "mine.toml:4:6: integer `7` stands where a text in quotes must stand"
)]
#[case::value_for_a_table(
    "manifest = 1",
    "manifest = 1\nsurface = 3",
    "mine.toml:2:11: integer `3` stands where a table must stand"
)]
#[case::missing_version(
    "manifest = 1",
    "",
    "mine.toml:1:1: the version of the form is missing; begin with `manifest = 1`"
)]
#[case::missing_table(
    "[health]\npath = \"/health\"\nstatus = 204\n",
    "",
    "mine.toml:1:1: the table `[health]` is missing; add it"
)]
#[case::missing_id(
    r#"id = "mine""#,
    "",
    "mine.toml:3:1: the key `id` is missing in this table; add it"
)]
#[case::missing_arguments(
    r#"argv = ["{bin}", "--socket={address}"]"#,
    "",
    "mine.toml:7:1: the key `argv` is missing in this table; add it"
)]
#[case::missing_address(
    r#"unix = "{runtime}/app.sock""#,
    "",
    "mine.toml:11:2: `address`: neither `unix` nor `windows` is there; add at least one"
)]
#[case::other_version(
    "manifest = 1",
    "manifest = 2",
    "mine.toml:1:1: `manifest`: version 2 is not known; write 1"
)]
#[case::id_with_other_characters(
    r#""mine""#,
    r#""My App""#,
    "mine.toml:4:1: `target.id`: `My App` is no name of lower-case letters, digits and `-`; rename it"
)]
#[case::empty_id(
    r#""mine""#,
    r#""""#,
    "mine.toml:4:1: `target.id`: `` is no name of lower-case letters, digits and `-`; rename it"
)]
#[case::empty_arguments(
    r#"argv = ["{bin}", "--socket={address}"]"#,
    "argv = []",
    r#"mine.toml:9:1: `launch.argv`: it is empty; begin with "{bin}""#
)]
#[case::path_without_slash(
    r#""/health""#,
    r#""health""#,
    "mine.toml:18:1: `health.path`: `health` does not begin with `/`; write `/health`"
)]
#[case::status_that_is_not_final(
    "204",
    "101",
    "mine.toml:19:1: `health.status`: 101 is no final HTTP status; write one from 200 to 599"
)]
#[case::start_above_the_bound(
    "9000",
    "15001",
    "mine.toml:15:1: `ready.within_ms`: 15001 is not between 1 and 15000, the contract's bound; write what the target needs"
)]
#[case::start_without_time(
    "9000",
    "0",
    "mine.toml:15:1: `ready.within_ms`: 0 is not between 1 and 15000, the contract's bound; write what the target needs"
)]
#[case::stop_above_the_bound(
    "within_ms = 1000",
    "within_ms = 5001",
    "mine.toml:22:1: `stop.within_ms`: 5001 is not between 1 and 5000, the contract's bound; write what the target needs"
)]
#[case::drain_above_the_bound(
    "within_ms = 1000",
    "drain_ms = 60001",
    "mine.toml:22:1: `stop.drain_ms`: 60001 is not between 1 and 60000, the contract's bound; write what the target needs"
)]
#[case::drain_without_its_length(
    r#""workers""#,
    r#""drain""#,
    "mine.toml:25:13: `capabilities.supports[0]`: `drain` is claimed, and stop.drain_ms is not there; add it, or do not claim `drain`"
)]
#[case::tcp_without_arguments(
    r#""workers""#,
    r#""tcp""#,
    "mine.toml:25:13: `capabilities.supports[0]`: `tcp` is claimed, and launch.tcp_argv is not there; add it, or do not claim `tcp`"
)]
#[case::dependency_without_its_table(
    r#""workers""#,
    r#""dependency""#,
    "mine.toml:25:13: `capabilities.supports[0]`: `dependency` is claimed, and [dependency] is not there; add it, or do not claim `dependency`"
)]
#[case::capability_twice(
    r#"["workers"]"#,
    "[\n  \"workers\",\n  \"workers\",\n]",
    "mine.toml:27:3: `capabilities.supports[1]`: `workers` stands there twice; remove one"
)]
#[case::claimed_and_refused(
    "supports = [\"workers\"]",
    "supports = [\"workers\"]\nrefuses = [\"creates-parents\", \"workers\"]",
    "mine.toml:26:31: `capabilities.refuses[1]`: `workers` stands under supports too, and no target does what it refuses; remove one"
)]
#[case::refused_twice(
    "supports = [\"workers\"]",
    "refuses = [\"creates-parents\", \"creates-parents\"]",
    "mine.toml:25:31: `capabilities.refuses[1]`: `creates-parents` stands there twice; remove one"
)]
#[case::refused_and_never_asked_for(
    "supports = [\"workers\"]",
    "refuses = [\"workers\"]",
    "mine.toml:25:12: `capabilities.refuses[0]`: `workers` is refused, and nothing says how it is asked for; add launch.extra.workers, or remove this"
)]
#[case::refused_on_tcp_without_arguments(
    "supports = [\"workers\"]",
    "refuses = [\"tcp\"]",
    "mine.toml:25:12: `capabilities.refuses[0]`: `tcp` is refused, and nothing says how it is asked for; add launch.tcp_argv, or remove this"
)]
#[case::refused_though_nobody_asks(
    "supports = [\"workers\"]",
    "refuses = [\"limits\"]",
    "mine.toml:25:12: `capabilities.refuses[0]`: nobody asks for `limits`: it is there or not, so it cannot be refused; remove it"
)]
#[case::refused_by_another_role(
    "supports = [\"workers\"]",
    "refuses = [\"bridge\"]",
    "mine.toml:25:12: `capabilities.refuses[0]`: `bridge` is nothing that a backend can refuse; remove it"
)]
#[case::unknown_capability_refused(
    "supports = [\"workers\"]",
    "refuses = [\"bridges\"]",
    "mine.toml:25:12: unknown value `bridges`; did you mean `bridge`?"
)]
#[case::arguments_for_what_is_not_claimed(
    "[ready]",
    "[launch.extra]\nparent-bound = [\"-p\"]\n[ready]",
    "mine.toml:15:1: `launch.extra.parent-bound`: `parent-bound` is neither claimed nor refused; add it to capabilities.supports or capabilities.refuses, or remove this"
)]
#[case::identity_without_its_length(
    "204",
    "204\nidentity_header = \"X-Id\"",
    "mine.toml:17:2: `health.identity_length`: it is needed beside identity_header; say how many characters an identity has"
)]
#[case::unknown_placeholder_near_a_known_one(
    r#"argv = ["{bin}", "--socket={address}"]"#,
    "argv = [\n  \"{bin}\",\n  \"--socket={adress}\",\n]",
    "mine.toml:11:3: `launch.argv[1]`: unknown placeholder `{adress}`; did you mean `{address}`?"
)]
#[case::unknown_placeholder(
    "{manifest_dir}",
    "{zzz}",
    "mine.toml:8:1: `launch.bin`: unknown placeholder `{zzz}`; known here: config, fixtures, home, id, manifest_dir, pipe, runtime, state, tmp, work"
)]
#[case::placeholder_that_is_not_known_there(
    "{runtime}",
    "{address}",
    "mine.toml:12:1: `address.unix`: unknown placeholder `{address}`; known here: config, fixtures, home, id, manifest_dir, pipe, runtime, state, tmp, work"
)]
#[case::open_brace(
    "{address}",
    "{address",
    "mine.toml:9:18: `launch.argv[1]`: a `{` without its `}`; write `{{` for a brace that is meant as such"
)]
#[case::key_twice(
    r#"id = "mine""#,
    "id = \"mine\"\nid = \"mine\"",
    "mine.toml:5:1: this key stands there twice; remove one of the two"
)]
#[case::open_quote(
    r#""mine""#,
    r#""mine"#,
    r#"mine.toml:4:11: this is not valid TOML: invalid basic string, expected `"`"#
)]
fn says_where_what_and_what_to_do(#[case] from: &str, #[case] to: &str, #[case] expected: &str) {
    assert_eq!(
        GOOD.matches(from).count(),
        1,
        "it must be plain what is replaced"
    );
    assert_eq!(sentence(&GOOD.replace(from, to)), expected);
}

#[rstest]
#[case::nothing(
    "",
    "mine.toml:1:1: the version of the form is missing; begin with `manifest = 1`"
)]
#[case::json(
    r#"{"manifest": 1}"#,
    "mine.toml:1:1: this is not valid TOML: invalid key-value pair, expected key"
)]
#[case::prose(
    "just words",
    "mine.toml:1:6: this is not valid TOML: key with no value, expected `=`"
)]
fn says_what_is_no_manifest_at_all(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(sentence(text), expected);
}

#[test]
fn a_port_that_nothing_names_is_refused() {
    let text = GOOD.replace(
        "[address]",
        "tcp_argv = [\"{bin}\", \"--port={port}\"]\n[address]",
    );
    assert_eq!(sentence(&text), "accepted");
    assert_eq!(
        sentence(&text.replace("\"workers\"", "\"tcp\"")),
        "mine.toml:26:13: `capabilities.supports[0]`: `tcp` is claimed, and [discovery], which names the port, is not \
         there; add it, or do not claim `tcp`"
    );
}

#[test]
fn a_missing_file_is_named() {
    let error = load(Path::new("no/such/mine.toml")).unwrap_err();
    assert!(matches!(error, ManifestError::Read { .. }));
    let sentence = error.to_string();
    let (start, end) = (
        "no/such/mine.toml: the manifest could not be read: ",
        "; check the path given with --target",
    );
    assert!(
        sentence.starts_with(start) && sentence.ends_with(end),
        "{sentence}"
    );
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}") {
        let _ = parse(Path::new("mine.toml"), &text);
    }

    /// Closer to home: a good manifest of which a part was replaced by anything.
    #[test]
    fn no_damage_makes_it_panic(from in 0..GOOD.len(), length in 0..40_usize, by in "[\\PC\n\"{}\\[\\]=]{0,20}") {
        let end = (from + length).min(GOOD.len());
        let text = format!("{}{by}{}", &GOOD[..from], &GOOD[end..]);
        let _ = parse(Path::new("mine.toml"), &text);
    }
}
