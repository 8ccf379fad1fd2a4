//! The cases, a chapter each. To add one, write it in its chapter's directory and name it in the list there.

mod listen;

use crate::case::Case;

/// All cases in the order of a life.
pub fn all() -> impl Iterator<Item = &'static Case> + Clone {
    [listen::CASES].into_iter().flatten()
}
