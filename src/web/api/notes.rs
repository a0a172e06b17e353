//! A reader's journal over the API.

use std::collections::BTreeSet;

use axum::{
    Json,
    extract::{RawQuery, State},
    http::{HeaderName, StatusCode, header},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Named,
    handlers::Answer,
    sent::{Sent, deleted, number, part},
};
use crate::{
    domain::{
        Address, Citation, EntryId, Note, NoteDraft, NoteId, NoteRevision, NoteType, Tag, tags_of,
    },
    reading,
    store::{KeptPage, NotesAsk},
    web::{
        Web,
        params::{Params, kept_cursor_text},
        problem::{Problem, Thing},
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
    tags: BTreeSet<Tag>,
    cites: Vec<CitationShape>,
    /// To be named by whoever changes it.
    revision: u32,
    made: Timestamp,
    changed: Timestamp,
}

/// An entry as it was when it was cited.
#[derive(Debug, Serialize)]
pub(crate) struct CitationShape {
    entry: i64,
    story: i64,
    title: String,
    url: Option<Address>,
    peer_name: String,
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
    tags: BTreeSet<Tag>,
    /// Numbers of entries.
    cites: Vec<i64>,
}

impl From<KeptPage<Note>> for NoteList {
    fn from(page: KeptPage<Note>) -> Self {
        let next = page.next.as_ref().map(kept_cursor_text);
        Self { notes: page.rows.into_iter().map(Into::into).collect(), next }
    }
}

impl From<Note> for NoteShape {
    fn from(note: Note) -> Self {
        let Note { id, note_type, title, text, tags, cites, revision, made, changed, .. } = note;
        let cites = cites.into_iter().map(Into::into).collect();
        let (note, r#type) = (id.0, note_type);
        Self { note, r#type, title, text, tags, cites, revision, made, changed }
    }
}

impl From<Citation> for CitationShape {
    fn from(citation: Citation) -> Self {
        let Citation { entry, story, title, address, peer_name, is_gone, .. } = citation;
        let (entry, story, url, gone) = (entry.0, story.0, address, is_gone);
        Self { entry, story, title, url, peer_name, gone }
    }
}

impl From<NoteRevision> for RevisionShape {
    fn from(former: NoteRevision) -> Self {
        let NoteRevision { revision, until, note_type, title, text, tags, cites, .. } = former;
        let cites = cites.iter().map(|it| it.entry.0).collect();
        Self { revision, until, r#type: note_type, title, text, tags, cites }
    }
}

pub(crate) async fn notes(State(web): State<Web>, RawQuery(query): RawQuery) -> Answer<NoteList> {
    let known = ["type", "tag", "entry", "q", "limit", "cursor"];
    let params = Params::read(query.as_deref(), &known)?;
    let (before, limit) = part(&params)?;
    let words = params.text("q").unwrap_or_default().split_whitespace();
    let ask = NotesAsk {
        note_type: params.word("type", NoteType::from_word, "note-type")?,
        tag: params.tag("tag")?,
        entry: params.entry("entry")?,
        words: words.map(str::to_owned).collect(),
        before,
        limit,
        ..NotesAsk::default()
    };
    Ok(Json(web.library().store.notes(web.reader(), &ask).await?.into()))
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
}

impl SentNote {
    fn draft(self) -> Result<NoteDraft, Problem> {
        let Self { r#type, title, text, tags, cites } = self;
        let cites = cites.into_iter().map(EntryId).collect();
        Ok(NoteDraft::new(r#type, &title, &text, tags_of(&tags)?, cites)?)
    }
}

type Made<T> = Result<(StatusCode, [(HeaderName, String); 1], Json<T>), Problem>;

pub(crate) async fn post_note(State(web): State<Web>, sent: Sent<SentNote>) -> Made<NoteShape> {
    let draft = sent?.0.draft()?;
    let (library, now) = (&web.library().store, web.clock().now());
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
    let Json(SentChange { revision, r#type, title, text, tags, cites }) = sent?;
    let draft = SentNote { r#type, title, text, tags, cites }.draft()?;
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
