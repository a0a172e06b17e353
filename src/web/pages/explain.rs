//! `/explain`: why an entry stands where it stands in a search.

use askama::Template;
use axum::extract::{RawQuery, State};

use super::{Answer, Frame, Place, html, newest::language_of, words::kind_name};
use crate::web::say;
use crate::{
    domain::query::Query,
    reading,
    search::{Explanation, ScorePart},
    web::{
        Web,
        api::{self, Named},
        params::Params,
        problem::Problem,
    },
};

#[derive(Template)]
#[template(path = "explain.html")]
struct ExplainPage {
    frame: Frame,
    query: String,
    back: String,
    id: i64,
    title: String,
    language: String,
    standing: String,
    parts: Vec<Part>,
    recency: String,
    aging: String,
    score: String,
    missing: Option<String>,
}

struct Part {
    place: String,
    words: String,
    score: String,
    /// Of the greatest part, in percent.
    share: u32,
}

pub(in crate::web) async fn explain(State(web): State<Web>, RawQuery(query): RawQuery) -> Answer {
    let asked = Params::lenient(query.as_deref());
    let text = asked.text("q").unwrap_or_default();
    let id: Named = Ok(axum::extract::Path(asked.text("entry").unwrap_or_default().to_owned()));
    let entry = api::one(&web, id).await?.entry;
    let wanted = super::search::wanted_of(&web, &asked)?;
    let query = Query::parse(text);
    let explained =
        reading::explain(web.library(), &web.asker(), &query, &wanted, entry.id).await?;
    let explained = explained.ok_or(Problem::NoMatch(entry.id))?;
    let language = language_of(&entry);
    html(&ExplainPage {
        frame: Frame::new(&web, say::text("web.explain.heading"), Place::Search),
        query: text.to_owned(),
        back: asked.without(&["entry"]).link("/search", "q", text),
        id: entry.id.0,
        title: entry.title,
        language,
        standing: standing(&explained),
        parts: parts(&explained),
        aging: aging(&explained),
        recency: format!("{:.3}", explained.recency),
        score: format!("{:.3}", explained.score),
        missing: (!explained.missing.is_empty())
            .then(|| explained.missing.join(say::text("web.list-separator"))),
    })
}

fn standing(explained: &Explanation) -> String {
    match explained.place {
        Some(place) => say::fill("web.explain.place", &[("n", &place.to_string())]),
        None => say::text("web.explain.far").to_owned(),
    }
}

/// In which way it gains by being recent.
fn aging(explained: &Explanation) -> String {
    let Some(kind) = explained.kind else {
        return say::text("web.explain.recency").to_owned();
    };
    say::fill("web.explain.recency-of-kind", &[("kind", &kind_name(kind))])
}

fn parts(explained: &Explanation) -> Vec<Part> {
    let greatest = explained.parts.iter().map(|it| it.score).fold(f32::MIN_POSITIVE, f32::max);
    let part = |it: &ScorePart| {
        let key = format!("search.place.{}", it.place.as_str());
        Part {
            place: say::text(&key).to_owned(),
            words: it.words.clone(),
            score: format!("{:.3}", it.score),
            share: percent(it.score / greatest),
        }
    };
    explained.parts.iter().map(part).collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
fn percent(share: f32) -> u32 {
    (share.clamp(0.0, 1.0) * 100.0).round() as u32
}
