//! The word lists are held to their examples, both ways, and to some order.

use super::*;
use std::collections::BTreeMap;

#[test]
fn every_language_lists_every_topic() {
    for (language, file) in listing::LANGUAGES {
        let lists: BTreeMap<String, listing::List> =
            toml::from_str(file).unwrap_or_else(|err| panic!("{language}: {err}"));
        for topic in Topic::ALL {
            let list = lists.get(topic.word()).unwrap_or_else(|| panic!("{language}: no [{}]", topic.word()));
            assert!(list.examples.len() >= 3, "{language}: [{}] needs three examples", topic.word());
            assert!(list.counter_examples.len() >= 2, "{language}: [{}] needs two counter_examples", topic.word());
        }
        assert_eq!(lists.len(), Topic::ALL.len(), "{language}: a topic that is not known");
    }
}

#[test]
fn examples_and_counter_examples_hold() {
    let report = check();
    assert!(report.problems.is_empty(), "{:#?}", report.problems);
}

#[test]
fn every_word_can_be_found_and_is_listed_once() {
    for (language, lists) in listing::LISTS.iter() {
        for (topic, list) in lists {
            let mut all: Vec<&str> =
                [&list.strong, &list.weak, &list.except].into_iter().flatten().map(String::as_str).collect();
            for word in &all {
                assert!(word.trim_matches('*').chars().count() >= 3, "{language} [{topic}] {word} is too short");
                assert_eq!(*word, word.to_lowercase(), "{language} [{topic}] {word}");
            }
            all.sort_unstable();
            for pair in all.windows(2) {
                assert_ne!(pair[0], pair[1], "{language} [{topic}] is listed twice");
            }
        }
    }
}

#[test]
fn one_strong_word_or_two_weak_ones() {
    let health = |text| topics(text).into_iter().find(|sighting| sighting.topic == Topic::Health);
    assert_eq!(health("/conditions/asthma").map(|seen| seen.words), Some(vec!["asthma"]));
    assert_eq!(health("/doctor"), None);
    assert_eq!(health("/doctor/doctor"), None);
    assert!(health("/doctor/appointment").is_some());
}

#[test]
fn long_and_strange_texts_are_survived() {
    for text in ["", "é".repeat(10_000).as_str(), "\u{0}\u{202e}", &"a ".repeat(100_000)] {
        assert!(topics(text).is_empty());
    }
}
