//! What a manifest must be beyond its form.

use super::claims;
use super::expectation;
use super::manifest::{Bridge, Manifest, Role, Surface, VERSION};
use super::placeholder::Values;
use crate::process::Version;

/// The contract's bounds in milliseconds; a manifest may state lower ones.
const READY_LIMIT_MS: u64 = 15_000;
const STOP_LIMIT_MS: u64 = 5_000;
const DRAIN_LIMIT_MS: u64 = 60_000;
const CALL_LIMIT_MS: u64 = 60_000;
/// The largest body whose base64 fits into a line of the driver protocol, with a head beside it.
const BODY_LIMIT: u64 = 11 * 1024 * 1024;

/// The placeholders that a manifest's texts may hold, for checking before anything runs.
pub(super) const PATHS: [&str; 10] = [
    "manifest_dir",
    "fixtures",
    "home",
    "state",
    "config",
    "runtime",
    "pipe",
    "tmp",
    "work",
    "id",
];

/// What is wrong with which key.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) key: String,
    pub(super) message: String,
}

pub(super) fn check(manifest: &Manifest) -> Result<(), Fault> {
    values(manifest)?;
    bounds(manifest)?;
    role(manifest)?;
    consistent(manifest)?;
    expectation::check(manifest)?;
    placeholders(manifest)
}

pub(super) fn refuse(key: impl Into<String>, message: impl Into<String>) -> Result<(), Fault> {
    Err(Fault {
        key: key.into(),
        message: message.into(),
    })
}

/// What each key may hold.
fn values(manifest: &Manifest) -> Result<(), Fault> {
    if manifest.manifest != VERSION {
        let message = format!(
            "version {} is not known; write {VERSION}",
            manifest.manifest
        );
        return refuse("manifest", message);
    }
    let id = &manifest.target.id;
    let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if id.is_empty() || !id.bytes().all(known) {
        let message = format!("`{id}` is no name of lower-case letters, digits and `-`; rename it");
        return refuse("target.id", message);
    }
    if let Some(requires) = &manifest.target.requires {
        if requires.argv.is_empty() {
            let message = "it is empty; write the command that says the version, such as [\"node\", \"--version\"]";
            return refuse("target.requires.argv", message);
        }
        let at_least = &requires.at_least;
        if Version::find(at_least).is_none_or(|version| version.to_string() != *at_least) {
            let message =
                format!("`{at_least}` is no version; write numbers with dots, such as \"20\"");
            return refuse("target.requires.at_least", message);
        }
    }
    for (key, argv) in [
        ("launch.argv", Some(&manifest.launch.argv)),
        ("launch.tcp_argv", manifest.launch.tcp_argv.as_ref()),
    ] {
        if argv.is_some_and(Vec::is_empty) {
            return refuse(key, "it is empty; begin with \"{bin}\"");
        }
    }
    let stop = manifest.stop.request.as_ref();
    if let Some(method) = stop.map(|request| &request.method)
        && (method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_uppercase()))
    {
        let message = format!("`{method}` is no method in capital letters; write one such as POST");
        return refuse("stop.request.method", message);
    }
    let surface = &manifest.surface;
    for (key, path) in [
        ("health.path", Some(&manifest.health.path)),
        ("stop.request.path", stop.map(|request| &request.path)),
        ("surface.echo", surface.echo.as_ref()),
        ("surface.status", surface.status.as_ref()),
        ("surface.slow", surface.slow.as_ref()),
        ("surface.stream", surface.stream.as_ref()),
    ] {
        if let Some(path) = path.filter(|path| !path.starts_with('/')) {
            let message = format!("`{path}` does not begin with `/`; write `/{path}`");
            return refuse(key, message);
        }
    }
    let status = manifest.health.status;
    if !(200..=599).contains(&status) {
        let message = format!("{status} is no final HTTP status; write one from 200 to 599");
        return refuse("health.status", message);
    }
    Ok(())
}

/// What may not be longer than the contract allows.
fn bounds(manifest: &Manifest) -> Result<(), Fault> {
    for (key, stated, limit) in [
        ("ready.within_ms", manifest.ready.within_ms, READY_LIMIT_MS),
        ("stop.within_ms", manifest.stop.within_ms, STOP_LIMIT_MS),
        ("stop.drain_ms", manifest.stop.drain_ms, DRAIN_LIMIT_MS),
        ("bridge.within_ms", manifest.bridge.within_ms, CALL_LIMIT_MS),
    ] {
        if let Some(stated) = stated.filter(|stated| *stated == 0 || *stated > limit) {
            let message = format!(
                "{stated} is not between 1 and {limit}, the contract's bound; write what the target needs"
            );
            return refuse(key, message);
        }
    }
    Ok(())
}

/// What one key says must be borne out by another.
fn consistent(manifest: &Manifest) -> Result<(), Fault> {
    claims::check(manifest)?;
    let serves = manifest.target.role != Role::Client;
    if manifest.launch.breakaway && serves && manifest.address.windows.is_none() {
        let message = "it is about jobs, which Windows has, and address.windows is not there; add that, or remove this";
        return refuse("launch.breakaway", message);
    }
    if manifest.health.identity_header.is_some() && manifest.health.identity_length.is_none() {
        let message =
            "it is needed beside identity_header; say how many characters an identity has";
        return refuse("health.identity_length", message);
    }
    Ok(())
}

/// What a target of this role must say of itself, and what it cannot.
fn role(manifest: &Manifest) -> Result<(), Fault> {
    let role = manifest.target.role;
    claims::fit(manifest)?;
    let address = manifest.address.unix.is_some() || manifest.address.windows.is_some();
    if role != Role::Client {
        let message = format!("it describes a client, and the role is `{role}`; remove it");
        for (key, there) in [
            ("backend", manifest.backend.is_some()),
            ("pair", manifest.pair.is_some()),
            ("reasons", !manifest.reasons.is_empty()),
            ("bridge", manifest.bridge != Bridge::default()),
        ] {
            if there {
                return refuse(key, message);
            }
        }
        if !address {
            return refuse(
                "address",
                "neither `unix` nor `windows` is there; add at least one",
            );
        }
        return Ok(());
    }
    if manifest.backend.is_none() {
        return refuse(
            "backend",
            "it is needed for a client; say how it tells its backend the address, such as address = { prefix = \"--socket=\" }",
        );
    }
    for (key, there) in [
        ("address", address),
        ("discovery", manifest.discovery.is_some()),
        ("dependency", manifest.dependency.is_some()),
        ("stop.request", manifest.stop.request.is_some()),
        ("surface", manifest.surface != Surface::default()),
        ("launch.tcp_argv", manifest.launch.tcp_argv.is_some()),
    ] {
        if there {
            return refuse(
                key,
                "it describes a backend, and the role is `client`; remove it",
            );
        }
    }
    client_claims(manifest)
}

/// What a client claims must be borne out by other keys.
fn client_claims(manifest: &Manifest) -> Result<(), Fault> {
    if let Some(limit) = manifest.bridge.body_limit
        && !(1..=BODY_LIMIT).contains(&limit)
    {
        let message = format!(
            "it must be between 1 and {BODY_LIMIT}: more does not fit into a line of the driver protocol, as base64; leave it \
             out if the client has no limit, or a higher one"
        );
        return refuse("bridge.body_limit", message);
    }
    for (name, words) in &manifest.reasons {
        if words.trim().is_empty() || words.contains(['\n', '\r']) {
            let message =
                "it is no text of one line; write words that the backend prints in one line";
            return refuse(format!("reasons.{name}"), message);
        }
        if matches!(name.as_str(), "unknown" | "stopped") {
            let message =
                format!("`{name}` has a meaning in the driver protocol; choose another name");
            return refuse(format!("reasons.{name}"), message);
        }
    }
    Ok(())
}

fn placeholders(manifest: &Manifest) -> Result<(), Fault> {
    for (key, text, names) in texts(manifest) {
        let known = PATHS
            .iter()
            .chain(names)
            .fold(Values::new(), |values, name| values.with(name, ""));
        if let Err(error) = known.expand(text) {
            return refuse(key, error.to_string());
        }
    }
    Ok(())
}

type Text<'a> = (String, &'a str, &'static [&'static str]);

/// Every text with placeholders, its key, and the names that only it may hold.
fn texts(manifest: &Manifest) -> Vec<Text<'_>> {
    const BACKEND: &[&str] = &["bin", "address", "dependency"];
    const CLIENT: &[&str] = &["bin", "user_data", "backend"];
    const TCP: &[&str] = &["bin", "address", "host", "port", "dependency"];
    const EXTRA: &[&str] = &["address", "dependency", "host", "port"];
    let address: &'static [&'static str] = match manifest.target.role {
        Role::Client => CLIENT,
        _ => BACKEND,
    };
    let mut texts: Vec<Text<'_>> = vec![("launch.bin".into(), &manifest.launch.bin, &[])];
    for (index, text) in manifest.launch.argv.iter().enumerate() {
        texts.push((format!("launch.argv[{index}]"), text, address));
    }
    for (index, text) in manifest.launch.tcp_argv.iter().flatten().enumerate() {
        texts.push((format!("launch.tcp_argv[{index}]"), text, TCP));
    }
    for (capability, list) in &manifest.launch.extra {
        for text in list {
            texts.push((format!("launch.extra.{capability}"), text, EXTRA));
        }
    }
    for (capability, variables) in &manifest.launch.extra_env {
        for (name, text) in variables {
            let key = format!("launch.extra_env.{capability}.{name}");
            texts.push((key, text, EXTRA));
        }
    }
    for (name, text) in &manifest.launch.env {
        texts.push((format!("launch.env.{name}"), text, address));
    }
    if let Some(text) = &manifest.launch.cwd {
        texts.push(("launch.cwd".into(), text, &[]));
    }
    for (index, file) in manifest.file.iter().enumerate() {
        texts.push((format!("file[{index}].path"), &file.path, &[]));
        texts.push((
            format!("file[{index}].content"),
            &file.content,
            &["address"],
        ));
    }
    for (key, text) in [
        ("unix", &manifest.address.unix),
        ("windows", &manifest.address.windows),
    ] {
        texts.extend(
            text.iter()
                .map(|text| (format!("address.{key}"), text.as_str(), &[] as &[&str])),
        );
    }
    if let Some(discovery) = &manifest.discovery {
        texts.push(("discovery.file".into(), &discovery.file, &[]));
        texts.extend(
            discovery
                .lock
                .iter()
                .map(|text| ("discovery.lock".into(), text.as_str(), &[] as &[&str])),
        );
    }
    if let Some(dependency) = &manifest.dependency {
        texts.push(("dependency.socket".into(), &dependency.socket, &[]));
        let pipe = dependency.pipe.iter();
        texts.extend(pipe.map(|text| ("dependency.pipe".into(), text.as_str(), &[] as &[&str])));
    }
    let surface = &manifest.surface;
    for (key, text, names) in [
        ("echo", &surface.echo, &[] as &[&str]),
        ("status", &surface.status, &["code"]),
        ("slow", &surface.slow, &["ms"]),
        ("stream", &surface.stream, &["ms"]),
    ] {
        texts.extend(
            text.iter()
                .map(|text| (format!("surface.{key}"), text.as_str(), names)),
        );
    }
    if let Some(pair) = &manifest.pair {
        texts.push(("pair.bin".into(), &pair.bin, &[]));
        for text in &pair.skew {
            texts.push(("pair.skew".into(), text, &[]));
        }
    }
    if let Some(calibration) = &manifest.calibration {
        for text in &calibration.defect_argv {
            texts.push(("calibration.defect_argv".into(), text, &["defect"]));
        }
    }
    texts
}
