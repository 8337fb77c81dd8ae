//! What holds for every detector: its examples are found, its counter-examples are not, and no
//! input breaks it.

use super::*;

fn found(key: &str, value: &str) -> Vec<Match> {
    let mut out = Vec::new();
    scan(value.as_bytes(), &Context { key, path: key }, &mut out);
    out
}

#[test]
fn ids_are_unique_and_speak_for_themselves() {
    let mut ids: Vec<_> = DETECTORS.iter().map(|detector| detector.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), DETECTORS.len());
    for detector in DETECTORS {
        assert!(detector.id.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{}", detector.id);
        assert!(!detector.title.is_empty(), "{}", detector.id);
        assert!(detector.examples.len() >= 3, "{} needs examples", detector.id);
        assert!(detector.counter_examples.len() >= 3, "{} needs counter-examples", detector.id);
    }
}

#[test]
fn examples_and_counter_examples_hold() {
    let report = check_shipped();
    assert!(report.problems.is_empty(), "{:#?}", report.problems);
    assert!(report.tried > 100);
}

#[test]
fn ranges_lie_inside_the_value_and_on_characters() {
    for detector in DETECTORS {
        for Example(key, value, _) in detector.examples {
            let wrapped = format!("é {value} é");
            for m in found(key, &wrapped) {
                assert!(wrapped.get(m.range.clone()).is_some(), "{}: {value}", m.detector);
                for part in &m.parts {
                    assert!(wrapped.get(part.range.clone()).is_some(), "{}: {value}", m.detector);
                }
            }
        }
    }
}

#[test]
fn bytes_that_are_not_text_hide_nothing() {
    let value = b"\xff\xfe mail ada@example.com \x00\xff";
    let mut out = Vec::new();
    scan(value, &Context::default(), &mut out);
    assert_eq!(out.len(), 1);
    assert_eq!(&value[out[0].range.clone()], b"ada@example.com");
}

#[test]
fn every_cut_and_every_byte_is_survived() {
    for detector in DETECTORS {
        for Example(key, value, _) in detector.examples {
            for cut in 0..value.len() {
                let mut out = Vec::new();
                scan(&value.as_bytes()[..cut], &Context { key, path: key }, &mut out);
                let mut spoilt = value.as_bytes().to_vec();
                spoilt[cut] = 0xff;
                scan(&spoilt, &Context { key, path: key }, &mut out);
                spoilt[cut] = 0;
                scan(&spoilt, &Context { key, path: key }, &mut out);
            }
        }
    }
}

#[test]
fn repetition_costs_linear_time() {
    let patterns = [
        "a@",
        "@",
        "1 ",
        "12 Elm St, ",
        "+1",
        "(415) ",
        "1-",
        "a.b@c.",
        "62704 IL ",
        "eyJ.",
        "x ",
        "4",
        "*",
        "PO Box 1 ",
        "1:",
        "é1 ",
        "1Z",
        "ada@example.com ",
        "12 Elm St, Boulder, CO 80302 ",
    ];
    for pattern in patterns {
        let value = pattern.repeat(100_000 / pattern.len());
        let start = std::time::Instant::now();
        for key in ["", "phone", "address", "tracking", "email"] {
            let matches = found(key, &value);
            assert!(matches.len() <= MOST_MATCHES, "{pattern:?}");
        }
        let taken = start.elapsed();
        assert!(taken.as_secs() < 10, "{pattern:?} took {taken:?}");
    }
}

#[test]
fn a_key_of_a_class_wakes_its_detector() {
    for class in DataClass::ALL {
        let known = KeyHint::of(class.word()).strength(class);
        let patterned = !matches!(class, DataClass::SensitivePage | DataClass::Purchase);
        assert_eq!(known.is_some(), patterned, "{}", class.word());
    }
}
