//! The flow picture: from site over data class to company, the wider the more requests. No crate
//! draws such a picture without a browser engine, so the layout is made here; the markup is in the
//! template, which escapes every name.

use super::tier_css;
use crate::class::Tier;
use crate::pages::facts::Flow;
use crate::pages::words::{class, counted, cut, number};
use std::collections::BTreeMap;

/// The most nodes in each column; what does not fit is joined in one.
const NODES: [usize; 3] = [7, 12, 12];

/// What joins the others in a column.
const REST: [&str; 3] = ["other sites", "other data", "other companies"];

/// Where the columns stand in a picture that is 1000 wide.
const COLUMNS: [u32; 3] = [210, 470, 770];

/// A node's width, the room between nodes, and the least height that a label needs.
const NODE: u32 = 12;
const GAP: u32 = 8;
const LEAST: u32 = 16;

/// Pixels shared by the nodes of a column in proportion to their requests, for each node.
const SHARED: u32 = 22;

/// A site, a data class or a company.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) height: u32,
    pub(super) label_x: u32,
    pub(super) label_y: u32,
    pub(super) anchor: &'static str,
    pub(super) label: String,
    pub(super) title: String,
    pub(super) css: &'static str,
}

/// What goes from one node to another.
#[derive(Debug)]
pub(super) struct Ribbon {
    pub(super) path: String,
    pub(super) css: &'static str,
    pub(super) title: String,
}

/// The picture.
#[derive(Debug, Default)]
pub(super) struct Picture {
    pub(super) height: u32,
    pub(super) nodes: Vec<Node>,
    pub(super) ribbons: Vec<Ribbon>,
    /// Whether device and context data were left out.
    pub(super) is_partial: bool,
}

/// A node before it has its place.
struct Draft {
    name: String,
    /// The gravest tier of what goes through it; `None` where nothing does.
    tier: Option<Tier>,
    requests: u64,
    y: u32,
    height: u32,
    /// How much of the height is taken by ribbons from the left and to the right.
    used: [f64; 2],
}

/// Draws the flows of data that name people, say something intimate or lead to people; of all data
/// where there are none.
pub(super) fn draw(flows: &[Flow]) -> Picture {
    let grave: Vec<&Flow> = flows.iter().filter(|flow| flow.tier <= Tier::Linkable).collect();
    let is_partial = !grave.is_empty() && grave.len() < flows.len();
    let shown = if grave.is_empty() { flows.iter().collect() } else { grave };
    if shown.is_empty() {
        return Picture::default();
    }
    let sides: [fn(&Flow) -> &String; 3] = [|flow| &flow.site, |flow| &flow.class, |flow| &flow.owner];
    let kept = [0, 1, 2].map(|column| first(&shown, sides[column], NODES[column]));
    let mut columns: [Vec<Draft>; 3] = [0, 1, 2].map(|column| drafts(&kept[column], column));
    let mut links: [BTreeMap<(usize, usize), (u64, Tier)>; 2] = Default::default();
    for flow in &shown {
        let at = [0, 1, 2].map(|column| {
            let place = kept[column].iter().position(|name| name == sides[column](flow));
            place.unwrap_or(kept[column].len())
        });
        for (column, place) in at.into_iter().enumerate() {
            let draft = &mut columns[column][place];
            draft.requests += flow.measured.requests;
            draft.tier = draft.tier.min(Some(flow.tier)).or(Some(flow.tier));
        }
        for (step, links) in links.iter_mut().enumerate() {
            let link = links.entry((at[step], at[step + 1])).or_insert((0, flow.tier));
            *link = (link.0 + flow.measured.requests, link.1.min(flow.tier));
        }
    }
    let height = place(&mut columns);
    let ribbons = links.iter().enumerate().flat_map(|(step, links)| ribbons(step, links, &mut columns)).collect();
    let nodes =
        columns.iter().enumerate().flat_map(|(column, drafts)| drafts.iter().map(move |draft| node(column, draft)));
    Picture { height, nodes: nodes.collect(), ribbons, is_partial }
}

/// The names that get a node of their own: the gravest first, then those with the most requests.
fn first(flows: &[&Flow], of: fn(&Flow) -> &String, most: usize) -> Vec<String> {
    let mut sums: BTreeMap<&String, (Tier, u64)> = BTreeMap::new();
    for flow in flows {
        let sum = sums.entry(of(flow)).or_insert((flow.tier, 0));
        *sum = (sum.0.min(flow.tier), sum.1 + flow.measured.requests);
    }
    let mut order: Vec<(&String, (Tier, u64))> = sums.into_iter().collect();
    order.sort_by(|a, b| (a.1.0, b.1.1, a.0).cmp(&(b.1.0, a.1.1, b.0)));
    order.into_iter().take(most).map(|(name, _)| name.clone()).collect()
}

/// A node for each name, and one more for the rest.
fn drafts(kept: &[String], column: usize) -> Vec<Draft> {
    let shown = |name: &String| if column == 1 { class(name) } else { name.clone() };
    let rest = REST[column].to_owned();
    let draft = |name: String| Draft { name, tier: None, requests: 0, y: 0, height: 0, used: [0.0; 2] };
    kept.iter().map(shown).chain([rest]).map(draft).collect()
}

/// Gives every node its height and place; says how high the picture is.
fn place(columns: &mut [Vec<Draft>; 3]) -> u32 {
    columns.iter_mut().for_each(|column| column.retain(|draft| draft.tier.is_some()));
    let tall = |column: &[Draft]| column.iter().map(|draft| draft.height + GAP).sum::<u32>();
    let most = columns.iter().map(Vec::len).max().unwrap_or(1);
    let shared = f64::from(SHARED) * f64::from(u32::try_from(most).unwrap_or(1));
    for column in columns.iter_mut() {
        let total: u64 = column.iter().map(|draft| draft.requests).sum();
        for draft in column.iter_mut() {
            draft.height = LEAST + rounded(shared * share(draft.requests, total));
        }
    }
    let height = columns.iter().map(|column| tall(column)).max().unwrap_or(0);
    for column in columns.iter_mut() {
        let mut y = (height - tall(column)) / 2 + GAP / 2;
        for draft in column.iter_mut() {
            draft.y = y;
            y += draft.height + GAP;
        }
    }
    height + GAP
}

fn ribbons(step: usize, links: &BTreeMap<(usize, usize), (u64, Tier)>, columns: &mut [Vec<Draft>; 3]) -> Vec<Ribbon> {
    let mut ribbons = Vec::new();
    for (&(from, to), &(requests, tier)) in links {
        let (x0, x1) = (COLUMNS[step] + NODE, COLUMNS[step + 1]);
        let (y0, h0) = slice(&mut columns[step][from], 1, requests);
        let (y1, h1) = slice(&mut columns[step + 1][to], 0, requests);
        let middle = (x0 + x1) / 2;
        let path = format!(
            "M{x0} {y0:.1}C{middle} {y0:.1} {middle} {y1:.1} {x1} {y1:.1}V{:.1}C{middle} {:.1} {middle} {:.1} {x0} {:.1}Z",
            y1 + h1,
            y1 + h1,
            y0 + h0,
            y0 + h0,
        );
        let (one, two) = (&columns[step][from].name, &columns[step + 1][to].name);
        let title = format!("{one} \u{2192} {two}: {}", counted(requests, "request", "requests"));
        ribbons.push(Ribbon { path, css: tier_css(tier), title });
    }
    ribbons
}

/// The next part of a node's side for so many of its requests: where it begins and how high it is.
fn slice(draft: &mut Draft, side: usize, requests: u64) -> (f64, f64) {
    let height = f64::from(draft.height) * share(requests, draft.requests);
    let y = f64::from(draft.y) + draft.used[side];
    draft.used[side] += height;
    (y, height)
}

fn node(column: usize, draft: &Draft) -> Node {
    let x = COLUMNS[column];
    let (label_x, anchor, longest) = match column {
        0 => (x - 8, "end", 26),
        _ => (x + NODE + 8, "start", if column == 1 { 28 } else { 26 }),
    };
    Node {
        x,
        y: draft.y,
        height: draft.height,
        label_x,
        label_y: draft.y + draft.height / 2,
        anchor,
        label: cut(&draft.name, longest),
        title: format!("{}: {} in all its ribbons", draft.name, number(draft.requests)),
        css: draft.tier.filter(|_| column == 1).map_or("t-none", tier_css),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a picture needs no more digits")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels of a picture")]
fn rounded(pixels: f64) -> u32 {
    pixels.round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::facts::Measured;

    fn flow(site: usize, class: &str, owner: usize, requests: u64) -> Flow {
        let tier = crate::pages::facts::tier_of(class).expect("a class");
        let measured = Measured { requests, ..Measured::default() };
        Flow { site: format!("s{site}.example"), class: class.into(), tier, owner: format!("Owner {owner}"), measured }
    }

    #[test]
    fn what_goes_in_goes_out_and_everything_is_inside() {
        let flows: Vec<Flow> =
            (0..200).map(|n| flow(n % 17, ["email", "phone", "city"][n % 3], n % 41, 1 + n as u64)).collect();
        let picture = draw(&flows);
        for (column, most) in COLUMNS.iter().zip(NODES) {
            let nodes: Vec<&Node> = picture.nodes.iter().filter(|node| node.x == *column).collect();
            assert!(!nodes.is_empty() && nodes.len() <= most + 1, "{}", nodes.len());
            assert!(nodes.iter().all(|node| node.y + node.height <= picture.height));
            assert!(nodes.windows(2).all(|pair| pair[0].y + pair[0].height <= pair[1].y), "nodes overlap");
        }
        assert!(picture.nodes.iter().any(|node| node.label == "other companies"));
        assert!(!picture.is_partial);
    }

    #[test]
    fn nothing_found_is_no_picture() {
        assert!(draw(&[]).nodes.is_empty());
        assert_eq!(draw(&[flow(1, "browser", 1, 1)]).nodes.len(), 3, "device data where there is nothing else");
    }
}
