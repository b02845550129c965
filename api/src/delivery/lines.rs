//! Lines of a text, counted.

/// The line of a byte, from 1.
pub(super) fn line_of(bytes: &[u8], at: usize) -> u32 {
    breaks(bytes.get(..at).unwrap_or(bytes), b'\n').saturating_add(1)
}

fn breaks(bytes: &[u8], end: u8) -> u32 {
    bytes.iter().map(|&byte| u32::from(byte == end)).fold(0, u32::saturating_add)
}

/// Counts lines as a reader moves on. A text without `\n` has its lines ended by `\r`.
pub(super) struct Lines<'a> {
    bytes: &'a [u8],
    end: u8,
    at: usize,
    line: u32,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let end = if text.contains('\n') { b'\n' } else { b'\r' };
        Self { bytes: text.as_bytes(), end, at: 0, line: 1 }
    }

    /// The line of the first character at or after a place that is not a line break. Places must grow.
    pub(super) fn line_at(&mut self, at: usize) -> u32 {
        let mut at = at.clamp(self.at, self.bytes.len());
        while matches!(self.bytes.get(at), Some(b'\r' | b'\n')) {
            at += 1;
        }
        self.line = self.line.saturating_add(breaks(&self.bytes[self.at..at], self.end));
        self.at = at;
        self.line
    }
}
