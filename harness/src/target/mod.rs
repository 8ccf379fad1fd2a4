//! The target manifest: what somebody says of their own binary, as data.

mod capability;
mod claims;
mod date;
mod error;
mod expectation;
mod load;
mod manifest;
mod pair;
mod place;
mod placeholder;
mod validate;
mod wording;

pub use capability::{Asking, Capability};
pub use date::{Date, DateError};
pub use error::ManifestError;
pub use expectation::Expectation;
pub use load::{load, parse};
pub use manifest::{
    Address, Backend, Bridge, Calibration, Dependency, Discovery, Health, Launch, Manifest, Pair,
    Provided, Ready, Requires, Role, Stop, StopRequest, Surface, Target, Transport,
};
pub use pair::load_pair;
pub use placeholder::{PlaceholderError, Values};
