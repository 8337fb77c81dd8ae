//! What the texts of a request tell of sensitive topics: the page's path and title, searches,
//! clicks, products and the names of events, wherever they travel.

use super::Search;
use super::hit::{Datum, Route};
use crate::class::{DataClass, Form};
use crate::memo::{Memo, REMEMBERED};
use crate::patterns::Confidence;
use crate::peel::{self, Node};
use crate::place::{parameters, path_and_query};
use crate::sensitive::{self, Topic};
use crate::symbols::{Sym, SymbolCache};
use std::borrow::Cow;
use std::rc::Rc;

/// The detector's name.
const DETECTOR: &str = "sensitive_topic";

/// What kind of text it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Source {
    Path,
    Title,
    Keywords,
    Search,
    Click,
    Form,
    Event,
    Product,
}

impl Source {
    /// The kind of text that a value of this class is, if its words can tell of a topic.
    fn of(class: DataClass) -> Option<Source> {
        Some(match class {
            DataClass::PageUrl | DataClass::Referrer => Source::Path,
            DataClass::PageTitle => Source::Title,
            DataClass::SearchText => Source::Search,
            DataClass::ClickText => Source::Click,
            DataClass::FormText => Source::Form,
            DataClass::Product | DataClass::Purchase => Source::Product,
            _ => return None,
        })
    }

    /// Whether the text is the site's own, so that its words may be named; a visitor's may not.
    fn is_of_the_site(self) -> bool {
        !matches!(self, Source::Search | Source::Form)
    }

    fn words(self) -> &'static str {
        match self {
            Source::Path => "in the page's path",
            Source::Title => "in the page's title",
            Source::Keywords => "in the page's keywords",
            Source::Search => "in the words of a search",
            Source::Click => "in the words of a click",
            Source::Form => "in the words of a form",
            Source::Event => "in the event's name",
            Source::Product => "in the product's name",
        }
    }
}

/// A topic with the reason that names it.
type Told = (Topic, Sym);

/// The topics of texts that were looked at before: pages come again with every request.
pub(super) struct Topics(Memo<Rc<[Told]>>);

impl Default for Topics {
    fn default() -> Self {
        Topics(Memo::sized(REMEMBERED, |told| told.len() * size_of::<Told>()))
    }
}

impl Topics {
    fn of(&mut self, source: Source, text: &str, symbols: &SymbolCache<'_>) -> Rc<[Told]> {
        let key = self.0.key(&[&[source as u8]], text.as_bytes());
        self.0.get_or(key, || look(source, text).map(|(topic, reason)| (topic, symbols.intern(&reason))).collect())
    }
}

/// The topics of a text with the reason of each.
fn look(source: Source, text: &str) -> impl Iterator<Item = (Topic, String)> {
    let words = if matches!(source, Source::Path | Source::Event) {
        sensitive::camel_words(text).into()
    } else {
        Cow::Borrowed(text)
    };
    let needed = if source == Source::Path && is_press(text) { 2 } else { 1 };
    let told = sensitive::topics(&words).into_iter().filter(move |seen| seen.words.len() >= needed);
    told.map(move |seen| {
        let topic = seen.topic.word();
        let place = source.words();
        let reason = if source.is_of_the_site() {
            let words: Vec<String> = seen.words.iter().map(|word| format!("\"{}\"", word.trim_matches('*'))).collect();
            format!("{topic}: {} {place}", words.join(", "))
        } else {
            format!("{topic}: {place}")
        };
        (seen.topic, reason)
    })
}

/// Whether a path is of a newspaper or a blog, which write about everything: by a section's name or
/// a date in it.
fn is_press(path: &str) -> bool {
    const SECTIONS: [&str; 24] = [
        "article",
        "articles",
        "blog",
        "blogs",
        "books",
        "culture",
        "entertainment",
        "magazine",
        "movies",
        "music",
        "news",
        "nachrichten",
        "noticias",
        "opinion",
        "panorama",
        "politics",
        "politik",
        "politique",
        "sport",
        "sports",
        "stories",
        "story",
        "video",
        "world",
    ];
    let mut segments = path.split('/').peekable();
    while let Some(segment) = segments.next() {
        let number = |text: &str, digits| text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_date = number(segment, 4) && segments.peek().is_some_and(|next| number(next, 2) || number(next, 1));
        if is_date || SECTIONS.iter().any(|section| segment.eq_ignore_ascii_case(section)) {
            return true;
        }
    }
    false
}

/// The path of a page's URL, decoded, with the values of parameters that say what a page is about.
fn path_text(url: &str) -> String {
    const ABOUT: [&str; 12] = [
        "category",
        "categories",
        "concern",
        "condition",
        "department",
        "diagnosis",
        "service",
        "specialty",
        "speciality",
        "symptom",
        "topic",
        "treatment",
    ];
    let (path, query) = path_and_query(url.as_bytes());
    let mut text = decoded(path);
    for (name, value) in parameters(query) {
        if ABOUT.iter().any(|about| name.eq_ignore_ascii_case(about.as_bytes())) {
            text.push('/');
            text.push_str(&decoded(value));
        }
    }
    text
}

fn decoded(text: &[u8]) -> String {
    String::from_utf8_lossy(&peel::decoded(text)).into_owned()
}

/// The page and its words tell of a topic, whatever else the URL of a document holds.
pub(super) fn tells_of_topic(url: &[u8]) -> bool {
    look(Source::Path, &path_text(&String::from_utf8_lossy(url))).next().is_some()
}

impl Search<'_, '_> {
    /// Adds what the words of a datum tell, if it is a text that can tell something.
    pub(super) fn topics_of_value(&mut self, node: &Node<'_>, route: Route, datum: &Datum<'_>) {
        if let Some(source) = Source::of(datum.class).filter(|_| matches!(datum.form, Form::Plain | Form::Encoded)) {
            self.topics_of(node, route, source, datum.form, datum.value);
        }
    }

    /// Adds what the words of a text tell.
    pub(super) fn topics_of(&mut self, node: &Node<'_>, route: Route, source: Source, form: Form, value: &str) {
        let text = if source == Source::Path { Cow::Owned(path_text(value)) } else { Cow::Borrowed(value) };
        let told = self.buffers.topics.of(source, &text, self.symbols);
        for &(topic, reason) in told.iter() {
            let datum = Datum {
                class: DataClass::SensitivePage,
                form,
                confidence: Confidence::Likely,
                detector: DETECTOR,
                reason: &self.symbols.name(reason),
                value: if source.is_of_the_site() { &text } else { topic.word() },
            };
            self.push_alone(node, route, &datum, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reasons(source: Source, text: &str) -> Vec<String> {
        look(source, text).map(|(_, reason)| reason).collect()
    }

    #[test]
    fn the_reason_names_topic_and_words_but_never_what_a_visitor_typed() {
        assert_eq!(reasons(Source::Path, "/conditions/asthma"), ["health: \"asthma\" in the page's path"]);
        assert_eq!(reasons(Source::Search, "asthma in children"), ["health: in the words of a search"]);
        assert_eq!(reasons(Source::Event, "StartDebtReliefForm"), ["finance: \"debt relief\" in the event's name"]);
    }

    #[test]
    fn newspapers_write_about_everything() {
        for path in ["/news/asthma-on-the-rise", "/2024/05/04/abortion-ruling", "/blog/my-debt"] {
            assert!(reasons(Source::Path, path).is_empty(), "{path}");
        }
        assert!(!reasons(Source::Path, "/blog/living-with-asthma-and-diabetes").is_empty());
    }

    #[test]
    fn only_the_path_and_what_says_the_topic_is_read() {
        assert_eq!(path_text("https://health.example/a%20b?topic=hay+fever&x=cancer"), "/a b/hay fever");
        assert!(tells_of_topic(b"/find-a-doctor?specialty=oncology"));
        assert!(!tells_of_topic(b"https://cancer.example/?x=cancer"));
    }
}
