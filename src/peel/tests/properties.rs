//! Properties: every short stack of encodings is undone, and nothing that strangers send breaks
//! the bounds.

use super::super::{Limits, StepKind};
use super::*;
use proptest::prelude::*;

#[derive(Clone, Copy, Debug)]
enum Layer {
    Percent,
    Base64,
    Base64Url,
    Hex,
    Json,
    Query,
    Url,
    Gzip,
    Jwt,
}

const LAYERS: [Layer; 9] = [
    Layer::Percent,
    Layer::Base64,
    Layer::Base64Url,
    Layer::Hex,
    Layer::Json,
    Layer::Query,
    Layer::Url,
    Layer::Gzip,
    Layer::Jwt,
];

impl Layer {
    /// Wraps a text and adds the steps that undo it in front of `steps`.
    fn wrap(self, content: Vec<u8>, steps: &mut Vec<StepKind>) -> Vec<u8> {
        let dashed = |text: &str| match text.contains(['-', '_']) {
            true => StepKind::Base64Url,
            false => StepKind::Base64,
        };
        let escaped = |content: &[u8], steps: &mut Vec<StepKind>| {
            let escaped = percent(content);
            if escaped != content {
                steps.insert(0, StepKind::Percent);
            }
            escaped
        };
        match self {
            Layer::Percent => escaped(&content, steps),
            Layer::Base64 => {
                steps.insert(0, StepKind::Base64);
                base64(&content).into_bytes()
            }
            Layer::Base64Url => {
                let text = base64url(&content);
                steps.insert(0, dashed(&text));
                text.into_bytes()
            }
            Layer::Hex => {
                steps.insert(0, StepKind::Hex);
                data_encoding::HEXLOWER.encode(&content).into_bytes()
            }
            Layer::Json => {
                steps.insert(0, StepKind::Json);
                serde_json::json!({"v": 1, "k": text(&content)}).to_string().into_bytes()
            }
            Layer::Query => {
                let content = escaped(&content, steps);
                steps.insert(0, StepKind::Query);
                [b"v=1&k=", &content[..]].concat()
            }
            Layer::Url => {
                let content = escaped(&content, steps);
                steps.splice(0..0, [StepKind::Url, StepKind::Query]);
                [b"https://a.example/p?k=", &content[..]].concat()
            }
            Layer::Gzip => {
                steps.splice(0..0, [StepKind::Base64, StepKind::Gzip]);
                base64(&gzip(&content)).into_bytes()
            }
            Layer::Jwt => {
                steps.splice(0..0, [StepKind::Jwt, StepKind::Json]);
                let payload = serde_json::json!({"k": text(&content)}).to_string();
                let header = base64url(b"{\"typ\":\"JWT\",\"alg\":\"HS256\"}");
                format!("{header}.{}.c2ln", base64url(payload.as_bytes())).into_bytes()
            }
        }
    }
}

/// Peels a parameter that holds `plain` in the given layers, innermost first, and answers whether
/// it was found by exactly the steps that undo them.
fn is_found(layers: &[Layer], plain: &str) -> bool {
    let mut expected = Vec::new();
    let mut content = plain.as_bytes().to_vec();
    for layer in layers {
        content = layer.wrap(content, &mut expected);
    }
    let value = Layer::Query.wrap(content, &mut expected);
    let url = [b"https://t.example/?", &value[..]].concat();
    let mut found = false;
    Peeler::default().url(&url, &mut |node: &Node<'_>| {
        let steps: Vec<StepKind> = node.steps.iter().map(|step| step.kind).collect();
        found |= node.value == plain.as_bytes() && steps == expected;
    });
    found
}

#[test]
fn three_layers_are_always_undone() {
    for plain in ["jane.roe@example.com", "12 Elm Street, Springfield", "Zoë Müller"] {
        for first in LAYERS {
            for second in LAYERS {
                for third in LAYERS {
                    let layers = [first, second, third];
                    assert!(is_found(&layers, plain), "{plain} in {layers:?}");
                }
            }
        }
    }
}

/// Text in which the marks of every decoder are frequent.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "a=b",
            "&",
            ";",
            "%",
            "%25",
            "%u00e9",
            "+",
            "{\"a\":",
            "[",
            "]",
            "}",
            "\"",
            "\\u",
            "\\",
            ",",
            "null",
            "https://",
            "//a.example",
            "?",
            "#",
            "/",
            "@",
            "eyJhbGciOiJIUzI1NiJ9",
            ".",
            "H4sIAAAAAAAA",
            "&amp;",
            "&#x41;",
            "\n",
            "\r\n\r\n",
            "--b\r\nContent-Disposition: ",
            "form-data; name=",
            "\u{1f}\u{8b}\u{8}",
            "6a616e6540",
            "amFuZUBleGFtcGxl",
            "42[",
            "=",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..12),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn everywhere(content: &[u8]) -> Record<'_> {
    let text = || Text::Borrowed(content);
    let pair = crate::record::Pair { name: text(), value: text() };
    Record {
        url: text(),
        referer: text(),
        redirect: text(),
        headers: vec![pair.clone()],
        cookies: vec![pair],
        body: Some(Body { mime: text(), bytes: text(), fields: Vec::new() }),
        ..Record::default()
    }
}

proptest! {
    #[test]
    fn hostile_input_stays_within_the_bounds(content in hostile()) {
        let mut peeler = Peeler::default();
        let (mut nodes, mut longest) = (0u32, 0);
        peeler.record(&everywhere(&content), &mut |node: &Node<'_>| {
            nodes += 1;
            longest = longest.max(node.steps.len());
            assert!(!node.value.is_empty());
            assert!(node.chain().split(" > ").count() == node.steps.len());
        });
        prop_assert!(nodes <= Limits::default().nodes);
        prop_assert!(longest <= Limits::default().steps + 3);
        prop_assert!(peeler.steps.is_empty() && peeler.keys.is_empty());
    }

    #[test]
    fn a_peeler_that_is_used_again_shows_the_same(content in hostile()) {
        let record = everywhere(&content);
        let mut peeler = Peeler::default();
        let mut peel = || {
            let mut nodes = Vec::new();
            peeler.record(&record, &mut |node: &Node<'_>| nodes.push(seen(node)));
            nodes
        };
        prop_assert_eq!(peel(), peel());
    }

    #[test]
    fn decoding_always_changes_something(content in hostile()) {
        let decoders = [StepKind::Percent, StepKind::Plus, StepKind::Entities, StepKind::Base64];
        let mut parent = (String::new(), Vec::new());
        Peeler::default().url(&content, &mut |node: &Node<'_>| {
            let chain = node.chain();
            let (before, _) = chain.rsplit_once(" > ").unwrap_or_default();
            let is_decoded = node.steps.iter().last().is_some_and(|step| decoders.contains(&step.kind));
            if is_decoded && before == parent.0 {
                assert_ne!(&parent.1, node.value);
            }
            parent = (chain, node.value.to_vec());
        });
    }
}

#[test]
fn nesting_ends_at_the_limits() {
    let nested_url = b"https://a.example/?u=".repeat(200);
    let nested_json = b"{\"a\":".repeat(3000);
    let many = b"a=b&".repeat(30_000);
    let encoded = (0..40).fold(b"%".to_vec(), |text, _| percent(&text));
    let bomb = gzip(&gzip(&vec![b' '; 64 << 20]));
    for content in [nested_url, nested_json, many, encoded, bomb] {
        let mut peeler = Peeler::default();
        let (mut nodes, mut decoded) = (0u32, 0);
        let record = Record { body: Some(Body { bytes: bytes(&content), ..Body::default() }), ..Record::default() };
        peeler.record(&record, &mut |node: &Node<'_>| {
            nodes += 1;
            decoded += node.value.len();
        });
        assert!(peeler.capped(), "{} nodes", nodes);
        assert!(nodes <= Limits::default().nodes);
        assert!(decoded <= (1 << 20) + 20 * content.len());
    }
}

#[test]
fn a_limit_that_is_not_met_is_not_reported() {
    let mut peeler = Peeler::with_limits(Limits { nodes: 2, ..Limits::default() });
    peeler.url(b"https://t.example/?a=1&b=2&c=3", &mut |_: &Node<'_>| {});
    assert!(peeler.capped());
    peeler.url(b"https://t.example/?a=1&b=2", &mut |_: &Node<'_>| {});
    assert!(!peeler.capped());
}
