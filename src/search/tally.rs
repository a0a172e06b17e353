//! Counts what is found by what posts have in common, while it is found.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use jiff::Timestamp;
use tantivy::{
    BitSet, SegmentReader,
    columnar::{Cardinality, ColumnValues, StrColumn},
};

use super::{
    ranking::column,
    schema::{DOMAIN, KIND, LANGUAGE, PEER, number_of},
    weights::PeerRecency,
};
use crate::domain::{EntryId, Kind, Slug};

/// How many of the stories that were found have each value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Slugs, those with the most stories first, as in all lists here.
    pub peers: Vec<(String, usize)>,
    pub domains: Vec<(String, usize)>,
    pub topics: Vec<(Slug, usize)>,
    pub kinds: Vec<(Kind, usize)>,
    /// Primary tags: `en`.
    pub languages: Vec<(String, usize)>,
    /// Latest first.
    pub years: Vec<(i16, usize)>,
    /// Earliest first: year, month from 1 to 12, stories. Months without any are left out.
    pub months: Vec<(i16, u8, usize)>,
}

/// How a peer stands on what was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct PeerStanding {
    /// Slug.
    pub peer: String,
    pub stories: usize,
    /// The sum of how well each of its posts fits, the best of all counting 1, less the older it is.
    pub worth: f32,
    /// The post that fits best.
    pub best: EntryId,
    pub newest: Timestamp,
}

/// A story that was found.
#[derive(Clone, Copy)]
pub(super) struct Counted {
    pub(super) document: u32,
    pub(super) key: f32,
    /// In milliseconds.
    pub(super) time: i64,
}

/// Of all segments.
#[derive(Clone)]
pub(super) struct Tally {
    peers: HashMap<String, Standing>,
    domains: HashMap<String, usize>,
    languages: HashMap<String, usize>,
    kinds: Kinds,
    months: Months,
    topics: Vec<usize>,
    recency: PeerRecency,
}

/// By the number that the index gives to a kind.
type Kinds = [usize; Kind::ALL.len() + 1];

#[derive(Clone, Copy, Default, PartialEq)]
struct Standing {
    stories: usize,
    worth: f32,
    best: f32,
    entry: i64,
    newest: i64,
}

impl Tally {
    pub(super) fn new(topics: usize, now: Timestamp) -> Self {
        Self {
            peers: HashMap::new(),
            domains: HashMap::new(),
            languages: HashMap::new(),
            kinds: Kinds::default(),
            months: Months::default(),
            topics: vec![0; topics],
            recency: PeerRecency::at(now),
        }
    }

    pub(super) fn counts(&self, topics: &[Slug]) -> Counts {
        let months = self.months.in_order();
        let mut years: BTreeMap<i32, usize> = BTreeMap::new();
        for (month, stories) in &months {
            *years.entry(month.div_euclid(12)).or_default() += stories;
        }
        let year = |it: i32| i16::try_from(it).unwrap_or_default();
        let month = |it: i32| u8::try_from(it.rem_euclid(12) + 1).unwrap_or_default();
        let months = months.iter();
        let peers = self.peers.iter().map(|(peer, it)| (peer.clone(), it.stories));
        let topics = topics.iter().cloned().zip(self.topics.iter().copied());
        let place = |it: Kind| usize::try_from(number_of(Some(it))).unwrap_or_default();
        let kinds = Kind::ALL.into_iter().map(|it| (it, self.kinds[place(it)]));
        Counts {
            peers: most_first(peers),
            domains: most_first(self.domains.iter().map(|(it, count)| (it.clone(), *count))),
            topics: most_first(topics),
            kinds: most_first(kinds),
            languages: most_first(self.languages.iter().map(|(it, count)| (it.clone(), *count))),
            years: years.iter().rev().map(|(it, count)| (year(*it), *count)).collect(),
            months: months.map(|(it, n)| (year(it.div_euclid(12)), month(*it), *n)).collect(),
        }
    }

    /// Those that wrote the most worth reading, and lately, first.
    pub(super) fn peers(self) -> Vec<PeerStanding> {
        let best = self.peers.values().map(|it| it.best).fold(f32::MIN_POSITIVE, f32::max);
        let standing = |(peer, it): (String, Standing)| PeerStanding {
            peer,
            stories: it.stories,
            worth: it.worth / best,
            best: EntryId(it.entry),
            newest: Timestamp::from_millisecond(it.newest).unwrap_or_default(),
        };
        let mut peers: Vec<PeerStanding> = self.peers.into_iter().map(standing).collect();
        peers
            .sort_unstable_by(|a, b| b.worth.total_cmp(&a.worth).then_with(|| a.peer.cmp(&b.peer)));
        peers
    }

    pub(super) fn of_segment(
        &mut self,
        reader: &SegmentReader,
        topics: Vec<Arc<BitSet>>,
    ) -> tantivy::Result<SegmentTally<'_>> {
        Ok(SegmentTally {
            peers: ByValue::of(reader, PEER)?,
            domains: ByValue::of(reader, DOMAIN)?,
            languages: ByValue::of(reader, LANGUAGE)?,
            kinds: column(reader, KIND)?,
            topics,
            whole: self,
        })
    }
}

fn most_first<T: Ord>(counts: impl Iterator<Item = (T, usize)>) -> Vec<(T, usize)> {
    let mut counts: Vec<(T, usize)> = counts.filter(|(_, count)| *count > 0).collect();
    counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}

/// Of one segment, in which values have numbers.
pub(super) struct SegmentTally<'a> {
    whole: &'a mut Tally,
    peers: ByValue<Standing>,
    domains: ByValue<usize>,
    languages: ByValue<usize>,
    kinds: Arc<dyn ColumnValues<i64>>,
    topics: Vec<Arc<BitSet>>,
}

/// Something for each value of a column.
struct ByValue<T> {
    column: Option<StrColumn>,
    /// Where each document has just one value.
    single: Option<Arc<dyn ColumnValues<u64>>>,
    of_value: Vec<T>,
}

impl<T: Clone + Default + PartialEq> ByValue<T> {
    fn of(reader: &SegmentReader, name: &str) -> tantivy::Result<Self> {
        let column = reader.fast_fields().str(name)?;
        let values = column.as_ref().map_or(0, |it| it.num_terms());
        let ords = column.as_ref().map(|it| it.ords());
        let single = ords.filter(|it| it.get_cardinality() == Cardinality::Full);
        let single = single.map(|it| Arc::clone(&it.values));
        Ok(Self { column, single, of_value: vec![T::default(); values] })
    }

    fn each(&mut self, document: u32, mut change: impl FnMut(&mut T)) {
        let Self { column, single, of_value } = self;
        let mut change_at = |value: u64| {
            let place = usize::try_from(value).ok().and_then(|it| of_value.get_mut(it));
            if let Some(place) = place {
                change(place);
            }
        };
        match (single, column) {
            (Some(values), _) => change_at(values.get_val(document)),
            (None, Some(column)) => {
                column.ords().values_for_doc(document).for_each(change_at);
            }
            (None, None) => {}
        }
    }

    /// Those of which something was found, in one walk: looked up one by one, each name would cost a
    /// walk from the beginning of its block.
    fn named(self) -> tantivy::Result<Vec<(String, T)>> {
        let Some(column) = self.column else { return Ok(Vec::new()) };
        let found = (0_u64..).zip(self.of_value).filter(|(_, value)| *value != T::default());
        let (values, found): (Vec<u64>, Vec<T>) = found.unzip();
        let mut names = Vec::with_capacity(values.len());
        let take = |name: &[u8]| names.push(String::from_utf8_lossy(name).into_owned());
        column.dictionary().sorted_ords_to_term_cb(&values, take)?;
        Ok(names.into_iter().zip(found).collect())
    }
}

impl SegmentTally<'_> {
    pub(super) fn count(&mut self, found: Counted, entry: impl Fn() -> i64) {
        let Counted { document, key, time } = found;
        let worth = key * self.whole.recency.share(time);
        self.peers.each(document, |peer| {
            if peer.stories == 0 || key > peer.best {
                (peer.best, peer.entry) = (key, entry());
            }
            peer.newest = if peer.stories == 0 { time } else { peer.newest.max(time) };
            peer.stories += 1;
            peer.worth += worth;
        });
        self.domains.each(document, |it| *it += 1);
        self.languages.each(document, |it| *it += 1);
        let kind = usize::try_from(self.kinds.get_val(document)).unwrap_or_default();
        if let Some(count) = self.whole.kinds.get_mut(kind) {
            *count += 1;
        }
        self.whole.months.count(month_of(time));
        for (topic, count) in self.topics.iter().zip(&mut self.whole.topics) {
            *count += usize::from(topic.contains(document));
        }
    }

    pub(super) fn finish(self) -> tantivy::Result<()> {
        for (name, more) in self.peers.named()? {
            if more.stories > 0 {
                let peer = self.whole.peers.entry(name).or_insert(Standing {
                    newest: i64::MIN,
                    best: f32::NEG_INFINITY,
                    ..Standing::default()
                });
                if more.best > peer.best {
                    (peer.best, peer.entry) = (more.best, more.entry);
                }
                peer.newest = peer.newest.max(more.newest);
                peer.stories += more.stories;
                peer.worth += more.worth;
            }
        }
        for (name, more) in self.domains.named()? {
            *self.whole.domains.entry(name).or_default() += more;
        }
        for (name, more) in self.languages.named()? {
            // `en-us` is among the English ones already.
            if !name.contains('-') {
                *self.whole.languages.entry(name).or_default() += more;
            }
        }
        Ok(())
    }
}

/// Stories by months since year 0: those in which anything was ever published lie side by side.
#[derive(Clone, Default)]
struct Months {
    usual: Vec<usize>,
    others: BTreeMap<i32, usize>,
}

const FIRST_USUAL: i32 = 1970 * 12;
const USUAL: usize = 150 * 12;

impl Months {
    fn count(&mut self, month: i32) {
        let place = usize::try_from(month - FIRST_USUAL).ok().filter(|it| *it < USUAL);
        let Some(place) = place else {
            *self.others.entry(month).or_default() += 1;
            return;
        };
        if place >= self.usual.len() {
            self.usual.resize(USUAL, 0);
        }
        self.usual[place] += 1;
    }

    fn in_order(&self) -> BTreeMap<i32, usize> {
        let mut months = self.others.clone();
        months.extend((FIRST_USUAL..).zip(self.usual.iter().copied()).filter(|(_, n)| *n > 0));
        months
    }
}

const MILLISECONDS_PER_DAY: i64 = 24 * 3600 * 1000;

/// Months since year 0, in UTC, by the calendar in which each cycle of 400 years has 146,097 days
/// (H. Hinnant, "chrono-compatible low-level date algorithms").
fn month_of(milliseconds: i64) -> i32 {
    let days = milliseconds.div_euclid(MILLISECONDS_PER_DAY) + 719_468;
    let cycle = days.div_euclid(146_097);
    let day = days.rem_euclid(146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    // Counted from March, so that the leap day is the last of its year.
    let from_march = (5 * day_of_year + 2) / 153;
    let months = (cycle * 400 + year) * 12 + from_march + 2;
    i32::try_from(months).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan as _, civil::date, tz::TimeZone};

    use super::*;

    #[test]
    fn months_are_those_of_the_calendar() {
        let mut day = date(1899, 12, 1);
        while day < date(2101, 3, 3) {
            let time = day.to_zoned(TimeZone::UTC).unwrap().timestamp();
            let month = month_of(time.as_millisecond());
            let expected = i32::from(day.year()) * 12 + i32::from(day.month()) - 1;
            assert_eq!(month, expected, "{day}");
            assert_eq!(month_of(time.as_millisecond() + MILLISECONDS_PER_DAY - 1), expected);
            day = day.checked_add(5.days()).unwrap();
        }
    }
}
