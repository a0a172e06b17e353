//! A reader's journal over the API.

use std::collections::BTreeSet;

use axum::{
    Json,
    extract::{RawQuery, State},
    http::{HeaderName, StatusCode, header},
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{
    Named,
    handlers::Answer,
    sent::{Sent, deleted, number, part},
};
use crate::{
    domain::{
        Address, Citation, Competency, EntryId, Idea, IdeaMove, IdeaState, Note, NoteDraft, NoteId,
        NoteLink, NoteRevision, NoteType, Query, Tag, competencies_of, tags_of,
    },
    reading,
    store::{KeptPage, NotesAsk, NotesOrder},
    web::{
        Web,
        params::{Params, kept_cursor_text},
        problem::{Problem, Thing},
        viewer::Viewer,
    },
};

/// A part of a reader's notes.
#[derive(Debug, Serialize)]
pub struct NoteList {
    notes: Vec<NoteShape>,
    /// The `cursor` of the next page.
    next: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct NoteShape {
    note: i64,
    r#type: NoteType,
    title: String,
    /// Markdown.
    text: String,
    /// The day on which it happened.
    date: Date,
    tags: BTreeSet<Tag>,
    competencies: BTreeSet<Competency>,
    cites: Vec<CitationShape>,
    links: Vec<NoteLink>,
    /// Of notes of the type idea only.
    idea: Option<IdeaShape>,
    /// To be named by whoever changes it.
    revision: u32,
    made: Timestamp,
    changed: Timestamp,
}

#[derive(Debug, Serialize)]
struct IdeaShape {
    #[serde(flatten)]
    idea: Idea,
    /// Where it has been, the oldest first.
    moves: Vec<IdeaMove>,
}

/// An entry as it was when it was cited.
#[derive(Debug, Serialize)]
pub(crate) struct CitationShape {
    entry: i64,
    story: i64,
    title: String,
    url: Option<Address>,
    peer_name: String,
    published: Option<Timestamp>,
    /// Whether the library holds the entry no more.
    gone: bool,
}

#[derive(Debug, Serialize)]
pub(crate) struct RevisionList {
    revisions: Vec<RevisionShape>,
}

/// What a note said before it was changed.
#[derive(Debug, Serialize)]
struct RevisionShape {
    revision: u32,
    until: Timestamp,
    r#type: NoteType,
    title: String,
    text: String,
    date: Date,
    tags: BTreeSet<Tag>,
    competencies: BTreeSet<Competency>,
    /// Numbers of entries.
    cites: Vec<i64>,
    links: Vec<NoteLink>,
    idea: Option<Idea>,
}

impl From<KeptPage<Note>> for NoteList {
    fn from(page: KeptPage<Note>) -> Self {
        let next = page.next.as_ref().map(kept_cursor_text);
        Self { notes: page.rows.into_iter().map(Into::into).collect(), next }
    }
}

impl From<Note> for NoteShape {
    fn from(note: Note) -> Self {
        let idea = note.idea().cloned().map(|idea| IdeaShape { idea, moves: note.path });
        Self {
            note: note.id.0,
            r#type: note.note_type,
            title: note.title,
            text: note.text,
            date: note.date,
            tags: note.tags,
            competencies: note.competencies,
            cites: note.cites.into_iter().map(Into::into).collect(),
            links: note.links,
            idea,
            revision: note.revision,
            made: note.made,
            changed: note.changed,
        }
    }
}

impl From<Citation> for CitationShape {
    fn from(citation: Citation) -> Self {
        let Citation { entry, story, title, address, peer_name, published, is_gone } = citation;
        let (entry, story, url, gone) = (entry.0, story.0, address, is_gone);
        Self { entry, story, title, url, peer_name, published, gone }
    }
}

impl From<NoteRevision> for RevisionShape {
    fn from(former: NoteRevision) -> Self {
        Self {
            revision: former.revision,
            until: former.until,
            r#type: former.note_type,
            title: former.title,
            text: former.text,
            date: former.date,
            tags: former.tags,
            competencies: former.competencies,
            cites: former.cites.iter().map(|it| it.entry.0).collect(),
            links: former.links,
            idea: former.kept_idea.filter(|_| former.note_type == NoteType::Idea),
        }
    }
}

pub(crate) async fn notes(State(web): State<Web>, RawQuery(query): RawQuery) -> Answer<NoteList> {
    let known = [
        "type",
        "tag",
        "competency",
        "state",
        "entry",
        "from",
        "to",
        "q",
        "order",
        "limit",
        "cursor",
    ];
    let params = Params::read(query.as_deref(), &known)?;
    let (before, limit) = part(&params)?;
    let ask = NotesAsk {
        note_type: params.word("type", NoteType::from_word, "note-type")?,
        tag: params.tag("tag")?,
        entry: params.entry("entry")?,
        competency: params.word("competency", |it| it.parse().ok(), "competency")?,
        state: params.word("state", IdeaState::from_word, "idea-state")?,
        from: params.word("from", |it| it.parse().ok(), "day")?,
        to: params.word("to", |it| it.parse().ok(), "day")?,
        query: Query::parse(params.text("q").unwrap_or_default()),
        order: params.word("order", order_named, "notes-order")?.unwrap_or(NotesOrder::Made),
        before,
        limit,
        words: Vec::new(),
    };
    Ok(Json(web.library().store.notes(web.reader(), &ask).await?.into()))
}

fn order_named(word: &str) -> Option<NotesOrder> {
    match word {
        "made" => Some(NotesOrder::Made),
        "date" => Some(NotesOrder::Date),
        _ => None,
    }
}

pub(crate) async fn note(State(web): State<Web>, id: Named) -> Answer<NoteShape> {
    let id = number(Thing::Note, id)?;
    let found = web.library().store.note(web.reader(), NoteId(id)).await?;
    Ok(Json(found.ok_or_else(|| no_note(id))?.into()))
}

pub(crate) async fn note_revisions(State(web): State<Web>, id: Named) -> Answer<RevisionList> {
    let id = number(Thing::Note, id)?;
    let found = web.library().store.note_revisions(web.reader(), NoteId(id)).await?;
    let revisions = found.ok_or_else(|| no_note(id))?.into_iter().map(Into::into).collect();
    Ok(Json(RevisionList { revisions }))
}

fn no_note(id: i64) -> Problem {
    Problem::Missing(Thing::Note, id.to_string())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SentNote {
    r#type: NoteType,
    #[serde(default)]
    title: String,
    text: String,
    #[serde(default)]
    tags: Vec<String>,
    /// Numbers of entries.
    #[serde(default)]
    cites: Vec<i64>,
    /// What is left out of what follows is as of a new note.
    date: Option<Date>,
    competencies: Option<Vec<String>>,
    links: Option<Vec<NoteLink>>,
    idea: Option<SentIdea>,
}

/// A note as it is to be, and the revision that was read before.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SentChange {
    revision: u32,
    r#type: NoteType,
    #[serde(default)]
    title: String,
    text: String,
    tags: Vec<String>,
    /// Numbers of entries.
    cites: Vec<i64>,
    /// What is left out of what follows stays as it is.
    date: Option<Date>,
    competencies: Option<Vec<String>>,
    links: Option<Vec<NoteLink>>,
    idea: Option<SentIdea>,
}

/// What a note says as an idea. A state that is left out is `noted`, a text empty.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SentIdea {
    #[serde(default)]
    state: IdeaState,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    hypothesis: String,
    #[serde(default)]
    effort: String,
    #[serde(default)]
    outcome: String,
}

impl SentNote {
    fn draft(self) -> Result<NoteDraft, Problem> {
        let Self { r#type, title, text, tags, cites, date, competencies, links, idea } = self;
        let cites = cites.into_iter().map(EntryId).collect();
        let mut draft = NoteDraft::new(r#type, &title, &text, tags_of(&tags)?, cites)?;
        if let Some(date) = date {
            draft = draft.dated(date)?;
        }
        if let Some(competencies) = competencies {
            draft = draft.showing(competencies_of(&competencies)?)?;
        }
        if let Some(links) = links {
            draft = draft.linked(links)?;
        }
        if let Some(SentIdea { state, owner, hypothesis, effort, outcome }) = idea {
            draft = draft.on_its_way(Idea { state, owner, hypothesis, effort, outcome })?;
        }
        Ok(draft)
    }
}

impl SentChange {
    fn draft(self) -> Result<NoteDraft, Problem> {
        let Self { r#type, title, text, tags, cites, date, competencies, links, idea, .. } = self;
        SentNote { r#type, title, text, tags, cites, date, competencies, links, idea }.draft()
    }
}

type Made<T> = Result<(StatusCode, [(HeaderName, String); 1], Json<T>), Problem>;

pub(crate) async fn post_note(State(web): State<Web>, sent: Sent<SentNote>) -> Made<NoteShape> {
    let mut draft = sent?.0.draft()?;
    let (library, now) = (&web.library().store, web.clock().now());
    if draft.date().is_none() {
        draft = draft.dated(now.to_zoned(Viewer::present().zone).date())?;
    }
    let note = reading::write_note(library, web.reader(), &draft, now).await?;
    let place = [(header::LOCATION, format!("/api/v1/notes/{}", note.id))];
    Ok((StatusCode::CREATED, place, Json(note.into())))
}

pub(crate) async fn put_note(
    State(web): State<Web>,
    id: Named,
    sent: Sent<SentChange>,
) -> Answer<NoteShape> {
    let id = NoteId(number(Thing::Note, id)?);
    let change = sent?.0;
    let revision = change.revision;
    let draft = change.draft()?;
    let (library, now) = (&web.library().store, web.clock().now());
    let note = reading::rewrite_note(library, (web.reader(), id), revision, &draft, now).await?;
    Ok(Json(note.into()))
}

pub(crate) async fn delete_note(State(web): State<Web>, id: Named) -> Result<StatusCode, Problem> {
    let id = number(Thing::Note, id)?;
    let (library, now) = (&web.library().store, web.clock().now());
    let was_there = reading::delete_note(library, web.reader(), NoteId(id), now).await?;
    deleted(was_there, Thing::Note, &id.to_string())
}
