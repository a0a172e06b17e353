//! Papers: searches and categories of arXiv, versions, and batches that are not what they should be.

use peerscope::domain::{FailureKind, Source, SourceType};

use crate::support::{
    fake_web::FakeWeb,
    library::{TestLibrary, peer},
};

const ATOM: &str = "application/atom+xml";

async fn library(web: &FakeWeb, path: &str) -> TestLibrary {
    let mut lab = peer("Lab", web.address(path));
    lab.sources = vec![Source::new(web.address(path), SourceType::Papers)];
    TestLibrary::following_peers(vec![lab]).await
}

fn answer(entries: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>ArXiv Query</title>\
         <id>http://arxiv.org/api/abc</id><updated>2026-03-02T00:00:00Z</updated>{entries}</feed>"
    )
}

fn paper(version: u32, text: &str) -> String {
    format!(
        "<entry><id>http://arxiv.org/abs/2603.01234v{version}</id><published>2026-03-01T08:00:00Z</published>\
         <updated>2026-03-0{version}T09:00:00Z</updated><title>Pricing shoes by the hour</title><summary>{text}</summary>\
         <author><name>Ada Example</name></author><author><name>Bo Sample</name></author>\
         <link href=\"http://arxiv.org/abs/2603.01234v{version}\" rel=\"alternate\" type=\"text/html\"/>\
         <link title=\"pdf\" href=\"http://arxiv.org/pdf/2603.01234v{version}\" rel=\"related\" type=\"application/pdf\"/>\
         <category term=\"cs.IR\"/></entry>"
    )
}

#[tokio::test]
async fn a_second_version_of_a_paper_is_an_edit_of_the_first() {
    let web = FakeWeb::start().await;
    web.serve_document("/api/query", ATOM, &answer(&paper(1, "We price shoes by the hour.")));
    let library = library(&web, "/api/query").await;
    library.crawl().await;
    web.serve_document("/api/query", ATOM, &answer(&paper(2, "We price shoes by the minute.")));
    let round = library.crawl().await;
    assert_eq!((round.new, round.edited), (0, 1));
    let paper = library.entry("Pricing shoes by the hour").await;
    assert_eq!(paper.entry.authors, ["Ada Example", "Bo Sample"]);
    assert_eq!(paper.entry.categories, ["cs.IR"]);
    assert_eq!(paper.entry.link.unwrap().as_str(), "https://arxiv.org/abs/2603.01234");
    assert!(
        paper.html.contains("by the minute") && paper.html.contains("/pdf/2603.01234v2"),
        "{}",
        paper.html
    );
    assert_eq!(paper.revisions, 1);
}

#[tokio::test]
async fn a_feed_of_a_category_lists_papers_without_its_preface() {
    let web = FakeWeb::start().await;
    let feed = "<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:arxiv=\"http://arxiv.org/schemas/atom\"><channel>\
        <title>cs.IR updates</title><skipDays><day>Saturday</day><day>Sunday</day></skipDays><item><title>Ranking shoes</title>\
        <link>https://arxiv.org/abs/2603.04321</link><description>arXiv:2603.04321v1 Announce Type: new \nAbstract: We rank shoes.</description>\
        <guid isPermaLink=\"false\">oai:arXiv.org:2603.04321v1</guid><category>cs.IR</category><arxiv:announce_type>new</arxiv:announce_type>\
        <dc:creator>Ada Example, Bo Sample van Dyke</dc:creator></item></channel></rss>";
    web.serve_document("/rss/cs.IR", "application/rss+xml", feed);
    let library = library(&web, "/rss/cs.IR").await;
    library.crawl().await;
    let paper = library.entry("Ranking shoes").await;
    assert!(paper.entry.summary.starts_with("We rank shoes."), "{}", paper.entry.summary);
    assert_eq!(paper.entry.authors, ["Ada Example", "Bo Sample van Dyke"]);
    let source = library.source(&web.address("/rss/cs.IR")).await;
    assert_eq!(source.state.asked.skip_days.len(), 2);
}

#[tokio::test]
async fn a_search_that_finds_nothing_all_at_once_or_tells_an_error_loses_nothing() {
    let web = FakeWeb::start().await;
    web.serve_document("/api/query", ATOM, &answer(&paper(1, "We price shoes by the hour.")));
    let library = library(&web, "/api/query").await;
    library.crawl().await;
    web.serve_document("/api/query", ATOM, &answer(""));
    let round = library.crawl().await;
    assert_eq!(round.failed.get(&FailureKind::Empty), Some(&1));
    let error = "<entry><id>http://arxiv.org/api/errors#incorrect_id_format</id><title>Error</title><summary>incorrect id format</summary></entry>";
    web.serve_document("/api/query", ATOM, &answer(error));
    library.advance(std::time::Duration::from_hours(48));
    let round = library.crawl().await;
    assert_eq!(round.failed.get(&FailureKind::Status), Some(&1));
    let source = library.source(&web.address("/api/query")).await;
    assert!(source.state.failure.unwrap().detail.ends_with("incorrect id format"));
    assert_eq!(library.titles().await.len(), 1);
}
