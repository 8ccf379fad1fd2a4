//! What several families of this chapter ask of a record.

use crate::context::{Backend, Context};
use crate::verdict::Outcome;

/// Expects a whole record that leads to this instance, at the place where the instance has to keep it.
pub(super) fn leads_to(cx: &Context, step: &str, backend: &Backend) -> Outcome {
    let record = backend.record(step)?;
    cx.expect_ok(step, "a record with all its fields", record.is_whole())?;
    let recorded = cx.expect_ok(step, "a record with an address", record.endpoint())?;
    cx.expect_eq(step, &backend.endpoint()?, &recorded)
}
