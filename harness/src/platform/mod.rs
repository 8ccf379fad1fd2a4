//! What this platform shows of what platforms do: some behaviours exist on one only, and Wine imitates Windows without all of them.

mod behaviour;
mod host;

pub use behaviour::Behaviour;
pub use host::{Host, host};
