//! Writes peers and whole feeds files as text that a person would have written.

use std::fmt::Write as _;

use super::duration;
use crate::domain::{ArticleRule, ListingRules, Peer, Slug, Source, SourceType, query_of};

/// What a new feeds file begins with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Start {
    pub domains: Vec<Slug>,
    pub interests: Vec<String>,
    pub peers: Vec<Peer>,
}

/// The text of a new `feeds.toml`: what was chosen, with comments that teach the rest.
pub fn init_text(start: &Start) -> String {
    let mut text = String::from(HEAD);
    let domains = list(start.domains.iter().map(Slug::as_str));
    let _ = writeln!(text, "\n[reader]\n{DOMAINS}\ndomains = {domains}");
    if start.interests.is_empty() {
        let _ = writeln!(text, "{INTERESTS}\ninterests = []");
    } else {
        let interests = list(start.interests.iter().map(String::as_str));
        let _ = writeln!(text, "{INTERESTS}\ninterests = {interests}");
    }
    text.push_str(RHYTHM);
    text.push_str(TOPICS);
    let mut slugs = Vec::new();
    for interest in &start.interests {
        let Some(slug) = Slug::of(interest).filter(|it| !slugs.contains(it)) else { continue };
        slugs.push(slug);
        let phrase = interest.replace(['"', '\\'], " ");
        let _ = writeln!(text, "{} = {}", quoted(interest), quoted(&format!("\"{phrase}\"")));
    }
    text.push_str(PEERS);
    for peer in &start.peers {
        text.push('\n');
        write_peer(&mut text, peer);
    }
    text
}

/// Appends a `[[peer]]` table: in its short form if it has one source.
pub(super) fn write_peer(text: &mut String, peer: &Peer) {
    let _ = writeln!(text, "[[peer]]\nname = {}", quoted(&peer.name));
    if !peer.domains.is_empty() {
        let _ = writeln!(text, "domains = {}", list(peer.domains.iter().map(Slug::as_str)));
    }
    match peer.sources.as_slice() {
        [source] => write_source(text, source),
        sources => {
            for source in sources {
                text.push_str("[[peer.source]]\n");
                write_source(text, source);
            }
        }
    }
}

fn write_source(text: &mut String, source: &Source) {
    let mut line = |key: &str, value: String| {
        let _ = writeln!(text, "{key} = {value}");
    };
    let query = query_of(&source.address).filter(|_| source.kind == SourceType::Papers);
    let place = query.unwrap_or_else(|| source.address.to_string());
    line(source.kind.as_str(), quoted(&place));
    if source.lane != source.kind.usual_lane() {
        line("lane", quoted(source.lane.as_str()));
    }
    for (key, texts) in
        [("keep", &source.keep), ("drop", &source.drop), ("remove", &source.pages.remove)]
    {
        if !texts.is_empty() {
            line(key, list(texts.iter().map(String::as_str)));
        }
    }
    if let Some(every) = source.every {
        line("every", quoted(&duration::text(every)));
    }
    let article = &source.pages.article;
    let article = (*article != ArticleRule::default()).then(|| article.as_written());
    let ListingRules { entry, link, title, date } = &source.pages.listing;
    let texts = [
        ("user_agent", source.user_agent.as_deref()),
        ("article", article),
        ("entry", entry.as_deref()),
        ("link", link.as_deref()),
        ("title", title.as_deref()),
        ("date", date.as_deref()),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            line(key, quoted(text));
        }
    }
}

pub(super) fn list<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    format!("[{}]", texts.map(quoted).collect::<Vec<_>>().join(", "))
}

/// A TOML string: in single quotes where that spares escapes (a query with its own quotes).
pub(super) fn quoted(text: &str) -> String {
    let needs_escapes = |letter: char| letter.is_control() || letter == '\'';
    if text.contains(['"', '\\']) && !text.contains(needs_escapes) {
        return format!("'{text}'");
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            letter if letter.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

const HEAD: &str = "\
# What Peerscope follows for you. Saving this file is enough: a running `peerscope serve` takes it up within seconds,
# and keeps to the last good version while there is a mistake in it.
";
const DOMAINS: &str = "\
# The business fields whose companies are your peers. `peerscope peers catalogue` lists all fields and who is known in them.";
const INTERESTS: &str = "\
# Phrases that you care about, like \"dynamic pricing\" or \"search ranking\".";
const RHYTHM: &str = r#"# Queries whose matches are never shown to you.
# mute = ["kind:release", "title:hiring"]

[crawl]
every = "1h"     # usual time between two visits to a source; adapted to how often it publishes
pause = "1s"     # between two requests to one host

# The weekly digest.
[digest]
day = "Monday"
at = "08:00"
zone = "UTC"     # your own, like "Europe/Berlin"
reads = 10       # how many stories it holds at most ...
minutes = 60     # ... and how long they take to read
"#;
const TOPICS: &str = r#"
# A topic is a search that is kept under a name, in the language of the search box. For example:
#     "Search ranking" = '"learning to rank" OR "search ranking"'
[topics]
"#;
const PEERS: &str = r#"
# Who is followed. `peerscope peers add NAME` takes a peer from the catalogue, `peerscope peers add URL` any other one.
# A peer with several sources names each in a table of its own:
#
#     [[peer]]
#     name = "Example"
#     domains = ["ecommerce"]
#     [[peer.source]]
#     feed = "https://example.com/blog/feed.xml"
#     keep = ["/blog/"]          # only entries whose link's path begins so; `drop` leaves such ones out
#     every = "6h"               # for this source alone
#     [[peer.source]]
#     feed = "https://research.example.com/rss"
#     lane = "research"          # or "engineering" (the usual one), "mixed", "product"
"#;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::domain::Lane;
    use crate::{
        config::read_following,
        domain::{PageRules, SourceType},
    };

    fn peer(name: &str, sources: Vec<Source>) -> Peer {
        let slug = Slug::of(name).unwrap();
        Peer { name: name.into(), slug, domains: vec!["ecommerce".parse().unwrap()], sources }
    }

    fn elaborate_source() -> Source {
        Source {
            lane: Lane::Mixed,
            keep: vec!["/blog/".into()],
            drop: vec!["/blog/jobs/".into(), "/blog/a,b".into()],
            every: Some(std::time::Duration::from_mins(90)),
            user_agent: Some("Mozilla/5.0 (compatible; Example)".into()),
            pages: PageRules {
                article: ArticleRule::Select("div[class=\"post\"]".into()),
                remove: vec![".ad, .share".into()],
                listing: ListingRules {
                    entry: Some("li.post".into()),
                    date: Some("time".into()),
                    ..ListingRules::default()
                },
            },
            ..Source::new("https://example.com/feed?a=1&b=2".parse().unwrap(), SourceType::Listing)
        }
    }

    #[test]
    fn a_written_file_reads_back_as_it_was_meant() {
        let start = Start {
            domains: vec!["ecommerce".parse().unwrap()],
            interests: vec![
                "dynamic pricing".into(),
                "say \"hi\" \\ 'there'".into(),
                "Dynamic Pricing".into(),
                "?".into(),
            ],
            peers: vec![
                peer("One", vec![elaborate_source()]),
                peer(
                    "Two",
                    vec![
                        Source::feed("https://two.example/feed".parse().unwrap()),
                        Source::new(
                            "https://two.example/papers".parse().unwrap(),
                            SourceType::Site,
                        ),
                    ],
                ),
            ],
        };
        let text = init_text(&start);
        let read = read_following(&text, Path::new("feeds.toml"), &start.domains).unwrap();
        assert_eq!(read.warnings, []);
        assert_eq!(read.following.peers, start.peers);
        assert_eq!(read.following.reader.domains, start.domains);
        assert_eq!(read.following.reader.interests, start.interests);
        assert_eq!(read.following.topics.len(), 2);
    }

    #[test]
    fn a_file_begun_with_nothing_can_be_used() {
        let read =
            read_following(&init_text(&Start::default()), Path::new("feeds.toml"), &[]).unwrap();
        assert_eq!(read.warnings, []);
        assert_eq!(read.following.peers, []);
    }

    proptest! {
        #[test]
        fn any_text_survives_quoting(text in "\\PC*|[\\x00-\\x7f]{0,20}") {
            let document = format!("key = {}", quoted(&text));
            let document = toml_edit::Document::parse(document).unwrap();
            prop_assert_eq!(document["key"].as_str(), Some(text.as_str()));
        }
    }
}
