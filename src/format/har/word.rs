//! The beginning of a JSON key, copied out of the stream, so that keys may be cut anywhere and be of
//! any length.

/// Longer than every key that matters, so that a cut key equals none of them.
const CAPACITY: usize = 24;

/// Up to 24 bytes of a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Word {
    bytes: [u8; CAPACITY],
    len: usize,
}

impl Word {
    /// Appends a byte, if there is room.
    pub(super) fn push(&mut self, byte: u8) -> bool {
        let place = self.bytes.get_mut(self.len);
        let has_room = place.is_some();
        if let Some(place) = place {
            *place = byte;
            self.len += 1;
        }
        has_room
    }

    /// What has been collected.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}
