//! `/journal/{id}/revisions`, where one sees what a note said before, and `/journal/{id}/delete`.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::Redirect,
};

use super::{
    Answer, Frame, Place, html,
    note_form::NoteForm,
    note_page::note_called,
    note_parts::{NoteRow, state_name, type_name},
    time::Moment,
};
use crate::{
    domain::{Note, NoteRevision, Stretch, difference},
    reading,
    web::{Web, api::Named, params::Params, problem::Problem, say},
};

#[derive(Template)]
#[template(path = "note-revisions.html")]
struct RevisionsPage {
    frame: Frame,
    id: i64,
    heading: String,
    rows: Vec<RevisionRow>,
    /// Of the two that are compared.
    from: u32,
    to: u32,
    title: Vec<Told>,
    text: Vec<Told>,
    others: Vec<ChangedField>,
}

struct RevisionRow {
    revision: u32,
    /// When it was written.
    when: Moment,
    is_shown: bool,
    link: String,
}

/// A stretch of text, as one sees it.
struct Told {
    /// `same`, `gone` or `new`.
    sort: &'static str,
    text: String,
}

struct ChangedField {
    name: &'static str,
    before: String,
    after: String,
}

/// `GET /journal/{id}/revisions?to=3`: what each revision changed of the one before.
pub(in crate::web) async fn revisions(
    State(web): State<Web>,
    id: Named,
    RawQuery(query): RawQuery,
) -> Answer {
    let note = note_called(&web, id).await?;
    let asked = Params::lenient(query.as_deref());
    let former = web.library().store.note_revisions(web.reader(), note.id).await?;
    let former = former.unwrap_or_default();
    let to = asked.text("to").and_then(|it| it.parse().ok()).unwrap_or(note.revision);
    let to = u32::clamp(to, 1, note.revision);
    let from = to - u32::from(to > 1);
    let (before, after) = (form_at(&note, &former, from), form_at(&note, &former, to));
    let now = web.clock().now();
    let row = |revision: u32| RevisionRow {
        revision,
        when: Moment::past(written(&note, &former, revision), now),
        is_shown: revision == to,
        link: format!("/journal/{}/revisions?to={revision}", note.id),
    };
    let heading = note.heading();
    html(&RevisionsPage {
        frame: Frame::new(&web, &heading, Place::Journal),
        id: note.id.0,
        heading,
        rows: (1..=note.revision).rev().map(row).collect(),
        from,
        to,
        title: told(&before.title, &after.title),
        text: told(&before.text, &after.text),
        others: changed_fields(before, after),
    })
}

/// What a revision said, as its form.
fn form_at(note: &Note, former: &[NoteRevision], revision: u32) -> NoteForm {
    match former.iter().find(|it| it.revision == revision) {
        None => NoteForm::of(note),
        Some(it) => NoteForm::of(&it.as_note(note)),
    }
}

/// A revision begins when the one before ends.
fn written(note: &Note, former: &[NoteRevision], revision: u32) -> jiff::Timestamp {
    let before = former.iter().find(|it| it.revision + 1 == revision);
    before.map_or(note.made, |it| it.until)
}

fn told(before: &str, after: &str) -> Vec<Told> {
    let stretches = difference(before, after).into_iter().map(|it| match it {
        Stretch::Same(text) => Told { sort: "same", text },
        Stretch::Gone(text) => Told { sort: "gone", text },
        Stretch::New(text) => Told { sort: "new", text },
    });
    stretches.collect()
}

fn changed_fields(before: NoteForm, after: NoteForm) -> Vec<ChangedField> {
    let cites =
        |it: &NoteForm| it.cites.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let (cites_before, cites_after) = (cites(&before), cites(&after));
    let pairs = [
        ("web.note.type", type_name(before.note_type), type_name(after.note_type)),
        ("web.note.date", before.date, after.date),
        ("web.note.tags", before.tags, after.tags),
        ("web.note.competencies", before.competencies, after.competencies),
        ("web.note.cites", cites_before, cites_after),
        ("web.note.links", before.links, after.links),
        ("web.idea.state-label", state_name(before.idea.state), state_name(after.idea.state)),
        ("web.idea.owner", before.idea.owner, after.idea.owner),
        ("web.idea.hypothesis", before.idea.hypothesis, after.idea.hypothesis),
        ("web.idea.effort", before.idea.effort, after.idea.effort),
        ("web.idea.outcome", before.idea.outcome, after.idea.outcome),
    ];
    let changed = pairs.into_iter().filter(|(_, before, after)| before != after);
    let field = |(key, before, after)| ChangedField { name: say::text(key), before, after };
    changed.map(field).collect()
}

#[derive(Template)]
#[template(path = "note-delete.html")]
struct DeletePage {
    frame: Frame,
    note: NoteRow,
    revisions: String,
    cites: usize,
    mentioned_in: Vec<NoteRow>,
}

/// `GET /journal/{id}/delete`: asks first, and says what goes and what stays.
pub(in crate::web) async fn delete_note(State(web): State<Web>, id: Named) -> Answer {
    let note = note_called(&web, id).await?;
    let naming = web.library().store.notes_naming(web.reader(), note.id).await?;
    html(&DeletePage {
        frame: Frame::new(&web, say::text("web.note.delete"), Place::Journal),
        revisions: say::counted("web.note.revisions", u64::from(note.revision)),
        cites: note.cites.len(),
        note: NoteRow::of(&note),
        mentioned_in: naming.iter().map(NoteRow::of).collect(),
    })
}

/// `POST /journal/{id}/delete`
pub(in crate::web) async fn post_delete_note(
    State(web): State<Web>,
    id: Named,
) -> Result<Redirect, Problem> {
    let note = note_called(&web, id).await?;
    let (library, now) = (&web.library().store, web.clock().now());
    reading::delete_note(library, web.reader(), note.id, now).await?;
    Ok(Redirect::to(&format!("/journal?deleted={}", note.id)))
}
