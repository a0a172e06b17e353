//! `/journal/new` and `/journal/{id}/edit`: where notes are written. It needs no script; whatever goes wrong,
//! the page that follows still holds all that was typed.

use askama::Template;
use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
};

use super::{
    Frame, Place,
    newest::Choice,
    note_form::NoteForm,
    note_page::{QuoteRow, note_called},
    note_parts::{CiteRow, state_name, type_name},
    time::Moment,
};
use crate::{
    domain::{
        Address, EntryId, IdeaState, Note, NoteId, NoteType, Stretch, TabId, TypedNote,
        cut_at_word, difference,
    },
    reading::{self, KeepError},
    web::{Web, api::Named, params::Params, problem::Problem, say, viewer::Viewer},
};

#[derive(Template)]
#[template(path = "note-editor.html")]
struct EditorPage {
    frame: Frame,
    heading: String,
    /// Where the form is sent.
    action: String,
    /// Where one goes without keeping anything.
    back: String,
    /// Of the note; 0 while it is new.
    id: i64,
    form: NoteForm,
    types: Vec<Choice>,
    states: Vec<Choice>,
    is_idea: bool,
    cites: Vec<CiteRow>,
    quotes: Vec<QuoteRow>,
    known_tags: Vec<String>,
    known_competencies: Vec<String>,
    /// Why it was not kept.
    problem: Option<String>,
    conflict: Option<Conflict>,
    /// What was typed before and not kept.
    left: Vec<LeftOver>,
}

/// What stands in the way: the note was changed since it was opened.
struct Conflict {
    revision: u32,
    when: Moment,
    theirs: String,
    ours: String,
    others: Vec<Differing>,
}

/// A field in which the two differ.
struct Differing {
    name: &'static str,
    theirs: String,
    ours: String,
}

struct LeftOver {
    tab: String,
    when: Moment,
    beginning: String,
    link: String,
}

type Said = Result<Response, Problem>;

/// `GET /journal/new`: begins with what its address says of type, entry and quote.
pub(in crate::web) async fn new_note(State(web): State<Web>, RawQuery(query): RawQuery) -> Said {
    let asked = Params::lenient(query.as_deref());
    let today = web.clock().now().to_zoned(Viewer::present().zone).date();
    let left = left_of(&web, None).await?;
    let form = match taken(&asked, &left) {
        Some(typed) => NoteForm { revision: 0, ..NoteForm::typed(typed) },
        None => NoteForm::new(&asked, today),
    };
    let page = EditorPage::of(&web, None, form).await?;
    page.with_left(&left, None, &web).answer(StatusCode::OK)
}

/// `GET /journal/{id}/edit`
pub(in crate::web) async fn edit_note(
    State(web): State<Web>,
    id: Named,
    RawQuery(query): RawQuery,
) -> Said {
    let note = note_called(&web, id).await?;
    let asked = Params::lenient(query.as_deref());
    let left = left_of(&web, Some(&note)).await?;
    let form = match taken(&asked, &left) {
        Some(typed) => NoteForm::typed(typed),
        None => NoteForm::of(&note),
    };
    let page = EditorPage::of(&web, Some(&note), form).await?;
    page.with_left(&left, Some(&note), &web).answer(StatusCode::OK)
}

/// `POST /journal`
pub(in crate::web) async fn post_new_note(State(web): State<Web>, sent: Bytes) -> Said {
    keep(&web, None, &sent).await
}

/// `POST /journal/{id}`
pub(in crate::web) async fn post_note_edit(State(web): State<Web>, id: Named, sent: Bytes) -> Said {
    let note = note_called(&web, id).await?;
    keep(&web, Some(note), &sent).await
}

/// `POST /journal/drafts/{tab}/discard`: what was typed there is not wanted any more.
pub(in crate::web) async fn post_discard(
    State(web): State<Web>,
    tab: Named,
    sent: Bytes,
) -> Result<Redirect, Problem> {
    let tab: Option<TabId> = tab.ok().and_then(|it| it.0.parse().ok());
    if let Some(tab) = tab {
        reading::drop_typed(&web.library().store, web.reader(), &tab).await?;
    }
    let form = Params::lenient(Some(&String::from_utf8_lossy(&sent)));
    let note: Option<i64> = form.text("note").and_then(|it| it.parse().ok()).filter(|it| *it > 0);
    let back = note.map_or("/journal/new".to_owned(), |it| format!("/journal/{it}/edit"));
    Ok(Redirect::to(&back))
}

async fn keep(web: &Web, note: Option<Note>, sent: &[u8]) -> Said {
    let params = Params::lenient(Some(&String::from_utf8_lossy(sent)));
    let form = NoteForm::sent(&params);
    let cites = match cited(web, &form).await? {
        Ok(cites) => cites,
        Err(problem) => return refused(web, note.as_ref(), form, problem).await,
    };
    let mut draft = match form.draft(cites) {
        Ok(draft) => draft,
        Err(problem) => return refused(web, note.as_ref(), form, problem).await,
    };
    let (library, now) = (&web.library().store, web.clock().now());
    let reader = web.reader();
    let written = if let Some(note) = &note {
        reading::rewrite_note(library, (reader, note.id), form.revision, &draft, now).await
    } else {
        if draft.date().is_none() {
            draft = draft.dated(now.to_zoned(Viewer::present().zone).date())?;
        }
        reading::write_note(library, reader, &draft, now).await
    };
    match written {
        Ok(kept) => after_keeping(web, kept.id, &form).await,
        Err(KeepError::Conflict(theirs)) => conflicting(web, &theirs, form).await,
        Err(refusal @ KeepError::NoEntry(_)) => {
            refused(web, note.as_ref(), form, refusal.to_string()).await
        }
        Err(other) => Err(other.into()),
    }
}

/// What the form cites, with the one that is named besides.
async fn cited(web: &Web, form: &NoteForm) -> Result<Result<Vec<EntryId>, String>, Problem> {
    let mut cites = form.cites.clone();
    let written = form.cite.trim();
    if written.is_empty() {
        return Ok(Ok(cites));
    }
    let store = &web.library().store;
    let found = match (written.parse(), written.parse::<Address>()) {
        (Ok(number), _) => store.entry(EntryId(number)).await?.map(|it| it.entry.id),
        (_, Ok(address)) => store.entry_at(&address.without_tracking()).await?,
        _ => None,
    };
    let missing = || say::fill("web.note.problem.cite", &[("written", written)]);
    Ok(found.ok_or_else(missing).map(|it| {
        cites.push(it);
        cites
    }))
}

async fn after_keeping(web: &Web, note: NoteId, form: &NoteForm) -> Said {
    let tab: Option<TabId> = form.tab.parse().ok();
    if let Some(tab) = &tab {
        reading::drop_typed(&web.library().store, web.reader(), tab).await?;
    }
    let tab = tab.map_or("1".to_owned(), |it| it.to_string());
    Ok(Redirect::to(&format!("/journal/{note}?kept={tab}")).into_response())
}

async fn refused(web: &Web, note: Option<&Note>, form: NoteForm, problem: String) -> Said {
    let page = EditorPage::of(web, note, form).await?;
    EditorPage { problem: Some(problem), ..page }.answer(StatusCode::BAD_REQUEST)
}

async fn conflicting(web: &Web, theirs: &Note, form: NoteForm) -> Said {
    let conflict = Conflict::of(web, theirs, &form);
    let form = NoteForm { revision: theirs.revision, ..form };
    let page = EditorPage::of(web, Some(theirs), form).await?;
    EditorPage { conflict: Some(conflict), ..page }.answer(StatusCode::CONFLICT)
}

impl EditorPage {
    async fn of(web: &Web, note: Option<&Note>, form: NoteForm) -> Result<Self, Problem> {
        let store = &web.library().store;
        let heading = match note {
            Some(note) => say::fill("web.note.editing", &[("heading", &note.heading())]),
            None => say::text("web.note.new").to_owned(),
        };
        let id = note.map_or(0, |it| it.id.0);
        let (action, back) = match note {
            Some(_) => (format!("/journal/{id}"), format!("/journal/{id}")),
            None => ("/journal".to_owned(), "/journal".to_owned()),
        };
        let tags = store.tags(web.reader()).await?.into_iter().map(|it| it.tag.to_string());
        let competencies = store.competencies(web.reader()).await?.into_iter();
        let quotes = form.quotes.iter().map(|it| QuoteRow::of(it, note)).collect();
        Ok(Self {
            frame: Frame::new(web, &heading, Place::Journal),
            heading,
            action,
            back,
            id,
            types: types(form.note_type),
            states: states(form.idea.state),
            is_idea: form.note_type == NoteType::Idea,
            cites: cite_rows(web, note, &form.cites).await?,
            quotes,
            known_tags: tags.collect(),
            known_competencies: competencies.map(|it| it.competency.to_string()).collect(),
            problem: None,
            conflict: None,
            left: Vec::new(),
            form,
        })
    }

    /// But for what stands in the form already.
    fn with_left(self, left: &[TypedNote], note: Option<&Note>, web: &Web) -> Self {
        let now = web.clock().now();
        let edit =
            if self.id > 0 { format!("{}/edit", self.action) } else { "/journal/new".into() };
        let others = left.iter().filter(|it| it.tab.to_string() != self.form.tab);
        let left = others.map(|it| LeftOver {
            tab: it.tab.to_string(),
            when: Moment::past(it.typed, now),
            beginning: beginning_of(it, note),
            link: format!("{edit}?draft={}", it.tab),
        });
        Self { left: left.collect(), ..self }
    }

    fn answer(&self, status: StatusCode) -> Said {
        Ok((status, Html(self.render()?)).into_response())
    }
}

/// In characters.
const LONGEST_BEGINNING: usize = 160;

/// Of what is new in it.
fn beginning_of(typed: &TypedNote, note: Option<&Note>) -> String {
    let former = note.map_or("", |it| it.text.as_str());
    let stretches = difference(former, typed.field("text"));
    let new = stretches.iter().filter_map(|it| match it {
        Stretch::New(text) => Some(text.trim()),
        Stretch::Same(_) | Stretch::Gone(_) => None,
    });
    let new = new.filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" … ");
    let told = if new.is_empty() { typed.field("text").trim() } else { &new };
    cut_at_word(told, LONGEST_BEGINNING)
}

fn types(chosen: NoteType) -> Vec<Choice> {
    let choice = |it: NoteType| Choice {
        slug: it.as_str().to_owned(),
        name: type_name(it),
        is_chosen: it == chosen,
    };
    NoteType::ALL.map(choice).into()
}

pub(super) fn states(chosen: IdeaState) -> Vec<Choice> {
    let choice = |it: IdeaState| Choice {
        slug: it.as_str().to_owned(),
        name: state_name(it),
        is_chosen: it == chosen,
    };
    IdeaState::ALL.map(choice).into()
}

/// As the note cites them, else as they are now; what is not there is passed over.
async fn cite_rows(
    web: &Web,
    note: Option<&Note>,
    cites: &[EntryId],
) -> Result<Vec<CiteRow>, Problem> {
    let mut rows = Vec::with_capacity(cites.len());
    for id in cites.iter().take(crate::domain::MOST_CITATIONS) {
        let known = note.and_then(|it| it.cites.iter().find(|it| it.entry == *id));
        if let Some(known) = known {
            rows.push(CiteRow::of(known));
        } else if let Some(found) = web.library().store.entry(*id).await? {
            let entry = found.entry;
            rows.push(CiteRow {
                entry: entry.id.0,
                title: entry.title,
                peer_name: entry.peer_name,
                published: entry.published.map(Moment::day),
                address: entry.link.map(String::from),
                is_gone: false,
            });
        }
    }
    Ok(rows)
}

/// What was typed of a note and not kept: but for what says nothing new, which is let go.
async fn left_of(web: &Web, note: Option<&Note>) -> Result<Vec<TypedNote>, Problem> {
    let store = &web.library().store;
    let mut left = Vec::new();
    for typed in store.typed_of(web.reader(), note.map(|it| it.id)).await? {
        let form = NoteForm::typed(&typed);
        let says_nothing = match note {
            Some(note) => form.draft(form.cites.clone()).is_ok_and(|it| note.says(&it)),
            None => form.text.trim().is_empty() && form.title.trim().is_empty(),
        };
        if says_nothing {
            reading::drop_typed(store, web.reader(), &typed.tab).await?;
        } else {
            left.push(typed);
        }
    }
    Ok(left)
}

fn taken<'a>(asked: &Params, left: &'a [TypedNote]) -> Option<&'a TypedNote> {
    let tab = asked.text("draft")?;
    left.iter().find(|it| it.tab.to_string() == tab)
}

impl Conflict {
    fn of(web: &Web, theirs: &Note, form: &NoteForm) -> Self {
        let kept = NoteForm::of(theirs);
        let pairs = [
            ("web.note.type", type_name(kept.note_type), type_name(form.note_type)),
            ("web.note.title", kept.title, form.title.clone()),
            ("web.note.date", kept.date, form.date.clone()),
            ("web.note.tags", kept.tags, form.tags.clone()),
            ("web.note.competencies", kept.competencies, form.competencies.clone()),
            ("web.note.links", kept.links, form.links.clone()),
            ("web.idea.state-label", state_name(kept.idea.state), state_name(form.idea.state)),
            ("web.idea.owner", kept.idea.owner, form.idea.owner.clone()),
            ("web.idea.hypothesis", kept.idea.hypothesis, form.idea.hypothesis.clone()),
            ("web.idea.effort", kept.idea.effort, form.idea.effort.clone()),
            ("web.idea.outcome", kept.idea.outcome, form.idea.outcome.clone()),
        ];
        let differing = pairs.into_iter().filter(|(_, theirs, ours)| theirs.trim() != ours.trim());
        let others = differing
            .map(|(key, theirs, ours)| Differing { name: say::text(key), theirs, ours })
            .collect();
        Self {
            revision: theirs.revision,
            when: Moment::past(theirs.changed, web.clock().now()),
            theirs: theirs.text.clone(),
            ours: form.text.clone(),
            others,
        }
    }
}
