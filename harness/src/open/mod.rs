//! What processes have open: the network addresses that one listens on, whether a name without a file leads to one, and how
//! many descriptors one has. Where the system does not tell, each question is answered with `Unsupported`.

#[cfg(not(unix))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(any(test, target_os = "macos"))]
mod socket_info;
mod told;

#[cfg(not(unix))]
use elsewhere as platform;
#[cfg(target_os = "linux")]
use linux as platform;
#[cfg(target_os = "macos")]
use macos as platform;

pub use platform::{is_abstract_name, listening, open_descriptors};
pub use told::{has_abstract_names, tells_descriptors, tells_listeners};
