//! `/ideas`: ideas by how far they have come, as a board.

use askama::Template;
use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    response::Redirect,
};

use super::{
    Answer, Frame, Place, html,
    journal::{competencies, tags},
    newest::{Choice, Empty},
    note_editor::states,
    note_parts::{NoteRow, state_name},
    time::Moment,
    words::{counted, rich},
};
use crate::{
    domain::{Competency, IdeaState, Note, NoteId, NoteType, Query},
    reading,
    store::{NotesAsk, NotesOrder},
    web::{
        Web,
        api::{Named, number},
        params::{BadParameter, Params},
        problem::{Problem, Thing},
        say,
    },
};

/// More ideas are no board.
const MOST: u32 = 500;

#[derive(Template)]
#[template(path = "ideas.html")]
struct IdeasPage {
    frame: Frame,
    query: String,
    tags: Vec<Choice>,
    competencies: Vec<Choice>,
    owners: Vec<Choice>,
    columns: Vec<Column>,
    count: String,
    /// Where one comes back to from a move.
    back: String,
    moved: Option<String>,
    empty: Option<Empty>,
}

struct Column {
    word: &'static str,
    name: String,
    cards: Vec<Card>,
}

struct Card {
    note: NoteRow,
    /// Since when it is there.
    since: Option<Moment>,
    /// Where it can go, with where it is.
    states: Vec<Choice>,
    is_moved: bool,
}

pub(in crate::web) async fn ideas(State(web): State<Web>, RawQuery(query): RawQuery) -> Answer {
    let asked = Params::lenient(query.as_deref());
    let ask = ask_of(&asked)?;
    let page = web.library().store.notes(web.reader(), &ask).await?;
    let owner = asked.text("owner");
    let owners = owners(&page.rows, owner);
    let is_of = |it: &&Note| owner.is_none_or(|owner| owner_of(it) == owner);
    let notes: Vec<&Note> = page.rows.iter().filter(is_of).collect();
    let moved: Option<i64> = asked.text("moved").and_then(|it| it.parse().ok());
    let column = |state: IdeaState| {
        let here = notes.iter().filter(|it| it.idea().is_some_and(|it| it.state == state));
        let cards = here.map(|it| Card::of(it, state, moved)).collect();
        Column { word: state.as_str(), name: state_name(state), cards }
    };
    let came_to = moved.and_then(|id| notes.iter().find(|it| it.id.0 == id)?.idea());
    html(&IdeasPage {
        frame: Frame::new(&web, say::text("web.ideas.heading"), Place::Ideas),
        query: asked.text("q").unwrap_or_default().to_owned(),
        tags: tags(&web, &asked).await?,
        competencies: competencies(&web, &asked).await?,
        owners,
        columns: IdeaState::ALL.map(column).into(),
        count: counted("web.ideas.count", notes.len() as u64),
        back: asked.link_with("/ideas", &["q", "tag", "competency", "owner"]),
        moved: came_to.map(|it| say::fill("web.ideas.moved", &[("state", &state_name(it.state))])),
        empty: notes.is_empty().then(nothing),
    })
}

fn ask_of(asked: &Params) -> Result<NotesAsk, BadParameter> {
    Ok(NotesAsk {
        note_type: Some(NoteType::Idea),
        tag: asked.tag("tag")?,
        competency: asked.word("competency", |it| it.parse::<Competency>().ok(), "competency")?,
        query: Query::parse(asked.text("q").unwrap_or_default()),
        order: NotesOrder::Date,
        limit: MOST,
        ..NotesAsk::default()
    })
}

fn owner_of(note: &Note) -> &str {
    note.idea().map_or("", |it| it.owner.as_str())
}

fn owners(notes: &[Note], chosen: Option<&str>) -> Vec<Choice> {
    let mut names: Vec<&str> = notes.iter().map(owner_of).filter(|it| !it.is_empty()).collect();
    names.sort_unstable();
    names.dedup();
    let choice = |it: &str| Choice {
        slug: it.to_owned(),
        name: it.to_owned(),
        is_chosen: Some(it) == chosen,
    };
    names.into_iter().map(choice).collect()
}

impl Card {
    fn of(note: &Note, state: IdeaState, moved: Option<i64>) -> Self {
        Self {
            note: NoteRow::of(note),
            since: note.path.last().map(|it| Moment::day(it.at)),
            states: states(state),
            is_moved: moved == Some(note.id.0),
        }
    }
}

fn nothing() -> Empty {
    let steps = [say::text("web.ideas.empty.limits"), say::text("web.ideas.empty.new")];
    let title = say::text("web.ideas.empty.title");
    Empty { title, steps: steps.into_iter().map(rich).collect() }
}

/// `POST /ideas/{id}/move`: the idea has come to another state.
pub(in crate::web) async fn post_move(
    State(web): State<Web>,
    id: Named,
    sent: Bytes,
) -> Result<Redirect, Problem> {
    let id = NoteId(number(Thing::Note, id)?);
    let form = Params::lenient(Some(&String::from_utf8_lossy(&sent)));
    if let Some(state) = form.word("state", IdeaState::from_word, "idea-state")? {
        let (library, now) = (&web.library().store, web.clock().now());
        reading::move_idea(library, (web.reader(), id), state, now).await?;
    }
    let back = Params::lenient(form.text("back").and_then(|it| it.strip_prefix("/ideas?")));
    let back = back.with_only(&["q", "tag", "competency", "owner"]);
    Ok(Redirect::to(&format!("{}#idea-{id}", back.link("/ideas", "moved", &id.to_string()))))
}
