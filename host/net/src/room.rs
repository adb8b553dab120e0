//! Room for bytes that come in pieces, and whose length is bounded.

/// Bytes that the usual body has at most.
const USUAL: usize = 64 << 10;

/// Adds `piece` to `bytes`, which are `most` with it at most.
///
/// Room that grows again and again leaves its copies to the allocator, up to twice as much as the bytes themselves. So
/// there are two sizes; room that is not written to takes no memory.
pub fn extend_within(bytes: &mut Vec<u8>, piece: &[u8], most: usize) {
    let needed = bytes.len() + piece.len();
    if needed > bytes.capacity() {
        let room = if needed <= USUAL { USUAL.min(most) } else { most };
        bytes.reserve_exact(room.max(needed) - bytes.len());
    }
    bytes.extend_from_slice(piece);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_grows_once_beyond_what_is_usual_and_never_beyond_the_bound() {
        const MOST: usize = 1 << 20;
        let (mut bytes, mut rooms) = (Vec::new(), Vec::new());
        for _ in 0..MOST / 1_024 {
            extend_within(&mut bytes, &[7; 1_024], MOST);
            rooms.push(bytes.capacity());
        }
        rooms.dedup();

        assert_eq!(rooms, [USUAL, MOST]);
        assert!(bytes.len() == MOST && bytes.iter().all(|byte| *byte == 7));
    }

    #[test]
    fn few_bytes_take_no_room_beyond_their_bound() {
        let mut bytes = Vec::new();

        extend_within(&mut bytes, b"{}", 10);

        assert_eq!((bytes.as_slice(), bytes.capacity()), (b"{}".as_slice(), 10));
    }
}
