//! Names that are near one that is not known.

/// At least so alike a name must be to be suggested.
const ALIKE: f64 = 0.8;

/// Up to `most` of the known names that are alike, or that have every word of the given one in them; the nearest first.
pub(super) fn names<'a>(
    given: &str,
    known: impl Iterator<Item = &'a str>,
    most: usize,
) -> Vec<&'a str> {
    let words: Vec<&str> = (given.split(['.', '-', '_', ' ']))
        .filter(|word| !word.is_empty())
        .collect();
    let mut near: Vec<(f64, &str)> = known
        .filter_map(|name| {
            let alike = strsim::jaro_winkler(given, name);
            let held = !words.is_empty() && words.iter().all(|word| name.contains(word));
            (alike >= ALIKE || held).then_some((alike, name))
        })
        .collect();
    near.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
    near.dedup_by_key(|(_, name)| *name);
    near.into_iter().take(most).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const KNOWN: [&str; 4] = [
        "stop.removes-record",
        "stop.removes-socket",
        "record.appears-whole",
        "leaves-record",
    ];

    #[rstest]
    #[case("stop.removes-recrod", "stop.removes-record")]
    #[case("leave-record", "leaves-record")]
    #[case("appears", "record.appears-whole")]
    fn the_nearest_comes_first(#[case] given: &str, #[case] first: &str) {
        assert_eq!(names(given, KNOWN.into_iter(), 3).first(), Some(&first));
    }

    #[rstest]
    #[case("xyzzy")]
    #[case("")]
    fn what_is_far_is_not_suggested(#[case] given: &str) {
        assert!(names(given, KNOWN.into_iter(), 3).is_empty());
    }

    #[test]
    fn no_more_than_asked_for() {
        assert_eq!(names("stop.removes", KNOWN.into_iter(), 1).len(), 1);
    }
}
