//! Chapter bridge: requests through the client.

mod request_line;

use crate::case::{Case, Need};
use harness::target::Capability;

/// What every case of this chapter needs.
const NEEDS: &[Need] = &[Need::Claim(Capability::Bridge)];

pub(super) const CASES: &[Case] = &[request_line::PATH];
