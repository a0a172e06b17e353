//! Finds titles by what was typed of them so far.

use std::{
    collections::HashSet,
    ops::{Bound, Range},
};

use jiff::Timestamp;
use tantivy::{
    DocAddress, Order, Searcher, Term,
    collector::TopDocs,
    query::{BooleanQuery, Query as Run, RangeQuery, TermSetQuery},
};

use super::{
    Ask, Index, SearchError,
    analysis::{Unit, is_paired},
    schema::{ENTRY, ORDERED, STORY},
    translate::Plan,
};
use crate::domain::{EntryId, fold, query::Query};

/// Words of what was typed that count; the last of them may go on.
const MOST_WORDS: usize = 8;
/// In letters: longer ones are no words that somebody types.
const LONGEST_WORD: usize = 40;
/// In letters: one alone begins a word of nearly every title.
const SHORTEST_BEGINNING: usize = 2;
/// What stemmers leave where they take an ending away: `prici` may become `pricing`, which the index
/// knows as `price`.
const STEM_ENDS: [&str; 4] = ["", "e", "i", "y"];
/// In letters.
const SHORTEST_STEM: usize = 3;
/// Entries whose titles share no more than a stem with the last word.
const MOST_UNSURE: usize = 40;

impl Index {
    /// The newest entries, one of a story, whose titles hold all words that were typed, the last of
    /// them perhaps not to its end. Where few do, others follow whose titles may hold it: the index
    /// knows stems, so that whoever has the titles decides.
    pub fn titled(&self, typed: &str, most: usize) -> Result<Vec<EntryId>, SearchError> {
        let searcher = self.0.reader.searcher();
        let titles = Titles { index: self, searcher: &searcher };
        titles.with(&fold(typed), most).map_err(|error| SearchError::of("search", error))
    }
}

struct Titles<'a> {
    index: &'a Index,
    searcher: &'a Searcher,
}

impl Titles<'_> {
    fn with(&self, typed: &str, most: usize) -> tantivy::Result<Vec<EntryId>> {
        let words = typed.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
        let mut words: Vec<&str> = words.take(MOST_WORDS).map(head).collect();
        // What is indexed by pairs of letters is found wherever it stands.
        let begun = words.pop_if(|it| !it.contains(is_paired));
        let whole = self.holding(&words)?;
        let mut found = Found::default();
        let Some(begun) = begun else {
            self.add(whole.into_iter().collect(), most, &mut found)?;
            return Ok(found.entries);
        };
        if begun.chars().count() < SHORTEST_BEGINNING {
            return Ok(Vec::new());
        }
        let with = |last| whole.iter().map(|it| it.box_clone()).chain([last]).collect();
        self.add(with(self.beginning(begun)), most, &mut found)?;
        if found.entries.len() < most {
            self.add(with(self.stem_of(begun)), MOST_UNSURE, &mut found)?;
        }
        Ok(found.entries)
    }

    /// `None` for no words.
    fn holding(&self, words: &[&str]) -> tantivy::Result<Option<Box<dyn Run>>> {
        if words.is_empty() {
            return Ok(None);
        }
        let filters: Vec<String> = words.iter().map(|it| format!("title:{it}")).collect();
        let ask = Ask::best(1, Timestamp::UNIX_EPOCH);
        let plan = Plan::of(&Query::parse(&filters.join(" ")), &ask, self.searcher, self.index)?;
        Ok(Some(plan.strict))
    }

    fn beginning(&self, letters: &str) -> Box<dyn Run> {
        let term = |text: &str| Term::from_field_text(self.index.0.fields.title, text);
        let behind_all = term(&format!("{letters}{}", char::MAX));
        Box::new(RangeQuery::new(Bound::Included(term(letters)), Bound::Excluded(behind_all)))
    }

    /// Whatever the index may know a word by that begins so.
    fn stem_of(&self, letters: &str) -> Box<dyn Run> {
        let own = Unit::of(letters, &self.index.tongues(), &self.index.0.pool).unwrap_or_default();
        let mut stems: Vec<String> = own.into_terms().collect();
        for length in stem_lengths(letters) {
            let stump: String = letters.chars().take(length).collect();
            stems.extend(STEM_ENDS.iter().map(|it| format!("{stump}{it}")));
        }
        let title = self.index.0.fields.title;
        Box::new(TermSetQuery::new(stems.iter().map(|it| Term::from_field_text(title, it))))
    }

    /// Adds the newest that match everything.
    fn add(&self, all: Vec<Box<dyn Run>>, most: usize, found: &mut Found) -> tantivy::Result<()> {
        // Several may be of one story.
        let newest = TopDocs::with_limit(2 * most).order_by_fast_field::<i64>(ORDERED, Order::Desc);
        for (_, document) in self.searcher.search(&BooleanQuery::intersection(all), &newest)? {
            if found.entries.len() < most {
                let (entry, story) = self.numbers(document)?;
                found.add(entry, story);
            }
        }
        Ok(())
    }

    fn numbers(&self, document: DocAddress) -> tantivy::Result<(i64, i64)> {
        let columns = self.searcher.segment_reader(document.segment_ord).fast_fields();
        let entry = columns.i64(ENTRY)?.first(document.doc_id);
        let story = columns.i64(STORY)?.first(document.doc_id);
        Ok((entry.unwrap_or_default(), story.unwrap_or_default()))
    }
}

#[derive(Default)]
struct Found {
    entries: Vec<EntryId>,
    stories: HashSet<i64>,
}

impl Found {
    fn add(&mut self, entry: i64, story: i64) {
        if self.stories.insert(story) {
            self.entries.push(EntryId(entry));
        }
    }
}

/// How long the stem of a word may be that begins with these letters, but is none of them all.
fn stem_lengths(letters: &str) -> Range<usize> {
    let length = letters.chars().count();
    SHORTEST_STEM.max(length / 2)..length
}

fn head(word: &str) -> &str {
    word.char_indices().nth(LONGEST_WORD).map_or(word, |(end, _)| &word[..end])
}
