//! `/limits`: what peers admit that their systems cannot do, or not yet: where ideas begin.

use std::collections::BTreeSet;

use askama::Template;
use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    response::Redirect,
};
use url::form_urlencoded;

use super::{
    Answer, Frame, Place,
    glance::{Quote, ReadAt, quotes},
    html,
    landscape::year_choices,
    newest::{Choice, Choices, Empty, language_of},
    search::LAST_PAGE,
    time::Moment,
    words::{Markup, counted, kind_name, rich},
};
use crate::web::say;
use crate::{
    domain::{EntryId, NoteDraft, NoteType, Role},
    reading::{self, Quoted},
    web::{Web, api::scope_of, params::Params, problem::Problem},
};

#[derive(Template)]
#[template(path = "limits.html")]
struct LimitsPage {
    frame: Frame,
    query: String,
    topics: Vec<Choice>,
    choices: Choices,
    years: Vec<Choice>,
    count: String,
    /// That a note was kept.
    kept: Option<Markup>,
    /// Where one comes back to from a note.
    back: String,
    posts: Vec<LimitRow>,
    newer: Option<String>,
    older: Option<String>,
    empty: Option<Empty>,
}

/// A post with the limits that it admits.
struct LimitRow {
    id: i64,
    title: String,
    language: String,
    peer: String,
    peer_name: String,
    day: Moment,
    kind: Option<String>,
    quotes: Vec<Quote>,
}

const ROWS: usize = 20;

pub(in crate::web) async fn limits(State(web): State<Web>, RawQuery(query): RawQuery) -> Answer {
    let asked = Params::lenient(query.as_deref());
    let scope = scope_of(&asked)?;
    let page = asked.number("page", 1, 1, LAST_PAGE)?;
    let (library, reader, now) = (web.library(), web.asker(), web.clock().now());
    let topics = reading::kept_topics(library, &reader).await?;
    let text = asked.text("topic").or_else(|| asked.text("q"));
    let subject = match text {
        Some(text) => Some(reading::subject_called(library, &reader, text).await?),
        None => None,
    };
    let portion = ((page - 1) * ROWS, ROWS);
    let found = reading::limits(library, &reader, subject.as_ref(), &scope, portion, now).await?;
    let topic = |it: &crate::domain::Topic| Choice {
        slug: it.slug.to_string(),
        name: it.name.clone(),
        is_chosen: asked.text("topic") == Some(it.slug.as_str()),
    };
    let peers = library.store.peers().await?;
    let asked_again = asked.without(&["kept"]);
    let link = |page: usize| asked_again.link("/limits", "page", &page.to_string());
    let more = page * ROWS < found.total && page < LAST_PAGE;
    html(&LimitsPage {
        frame: Frame::new(&web, say::text("web.limits.heading"), Place::Landscape),
        query: asked.text("q").unwrap_or_default().to_owned(),
        topics: topics.iter().map(topic).collect(),
        choices: Choices::of(&peers, scope.peer.as_ref(), scope.domain.as_ref()),
        years: year_choices(&found.years, scope.year),
        count: counted("web.limits.count", found.total as u64),
        kept: kept(&asked),
        back: link(page),
        empty: found.posts.is_empty().then(nothing),
        posts: found.posts.iter().map(LimitRow::of).collect(),
        newer: (page > 1).then(|| link(page - 1)),
        older: more.then(|| link(page + 1)),
    })
}

/// The number of a note is all that is repeated of an address.
fn kept(asked: &Params) -> Option<Markup> {
    let number: u64 = asked.text("kept")?.parse().ok()?;
    Some(kept_as(number))
}

/// That a note was kept, and where it is.
pub(super) fn kept_as(number: u64) -> Markup {
    let text = say::fill("web.limits.kept", &[("n", &number.to_string())]);
    rich(&text).with_link(say::text("web.note.open"), &format!("/journal/{number}"))
}

impl LimitRow {
    fn of(Quoted { entry, insight, .. }: &Quoted) -> Self {
        Self {
            id: entry.id.0,
            title: entry.title.clone(),
            language: language_of(entry),
            peer: entry.peer.clone(),
            peer_name: entry.peer_name.clone(),
            day: Moment::day(entry.published.unwrap_or(entry.ordered)),
            kind: insight.verdict.map(|it| kind_name(it.kind)),
            quotes: quotes(insight, Role::Limitation, ReadAt::PageOf(entry.id)),
        }
    }
}

fn nothing() -> Empty {
    Empty {
        title: say::text("web.empty.limits.title"),
        steps: vec![rich(say::text("web.empty.limits.step"))],
    }
}

/// `POST /ideas`: keeps a quote, and what the reader makes of it, as a note of the type idea.
pub(in crate::web) async fn post_idea(
    State(web): State<Web>,
    sent: Bytes,
) -> Result<Redirect, Problem> {
    let text = String::from_utf8_lossy(&sent);
    let form = Params::lenient(Some(&text));
    let entry = form.entry("entry")?;
    let draft = idea(form.text("quote").unwrap_or_default(), form.as_typed("text"), entry)?;
    let (library, now) = (&web.library().store, web.clock().now());
    let note = reading::write_note(library, web.reader(), &draft, now).await?;
    let Some(back) = Some(form.as_typed("back")).filter(|it| is_of_ours(it)) else {
        return Ok(Redirect::to(&format!("/journal/{}?kept=1", note.id)));
    };
    let kept = form_urlencoded::Serializer::new(String::new())
        .append_pair("kept", &note.id.to_string())
        .finish();
    let glue = if back.contains('?') { '&' } else { '?' };
    Ok(Redirect::to(&format!("{back}{glue}{kept}")))
}

/// The quote as Markdown, and below it what was written.
fn idea(quote: &str, text: &str, entry: Option<EntryId>) -> Result<NoteDraft, Problem> {
    let quoted: Vec<String> = quote.lines().map(|line| format!("> {line}")).collect();
    let parts = [quoted.join("\n"), text.trim().to_owned()];
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|it| !it.is_empty()).collect();
    let cites = entry.into_iter().collect();
    Ok(NoteDraft::new(NoteType::Idea, "", &parts.join("\n\n"), BTreeSet::new(), cites)?)
}

/// Whether a form leads back to a page of this service.
fn is_of_ours(path: &str) -> bool {
    let is_path = path.starts_with('/') && !path.starts_with("//");
    is_path && !path.contains(['\\', '#']) && path.chars().all(|it| it.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_idea_quotes_what_it_is_about_and_adds_what_was_written() {
        let text = |quote: &str, text: &str| {
            idea(quote, text, Some(EntryId(3))).map(|it| it.text().to_owned())
        };
        assert_eq!(
            text("It drops events.", " Try a log. \n").unwrap(),
            "> It drops events.\n\nTry a log."
        );
        assert_eq!(text("a\nb", "").unwrap(), "> a\n> b");
        assert!(text("", " ").is_err());
    }

    #[test]
    fn nobody_is_led_elsewhere_by_a_form() {
        assert!(is_of_ours("/limits?topic=a&page=2"));
        for foreign in ["//evil.example", "https://evil.example", "/\\evil.example", "", "/a\nb"] {
            assert!(!is_of_ours(foreign), "{foreign}");
        }
    }
}
