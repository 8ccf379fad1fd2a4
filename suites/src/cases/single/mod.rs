//! Chapter single: one instance.

mod holder;
mod many;
mod refusal;
mod unchanged;
mod worlds;

use crate::case::{Case, Need};
use crate::context::{Context, Start};
use harness::target::Capability;

pub(super) const CASES: &[Case] = &[
    refusal::SECOND,
    refusal::OTHER_KIND,
    refusal::OTHER_SURROUNDINGS,
    refusal::NAMES_PID,
    refusal::NAMES_ADDRESS,
    unchanged::RECORD,
    unchanged::NO_FILE,
    unchanged::SAME_ADDRESS,
    unchanged::STILL_THE_FIRST,
    unchanged::GOOD_ORDER,
    many::ADDRESSES,
    many::OVER_A_DEAD_ONE,
    many::ONE_ADDRESS,
    holder::HEALTHY,
    holder::GONE,
    holder::ZOMBIE,
    holder::STRANGER,
    holder::OTHER_IDENTITY,
    holder::NO_IDENTITY,
    holder::SILENT,
    worlds::SIDE_BY_SIDE,
];

const SINGLE: Need = Need::Claim(Capability::SingleInstance);

/// A start at an address of its own.
pub(super) fn second(cx: &Context) -> Start {
    cx.start().at(cx.address_beside("second"))
}
