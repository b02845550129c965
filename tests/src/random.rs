//! Seeded numbers: the same from the same seed, so that a run can be repeated.

/// A `SplitMix64` generator.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// A generator from its seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to below a bound.
    pub const fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// Whether one of `count` equal chances came.
    pub const fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }
}

/// The number that an argument `--name N` of the program says, or the default.
///
/// # Panics
/// When what follows the name is no number.
pub fn argument(name: &str, default: u64) -> u64 {
    text_argument(name).map_or(default, |value| value.parse().unwrap_or_else(|_| panic!("{name} takes a number")))
}

/// What an argument `--name TEXT` of the program says.
///
/// # Panics
/// When nothing follows the name.
pub fn text_argument(name: &str) -> Option<String> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.next().map(|_| arguments.next().unwrap_or_else(|| panic!("{name} takes a value")))
}
