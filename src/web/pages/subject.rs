//! `/landscape/{topic}`: what peers wrote on one subject, each with its challenge and approach side by
//! side.

use askama::Template;

use super::{
    Answer, Frame, Place,
    glance::{Part, ReadAt, surest},
    html,
    landscape::year_choices,
    newest::{Choice, language_of, reading_time},
    search::LAST_PAGE,
    time::Moment,
    words::{counted, kind_name},
};
use crate::web::say;
use crate::{
    domain::Role,
    reading::{self, Counting, OnSubject, Part as Portion, Quoted, Subject, SubjectSort},
    web::{
        Web,
        api::{counting_of, scope_of},
        params::Params,
    },
};

#[derive(Template)]
#[template(path = "subject.html")]
struct SubjectPage {
    frame: Frame,
    name: String,
    /// As it can be asked again; `None` for a topic, which has a path.
    query: Option<String>,
    path: String,
    search: String,
    count: String,
    peers: Vec<PeerChoice>,
    years: Vec<Choice>,
    domain: Option<String>,
    counts_everything: bool,
    is_oldest_first: bool,
    sections: Vec<YearSection>,
    newer: Option<String>,
    older: Option<String>,
}

struct PeerChoice {
    slug: String,
    /// With the number of its stories.
    name: String,
    is_chosen: bool,
}

struct YearSection {
    /// Empty for what is undated.
    year: String,
    posts: Vec<PostRow>,
}

/// A post with its quotes.
pub(super) struct PostRow {
    pub(super) id: i64,
    pub(super) story: i64,
    pub(super) title: String,
    pub(super) language: String,
    pub(super) peer: String,
    pub(super) peer_name: String,
    pub(super) day: Moment,
    pub(super) kind: Option<String>,
    pub(super) reading_time: Option<String>,
    /// Challenge and approach, result and limits, as far as anything is quoted of either.
    pub(super) pairs: Vec<Vec<Part>>,
}

const ROWS: usize = 20;
/// Quotes of a role that are shown beside those of another.
const MOST_QUOTES: usize = 2;

pub(super) async fn subject_page(web: &Web, subject: &Subject, asked: &Params) -> Answer {
    let (scope, counting) = (scope_of(asked)?, counting_of(asked)?);
    let page = asked.number("page", 1, 1, LAST_PAGE)?;
    let is_oldest_first = asked.text("sort") == Some("oldest");
    let part = Portion { offset: (page - 1) * ROWS, limit: ROWS, oldest_first: is_oldest_first };
    let (library, reader, now) = (web.library(), web.asker(), web.clock().now());
    let found =
        reading::on_subject(library, &reader, subject, (&scope, counting), part, now).await?;
    let path = match &subject.sort {
        SubjectSort::Topic(slug) => format!("/landscape/{slug}"),
        _ => "/landscape".to_owned(),
    };
    let years: Vec<i16> = found.years.iter().rev().copied().collect();
    let link = |page: usize| asked.link(&path, "page", &page.to_string());
    let more = page * ROWS < found.total && page < LAST_PAGE;
    let is_topic = matches!(subject.sort, SubjectSort::Topic(_));
    html(&SubjectPage {
        frame: Frame::new(web, &subject.name, Place::Landscape),
        name: subject.name.clone(),
        query: (!is_topic).then(|| subject.called()),
        search: Params::lenient(None).link("/search", "q", &subject.search().to_string()),
        count: count(&found),
        peers: peer_choices(&found, asked.text("peer").unwrap_or_default()),
        years: year_choices(&years, scope.year),
        domain: scope.domain.map(String::from),
        counts_everything: counting == Counting::Everything,
        is_oldest_first,
        sections: sections(&found.posts),
        newer: (page > 1).then(|| link(page - 1)),
        older: more.then(|| link(page + 1)),
        path,
    })
}

fn count(found: &OnSubject) -> String {
    if found.total == 0 {
        return say::text("web.subject.nothing").to_owned();
    }
    let stories = counted("web.facet.stories", found.total as u64);
    let peers = counted("web.subject.peers", found.with_posts as u64);
    say::fill("web.subject.count", &[("stories", &stories), ("peers", &peers)])
}

fn peer_choices(found: &OnSubject, chosen: &str) -> Vec<PeerChoice> {
    let choice = |it: &reading::PeerCount| PeerChoice {
        slug: it.peer.clone(),
        name: format!("{} ({})", it.name, it.stories),
        is_chosen: it.peer == chosen,
    };
    found.peers.iter().map(choice).collect()
}

fn sections(posts: &[Quoted]) -> Vec<YearSection> {
    let mut sections: Vec<YearSection> = Vec::new();
    for post in posts {
        let year = post.year.map(|it| it.to_string()).unwrap_or_default();
        if sections.last().is_none_or(|it| it.year != year) {
            sections.push(YearSection { year, posts: Vec::new() });
        }
        if let Some(section) = sections.last_mut() {
            section.posts.push(PostRow::of(post));
        }
    }
    sections
}

impl PostRow {
    pub(super) fn of(Quoted { entry, insight, .. }: &Quoted) -> Self {
        let pair = |roles: [Role; 2]| {
            let parts = roles.map(|role| {
                let quotes = surest(insight, role, ReadAt::PageOf(entry.id), MOST_QUOTES);
                Part { quotes, ..Part::empty(role) }
            });
            parts.iter().any(|it| !it.quotes.is_empty()).then(|| Vec::from(parts))
        };
        let pairs = [[Role::Challenge, Role::Approach], [Role::Result, Role::Limitation]];
        Self {
            id: entry.id.0,
            story: entry.story.0,
            title: entry.title.clone(),
            language: language_of(entry),
            peer: entry.peer.clone(),
            peer_name: entry.peer_name.clone(),
            day: Moment::day(entry.published.unwrap_or(entry.ordered)),
            kind: insight.verdict.map(|it| kind_name(it.kind)),
            reading_time: reading_time(entry.words),
            pairs: pairs.into_iter().filter_map(pair).collect(),
        }
    }
}
