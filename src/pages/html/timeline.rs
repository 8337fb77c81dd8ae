//! The timeline: one lane per company, the darker the more requests; what nobody recorded is
//! hatched, since it is not the same as nothing.

use crate::pages::facts::Timeline;
use crate::pages::words::{counted, cut};

/// Where cells begin and how wide all of them are together.
const LEFT: u32 = 230;
const WIDTH: u32 = 740;

/// The height of a lane.
pub(super) const STEP: u32 = 24;

/// One cell.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) width: u32,
    pub(super) css: &'static str,
    pub(super) title: String,
}

/// A text beside or below the lanes.
#[derive(Debug)]
pub(super) struct Label {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) anchor: &'static str,
    pub(super) text: String,
}

/// The picture.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    pub(super) height: u32,
    pub(super) marks: Vec<Mark>,
    pub(super) labels: Vec<Label>,
}

/// Draws the lanes.
pub(super) fn draw(timeline: &Timeline) -> Lanes {
    if timeline.lanes.is_empty() || timeline.bins.is_empty() {
        return Lanes::default();
    }
    let bins = u32::try_from(timeline.bins.len()).unwrap_or(1);
    let edge = |at: u32| LEFT + WIDTH * at / bins;
    let most = timeline.lanes.iter().flat_map(|lane| &lane.requests).copied().max().unwrap_or(0);
    let mut lanes = Lanes::default();
    for (lane, row) in timeline.lanes.iter().zip(0u32..) {
        let y = row * STEP;
        lanes.labels.push(Label { x: LEFT - 10, y: y + STEP / 2, anchor: "end", text: cut(&lane.owner, 28) });
        for ((bin, requests), at) in timeline.bins.iter().zip(&lane.requests).zip(0u32..) {
            let said = match (bin.recorded, requests) {
                (false, _) => "nothing recorded".to_owned(),
                (true, 0) => "recorded, nothing found".to_owned(),
                (true, requests) => format!("at least {}", counted(*requests, "request", "requests")),
            };
            let x = edge(at);
            let width = (edge(at + 1) - x).max(2) - u32::from(bins <= 92);
            let css = if bin.recorded { shade(*requests, most) } else { "norec" };
            lanes.marks.push(Mark { x, y: y + 2, width, css, title: format!("{}, {}: {said}", lane.owner, bin.name) });
        }
    }
    let below = u32::try_from(timeline.lanes.len()).unwrap_or(0) * STEP + 16;
    let mut axis = vec![(0, "start"), (bins - 1, "end")];
    if bins >= 9 {
        axis.insert(1, (bins / 2, "middle"));
    }
    axis.truncate(if bins == 1 { 1 } else { 3 });
    for (at, anchor) in axis {
        let x = match anchor {
            "start" => edge(at),
            "end" => edge(at + 1),
            _ => u32::midpoint(edge(at), edge(at + 1)),
        };
        lanes.labels.push(Label { x, y: below, anchor, text: timeline.bins[at as usize].name.clone() });
    }
    lanes.height = below + 14;
    lanes
}

/// One of four shades, each about four times the one before.
fn shade(requests: u64, most: u64) -> &'static str {
    match requests {
        0 => "l0",
        requests if requests >= most => "l4",
        requests if requests >= most / 4 => "l3",
        requests if requests >= most / 16 => "l2",
        _ => "l1",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::facts::{Bin, Lane};

    #[test]
    fn nothing_recorded_is_not_nothing_found() {
        let bins = [true, true, false].map(|recorded| Bin { name: "2024-07-01".into(), recorded }).to_vec();
        let timeline = Timeline {
            bins,
            lanes: vec![Lane { owner: "Meta".into(), requests: vec![7, 0, 0] }],
            ..Timeline::default()
        };
        let lanes = draw(&timeline);
        assert_eq!(lanes.marks.iter().map(|mark| mark.css).collect::<Vec<_>>(), ["l4", "l0", "norec"]);
        assert!(lanes.marks[2].title.ends_with("nothing recorded"));
        assert!(draw(&Timeline::default()).marks.is_empty());
    }
}
