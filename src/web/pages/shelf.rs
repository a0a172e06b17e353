//! `/shelf`: what readers recommend to each other, and recommending from the page of an entry.

use askama::Template;
use axum::{
    body::Bytes,
    extract::{Path, RawQuery, State},
    response::Redirect,
};
use jiff::Timestamp;

use super::{Answer, Frame, Place, html, time::Moment};
use crate::{
    domain::{Comment, Entry, LONGEST_COMMENT, ReaderId, Recommendation, RecommendationId},
    reading,
    store::ShelfAsk,
    web::{
        Web,
        api::{self, Named},
        identity,
        params::{Params, kept_cursor_text},
        problem::{Problem, Thing},
        say,
    },
};

const ROWS: u32 = 30;

#[derive(Template)]
#[template(path = "shelf.html")]
struct ShelfPage {
    frame: Frame,
    rows: Vec<Row>,
    older: Option<String>,
    is_continued: bool,
}

struct Row {
    id: i64,
    entry: i64,
    title: String,
    peer_name: String,
    /// Where it can be read still, if the library holds it no more.
    original: Option<String>,
    is_gone: bool,
    by: String,
    comment: String,
    made: Moment,
    may_remove: bool,
}

/// What the page of an entry says of the shelf.
pub(super) struct OnShelf {
    pub(super) entry: i64,
    pub(super) rows: Vec<Said>,
    /// What the reader says of it.
    pub(super) own: Option<Said>,
    pub(super) longest: usize,
}

pub(super) struct Said {
    pub(super) id: i64,
    pub(super) by: String,
    pub(super) comment: String,
}

pub(in crate::web) async fn shelf(State(web): State<Web>, RawQuery(query): RawQuery) -> Answer {
    web.must_have_logins()?;
    let asked = Params::lenient(query.as_deref());
    let before = asked.kept_cursor("cursor")?;
    let ask = ShelfAsk { entry: None, before, limit: ROWS };
    let found = web.library().store.shelf(&ask).await?;
    let (reader, is_admin) = whose();
    let now = web.clock().now();
    let row = |it: Recommendation| {
        let may_remove = is_admin || it.reader == reader;
        Row::of(it, may_remove, now)
    };
    html(&ShelfPage {
        frame: Frame::new(&web, say::text("web.shelf.heading"), Place::Shelf),
        older: found.next.as_ref().map(|it| format!("/shelf?cursor={}", kept_cursor_text(it))),
        rows: found.rows.into_iter().map(row).collect(),
        is_continued: before.is_some(),
    })
}

/// Who looks, and whether they may remove what others recommend.
fn whose() -> (ReaderId, bool) {
    identity::current().map_or((ReaderId::NOBODY, false), |it| (it.reader_id(), it.is_admin()))
}

impl Row {
    fn of(it: Recommendation, may_remove: bool, now: Timestamp) -> Self {
        Self {
            id: it.id.0,
            entry: it.cites.entry.0,
            title: it.cites.title,
            peer_name: it.cites.peer_name,
            original: it.cites.address.map(|it| it.to_string()),
            is_gone: it.cites.is_gone,
            by: it.reader_name,
            comment: it.comment,
            made: Moment::past(it.made, now),
            may_remove,
        }
    }
}

impl OnShelf {
    /// `None` where there is one reader.
    pub(super) async fn of(web: &Web, entry: &Entry) -> Result<Option<Self>, Problem> {
        if !web.auth().has_logins() {
            return Ok(None);
        }
        let ask = ShelfAsk { entry: Some(entry.id), ..ShelfAsk::default() };
        let found = web.library().store.shelf(&ask).await?.rows;
        let (own, others): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|it| it.reader == web.reader());
        Ok(Some(Self {
            entry: entry.id.0,
            rows: others.into_iter().map(Said::of).collect(),
            own: own.into_iter().next().map(Said::of),
            longest: LONGEST_COMMENT,
        }))
    }
}

impl Said {
    fn of(it: Recommendation) -> Self {
        Self { id: it.id.0, by: it.reader_name, comment: it.comment }
    }
}

/// `POST /entries/{id}/shelf`: recommends it, or says something else of it.
pub(in crate::web) async fn post_shelf(
    State(web): State<Web>,
    id: Named,
    sent: Bytes,
) -> Result<Redirect, Problem> {
    web.must_have_logins()?;
    let entry = api::one(&web, id).await?.entry.id;
    let form = Params::lenient(Some(&String::from_utf8_lossy(&sent)));
    let comment = Comment::new(form.as_typed("comment"))?;
    let (library, now) = (&web.library().store, web.clock().now());
    reading::recommend(library, web.reader(), entry, &comment, now).await?;
    Ok(Redirect::to(&format!("/entries/{entry}#shelf")))
}

/// `POST /shelf/{id}/remove`: takes one's own back, or as an admin anyone's.
pub(in crate::web) async fn post_unshelve(
    State(web): State<Web>,
    Path(id): Path<String>,
) -> Result<Redirect, Problem> {
    web.must_have_logins()?;
    let missing = || Problem::Missing(Thing::Recommendation, id.chars().take(80).collect());
    let number = id.parse().map_err(|_| missing())?;
    let (library, reader) = (&web.library().store, identity::person()?);
    if !reading::take_off_shelf(library, &reader, RecommendationId(number)).await? {
        return Err(missing());
    }
    Ok(Redirect::to("/shelf"))
}
