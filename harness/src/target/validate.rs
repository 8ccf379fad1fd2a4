//! What a manifest must be beyond its form.

use super::capability::Capability;
use super::error::ManifestError;
use super::manifest::{Manifest, VERSION};
use super::placeholder::Values;
use std::path::Path;

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

pub(super) fn check(path: &Path, manifest: &Manifest) -> Result<(), ManifestError> {
    let refuse = |key: &str, message: String| {
        Err(ManifestError::Value {
            path: path.to_owned(),
            key: key.to_owned(),
            message,
        })
    };
    if manifest.manifest != VERSION {
        return refuse(
            "manifest",
            format!(
                "version {} is not known; write {VERSION}",
                manifest.manifest
            ),
        );
    }
    let id = &manifest.target.id;
    if id.is_empty()
        || !id
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    {
        return refuse(
            "target.id",
            format!("`{id}` is not made of lower-case letters, digits and `-`"),
        );
    }
    if manifest.launch.argv.is_empty() {
        return refuse(
            "launch.argv",
            "it is empty; begin with \"{bin}\"".to_owned(),
        );
    }
    if !manifest.health.path.starts_with('/') {
        return refuse(
            "health.path",
            format!("`{}` does not begin with `/`", manifest.health.path),
        );
    }
    if !(200..=599).contains(&manifest.health.status) {
        return refuse(
            "health.status",
            format!("{} is no final HTTP status", manifest.health.status),
        );
    }
    for (key, stated, limit) in [
        ("ready.within_ms", manifest.ready.within_ms, READY_LIMIT_MS),
        ("stop.within_ms", manifest.stop.within_ms, STOP_LIMIT_MS),
        ("stop.drain_ms", manifest.stop.drain_ms, DRAIN_LIMIT_MS),
    ] {
        if let Some(stated) = stated.filter(|stated| *stated == 0 || *stated > limit) {
            let message = format!("{stated} is not between 1 and the contract's bound of {limit}");
            return refuse(key, message);
        }
    }
    if let Err((key, message)) = consistent(manifest) {
        return refuse(&key, message);
    }
    for (key, text, names) in texts(manifest) {
        let known = PATHS
            .iter()
            .chain(names)
            .fold(Values::new(), |values, name| values.with(name, ""));
        if let Err(error) = known.expand(text) {
            return refuse(&key, error.to_string());
        }
    }
    Ok(())
}

/// What one key says must be borne out by another.
fn consistent(manifest: &Manifest) -> Result<(), (String, String)> {
    let key = "capabilities.supports";
    for (index, claimed) in manifest.capabilities.supports.iter().enumerate() {
        let missing = match claimed {
            Capability::Tcp if manifest.launch.tcp_argv.is_none() => "launch.tcp_argv",
            Capability::Tcp if manifest.discovery.is_none() => "[discovery], which names the port",
            Capability::Drain if manifest.stop.drain_ms.is_none() => "stop.drain_ms",
            Capability::Dependency if manifest.dependency.is_none() => "[dependency]",
            _ => "",
        };
        if !missing.is_empty() {
            return Err((
                key.to_owned(),
                format!("`{claimed}` is claimed, and {missing} is not there"),
            ));
        }
        if manifest.capabilities.supports[..index].contains(claimed) {
            return Err((key.to_owned(), format!("`{claimed}` stands there twice")));
        }
    }
    for extra in manifest.launch.extra.keys() {
        if !manifest.capabilities.supports.contains(extra) {
            let message = format!("`{extra}` is not in capabilities.supports");
            return Err((format!("launch.extra.{extra}"), message));
        }
    }
    if manifest.health.identity_header.is_some() && manifest.health.identity_length.is_none() {
        return Err((
            "health.identity_length".into(),
            "it is needed beside identity_header".into(),
        ));
    }
    if manifest.address.unix.is_none() && manifest.address.windows.is_none() {
        return Err((
            "address".into(),
            "neither `unix` nor `windows` is there".into(),
        ));
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
