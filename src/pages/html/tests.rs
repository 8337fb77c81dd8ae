use super::*;
use crate::pages::tests::{Hostile, ledger};

#[test]
fn the_page_lets_only_its_own_style_and_script_run() {
    let ledger = ledger(&Hostile::default());
    let html = ledger.html();
    let policy = html.split("Content-Security-Policy\" content=\"").nth(1).and_then(|rest| rest.split('"').next());
    let policy = policy.expect("a policy").replace("&#39;", "'").replace("&#x27;", "'");
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    for (tag, end) in [("<style>", "</style>"), ("<script>", "</script>")] {
        let text = html.split(tag).nth(1).and_then(|rest| rest.split(end).next()).expect(tag);
        let hash = data_encoding::BASE64.encode(&Sha256::digest(text.as_bytes()));
        assert!(policy.contains(&format!("'sha256-{hash}'")), "{tag}");
        assert_eq!(html.matches(tag).count(), 1);
    }
    for forbidden in [" style=", " onclick", " onload", " onerror", "src=", "@import", "url(http", "javascript:"] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
}

#[test]
fn hostile_text_stays_text() {
    for attack in Hostile::attacks() {
        let html = ledger(&Hostile::of(attack)).html();
        assert_eq!(html.matches("<script").count(), 1, "{attack:?}");
        for tag in ["<img", "<iframe", "<svg onload", "<a href=\"javascript", "<b>x"] {
            assert!(!html.contains(tag), "{attack:?} {tag}");
        }
        let hidden = |c: &char| crate::report::escape::is_hidden(*c) && *c != '\n';
        assert_eq!(html.chars().find(hidden), None, "{attack:?}");
    }
}

#[test]
fn figures_of_people_are_those_of_the_tables() {
    let html = ledger(&Hostile::default()).html();
    assert!(html.contains("Personal data of 812 (790\u{2013}835) people went from"), "{html}");
    assert!(!html.contains("1,624"), "people were added up");
}

#[test]
fn many_exposures_are_summarised() {
    let html = ledger(&Hostile { exposures: 5000, ..Hostile::default() }).html();
    assert!(html.contains("The 1,000 gravest of 5,000"));
    assert!(html.len() < 5 << 20);
}

#[test]
fn nothing_found_says_so() {
    let html = ledger(&Hostile { exposures: 0, ..Hostile::default() }).html();
    assert!(html.contains("no personal data was found going to a third party, which is no proof"), "{html}");
}
