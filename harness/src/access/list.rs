//! Who may open something, as its access list says.

use std::fmt;

/// The account of the system itself (well-known SIDs).
const SYSTEM: &str = "S-1-5-18";
/// Whoever owns the object, which for what is looked at here is who made it (well-known SIDs).
const OWNER_RIGHTS: &str = "S-1-3-4";

/// Whether an entry lets in or keeps out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It lets in.
    Allow,
    /// It keeps out.
    Deny,
    /// It does something else, which is its number in the system.
    Other(u8),
}

/// One entry of an access list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it does.
    pub kind: Kind,
    /// The rights that it is about, as the system's bits.
    pub rights: u32,
    /// Whom it is about: a SID as text, such as `S-1-5-18`.
    pub who: String,
}

/// The access list of a pipe, a file or a directory, and what the system makes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Whether nothing can be added to the list by inheritance.
    pub protected: bool,
    /// The entries in order; `None` for something without a list, which lets everybody in.
    pub entries: Option<Vec<Entry>>,
    /// The SID of the user for whom the harness, and so the target, runs.
    pub user: String,
    /// Whether the system, asked for its verdict, would let this user read and write.
    pub admits_its_user: bool,
    /// Whether it would let another read or write who is in every group of this user.
    pub admits_others: bool,
}

impl Access {
    /// That of something without a list, which admits everybody (access control, null DACLs).
    #[cfg(windows)]
    pub(super) const fn without_list(user: String) -> Self {
        Self {
            protected: false,
            entries: None,
            user,
            admits_its_user: true,
            admits_others: true,
        }
    }

    /// Whom it lets in beside its user and the system, in words.
    #[must_use]
    pub fn strangers(&self) -> Vec<String> {
        let Some(entries) = &self.entries else {
            return vec!["everybody, for want of a list".to_owned()];
        };
        let own = [self.user.as_str(), SYSTEM, OWNER_RIGHTS];
        let known = |entry: &&Entry| own.contains(&entry.who.as_str()) || entry.kind == Kind::Deny;
        entries
            .iter()
            .filter(|entry| !known(entry))
            .map(Entry::to_string)
            .collect()
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, rights, who } = self;
        write!(f, "{kind:?} {rights:#x} {who}")
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.protected {
            "protected: "
        } else {
            "not protected: "
        })?;
        match &self.entries {
            None => f.write_str("no list"),
            Some(entries) => {
                let entries: Vec<String> = entries.iter().map(Entry::to_string).collect();
                f.write_str(&entries.join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const USER: &str = "S-1-5-21-1-2-3-1000";

    fn access(entries: Option<&[(Kind, &str)]>) -> Access {
        let entry = |(kind, who): &(Kind, &str)| Entry {
            kind: *kind,
            rights: 0x0012_019f,
            who: (*who).to_owned(),
        };
        Access {
            protected: true,
            entries: entries.map(|entries| entries.iter().map(entry).collect()),
            user: USER.to_owned(),
            admits_its_user: true,
            admits_others: false,
        }
    }

    #[rstest]
    #[case(Some(&[(Kind::Allow, SYSTEM), (Kind::Allow, USER)][..]), 0)]
    #[case(Some(&[(Kind::Allow, OWNER_RIGHTS)][..]), 0)]
    #[case(Some(&[(Kind::Deny, "S-1-1-0"), (Kind::Allow, USER)][..]), 0)]
    #[case(Some(&[(Kind::Allow, "S-1-1-0"), (Kind::Allow, USER)][..]), 1)]
    #[case(Some(&[(Kind::Other(9), "S-1-5-11")][..]), 1)]
    #[case(Some(&[][..]), 0)]
    #[case(None, 1)]
    fn strangers_are_all_but_the_user_and_the_system(
        #[case] entries: Option<&[(Kind, &str)]>,
        #[case] expected: usize,
    ) {
        let strangers = access(entries).strangers();
        assert_eq!(strangers.len(), expected, "{strangers:?}");
    }

    #[test]
    fn is_told_in_one_line() {
        let told = access(Some(&[(Kind::Allow, SYSTEM)])).to_string();
        assert_eq!(told, "protected: Allow 0x12019f S-1-5-18");
        assert_eq!(access(None).to_string(), "protected: no list");
    }
}
