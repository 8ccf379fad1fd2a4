//! Whether what a manifest says under `[capabilities]` can be so.

use super::capability::{Asking, Capability};
use super::manifest::Manifest;
use super::validate::{Fault, refuse};

/// What is claimed or refused must be borne out by other keys, and cannot be both.
pub(super) fn check(manifest: &Manifest) -> Result<(), Fault> {
    let capabilities = &manifest.capabilities;
    for (index, claimed) in capabilities.supports.iter().enumerate() {
        let key = format!("capabilities.supports[{index}]");
        if let Some(missing) = missing(manifest, *claimed) {
            let message = format!(
                "`{claimed}` is claimed, and {missing} is not there; add it, or do not claim `{claimed}`"
            );
            return refuse(key, message);
        }
        if capabilities.supports[..index].contains(claimed) {
            return refuse(key, format!("`{claimed}` stands there twice; remove one"));
        }
    }
    for (index, refused) in capabilities.refuses.iter().enumerate() {
        let key = format!("capabilities.refuses[{index}]");
        if capabilities.supports.contains(refused) {
            let message = format!(
                "`{refused}` stands under supports too, and no target does what it refuses; remove one"
            );
            return refuse(key, message);
        }
        if capabilities.refuses[..index].contains(refused) {
            return refuse(key, format!("`{refused}` stands there twice; remove one"));
        }
        can_be_asked_for(manifest, *refused, key)?;
    }
    for (table, extra) in extras(manifest) {
        if capabilities.are_silent_about(extra) {
            let message = format!(
                "`{extra}` is neither claimed nor refused; add it to capabilities.supports or capabilities.refuses, or \
                 remove this"
            );
            return refuse(format!("launch.{table}.{extra}"), message);
        }
    }
    Ok(())
}

/// The key without which what is claimed cannot be tried, if it is missing.
fn missing(manifest: &Manifest, claimed: Capability) -> Option<&'static str> {
    let given = || extras(manifest).any(|(_, extra)| extra == claimed);
    let port = manifest.backend.as_ref().and_then(|one| one.port.as_ref());
    match claimed {
        Capability::Tcp if manifest.launch.tcp_argv.is_none() => Some("launch.tcp_argv"),
        Capability::Tcp if manifest.discovery.is_none() => {
            Some("[discovery], which names the port,")
        }
        Capability::Drain if manifest.stop.drain_ms.is_none() => Some("stop.drain_ms"),
        Capability::Dependency if manifest.dependency.is_none() => Some("[dependency]"),
        Capability::External if !given() => {
            Some("launch.extra.external or launch.extra_env.external")
        }
        Capability::PortOption if !given() => {
            Some("launch.extra.port-option or launch.extra_env.port-option")
        }
        Capability::PortOption if port.is_none() => Some("backend.port"),
        Capability::VersionCheck if manifest.health.version_header.is_none() => {
            Some("health.version_header")
        }
        Capability::VersionCheck if manifest.health.version.is_none() => Some("health.version"),
        _ => None,
    }
}

/// What is refused must be something that a case can ask for.
fn can_be_asked_for(manifest: &Manifest, refused: Capability, key: String) -> Result<(), Fault> {
    let given = match refused {
        Capability::Tcp => manifest.launch.tcp_argv.is_some(),
        _ => extras(manifest).any(|(_, extra)| extra == refused),
    };
    let place = match refused {
        Capability::Tcp => "launch.tcp_argv".to_owned(),
        _ => format!("launch.extra.{refused}"),
    };
    match refused.asking() {
        Asking::Known => Ok(()),
        Asking::Own if given => Ok(()),
        Asking::Own => {
            let message = format!(
                "`{refused}` is refused, and nothing says how it is asked for; add {place}, or remove this"
            );
            refuse(key, message)
        }
        Asking::Nothing => {
            let message = format!(
                "nobody asks for `{refused}`: it is there or not, so it cannot be refused; remove it"
            );
            refuse(key, message)
        }
    }
}

/// What is given to cases alone that need a capability, with its table.
fn extras(manifest: &Manifest) -> impl Iterator<Item = (&'static str, Capability)> {
    let launch = &manifest.launch;
    let words = launch.extra.keys().map(|extra| ("extra", *extra));
    let variables = launch.extra_env.keys().map(|extra| ("extra_env", *extra));
    words.chain(variables)
}

/// What is claimed or refused must be something that a target of this role can have.
pub(super) fn fit(manifest: &Manifest) -> Result<(), Fault> {
    let (role, capabilities) = (manifest.target.role, &manifest.capabilities);
    for (list, verb, named) in [
        ("supports", "claim", &capabilities.supports),
        ("refuses", "refuse", &capabilities.refuses),
    ] {
        if let Some(index) = named.iter().position(|one| !one.fits(role)) {
            let message = format!(
                "`{}` is nothing that a {role} can {verb}; remove it",
                named[index]
            );
            return refuse(format!("capabilities.{list}[{index}]"), message);
        }
    }
    Ok(())
}
