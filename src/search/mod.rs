//! The tantivy index: it follows the store and can be thrown away at any time.
//!
//! A document is one entry; a hit is a story. The text itself is not kept here: snippets are cut
//! from what the library holds.

mod among;
mod analysis;
mod census;
mod error;
mod exclusion;
mod explain;
mod fits;
mod halves;
mod known;
mod known_fits;
mod loose;
mod matching;
mod members;
mod opening;
mod pairs;
mod postings;
mod ranking;
mod schema;
mod segments;
mod similar;
mod snippet;
mod soft;
mod spelling;
mod suggest;
mod tally;
mod thesaurus;
mod top;
mod translate;
mod weights;
mod window;
mod word;
mod writing;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock, atomic::AtomicI64, atomic::Ordering},
};

use jiff::Timestamp;
use tantivy::IndexReader;

use crate::domain::{
    EntryId, Kind, Language, Passage, SourceId, StoryId, Synonyms, Worth,
    query::{Feature, Notice, Query},
};

pub use census::{Census, Reach};
pub use error::{Cause, SearchError};
pub use explain::{Explanation, Place, ScorePart};
pub use fits::{FitsOfSome, Fitting};
pub use known::{Known, Stories};
pub use matching::Matcher;
pub use similar::Gist;
pub use snippet::{Marker, Snippet};
pub use tally::{Counts, PeerStanding};

use analysis::{Backlog, StemPool, Tongue};
use known_fits::AllKnownFits;
use schema::Fields;
use segments::KnownSegments;
use spelling::Speller;
use tally::Tally;
use thesaurus::Thesaurus;
use translate::Plan;
use writing::Writer;

/// The index of one installation. Clones share it. Everything here blocks.
#[derive(Clone)]
pub struct Index(Arc<Inner>);

struct Inner {
    tantivy: tantivy::Index,
    fields: Fields,
    reader: IndexReader,
    /// Languages of the documents that are there.
    tongues: RwLock<Arc<[Tongue]>>,
    thesaurus: RwLock<Arc<Thesaurus>>,
    segments: KnownSegments,
    known_fits: AllKnownFits,
    pool: StemPool,
    backlog: Arc<Backlog>,
    settings: IndexSettings,
    /// Made when something is first written.
    writer: Mutex<Option<Writer>>,
    position: AtomicI64,
    /// `None` for an index in memory.
    folder: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug)]
pub struct IndexSettings {
    /// For all threads together. Less means more and smaller segments to be merged.
    pub writer_memory_bytes: usize,
    pub threads: usize,
}

impl Default for IndexSettings {
    /// One thread keeps up with a crawl, in little memory. Of each thread's memory a third is taken
    /// before the first word, so that two in the same memory write three times as many segments.
    fn default() -> Self {
        Self { writer_memory_bytes: 30_000_000, threads: 1 }
    }
}

pub struct Opened {
    pub index: Index,
    /// What was there could not be used and is gone: all is to be indexed again.
    pub rebuilt: bool,
}

/// One step of following the store.
#[derive(Clone, Debug)]
pub enum IndexChange {
    /// Replaces the entry if it is there.
    Put(Box<IndexDocument>),
    Remove(EntryId),
}

#[derive(Clone, Debug)]
pub struct IndexDocument {
    pub entry: EntryId,
    pub story: StoryId,
    pub source: SourceId,
    /// Slug.
    pub peer: String,
    pub peer_name: String,
    /// Slugs.
    pub domains: Vec<String>,
    pub title: String,
    /// Headings of the article; their text is part of `body` too.
    pub headings: Vec<String>,
    /// Text of the article.
    pub body: String,
    pub authors: Vec<String>,
    pub categories: Vec<String>,
    pub language: Option<Language>,
    /// Of the article.
    pub words: u32,
    pub features: Vec<Feature>,
    /// `None` where it was not read, or could not be.
    pub kind: Option<Kind>,
    pub worth: Option<Worth>,
    /// The worth that was expected, from 0 to 3; 0 where it was not read, or could not be.
    pub expected: f32,
    /// In reading order.
    pub passages: Vec<Passage>,
    pub ordered: Timestamp,
    /// The number that the store gave to this state of the entry.
    pub changed: i64,
}

/// What is asked of the index besides the query.
#[derive(Clone, Debug)]
pub struct Ask {
    pub limit: usize,
    pub offset: usize,
    pub now: Timestamp,
    /// Slug, or words of the name.
    pub peer: Option<String>,
    /// Slug.
    pub domain: Option<String>,
    pub since: Option<Timestamp>,
    pub sort: Sort,
    /// Only what holds all that is asked for, however little that is.
    pub strict: bool,
    /// Whether to count what is found, and how each peer stands.
    pub counts: bool,
    /// What is hidden, whatever else it matches.
    pub muted: Option<Query>,
    pub known: Known,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Relevance,
    Newest,
    Oldest,
}

impl Ask {
    /// Whether nothing is asked that narrows a query.
    fn is_plain(&self) -> bool {
        let Self { peer, domain, since, muted, .. } = self;
        peer.is_none() && domain.is_none() && since.is_none() && muted.is_none()
    }

    /// The best `limit`, of everything.
    pub fn best(limit: usize, now: Timestamp) -> Self {
        Self {
            limit,
            offset: 0,
            now,
            peer: None,
            domain: None,
            since: None,
            sort: Sort::Relevance,
            strict: false,
            counts: false,
            muted: None,
            known: Known::default(),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Stories that match, whatever the limit.
    pub total: usize,
    /// Those of them that match everything that is asked for.
    pub strict: usize,
    /// Too few stories hold every word, so that those with most of them follow.
    pub relaxed: bool,
    pub notices: Vec<Notice>,
    pub hits: Vec<Hit>,
    /// Where it was asked for.
    pub counts: Option<Counts>,
    /// Where counts were asked for: those that wrote the most worth reading, and lately, first.
    pub peers: Vec<PeerStanding>,
}

/// A story, by the entry of it that fits best.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    pub entry: EntryId,
    pub story: StoryId,
    pub score: f32,
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Index").field(&self.0.folder).finish()
    }
}

impl Index {
    /// Opens the index in `folder` to read and write it; makes one where none is, and anew where
    /// what is there cannot be used.
    pub fn open(folder: &Path, settings: IndexSettings) -> Result<Opened, SearchError> {
        opening::open(folder, settings)
    }

    /// Opens the index in `folder` while another process may be writing it.
    pub fn reader_only(folder: &Path) -> Result<Self, SearchError> {
        opening::reader_only(folder)
    }

    pub fn in_memory() -> Result<Self, SearchError> {
        opening::in_memory()
    }

    /// The last number of the store's changes that the index holds.
    pub fn position(&self) -> i64 {
        self.0.position.load(Ordering::Acquire)
    }

    /// Another number whenever anything else may be found.
    pub fn generation(&self) -> u64 {
        self.0.reader.searcher().generation().generation_id()
    }

    /// Takes changes in. They are searchable, and outlive the process, from the next
    /// [`commit`](Self::commit) on.
    pub fn apply(&self, changes: &[IndexChange]) -> Result<(), SearchError> {
        self.with_writer(|writer| writer.apply(changes))
    }

    /// Makes what was applied searchable, together with the number up to which the store was
    /// followed.
    pub fn commit(&self, position: i64) -> Result<(), SearchError> {
        self.with_writer(|writer| writer.commit(position))?;
        self.0.position.store(position, Ordering::Release);
        self.refresh()
    }

    /// Empties the index; the position is 0 again.
    pub fn clear(&self) -> Result<(), SearchError> {
        self.with_writer(Writer::clear)?;
        self.0.position.store(0, Ordering::Release);
        self.refresh()
    }

    /// Takes over what another process has committed since.
    pub fn reload(&self) -> Result<(), SearchError> {
        let metas = self.0.tantivy.load_metas().map_err(|error| SearchError::of("read", error))?;
        self.0.position.store(opening::position_in(&metas), Ordering::Release);
        self.refresh()
    }

    /// Makes this the index of one library. What was made from another one, or from the same before
    /// a copy was put back, is emptied.
    pub fn belong_to(&self, lineage: &str) -> Result<(), SearchError> {
        let Some(folder) = &self.0.folder else { return Ok(()) };
        if opening::lineage_of(folder).as_deref() == Some(lineage) {
            return Ok(());
        }
        if self.position() != 0 {
            self.clear()?;
        }
        opening::write_lineage(folder, lineage)
    }

    /// Waits until segments are merged, as before the end of a process that leaves a whole index.
    pub fn finish(&self) -> Result<(), SearchError> {
        let writer = self.0.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        writer.map_or(Ok(()), Writer::finish)?;
        self.refresh()
    }

    pub fn search(&self, query: &Query, ask: &Ask) -> Result<Found, SearchError> {
        let searcher = self.0.reader.searcher();
        let found = Plan::of(&self.widened(query), ask, &searcher, self)
            .and_then(|plan| ranking::ranked(&plan, ask, &searcher, &self.0.segments));
        let found = found.map_err(|error| SearchError::of("search", error))?;
        let topics: Vec<_> = ask.known.topics.iter().map(|(slug, _)| slug.clone()).collect();
        let counts = found.tally.as_ref().map(|it| it.counts(&topics));
        Ok(Found {
            total: found.total,
            strict: found.strict,
            relaxed: found.total > found.strict,
            notices: query.notices().to_vec(),
            hits: found.hits,
            counts,
            peers: found.tally.map(Tally::peers).unwrap_or_default(),
        })
    }

    /// Why an entry stands where it stands; `None` where it does not match.
    pub fn explain(
        &self,
        query: &Query,
        ask: &Ask,
        entry: EntryId,
    ) -> Result<Option<Explanation>, SearchError> {
        let searcher = self.0.reader.searcher();
        let explained = Plan::of(&self.widened(query), ask, &searcher, self)
            .and_then(|plan| explain::explained(&plan, ask, entry, &searcher, &self.0.fields));
        explained.map_err(|error| SearchError::of("search", error))
    }

    /// The query with each word that no post holds replaced by one that it may have meant; `None`
    /// where there is none.
    pub fn corrected(&self, query: &Query) -> Result<Option<Query>, SearchError> {
        let searcher = self.0.reader.searcher();
        let tongues = self.tongues();
        let fields = self.0.fields;
        let speller =
            Speller { searcher: &searcher, fields, tongues: &tongues, pool: &self.0.pool };
        speller.corrected(query).map_err(|error| SearchError::of("read", error))
    }

    /// What an entry is about, to find others that are like it.
    pub fn gist(&self, entry: &IndexDocument) -> Result<Gist, SearchError> {
        let gist = Gist::of(entry, &self.0.reader.searcher(), &self.0.fields, &self.0.pool);
        gist.map_err(|error| SearchError::of("read", error))
    }

    /// What decides whether single entries match a query.
    pub fn matcher(&self, query: &Query, known: Known) -> Result<Matcher, SearchError> {
        Matcher::new(query, known, self)
    }

    /// Lets words that mean the same be found for each other.
    pub fn set_synonyms(&self, synonyms: &Synonyms) {
        let thesaurus = Arc::new(Thesaurus::of(synonyms, &self.0.pool));
        *self.0.thesaurus.write().unwrap_or_else(PoisonError::into_inner) = thesaurus;
        self.0.segments.forget_topics();
        self.0.known_fits.forget();
    }

    /// What cuts snippets and marks words for one query.
    pub fn marker(&self, query: &Query) -> Marker {
        let (tongues, thesaurus) = (self.tongues(), self.thesaurus());
        Marker::new(&self.widened(query), &tongues, &thesaurus, self.0.pool.clone())
    }

    /// The passage of a text that fits a query best, its words marked. For several texts,
    /// [`marker`](Self::marker) is quicker.
    pub fn snippet(&self, query: &Query, text: &str, language: Option<&Language>) -> Snippet {
        self.marker(query).snippet(text, language)
    }

    pub fn document_count(&self) -> u64 {
        self.0.reader.searcher().num_docs()
    }

    /// Of its files.
    pub fn size_bytes(&self) -> Result<u64, SearchError> {
        match &self.0.folder {
            Some(folder) => opening::folder_size(folder),
            None => Ok(0),
        }
    }

    fn tongues(&self) -> Arc<[Tongue]> {
        self.0.tongues.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn thesaurus(&self) -> Arc<Thesaurus> {
        self.0.thesaurus.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The query with what means the same as its words.
    pub fn widened(&self, query: &Query) -> Query {
        self.thesaurus().widened(query, &self.0.pool)
    }

    fn refresh(&self) -> Result<(), SearchError> {
        let told = |error| SearchError::of("read", error);
        self.0.reader.reload().map_err(told)?;
        let tongues = opening::tongues_in(&self.0.reader.searcher(), &self.0.fields);
        let mut known = self.0.tongues.write().unwrap_or_else(PoisonError::into_inner);
        *known = tongues.map_err(told)?.into();
        Ok(())
    }

    /// A writer that failed is not used again: the next call starts from the last commit.
    fn with_writer(
        &self,
        work: impl FnOnce(&mut Writer) -> Result<(), SearchError>,
    ) -> Result<(), SearchError> {
        let mut place = self.0.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut writer = match place.take() {
            Some(writer) => writer,
            None => Writer::new(&self.0)?,
        };
        work(&mut writer)?;
        *place = Some(writer);
        Ok(())
    }
}
