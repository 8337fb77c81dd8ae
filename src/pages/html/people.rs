//! People per company as bars with their bounds; captures where nobody was counted.

use super::tier_css;
use crate::pages::facts::Company;
use crate::pages::words::{cut, number};

/// The most bars.
const BARS: usize = 20;

/// Where bars begin and how long the longest may be.
const LEFT: u32 = 230;
const LONGEST: u32 = 560;

/// The height of a bar with the room around it.
pub(super) const STEP: u32 = 30;

/// One company's bar.
#[derive(Debug)]
pub(super) struct Bar {
    pub(super) y: u32,
    pub(super) label: String,
    pub(super) title: String,
    pub(super) width: u32,
    /// The ends of the interval, where it is wider than the count.
    pub(super) interval: Option<(u32, u32)>,
    pub(super) value: String,
    pub(super) value_x: u32,
    pub(super) css: &'static str,
}

/// The bars.
#[derive(Debug, Default)]
pub(super) struct Bars {
    pub(super) height: u32,
    pub(super) bars: Vec<Bar>,
    /// Whether people were counted; else the bars show captures.
    pub(super) is_people: bool,
}

/// Draws a bar for each of the first companies.
pub(super) fn draw(companies: &[Company]) -> Bars {
    let is_people = companies.iter().any(|company| {
        let people = company.measured.people;
        people.count.is_some() || people.below > 0
    });
    let figures = |company: &Company| {
        let people = company.measured.people;
        if is_people {
            (people.low, people.count.unwrap_or(0), people.high)
        } else {
            let captures = company.measured.captures;
            (captures, captures, captures)
        }
    };
    let shown = &companies[..companies.len().min(BARS)];
    let most = shown.iter().map(|company| figures(company).2).max().unwrap_or(0);
    let bars = shown.iter().zip(0u32..).map(|(company, at)| {
        let (low, count, high) = figures(company);
        let (width, end) = (scaled(count, most), scaled(high, most));
        Bar {
            y: at * STEP,
            label: cut(&company.owner, 28),
            title: format!("{}: {}", company.owner, company.classes.join(", ")),
            width,
            interval: (low < high).then(|| (LEFT + scaled(low, most), LEFT + end)),
            value: if is_people { company.measured.people.shown() } else { number(count) },
            value_x: LEFT + end.max(width) + 10,
            css: company.tier.map_or("t-none", tier_css),
        }
    });
    Bars { height: STEP * u32::try_from(shown.len()).unwrap_or(0) + 8, bars: bars.collect(), is_people }
}

fn scaled(count: u64, most: u64) -> u32 {
    if most == 0 || count == 0 {
        return 0;
    }
    let wide = u128::from(LONGEST) * u128::from(count) / u128::from(most);
    u32::try_from(wide).unwrap_or(LONGEST).max(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::facts::{Measured, People};

    fn company(count: Option<u64>, low: u64, high: u64) -> Company {
        let measured = Measured { people: People { count, low, high, below: 0 }, captures: 3, ..Measured::default() };
        Company { owner: "Owner".into(), classes: vec!["email".into()], tier: None, measured }
    }

    #[test]
    fn bars_are_to_scale_and_show_bounds() {
        let bars = draw(&[company(Some(1000), 900, 1120), company(Some(10), 10, 10), company(None, 0, 0)]);
        assert!(bars.is_people);
        assert_eq!(bars.bars[0].width, 500);
        assert_eq!(bars.bars[0].interval, Some((LEFT + 450, LEFT + 560)));
        assert_eq!((bars.bars[1].width, bars.bars[1].interval), (5, None));
        assert_eq!(bars.bars[0].value, "1,000 (900\u{2013}1,120)");
        assert!(!draw(&[company(None, 0, 0)]).is_people);
    }
}
