//! What goes into an issue of the digest, from feeds to the composed value.

use std::{collections::BTreeSet, time::Duration};

use peerscope::{
    digest::{Composed, Edition},
    domain::{
        Digest, DigestPlan, Following, Heading, Insight, Issue, IssuePart, Kind, Lane, Measure,
        NoteDraft, NoteType, Pace, Passage, Peer, Place, Preferences, ReaderId, Role, StoryId,
        Subscriber, SubscriberState, Topic, Verdict, Why, Worth,
    },
    home::Library,
    reading,
    store::{NewSubscriber, ReadInsight},
};

use crate::support::{
    fake_web::FakeWeb,
    feeds::{Post, post, rss},
    library::{TestLibrary, peer},
};

const WEEK: Duration = Duration::from_hours(7 * 24);

/// Feeds by their paths, and what subscribers have.
struct Rehearsal {
    web: FakeWeb,
    library: TestLibrary,
    following: Following,
    posts: Vec<Vec<Post>>,
}

fn preferences() -> Preferences {
    Preferences {
        language: "en".parse().unwrap(),
        domains: Vec::new(),
        interests: Vec::new(),
        topics: Vec::new(),
        mute: Vec::new(),
        plan: DigestPlan::default(),
    }
}

impl Rehearsal {
    /// So many peers, whose feeds list nothing yet.
    async fn of(peers: usize) -> Self {
        Self::with(peers, |_| {}).await
    }

    async fn with(peers: usize, change: impl Fn(&mut Vec<Peer>)) -> Self {
        let web = FakeWeb::start().await;
        let path = |at: usize| format!("/{at}");
        for at in 0..peers {
            web.serve_document(&path(at), "application/rss+xml", &rss(&[]));
        }
        let peers_of = (0..peers).map(|at| peer(&format!("Peer {at}"), web.address(&path(at))));
        let mut all = peers_of.collect();
        change(&mut all);
        let following = Following { peers: all.clone(), ..Following::default() };
        let library = TestLibrary::following_peers(all).await;
        library.crawl().await;
        Self { web, library, following, posts: vec![Vec::new(); peers] }
    }

    fn doors(&self) -> Library {
        self.library.doors.library()
    }

    async fn subscribe(&self, name: &str, preferences: Preferences) -> Subscriber {
        let reader = (name == "owner").then_some(ReaderId::ONLY);
        let address = Some(format!("{name}@example.com").parse().unwrap());
        let state = SubscriberState::Active;
        let new = NewSubscriber { reader, address, state, preferences, stamp: String::new() };
        let store = &self.library.doors.store;
        store.add_subscriber(&new, self.library.now()).await.unwrap().unwrap()
    }

    /// Lists a post, and has it be read as of this kind and worth.
    async fn publish(&mut self, peer: usize, titles: &[&str], (kind, expected): (Kind, f32)) {
        let published = self.today();
        let posts = titles.iter().map(|it| Post { published: published.clone(), ..post(it) });
        self.posts[peer].extend(posts);
        self.serve(peer);
        self.library.crawl().await;
        self.read(titles, (kind, expected)).await;
    }

    fn serve(&self, peer: usize) {
        let feed = rss(&self.posts[peer]);
        self.web.serve_document(&format!("/{peer}"), "application/rss+xml", &feed);
    }

    fn today(&self) -> String {
        self.library.now().strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
    }

    async fn read(&self, titles: &[&str], (kind, expected): (Kind, f32)) {
        let mut read = Vec::new();
        for title in titles {
            let entry = self.library.entry(title).await.entry.id;
            let insight = insight(title, kind, expected);
            let from = Digest::of([title.as_bytes()]);
            read.push(ReadInsight { entry, from, insight, places: Vec::new() });
        }
        self.library.doors.store.record_insights(read).await.unwrap();
    }

    async fn compose(&self, subscriber: &Subscriber) -> Composed {
        let store = &self.library.doors.store;
        let subscriber = store.subscriber(subscriber.id).await.unwrap().unwrap();
        let (library, now) = (self.doors(), self.library.now());
        let all = std::slice::from_ref(&subscriber);
        let edition = Edition::prepare(&library, &self.following, all, now).await.unwrap();
        edition.compose(&library, &subscriber, now, now).await.unwrap()
    }

    async fn issue(&self, subscriber: &Subscriber) -> Issue {
        self.compose(subscriber).await.issue
    }

    /// Composes and keeps an issue, and goes on to the next week.
    async fn send(&self, subscriber: &Subscriber) -> Issue {
        let issue = self.issue(subscriber).await;
        let store = &self.library.doors.store;
        assert!(store.keep_issue(subscriber.id, &issue, None).await.unwrap());
        self.library.advance(WEEK);
        issue
    }
}

fn insight(title: &str, kind: Kind, expected: f32) -> Insight {
    let place = Place { block: 1, start: 0 };
    let passage = |role, text: String, confidence| Passage { role, text, place, confidence };
    let passages = vec![
        passage(Role::Challenge, format!("{title} was hard."), 0.6),
        passage(Role::Challenge, format!("{title} kept us awake."), 0.9),
        passage(Role::Result, format!("{title} takes 120 ms now."), 0.8),
    ];
    let verdict = Some(Verdict { kind, worth: Worth::MOST, expected });
    let measures = vec![Measure { text: "120 ms".to_owned(), place }];
    Insight { model: peerscope::insight::MODEL, verdict, passages, phrases: Vec::new(), measures }
}

fn titles(issue: &Issue) -> BTreeSet<String> {
    let chosen = issue.reads.iter().chain(&issue.papers).map(|it| it.title.clone());
    chosen.chain(issue.rest.iter().flat_map(|it| &it.titles).map(|it| it.title.clone())).collect()
}

fn reads(issue: &Issue) -> Vec<&str> {
    issue.reads.iter().map(|it| it.title.as_str()).collect()
}

const STUDY: (Kind, f32) = (Kind::CaseStudy, 2.4);
const NEWS: (Kind, f32) = (Kind::News, 0.4);

#[tokio::test]
async fn each_story_is_told_of_in_one_issue_as_a_read_or_by_its_title() {
    let mut it = Rehearsal::of(3).await;
    let reader = it.subscribe("ada", preferences()).await;
    it.publish(0, &["Queues that never fill", "We are at a fair"], STUDY).await;
    it.read(&["We are at a fair"], NEWS).await;
    it.publish(1, &["Shards by tenant"], STUDY).await;
    let first = it.send(&reader).await;
    assert_eq!(reads(&first).len(), 2);
    let rest: Vec<&str> =
        first.rest.iter().flat_map(|it| &it.titles).map(|it| it.title.as_str()).collect();
    assert_eq!(rest, ["We are at a fair"]);
    assert_eq!((first.numbers.stories, first.numbers.peers, first.pace), (3, 2, Pace::Quiet));
    it.publish(2, &["Offsets and what they cost"], STUDY).await;
    let second = it.send(&reader).await;
    assert_eq!(titles(&second), BTreeSet::from(["Offsets and what they cost".to_owned()]));
    assert_eq!((second.after, first.upto < second.upto), (first.upto, true));
    let third = it.send(&reader).await;
    assert_eq!((titles(&third).len(), third.numbers.stories), (0, 0));
}

#[tokio::test]
async fn an_issue_that_another_one_has_overtaken_is_not_kept() {
    let mut it = Rehearsal::of(1).await;
    let reader = it.subscribe("ada", preferences()).await;
    it.publish(0, &["Queues that never fill"], STUDY).await;
    let late = it.issue(&reader).await;
    it.send(&reader).await;
    it.publish(0, &["Shards by tenant"], STUDY).await;
    let late = Issue { week: late.week.next(), ..late };
    let store = &it.library.doors.store;
    assert!(!store.keep_issue(reader.id, &late, None).await.unwrap());
    assert_eq!(store.told_stories(reader.id).await.unwrap().len(), 1);
    assert_eq!(titles(&it.issue(&reader).await).len(), 1);
}

#[tokio::test]
async fn a_read_is_told_with_its_surest_quotes_and_why_it_was_chosen() {
    let mut it = Rehearsal::of(2).await;
    let interests = vec!["canary deploys".to_owned()];
    let reader = it.subscribe("ada", Preferences { interests, ..preferences() }).await;
    let posts = ["Canary deploys without fear", "Shards by tenant"];
    it.publish(0, &posts, STUDY).await;
    let composed = it.compose(&reader).await;
    let read = &composed.issue.reads[0];
    assert_eq!((read.title.as_str(), read.peer_name.as_str()), (posts[0], "Peer 0"));
    let quotes: Vec<_> = read.quotes.iter().map(|it| (it.role, it.text.as_str())).collect();
    let challenge = (Role::Challenge, "Canary deploys without fear kept us awake.");
    let result = (Role::Result, "Canary deploys without fear takes 120 ms now.");
    assert_eq!((quotes, read.summary.as_str()), (vec![challenge, result], ""));
    assert_eq!(read.why[0], Why::Matches { name: "canary deploys".to_owned() });
    assert!(read.why.contains(&Why::Measured), "{:?}", read.why);
    let (story, parts) = &composed.chosen[0];
    let sum: f32 = parts.iter().map(|(_, value)| value).sum();
    assert_eq!(*story, read.story);
    assert!((sum - read.score).abs() < 1e-4 && parts[0].0 == "match", "{parts:?}");
}

#[tokio::test]
async fn what_is_muted_or_of_another_domain_is_nowhere() {
    let mut it = Rehearsal::with(3, |peers| {
        peers[2].domains = vec!["fintech".parse().unwrap()];
    })
    .await;
    let mute = vec!["kind:news".to_owned(), "title:tenant".to_owned(), "topic:fairs".to_owned()];
    it.following.topics = vec![topic("Fairs", "title:fair")];
    let domains = vec!["ecommerce".parse().unwrap()];
    let reader = it.subscribe("ada", Preferences { mute, domains, ..preferences() }).await;
    it.publish(0, &["Queues that never fill", "Shards by tenant", "All of a fair"], STUDY).await;
    it.publish(2, &["Ledgers"], STUDY).await;
    let issue = it.issue(&reader).await;
    assert_eq!(titles(&issue), BTreeSet::from(["Queues that never fill".to_owned()]));
    assert_eq!((issue.numbers.stories, issue.numbers.peers), (1, 1));
}

fn topic(name: &str, query: &str) -> Topic {
    let slug = peerscope::domain::Slug::of(name).unwrap();
    Topic { name: name.to_owned(), slug, query: query.to_owned() }
}

#[tokio::test]
async fn the_backlog_of_a_new_source_is_counted_and_offered_in_a_quiet_week() {
    let mut it = Rehearsal::of(1).await;
    let reader = it.subscribe("ada", preferences()).await;
    let old = Post { published: "Mon, 07 Jul 2025 08:00:00 +0000".into(), ..post("An old lesson") };
    let recent =
        Post { published: "Fri, 27 Feb 2026 08:00:00 +0000".into(), ..post("A recent lesson") };
    it.web.serve_document("/new", "application/rss+xml", &rss(&[old, recent]));
    it.following.peers.push(peer("Newcomer", it.web.address("/new")));
    it.library.follow_peers(it.following.peers.clone()).await;
    it.library.crawl().await;
    it.read(&["An old lesson", "A recent lesson"], STUDY).await;
    let issue = it.send(&reader).await;
    assert_eq!(reads(&issue), ["A recent lesson"]);
    assert_eq!((issue.numbers.stories, issue.numbers.backlog), (1, 1));
    let archive = issue.archive.as_ref().unwrap();
    assert_eq!(
        (archive.title.as_str(), &archive.why[..]),
        ("An old lesson", &[Why::NeverRead][..])
    );
    assert_eq!(archive.quotes.len(), 2);
    let parts: Vec<IssuePart> = issue.stories().map(|it| it.1).collect();
    assert_eq!(parts, [IssuePart::Read, IssuePart::Archive]);
    assert_eq!(it.send(&reader).await.archive, None, "nothing is offered twice");
}

#[tokio::test]
async fn what_several_peers_tell_is_one_story_told_once() {
    let mut it = Rehearsal::of(2).await;
    let reader = it.subscribe("ada", preferences()).await;
    let told = Post { published: it.today(), ..post("Queues that never fill") };
    it.posts[0].push(told.clone());
    it.posts[1].push(told);
    it.serve(0);
    it.serve(1);
    it.library.crawl().await;
    let issue = it.issue(&reader).await;
    assert_eq!((issue.numbers.stories, issue.reads.len()), (1, 1));
    assert!(issue.reads[0].why.contains(&Why::ToldBy { peers: 2 }), "{:?}", issue.reads);
}

#[tokio::test]
async fn titles_stand_under_topics_then_peers_and_papers_have_a_place_of_their_own() {
    let mut it = Rehearsal::with(2, |peers| peers[1].sources[0].lane = Lane::Research).await;
    it.following.topics = vec![topic("Fairs", "title:fair")];
    let topics = vec!["fairs".parse().unwrap()];
    let reader = it.subscribe("ada", Preferences { topics, ..preferences() }).await;
    it.publish(0, &["Meet us at the fair", "A new logo"], NEWS).await;
    it.publish(0, &["Queues that never fill"], STUDY).await;
    it.publish(1, &["A fair share of queues"], STUDY).await;
    it.publish(1, &["Bounds of nothing"], STUDY).await;
    let issue = it.issue(&reader).await;
    assert_eq!(reads(&issue), ["Queues that never fill"]);
    let papers: Vec<&str> = issue.papers.iter().map(|it| it.title.as_str()).collect();
    assert_eq!(papers, ["A fair share of queues"]);
    let rest = issue.rest.iter().map(|group| {
        let name = match &group.heading {
            Heading::Topic { name, .. } | Heading::Peer { name, .. } => name.as_str(),
        };
        (name, group.titles.iter().map(|it| it.title.as_str()).collect::<Vec<_>>())
    });
    let expected = [
        ("Fairs", vec!["Meet us at the fair"]),
        ("Peer 1", vec!["Bounds of nothing"]),
        ("Peer 0", vec!["A new logo"]),
    ];
    assert_eq!(rest.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn many_issues_composed_at_once_are_those_composed_one_by_one() {
    let mut it = Rehearsal::of(3).await;
    let mut subscribers = Vec::new();
    for (name, interest) in [("ada", "queues"), ("eve", "shards"), ("kim", "nothing at all")] {
        let interests = vec![interest.to_owned()];
        subscribers.push(it.subscribe(name, Preferences { interests, ..preferences() }).await);
    }
    it.publish(0, &["Queues that never fill", "Shards by tenant"], STUDY).await;
    it.publish(1, &["Offsets and what they cost"], STUDY).await;
    let (library, now) = (it.doors(), it.library.now());
    let edition = Edition::prepare(&library, &it.following, &subscribers, now).await.unwrap();
    let due: Vec<_> = subscribers.iter().map(|it| (it.clone(), now)).collect();
    let all = edition.compose_all(&library, &due, now).await.unwrap();
    for (subscriber, composed) in subscribers.iter().zip(&all) {
        assert_eq!(it.compose(subscriber).await, *composed);
    }
    let first: Vec<&str> = all.iter().map(|it| it.issue.reads[0].title.as_str()).collect();
    assert_eq!(first[..2], ["Queues that never fill", "Shards by tenant"]);
}

#[tokio::test]
async fn the_owner_is_told_of_their_own_week_of_sources_in_need_and_of_nothing_that_they_know() {
    let mut it = Rehearsal::of(2).await;
    let note = |it: &Rehearsal, text: &str| {
        let draft = NoteDraft::new(NoteType::Idea, "", text, BTreeSet::new(), Vec::new()).unwrap();
        let (store, now) = (it.library.doors.store.clone(), it.library.now());
        async move { reading::write_note(&store, ReaderId::ONLY, &draft, now).await.unwrap() }
    };
    note(&it, "Try canaries for the pricing job.").await;
    it.library.advance(Duration::from_hours(31 * 24));
    let owner = it.subscribe("owner", preferences()).await;
    let other = it.subscribe("eve", preferences()).await;
    it.publish(0, &["Queues that never fill", "Shards by tenant"], STUDY).await;
    note(&it, "Ask the queue team.").await;
    let known: StoryId = it.library.entry("Shards by tenant").await.entry.story;
    it.library.doors.store.open_story(ReaderId::ONLY, known, it.library.now()).await.unwrap();
    it.web.serve("/1", |_| crate::support::fake_web::Response::of(404, "gone"));
    it.library.advance(Duration::from_hours(24));
    it.library.crawl().await;
    it.library.advance(Duration::from_hours(72));
    let issue = it.issue(&owner).await;
    assert_eq!(reads(&issue), ["Queues that never fill"]);
    assert!(titles(&issue).contains("Shards by tenant"));
    let own = issue.own.unwrap();
    assert_eq!((own.notes, own.ideas, own.read, own.waiting), (1, 1, 0, 0));
    let again: Vec<&str> = own.again.iter().map(|it| it.title.as_str()).collect();
    assert_eq!(again, ["Try canaries for the pricing job."]);
    let care: Vec<_> =
        issue.care.iter().map(|it| (it.peer_name.as_str(), it.what.as_str())).collect();
    assert_eq!(care, [("Peer 1", "not-found")]);
    let issue = it.issue(&other).await;
    assert_eq!((reads(&issue).len(), issue.own, issue.care.len()), (2, None, 0));
}
