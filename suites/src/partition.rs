//! Parts of a plan, for many machines: everything that is planned belongs to exactly one of them.
//!
//! The parts are dealt here and not by the test runner, because what is left out of a run must be known to the plan, to the
//! evidence and to the totals alike.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Most parts that a plan can be dealt into; more than any plan has cases.
const MOST: u32 = 10_000;

/// How the rows of a plan are dealt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deal {
    /// In turn, so that parts differ by one row at most.
    Slice,
    /// By the name of each row, so that a row stays in its part when others come and go.
    Hash,
}

/// One part of a plan: `slice:2/4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    /// How the rows are dealt.
    pub deal: Deal,
    /// Which part, from 1.
    pub number: u32,
    /// Into how many.
    pub of: u32,
}

impl Partition {
    /// The only part of an undivided plan.
    pub const WHOLE: Self = Self {
        deal: Deal::Slice,
        number: 1,
        of: 1,
    };
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let deal = match self.deal {
            Deal::Slice => "slice",
            Deal::Hash => "hash",
        };
        write!(f, "{deal}:{}/{}", self.number, self.of)
    }
}

/// Why a text names no part.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartitionError {
    /// It has another form.
    #[error("a part is written `slice:2/4` or `hash:2/4`")]
    Form,
    /// The number is not between 1 and the number of parts.
    #[error("there is no part {number} of {of}; parts are counted from 1")]
    NoSuchPart {
        /// The number.
        number: u32,
        /// How many parts there are.
        of: u32,
    },
    /// There are more parts than any plan has cases.
    #[error("{of} parts are more than the {MOST} that there can be")]
    TooMany {
        /// How many.
        of: u32,
    },
}

impl FromStr for Partition {
    type Err = PartitionError;

    fn from_str(text: &str) -> Result<Self, PartitionError> {
        let digits = |text: &str| {
            let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let number = plain.then(|| text.parse().ok()).flatten();
            number.ok_or(PartitionError::Form)
        };
        let (deal, fraction) = text.split_once(':').ok_or(PartitionError::Form)?;
        let (number, of) = fraction.split_once('/').ok_or(PartitionError::Form)?;
        let deal = match deal {
            "slice" => Deal::Slice,
            "hash" => Deal::Hash,
            _ => return Err(PartitionError::Form),
        };
        let (number, of) = (digits(number)?, digits(of)?);
        if of > MOST {
            return Err(PartitionError::TooMany { of });
        }
        if number == 0 || number > of {
            return Err(PartitionError::NoSuchPart { number, of });
        }
        Ok(Self { deal, number, of })
    }
}

/// A row of a plan, as far as dealing needs to know it.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Its name, which no other row has.
    pub name: &'a str,
    /// Whether it is work. Rows that only have to be told, and rows that have to be done, are dealt apart, so that each part gets
    /// its share of the work.
    pub runs: bool,
}

/// The number of each row's part, in the order of the rows.
#[must_use]
pub fn deal<'a>(how: Deal, of: u32, rows: impl IntoIterator<Item = Row<'a>>) -> Vec<u32> {
    let of = of.max(1);
    let (mut working, mut told) = (0_u32, 0_u32);
    rows.into_iter()
        .map(|row| match how {
            Deal::Slice => {
                let turn = if row.runs { &mut working } else { &mut told };
                let part = *turn % of + 1;
                *turn = turn.wrapping_add(1) % of;
                part
            }
            Deal::Hash => {
                let part = crate::digest::of([row.name]) % u128::from(of);
                u32::try_from(part).map_or(1, |part| part + 1)
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("slice:1/1", Deal::Slice, 1, 1)]
    #[case("slice:2/4", Deal::Slice, 2, 4)]
    #[case("hash:4/4", Deal::Hash, 4, 4)]
    fn a_part_reads_back(
        #[case] text: &str,
        #[case] deal: Deal,
        #[case] number: u32,
        #[case] of: u32,
    ) {
        let part: Partition = text.parse().unwrap();
        assert_eq!(part, Partition { deal, number, of });
        assert_eq!(part.to_string(), text);
    }

    #[rstest]
    #[case("", PartitionError::Form)]
    #[case("2/4", PartitionError::Form)]
    #[case("count:2/4", PartitionError::Form)]
    #[case("slice:2", PartitionError::Form)]
    #[case("slice:+2/4", PartitionError::Form)]
    #[case("slice: 2/4", PartitionError::Form)]
    #[case("slice:2/99999999999", PartitionError::Form)]
    #[case("slice:0/4", PartitionError::NoSuchPart { number: 0, of: 4 })]
    #[case("slice:5/4", PartitionError::NoSuchPart { number: 5, of: 4 })]
    #[case("slice:0/0", PartitionError::NoSuchPart { number: 0, of: 0 })]
    #[case("hash:1/10001", PartitionError::TooMany { of: 10_001 })]
    fn what_names_no_part_is_refused(#[case] text: &str, #[case] why: PartitionError) {
        assert_eq!(text.parse::<Partition>(), Err(why));
    }

    fn rows() -> impl Strategy<Value = Vec<(String, bool)>> {
        prop::collection::vec(("[a-z]{1,8}", any::<bool>()), 0..60)
    }

    fn dealt(how: Deal, of: u32, rows: &[(String, bool)]) -> Vec<u32> {
        let rows = rows.iter().map(|(name, runs)| Row { name, runs: *runs });
        deal(how, of, rows)
    }

    proptest! {
        #[test]
        fn each_row_has_exactly_one_part(rows in rows(), of in 1_u32..40) {
            for how in [Deal::Slice, Deal::Hash] {
                let parts = dealt(how, of, &rows);
                prop_assert_eq!(parts.len(), rows.len());
                prop_assert!(parts.iter().all(|part| (1..=of).contains(part)));
                prop_assert_eq!(&parts, &dealt(how, of, &rows));
            }
        }

        #[test]
        fn slices_share_the_work(rows in rows(), of in 1_u32..40) {
            let parts = dealt(Deal::Slice, of, &rows);
            let work = |part| rows.iter().zip(&parts).filter(|((_, runs), own)| *runs && **own == part).count();
            let work: Vec<usize> = (1..=of).map(work).collect();
            let most = work.iter().max().copied().unwrap_or(0);
            prop_assert!(work.iter().all(|work| work + 1 >= most));
        }

        #[test]
        fn a_hash_does_not_care_for_the_neighbours(rows in rows(), of in 1_u32..40) {
            let parts = dealt(Deal::Hash, of, &rows);
            for (row, part) in rows.iter().zip(parts) {
                prop_assert_eq!(dealt(Deal::Hash, of, std::slice::from_ref(row)), vec![part]);
            }
        }
    }
}
