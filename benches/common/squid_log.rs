//! A Squid log of any size, of people who mostly go to hosts that nobody knows.

use std::fmt::Write;

/// What such a log is made from.
pub(crate) struct SquidLog {
    /// Lines of a recorded log, which the people send in turn.
    pub samples: Vec<String>,
    /// How many people there are.
    pub clients: u64,
    /// How many lines a second has.
    pub per_second: u64,
    /// One line in this many is a recorded one.
    pub one_in: u64,
}

impl SquidLog {
    /// Appends the line of this number.
    pub(crate) fn line(&self, number: u64, out: &mut String) {
        let client = number.wrapping_mul(2_654_435_761) % self.clients;
        let (time, thousandth) = (1_720_000_000 + number / self.per_second, number % 1000);
        let (network, address) = (client / 250, client % 250);
        let written = if number.is_multiple_of(self.one_in) {
            let sample = &self.samples[(number / self.one_in) as usize % self.samples.len()];
            let rest = sample.splitn(4, ' ').nth(3).unwrap();
            writeln!(out, "{time}.{thousandth:03}     42 10.0.{network}.{address} {rest}")
        } else {
            let (host, shop, server) = (number % 997, number % 89, number % 250);
            writeln!(
                out,
                "{time}.{thousandth:03}     17 10.0.{network}.{address} TCP_MISS/200 4312 GET https://static{host}.shop{shop}.example/assets/{number:x}/img-{host}.jpg?v={number} - HIER_DIRECT/203.0.113.{server} image/jpeg"
            )
        };
        written.unwrap();
    }
}

/// The lines of a recorded log that pass, with one space between their fields.
pub(crate) fn samples(text: &str, passes: impl Fn(&str) -> bool) -> Vec<String> {
    let single = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    text.lines().filter(|line| passes(line)).map(single).collect()
}
