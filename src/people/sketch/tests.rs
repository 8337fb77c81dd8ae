use super::*;

/// Numbers that look random and are the same in every run.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in (0, 1).
    fn unit(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }
}

fn sketch(keys: impl IntoIterator<Item = u64>) -> HllSketch {
    let mut sketch = empty().expect("a sketch");
    keys.into_iter().for_each(|key| sketch.update(key));
    sketch
}

#[test]
fn the_bytes_do_not_depend_on_order_or_split() {
    for size in [2_049u64, 10_000, 300_000] {
        let bytes = |sketch: &HllSketch| settled(sketch).expect("settled").serialize();
        let forward = bytes(&sketch(0..size));
        assert!(forward == bytes(&sketch((0..size).rev())), "{size}: backwards");
        let halves = [sketch((0..size).filter(|n| n % 2 == 1)), sketch((0..size).filter(|n| n % 2 == 0))];
        let union = union_of(&[&halves[0], &halves[1]]).expect("a union");
        assert!(forward == bytes(&union), "{size}: in halves");
        let again = HllSketch::deserialize(&forward).expect("read");
        assert!(forward == bytes(&again), "{size}: read again");
    }
}

/// A sketch of so many keys, drawn register by register: for each register the number of keys is
/// Poisson, and the largest of their values has a distribution that can be drawn directly.
fn drawn(keys: f64, image: &[u8], draws: &mut Draws) -> HllSketch {
    let mut image = image.to_vec();
    let header = image.len() - (1 << LG_K);
    let mean = keys / f64::from(1 << LG_K);
    for register in &mut image[header..] {
        // P(largest ≤ v) = exp(-mean / 2^v)
        let value = (mean / -draws.unit().ln()).log2().ceil().clamp(0.0, 63.0);
        *register = value as u8;
    }
    let read = HllSketch::deserialize(&image).expect("an image");
    settled(&read).expect("settled")
}

#[test]
fn the_bounds_hold_in_enough_of_ten_thousand_draws() {
    let image = sketch(0..10_000).serialize();
    let keys = 1e8;
    let (mut held, mut narrow, mut draws) = (0, 0, Draws(7));
    for _ in 0..10_000 {
        let sketch = drawn(keys, &image, &mut draws);
        held += u32::from(sketch.lower_bound(NumStdDev::Two) <= keys && keys <= sketch.upper_bound(NumStdDev::Two));
        narrow += u32::from(sketch.lower_bound(NumStdDev::One) <= keys && keys <= sketch.upper_bound(NumStdDev::One));
    }
    assert!((9_400..=9_750).contains(&held), "the bounds of two standard deviations held {held} times");
    assert!(
        (6_500..=7_300).contains(&narrow),
        "those of one held {narrow} times: the draws are not what they should be"
    );
}

#[test]
fn a_damaged_sketch_is_left_out() {
    let mut whole = Sketch::default();
    (0..5_000).for_each(|n| whole.insert(PersonKey::new(PersonKind::User, n << 20)));
    let mut parts = whole.parts();
    assert!(Sketch::from_parts(&parts).count() == whole.count());
    parts[0].truncate(50);
    assert_eq!(Sketch::from_parts(&parts).count().people, 0);
}

/// A hundred million keys take ten seconds in a release build: `cargo test --release -- --ignored`.
#[test]
#[ignore = "takes long; run when sketches change"]
fn a_hundred_million_real_keys_are_within_three_standard_errors() {
    let mut draws = Draws(1);
    let mut whole = Sketch::default();
    for _ in 0..100_000_000 {
        whole.insert(PersonKey::new(PersonKind::IpAgent, draws.next()));
    }
    let counted = whole.count();
    let error = counted.people as f64 / 1e8 - 1.0;
    eprintln!("{} people, {} to {}, error {:.3} %", counted.people, counted.low, counted.high, 100.0 * error);
    assert!(error.abs() < 3.0 * 1.039 / 64.0, "{counted:?}");
}
