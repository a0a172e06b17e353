//! Feeds in every state are read: each fixture is named after what is unusual in it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{fs, path::Path};

use peerscope::{
    domain::{ComplaintKind, Feed, FeedEntry, FeedFormat, Markup},
    syndication::{Hints, SyndicationError, read_feed},
};
use proptest::prelude::*;

fn bytes_of(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/feeds").join(name)).unwrap()
}

fn read_bytes(bytes: &[u8]) -> Result<Feed, SyndicationError> {
    let address = "https://blog.example/feed.xml".parse().unwrap();
    read_feed(bytes, &Hints { address: &address, charset: None, content_type: None })
}

fn read(name: &str) -> Feed {
    read_bytes(&bytes_of(name)).unwrap()
}

fn titles(feed: &Feed) -> Vec<&str> {
    feed.entries.iter().map(|it| it.title.as_ref().map_or("", Markup::raw)).collect()
}

fn links(feed: &Feed) -> Vec<&str> {
    feed.entries.iter().map(|it| it.link.as_ref().map_or("", |it| it.as_str())).collect()
}

fn dates(feed: &Feed) -> Vec<String> {
    let time = |it: &FeedEntry| it.published.map_or_else(String::new, |it| it.to_string());
    feed.entries.iter().map(time).collect()
}

fn complaints(feed: &Feed) -> Vec<ComplaintKind> {
    feed.complaints.iter().map(|it| it.kind).collect()
}

#[test]
fn ampersands_that_nobody_escaped_cost_nothing() {
    let feed = read("bare-ampersand.rss");
    assert_eq!(titles(&feed), ["Profit & loss & café queues", "Plain"]);
    assert_eq!(links(&feed), ["https://blog.example/a?x=1&y=2", "https://blog.example/b"]);
    assert_eq!(complaints(&feed), [ComplaintKind::Malformed]);
}

#[test]
fn tags_that_do_not_match_spoil_no_other_entry() {
    let feed = read("mismatched-tags.rss");
    assert_eq!(titles(&feed), ["Unclosed bold", "Unclosed title", "Sound"]);
    let expected = ["https://blog.example/a", "https://blog.example/b", "https://blog.example/c"];
    assert_eq!(links(&feed), expected);
    assert!(complaints(&feed).contains(&ComplaintKind::Malformed));
}

#[test]
fn a_feed_that_is_cut_off_yields_its_whole_entries() {
    let feed = read("cut-off.rss");
    assert_eq!(titles(&feed), ["First", "Second"]);
    assert_eq!(complaints(&feed)[0], ComplaintKind::CutOff);
}

#[test]
fn halves_of_letters_are_joined_and_control_characters_dropped() {
    assert_eq!(titles(&read("surrogates-and-controls.rss")), ["Party 🎉 time  🎉"]);
}

#[test]
fn rss_of_any_version_is_read() {
    for version in ["none", "2", "2.0.1", "0.93", "1.0"] {
        let feed = read(&format!("rss-version-{version}.rss"));
        assert_eq!(titles(&feed), ["Kept"], "{version}");
    }
}

#[test]
fn unusual_namespaces_hide_no_entries() {
    for (name, format) in [
        ("default-namespace.rss", FeedFormat::Rss),
        ("atom-https-namespace.xml", FeedFormat::Atom),
        ("atom-0.3.xml", FeedFormat::Atom),
        ("rss-0.90.rdf", FeedFormat::Rdf),
    ] {
        let feed = read(name);
        assert_eq!((feed.entries.len(), feed.format), (1, format), "{name}");
        assert_eq!(complaints(&feed), [ComplaintKind::Format], "{name}");
    }
}

#[test]
fn atom_0_3_is_understood() {
    let feed = read("atom-0.3.xml");
    let entry = &feed.entries[0];
    assert_eq!(entry.title, Some(Markup::Html("Alt <b>bew&auml;hrt</b>".to_owned())));
    assert_eq!(entry.content, Some(Markup::Html("<p>Text<br></p>".to_owned())));
    assert_eq!(entry.published.unwrap().to_string(), "2004-05-06T05:08:09Z");
    assert_eq!(entry.updated.unwrap().to_string(), "2004-05-07T00:00:00Z");
    assert_eq!(entry.language.as_ref().unwrap().as_str(), "de");
}

#[test]
fn texts_of_strange_types_are_kept_as_what_they_are() {
    let feed = read("atom-strange-types.xml");
    let contents: Vec<_> = feed.entries.iter().map(|it| it.content.clone()).collect();
    assert_eq!(contents[0], Some(Markup::Text("# Head <b>".to_owned())));
    let html = "<p title=\"a &quot;b&quot;\">x</p>";
    assert_eq!(contents[1], Some(Markup::Html(html.to_owned())));
    assert_eq!(links(&feed)[2], "https://blog.example/3.html");
}

#[test]
fn an_entry_without_a_link_is_an_entry() {
    let feed = read("rdf-without-link.rdf");
    assert_eq!(titles(&feed), ["Linked by its name", "Nowhere"]);
    assert_eq!(links(&feed), ["https://blog.example/1", ""]);
    let entry = &feed.entries[0];
    assert_eq!(entry.authors, ["Ada Lovelace"]);
    assert_eq!(entry.categories, ["Engines"]);
    assert_eq!(entry.language.as_ref().unwrap().as_str(), "pt-BR");
    assert_eq!(feed.ttl.unwrap().as_secs(), 6 * 60 * 60);
    assert_eq!(complaints(&feed), [ComplaintKind::Date]);
}

#[test]
fn bytes_decide_where_declarations_are_wrong_or_missing() {
    let feed = read("undeclared-latin1.rss");
    assert_eq!(feed.title.as_ref().unwrap().raw(), "Café naïve, déjà vu");
    assert_eq!(titles(&feed), ["“Façade”"]);
    assert_eq!(complaints(&feed), [ComplaintKind::Charset]);
    let feed = read("declared-latin1-is-utf8.rss");
    assert_eq!(titles(&feed), ["Müller’s queue"]);
    assert_eq!(complaints(&feed), [ComplaintKind::Charset]);
}

#[test]
fn dates_are_read_however_they_are_written_and_absurd_ones_are_unknown() {
    let feed = read("dates-of-all-sorts.rss");
    let time = "2026-03-02T10:00:00Z";
    assert_eq!(dates(&feed), [time, time, time, time, ""]);
    assert_eq!(complaints(&feed), [ComplaintKind::Date]);
}

#[test]
fn the_link_of_an_entry_is_the_best_that_it_has() {
    let feed = read("permalink-guids.rss");
    assert_eq!(
        links(&feed),
        [
            "https://blog.example/a",
            "",
            "https://blog.example/c",
            "https://blog.example/audio/d.mp3",
            "https://blog.example/posts/e",
            "",
        ]
    );
    let guids: Vec<_> = feed.entries.iter().map(|it| it.guid.as_deref()).collect();
    assert_eq!(
        guids[..4],
        ["https://blog.example/a", "https://blog.example/b", "c", "d"].map(Some)
    );
    assert_eq!(guids[4..], [None, None], "ids are never made up");
    assert_eq!(complaints(&feed), [ComplaintKind::Link, ComplaintKind::Guid]);
}

#[test]
fn what_a_publisher_asks_of_its_readers_is_understood() {
    let feed = read("asks-for-patience.rss");
    assert_eq!(feed.ttl.unwrap().as_secs(), 90 * 60);
    assert_eq!(feed.skip_hours, [0, 5]);
    assert_eq!(feed.skip_days.len(), 2);
}

#[test]
fn bases_languages_and_authors_are_handed_down() {
    let feed = read("nested-bases-and-languages.xml");
    let expected = ["https://blog.example/en/2026/un.html", "https://blog.example/en/two.html"];
    assert_eq!(links(&feed), expected);
    let [first, second] = feed.entries.as_slice() else { panic!("two entries") };
    assert_eq!(first.base.as_ref().unwrap().as_str(), "https://blog.example/en/2026/");
    assert_eq!(second.base.as_ref().unwrap().as_str(), "https://cdn.example/");
    assert_eq!(first.language.as_ref().unwrap().as_str(), "fr-CA");
    assert_eq!(second.language.as_ref().unwrap().as_str(), "de");
    assert_eq!(
        (&first.authors[0], &second.authors[0]),
        (&"Ada Lovelace".into(), &"Grace Hopper".into())
    );
    assert_eq!(first.categories, ["Engineering"]);
    assert_eq!((first.published, first.updated.is_some()), (None, true));
    assert_eq!(complaints(&feed), []);
}

#[test]
fn json_feeds_of_the_wrong_types_are_read() {
    let feed = read("jsonfeed-wrong-types.json");
    let [first, second] = feed.entries.as_slice() else { panic!("two entries") };
    assert_eq!(first.guid.as_deref(), Some("17"));
    assert_eq!(first.content, Some(Markup::Text("1 < 2".to_owned())));
    assert_eq!(
        (first.authors.as_slice(), second.authors.as_slice()),
        (&["Ada Lovelace".to_owned()][..], &["Grace Hopper".to_owned()][..])
    );
    assert_eq!(second.summary, Some(Markup::Text("a <b>".to_owned())));
    assert_eq!(second.language.as_ref().unwrap().as_str(), "en-GB");
    assert_eq!(dates(&feed)[0], "2026-03-02T10:00:00Z");
}

#[test]
fn one_unknown_word_does_not_cost_the_feed() {
    assert_eq!(titles(&read("unknown-podcast-role.rss")), ["One"]);
}

#[test]
fn what_is_no_feed_is_refused_by_name() {
    for (bytes, told) in [
        ("", "https://blog.example/feed.xml answered with nothing in it"),
        (
            "<html><title>Sign in</title></html>",
            "https://blog.example/feed.xml is no feed but an HTML page titled “Sign in”",
        ),
        ("<urlset></urlset>", "https://blog.example/feed.xml is no feed but a sitemap"),
        (
            "<rss><channel><item><title>x",
            "no entry of the feed https://blog.example/feed.xml could be read: all of its entries are cut off or garbled",
        ),
    ] {
        assert_eq!(read_bytes(bytes.as_bytes()).unwrap_err().to_string(), told);
    }
}

#[test]
fn a_feed_without_entries_is_a_feed() {
    let feed = read_bytes(b"<rss version='2.0'><channel><title>Soon</title></channel></rss>");
    assert_eq!(feed.unwrap().entries, []);
}

#[test]
fn only_so_many_entries_are_taken_from_one_document() {
    let entries = "<item><title>x</title></item>".repeat(5_003);
    let feed =
        read_bytes(format!("<rss version='2.0'><channel>{entries}</channel></rss>").as_bytes());
    let feed = feed.unwrap();
    assert_eq!(feed.entries.len(), 5_000);
    assert_eq!(complaints(&feed)[0], ComplaintKind::EntriesLost);
}

#[test]
fn hostile_documents_are_answered_in_time() {
    let started = std::time::Instant::now();
    for pattern in
        ["<", "<a>", "<item>", "<item><title>", "&", "&amp;", "<a b='", "]]>", "<![CDATA["]
    {
        for root in ["<rss version='2.0'><channel>", "<feed xmlns='http://www.w3.org/2005/Atom'>"] {
            let _ = read_bytes(format!("{root}<item>{}", pattern.repeat(10_000)).as_bytes());
            let _ = read_bytes(
                format!("{root}<entry><title>{}</title></entry>", pattern.repeat(10_000))
                    .as_bytes(),
            );
        }
    }
    let _ = read_bytes(format!("{{\"items\": [{}", "{\"a\":".repeat(10_000)).as_bytes());
    assert!(started.elapsed().as_secs() < 30, "took {:?}", started.elapsed());
}

#[test]
fn entities_that_multiply_are_not_expanded() {
    let bomb = "<!DOCTYPE rss [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>]>\
                <rss version='2.0'><channel><item><title>&b;</title></item></channel></rss>";
    assert_eq!(titles(&read_bytes(bomb.as_bytes()).unwrap()), ["&b;"]);
}

fn fixtures() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/feeds");
    fs::read_dir(folder).unwrap().map(|file| fs::read(file.unwrap().path()).unwrap()).collect()
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read_bytes(&bytes);
    }

    #[test]
    fn any_text_in_a_feed_is_read_or_refused(text in "(<|>|/|item|entry|title|link|&|;|#|x|\\[CDATA\\[|\\]\\]|!|\\?|-|=|'|\"| |a|é){0,60}") {
        for root in ["<rss><channel>", "<feed>", "<rdf:RDF>", "{\"items\":"] {
            let _ = read_bytes(format!("{root}{text}").as_bytes());
        }
    }

    #[test]
    fn damaged_feeds_are_read_or_refused(
        which in any::<prop::sample::Index>(),
        cut in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let fixtures = fixtures();
        let mut bytes = which.get(&fixtures).clone();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        let _ = read_bytes(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        let _ = read_bytes(&bytes);
    }
}
