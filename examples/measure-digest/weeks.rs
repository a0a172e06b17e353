//! Draws weeks, and has issues composed of them as a service would.

use std::{collections::HashMap, time::Duration};

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use peerscope::{
    crawl,
    digest::Edition,
    domain::{
        DigestPlan, EntryDraft, Fingerprint, Following, Outcome, Peer, Preferences, Read, Slug,
        Source, SourceToVisit, SubscriberState, Visit, cut_at_word, reading_minutes,
    },
    extract,
    home::Library,
    search::Index,
    store::{Location, NewSubscriber, Pick, Store},
};

use crate::{
    chance::Chance,
    labelled::Labelled,
    report::{NEWEST, RANDOM, Tally, Week},
};

const WEEKS: usize = 4;
const FEWEST: usize = 60;
const MOST: usize = 150;
pub(crate) const PICKS: usize = 10;
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Who reads: nobody in particular, someone who runs services, someone who builds languages. The
/// interests are those of the organisations' own front pages.
const PROFILES: [(&str, &[&str]); 3] = [
    ("no interests", &[]),
    ("platforms", &["service mesh", "virtual machines", "gitops", "stream processing", "alerting"]),
    (
        "languages",
        &["garbage collection", "compiler", "webassembly", "type checking", "concurrency"],
    ),
];
/// For ten picks whatever they take, and within the usual hour.
const MINUTES: [u32; 2] = [240, 60];

/// Weeks in a row: each post with the time at which it appears.
pub(crate) struct Season<'a>(Vec<Vec<(Timestamp, &'a Labelled)>>);

fn begin() -> Timestamp {
    "2026-01-05T08:00:00Z".parse().unwrap_or_default()
}

fn week_end(week: usize) -> Timestamp {
    (0..=week).fold(begin(), |time, _| time + DAY * 7)
}

impl<'a> Season<'a> {
    /// Each post once.
    pub(crate) fn draw(posts: &[&'a Labelled], chance: &mut Chance) -> Self {
        let mut posts = posts.to_vec();
        chance.shuffle(&mut posts);
        let mut weeks = Vec::new();
        for week in 0..WEEKS {
            let count = (FEWEST + chance.below(MOST - FEWEST + 1)).min(posts.len());
            if count < FEWEST {
                break;
            }
            let drawn = posts.split_off(posts.len() - count);
            let mut at = |post| {
                let second = i64::try_from(chance.below(7 * 24 * 3600)).unwrap_or_default();
                (week_end(week) - SignedDuration::from_secs(second), post)
            };
            let mut drawn: Vec<(Timestamp, &Labelled)> = drawn.into_iter().map(&mut at).collect();
            drawn.sort_by_key(|(at, post)| (*at, post.id.clone()));
            weeks.push(drawn);
        }
        Self(weeks)
    }

    pub(crate) async fn measure(
        &self,
        base: &Base,
        chance: &mut Chance,
        tally: &mut Tally,
    ) -> anyhow::Result<()> {
        let installation = base.copied().await?;
        for (week, posts) in self.0.iter().enumerate() {
            let slot = week_end(week);
            installation.publish(posts).await?;
            let worths: Vec<&Labelled> = posts.iter().map(|(_, it)| *it).collect();
            let newest = worths.iter().rev().take(PICKS).copied();
            tally.add(NEWEST, counted(newest));
            let mut random = worths.clone();
            chance.shuffle(&mut random);
            tally.add(RANDOM, counted(random.into_iter().take(PICKS)));
            for (profile, picks) in installation.issues(slot, self).await? {
                tally.add(&profile, counted(picks.into_iter()));
            }
        }
        Ok(())
    }
}

fn counted<'a>(picks: impl Iterator<Item = &'a Labelled>) -> Week {
    let mut week = Week::default();
    for post in picks {
        week.picks += 1.0;
        week.worth_3 += f64::from(u8::from(post.worth == Some(3)));
        week.worth_2 += f64::from(u8::from(post.worth >= Some(2)));
        let words = extract::text_of(&post.html).words;
        week.minutes += f64::from(reading_minutes(words).max(1));
    }
    week
}

/// A library that follows all organisations, knows the posts of some for long, and has its subscribers.
pub(crate) struct Base {
    folder: tempfile::TempDir,
    following: Following,
}

struct Installation {
    library: Library,
    following: Following,
    sources: HashMap<String, SourceToVisit>,
    _folder: tempfile::TempDir,
}

const LIBRARY: &str = "library.db";

impl Base {
    pub(crate) async fn new(
        measured: &[&Labelled],
        others: &[&Labelled],
        chance: &mut Chance,
    ) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut orgs: Vec<&str> = measured.iter().chain(others).map(|it| it.org.as_str()).collect();
        orgs.sort_unstable();
        orgs.dedup();
        let peers: Option<Vec<Peer>> = (0..).zip(&orgs).map(|(at, it)| peer(it, at)).collect();
        let peers = peers.context("an organisation without a name")?;
        let base = Self { folder, following: Following { peers, ..Following::default() } };
        let store = Store::open(&Location::File(base.folder.path().join(LIBRARY))).await?;
        store.follow(&base.following, begin()).await?;
        let installation = Installation::over(store, &base.following, tempfile::tempdir()?).await?;
        installation.fill_up(others, chance).await?;
        for (number, (_, interests)) in PROFILES.iter().enumerate() {
            for minutes in MINUTES {
                installation.subscribe(&format!("p{number}-{minutes}"), interests, minutes).await?;
            }
        }
        installation.library.store.close().await;
        Ok(base)
    }

    async fn copied(&self) -> anyhow::Result<Installation> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join(LIBRARY);
        std::fs::copy(self.folder.path().join(LIBRARY), &file)?;
        let store = Store::open(&Location::File(file)).await?;
        let installation = Installation::over(store, &self.following, folder).await?;
        installation.catch_up().await?;
        Ok(installation)
    }
}

impl Installation {
    async fn over(
        store: Store,
        following: &Following,
        folder: tempfile::TempDir,
    ) -> anyhow::Result<Self> {
        let sources = store.sources_to_visit(&Pick::All).await?;
        let sources = sources.into_iter().map(|it| (it.peer_name.clone(), it)).collect();
        let library = Library { store, index: Index::in_memory()? };
        Ok(Self { library, following: following.clone(), sources, _folder: folder })
    }

    /// First visits: of some sources to what they published in three years, of others to nothing.
    async fn fill_up(&self, others: &[&Labelled], chance: &mut Chance) -> anyhow::Result<()> {
        let mut of_sources: HashMap<&str, Vec<EntryDraft>> = HashMap::new();
        for post in others {
            let days = i32::try_from(60 + chance.below(3 * 365)).unwrap_or_default();
            of_sources.entry(&post.org).or_default().push(draft(post, begin() - DAY * days));
        }
        for (org, source) in &self.sources {
            let entries = of_sources.remove(org.as_str()).unwrap_or_default();
            self.library.store.record(vec![visit(source, begin(), entries)]).await?;
        }
        self.catch_up().await
    }

    async fn catch_up(&self) -> anyhow::Result<()> {
        crawl::index_follows(&self.library.store, &self.library.index).await?;
        Ok(())
    }

    async fn subscribe(&self, name: &str, interests: &[&str], minutes: u32) -> anyhow::Result<()> {
        let plan = DigestPlan { minutes, ..DigestPlan::default() };
        let preferences = Preferences {
            language: "en".parse()?,
            domains: Vec::new(),
            interests: interests.iter().map(|it| (*it).to_owned()).collect(),
            topics: Vec::new(),
            mute: Vec::new(),
            plan,
        };
        let new = NewSubscriber {
            reader: None,
            address: Some(format!("{name}@readers.example").parse()?),
            state: SubscriberState::Active,
            preferences,
            stamp: String::new(),
        };
        self.library.store.add_subscriber(&new, begin()).await?.context("the address is new")?;
        Ok(())
    }

    /// Each post comes with a visit of its own.
    async fn publish(&self, posts: &[(Timestamp, &Labelled)]) -> anyhow::Result<()> {
        for (at, post) in posts {
            let source = self.sources.get(&post.org).context("a source for each organisation")?;
            self.library.store.record(vec![visit(source, *at, vec![draft(post, *at)])]).await?;
        }
        self.catch_up().await
    }

    /// What each profile is given to read.
    async fn issues<'a>(
        &self,
        slot: Timestamp,
        season: &Season<'a>,
    ) -> anyhow::Result<Vec<(String, Vec<&'a Labelled>)>> {
        let drawn = season.0.iter().flatten();
        let by_id: HashMap<&str, &Labelled> = drawn.map(|(_, it)| (it.id.as_str(), *it)).collect();
        let subscribers = self.library.store.subscribers().await?;
        let edition = Edition::prepare(&self.library, &self.following, &subscribers, slot).await?;
        let mut issues = Vec::new();
        for (number, subscriber) in subscribers.iter().enumerate() {
            let composed = edition.compose(&self.library, subscriber, slot, slot).await?;
            self.library.store.keep_issue(subscriber.id, &composed.issue, None).await?;
            let label = |it: &Read| {
                let (_, id) = it.address.as_ref()?.as_str().rsplit_once('/')?;
                by_id.get(id).copied()
            };
            let labels: Option<Vec<&Labelled>> = composed.issue.reads.iter().map(label).collect();
            let labels = labels.context("a read that was not drawn")?;
            let (name, _) = PROFILES[number / MINUTES.len()];
            let minutes = subscriber.preferences.plan.minutes;
            issues.push((format!("{name}, {minutes} minutes"), labels));
        }
        Ok(issues)
    }
}

fn peer(org: &str, at: usize) -> Option<Peer> {
    let feed = format!("https://peer{at}.invalid/feed").parse().ok()?;
    let slug = Slug::of(org)?;
    Some(Peer {
        name: org.to_owned(),
        slug,
        domains: Vec::new(),
        sources: vec![Source::feed(feed)],
    })
}

fn visit(source: &SourceToVisit, at: Timestamp, entries: Vec<EntryDraft>) -> Visit {
    let mut after = source.state.clone();
    (after.visited, after.succeeded) = (Some(at), Some(at));
    Visit {
        source: source.id,
        at,
        took: Duration::from_millis(100),
        outcome: Outcome::Read { entries },
        conditional: false,
        wire_bytes: 20_000,
        status: Some(200),
        after,
    }
}

fn draft(post: &Labelled, published: Timestamp) -> EntryDraft {
    let text = extract::text_of(&post.html);
    EntryDraft {
        guid: Some(post.id.clone()),
        link: format!("https://posts.invalid/{}", post.id).parse().ok(),
        title: post.title.clone(),
        authors: Vec::new(),
        categories: post.categories.clone(),
        language: "en".parse().ok(),
        published: Some(published),
        updated: None,
        summary: cut_at_word(&text.text, 280),
        fingerprint: Fingerprint::of(&text.text),
        words: text.words,
        html: post.html.clone(),
        is_whole: true,
    }
}
