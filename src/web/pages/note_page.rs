//! `/journal/{id}`: one note, rendered, with all that it leads to and what leads to it.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{RawQuery, State};

use super::{
    Answer, Frame, Place, html,
    note_parts::{CiteRow, NoteRow, state_name, type_name},
    pictures::without_pictures,
    time::{Moment, day_text},
    words::Markup,
};
use crate::{
    domain::{Idea, Note, NoteId, NoteLink, QuotedAt, TabId, notes_named},
    extract::{NoteCalled, note_html},
    web::{
        Web,
        api::{Named, number},
        params::Params,
        problem::{Problem, Thing},
        say,
    },
};

#[derive(Template)]
#[template(path = "note.html")]
struct NotePage {
    frame: Frame,
    id: i64,
    heading: String,
    type_name: String,
    date: String,
    day: String,
    body: Markup,
    /// That it was just kept, and the tab that kept it.
    kept: Option<String>,
    tab: String,
    idea: Option<IdeaTold>,
    tags: Vec<String>,
    competencies: Vec<String>,
    cites: Vec<CiteRow>,
    quotes: Vec<QuoteRow>,
    addresses: Vec<AddressRow>,
    leads_to: Vec<NoteRow>,
    mentioned_in: Vec<NoteRow>,
    /// Of notes that are gone.
    lost: Vec<i64>,
    revision: u32,
    made: Moment,
    changed: Option<Moment>,
}

struct IdeaTold {
    state: String,
    owner: String,
    hypothesis: String,
    effort: String,
    outcome: String,
    path: Vec<StepTold>,
}

struct StepTold {
    state: String,
    at: Moment,
}

pub(super) struct QuoteRow {
    pub(super) entry: i64,
    pub(super) quote: String,
    pub(super) peer_name: String,
    pub(super) title: String,
    pub(super) is_gone: bool,
    /// The same as JSON, for the form.
    pub(super) sent: String,
}

pub(super) struct AddressRow {
    pub(super) title: String,
    pub(super) address: String,
}

pub(in crate::web) async fn note(
    State(web): State<Web>,
    id: Named,
    RawQuery(query): RawQuery,
) -> Answer {
    let note = note_called(&web, id).await?;
    let asked = Params::lenient(query.as_deref());
    let store = &web.library().store;
    let named = notes_called(&web, &note).await?;
    let mentioned_in = store.notes_naming(web.reader(), note.id).await?;
    let kept = asked.text("kept").map(|_| say::text("web.note.kept").to_owned());
    let tab = asked.text("kept").and_then(|it| it.parse::<TabId>().ok());
    let now = web.clock().now();
    let heading = note.heading();
    html(&NotePage {
        frame: Frame::new(&web, &heading, Place::Journal),
        id: note.id.0,
        heading,
        type_name: type_name(note.note_type),
        date: note.date.to_string(),
        day: day_text(note.date),
        body: rendered(&note, &named),
        kept,
        tab: tab.map(|it| it.to_string()).unwrap_or_default(),
        idea: note.idea().map(|it| IdeaTold::of(it, &note)),
        tags: note.tags.iter().map(ToString::to_string).collect(),
        competencies: note.competencies.iter().map(ToString::to_string).collect(),
        cites: note.cites.iter().map(CiteRow::of).collect(),
        quotes: quote_rows(&note),
        addresses: addresses(&note),
        lost: lost(&note, &named),
        leads_to: sorted(named).iter().map(NoteRow::of).collect(),
        mentioned_in: mentioned_in.iter().map(NoteRow::of).collect(),
        revision: note.revision,
        made: Moment::past(note.made, now),
        changed: (note.changed > note.made).then(|| Moment::past(note.changed, now)),
    })
}

/// The reader's note that a path names.
pub(super) async fn note_called(web: &Web, id: Named) -> Result<Note, Problem> {
    let id = number(Thing::Note, id)?;
    let found = web.library().store.note(web.reader(), NoteId(id)).await?;
    found.ok_or_else(|| Problem::Missing(Thing::Note, id.to_string()))
}

/// The reader's notes that a note names, but for itself.
async fn notes_called(web: &Web, note: &Note) -> Result<HashMap<NoteId, Note>, Problem> {
    let mut found = HashMap::new();
    for id in notes_named(&note.text, &note.links).into_iter().take(MOST_NAMED) {
        if let Some(named) = web.library().store.note(web.reader(), id).await? {
            found.insert(id, named);
        }
    }
    Ok(found)
}

/// More are shown as they are written.
const MOST_NAMED: usize = 100;

fn rendered(note: &Note, named: &HashMap<NoteId, Note>) -> Markup {
    let called = |id: NoteId| Some(NoteCalled { heading: named.get(&id)?.heading() });
    without_pictures(&note_html(&note.text, &called))
}

fn sorted(named: HashMap<NoteId, Note>) -> Vec<Note> {
    let mut notes: Vec<Note> = named.into_values().collect();
    notes.sort_by_key(|it| it.id);
    notes
}

/// What its links lead to and is gone.
fn lost(note: &Note, named: &HashMap<NoteId, Note>) -> Vec<i64> {
    let linked = note.links.iter().filter_map(|it| match it {
        NoteLink::Note { note } => Some(*note),
        NoteLink::Address { .. } | NoteLink::Quote(_) => None,
    });
    linked.filter(|it| !named.contains_key(it)).map(|it| it.0).collect()
}

fn addresses(note: &Note) -> Vec<AddressRow> {
    let rows = note.links.iter().filter_map(|it| match it {
        NoteLink::Address { title, address } => {
            let told = if title.is_empty() { address.to_string() } else { title.clone() };
            Some(AddressRow { title: told, address: address.to_string() })
        }
        NoteLink::Note { .. } | NoteLink::Quote(_) => None,
    });
    rows.collect()
}

pub(super) fn quote_rows(note: &Note) -> Vec<QuoteRow> {
    let quotes = note.links.iter().filter_map(|it| match it {
        NoteLink::Quote(quoted) => Some(quoted),
        NoteLink::Note { .. } | NoteLink::Address { .. } => None,
    });
    quotes.map(|it| QuoteRow::of(it, Some(note))).collect()
}

impl QuoteRow {
    /// Called as the note cites it.
    pub(super) fn of(quoted: &QuotedAt, note: Option<&Note>) -> Self {
        let cited = note.and_then(|it| it.cites.iter().find(|it| it.entry == quoted.entry));
        Self {
            entry: quoted.entry.0,
            quote: quoted.quote.clone(),
            peer_name: cited.map(|it| it.peer_name.clone()).unwrap_or_default(),
            title: cited.map(|it| it.title.clone()).unwrap_or_default(),
            is_gone: cited.is_some_and(|it| it.is_gone),
            sent: serde_json::to_string(quoted).unwrap_or_default(),
        }
    }
}

impl IdeaTold {
    fn of(idea: &Idea, note: &Note) -> Self {
        let step = |it: &crate::domain::IdeaMove| StepTold {
            state: state_name(it.state),
            at: Moment::day(it.at),
        };
        Self {
            state: state_name(idea.state),
            owner: idea.owner.clone(),
            hypothesis: idea.hypothesis.clone(),
            effort: idea.effort.clone(),
            outcome: idea.outcome.clone(),
            path: note.path.iter().map(step).collect(),
        }
    }
}
