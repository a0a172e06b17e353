//! The JSON that the API and `--json` speak. Names are the words of the project; times are RFC 3339.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::stories::{AlsoAtShape, AlsoInShape};
use crate::{
    domain::{Address, ArticleState, Complaint, Entry, Kind, Slug, diagnose},
    messages,
    search::Snippet,
    store::{ArticleNote, Aside, EntryWithBody, PeerReport, SourceCounts, SourceReport},
    web::escape::push_escaped,
};

/// A snippet as HTML: `<mark>` around what matched, the rest escaped.
pub fn marked_html(Snippet { text, marks }: &Snippet) -> String {
    let mut html = String::with_capacity(text.len() + marks.len() * 13);
    let mut from = 0;
    for mark in marks {
        push_escaped(&text[from..mark.start], &mut html);
        html.push_str("<mark>");
        push_escaped(&text[mark.clone()], &mut html);
        html.push_str("</mark>");
        from = mark.end;
    }
    push_escaped(&text[from..], &mut html);
    html
}

#[derive(Debug, Serialize)]
pub(crate) struct EntryList {
    pub(crate) entries: Vec<EntryShape>,
    /// The `cursor` of the next page.
    pub(crate) next: Option<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct EntryShape {
    entry: i64,
    story: i64,
    source: i64,
    peer: String,
    peer_name: String,
    title: String,
    url: Option<Address>,
    authors: Vec<String>,
    categories: Vec<String>,
    language: Option<String>,
    published: Option<Timestamp>,
    updated: Option<Timestamp>,
    first_seen: Timestamp,
    summary: String,
    words: u32,
    /// `null` where it was not read, or cannot be.
    kind: Option<Kind>,
    worth: Option<u8>,
    /// Where else the story is told.
    also_at: Vec<AlsoAtShape>,
    also_in: Vec<AlsoInShape>,
}

impl From<Entry> for EntryShape {
    fn from(entry: Entry) -> Self {
        Self {
            entry: entry.id.0,
            story: entry.story.0,
            source: entry.source.0,
            peer: entry.peer,
            peer_name: entry.peer_name,
            title: entry.title,
            url: entry.link,
            authors: entry.authors,
            categories: entry.categories,
            language: entry.language.map(String::from),
            published: entry.published,
            updated: entry.updated,
            first_seen: entry.first_seen,
            summary: entry.summary,
            words: entry.words,
            kind: None,
            worth: None,
            also_at: Vec::new(),
            also_in: Vec::new(),
        }
    }
}

impl EntryShape {
    pub(crate) fn with(mut self, Aside { elsewhere, verdict }: Aside) -> Self {
        self.also_at = elsewhere.also_at.into_iter().map(Into::into).collect();
        self.also_in = elsewhere.also_in.into_iter().map(Into::into).collect();
        self.kind = verdict.map(|it| it.kind);
        self.worth = verdict.map(|it| it.worth.get());
        self
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct WholeEntry {
    #[serde(flatten)]
    entry: EntryShape,
    /// Sanitised; its images are elsewhere.
    html: String,
    /// Where `html` is from: `article` (its page) or `feed` (what the source carries).
    body: &'static str,
    article: Option<ArticleShape>,
    /// Former texts that are kept.
    revisions: u64,
}

/// What asking for the page behind an entry came to.
#[derive(Debug, Serialize)]
struct ArticleShape {
    state: ArticleState,
    reason: Option<String>,
    asked: Option<Timestamp>,
}

impl From<ArticleNote> for ArticleShape {
    fn from(note: ArticleNote) -> Self {
        let ArticleNote { state, reason, asked, is_shown: _ } = note;
        Self { state, reason, asked }
    }
}

impl WholeEntry {
    pub(crate) fn of(found: EntryWithBody, aside: Aside) -> Self {
        let EntryWithBody { entry, html, revisions, article } = found;
        let is_article = article.as_ref().is_some_and(|it| it.is_shown);
        let body = if is_article { "article" } else { "feed" };
        let article = article.map(ArticleShape::from);
        let entry = EntryShape::from(entry).with(aside);
        Self { entry, html, body, article, revisions }
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct PeerList {
    pub(crate) peers: Vec<PeerShape>,
}

#[derive(Debug, Serialize)]
pub(crate) struct PeerShape {
    peer: String,
    name: String,
    domains: Vec<Slug>,
    followed: bool,
    sources: u64,
    entries: u64,
    newest: Option<Timestamp>,
}

impl From<PeerReport> for PeerShape {
    fn from(report: PeerReport) -> Self {
        let PeerReport { id: _, slug, name, domains, followed, sources, entries, newest } = report;
        Self { peer: slug, name, domains, followed, sources, entries, newest }
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct SourceList {
    pub(crate) sources: Vec<SourceShape>,
}

#[derive(Debug, Serialize)]
pub(crate) struct SourceShape {
    source: i64,
    peer: String,
    peer_name: String,
    r#type: &'static str,
    lane: &'static str,
    /// As written in `feeds.toml`.
    address: Address,
    /// After permanent redirects.
    in_use: Address,
    followed: bool,
    /// How it is read: for a `site`, what was found on it.
    reads_as: &'static str,
    title: Option<String>,
    site: Option<Address>,
    entries: u64,
    /// How many of their articles are in each state.
    articles: BTreeMap<ArticleState, u64>,
    visited: Option<Timestamp>,
    succeeded: Option<Timestamp>,
    next_visit: Timestamp,
    muted: bool,
    /// A permanent redirect that waits for confirmation.
    moving_to: Option<Address>,
    /// `fine`, `moved`, `dropped`, `dead` or `stale`.
    diagnosis: &'static str,
    failures: u32,
    failing_since: Option<Timestamp>,
    failure: Option<FailureShape>,
    complaints: Vec<Complaint>,
}

#[derive(Debug, Serialize)]
struct FailureShape {
    kind: &'static str,
    name: String,
    detail: String,
    /// What to do about it.
    step: String,
    status: Option<u16>,
}

impl SourceShape {
    pub(super) fn of(report: SourceReport, counts: SourceCounts, now: Timestamp) -> Self {
        let diagnosis = diagnose(&report.source, now).as_str();
        let SourceReport { source, peer, followed } = report;
        let SourceCounts { entries, articles } = counts;
        let state = source.state;
        let failure = state.failure.map(|failure| {
            let kind = failure.kind.as_str();
            let text = |part: &str| messages::text(&format!("failure.{kind}.{part}")).to_owned();
            FailureShape {
                kind,
                name: text("name"),
                step: text("step"),
                detail: failure.detail,
                status: failure.status,
            }
        });
        Self {
            source: source.id.0,
            peer,
            peer_name: source.peer_name,
            r#type: source.kind.as_str(),
            lane: source.lane.as_str(),
            address: source.address,
            in_use: state.in_use,
            followed,
            reads_as: state.discovery.reads_as.unwrap_or(source.kind).as_str(),
            title: state.title,
            site: state.site,
            entries,
            articles,
            visited: state.visited,
            succeeded: state.succeeded,
            next_visit: state.next_visit,
            muted: state.muted,
            moving_to: state.moving.map(|it| it.to),
            diagnosis,
            failures: state.failures,
            failing_since: state.failing_since,
            failure,
            complaints: state.complaints,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marked_snippets_are_escaped_around_their_marks() {
        let snippet = Snippet { text: "a <b> & cd".into(), marks: vec![2..5, 8..9] };
        let marked = "a <mark>&lt;b&gt;</mark> &amp; <mark>c</mark>d";
        assert_eq!(marked_html(&snippet), marked);
    }
}
