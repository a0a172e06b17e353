//! `/`: what is new since the reader was here last, grouped as they like; below it what they have seen.

use std::collections::HashSet;

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, Method, header},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use jiff::Timestamp;

use super::{
    Answer, Frame, Place,
    attention::{is_read_by_someone, record_shown},
    card::{Card, cards},
    html,
    newest::{self, Choices, Day, Empty, nothing},
    time::{Moment, date_of, weekday_and_clock},
    today_groups::{Group, groups},
    words::counted,
};
use crate::{
    domain::{Entry, ReadingState, Sitting, StoryId},
    reading,
    report::chain,
    store::{Arrived, EntriesAsk, ReadingsAsk},
    web::{
        Web,
        cookies::kept_cookie,
        params::{Params, cursor_text},
        problem::Problem,
        say,
        viewer::Grouping,
    },
};

/// New stories that are shown at once.
const MOST_NEW: u32 = 60;
/// Of those that were there before, below them.
const ROWS_BEFORE: u32 = 30;
/// Of the list, for whom nothing is new.
const MOST_TO_CONTINUE: u32 = 3;

#[derive(Template)]
#[template(path = "today.html")]
struct TodayPage {
    frame: Frame,
    date: String,
    groupings: Vec<GroupingChoice>,
    /// `None` for whoever comes for the first time: nothing is old then.
    since: Option<Since>,
    groups: Vec<Group>,
    quiet: Option<Quiet>,
    days: Vec<Day>,
    choices: Choices,
    older: Option<String>,
    empty: Option<Empty>,
}

struct GroupingChoice {
    name: String,
    link: String,
    is_chosen: bool,
}

struct Since {
    told: String,
    left: Moment,
    /// Where those are that are new too, and for which there is no room.
    more: Option<String>,
}

/// What is offered where nothing is new.
struct Quiet {
    list: Vec<Card>,
    older: Option<Card>,
}

pub(in crate::web) async fn today(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = Params::lenient(query.as_deref());
    let is_read = is_read_by_someone(&method, &headers);
    if ["cursor", "peer", "domain"].iter().any(|it| asked.text(it).is_some()) {
        return Ok(newest::newest(&web, &asked, is_read).await?.into_response());
    }
    if follows_nobody(&web).await? {
        return Ok(Redirect::to("/setup").into_response());
    }
    let chosen = asked.text("by").and_then(Grouping::from_word);
    let by = chosen.unwrap_or_else(|| Grouping::of(&headers));
    let page = page(&web, by, &asked, is_read).await?;
    let kept = chosen.map(|it| (header::SET_COOKIE, kept_cookie(Grouping::COOKIE, it.as_str())));
    Ok((AppendHeaders(kept), page).into_response())
}

async fn follows_nobody(web: &Web) -> Result<bool, Problem> {
    if !web.following().peers.is_empty() {
        return Ok(false);
    }
    Ok(web.library().store.peers().await?.iter().all(|it| !it.followed))
}

async fn page(web: &Web, by: Grouping, asked: &Params, is_read: bool) -> Answer {
    let now = web.clock().now();
    let store = &web.library().store;
    let upto = store.last_change().await?;
    let sitting = reading::sitting(store, web.reader(), now).await?;
    let new = new_entries(web, &sitting, asked).await?;
    let before = entries_before(web, &new.rows).await?;
    if is_read {
        record(web, &new.rows, &before.rows, upto);
    }
    let groups = groups(web, by, &new.rows, now).await?;
    let peers = store.peers().await?;
    let is_nothing = new.rows.is_empty() && before.rows.is_empty();
    let since = Since::of(&sitting, &new, asked);
    let is_quiet = since.is_some() && new.rows.is_empty() && !is_nothing;
    html(&TodayPage {
        frame: Frame::new(web, "", Place::Today),
        date: super::time::whole_day(date_of(now)),
        groupings: Grouping::ALL.iter().map(|it| GroupingChoice::of(*it, by)).collect(),
        quiet: if is_quiet { Some(Quiet::of(web, now).await?) } else { None },
        since,
        groups,
        days: newest::days(web, &before.rows, now).await?,
        choices: Choices::of(&peers, None, None),
        older: before.next.map(|it| asked.without(&["by"]).link("/", "cursor", &cursor_text(&it))),
        empty: is_nothing.then(|| nothing(web, &peers, false)),
    })
}

struct New {
    rows: Vec<Entry>,
    next: Option<crate::store::Cursor>,
}

/// What arrived since the reader was here last; nothing for who was never here.
async fn new_entries(web: &Web, sitting: &Sitting, asked: &Params) -> Result<New, Problem> {
    let (Some(after), Some(since)) = (sitting.after, sitting.before) else {
        return Ok(New { rows: Vec::new(), next: None });
    };
    let ask = EntriesAsk {
        arrived: Some(Arrived { after, since }),
        before: asked.cursor("new")?,
        limit: MOST_NEW,
        ..EntriesAsk::default()
    };
    let page = reading::entries(web.library(), &web.asker(), ask).await?;
    Ok(New { rows: page.rows, next: page.next })
}

async fn entries_before(web: &Web, new: &[Entry]) -> Result<crate::store::Page<Entry>, Problem> {
    let room = u32::try_from(new.len()).unwrap_or(MOST_NEW);
    let ask = EntriesAsk { limit: ROWS_BEFORE + room, ..EntriesAsk::default() };
    let mut page = reading::entries(web.library(), &web.asker(), ask).await?;
    let stories: HashSet<StoryId> = new.iter().map(|it| it.story).collect();
    page.rows.retain(|it| !stories.contains(&it.story));
    Ok(page)
}

/// That the reader is here and has seen what there is. The page does not wait for it.
fn record(web: &Web, new: &[Entry], before: &[Entry], upto: i64) {
    record_shown(web, new.iter().chain(before).map(|it| it.story).collect());
    let (store, reader) = (web.library().store.clone(), web.reader());
    let now = web.clock().now();
    tokio::spawn(async move {
        if let Err(error) = reading::sit(&store, reader, Some(upto), now).await {
            tracing::warn!("could not record that a reader is here: {}", chain(&error));
        }
    });
}

impl GroupingChoice {
    fn of(grouping: Grouping, chosen: Grouping) -> Self {
        let word = grouping.as_str();
        Self {
            name: say::text(&format!("web.today.by.{word}")).to_owned(),
            link: format!("/?by={word}"),
            is_chosen: grouping == chosen,
        }
    }
}

impl Since {
    fn of(sitting: &Sitting, new: &New, asked: &Params) -> Option<Self> {
        let left = sitting.before.filter(|_| sitting.after.is_some())?;
        let when = weekday_and_clock(left);
        let told = match (new.rows.len(), &new.next) {
            (0, _) => say::fill("web.today.nothing", &[("when", &when)]),
            (count, None) => {
                let stories = counted("web.today.stories", count as u64);
                say::fill("web.today.since", &[("when", &when), ("stories", &stories)])
            }
            (count, Some(_)) => {
                let stories = counted("web.today.first-stories", count as u64);
                say::fill("web.today.since", &[("when", &when), ("stories", &stories)])
            }
        };
        let more = new.next.map(|it| asked.link("/", "new", &cursor_text(&it)));
        Some(Self { told, left: Moment::day(left), more })
    }
}

impl Quiet {
    async fn of(web: &Web, now: Timestamp) -> Result<Self, Problem> {
        let older = reading::older_piece(web.library(), &web.asker(), now).await?;
        Ok(Self { list: to_continue(web).await?, older: older.map(|it| Card::of_hit(&it, now)) })
    }
}

/// What was begun, else what waits.
async fn to_continue(web: &Web) -> Result<Vec<Card>, Problem> {
    let store = &web.library().store;
    let mut entries = Vec::new();
    for state in [ReadingState::Reading, ReadingState::Queued] {
        let ask =
            ReadingsAsk { state: Some(state), limit: MOST_TO_CONTINUE, ..ReadingsAsk::default() };
        let readings = store.readings(web.reader(), &ask).await?.rows;
        let ids: Vec<_> = readings.iter().filter_map(|it| it.entry).collect();
        entries.extend(store.entries_without_bodies(&ids).await?);
    }
    entries.truncate(MOST_TO_CONTINUE as usize);
    cards(web, &entries).await
}
