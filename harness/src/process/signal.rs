//! The signals that a life cycle is made of.

/// A signal that a case sends to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Signal {
    /// Polite request to end (`SIGTERM`).
    Term,
    /// Interrupt from a terminal (`SIGINT`).
    Int,
    /// The terminal went away (`SIGHUP`).
    Hup,
    /// Immediate end that cannot be caught (`SIGKILL`; `TerminateProcess` on Windows).
    Kill,
    /// Suspension that cannot be caught (`SIGSTOP`).
    Stop,
    /// Continuation after [`Signal::Stop`] (`SIGCONT`).
    Cont,
}

impl Signal {
    /// The conventional name, such as `SIGTERM`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Term => "SIGTERM",
            Self::Int => "SIGINT",
            Self::Hup => "SIGHUP",
            Self::Kill => "SIGKILL",
            Self::Stop => "SIGSTOP",
            Self::Cont => "SIGCONT",
        }
    }

    /// Whether it can be sent on this platform. Windows only has the end by force.
    #[must_use]
    pub const fn is_known_here(self) -> bool {
        cfg!(unix) || matches!(self, Self::Kill)
    }

    /// Reads a name with or without the `SIG` prefix, in any case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let upper = name.to_ascii_uppercase();
        let bare = upper.strip_prefix("SIG").unwrap_or(&upper);
        [
            Self::Term,
            Self::Int,
            Self::Hup,
            Self::Kill,
            Self::Stop,
            Self::Cont,
        ]
        .into_iter()
        .find(|signal| &signal.name()[3..] == bare)
    }
}

impl std::fmt::Display for Signal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("TERM", Some(Signal::Term))]
    #[case("sigint", Some(Signal::Int))]
    #[case("SIGSIGINT", None)]
    #[case("", None)]
    #[case("USR1", None)]
    fn reads_names_in_any_case(#[case] name: &str, #[case] expected: Option<Signal>) {
        assert_eq!(Signal::from_name(name), expected);
    }
}
