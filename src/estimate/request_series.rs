//! Requests kept with a known probability of one half or more: how many persons made at least one.
//! An alternating series over the persons seen once, twice, three times… is unbiased for any
//! distribution of visits (Good 1949); below one half its terms grow without bound and it says
//! nothing.

use super::normal;
use super::request_bounds::Seen;

/// The least rate at which the series is used.
pub const LEAST_RATE: f64 = 0.5;

/// The least estimate from which its normal interval holds.
pub const LEAST_PEOPLE: f64 = 1000.0;

/// The estimate with its interval; `None` for a rate below one half or an estimate too small for
/// the normal approximation.
pub fn estimate(seen: &Seen, rate: f64, tail: f64) -> Option<(f64, f64, f64)> {
    if rate < LEAST_RATE {
        return None;
    }
    let ratio = (1.0 - rate) / rate;
    let (mut people, mut squares) = (0.0, 0.0);
    for (visits, count) in seen.iter() {
        let sign = if visits % 2 == 0 { 1.0 } else { -1.0 };
        let weight = 1.0 - sign * ratio.powf(visits as f64);
        people += count as f64 * weight;
        squares += count as f64 * weight * weight;
    }
    if people < LEAST_PEOPLE {
        return None;
    }
    let half = normal::quantile(1.0 - tail) * (squares - people).max(0.0).sqrt();
    Some((people, (people - half).max(seen.people() as f64), people + half))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complete_log_is_left_alone_and_a_thin_one_refused() {
        let seen = Seen::new([(1, 800), (2, 400)]);
        assert_eq!(estimate(&seen, 1.0, 0.025), Some((1200.0, 1200.0, 1200.0)));
        assert_eq!(estimate(&seen, 0.49, 0.025), None);
        assert_eq!(estimate(&Seen::new([(1, 10)]), 0.9, 0.025), None);
    }

    #[test]
    fn single_visits_are_scaled_by_the_rate() {
        // Everybody visits once: 3 of 4 are seen, once.
        let (people, low, high) = estimate(&Seen::new([(1, 7500)]), 0.75, 0.025).expect("an estimate");
        assert!((people - 10_000.0).abs() < 1e-6);
        assert!(low < 10_000.0 && high > 10_000.0 && high - low < 300.0);
    }
}
