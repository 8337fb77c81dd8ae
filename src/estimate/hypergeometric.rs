//! The exact interval where the panel is a good part of the population (over 5 %): whom the panel
//! has seen need not be guessed. In persons, since persons were drawn and cannot be drawn twice.

/// The panel's part of the population above which this interval is used.
pub const FROM_SHARE: f64 = 0.05;

/// The smallest and the largest number of affected among `people` that do not make `x` affected of
/// `n` drawn too improbable.
pub fn interval(x: u64, n: u64, people: u64, tail: f64) -> (u64, u64) {
    let (least, most) = (x, people - (n - x));
    // The chance of so many or more grows with the number affected, that of so many or fewer falls.
    let low = first(least, most, |affected| at_least(x, n, affected, people) > tail);
    let above = first(least, most + 1, |affected| affected > most || at_most(x, n, affected, people) <= tail);
    (low, above.saturating_sub(1).max(x))
}

/// The least number from which the condition holds; `most` if it never does.
fn first(least: u64, most: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (least, most);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// P(X ≥ x): the affected among `n` drawn out of `people` of whom `affected` are.
pub fn at_least(x: u64, n: u64, affected: u64, people: u64) -> f64 {
    sum(x.max((n + affected).saturating_sub(people)), n.min(affected), n, affected, people)
}

/// P(X ≤ x).
pub fn at_most(x: u64, n: u64, affected: u64, people: u64) -> f64 {
    sum((n + affected).saturating_sub(people), x.min(n).min(affected), n, affected, people)
}

/// Adds the probabilities from the likeliest end on, each from the one beside it.
fn sum(from: u64, to: u64, n: u64, affected: u64, people: u64) -> f64 {
    if from > to {
        return 0.0;
    }
    let mode = ((n + 1) as f64 * (affected + 1) as f64 / (people + 2) as f64) as u64;
    let start = mode.clamp(from, to);
    let first = probability(start, n, affected, people);
    let (mut total, mut term) = (first, first);
    for x in start..to {
        term *= (affected - x) as f64 * (n - x) as f64;
        term /= (x + 1) as f64 * (people + x + 1 - affected - n) as f64;
        total += term;
        if term < total * 1e-18 {
            break;
        }
    }
    term = first;
    for x in (from + 1..=start).rev() {
        term *= x as f64 * (people + x - affected - n) as f64;
        term /= (affected - x + 1) as f64 * (n - x + 1) as f64;
        total += term;
        if term < total * 1e-18 {
            break;
        }
    }
    total.min(1.0)
}

fn probability(x: u64, n: u64, affected: u64, people: u64) -> f64 {
    (ln_choose(affected, x) + ln_choose(people - affected, n - x) - ln_choose(people, n)).exp()
}

fn ln_choose(n: u64, k: u64) -> f64 {
    let ln_factorial = |n: u64| libm::lgamma(n as f64 + 1.0);
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_add_up() {
        for (x, n, affected, people) in [(2, 5, 7, 20), (0, 5, 3, 20), (3, 30, 400, 1000), (50, 500, 900, 10_000)] {
            let both = at_least(x, n, affected, people) + at_most(x, n, affected, people);
            let twice = probability(x, n, affected, people);
            assert!((both - 1.0 - twice).abs() < 1e-9, "{x} {n} {affected} {people}: {both}");
        }
        // Of 10 people 4 are affected; 3 are drawn: P(X ≥ 2) = (6·6 + 4) / 120.
        assert!((at_least(2, 3, 4, 10) - 40.0 / 120.0).abs() < 1e-12);
    }

    #[test]
    fn a_census_leaves_nothing_open() {
        assert_eq!(interval(7, 20, 20, 0.025), (7, 7));
        assert_eq!(interval(0, 20, 20, 0.025), (0, 0));
        let (low, high) = interval(10, 20, 40, 0.025);
        assert!(low >= 10 && high <= 30 && low < 20 && high > 20, "{low} {high}");
    }

    #[test]
    fn coverage_is_never_less_than_promised() {
        for (n, people) in [(5, 20), (10, 40), (30, 100)] {
            let intervals: Vec<_> = (0..=n).map(|x| interval(x, n, people, 0.025)).collect();
            for affected in 0..=people {
                let from = (n + affected).saturating_sub(people);
                let held: f64 = (from..=n.min(affected))
                    .filter(|&x| {
                        let (low, high) = intervals[usize::try_from(x).expect("small")];
                        (low..=high).contains(&affected)
                    })
                    .map(|x| probability(x, n, affected, people))
                    .sum();
                assert!(held >= 0.95 - 1e-9, "{affected} of {people}, {n} drawn: {held}");
            }
        }
    }
}
