//! The versions of a stream's form, and the names in it that stay the same.

/// Version of the stream's form that is written.
pub const SCHEMA: u32 = 2;

/// The oldest version of the form that can be read.
pub(super) const OLDEST: u32 = 1;

/// Who the harness is in a stream.
pub(super) const HARNESS: &str = "the harness";
