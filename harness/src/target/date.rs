//! A day, as a manifest writes it.

use serde::{Deserialize, Deserializer, Serialize};
use std::str::FromStr;

/// A day of the calendar, without a time and a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// A text that is no day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no day; write one such as 2027-01-31")]
pub struct DateError(String);

impl Date {
    /// The day with these numbers, if there is one.
    #[must_use]
    pub const fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        if day == 0 || day > days || year > 9999 {
            return None;
        }
        Some(Self { year, month, day })
    }

    /// Year, month and day.
    #[must_use]
    pub const fn numbers(self) -> (u16, u8, u8) {
        (self.year, self.month, self.day)
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

impl TryFrom<String> for Date {
    type Error = DateError;

    fn try_from(text: String) -> Result<Self, DateError> {
        text.parse()
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let read = || {
            let (year, rest) = text.split_once('-')?;
            let (month, day) = rest.split_once('-')?;
            let digits = |text: &str, count| {
                text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
            };
            if !(digits(year, 4) && digits(month, 2) && digits(day, 2)) {
                return None;
            }
            Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
        };
        read().ok_or_else(|| DateError(text.to_owned()))
    }
}

/// Reads a day of TOML, `2027-01-31`, or the same in quotes.
pub(super) fn of_toml<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Day(toml::value::Datetime),
        Text(String),
    }
    let text = match Written::deserialize(deserializer) {
        Ok(Written::Day(day)) => day.to_string(),
        Ok(Written::Text(text)) => text,
        Err(_) => String::from("this"),
    };
    text.parse().map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("2027-01-31", true)]
    #[case("2028-02-29", true)]
    #[case("2000-02-29", true)]
    #[case("1900-02-29", false)]
    #[case("2027-02-29", false)]
    #[case("2027-04-31", false)]
    #[case("2027-13-01", false)]
    #[case("2027-00-01", false)]
    #[case("2027-01-00", false)]
    #[case("27-01-01", false)]
    #[case("2027-1-1", false)]
    #[case("+027-01-01", false)]
    #[case("2027-01-01T00:00:00Z", false)]
    #[case("tomorrow", false)]
    #[case("", false)]
    fn only_days_are_days(#[case] text: &str, #[case] is: bool) {
        assert_eq!(text.parse::<Date>().is_ok(), is);
    }

    fn dates() -> impl Strategy<Value = Date> {
        (0_u16..=9999, 1_u8..=12, 1_u8..=28).prop_filter_map("no such day", |(year, month, day)| {
            Date::new(year, month, day)
        })
    }

    proptest! {
        #[test]
        fn days_read_back_and_sort_as_their_texts_do(one in dates(), other in dates()) {
            prop_assert_eq!(one.to_string().parse(), Ok(one));
            prop_assert_eq!(one.cmp(&other), one.to_string().cmp(&other.to_string()));
            let json = serde_json::to_string(&one).unwrap();
            prop_assert_eq!(serde_json::from_str::<Date>(&json).unwrap(), one);
        }
    }
}
