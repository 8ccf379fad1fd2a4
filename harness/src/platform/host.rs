//! What kind of system this is.

/// A kind of system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Host {
    /// Linux, macOS and their like.
    Unix,
    /// Windows itself.
    Windows,
    /// Wine, which runs programs for Windows elsewhere.
    Wine,
}

/// The kind of system that this program runs on.
#[cfg(not(windows))]
#[must_use]
pub const fn host() -> Host {
    Host::Unix
}

/// The kind of system that this program runs on. Wine's own system library exports what Windows's does not.
#[cfg(windows)]
#[must_use]
pub fn host() -> Host {
    use windows_sys::Win32::System::LibraryLoader::{GetModuleHandleW, GetProcAddress};
    use windows_sys::w;
    // SAFETY: both names end with a zero, and this library is never unloaded.
    let found = unsafe {
        let library = GetModuleHandleW(w!("ntdll.dll"));
        !library.is_null() && GetProcAddress(library, c"wine_get_version".as_ptr().cast()).is_some()
    };
    if found { Host::Wine } else { Host::Windows }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_fits_what_the_program_was_built_for() {
        assert_eq!(host() == Host::Unix, cfg!(unix));
    }

    /// Set by the lane that runs these tests with Wine.
    #[test]
    fn wine_is_told_from_windows() {
        let in_lane = std::env::var_os("WINEPREFIX").is_some();
        assert_eq!(host() == Host::Wine, in_lane && cfg!(windows));
    }
}
