//! `/list`: what is to be read, in the order that is asked for, and what of it fits into some minutes.

use askama::Template;
use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::HeaderValue,
    response::Response,
};
use jiff::Timestamp;

use super::{
    Answer, Frame, Place, html,
    list_change::{back_with, do_one_of, stories_of},
    list_row::ReadingRow,
    newest::{Choice, Empty},
    words::{counted, grouped, rich},
};
use crate::{
    domain::{LONGEST_SITTING, ListOrder, ReadingState},
    reading::{self, ListAsk, ListPart, Waiting},
    store::{ListCounts, ListView},
    web::{
        Web,
        deeds::state_name,
        done::{Deed, Done},
        here,
        params::{BadParameter, Params},
        problem::Problem,
        say,
    },
};

/// Readings on one page, of 3 kB each with all that can be done there.
const ROWS: usize = 25;
const MOST_PAGES: usize = 10_000;

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage {
    frame: Frame,
    tabs: Vec<Tab>,
    /// What is left to read, in stories and minutes.
    left: String,
    orders: Vec<Choice>,
    /// The tab that is shown, for the forms that keep it.
    tab: &'static str,
    minutes: String,
    /// What was chosen for the minutes that there are.
    budget: Option<String>,
    tags: Vec<Choice>,
    rows: Vec<ReadingRow>,
    states: Vec<Choice>,
    empty: Option<Empty>,
    /// Whether readings can be moved: they stand in the order of the hand, and all of them.
    is_by_hand: bool,
    back: String,
    earlier: Option<String>,
    later: Option<String>,
}

struct Tab {
    name: String,
    count: String,
    link: String,
    is_chosen: bool,
}

/// What the address of the page asks for.
struct Asked {
    view: ListView,
    order: ListOrder,
    minutes: Option<u32>,
    page: usize,
}

impl Asked {
    fn of(params: &Params) -> Result<Self, BadParameter> {
        let mut minutes = None;
        if params.text("minutes").is_some() {
            let most = LONGEST_SITTING as usize;
            minutes = u32::try_from(params.number("minutes", 0, 1, most)?).ok();
        }
        let usual = if minutes.is_some() { ListOrder::Fit } else { ListOrder::Hand };
        let order = params.word("by", ListOrder::from_word, "list-order")?.unwrap_or(usual);
        let view = match params.text("tab") {
            _ if minutes.is_some() => ListView::Waiting,
            None => ListView::State(ReadingState::Queued),
            Some("snoozed") => ListView::Snoozed,
            Some(_) => {
                let state = params.word("tab", ReadingState::from_word, "reading-state")?;
                ListView::State(state.unwrap_or(ReadingState::Queued))
            }
        };
        let page = params.number("page", 1, 1, MOST_PAGES)?;
        Ok(Self { view, order, minutes, page })
    }
}

/// `GET /list`
pub(in crate::web) async fn list(State(web): State<Web>, RawQuery(query): RawQuery) -> Answer {
    let params = Params::lenient(query.as_deref());
    let wanted = Asked::of(&params)?;
    let ask = ListAsk {
        tag: params.tag("tag")?,
        order: wanted.order,
        minutes: wanted.minutes,
        offset: (wanted.page - 1) * ROWS,
        limit: ROWS,
        ..ListAsk::of(wanted.view)
    };
    let now = web.clock().now();
    let (library, asker) = (web.library(), web.asker());
    let list_part = reading::list_part(library, &asker, &ask, now).await?;
    let counts = library.store.list_counts(asker.reader, now).await?;
    let used = library.store.tags(asker.reader).await?;
    let is_chosen = |tag: &str| ask.tag.as_ref().is_some_and(|it| it.as_str() == tag);
    let tags = used.into_iter().filter(|it| it.readings > 0).map(|it| Choice {
        is_chosen: is_chosen(it.tag.as_str()),
        slug: it.tag.to_string(),
        name: format!("#{}", it.tag),
    });
    let page = |number: usize| params.link("/list", "page", &number.to_string());
    html(&ListPage {
        frame: Frame::new(&web, say::text("web.list.heading"), Place::List),
        tabs: tabs(&counts, &wanted),
        left: left(list_part.waiting),
        orders: orders(wanted.order),
        tab: word_of(wanted.view),
        minutes: wanted.minutes.map(|it| it.to_string()).unwrap_or_default(),
        budget: wanted.minutes.map(|it| budget(&list_part, it)),
        tags: tags.collect(),
        empty: list_part.rows.is_empty().then(|| nothing(&wanted, ask.tag.is_some())),
        states: states(),
        is_by_hand: wanted.order == ListOrder::Hand && wanted.minutes.is_none(),
        back: here::path(),
        earlier: (wanted.page > 1).then(|| page(wanted.page - 1)),
        later: (wanted.page * ROWS < list_part.total).then(|| page(wanted.page + 1)),
        rows: rows(&list_part, now),
    })
}

fn rows(list_part: &ListPart, now: Timestamp) -> Vec<ReadingRow> {
    let stories: Vec<_> = list_part.rows.iter().map(|it| it.reading.story).collect();
    let row = |(at, it)| {
        let before = stories.get(usize::wrapping_sub(at, 1)).copied();
        ReadingRow::of(it, before.is_some(), stories.get(at + 1).is_some(), now)
    };
    list_part.rows.iter().enumerate().map(row).collect()
}

fn word_of(view: ListView) -> &'static str {
    match view {
        ListView::State(state) => state.as_str(),
        ListView::Snoozed => "snoozed",
        ListView::Waiting => "",
    }
}

fn tabs(counts: &ListCounts, asked: &Asked) -> Vec<Tab> {
    let states = ReadingState::ALL.map(ListView::State);
    let views = states.into_iter().chain([ListView::Snoozed]);
    let tab = |view: ListView| {
        let name = match view {
            ListView::State(state) => state_name(state),
            ListView::Snoozed | ListView::Waiting => say::text("web.list.state.snoozed"),
        };
        let count = grouped(counts.of(view));
        let link = match view {
            ListView::State(ReadingState::Queued) => "/list".to_owned(),
            view => format!("/list?tab={}", word_of(view)),
        };
        Tab { name: name.to_owned(), count, link, is_chosen: view == asked.view }
    };
    views.map(tab).collect()
}

fn left(Waiting { stories, minutes }: Waiting) -> String {
    if stories == 0 {
        return say::text("web.list.left.nothing").to_owned();
    }
    let stories = counted("web.list.stories", stories as u64);
    let minutes = counted("web.list.minutes", u64::from(minutes));
    say::fill("web.list.left.some", &[("stories", &stories), ("minutes", &minutes)])
}

fn budget(list_part: &ListPart, minutes: u32) -> String {
    let stories = counted("web.list.stories", list_part.total as u64);
    let spent = counted("web.list.minutes", u64::from(list_part.minutes));
    let values = [("stories", stories.as_str()), ("spent", &spent), ("n", &minutes.to_string())];
    say::fill("web.list.budget.chosen", &values)
}

fn orders(chosen: ListOrder) -> Vec<Choice> {
    let order = |it: ListOrder| Choice {
        slug: it.as_str().to_owned(),
        name: say::text(&format!("web.list.by.{}", it.as_str())).to_owned(),
        is_chosen: it == chosen,
    };
    ListOrder::ALL.map(order).into()
}

fn states() -> Vec<Choice> {
    let state = |it: ReadingState| Choice {
        slug: it.as_str().to_owned(),
        name: state_name(it).to_owned(),
        is_chosen: it == ReadingState::Studied,
    };
    ReadingState::ALL.map(state).into()
}

fn nothing(asked: &Asked, is_narrowed: bool) -> Empty {
    let word = match asked.view {
        _ if asked.minutes.is_some() => "minutes",
        _ if is_narrowed => "tag",
        ListView::State(ReadingState::Queued) => "queued",
        ListView::Snoozed => "snoozed",
        ListView::State(_) | ListView::Waiting => "state",
    };
    let step = say::text(&format!("web.list.empty.{word}.step")).to_owned();
    let (title, steps) = match word {
        "queued" => (
            say::text("web.list.empty.queued.title"),
            vec![rich(&step), rich(say::text("web.list.empty.queued.bring"))],
        ),
        "minutes" => (say::text("web.list.empty.minutes.title"), vec![rich(&step)]),
        "tag" => (say::text("web.list.empty.tag.title"), vec![rich(&step)]),
        "snoozed" => (say::text("web.list.empty.snoozed.title"), vec![rich(&step)]),
        _ => (say::text("web.list.empty.state.title"), vec![rich(&step)]),
    };
    Empty { title, steps }
}

/// `POST /list/bulk`: one change of all stories that are chosen, to be taken back as one.
pub(in crate::web) async fn post_bulk(
    State(web): State<Web>,
    sent: Bytes,
) -> Result<Response, Problem> {
    let form = Params::lenient(Some(&String::from_utf8_lossy(&sent)));
    let stories = stories_of(&form)?;
    let (store, now) = (&web.library().store, web.clock().now());
    if stories.is_empty() {
        return Ok(back_with(&form, None));
    }
    let what = do_one_of(&form, now)?;
    let changed = reading::change_many(store, web.reader(), &stories, &what, now).await?;
    let done = Done::new(Deed::of(&what), changed.stories.len(), changed.undo);
    Ok(back_with(&form, Some(done.cookie())))
}

/// `POST /list/undo`: puts back what was changed last.
pub(in crate::web) async fn post_undo_list(
    State(web): State<Web>,
    sent: Bytes,
) -> Result<Response, Problem> {
    let form = Params::lenient(Some(&String::from_utf8_lossy(&sent)));
    let undo = form.text("undo").and_then(|it| it.parse().ok()).unwrap_or_default();
    let store = &web.library().store;
    let put_back = reading::take_back_change(store, web.reader(), undo).await?;
    let deed = if put_back.is_some() { Deed::Undone } else { Deed::TooLate };
    let cookie: HeaderValue = Done::told(deed).cookie();
    Ok(back_with(&form, Some(cookie)))
}
