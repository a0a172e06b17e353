//! What a reader keeps of an entry, below its text: a place on the list, a note in the journal. Mails
//! lead here; only a form that is sent changes anything.

use std::collections::BTreeSet;

use axum::{
    body::Bytes,
    extract::State,
    http::header,
    response::{IntoResponse, Redirect, Response},
};

use super::{list_change::queue, newest::Choice, words::Markup};
use crate::web::{here, say};
use crate::{
    domain::{Entry, EntryId, NoteDraft, NoteType},
    reading,
    web::{
        Web,
        api::{self, Named},
        params::Params,
        problem::Problem,
    },
};

pub(super) struct Keep {
    /// The number of the entry.
    pub(super) entry: i64,
    /// How far the reader has come with its story, if that is on the list.
    pub(super) state: Option<String>,
    /// What can be done with its story.
    pub(super) deeds: String,
    /// The story, where it is on the list: how far it is read is remembered.
    pub(super) story: Option<i64>,
    /// How far it is read, where that is worth going on.
    pub(super) position: Option<String>,
    pub(super) types: Vec<Choice>,
    /// What was just kept.
    pub(super) kept: Option<Markup>,
}

impl Keep {
    pub(super) fn nothing(entry: EntryId) -> Self {
        let choice = |it: NoteType| Choice {
            slug: it.as_str().to_owned(),
            name: say::text(&format!("issue.note-type.{}", it.as_str())).to_owned(),
            is_chosen: it == NoteType::Insight,
        };
        let types = NoteType::ALL.map(choice).into();
        let (deeds, story, position) = (String::new(), None, None);
        Self { entry: entry.0, state: None, deeds, story, position, types, kept: None }
    }

    pub(super) async fn of(web: &Web, entry: &Entry, asked: &Params) -> Result<Self, Problem> {
        let found = web.library().store.reading(web.reader(), entry.story).await?;
        let story = found.as_ref().map(|it| it.reading.story.0);
        let position = found.as_ref().and_then(|it| it.reading.position.as_ref());
        let percent = position.map(|it| it.share() / 10).filter(|it| (2..98).contains(it));
        let position = percent.map(|it| say::fill("web.list.position", &[("n", &it.to_string())]));
        let deeds = here::deeds_of(entry.story);
        let state = found.map(|it| format!("web.keep.state.{}", it.reading.state.as_str()));
        let state = state.map(|key| say::text(&key).to_owned());
        // The number of a note is all that is repeated of an address.
        let kept = asked.text("kept").and_then(|it| it.parse::<u64>().ok());
        let kept = kept.map(super::limits::kept_as);
        Ok(Self { state, deeds, story, position, kept, ..Self::nothing(entry.id) })
    }
}

/// `POST /entries/{id}/queue`: puts its story on the list; what is there stays as it is.
pub(in crate::web) async fn post_queue(
    State(web): State<Web>,
    id: Named,
) -> Result<Response, Problem> {
    let entry = api::one(&web, id).await?.entry;
    let done = queue(&web, entry.story).await?;
    let mut response = Redirect::to(&format!("/entries/{}#queue", entry.id)).into_response();
    response.headers_mut().append(header::SET_COOKIE, done.cookie());
    Ok(response)
}

/// `POST /entries/{id}/note`: writes a note that cites it.
pub(in crate::web) async fn post_note(
    State(web): State<Web>,
    id: Named,
    sent: Bytes,
) -> Result<Redirect, Problem> {
    let entry = api::one(&web, id).await?.entry.id;
    let form = Params::lenient(Some(&String::from_utf8_lossy(&sent)));
    let about = form.word("type", NoteType::from_word, "note-type")?.unwrap_or(NoteType::Insight);
    let draft = NoteDraft::new(about, "", form.as_typed("text"), BTreeSet::new(), vec![entry])?;
    let (library, now) = (&web.library().store, web.clock().now());
    let note = reading::write_note(library, web.reader(), &draft, now).await?;
    Ok(Redirect::to(&format!("/entries/{entry}?kept={}#keep", note.id)))
}
