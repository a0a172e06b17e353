//! What a search box offers while one types: kinds, peers, topics, past searches and titles.

use super::{EntryId, Following, Kind, Peer, Slug, Topic, entry::words_in, fold};

/// What is offered at once.
pub const MOST_SUGGESTIONS: usize = 10;
/// So that the peers whose names begin with an `a` leave room for the rest.
const MOST_OF_A_KIND: usize = 3;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// As it is shown.
    pub text: String,
    /// What is searched for when it is chosen.
    pub query: String,
    pub of: Suggested,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suggested {
    Kind(Kind),
    Peer(Slug),
    Topic(Slug),
    /// What was searched for before.
    Search,
    Title(EntryId),
}

/// What fits a text that may go on: kinds where it ends in `kind:`, peers whose names begin so, topics, past searches, peers with
/// such words in their names, titles. Accents and case make no difference; each is offered once.
/// `past` and `titles` come in the order in which they are offered; of a title the index has seen to
/// all but the last word.
pub fn suggestions(
    typed: &str,
    following: &Following,
    past: &[String],
    titles: &[(EntryId, String)],
) -> Vec<Suggestion> {
    let mut offered = Offered::default();
    offered.add(MOST_SUGGESTIONS, kinds(typed).into_iter());
    let typed = Typed::of(typed);
    let Following { peers, topics, .. } = following;
    let begun = peers.iter().filter(|it| typed.begins_peer(it));
    offered.add(MOST_OF_A_KIND, begun.map(Suggestion::of_peer));
    let topics = topics.iter().filter(|it| typed.is_in(&it.name) || typed.begins(&it.query));
    offered.add(MOST_OF_A_KIND, topics.map(Suggestion::of_topic));
    let past = past.iter().filter(|it| typed.is_in(it) && !typed.is(it));
    offered.add(MOST_OF_A_KIND, past.map(|it| Suggestion::of_search(it)));
    let named = peers.iter().filter(|it| !typed.is_empty() && typed.is_in(&it.name));
    offered.add(MOST_OF_A_KIND, named.map(Suggestion::of_peer));
    let titles = titles.iter().filter(|(_, title)| typed.ends_in(title));
    offered.add(MOST_SUGGESTIONS, titles.map(|(entry, title)| Suggestion::of_title(*entry, title)));
    offered.suggestions
}

/// Kinds that fit what stands behind `kind:` at the end of what was typed, which goes on with them.
fn kinds(typed: &str) -> Vec<Suggestion> {
    let word = typed.rsplit(char::is_whitespace).next().unwrap_or_default();
    let before = &typed[..typed.len() - word.len()];
    let (sign, filter) = word.strip_prefix('-').map_or(("", word), |rest| ("-", rest));
    let begun = match filter.split_once(':') {
        Some((name, begun)) if name.eq_ignore_ascii_case("kind") => begun.to_ascii_lowercase(),
        _ => return Vec::new(),
    };
    let fitting = Kind::ALL.into_iter().filter(|it| it.as_str().starts_with(&begun));
    let completed = fitting.map(|kind| {
        let query = format!("{before}{sign}kind:{}", kind.as_str());
        Suggestion { text: query.clone(), query, of: Suggested::Kind(kind) }
    });
    completed.filter(|it| it.query != typed).collect()
}

impl Suggestion {
    fn of_peer(peer: &Peer) -> Self {
        let (text, query) = (peer.name.clone(), format!("peer:{}", peer.slug));
        Self { text, query, of: Suggested::Peer(peer.slug.clone()) }
    }

    fn of_topic(topic: &Topic) -> Self {
        let (text, query) = (topic.name.clone(), topic.query.clone());
        Self { text, query, of: Suggested::Topic(topic.slug.clone()) }
    }

    fn of_search(text: &str) -> Self {
        Self { text: text.to_owned(), query: text.to_owned(), of: Suggested::Search }
    }

    fn of_title(entry: EntryId, title: &str) -> Self {
        Self { text: title.to_owned(), query: title.to_owned(), of: Suggested::Title(entry) }
    }
}

/// What was typed, word by word, the last perhaps not to its end.
struct Typed {
    words: Vec<String>,
}

impl Typed {
    fn of(text: &str) -> Self {
        Self { words: folded_words(text) }
    }

    fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    fn is(&self, text: &str) -> bool {
        folded_words(text) == self.words
    }

    fn begins(&self, text: &str) -> bool {
        let Some((last, whole)) = self.words.split_last() else { return true };
        let words = folded_words(text);
        words.starts_with(whole) && words.get(whole.len()).is_some_and(|it| it.starts_with(last))
    }

    /// Also in the way in which a query names a peer.
    fn begins_peer(&self, peer: &Peer) -> bool {
        let named = [peer.name.as_str(), peer.slug.as_str(), &format!("peer:{}", peer.slug)];
        !self.is_empty() && named.iter().any(|it| self.begins(it))
    }

    /// Whether each word begins one of the text.
    fn is_in(&self, text: &str) -> bool {
        let words = folded_words(text);
        self.words.iter().all(|begun| words.iter().any(|it| it.starts_with(begun.as_str())))
    }

    fn ends_in(&self, text: &str) -> bool {
        let Some(last) = self.words.last() else { return false };
        folded_words(text).iter().any(|it| it.starts_with(last.as_str()))
    }
}

fn folded_words(text: &str) -> Vec<String> {
    words_in(&fold(text)).map(str::to_owned).collect()
}

#[derive(Default)]
struct Offered {
    suggestions: Vec<Suggestion>,
    queries: Vec<String>,
}

impl Offered {
    fn add(&mut self, most: usize, suggestions: impl Iterator<Item = Suggestion>) {
        let end = MOST_SUGGESTIONS.min(self.suggestions.len() + most);
        for suggestion in suggestions {
            if self.suggestions.len() >= end {
                return;
            }
            let query = fold(suggestion.query.trim());
            if !self.queries.contains(&query) {
                self.queries.push(query);
                self.suggestions.push(suggestion);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn following(peers: &[&str], topics: &[(&str, &str)]) -> Following {
        let peer = |name: &&str| Peer {
            name: (*name).to_owned(),
            slug: Slug::of(name).unwrap(),
            domains: Vec::new(),
            sources: Vec::new(),
        };
        let topic = |(name, query): &(&str, &str)| Topic {
            name: (*name).to_owned(),
            slug: Slug::of(name).unwrap(),
            query: (*query).to_owned(),
        };
        let topics = topics.iter().map(topic).collect();
        Following { peers: peers.iter().map(peer).collect(), topics, ..Following::default() }
    }

    fn some() -> Following {
        let peers =
            ["Etsy", "Walmart Global Tech", "Criteo: AI Lab", "美团技术团队", "Global Fashion"];
        let topics = [("Dynamic pricing", "\"surge pricing\" OR repricing"), ("Geräte", "devices")];
        following(&peers, &topics)
    }

    fn texts(typed: &str, past: &[&str], titles: &[&str]) -> Vec<String> {
        let past: Vec<String> = past.iter().map(|it| (*it).to_owned()).collect();
        let titles = (1..).map(EntryId).zip(titles.iter().map(|it| (*it).to_owned()));
        let titles: Vec<(EntryId, String)> = titles.collect();
        let offered = suggestions(typed, &some(), &past, &titles);
        offered.into_iter().map(|it| it.text).collect()
    }

    #[test]
    fn peers_that_begin_so_come_first_then_topics_searches_other_peers_and_titles() {
        let offered = texts("g", &["grpc deadlines", "kafka"], &["Going global", "Kafka"]);
        let expected =
            ["Global Fashion", "Geräte", "grpc deadlines", "Walmart Global Tech", "Going global"];
        assert_eq!(offered, expected);
        assert_eq!(texts("global t", &[], &[]), ["Walmart Global Tech"]);
    }

    #[test]
    fn accents_case_and_what_stands_between_words_make_no_difference() {
        assert_eq!(texts("CRITÉO ai", &[], &[]), ["Criteo: AI Lab"]);
        assert_eq!(texts("gerate", &[], &[]), ["Geräte"]);
        assert_eq!(texts("\"surge pri", &[], &[]), ["Dynamic pricing"]);
        assert_eq!(texts("peer:wal", &[], &[]), ["Walmart Global Tech"]);
        assert_eq!(texts("walmart-gl", &[], &[]), ["Walmart Global Tech"]);
    }

    #[test]
    fn a_kind_is_completed_behind_whatever_stands_before() {
        assert_eq!(texts("kafka kind:pe", &[], &[]), ["kafka kind:people"]);
        assert_eq!(texts("-Kind:re", &[], &[]), ["-kind:release"]);
        assert_eq!(texts("kind:", &[], &[]).len(), 9);
        assert_eq!(texts("kind:release", &[], &[]), [""; 0]);
        assert_eq!(texts("größe\u{3000}kind:de", &[], &[]), ["größe\u{3000}kind:deep-dive"]);
        assert_eq!(texts("kind:x", &[], &[]), [""; 0]);
    }

    #[test]
    fn chinese_is_found_by_its_letters() {
        assert_eq!(texts("美团", &[], &[]), ["美团技术团队"]);
        assert_eq!(texts("技术", &[], &["推荐系统技术"]), ["美团技术团队", "推荐系统技术"]);
    }

    #[test]
    fn nothing_is_offered_twice_and_never_more_than_ten() {
        assert_eq!(texts("kaf", &["kafka", "Kafka"], &["Kafka", "kafka at scale"]).len(), 2);
        assert_eq!(texts("kafka", &["Kafka"], &[]), [""; 0]);
        let titles: Vec<String> = (0..30).map(|it| format!("Etsy {it}")).collect();
        let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
        assert_eq!(texts("e", &[], &titles).len(), MOST_SUGGESTIONS);
    }

    #[test]
    fn before_anything_is_typed_topics_and_past_searches_are_offered() {
        assert_eq!(texts(" \"", &["kafka"], &["Kafka"]), ["Dynamic pricing", "Geräte", "kafka"]);
    }

    #[test]
    fn a_title_that_only_shares_a_stem_is_not_offered() {
        assert_eq!(
            texts("personaliz", &[], &["The person behind", "Personalized"]),
            ["Personalized"]
        );
    }

    proptest! {
        #[test]
        fn any_text_is_answered(typed in "(\\PC|.|peer:|\"| |美|é|\u{301}|ß|İ){0,40}") {
            let titles = [(EntryId(1), typed.clone())];
            let offered = suggestions(&typed, &some(), std::slice::from_ref(&typed), &titles);
            prop_assert!(offered.len() <= MOST_SUGGESTIONS);
        }
    }
}
