//! Systems without zombies: a process that has ended is gone.

/// A process that has ended and has not been reaped; here there is none.
#[derive(Debug)]
pub struct Zombie(());

impl Zombie {
    /// Makes one; here it never can.
    ///
    /// # Errors
    /// Always `Unsupported`.
    pub fn make() -> std::io::Result<Self> {
        Err(std::io::Error::from(std::io::ErrorKind::Unsupported))
    }

    /// Its pid; nobody comes to ask for it.
    #[must_use]
    pub const fn pid(&self) -> u32 {
        0
    }
}
