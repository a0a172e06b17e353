//! One story once: cross-posts and repeats are brought together, and told apart when a person says so.

use peerscope::{
    crawl::stories_follow,
    domain::{EntryId, Slug, story::Reason},
    store::{Elsewhere, EntriesAsk, Matched, Step, Store},
};

use crate::support::{
    fake_web::FakeWeb,
    feeds::{Post, post_at, rss},
    library::{TestLibrary, peer},
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
        vec![post_at(
            "https://blog.example.com/cutting-queues",
            "Cutting queues in half",
            &text("queues"),
        )],
        vec![post_at(
            "https://medium.com/example/cutting-queues-1f2e3d4c5b6a",
            "Cutting Queues in Half",
            &text("queues"),
        )],
    ]
}

async fn elsewhere(store: &Store, entry: EntryId) -> Elsewhere {
    store.asides(&[entry]).await.unwrap()[&entry].elsewhere.clone()
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
    posts.push(post_at(third, "Cutting queues in half", &text("queues")));
    web.serve_document("/feed-0", RSS, &rss(&posts));
    library.crawl().await;
    let entries = library.entries().await;
    let told_in = |id| entries.iter().find(|it| it.id == id).unwrap().story;
    assert_ne!(told_in(own), told_in(copy));
    assert_eq!(stories(&library).await, 2);
    assert!(store.merge_stories(own, copy).await.unwrap());
    assert_eq!(stories(&library).await, 1);
}

#[tokio::test]
async fn a_crash_while_stories_are_written_leaves_all_or_nothing_and_is_made_good() {
    for step in [Step::BeforeCommit, Step::AfterCommit] {
        let (_web, library) = crawled(&cross_post()).await;
        let store = &library.doors.store;
        let copy = id(&library, "1f2e3d4c5b6a").await;
        store.fail_at(step);
        store.split_story(copy).await.unwrap_err();
        assert_eq!(stories(&library).await == 2, step == Step::AfterCommit);
        store.split_story(copy).await.unwrap();
        assert_eq!(stories(&library).await, 2);
    }
    for step in [Step::BeforeCommit, Step::AfterCommit] {
        let samples = story_set::samples();
        let folder = tempfile::tempdir().unwrap();
        let store = story_runs::library(&folder).await;
        story_runs::record_only(&store, &samples, false).await;
        store.fail_at(step);
        stories_follow(&store).await.unwrap_err();
        let portion = store.entries_to_match(10_000).await.unwrap();
        let entries = portion.entries.iter().map(|it| it.entry).collect();
        let (from, upto) = (portion.from, portion.upto);
        let matched = Matched { entries, from, upto, ..Matched::default() };
        store.fail_at(Step::BeforeCommit);
        store.record_stories(matched).await.unwrap_err();
        stories_follow(&store).await.unwrap();
        let found = story_runs::stories(&store, &samples).await;
        assert!(story_runs::compared(&samples, &found).recall() >= 0.95);
        store.close().await;
    }
}

#[tokio::test]
async fn one_title_is_never_enough() {
    let (_web, library) = crawled(&[
        vec![post_at("https://a.example.com/weekly", "Our engineering update", &text("queues"))],
        vec![post_at("https://b.example.com/weekly", "Our engineering update", &text("payments"))],
    ])
    .await;
    assert_eq!(stories(&library).await, 2);
}

#[tokio::test]
async fn variants_of_one_address_are_one_story() {
    let (_web, library) = crawled(&[
        vec![post_at("https://example.com/posts/sharding/", "Sharding orders", "<p>One line.</p>")],
        vec![post_at("http://www.example.com/posts/sharding?utm_source=x", "Sharding orders", "")],
        vec![post_at("https://amp.example.com/posts/sharding", "Sharding orders", "")],
        vec![post_at("https://m.example.com/posts/sharding/amp", "Sharding orders", "")],
        vec![post_at("https://example.com/posts/sharding?amp=1", "Sharding orders | Example", "")],
    ])
    .await;
    assert_eq!(stories(&library).await, 1);
    let listed = library.doors.store.entries(&EntriesAsk::default()).await.unwrap();
    assert_eq!(listed.rows.len(), 1);
}

#[tokio::test]
async fn an_address_that_stands_for_many_posts_brings_none_together() {
    let page = "https://example.com/changelog";
    let changes = |titles: &[&str]| {
        titles
            .iter()
            .map(|it| Post { guid: (*it).into(), ..post_at(page, it, "<p>Fixes.</p>") })
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

#[tokio::test]
async fn lists_and_pages_show_one_card_and_say_where_else_and_why() {
    let (_web, library) = crawled(&cross_post()).await;
    let store = &library.doors.store;
    let listed = store.entries(&EntriesAsk::default()).await.unwrap().rows;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].peer_name, "Peer 1");
    let also_at = elsewhere(store, listed[0].id).await.also_at;
    assert_eq!((also_at.len(), also_at[0].reason), (1, Reason::SameText));
    let narrowed = EntriesAsk { peer: Slug::of("Peer 2"), ..EntriesAsk::default() };
    assert_eq!(store.entries(&narrowed).await.unwrap().rows[0].peer_name, "Peer 2");
}

#[tokio::test]
async fn a_peer_that_is_followed_no_more_neither_hides_a_story_nor_shows_in_it() {
    let (web, mut library) = crawled(&cross_post()).await;
    library.follow_peers(vec![peer("Peer 2", web.address("/feed-1"))]).await;
    library.crawl().await;
    let store = &library.doors.store;
    let listed = store.entries(&EntriesAsk::default()).await.unwrap().rows;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].peer_name, "Peer 2");
    assert_eq!(elsewhere(store, listed[0].id).await, Elsewhere::default());
    assert_eq!(library.find("queues").await.len(), 1);
}

#[tokio::test]
async fn leafing_through_lists_meets_every_story_once() {
    let posts = |host: &str| -> Vec<Post> {
        let one = |at: usize| {
            let subject = format!("subject{at}");
            let link = format!("https://{host}.example.com/about-{subject}");
            post_at(&link, &format!("What we know of {subject}"), &text(&subject))
        };
        (0..9).map(one).collect()
    };
    let (_web, library) = crawled(&[posts("a"), posts("b"), posts("c")]).await;
    let (mut before, mut met) = (None, Vec::new());
    loop {
        let ask = EntriesAsk { limit: 2, before, ..EntriesAsk::default() };
        let page = library.doors.store.entries(&ask).await.unwrap();
        met.extend(page.rows.into_iter().map(|it| it.story));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    let stories: std::collections::HashSet<_> = met.iter().collect();
    assert_eq!((met.len(), stories.len()), (9, 9));
}

#[tokio::test]
async fn what_is_gone_leaves_its_story_and_nothing_behind() {
    let (_web, library) = crawled(&cross_post()).await;
    let store = &library.doors.store;
    let own = id(&library, "cutting-queues").await;
    assert!(store.delete_entry(own, library.now()).await.unwrap());
    assert_eq!(store.check().await.unwrap().findings, Vec::<String>::new());
    let listed = store.entries(&EntriesAsk::default()).await.unwrap().rows;
    assert_eq!(listed.len(), 1);
    assert_eq!(elsewhere(store, listed[0].id).await, Elsewhere::default());
    store.forget(&Slug::of("Peer 2").unwrap()).await.unwrap();
    assert_eq!(store.check().await.unwrap().findings, Vec::<String>::new());
}

#[tokio::test]
async fn comparing_again_changes_nothing() {
    let (_web, library) = crawled(&cross_post()).await;
    let before = library.doors.store.last_change().await.unwrap();
    library.crawl().await;
    let round = stories_follow(&library.doors.store).await.unwrap();
    assert_eq!((round.compared, round.moved), (0, 0));
    assert_eq!(library.doors.store.last_change().await.unwrap(), before);
}
