//! `/entries/{id}`: one entry to read.

use askama::Template;
use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::{HeaderMap, Method},
    response::Redirect,
};
use jiff::Timestamp;

use super::{
    Answer, Frame, Place,
    attention::{is_read_by_someone, record_opened},
    beside::{Beside, body_with_marks},
    card::Card,
    elsewhere::Places,
    glance::Glance,
    html,
    keep::Keep,
    newest::{language_of, reading_time},
    shelf::OnShelf,
    time::Moment,
    words::{Markup, counted},
};
use crate::web::say;
use crate::{
    domain::{Address, ArticleState, EntryId, Kind},
    reading,
    store::{ArticleNote, Elsewhere, EntryWithBody},
    web::{
        Web,
        api::{self, Named},
        params::Params,
        problem::Problem,
    },
};

#[derive(Template)]
#[template(path = "entry.html")]
struct EntryPage {
    frame: Frame,
    title: String,
    language: String,
    peer: String,
    peer_name: String,
    authors: String,
    categories: Vec<String>,
    link: Option<Original>,
    published: Option<Moment>,
    /// Where it differs from the publication.
    updated: Option<Moment>,
    first_seen: Moment,
    reading_time: Option<String>,
    edits: Option<String>,
    /// Empty where there is no text.
    body: Option<Markup>,
    /// Where the text is from, and why there is not more of it.
    origin: Option<Origin>,
    summary: String,
    more: String,
    places: Places,
    glance: Option<Glance>,
    similar: Vec<Card>,
    keep: Keep,
    /// What the reader wrote and marked.
    beside: Beside,
    /// What readers say of it to each other, where there are several.
    shelf: Option<OnShelf>,
}

/// Stories about the same that are shown.
const SIMILAR: usize = 5;

struct Origin {
    text: String,
    /// What `robots.txt` or a server said.
    reason: Option<String>,
}

struct Original {
    address: String,
    /// `Read it at HOST`.
    label: String,
}

pub(in crate::web) async fn entry(
    State(web): State<Web>,
    id: Named,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
) -> Answer {
    let found = api::one(&web, id).await?;
    if is_read_by_someone(&method, &headers) {
        record_opened(&web, found.entry.story);
    }
    let id = found.entry.id;
    let aside = web.library().store.asides(&[id]).await?.remove(&id).unwrap_or_default();
    let now = web.clock().now();
    let similar = reading::similar(web.library(), &web.asker(), id, SIMILAR, now).await?;
    let similar = similar.hits.iter().map(|hit| Card::of_hit(hit, now).in_short()).collect();
    let insight = web.library().store.insights(&[id]).await?.remove(&id);
    let glance = insight.and_then(|it| Glance::of(&it, id, found.entry.words));
    let keep = Keep::of(&web, &found.entry, &Params::lenient(query.as_deref())).await?;
    let shelf = OnShelf::of(&web, &found.entry).await?;
    let mut beside = Beside::of(&web, id).await?;
    let body = body_of(&found.html, found.entry.id, &mut beside);
    let page = EntryPage::of(&web, found, aside.elsewhere, now);
    html(&EntryPage { body, glance, similar, keep, beside, shelf, ..page })
}

/// `POST /entries/{id}/kind`: a reader says of what kind an entry is.
pub(in crate::web) async fn post_kind(
    State(web): State<Web>,
    id: Named,
    sent: Bytes,
) -> Result<Redirect, Problem> {
    let entry = api::one(&web, id).await?.entry.id;
    let form = Params::lenient(Some(&String::from_utf8_lossy(&sent)));
    if let Some(kind) = form.word("kind", Kind::from_word, "kind")? {
        let (library, now) = (&web.library().store, web.clock().now());
        reading::correct_kind(library, (web.reader(), entry), kind, now).await?;
    }
    Ok(Redirect::to(&format!("/entries/{entry}")))
}

fn body_of(html: &str, entry: EntryId, beside: &mut Beside) -> Option<Markup> {
    (!html.trim().is_empty()).then(|| body_with_marks(html, entry, beside))
}

impl EntryPage {
    fn of(web: &Web, found: EntryWithBody, elsewhere: Elsewhere, now: Timestamp) -> Self {
        let EntryWithBody { entry, html: _, revisions, article } = found;
        let updated = entry.updated.filter(|it| Some(*it) > entry.published);
        Self {
            frame: Frame::new(web, &entry.title, Place::Elsewhere),
            language: language_of(&entry),
            authors: entry.authors.join(say::text("web.list-separator")),
            link: entry.link.as_ref().map(Original::of),
            published: entry.published.map(Moment::day),
            updated: updated.map(Moment::day),
            first_seen: Moment::past(entry.first_seen, now),
            reading_time: reading_time(entry.words),
            edits: (revisions > 0).then(|| counted("web.entry.edits", revisions)),
            body: None,
            beside: Beside::default(),
            origin: article.as_ref().and_then(Origin::of),
            more: say::fill("web.entry.more", &[("peer", &entry.peer_name)]),
            places: Places::of(elsewhere, entry.link.as_ref()),
            title: entry.title,
            peer: entry.peer,
            peer_name: entry.peer_name,
            categories: entry.categories,
            summary: entry.summary,
            keep: Keep::nothing(entry.id),
            glance: None,
            shelf: None,
            similar: Vec::new(),
        }
    }
}

impl Origin {
    fn of(note: &ArticleNote) -> Option<Self> {
        let key = match note.state {
            ArticleState::Paywall if note.is_shown => "article.paywall.shown".to_owned(),
            _ if note.is_shown => "article.taken.meaning".to_owned(),
            state => format!("article.{}.meaning", state.as_str()),
        };
        let text = say::text(&key).to_owned();
        let reason = note.reason.clone().filter(|_| !note.is_shown && note.state.has_news());
        if text.is_empty() { None } else { Some(Self { text, reason }) }
    }
}

impl Original {
    fn of(link: &Address) -> Self {
        let host = link.host();
        let host = host.strip_prefix("www.").unwrap_or(host);
        let label = say::fill("web.entry.original", &[("host", host)]);
        Self { address: link.to_string(), label }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_page_that_someone_reads_counts_as_opened() {
        let reads = |method: Method, pairs: &[(&'static str, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, value.parse().unwrap());
            }
            is_read_by_someone(&method, &headers)
        };
        assert!(reads(Method::GET, &[]));
        assert!(reads(Method::GET, &[("sec-fetch-dest", "document")]));
        assert!(!reads(Method::HEAD, &[]));
        assert!(!reads(Method::GET, &[("sec-purpose", "prefetch;prerender")]));
        assert!(!reads(Method::GET, &[("sec-fetch-dest", "image")]));
    }
}
