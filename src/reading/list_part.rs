//! A reader's list in the order that is asked for, and what of it fits into some minutes.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{Asker, FindError, survey::own_subjects};
use crate::{
    domain::{
        Fit, ListOrder, OnList, ReadingState, StoryId, Tag, in_order, list_score, query::Query,
        within,
    },
    home::{Library, TopicsToKnow, look_up},
    search::Ask,
    store::{ListView, ReadingReport},
};

/// Which part of a list to show, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListAsk {
    pub view: ListView,
    pub tag: Option<Tag>,
    pub order: ListOrder,
    /// Only what can be read in so many minutes.
    pub minutes: Option<u32>,
    pub offset: usize,
    pub limit: usize,
}

impl ListAsk {
    /// What is queued, in the order of the hand.
    pub fn of(view: ListView) -> Self {
        Self { view, tag: None, order: ListOrder::Hand, minutes: None, offset: 0, limit: 50 }
    }

    pub fn queued() -> Self {
        Self::of(ListView::State(ReadingState::Queued))
    }
}

/// Part of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListPart {
    pub rows: Vec<ReadingReport>,
    /// How many there are in all, or were chosen.
    pub total: usize,
    /// Minutes that all of them take, as far as anyone knows.
    pub minutes: u32,
    /// How many have no known length.
    pub unknown: usize,
    /// How many are in the view and were not chosen, as they did not fit.
    pub left_out: usize,
    pub waiting: Waiting,
}

/// What is left to read of the whole list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    pub stories: usize,
    /// As far as anyone knows.
    pub minutes: u32,
}

impl Waiting {
    fn of(list: &[OnList]) -> Self {
        let minutes = list.iter().filter_map(OnList::minutes).fold(0_u32, u32::saturating_add);
        Self { stories: list.len(), minutes }
    }
}

/// Nothing that a reader put on the list is hidden by what they mute.
pub async fn list_part(
    library: &Library,
    asker: &Asker,
    ask: &ListAsk,
    now: Timestamp,
) -> Result<ListPart, FindError> {
    let store = &library.store;
    let short = store.list_in_short(asker.reader, (ask.view, ask.tag.as_ref()), now).await?;
    let (list, waiting) = (short.in_view, Waiting::of(&short.waiting));
    let scores = match ask.order {
        ListOrder::Fit => scores(library, asker, &list, now).await?,
        _ => vec![0.0; list.len()],
    };
    let mut list = in_order(list.into_iter().zip(scores).collect(), ask.order);
    let all = list.len();
    if let Some(minutes) = ask.minutes {
        let chosen = within(&list, ask.order, minutes);
        list = chosen.into_iter().map(|at| list[at].clone()).collect();
    }
    let lengths = list.iter().map(|(it, _)| it.minutes());
    let minutes = lengths.clone().flatten().fold(0_u32, u32::saturating_add);
    let unknown = lengths.filter(Option::is_none).count();
    let shown = list.iter().skip(ask.offset).take(ask.limit);
    let stories: Vec<StoryId> = shown.map(|(it, _)| it.story).collect();
    let rows = store.readings_of(asker.reader, &stories).await?;
    let left_out = all - list.len();
    Ok(ListPart { rows, total: list.len(), minutes, unknown, left_out, waiting })
}

/// What each story on a list scores, as it would for a digest: its fit with the reader's topics and interests,
/// and what can be learned from it.
async fn scores(
    library: &Library,
    asker: &Asker,
    list: &[OnList],
    now: Timestamp,
) -> Result<Vec<f32>, FindError> {
    let subjects = own_subjects(library, asker).await?;
    let queries: Vec<Query> = subjects.iter().map(|it| library.asked(it)).collect();
    let all: Vec<&Query> = queries.iter().collect();
    let (known, _) = look_up(library, asker, &all, TopicsToKnow::Named).await?;
    let ask = Ask { known, strict: true, ..Ask::best(0, now) };
    let (index, stories) = (library.index.clone(), list.iter().map(|it| it.story).collect());
    let found = move || index.fits_of(&queries, &ask, &stories);
    let found = tokio::task::spawn_blocking(found).await.map_err(|_| FindError::Thread)??;
    let mut fits: HashMap<StoryId, Fit> = HashMap::new();
    for (number, of_stories) in (0..).zip(found.by_query) {
        for (story, fit) in of_stories {
            fits.entry(story).or_default().add(number, fit);
        }
    }
    let score = |it: &OnList| {
        let judged = it.entry.and_then(|entry| found.judged.get(&entry));
        let fit = fits.get(&it.story).map_or(0.0, Fit::total);
        list_score(fit, judged.map(|it| it.1), judged.map(|it| it.0))
    };
    Ok(list.iter().map(score).collect())
}
