//! Trends: subjects and key phrases that peers write about more than they did.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{
    Asker, FindError,
    survey::{Scope, Survey, own_subjects},
};
use crate::{
    domain::{FEWEST_STORIES, Published, Subject, Trend, last_quarter, rising, trends_since},
    home::Library,
};

#[derive(Clone, Debug)]
pub struct Trends {
    /// The reader's own, the steepest first, rising or not.
    pub subjects: Vec<(Subject, Trend)>,
    /// Key phrases that rise, the steepest first.
    pub phrases: Vec<(Subject, Trend)>,
    /// Stories in all, in the last quarter.
    pub stories: usize,
    pub peers: usize,
    /// Whether there is anything that the last quarter could be set against.
    pub has_year_before: bool,
}

/// Phrases that are told.
const MOST_PHRASES: usize = 30;

pub async fn trends(
    library: &Library,
    asker: &Asker,
    scope: &Scope,
    now: Timestamp,
) -> Result<Trends, FindError> {
    let own = own_subjects(library, asker).await?;
    let scope = Scope { since: Some(trends_since(now)), ..scope.clone() };
    let survey = Survey::of(library, asker, &scope, &own, now).await?;
    let published = Published::of(survey.posts.values(), now);
    let times = (last_quarter(now), trends_since(now));
    let phrases = library.store.frequent_phrases(times, FEWEST_STORIES).await?;
    let phrases = phrases.iter().map(|(phrase, entries)| (phrase.as_str(), survey.on(entries)));
    let mut phrases = rising(phrases, &published);
    phrases.truncate(MOST_PHRASES);
    let trends = survey.on_subjects().into_iter().map(|posts| published.trend(&posts));
    let mut subjects: Vec<(Subject, Trend)> = own.into_iter().zip(trends).collect();
    subjects.sort_by(|a, b| b.1.rise.total_cmp(&a.1.rise));
    let last = || survey.posts.values().filter(|it| it.ordered > last_quarter(now));
    Ok(Trends {
        subjects,
        phrases: phrases.into_iter().map(|(it, trend)| (Subject::of_phrase(&it), trend)).collect(),
        stories: last().map(|it| it.story).collect::<BTreeSet<_>>().len(),
        peers: last().map(|it| it.peer.as_str()).collect::<BTreeSet<_>>().len(),
        has_year_before: published.has_year_before(),
    })
}
