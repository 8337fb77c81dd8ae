//! Draws that are the same in every run, on every machine and for any number of threads: the same
//! seed gives the same numbers. Uniform draws are stratified, one in each of as many equal parts of
//! the interval as there are draws, in random order, which leaves less of a result to chance.

/// SplitMix64 (Steele, Lea & Flood 2014).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// A sequence of its own for each seed.
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    /// Sixty-four bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number between 0 and 1, neither of them included.
    pub fn uniform(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// A number below `limit`, which is not 0.
    pub fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.bits()) * limit as u128) >> 64) as usize
    }

    /// So many uniform draws, one in each of as many equal parts of the interval, in random order.
    pub fn stratified(&mut self, draws: usize) -> Vec<f64> {
        let mut all: Vec<f64> = (0..draws).map(|place| (place as f64 + 0.5) / draws as f64).collect();
        for place in (1..draws).rev() {
            all.swap(place, self.below(place + 1));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let mut random = Random::new(0);
        // The published first output of SplitMix64 for the seed 0.
        assert_eq!(random.bits(), 0xe220_a839_7b1d_cdaf);
        assert_eq!(Random::new(7).stratified(100), Random::new(7).stratified(100));
        let mut sorted = Random::new(7).stratified(100);
        sorted.sort_by(f64::total_cmp);
        assert!((sorted[0] - 0.005).abs() < 1e-12 && (sorted[99] - 0.995).abs() < 1e-12);
        let mean = (0..10_000).map(|_| random.uniform()).sum::<f64>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.02);
    }
}
