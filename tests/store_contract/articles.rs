//! What the library promises of articles, of copies of `robots.txt`, and of politeness.

use peerscope::{
    domain::{
        AfterAsking, ArticleRule, ArticleState, HostTally, PageFacts, Plan, RobotsAnswer,
        RobotsCopy, plan_article,
    },
    store::{AskedPage, PageText, PagesAsk, SourceCounts},
};

use super::*;

const ALL: PagesAsk = PagesAsk { peer: None, per_gate: 100, total: 100 };

/// Thinks about all articles, as if no feed carried one.
async fn plan_all(library: &Library, at: Timestamp) -> Vec<Plan> {
    let mut plans = Vec::new();
    loop {
        let portion = Portion { rows: 3, bytes: 1 << 20 };
        let found = library.store.articles_to_plan(portion).await.unwrap();
        let decided: Vec<Plan> =
            found.entries.into_iter().map(|it| plan_article(it, false, 120, at)).collect();
        plans.extend(decided.iter().cloned());
        library.store.plan_articles(decided, found.upto).await.unwrap();
        if !found.more {
            return plans;
        }
    }
}

/// A page of that text, as asked for.
fn asked(page: &peerscope::domain::PageToAsk, at: Timestamp, html: &str) -> AskedPage {
    let text = PageText {
        facts: PageFacts {
            title: Some("Of the page".into()),
            authors: vec!["Grace".into()],
            published: Some(now() - hours(24 * 300)),
            language: Some("de".parse().unwrap()),
            summary: "Summary of the page".into(),
        },
        html: Some(html.to_owned()),
        words: 900,
        source_words: 120,
        fingerprint: Some(Fingerprint(7)),
        canonical: Some("https://etsy.example/canonical".parse().unwrap()),
        image: None,
        translations: vec![("fr".parse().unwrap(), "https://etsy.example/fr".parse().unwrap())],
        page_bytes: 4000,
    };
    AskedPage {
        entry: page.entry,
        at,
        gate: page.link.gate(),
        after: after(ArticleState::Taken, None),
        validators: Some(Validators { etag: Some("\"1\"".into()), last_modified: None }),
        text: Some(Box::new(text)),
    }
}

fn after(state: ArticleState, due: Option<Timestamp>) -> AfterAsking {
    AfterAsking { state, reason: None, due, attempts: 1, host_waits_until: None }
}

#[tokio::test]
async fn every_entry_is_thought_about_once_and_again_only_when_its_source_says_something_else() {
    let library = Library::of_one_feed().await;
    library.read(now(), (0..8).map(post).collect()).await;
    assert_eq!(plan_all(&library, now()).await.len(), 8);
    let library = library.reopened().await;
    assert_eq!(plan_all(&library, now()).await.len(), 0);
    let mut edited: Vec<EntryDraft> = (0..8).map(post).collect();
    edited[3].summary = "Another summary".into();
    library.read(now() + hours(1), edited).await;
    let plans = plan_all(&library, now() + hours(1)).await;
    assert_eq!(plans.len(), 1);
    assert_eq!(plans[0].state, ArticleState::Wanted);
    library.assert_sound().await;
}

#[tokio::test]
async fn pages_are_asked_for_newest_first_and_of_each_host_only_so_many() {
    let library = Library::of_one_feed().await;
    let mut posts: Vec<EntryDraft> = (0..6).map(post).collect();
    posts[0].link = Some("https://elsewhere.example/0".parse().unwrap());
    library.read(now(), posts).await;
    plan_all(&library, now()).await;
    let ask = PagesAsk { per_gate: 2, ..ALL };
    let pages = library.store.pages_to_ask(&ask, now()).await.unwrap();
    let links: Vec<&str> = pages.iter().map(|it| it.link.path()).collect();
    assert_eq!(links, ["/posts/5", "/posts/4", "/0"]);
    assert_eq!(library.store.pages_due(None, now()).await.unwrap(), 6);
    assert_eq!(library.store.next_page_due().await.unwrap(), Some(now()));
    let of_nobody = PagesAsk { peer: Some("nobody".parse().unwrap()), ..ALL };
    assert!(library.store.pages_to_ask(&of_nobody, now()).await.unwrap().is_empty());
    library.store.follow(&file(Vec::new()), now()).await.unwrap();
    assert!(library.store.pages_to_ask(&ALL, now()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_text_is_shown_and_indexed_and_gives_only_what_the_source_does_not_say() {
    let library = Library::of_one_feed().await;
    let bare = EntryDraft {
        authors: Vec::new(),
        published: None,
        summary: String::new(),
        html: String::new(),
        words: 0,
        ..post(1)
    };
    library.read(now(), vec![bare.clone(), post(2)]).await;
    plan_all(&library, now()).await;
    let before = library.store.last_change().await.unwrap();
    let pages = library.store.pages_to_ask(&ALL, now()).await.unwrap();
    let texts = pages.iter().map(|it| asked(it, now(), "<p>The whole</p>")).collect();
    assert_eq!(library.store.record_pages(texts).await.unwrap(), 2);
    let changes = library.store.changes_after(before, Portion::default()).await.unwrap();
    assert!(changes.put.len() == 2 && changes.put.iter().all(|it| it.html == "<p>The whole</p>"));
    // A later visit takes nothing of it back.
    let again = EntryDraft { categories: vec!["New".into()], ..bare };
    assert_eq!(library.read(now() + hours(1), vec![again]).await.edited, 1);
    let mut found: Vec<_> = changes.put.iter().map(|it| it.entry.id).collect();
    found.sort();
    let entries = library.store.entries_by_id(&found).await.unwrap();
    let [bare, whole] = &entries[..] else { panic!("{entries:?}") };
    let (bare, whole) = if bare.entry.title == "Post 1" { (bare, whole) } else { (whole, bare) };
    assert_eq!(bare.entry.authors, ["Grace"]);
    assert_eq!(bare.entry.published, Some(now() - hours(24 * 300)));
    assert_eq!(bare.entry.ordered, now() - hours(24 * 300));
    assert_eq!((bare.entry.summary.as_str(), bare.entry.words), ("Summary of the page", 900));
    assert_eq!((bare.html.as_str(), bare.revisions), ("<p>The whole</p>", 0));
    assert_eq!(bare.entry.categories, ["New"]);
    assert_eq!(whole.entry.authors, ["Ada"]);
    assert_eq!(whole.entry.summary, "In short");
    assert_eq!(whole.entry.published, post(2).published);
    assert_eq!(whole.entry.language, Some("de".parse().unwrap()));
    assert!(whole.article.as_ref().is_some_and(|it| it.is_shown));
    assert_eq!(library.store.source_body(whole.entry.id).await.unwrap(), Some(post(2).html));
    library.assert_sound().await;
}

#[tokio::test]
async fn the_same_text_again_changes_nothing_and_another_one_leaves_a_revision() {
    let library = Library::of_one_feed().await;
    library.read(now(), vec![post(1)]).await;
    plan_all(&library, now()).await;
    let page = library.store.pages_to_ask(&ALL, now()).await.unwrap().remove(0);
    for (html, changed, revisions) in
        [("<p>One</p>", 1, 0), ("<p>One</p>", 0, 0), ("<p>Two</p>", 1, 1)]
    {
        let last = library.store.last_change().await.unwrap();
        let recorded = library.store.record_pages(vec![asked(&page, now(), html)]).await;
        assert_eq!(recorded.unwrap(), changed, "{html}");
        let moved = library.store.last_change().await.unwrap() - last;
        assert_eq!(moved, i64::try_from(changed).unwrap());
        let entry = library.store.entry(page.entry).await.unwrap().unwrap();
        assert_eq!((entry.html.as_str(), entry.revisions), (html, revisions));
    }
    let revisions = library.store.revisions(page.entry).await.unwrap();
    assert_eq!(revisions[0].html, "<p>One</p>");
}

#[tokio::test]
async fn a_page_that_became_worse_leaves_its_text_unless_the_source_carries_as_much() {
    for (source_words, stays) in [(899, true), (900, false)] {
        let library = Library::of_one_feed().await;
        library.read(now(), vec![post(1)]).await;
        plan_all(&library, now()).await;
        let page = library.store.pages_to_ask(&ALL, now()).await.unwrap().remove(0);
        let first = asked(&page, now(), "<p>The whole</p>");
        library.store.record_pages(vec![first.clone()]).await.unwrap();
        let text = PageText { source_words, ..PageText::default() };
        let worse = AskedPage { text: Some(Box::new(text)), ..first };
        library.store.record_pages(vec![worse]).await.unwrap();
        let entry = library.store.entry(page.entry).await.unwrap().unwrap();
        assert_eq!(entry.html == "<p>The whole</p>", stays, "{source_words}");
        assert_eq!(entry.article.unwrap().is_shown, stays);
        assert_eq!(entry.entry.words, 900);
    }
}

#[tokio::test]
async fn a_host_that_asked_to_wait_is_not_asked_for_any_page_until_then() {
    let library = Library::of_one_feed().await;
    library.read(now(), (0..3).map(post).collect()).await;
    plan_all(&library, now()).await;
    let page = library.store.pages_to_ask(&ALL, now()).await.unwrap().remove(0);
    let waits = |at| AskedPage {
        after: AfterAsking {
            host_waits_until: Some(at),
            ..after(ArticleState::Wanted, Some(now() + hours(1)))
        },
        validators: None,
        text: None,
        ..asked(&page, now(), "")
    };
    // A shorter wait does not end a longer one.
    library
        .store
        .record_pages(vec![waits(now() + hours(3)), waits(now() + hours(2))])
        .await
        .unwrap();
    let due = async |at| library.store.pages_to_ask(&ALL, at).await.unwrap().len();
    assert_eq!((due(now() + hours(2)).await, due(now() + hours(3)).await), (0, 3));
    assert_eq!(library.store.next_page_due().await.unwrap(), Some(now() + hours(3)));
}

#[tokio::test]
async fn other_rules_for_a_source_make_its_articles_be_thought_about_again() {
    let library = Library::of_one_feed().await;
    library.read(now(), (0..3).map(post).collect()).await;
    plan_all(&library, now()).await;
    let mut peers = vec![peer("Etsy", &["https://etsy.example/feed"])];
    peers[0].sources[0].pages.article = ArticleRule::Never;
    library.store.follow(&file(peers), now()).await.unwrap();
    let last = library.store.last_change().await.unwrap();
    let plans = plan_all(&library, now()).await;
    assert!(plans.len() == 3 && plans.iter().all(|it| it.state == ArticleState::NotNeeded));
    assert!(library.store.pages_to_ask(&ALL, now()).await.unwrap().is_empty());
    assert_eq!(library.store.last_change().await.unwrap(), last);
    let counts = counts_of_the_first(&library).await;
    assert_eq!((counts.entries, counts.articles[&ArticleState::NotNeeded]), (3, 3));
}

async fn counts_of_the_first(library: &Library) -> SourceCounts {
    let source = library.store.sources().await.unwrap()[0].source.id;
    library.store.source_counts(&[source]).await.unwrap().remove(&source).unwrap()
}

#[tokio::test]
async fn of_articles_that_a_source_carries_whole_nothing_is_thought_unless_rules_ask_for_pages() {
    let library = Library::of_one_feed().await;
    let whole = |number| EntryDraft { is_whole: true, ..post(number) };
    library.read(now(), vec![whole(0), whole(1), post(2)]).await;
    let found = library.store.articles_to_plan(Portion::default()).await.unwrap();
    let [only] = found.entries.as_slice() else { panic!("{found:?}") };
    assert_eq!((only.is_whole, only.html.as_str()), (Some(false), ""));
    plan_all(&library, now()).await;
    let counts = counts_of_the_first(&library).await.articles;
    assert_eq!(counts[&ArticleState::NotNeeded], 2);
    assert_eq!(counts[&ArticleState::Wanted], 1);
    // An edit that leaves a summary only asks for the page.
    let cut = EntryDraft { is_whole: false, html: "<p>Only…</p>".into(), ..post(1) };
    library.read(now() + hours(1), vec![cut]).await;
    assert_eq!(plan_all(&library, now() + hours(1)).await.len(), 1);
    let mut peers = vec![peer("Etsy", &["https://etsy.example/feed"])];
    peers[0].sources[0].pages.article = ArticleRule::Always;
    library.store.follow(&file(peers), now()).await.unwrap();
    assert_eq!(plan_all(&library, now()).await.len(), 3);
}

#[tokio::test]
async fn what_is_gone_meanwhile_is_left_out_of_plans_and_pages() {
    let library = Library::of_one_feed().await;
    library.read(now(), (0..2).map(post).collect()).await;
    let found = library.store.articles_to_plan(Portion::default()).await.unwrap();
    let gone = found.entries[0].entry;
    library.store.delete_entry(gone, now()).await.unwrap();
    let plans: Vec<Plan> =
        found.entries.into_iter().map(|it| plan_article(it, false, 120, now())).collect();
    library.store.plan_articles(plans, found.upto).await.unwrap();
    let page = library.store.pages_to_ask(&ALL, now()).await.unwrap().remove(0);
    library.store.forget(&"etsy".parse().unwrap()).await.unwrap();
    let recorded = library.store.record_pages(vec![asked(&page, now(), "<p>Late</p>")]).await;
    assert_eq!(recorded.unwrap(), 0);
    library.assert_sound().await;
}

#[tokio::test]
async fn copies_of_robots_txt_are_kept_and_replaced() {
    let library = Library::empty().await;
    let origin = "https://etsy.example";
    assert_eq!(library.store.robots(origin).await.unwrap(), None);
    let answer = RobotsAnswer::Read {
        body: b"user-agent: *\ndisallow: /x\0".to_vec(),
        validators: Validators { etag: Some("\"a\"".into()), last_modified: Some("Mon".into()) },
    };
    let copy = RobotsCopy::after(None, answer, now());
    library.store.keep_robots(origin, &copy).await.unwrap();
    assert_eq!(library.store.robots(origin).await.unwrap(), Some(copy.clone()));
    let silent = RobotsAnswer::Unreachable { retry_after: None, was_server_reached: false };
    let later = RobotsCopy::after(Some(copy), silent, now() + hours(30));
    library.store.keep_robots(origin, &later).await.unwrap();
    assert_eq!(library.store.robots(origin).await.unwrap(), Some(later));
}

#[tokio::test]
async fn politeness_adds_up_over_days_and_hosts() {
    let library = Library::empty().await;
    let gate = |host: &str| format!("https://{host}/").parse::<Address>().unwrap().gate();
    let tally = |requests, most_at_once| HostTally {
        requests,
        bytes: 1 << 40,
        most_at_once,
        ..HostTally::default()
    };
    for day in [100, 100, 101] {
        let tallies = vec![(gate("a.example"), tally(1, 1)), (gate("b.example"), tally(5, 2))];
        library.store.add_politeness(day, tallies).await.unwrap();
    }
    for (since, requests, bytes) in [(100, 15, 3_u64 << 40), (101, 5, 1 << 40)] {
        let hosts = library.store.politeness_since(since).await.unwrap();
        let names: Vec<&str> = hosts.iter().map(|it| it.host.as_str()).collect();
        assert_eq!(names, ["b.example", "a.example"]);
        let most = hosts[0].tally;
        assert_eq!((most.requests, most.bytes, most.most_at_once), (requests, bytes, 2));
    }
    assert!(library.store.politeness_since(102).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_newer_date_alone_makes_a_page_be_asked_again_and_that_of_a_whole_site_none() {
    let library = Library::of_one_feed().await;
    let dated = |number, hour| EntryDraft { updated: Some(now() + hours(hour)), ..post(number) };
    library.read(now(), (0..12).map(|it| dated(it, 0)).collect()).await;
    plan_all(&library, now()).await;
    let pages = library.store.pages_to_ask(&ALL, now()).await.unwrap();
    let texts = pages.iter().map(|it| asked(it, now(), "<p>The whole</p>")).collect();
    library.store.record_pages(texts).await.unwrap();
    let later = now() + hours(24);
    let one = (0..12).map(|it| dated(it, i64::from(it == 3))).collect();
    let recorded = library.read(later, one).await;
    assert_eq!((recorded.edited, recorded.unchanged), (0, 12));
    let plans = plan_all(&library, later).await;
    assert_eq!(plans.len(), 1);
    assert_eq!((plans[0].state, plans[0].due), (ArticleState::Taken, Some(later)));
    library.read(later, (0..12).map(|it| dated(it, 2)).collect()).await;
    assert!(plan_all(&library, later).await.is_empty());
    // What the dates of the whole site said is known, and hides no page that changes afterwards.
    library.read(later, (0..12).map(|it| dated(it, if it == 5 { 3 } else { 2 })).collect()).await;
    assert_eq!(plan_all(&library, later).await.len(), 1);
    library.assert_sound().await;
}

#[tokio::test]
async fn a_host_whose_feed_was_asked_to_wait_is_not_asked_for_pages_meanwhile() {
    let library = Library::of_one_feed().await;
    library.read(now(), (0..2).map(post).collect()).await;
    plan_all(&library, now()).await;
    let failure = Failure {
        kind: FailureKind::TooManyRequests,
        detail: "too many requests".into(),
        status: Some(429),
        retry_after: Some(Duration::from_hours(5)),
    };
    let source = library.source().await;
    let mut failed = visit(&source, now(), Outcome::Failed(failure));
    failed.after.not_before = Some(now() + hours(5));
    library.store.record(vec![failed]).await.unwrap();
    let due = async |at| library.store.pages_to_ask(&ALL, at).await.unwrap().len();
    assert_eq!((due(now() + hours(4)).await, due(now() + hours(5)).await), (0, 2));
}
