//! What a client's manifest is told whose real backend cannot be used.
#![expect(
    clippy::unwrap_used,
    reason = "functions beside the tests; a panic is their failure"
)]

use harness::target::{load, load_pair};
use rstest::rstest;
use std::path::PathBuf;

const CLIENT: &str = r#"manifest = 1
[target]
id = "app"
role = "client"
[launch]
bin = "app"
argv = ["{bin}"]
[backend]
address = { prefix = "--socket=" }
[health]
path = "/"
status = 200
[pair]
bin = "server"
manifest = "backends/server.toml"
"#;

const SERVER: &str = r#"manifest = 1
[target]
id = "server"
role = "backend"
[launch]
bin = "server"
argv = ["{bin}"]
[address]
unix = "{runtime}/server.sock"
[health]
path = "/"
status = 200
"#;

/// What comes of a client's manifest beside this one of its backend; paths below the directory of both are cut short.
fn told(client: &str, server: Option<&str>) -> Result<Option<PathBuf>, String> {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("app.toml");
    std::fs::write(&path, client).unwrap();
    std::fs::create_dir(home.path().join("backends")).unwrap();
    if let Some(server) = server {
        std::fs::write(home.path().join("backends/server.toml"), server).unwrap();
    }
    let found = load_pair(&path, &load(&path).unwrap());
    let root = format!("{}{}", home.path().display(), std::path::MAIN_SEPARATOR);
    let short = |path: PathBuf| path.strip_prefix(home.path()).unwrap().to_owned();
    found
        .map(|pair| pair.map(|(path, _)| short(path)))
        .map_err(|error| error.to_string().replace(&root, ""))
}

#[test]
fn the_other_manifest_is_found_beside_the_clients() {
    let expected = PathBuf::from("backends").join("server.toml");
    assert_eq!(told(CLIENT, Some(SERVER)), Ok(Some(expected)));
}

#[test]
fn a_client_without_a_pair_needs_none() {
    let alone = CLIENT.split("[pair]").next().unwrap();
    assert_eq!(told(alone, None), Ok(None));
}

#[test]
fn one_that_is_missing_is_told_with_the_key_that_names_it() {
    let sentence = told(CLIENT, None).unwrap_err();
    let (start, end) = (
        "app.toml:15:1: `pair.manifest`: backends/server.toml could not be read: ",
        "; name the manifest of its real backend, relative to this file",
    );
    assert!(
        sentence.starts_with(start) && sentence.ends_with(end),
        "{sentence}"
    );
}

#[rstest]
#[case::client(
    CLIENT,
    "app.toml:15:1: `pair.manifest`: backends/server.toml is the manifest of a client; name that of the backend which this \
     client launches"
)]
#[case::other_role(
    &SERVER.replace("\"backend\"", "\"gateway\""),
    "app.toml:15:1: `pair.manifest`: backends/server.toml is the manifest of a gateway; name that of the backend which this \
     client launches"
)]
#[case::wrong_in_itself(
    &SERVER.replace("status = 200", "status = 100"),
    "backends/server.toml:12:1: `health.status`: 100 is no final HTTP status; write one from 200 to 599"
)]
fn one_that_cannot_be_used_is_told_with_its_place(#[case] server: &str, #[case] expected: &str) {
    assert_eq!(told(CLIENT, Some(server)), Err(expected.to_owned()));
}
