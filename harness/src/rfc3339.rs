//! Reads times of day as RFC 3339 writes them, strictly: what has no zone is no point in time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A text that is no time of RFC 3339.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no time of RFC 3339: {why}")]
pub struct TimeError {
    /// The text as it was given.
    pub text: String,
    /// What is wrong with it.
    pub why: &'static str,
}

/// Reads a date and time with its zone (RFC 3339, section 5.6), such as `2026-01-31T23:59:59.5+01:00`.
///
/// # Errors
/// [`TimeError`] names the rule that the text breaks.
pub fn read(text: &str) -> Result<SystemTime, TimeError> {
    moment(text).map_err(|why| TimeError {
        text: text.to_owned(),
        why,
    })
}

fn moment(text: &str) -> Result<SystemTime, &'static str> {
    let mut rest = text.as_bytes();
    let year = digits(&mut rest, 4).ok_or("it does not begin with a year of four digits")?;
    let month = after(&mut rest, b"-", 1..=12).ok_or("it has no month")?;
    let day = after(&mut rest, b"-", 1..=length(year, month)).ok_or("it has no day")?;
    let hour = after(&mut rest, b"Tt", 0..=23).ok_or("it has no hour after a `T`")?;
    let minute = after(&mut rest, b":", 0..=59).ok_or("it has no minute")?;
    let second = after(&mut rest, b":", 0..=60).ok_or("it has no second")?;
    let nanoseconds = fraction(&mut rest).ok_or("it has a point and no fraction after it")?;
    let offset = zone(&mut rest).ok_or("it has no zone: neither `Z` nor an offset")?;
    if !rest.is_empty() {
        return Err("something follows its zone");
    }
    let seconds =
        days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset * 60;
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let moment = if seconds < 0 {
        UNIX_EPOCH.checked_sub(whole)
    } else {
        UNIX_EPOCH.checked_add(whole)
    };
    moment
        .and_then(|moment| moment.checked_add(Duration::from_nanos(nanoseconds)))
        .ok_or("it is beyond what this system can say")
}

/// Takes exactly so many digits.
fn digits(rest: &mut &[u8], count: usize) -> Option<i64> {
    let (head, tail) = rest.split_at_checked(count)?;
    let mut number = 0;
    for byte in head {
        number = number * 10 + i64::from(byte.is_ascii_digit().then(|| byte - b'0')?);
    }
    *rest = tail;
    Some(number)
}

/// Takes one of these characters, and then two digits within a range.
fn after(rest: &mut &[u8], one_of: &[u8], range: std::ops::RangeInclusive<i64>) -> Option<i64> {
    let (first, tail) = rest.split_first()?;
    if !one_of.contains(first) {
        return None;
    }
    *rest = tail;
    digits(rest, 2).filter(|number| range.contains(number))
}

/// Takes a fraction of a second, if there is one, in nanoseconds; what is finer is dropped.
fn fraction(rest: &mut &[u8]) -> Option<u64> {
    let Some(tail) = rest.strip_prefix(b".") else {
        return Some(0);
    };
    let length = tail.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, tail) = tail.split_at(length);
    *rest = tail;
    let padded = digits.iter().chain(std::iter::repeat(&b'0')).take(9);
    (length > 0).then(|| padded.fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')))
}

/// Takes the zone: its offset from UTC in minutes.
fn zone(rest: &mut &[u8]) -> Option<i64> {
    let (first, tail) = rest.split_first()?;
    let sign = match first {
        b'Z' | b'z' => {
            *rest = tail;
            return Some(0);
        }
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = after(rest, b"+-", 0..=23)?;
    let minutes = after(rest, b":", 0..=59)?;
    Some(sign * (hours * 60 + minutes))
}

const fn length(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1 January 1970 in the proleptic Gregorian calendar. Years are counted from March, so that the leap day is the
/// last of its year.
const fn days(year: i64, month: i64, day: i64) -> i64 {
    let years = if month > 2 { year } else { year - 1 };
    let months = (month + 9) % 12;
    let era = years.div_euclid(400);
    let of_era = years.rem_euclid(400);
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * months + 2) / 5 + day
        - 719_469
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("1970-01-01T00:00:00Z", 0)]
    #[case("1970-01-01t00:00:01z", 1)]
    #[case("2000-02-29T00:00:00Z", 951_782_400)]
    #[case("2024-02-28T23:59:59Z", 1_709_164_799)]
    #[case("2100-03-01T00:00:00Z", 4_107_542_400)]
    #[case("2025-01-01T01:30:00+01:30", 1_735_689_600)]
    #[case("2024-12-31T19:00:00-05:00", 1_735_689_600)]
    #[case("2016-12-31T23:59:60Z", 1_483_228_800)]
    fn reads_seconds(#[case] text: &str, #[case] seconds: u64) {
        assert_eq!(read(text), Ok(UNIX_EPOCH + Duration::from_secs(seconds)));
    }

    #[rstest]
    #[case("1970-01-01T00:00:00.5Z", 500_000_000)]
    #[case("1970-01-01T00:00:00.123456789123Z", 123_456_789)]
    fn reads_fractions(#[case] text: &str, #[case] nanoseconds: u64) {
        assert_eq!(
            read(text),
            Ok(UNIX_EPOCH + Duration::from_nanos(nanoseconds))
        );
    }

    #[test]
    fn reads_what_lies_before_the_epoch() {
        assert_eq!(
            read("1969-12-31T23:59:59Z"),
            Ok(UNIX_EPOCH - Duration::from_secs(1))
        );
    }

    #[rstest]
    #[case("", "it does not begin with a year of four digits")]
    #[case("26-01-01T00:00:00Z", "it does not begin with a year of four digits")]
    #[case("2026-13-01T00:00:00Z", "it has no month")]
    #[case("2026-02-29T00:00:00Z", "it has no day")]
    #[case("2026-01-01 00:00:00Z", "it has no hour after a `T`")]
    #[case("2026-01-01T24:00:00Z", "it has no hour after a `T`")]
    #[case("2026-01-01T00:00Z", "it has no second")]
    #[case("2026-01-01T00:00:00.Z", "it has a point and no fraction after it")]
    #[case("2026-01-01T00:00:00", "it has no zone: neither `Z` nor an offset")]
    #[case("2026-01-01T00:00:00.123", "it has no zone: neither `Z` nor an offset")]
    #[case("2026-01-01T00:00:00+01", "it has no zone: neither `Z` nor an offset")]
    #[case("2026-01-01T00:00:00Z ", "something follows its zone")]
    #[case("1767225600", "it has no month")]
    fn says_what_is_wrong(#[case] text: &str, #[case] why: &str) {
        assert_eq!(read(text).unwrap_err().why, why);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in r"\PC{0,40}") {
            let _ = read(&text);
        }

        #[test]
        fn days_follow_each_other(year in 0_i64..10_000, month in 1_i64..=12) {
            let next = if month == 12 { days(year + 1, 1, 1) } else { days(year, month + 1, 1) };
            proptest::prop_assert_eq!(days(year, month, length(year, month)) + 1, next);
        }
    }
}
