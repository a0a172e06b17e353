//! One story once: cross-posts and repeats are brought together, and told apart when a person says so.

use peerscope::{
    domain::{EntryId, story::Reason},
    store::Step,
};

use crate::support::{
    fake_web::FakeWeb,
    feeds::{Post, rss},
    library::TestLibrary,
    story_runs, story_set,
};

const RSS: &str = "application/rss+xml";

/// Some two hundred words about a subject, in sentences that are nowhere else.
fn text(subject: &str) -> String {
    let aspects =
        ["latency", "cost", "staffing", "rollback", "alerts", "capacity", "tests", "owners"];
    let sentences = aspects.iter().enumerate().map(|(at, aspect)| {
        format!(
            "<p>When {subject} met {aspect}, our {subject} crew kept a {aspect} diary of {subject} \
             for week {at} and argued about {subject} until {aspect} of {subject} made sense.</p>"
        )
    });
    sentences.collect()
}

fn post(link: &str, title: &str, html: &str) -> Post {
    Post {
        guid: link.to_owned(),
        link: link.to_owned(),
        title: title.to_owned(),
        html: html.to_owned(),
        published: "Mon, 02 Feb 2026 08:00:00 +0000".to_owned(),
    }
}

/// A library that follows one feed of each list of posts, each of a peer of its own, and crawled them.
async fn crawled(feeds: &[Vec<Post>]) -> (FakeWeb, TestLibrary) {
    let web = FakeWeb::start().await;
    let mut addresses = Vec::new();
    for (at, posts) in feeds.iter().enumerate() {
        let path = format!("/feed-{at}");
        web.serve_document(&path, RSS, &rss(posts));
        addresses.push(web.address(&path));
    }
    let library = TestLibrary::following(&addresses).await;
    library.crawl().await;
    (web, library)
}

/// Entries by the part of their address that follows the last slash.
async fn id(library: &TestLibrary, name: &str) -> EntryId {
    let entries = library.entries().await;
    let is = |link: &str| link.trim_end_matches('/').ends_with(name);
    entries.iter().find(|it| it.link.as_ref().is_some_and(|it| is(it.as_str()))).unwrap().id
}

async fn stories(library: &TestLibrary) -> usize {
    let stories: std::collections::HashSet<_> =
        library.entries().await.into_iter().map(|it| it.story).collect();
    stories.len()
}

fn cross_post() -> Vec<Vec<Post>> {
    vec![
        vec![post(
            "https://blog.example.com/cutting-queues",
            "Cutting queues in half",
            &text("queues"),
        )],
        vec![post(
            "https://medium.com/example/cutting-queues-1f2e3d4c5b6a",
            "Cutting Queues in Half",
            &text("queues"),
        )],
    ]
}

#[tokio::test]
async fn a_cross_post_is_one_story_found_once_right_after_the_crawl() {
    let (_web, library) = crawled(&cross_post()).await;
    assert_eq!(library.entries().await.len(), 2);
    assert_eq!(stories(&library).await, 1);
    assert_eq!(library.find("queues").await.len(), 1);
    let view =
        library.doors.store.story(id(&library, "cutting-queues").await).await.unwrap().unwrap();
    assert_eq!(view.members[0].entry.peer_name, "Peer 1");
    assert_eq!(view.members[0].links[0].reason, Reason::SameText);
    assert_eq!(view.arrived, view.members.iter().map(|it| it.entry.arrived).min().unwrap());
}

#[tokio::test]
async fn a_split_story_stays_split_also_when_an_entry_changes_or_another_one_joins() {
    let (web, library) = crawled(&cross_post()).await;
    let store = &library.doors.store;
    let (own, copy) = (id(&library, "cutting-queues").await, id(&library, "1f2e3d4c5b6a").await);
    assert_eq!(store.split_story(copy).await.unwrap(), 1);
    assert_eq!(stories(&library).await, 2);
    let mut posts = cross_post().remove(0);
    posts[0].html += "<p>An afterthought that nobody had asked for.</p>";
    let third = "https://blog.example.com/amp/cutting-queues-again";
    posts.push(post(third, "Cutting queues in half", &text("queues")));
    web.serve_document("/feed-0", RSS, &rss(&posts));
    library.crawl().await;
    let entries = library.entries().await;
    let story = |id| entries.iter().find(|it| it.id == id).unwrap().story;
    assert_ne!(story(own), story(copy));
    assert_eq!(stories(&library).await, 2);
    assert!(store.merge_stories(own, copy).await.unwrap());
    assert_eq!(stories(&library).await, 1);
}

#[tokio::test]
async fn a_crash_while_stories_are_written_leaves_all_or_nothing_and_is_made_good() {
    for step in [Step::BeforeCommit, Step::AfterCommit] {
        let (web, library) = crawled(&[cross_post().remove(0)]).await;
        web.serve_document("/feed-0", RSS, &rss(&cross_post().concat()));
        // Of the visit itself; then of the stories.
        library.crawl().await;
        let store = &library.doors.store;
        let copy = id(&library, "1f2e3d4c5b6a").await;
        store.fail_at(step);
        let _ = store.split_story(copy).await;
        let split = stories(&library).await == 2;
        assert_eq!(split, step == Step::AfterCommit);
        store.split_story(copy).await.unwrap();
        assert_eq!(stories(&library).await, 2);
    }
}

#[tokio::test]
async fn one_title_is_never_enough() {
    let (_web, library) = crawled(&[
        vec![post("https://a.example.com/weekly", "Our engineering update", &text("queues"))],
        vec![post("https://b.example.com/weekly", "Our engineering update", &text("payments"))],
    ])
    .await;
    assert_eq!(stories(&library).await, 2);
}

#[tokio::test]
async fn variants_of_one_address_are_one_story() {
    let (_web, library) = crawled(&[
        vec![post("https://example.com/posts/sharding/", "Sharding orders", "<p>One line.</p>")],
        vec![post("http://www.example.com/posts/sharding?utm_source=x", "Sharding orders", "")],
        vec![post("https://amp.example.com/posts/sharding", "Sharding orders", "")],
        vec![post("https://m.example.com/posts/sharding/amp", "Sharding orders", "")],
        vec![post("https://example.com/posts/sharding?amp=1", "Sharding orders | Example", "")],
    ])
    .await;
    assert_eq!(stories(&library).await, 1);
    let listed =
        library.doors.store.entries(&peerscope::store::EntriesAsk::default()).await.unwrap();
    assert_eq!(listed.rows.len(), 1);
}

#[tokio::test]
async fn an_address_that_stands_for_many_posts_brings_none_together() {
    let page = "https://example.com/changelog";
    let changes = |titles: &[&str]| {
        titles
            .iter()
            .map(|it| Post { guid: (*it).into(), ..post(page, it, "<p>Fixes.</p>") })
            .collect()
    };
    let (web, library) = crawled(&[changes(&["Version 1"]), changes(&["Version 1"])]).await;
    assert_eq!(stories(&library).await, 1);
    web.serve_document("/feed-0", RSS, &rss(&changes(&["Version 1", "Version 2"])));
    library.crawl().await;
    assert_eq!(stories(&library).await, 3);
}

#[tokio::test]
async fn on_the_measured_set_precision_is_above_99_percent_whatever_the_order_of_arrival() {
    let samples = story_set::samples();
    assert!(samples.len() >= 150);
    let mut partitions = Vec::new();
    for backwards in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let store = story_runs::library(&folder).await;
        story_runs::record(&store, &samples, backwards).await;
        let stories = story_runs::stories(&store, &samples).await;
        let outcomes = story_runs::compared(&samples, &stories);
        assert!(outcomes.precision() >= 0.99, "{:?}", outcomes.wrong);
        assert!(outcomes.recall() >= 0.95, "{:?}", outcomes.missed);
        assert_eq!(store.check().await.unwrap().findings, Vec::<String>::new());
        let first = |at: usize| stories.iter().position(|it| *it == stories[at]).unwrap();
        partitions.push((0..samples.len()).map(first).collect::<Vec<_>>());
        store.close().await;
    }
    assert_eq!(partitions[0], partitions[1]);
}
