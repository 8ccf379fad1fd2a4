//! What a manifest must be beyond its form.

use super::capability::Capability;
use super::manifest::{Manifest, VERSION};
use super::placeholder::Values;

/// The contract's bounds in milliseconds; a manifest may state lower ones.
const READY_LIMIT_MS: u64 = 15_000;
const STOP_LIMIT_MS: u64 = 5_000;
const DRAIN_LIMIT_MS: u64 = 60_000;

/// The placeholders that a manifest's texts may hold, for checking before anything runs.
pub(super) const PATHS: [&str; 9] = [
    "manifest_dir",
    "fixtures",
    "home",
    "state",
    "config",
    "runtime",
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
    consistent(manifest)?;
    placeholders(manifest)
}

fn refuse(key: impl Into<String>, message: impl Into<String>) -> Result<(), Fault> {
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
    for (key, argv) in [
        ("launch.argv", Some(&manifest.launch.argv)),
        ("launch.tcp_argv", manifest.launch.tcp_argv.as_ref()),
    ] {
        if argv.is_some_and(Vec::is_empty) {
            return refuse(key, "it is empty; begin with \"{bin}\"");
        }
    }
    let surface = &manifest.surface;
    for (key, path) in [
        ("health.path", Some(&manifest.health.path)),
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
    for (index, claimed) in manifest.capabilities.supports.iter().enumerate() {
        let key = format!("capabilities.supports[{index}]");
        let missing = match claimed {
            Capability::Tcp if manifest.launch.tcp_argv.is_none() => "launch.tcp_argv",
            Capability::Tcp if manifest.discovery.is_none() => "[discovery], which names the port,",
            Capability::Drain if manifest.stop.drain_ms.is_none() => "stop.drain_ms",
            Capability::Dependency if manifest.dependency.is_none() => "[dependency]",
            _ => "",
        };
        if !missing.is_empty() {
            let message = format!(
                "`{claimed}` is claimed, and {missing} is not there; add it, or do not claim `{claimed}`"
            );
            return refuse(key, message);
        }
        if manifest.capabilities.supports[..index].contains(claimed) {
            return refuse(key, format!("`{claimed}` stands there twice; remove one"));
        }
    }
    for extra in manifest.launch.extra.keys() {
        if !manifest.capabilities.supports.contains(extra) {
            let message = format!(
                "`{extra}` is not claimed; add it to capabilities.supports, or remove this"
            );
            return refuse(format!("launch.extra.{extra}"), message);
        }
    }
    if manifest.health.identity_header.is_some() && manifest.health.identity_length.is_none() {
        let message =
            "it is needed beside identity_header; say how many characters an identity has";
        return refuse("health.identity_length", message);
    }
    if manifest.address.unix.is_none() && manifest.address.windows.is_none() {
        return refuse(
            "address",
            "neither `unix` nor `windows` is there; add at least one",
        );
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
    const ADDRESS: &[&str] = &["bin", "address", "dependency"];
    const TCP: &[&str] = &["bin", "address", "host", "port", "dependency"];
    const EXTRA: &[&str] = &["address", "dependency", "host", "port"];
    let mut texts: Vec<Text<'_>> = vec![("launch.bin".into(), &manifest.launch.bin, &[])];
    for (index, text) in manifest.launch.argv.iter().enumerate() {
        texts.push((format!("launch.argv[{index}]"), text, ADDRESS));
    }
    for (index, text) in manifest.launch.tcp_argv.iter().flatten().enumerate() {
        texts.push((format!("launch.tcp_argv[{index}]"), text, TCP));
    }
    for (capability, list) in &manifest.launch.extra {
        for text in list {
            texts.push((format!("launch.extra.{capability}"), text, EXTRA));
        }
    }
    for (name, text) in &manifest.launch.env {
        texts.push((format!("launch.env.{name}"), text, ADDRESS));
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
    if let Some(calibration) = &manifest.calibration {
        for text in &calibration.defect_argv {
            texts.push(("calibration.defect_argv".into(), text, &["defect"]));
        }
    }
    texts
}
