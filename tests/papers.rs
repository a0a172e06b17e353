//! Papers: versions are one entry, abstracts are their text, and an empty list is told from a quiet day.

use std::{fmt::Write as _, time::Duration};

use peerscope::domain::{FailureKind, Source, SourceType};

use crate::support::{
    fake_web::FakeWeb,
    library::{TestLibrary, peer},
    program::Program,
};

const RSS: &str = "application/rss+xml";
const ATOM: &str = "application/atom+xml";

fn batch(made: &str, papers: &[(&str, u32, &str)]) -> String {
    let mut items = String::new();
    for (id, version, kind) in papers {
        let _ = write!(
            items,
            "<item><title>Paper {id}</title><link>https://arxiv.org/abs/{id}</link>\
             <description>arXiv:{id}v{version} Announce Type: {kind} \nAbstract: Of queues with \
             $a &lt;b$ prices.</description><guid isPermaLink=\"false\">oai:arXiv.org:{id}v{version}</guid>\
             <category>cs.IR</category><pubDate>{made}</pubDate>\
             <dc:creator>Ada Example, Bo Sample</dc:creator></item>"
        );
    }
    format!(
        "<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel>\
         <title>cs.IR updates</title><lastBuildDate>{made}</lastBuildDate>{items}</channel></rss>"
    )
}

async fn following(web: &FakeWeb, path: &str) -> TestLibrary {
    let mut peer = peer("Research", web.address(path));
    peer.sources = vec![Source::new(web.address(path), SourceType::Papers)];
    TestLibrary::following_peers(vec![peer]).await
}

#[tokio::test]
async fn a_second_version_edits_its_paper_and_what_the_first_said_is_kept() {
    let web = FakeWeb::start().await;
    web.serve_document(
        "/rss",
        RSS,
        &batch("Fri, 27 Feb 2026 05:00:00 +0000", &[("2602.01234", 1, "new")]),
    );
    let library = following(&web, "/rss").await;
    library.crawl().await;
    let both = [("2602.01234", 2, "replace"), ("2603.00001", 1, "cross")];
    web.serve_document("/rss", RSS, &batch("Mon, 02 Mar 2026 05:00:00 +0000", &both));
    library.advance(Duration::from_hours(24));
    let round = library.crawl().await;
    assert_eq!((round.new, round.edited), (1, 1));
    let paper = library.entry("Paper 2602.01234").await;
    assert_eq!(paper.entry.link.unwrap().as_str(), "https://arxiv.org/abs/2602.01234");
    assert_eq!(paper.entry.authors, ["Ada Example", "Bo Sample"]);
    assert_eq!(paper.entry.published.unwrap().to_string(), "2026-02-27T05:00:00Z");
    assert!(paper.entry.updated.is_some());
    assert_eq!(paper.entry.summary, "Of queues with $a <b$ prices.");
    assert!(paper.html.contains("https://arxiv.org/pdf/2602.01234v2"), "{}", paper.html);
    assert_eq!(library.doors.store.revisions(paper.entry.id).await.unwrap().len(), 1);
    assert_eq!(library.articles().await.pages, 0, "the abstract is what there is");
}

#[tokio::test]
async fn a_quiet_day_is_no_failure_and_a_batch_that_broke_is_one_that_deletes_nothing() {
    let web = FakeWeb::start().await;
    web.serve_document(
        "/rss",
        RSS,
        &batch("Mon, 02 Mar 2026 05:00:00 +0000", &[("2602.01234", 1, "new")]),
    );
    let library = following(&web, "/rss").await;
    library.crawl().await;
    library.advance(Duration::from_hours(24));
    web.serve_document("/rss", RSS, &batch("Tue, 03 Mar 2026 05:00:00 +0000", &[]));
    assert_eq!(library.crawl().await.failures(), 0, "a holiday has a batch of its own");
    library.advance(Duration::from_hours(96));
    web.serve_document("/rss", RSS, &batch("Tue, 03 Mar 2026 05:00:01 +0000", &[]));
    let round = library.crawl().await;
    assert_eq!(round.failed.get(&FailureKind::Empty), Some(&1));
    let source = library.source(&web.address("/rss")).await;
    let wait = source.state.next_visit.duration_since(library.now()).unsigned_abs();
    assert!(wait < Duration::from_hours(4), "{wait:?}");
    assert_eq!(library.titles().await, ["Paper 2602.01234"]);
}

#[tokio::test]
async fn a_query_that_arxiv_refuses_with_status_200_is_a_failure_that_says_why() {
    let web = FakeWeb::start().await;
    let answer = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>arXiv Query</title>\
        <entry><id>http://arxiv.org/api/errors#bad</id><title>Error</title>\
        <summary>incorrect field</summary></entry></feed>";
    web.serve_document("/api", ATOM, answer);
    let library = following(&web, "/api").await;
    let round = library.crawl().await;
    assert_eq!(round.failed.get(&FailureKind::Denied), Some(&1));
    let failure = library.source(&web.address("/api")).await.state.failure.unwrap();
    assert!(failure.detail.ends_with("incorrect field"), "{}", failure.detail);
}

#[tokio::test]
async fn a_query_in_the_file_is_followed_once_a_day_and_a_wrong_one_named_with_its_line() {
    let program = Program::new();
    let text =
        "[[peer]]\nname = \"Pricing\"\npapers = 'arxiv: cat:cs.IR AND abs:\"dynamic pricing\"'\n";
    program.write("feeds.toml", text);
    let listed = program.run(&["peers", "list"]).await.well();
    assert!(listed.contains("Pricing"), "{listed}");
    program.write("feeds.toml", &text.replace("abs:", "abz:"));
    let refused = program.run(&["peers", "list"]).await;
    assert_eq!(refused.code, Some(2));
    assert!(refused.err.contains("feeds.toml:3: peer[0].papers:"), "{}", refused.err);
    assert!(refused.err.contains("not `abz`"), "{}", refused.err);
}
