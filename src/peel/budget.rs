//! The limits of one record's peeling and the buffers that decoded bytes live in. Recorded traffic
//! is written by strangers: compression bombs and endless nesting end here.

/// How far one record is taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Steps in one chain, the place included, after which nothing more is opened.
    pub steps: usize,
    /// Nested containers in one JSON text; what lies deeper is skipped.
    pub json_depth: usize,
    /// Values visited in one record.
    pub nodes: u32,
    /// Decoded bytes that every record may produce.
    pub bytes: usize,
    /// Decoded bytes that a record may produce in addition for each of its own bytes.
    pub bytes_per_byte: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { steps: 14, json_depth: 64, nodes: 20_000, bytes: 1 << 20, bytes_per_byte: 8 }
    }
}

/// A value that visits no more nodes is remembered as a whole.
const AMPLE_NODES: u32 = 1_000;

/// What is left of the limits for the record at hand.
#[derive(Debug, Default)]
pub(super) struct Budget {
    limits: Limits,
    nodes: u32,
    bytes: usize,
    capped: bool,
}

impl Budget {
    pub(super) fn new(limits: Limits) -> Self {
        Budget { limits, ..Budget::default() }
    }

    pub(super) fn begin(&mut self, input: usize) {
        self.nodes = self.limits.nodes;
        self.bytes = input.saturating_mul(self.limits.bytes_per_byte).saturating_add(self.limits.bytes);
        self.capped = false;
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Takes one node; false when there is none left.
    pub(super) fn take_node(&mut self) -> bool {
        match self.nodes.checked_sub(1) {
            Some(left) => {
                self.nodes = left;
                true
            }
            None => {
                self.capped = true;
                false
            }
        }
    }

    /// Whether going on is pointless, since no node can be visited any more.
    pub(super) fn is_spent(&mut self) -> bool {
        if self.nodes == 0 {
            self.capped = true;
        }
        self.nodes == 0
    }

    pub(super) fn bytes_left(&self) -> usize {
        self.bytes
    }

    /// Nodes and bytes that are left, as long as they are enough for any value that is not much
    /// larger than others: what is found in it is then the same in every record.
    pub(super) fn ample(&self) -> Option<(u32, usize)> {
        let enough = self.nodes >= AMPLE_NODES && self.bytes >= self.limits.bytes && !self.capped;
        enough.then_some((self.nodes, self.bytes))
    }

    /// What was taken since the budget was ample, unless that was so much that it may have been
    /// limited.
    pub(super) fn taken_since(&self, (nodes, bytes): (u32, usize)) -> Option<(u32, usize)> {
        let (nodes, bytes) = (nodes - self.nodes, bytes - self.bytes);
        let is_usual = nodes <= AMPLE_NODES && bytes <= self.limits.bytes / 2 && !self.capped;
        is_usual.then_some((nodes, bytes))
    }

    /// Takes what the same value took before, while the budget is ample.
    pub(super) fn take_again(&mut self, nodes: u32, bytes: usize) {
        self.nodes = self.nodes.saturating_sub(nodes);
        self.bytes = self.bytes.saturating_sub(bytes);
    }

    /// Pays for decoded bytes; false when they are more than what was left.
    pub(super) fn take_bytes(&mut self, count: usize) -> bool {
        match self.bytes.checked_sub(count) {
            Some(left) => {
                self.bytes = left;
                true
            }
            None => {
                self.bytes = 0;
                self.capped = true;
                false
            }
        }
    }

    pub(super) fn cap(&mut self) {
        self.capped = true;
    }

    pub(super) fn is_capped(&self) -> bool {
        self.capped
    }
}

/// Buffers larger than this are not kept for the next record.
const KEPT_CAPACITY: usize = 1 << 20;

/// A stack of byte buffers that are taken and given back, so that decoding allocates only until
/// the deepest nesting has been seen once.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    free: Vec<Vec<u8>>,
}

impl Buffers {
    /// An empty buffer.
    pub(super) fn take(&mut self) -> Vec<u8> {
        self.free.pop().unwrap_or_default()
    }

    /// Gives a buffer back for reuse.
    pub(super) fn give(&mut self, mut buffer: Vec<u8>) {
        if buffer.capacity() <= KEPT_CAPACITY {
            buffer.clear();
            self.free.push(buffer);
        }
    }
}
