//! The landscape of a domain: which peers wrote about which subjects, and what they said on one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use super::{
    Asker, FindError,
    survey::{Scope, Survey, own_subjects, those_of},
};
use crate::{
    domain::{
        Entry, EntryId, Insight, JudgedPost, Landscape, Slug, StoryId, Subject, SubjectSort,
        one_of_each_story,
    },
    home::Library,
    store::StoreError,
};

/// Subjects by peers, with what the landscape points to.
#[derive(Clone, Debug)]
pub struct Surveyed {
    /// One for each row.
    pub subjects: Vec<Subject>,
    pub landscape: Landscape,
    /// By slug.
    pub peer_names: HashMap<String, String>,
    /// Years that there are to choose from, the latest first.
    pub years: Vec<i16>,
    /// The best and the newest posts of all cells.
    pub entries: HashMap<EntryId, Entry>,
    /// The best posts of each row, the best first.
    pub best: Vec<Vec<EntryId>>,
}

/// Which posts count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Counting {
    /// Those that tell of real challenges and how they were met.
    #[default]
    Substance,
    Everything,
}

impl Counting {
    fn counts(self, post: &JudgedPost) -> bool {
        self == Self::Everything || post.is_of_substance()
    }
}

/// Rows where a reader has neither topics nor interests.
const PHRASES: usize = 15;
/// Posts of a row that are named.
const BEST: usize = 3;

pub async fn landscape(
    library: &Library,
    asker: &Asker,
    scope: &Scope,
    counting: Counting,
    now: Timestamp,
) -> Result<Surveyed, FindError> {
    let mut subjects = own_subjects(library, asker).await?;
    if subjects.is_empty() {
        subjects = telling_phrases(library, asker, scope, now).await?;
    }
    // All years are looked at, to know which there are.
    let all_years = Scope { year: None, ..scope.clone() };
    let survey = Survey::of(library, asker, &all_years, &subjects, now).await?;
    let mut posts = survey.on_subjects();
    for it in &mut posts {
        it.retain(|post| counting.counts(post));
    }
    let years: BTreeSet<i16> = posts.iter().flatten().filter_map(|it| it.year()).collect();
    if let Some(year) = scope.year {
        for it in &mut posts {
            it.retain(|post| post.year() == Some(year));
        }
    }
    let landscape = Landscape::of(&posts);
    let best: Vec<Vec<EntryId>> = posts.iter().map(|it| best_of(it)).collect();
    let cells = landscape.rows.iter().flat_map(|it| it.cells.iter().flatten().chain(&it.all));
    let shown = cells.flat_map(|it| [it.best, it.newest]).chain(best.iter().flatten().copied());
    let shown: BTreeSet<EntryId> = shown.collect();
    let entries = entries_of(library, shown.into_iter().collect()).await?;
    let names = landscape.peers.iter().map(|it| (it.clone(), survey.peer_name(it)));
    Ok(Surveyed {
        peer_names: names.collect(),
        years: years.into_iter().rev().collect(),
        subjects,
        landscape,
        entries,
        best,
    })
}

fn best_of(posts: &[&JudgedPost]) -> Vec<EntryId> {
    let mut best = one_of_each_story(posts.iter().copied());
    best.sort_by(|a, b| b.expected.total_cmp(&a.expected));
    best.iter().take(BEST).map(|it| it.entry).collect()
}

async fn entries_of(
    library: &Library,
    ids: Vec<EntryId>,
) -> Result<HashMap<EntryId, Entry>, StoreError> {
    let entries = library.store.entries_without_bodies(&ids).await?;
    Ok(entries.into_iter().map(|it| (it.id, it)).collect())
}

/// What the posts of the domain speak of more than others do: the phrases of the most peers, then of the
/// most stories.
async fn telling_phrases(
    library: &Library,
    asker: &Asker,
    scope: &Scope,
    now: Timestamp,
) -> Result<Vec<Subject>, FindError> {
    let survey = Survey::of_everything(library, asker, scope, &[], now).await?;
    let judged = survey.by_entry();
    let ever = (Timestamp::MIN, Timestamp::MIN);
    let phrases = library.store.frequent_phrases(ever, 2).await?;
    let mut told: Vec<(usize, usize, String)> = Vec::new();
    for (phrase, entries) in phrases {
        let posts = those_of(&judged, &entries);
        let peers: BTreeSet<&str> = posts.iter().map(|it| &*it.peer).collect();
        let stories: BTreeSet<_> = posts.iter().map(|it| it.story).collect();
        if peers.len() > 1 {
            told.push((peers.len(), stories.len(), phrase));
        }
    }
    told.sort_by(|a, b| (b.0, b.1).cmp(&(a.0, a.1)).then_with(|| a.2.cmp(&b.2)));
    told.truncate(PHRASES);
    Ok(told.iter().map(|(.., phrase)| Subject::of_phrase(phrase)).collect())
}

/// What peers wrote on one subject, in order of time.
#[derive(Clone, Debug)]
pub struct OnSubject {
    /// Stories, whatever the limit.
    pub total: usize,
    /// Peers that have any of them.
    pub with_posts: usize,
    /// Peers that there are to choose from, those with the most first, in any year.
    pub peers: Vec<PeerCount>,
    /// Years that there are to choose from.
    pub years: BTreeSet<i16>,
    /// A part of them, the newest or the oldest first.
    pub posts: Vec<Quoted>,
}

/// How many stories on a subject a peer has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerCount {
    /// Slug.
    pub peer: String,
    pub name: String,
    pub stories: usize,
}

/// A post with what was read out of it.
#[derive(Clone, Debug)]
pub struct Quoted {
    pub entry: Entry,
    /// `None` for what nobody has dated.
    pub year: Option<i16>,
    pub insight: Insight,
}

/// Which part of the posts on a subject is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub offset: usize,
    pub limit: usize,
    pub oldest_first: bool,
}

pub async fn on_subject(
    library: &Library,
    asker: &Asker,
    subject: &Subject,
    (scope, counting): (&Scope, Counting),
    part: Part,
    now: Timestamp,
) -> Result<OnSubject, FindError> {
    let subjects = std::slice::from_ref(subject);
    // All are looked at, to know what there is to choose from.
    let all = Scope { year: None, peer: None, ..scope.clone() };
    let survey = Survey::of(library, asker, &all, subjects, now).await?;
    let mut posts = survey.on_subjects().pop().unwrap_or_default();
    posts.retain(|it| counting.counts(it));
    let years = posts.iter().filter_map(|it| it.year()).collect();
    let peers = peers_of(&posts, &survey);
    let peer = scope.peer.as_ref().map(Slug::as_str);
    posts.retain(|it| scope.year.is_none() || it.year() == scope.year);
    posts.retain(|it| peer.is_none_or(|peer| &*it.peer == peer));
    let with_posts = posts.iter().map(|it| &*it.peer).collect::<BTreeSet<_>>().len();
    let mut posts = one_of_each_story(posts);
    if part.oldest_first {
        posts.reverse();
    }
    let total = posts.len();
    let shown = posts.iter().skip(part.offset).take(part.limit);
    let shown: Vec<&JudgedPost> = shown.copied().collect();
    let posts = quoted(library, &shown).await?;
    Ok(OnSubject { total, with_posts, peers, years, posts })
}

fn peers_of(posts: &[&JudgedPost], survey: &Survey) -> Vec<PeerCount> {
    let mut stories: BTreeMap<&str, BTreeSet<StoryId>> = BTreeMap::new();
    for post in posts {
        stories.entry(&post.peer).or_default().insert(post.story);
    }
    let peers = stories.into_iter().map(|(peer, stories)| PeerCount {
        peer: peer.to_owned(),
        name: survey.peer_name(peer),
        stories: stories.len(),
    });
    let mut peers: Vec<PeerCount> = peers.collect();
    peers.sort_by(|a, b| b.stories.cmp(&a.stories).then_with(|| a.name.cmp(&b.name)));
    peers
}

/// Posts with what was read out of them, in the order asked for.
pub(super) async fn quoted(
    library: &Library,
    posts: &[&JudgedPost],
) -> Result<Vec<Quoted>, StoreError> {
    let years: HashMap<EntryId, Option<i16>> =
        posts.iter().map(|it| (it.entry, it.year())).collect();
    let ids: Vec<EntryId> = posts.iter().map(|it| it.entry).collect();
    let entries = library.store.entries_without_bodies(&ids).await?;
    let mut insights = library.store.insights(&ids).await?;
    let quoted = entries.into_iter().map(|entry| {
        let insight = insights.remove(&entry.id).unwrap_or_default();
        Quoted { year: years.get(&entry.id).copied().flatten(), entry, insight }
    });
    Ok(quoted.collect())
}

impl Surveyed {
    /// Whether the rows are what the posts speak of, as the reader named nothing.
    pub fn is_by_phrases(&self) -> bool {
        self.subjects.iter().all(|it| it.sort == SubjectSort::Phrase)
    }
}
