//! An installation of its own, with a clock that the test sets, and feeds to follow.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::Timestamp;
use peerscope::{
    crawl::{self, ArticleBudget, ArticleRound, Round},
    domain::{Address, Entry, Following, Peer, Slug, Source, SourceToVisit, Topic, query::Query},
    fetch::FetchSettings,
    home::{Clock, Doors, Followed, HomeError, Places},
    reading::{self, Asker, Wanted},
    store::{EntriesAsk, EntryWithBody, Pick},
};
use tokio::sync::watch;

/// A library that follows feeds of a fake web; its folder goes with it.
pub(crate) struct TestLibrary {
    pub(crate) doors: Doors,
    folder: Arc<tempfile::TempDir>,
    following: Following,
    /// What a service over this library follows.
    pub(crate) followed: Followed,
    now: Arc<Mutex<Timestamp>>,
}

/// When tests begin, unless they say otherwise.
pub(crate) fn start_of_tests() -> Timestamp {
    "2026-03-02T10:00:00Z".parse().unwrap()
}

/// Waits of tests, so that a silent server is given up on soon.
fn fetching() -> FetchSettings {
    FetchSettings {
        allow_private: true,
        pause: Duration::ZERO,
        read_timeout: Duration::from_millis(300),
        total_timeout: Duration::from_secs(2),
        ..FetchSettings::default()
    }
}

/// A peer with one feed, called after its path.
pub(crate) fn peer(name: &str, feed: Address) -> Peer {
    Peer {
        name: name.to_owned(),
        slug: Slug::of(name).unwrap(),
        domains: vec!["ecommerce".parse().unwrap()],
        sources: vec![Source::feed(feed)],
    }
}

impl TestLibrary {
    pub(crate) async fn following(feeds: &[Address]) -> Self {
        let peers = feeds.iter().enumerate();
        let peers = peers.map(|(at, feed)| peer(&format!("Peer {}", at + 1), feed.clone()));
        Self::following_peers(peers.collect()).await
    }

    pub(crate) async fn following_peers(peers: Vec<Peer>) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let now = Arc::new(Mutex::new(start_of_tests()));
        let following = Following { peers, ..Following::default() };
        let followed = Followed::default();
        let doors = open(folder.path().to_owned(), now.clone()).await;
        let library = Self { doors, folder, following, followed, now };
        library.follow().await;
        library
    }

    async fn follow(&self) {
        self.doors.store.follow(&self.following, self.now()).await.unwrap();
        self.followed.replace(self.following.clone());
    }

    pub(crate) async fn follow_peers(&mut self, peers: Vec<Peer>) {
        self.following.peers = peers;
        self.follow().await;
    }

    /// Keeps searches, each under a name.
    pub(crate) async fn keep_topics(&mut self, topics: &[(&str, &str)]) {
        let topic = |(name, query): &(&str, &str)| Topic {
            name: (*name).to_owned(),
            slug: Slug::of(name).unwrap(),
            query: (*query).to_owned(),
        };
        self.following.topics = topics.iter().map(topic).collect();
        self.follow().await;
    }

    /// Has the reader care about these phrases.
    pub(crate) async fn care_for(&mut self, interests: &[&str]) {
        self.following.reader.interests = interests.iter().map(|it| (*it).to_owned()).collect();
        self.follow().await;
    }

    /// Hides what these queries find.
    pub(crate) async fn mute(&mut self, queries: &[&str]) {
        self.following.reader.mute = queries.iter().map(|it| (*it).to_owned()).collect();
        self.follow().await;
    }

    /// Ends the program and starts it anew on what it left.
    pub(crate) async fn restart(self) -> Self {
        self.restart_after(async |_| {}).await
    }

    /// Ends the program, lets something happen, and starts it anew.
    pub(crate) async fn restart_after(self, happens: impl AsyncFnOnce(Timestamp)) -> Self {
        let Self { doors, folder, following, followed, now } = self;
        doors.close().await;
        let time = *now.lock().unwrap();
        happens(time).await;
        let doors = open(folder.path().to_owned(), now.clone()).await;
        let library = Self { doors, folder, following, followed, now };
        library.follow().await;
        library
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    pub(crate) fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    pub(crate) fn advance(&self, time: Duration) {
        *self.now.lock().unwrap() += time;
    }

    /// Visits every source that may be asked.
    pub(crate) async fn crawl(&self) -> Round {
        let sources = self.doors.store.sources_to_visit(&Pick::All).await.unwrap();
        self.visit(sources).await
    }

    /// Visits the sources that are due, as a service does.
    pub(crate) async fn crawl_due(&self) -> Round {
        let sources = self.doors.store.sources_due(self.now()).await.unwrap();
        self.visit(sources).await
    }

    pub(crate) async fn visit(&self, sources: Vec<SourceToVisit>) -> Round {
        let (_running, stop) = watch::channel(false);
        crawl::round(&self.doors, sources, stop, &|_| {}).await.unwrap()
    }

    /// Asks for the pages that are due, as a crawl does after its visits.
    pub(crate) async fn articles(&self) -> ArticleRound {
        self.articles_within(&ArticleBudget::default()).await
    }

    pub(crate) async fn articles_within(&self, budget: &ArticleBudget) -> ArticleRound {
        let (_running, stop) = watch::channel(false);
        let round = crawl::articles(&self.doors, budget, stop, &|_| {}).await.unwrap();
        crawl::index_follows(&self.doors.store, &self.doors.index).await.unwrap();
        round
    }

    /// An entry with its text, by its title.
    pub(crate) async fn entry(&self, title: &str) -> EntryWithBody {
        let entries = self.entries().await;
        let id = entries.iter().find(|it| it.title == title).map(|it| it.id);
        let id = id.unwrap_or_else(|| panic!("no entry is called {title}: {entries:?}"));
        self.doors.store.entry(id).await.unwrap().unwrap()
    }

    pub(crate) async fn source(&self, address: &Address) -> SourceToVisit {
        let sources = self.doors.store.sources().await.unwrap();
        sources.into_iter().map(|it| it.source).find(|it| it.address == *address).unwrap()
    }

    /// Newest first, as lists show them.
    pub(crate) async fn entries(&self) -> Vec<Entry> {
        let ask =
            EntriesAsk { limit: 1000, followed_only: true, once: false, ..EntriesAsk::default() };
        self.doors.store.entries(&ask).await.unwrap().rows
    }

    /// Titles in alphabetical order.
    pub(crate) async fn titles(&self) -> Vec<String> {
        let mut titles: Vec<String> = self.entries().await.into_iter().map(|it| it.title).collect();
        titles.sort();
        titles
    }

    /// Titles of what a search finds, best first.
    pub(crate) async fn find(&self, query: &str) -> Vec<String> {
        let asker = Asker::only(Arc::default());
        let wanted = Wanted::best(50, self.now());
        let library = self.doors.library();
        let found = reading::find(&library, &asker, Query::parse(query), &wanted).await;
        found.unwrap().hits.into_iter().map(|it| it.entry.title).collect()
    }
}

/// A program that another test begins holds our lock as well, between its fork and its exec.
async fn open(folder: PathBuf, now: Arc<Mutex<Timestamp>>) -> Doors {
    let places = Places::new(folder, None);
    let free = async {
        loop {
            let now = now.clone();
            let clock = Clock::new(move || *now.lock().unwrap());
            match Doors::open(&places, fetching(), clock).await {
                Err(HomeError::InUse(_)) => tokio::task::yield_now().await,
                opened => return opened.unwrap(),
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), free).await.expect("the folder is in use")
}
