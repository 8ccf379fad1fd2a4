//! On which of the suite's own targets a case is proved.

use crate::case::Case;
use crate::plan::{Gate, gate};
use crate::targets::{self, LoadedTarget};
use std::path::PathBuf;

/// The references told to offer little, once with a manifest that refuses the rest and once with one that says nothing of it.
#[must_use]
pub fn reserved() -> Vec<PathBuf> {
    let names = ["modest", "silent", "modest-client", "silent-client"];
    let path = |name: &str| targets::own_manifests().join(format!("{name}.toml"));
    names.map(path).into()
}

/// All on which a defect can be switched on. A case is proved on the first of them that it means something for.
#[must_use]
pub fn provable() -> Vec<PathBuf> {
    [targets::references(), reserved()].concat()
}

/// The one of these targets on which a case is proved: the first that it is tried on, else the first of its role.
#[must_use]
pub fn target_of<'t>(
    targets: impl Iterator<Item = &'t LoadedTarget> + Clone,
    case: &Case,
) -> Option<&'t LoadedTarget> {
    let of_role = targets.filter(|target| target.manifest.target.role == case.role());
    let tried = of_role
        .clone()
        .find(|target| gate(target, case) == Gate::Run);
    tried.or_else(|| of_role.clone().next())
}
