//! A story in a list: one card, wherever stories are listed.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{
    elsewhere::Places,
    glance::{ReadAt, surest},
    newest::{language_of, reading_time},
    time::Moment,
    words::{Markup, kind_name, marked, plain},
};
use crate::{
    domain::{Entry, EntryId, Insight, Role},
    reading,
    store::Elsewhere,
    web::{Web, problem::Problem, say},
};

pub(super) struct Card {
    /// The number of the entry.
    pub(super) id: i64,
    /// What the reader keeps belongs to the story.
    pub(super) story: i64,
    pub(super) title: Markup,
    pub(super) language: String,
    pub(super) peer: String,
    pub(super) peer_name: String,
    /// `None` where the heading above says it.
    pub(super) day: Option<Moment>,
    /// What sort of post it is.
    pub(super) kind: Option<String>,
    pub(super) reading_time: Option<String>,
    /// Where it is told why the hit stands where it stands.
    pub(super) why: Option<String>,
    pub(super) places: Places,
    pub(super) quotes: Vec<QuoteRow>,
    /// What it says, where nothing is quoted of it.
    pub(super) summary: Markup,
}

pub(super) struct QuoteRow {
    pub(super) role: String,
    pub(super) text: Markup,
    /// Where it stands in the article.
    pub(super) link: String,
}

impl Card {
    /// Of what a search found.
    pub(super) fn of_hit(hit: &reading::Hit, now: Timestamp) -> Self {
        let entry = &hit.entry;
        Self {
            title: marked(&hit.title),
            day: Some(Moment::past(entry.published.unwrap_or(entry.first_seen).min(now), now)),
            kind: hit.verdict.map(|it| kind_name(it.kind)),
            quotes: hit.quotes.iter().map(|it| QuoteRow::of(it, entry.id)).collect(),
            summary: marked(&hit.snippet),
            places: Places::of(hit.elsewhere.clone(), entry.link.as_ref()),
            reading_time: None,
            ..Self::bare(entry)
        }
    }

    /// Without what it says.
    pub(super) fn in_short(self) -> Self {
        Self { quotes: Vec::new(), summary: Markup::default(), ..self }
    }

    /// Of an entry in a list, with the sentence that tells its challenge where one is known.
    fn of(entry: &Entry, insight: Option<&Insight>, elsewhere: Elsewhere) -> Self {
        let challenge = |it: &Insight| surest(it, Role::Challenge, ReadAt::PageOf(entry.id), 1);
        let quotes = insight.map(challenge).unwrap_or_default().into_iter().map(|it| QuoteRow {
            role: say::text("role.challenge").to_owned(),
            text: plain(&it.text),
            link: it.link,
        });
        let quotes: Vec<QuoteRow> = quotes.collect();
        Self {
            kind: insight.and_then(|it| it.verdict).map(|it| kind_name(it.kind)),
            summary: if quotes.is_empty() { plain(&entry.summary) } else { Markup::default() },
            quotes,
            places: Places::of(elsewhere, entry.link.as_ref()),
            ..Self::bare(entry)
        }
    }

    fn bare(entry: &Entry) -> Self {
        Self {
            id: entry.id.0,
            story: entry.story.0,
            title: plain(&entry.title),
            language: language_of(entry),
            peer: entry.peer.clone(),
            peer_name: entry.peer_name.clone(),
            day: entry.published.map(Moment::day),
            kind: None,
            reading_time: reading_time(entry.words),
            why: None,
            places: Places::default(),
            quotes: Vec::new(),
            summary: Markup::default(),
        }
    }
}

/// The cards of entries, in their order.
pub(super) async fn cards(web: &Web, entries: &[Entry]) -> Result<Vec<Card>, Problem> {
    let ids: Vec<EntryId> = entries.iter().map(|it| it.id).collect();
    let store = &web.library().store;
    let insights: HashMap<EntryId, Insight> = store.insights_in_short(&ids).await?;
    let mut asides = store.asides(&ids).await?;
    let card = |it: &Entry| {
        let aside = asides.remove(&it.id).unwrap_or_default();
        Card::of(it, insights.get(&it.id), aside.elsewhere)
    };
    Ok(entries.iter().map(card).collect())
}

impl QuoteRow {
    fn of(quote: &reading::Quote, entry: EntryId) -> Self {
        Self {
            role: say::text(&format!("role.{}", quote.role.as_str())).to_owned(),
            text: marked(&quote.text),
            link: format!("/entries/{entry}#b{}", quote.place.block),
        }
    }
}
