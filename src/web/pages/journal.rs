//! `/journal`: a reader's notes by the days that they are of, latest first.

use askama::Template;
use axum::extract::{RawQuery, State};
use jiff::civil::Date;

use super::{
    Answer, Frame, Place, html,
    newest::{Choice, Empty},
    note_parts::{NoteRow, type_name},
    time::month_of,
    words::{Markup, counted, rich},
};
use crate::{
    domain::{Competency, Note, NoteType, Query},
    store::{NotesAsk, NotesOrder},
    web::{
        Web,
        params::{BadParameter, Params, kept_cursor_text},
        say,
    },
};

const ROWS: u32 = 30;

#[derive(Template)]
#[template(path = "journal.html")]
struct JournalPage {
    frame: Frame,
    query: String,
    notices: Vec<Markup>,
    types: Vec<Choice>,
    tags: Vec<Choice>,
    competencies: Vec<Choice>,
    months: Vec<Month>,
    /// The beginnings of years in it, each with its months.
    years: Vec<Year>,
    count: String,
    is_narrowed: bool,
    older: Option<String>,
    is_continued: bool,
    deleted: Option<String>,
    empty: Option<Empty>,
}

struct Month {
    name: String,
    datetime: String,
    notes: Vec<NoteRow>,
}

struct Year {
    year: String,
    months: Vec<MonthLink>,
}

struct MonthLink {
    name: String,
    count: u64,
    link: String,
    is_chosen: bool,
}

/// What the page can be narrowed by.
const NARROWED_BY: [&str; 5] = ["q", "type", "tag", "competency", "month"];

pub(in crate::web) async fn journal(State(web): State<Web>, RawQuery(query): RawQuery) -> Answer {
    let asked = Params::lenient(query.as_deref());
    let ask = ask_of(&asked)?;
    let store = &web.library().store;
    let page = store.notes(web.reader(), &ask).await?;
    let by_day = store.notes_by_day(web.reader()).await?;
    let is_narrowed = NARROWED_BY.iter().any(|it| asked.text(it).is_some());
    let lists = asked.without(&["cursor", "deleted"]);
    let older = page.next.map(|it| lists.link("/journal", "cursor", &kept_cursor_text(&it)));
    let total = by_day.iter().map(|it| it.1).sum();
    html(&JournalPage {
        frame: Frame::new(&web, say::text("web.journal.heading"), Place::Journal),
        query: asked.text("q").unwrap_or_default().to_owned(),
        notices: notices(&ask.query),
        types: types(ask.note_type),
        tags: tags(&web, &asked).await?,
        competencies: competencies(&web, &asked).await?,
        months: months(&page.rows),
        years: years(&by_day, &lists),
        count: counted("web.journal.count", total),
        is_narrowed,
        older,
        is_continued: ask.before.is_some(),
        deleted: deleted(&asked),
        empty: page.rows.is_empty().then(|| nothing(is_narrowed)),
    })
}

fn ask_of(asked: &Params) -> Result<NotesAsk, BadParameter> {
    let month = asked.word("month", month_named, "month")?;
    Ok(NotesAsk {
        note_type: asked.word("type", NoteType::from_word, "note-type")?,
        tag: asked.tag("tag")?,
        competency: asked.word("competency", |it| it.parse::<Competency>().ok(), "competency")?,
        from: month,
        to: month.map(Date::last_of_month),
        query: Query::parse(asked.text("q").unwrap_or_default()),
        order: NotesOrder::Date,
        before: asked.kept_cursor("cursor")?,
        limit: ROWS,
        ..NotesAsk::default()
    })
}

/// The first day of `2026-03`.
fn month_named(text: &str) -> Option<Date> {
    format!("{text}-01").parse().ok()
}

/// What was odd in a query, and which of its filters are of posts only.
fn notices(query: &Query) -> Vec<Markup> {
    let odd = query.notices().iter().map(super::search::noted);
    let others = query.filters().into_iter().filter(|it| !it.is_of_notes());
    let of_posts = others.map(|it| say::fill("web.journal.of-posts", &[("filter", it.name())]));
    odd.chain(of_posts.map(|it| rich(&it))).collect()
}

pub(super) fn types(chosen: Option<NoteType>) -> Vec<Choice> {
    let choice = |it: NoteType| Choice {
        slug: it.as_str().to_owned(),
        name: type_name(it),
        is_chosen: Some(it) == chosen,
    };
    NoteType::ALL.map(choice).into()
}

/// That some note has.
pub(super) async fn tags(
    web: &Web,
    asked: &Params,
) -> Result<Vec<Choice>, crate::web::problem::Problem> {
    let tags = web.library().store.tags(web.reader()).await?.into_iter().filter(|it| it.notes > 0);
    let chosen = asked.text("tag");
    Ok(tags.map(|it| choice(it.tag.as_str(), chosen)).collect())
}

pub(super) async fn competencies(
    web: &Web,
    asked: &Params,
) -> Result<Vec<Choice>, crate::web::problem::Problem> {
    let known = web.library().store.competencies(web.reader()).await?;
    let chosen = asked.text("competency");
    Ok(known.iter().map(|it| choice(it.competency.as_str(), chosen)).collect())
}

fn choice(word: &str, chosen: Option<&str>) -> Choice {
    Choice { slug: word.to_owned(), name: word.to_owned(), is_chosen: Some(word) == chosen }
}

fn months(notes: &[Note]) -> Vec<Month> {
    let mut months: Vec<Month> = Vec::new();
    for note in notes {
        let datetime = note.date.strftime("%Y-%m").to_string();
        if months.last().is_none_or(|it| it.datetime != datetime) {
            months.push(Month { name: month_of(note.date), datetime, notes: Vec::new() });
        }
        if let Some(month) = months.last_mut() {
            month.notes.push(NoteRow::of(note));
        }
    }
    months
}

/// How many notes there are of each month that has some.
fn years(by_day: &[(Date, u64)], lists: &Params) -> Vec<Year> {
    let chosen = lists.text("month").unwrap_or_default();
    let mut years: Vec<Year> = Vec::new();
    let mut last = None;
    for (date, notes) in by_day {
        let year = date.year().to_string();
        if years.last().is_none_or(|it| it.year != year) {
            years.push(Year { year, months: Vec::new() });
        }
        let Some(year) = years.last_mut() else { continue };
        let month = date.first_of_month();
        if last == Some(month) {
            if let Some(it) = year.months.last_mut() {
                it.count += notes;
            }
            continue;
        }
        last = Some(month);
        let word = month.strftime("%Y-%m").to_string();
        year.months.push(MonthLink {
            name: say::text(&format!("web.month.{}", month.month())).to_owned(),
            count: *notes,
            link: lists.link("/journal", "month", &word),
            is_chosen: word == chosen,
        });
    }
    years
}

/// The number is all that is repeated of an address.
fn deleted(asked: &Params) -> Option<String> {
    let number: u64 = asked.text("deleted")?.parse().ok()?;
    Some(say::fill("web.journal.deleted", &[("n", &number.to_string())]))
}

fn nothing(is_narrowed: bool) -> Empty {
    if is_narrowed {
        let steps = vec![rich(say::text("web.journal.none.step"))];
        return Empty { title: say::text("web.journal.none.title"), steps };
    }
    let steps = [say::text("web.journal.empty.entry"), say::text("web.journal.empty.new")];
    let title = say::text("web.journal.empty.title");
    Empty { title, steps: steps.into_iter().map(rich).collect() }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_month_is_named_by_year_and_number() {
        assert_eq!(month_named("2026-02"), Some(date(2026, 2, 1)));
        for wrong in ["2026", "2026-13", "soon", "2026-02-01"] {
            assert_eq!(month_named(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_notes_of_a_month_are_counted_together() {
        let by_day = [
            (date(2026, 3, 9), 2),
            (date(2026, 3, 1), 1),
            (date(2026, 2, 1), 1),
            (date(2025, 3, 1), 4),
        ];
        let years = years(&by_day, &Params::lenient(Some("type=idea&month=2026-02")));
        let counts: Vec<Vec<u64>> =
            years.iter().map(|it| it.months.iter().map(|it| it.count).collect()).collect();
        assert_eq!(counts, [vec![3, 1], vec![4]]);
        assert_eq!(years[0].months[0].link, "/journal?type=idea&month=2026-03");
        assert!(years[0].months[1].is_chosen);
    }
}
