//! Chance from a seed: SplitMix64 (Steele, Lea, Flood 2014), written out because a seed must mean the same in years to come.

/// A stream of numbers that a seed decides.
pub struct Chance(u64);

impl Chance {
    /// The stream of `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From `from` to `to`, both included.
    pub fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.next() % (to - from + 1)
    }

    /// True in `percent` of a hundred.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }

    /// One of `list`, which is not empty.
    pub fn one<T: Clone>(&mut self, list: &[T]) -> T {
        let place = self.between(0, list.len() as u64 - 1);
        list[usize::try_from(place).unwrap()].clone()
    }

    /// A number of thousandths from 0 to 1.
    pub fn fraction(&mut self) -> f64 {
        f64::from(u32::try_from(self.between(0, 1000)).unwrap()) / 1000.0
    }
}
