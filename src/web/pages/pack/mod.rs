//! `/journal/pack`: the evidence pack of some months, as a page, a file that stands by itself, and
//! Markdown.

mod markdown;
mod plot;
mod said;
mod view;

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
};
use jiff::{Timestamp, tz::TimeZone};

use self::view::{LeadTo, PackView};
use super::{Frame, Place, html};
use crate::{
    config,
    domain::{MonthError, PackMonth, PackParts, PackSpan, Rubric, pack},
    reading::{self, PackAsk},
    web::{Web, file::as_file, params::Params, problem::Problem, say, viewer::Viewer},
};

pub(super) use self::said::{dated, state_text, type_text};

#[derive(Template)]
#[template(path = "pack.html")]
struct PackPage {
    frame: Frame,
    view: PackView,
    /// What is wrong with the months that were asked for.
    mistake: Option<String>,
    html_file: String,
    markdown_file: String,
    /// That there is a rubric, or how to have one.
    rubric: super::words::Markup,
}

#[derive(Template)]
#[template(path = "pack-file.html")]
struct PackFile {
    view: PackView,
    language: &'static str,
    title: String,
    style: &'static str,
}

pub(in crate::web) async fn pack_page(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let asked = Params::lenient(query.as_deref());
    let now = web.clock().now();
    let zone = Viewer::present().zone;
    let (span, mistake) = span_of(&asked, now, &zone);
    let rubric = rubric_of(&web)?;
    let has_rubric = rubric.is_some();
    let ask = PackAsk { span, rubric, zone: zone.clone() };
    let parts = reading::evidence(web.library(), &web.asker(), ask, now).await?;
    let name = format!("evidence-{}-{}", span.from(), span.to());
    match asked.text("format") {
        Some("html") => {
            let file = pack_file(&parts, &zone)?;
            return Ok(as_file(&format!("{name}.html"), "text/html; charset=utf-8", file));
        }
        Some("markdown") => {
            let file = pack_markdown(&parts, &zone);
            return Ok(as_file(&format!("{name}.md"), "text/markdown; charset=utf-8", file));
        }
        _ => {}
    }
    let view = PackView::of(&pack(&parts), &parts.notes, &zone, LeadTo::Pages);
    let file = |format: &str| {
        format!("/journal/pack?from={}&to={}&format={format}", span.from(), span.to())
    };
    let rubric = if has_rubric { "web.pack.rubric.there" } else { "web.pack.rubric.none" };
    let page = PackPage {
        frame: Frame::new(&web, say::text("web.pack.heading.page"), Place::Journal),
        html_file: file("html"),
        markdown_file: file("markdown"),
        rubric: super::words::rich(say::text(rubric)),
        view,
        mistake: mistake.map(|it| it.to_string()),
    };
    Ok(html(&page)?.into_response())
}

/// The months that were asked for; the usual ones beside what is wrong with them.
fn span_of(asked: &Params, now: Timestamp, zone: &TimeZone) -> (PackSpan, Option<MonthError>) {
    let today = zone.to_datetime(now).date();
    let month = |name: &str| asked.text(name).map(str::parse::<PackMonth>).transpose();
    let span = month("from").and_then(|from| Ok((from, month("to")?)));
    let span = span.and_then(|(from, to)| PackSpan::asked(from, to, today));
    match span {
        Ok(span) => (span, None),
        Err(mistake) => (PackSpan::usual(today), Some(mistake)),
    }
}

/// That of the installation, if it has one.
fn rubric_of(web: &Web) -> Result<Option<Rubric>, Problem> {
    let Some(file) = web.rubric() else { return Ok(None) };
    match config::rubric_at(file) {
        Ok(read) => Ok(read.map(|it| it.rubric)),
        Err(error) => Err(Problem::Content(error.to_string())),
    }
}

/// One file that needs nothing beside it.
pub fn pack_file(parts: &PackParts, zone: &TimeZone) -> Result<String, askama::Error> {
    let view = PackView::of(&pack(parts), &parts.notes, zone, LeadTo::Places);
    let title = say::fill("web.pack.heading.of", &[("span", &view.span)]);
    let style =
        concat!(include_str!("../../assets/alone-file.css"), include_str!("../../assets/pack.css"));
    PackFile { view, language: Viewer::language(), title, style }.render()
}

pub fn pack_markdown(parts: &PackParts, zone: &TimeZone) -> String {
    markdown::markdown(&PackView::of(&pack(parts), &parts.notes, zone, LeadTo::Places))
}
