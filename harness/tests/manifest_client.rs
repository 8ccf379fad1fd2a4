//! What a wrong manifest of a client is told: where, what, and what to do.

use harness::target::parse;
use rstest::rstest;
use std::path::Path;

const GOOD: &str = r#"manifest = 1

[target]
id = "mine"
role = "client"

[target.requires]
argv = ["node", "--version"]
at_least = "20"

[launch]
bin = "node"
argv = ["{bin}", "main.mjs", "--user-data={user_data}", "--backend={backend}"]

[launch.extra_env.external]
MINE_EXTERNAL = "{address}"

[launch.extra_env.port-option]
MINE_PORT = "{port}"

[backend]
address = { prefix = "--socket=" }
port = { after = "--port" }

[health]
path = "/health"
status = 200
version_header = "X-Version"
version = "1"

[reasons]
already-running = "already running"

[bridge]
within_ms = 2000

[pair]
bin = "{manifest_dir}/server"
manifest = "server.toml"

[capabilities]
supports = ["bridge", "external", "port-option", "version-check"]
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
#[case::no_backend(
    "[backend]\naddress = { prefix = \"--socket=\" }\nport = { after = \"--port\" }\n",
    "",
    "it is needed for a client"
)]
#[case::no_way_to_tell_the_address(
    "address = { prefix = \"--socket=\" }\n",
    "",
    "the key `address` is missing in this table"
)]
#[case::unknown_place("{ prefix =", "{ prefx =", "did you mean `prefix`?")]
#[case::backends_address(
    "[health]",
    "[address]\nunix = \"/x\"\n[health]",
    "it describes a backend, and the role is `client`; remove it"
)]
#[case::backends_surface(
    "[health]",
    "[surface]\necho = \"/echo\"\n[health]",
    "it describes a backend, and the role is `client`; remove it"
)]
#[case::backends_record(
    "[health]",
    "[discovery]\nfile = \"x\"\nurl = \"u\"\npid = \"p\"\n[health]",
    "it describes a backend, and the role is `client`; remove it"
)]
#[case::backends_capability(
    "\"bridge\",",
    "\"tcp\",",
    "`tcp` is nothing that a client can claim; remove it"
)]
#[case::clients_table_for_a_backend(
    "role = \"client\"",
    "role = \"backend\"",
    "is nothing that a backend can claim; remove it"
)]
#[case::refused_without_being_asked_for(
    "\"port-option\", \"version-check\"]",
    "\"port-option\"]\nrefuses = [\"restart\", \"version-check\"]",
    "`capabilities.refuses[1]`: nobody asks for `version-check`: it is there or not"
)]
#[case::external_without_a_way(
    "[launch.extra_env.external]\nMINE_EXTERNAL = \"{address}\"\n",
    "",
    "`external` is claimed, and launch.extra.external or launch.extra_env.external is not there"
)]
#[case::port_that_reaches_nobody(
    "port = { after = \"--port\" }\n",
    "",
    "`port-option` is claimed, and backend.port is not there"
)]
#[case::version_without_a_header(
    "version_header = \"X-Version\"\n",
    "",
    "`version-check` is claimed, and health.version_header is not there"
)]
#[case::version_without_a_value(
    "version = \"1\"\n",
    "",
    "`version-check` is claimed, and health.version is not there"
)]
#[case::unclaimed_variables(
    "\"external\", ",
    "",
    "`external` is neither claimed nor refused; add it to capabilities.supports or capabilities.refuses, or remove this"
)]
#[case::reason_without_words("\"already running\"", "\" \"", "it is no text of one line")]
#[case::reason_of_two_lines("\"already running\"", "\"a\\nb\"", "it is no text of one line")]
#[case::reason_with_a_meaning_of_its_own(
    "already-running =",
    "unknown =",
    "`unknown` has a meaning in the driver protocol; choose another name"
)]
#[case::bound_of_nothing("within_ms = 2000", "within_ms = 0", "0 is not between 1 and 60000")]
#[case::address_where_there_is_none(
    "--user-data={user_data}",
    "--user-data={address}",
    "unknown placeholder `{address}`"
)]
#[case::placeholder_in_the_pair(
    "{manifest_dir}/server",
    "{manifest_dr}/server",
    "did you mean `{manifest_dir}`?"
)]
#[case::version_that_is_none("at_least = \"20\"", "at_least = \"v20\"", "`v20` is no version")]
#[case::command_that_is_none("argv = [\"node\", \"--version\"]", "argv = []", "it is empty")]
fn a_wrong_one_is_told_what_is_wrong(#[case] from: &str, #[case] to: &str, #[case] message: &str) {
    assert!(GOOD.contains(from), "the plain one has no `{from}`");
    let sentence = sentence(&GOOD.replacen(from, to, 1));
    assert!(sentence.starts_with("mine.toml:"), "{sentence}");
    assert!(sentence.contains(message), "{sentence}");
}
