//! Bodies of any size that need not be sent to a stand-in.

/// The length of a piece, which begins with zeros and ends with its own number.
const PIECE: usize = 1024;

/// So many bytes of plain text, different in each piece, so that a cut, a gap and a repetition show.
#[must_use]
pub fn filler(length: usize) -> Vec<u8> {
    let mut text = String::with_capacity(length + PIECE);
    let mut piece = 0_usize;
    while text.len() < length {
        text.push_str(&format!("{piece:0PIECE$}"));
        piece += 1;
    }
    text.truncate(length);
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(0)]
    #[case(1)]
    #[case(PIECE)]
    #[case(5 * PIECE + 7)]
    fn it_is_as_long_as_asked(#[case] length: usize) {
        assert_eq!(filler(length).len(), length);
    }

    #[test]
    fn its_pieces_are_numbered() {
        let text = filler(3 * PIECE);
        let ends: Vec<&[u8]> = text
            .chunks(PIECE)
            .map(|piece| &piece[PIECE - 3..])
            .collect();
        assert_eq!(ends, [b"000", b"001", b"002"]);
    }
}
