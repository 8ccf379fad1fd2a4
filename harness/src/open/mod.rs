//! What processes have open: the network addresses that one listens on, whether a name without a file leads to one, and how
//! many descriptors one has. Where the system does not tell, each question is answered with `Unsupported`.

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;

#[cfg(not(target_os = "linux"))]
use elsewhere as platform;
#[cfg(target_os = "linux")]
use linux as platform;

pub use platform::{is_abstract_name, listening, open_descriptors};
