//! When an article was published and changed.

use dom_query::{Document, NodeRef};
use jiff::{Timestamp, civil, fmt::temporal::DateTimeParser, tz::Offset};

use super::{Metas, linked::Linked};
use crate::{
    domain::{Address, dates::read_date},
    extract::article::tree::text_of,
};

const PUBLISHED: &[&str] = &[
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "og:published_time",
    "article:published",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publishdate",
    "publish_date",
    "publish-date",
    "published_date",
    "article.published",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "dc.date",
    "dcterms.date",
    "citation_publication_date",
    "citation_online_date",
    "cxenseparse:recs:publishtime",
    "date",
    "datecreated",
];
const UPDATED: &[&str] = &[
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "last-modified",
    "dcterms.modified",
];
/// `<time>` elements and others whose class says that they hold the date, the surest first.
const TIMES: &[&str] = &[
    "[itemprop~=datePublished]",
    "time.dt-published, time.published, time.entry-date, time[pubdate], abbr.published",
    "article header time, main header time, article time, main time",
    "time",
];
const DATED: &[&str] = &[
    ".published, .post-date, .entry-date, .article-date, .publish-date, .published-date, .pubdate, \
     .posted-on, .date-published, .blog-date, .blog-post-date, .postDate, .post__date, .article__date, \
     .post-time, .date-header, [data-testid=storyPublishDate]",
    ".date, .post-meta, .entry-meta, .article-meta, .meta, .byline, .post-info, .postmeta, .post-byline, \
     .post-author, .author, .subtitle, .time, .dateline, .post-header, .entry-header, .article-header",
];
pub(super) fn published(
    document: &Document,
    metas: &Metas,
    linked: &Linked,
    address: &Address,
    lines: &[String],
) -> Option<Timestamp> {
    let of_linked = || linked.published.as_deref().and_then(moment);
    let of_metas = || PUBLISHED.iter().flat_map(|it| metas.all(it)).find_map(moment);
    of_linked()
        .or_else(of_metas)
        .or_else(|| of_times(document))
        .or_else(|| only_time(document))
        .or_else(|| of_dated(document))
        .or_else(|| lines.iter().find_map(|it| dated(it)))
        .or_else(|| in_path(address.path()))
}

pub(super) fn updated(document: &Document, metas: &Metas, linked: &Linked) -> Option<Timestamp> {
    let of_linked = || linked.updated.as_deref().and_then(moment);
    let of_metas = || UPDATED.iter().flat_map(|it| metas.all(it)).find_map(moment);
    of_linked().or_else(of_metas).or_else(|| {
        let found = document.select("time[itemprop~=dateModified], time.dt-updated, time.updated");
        found.nodes().iter().find_map(time_of)
    })
}

/// Midnight anywhere on Earth is how machines write a day; it stays that day.
fn moment(text: &str) -> Option<Timestamp> {
    const ISO: DateTimeParser = DateTimeParser::new();
    let text = text.trim();
    let time = read_date(text)?;
    let written = text.replacen(' ', "T", 1).replace(' ', "");
    let local: Option<civil::DateTime> = ISO.parse_datetime(&written).ok();
    let day = local.filter(|it| it.time() == civil::Time::midnight());
    day.and_then(|it| Offset::UTC.to_timestamp(it).ok()).or(Some(time))
}

fn of_times(document: &Document) -> Option<Timestamp> {
    for selector in TIMES {
        let found = document.select(selector);
        let fitting = found.nodes().iter().filter(|it| !is_elsewhere(it));
        if let Some(time) = fitting.take(5).find_map(time_of) {
            return Some(time);
        }
    }
    None
}

fn time_of(node: &NodeRef<'_>) -> Option<Timestamp> {
    let written = ["datetime", "content", "title"].into_iter().filter_map(|name| node.attr(name));
    written.map(|it| it.to_string()).find_map(|it| moment(&it)).or_else(|| dated(&text_of(node)))
}

fn of_dated(document: &Document) -> Option<Timestamp> {
    DATED.iter().find_map(|selector| {
        let found = document.select(selector);
        let fitting = found.nodes().iter().filter(|it| !is_elsewhere(it));
        fitting.take(10).map(text_of).filter(|it| it.len() < 300).find_map(|it| dated(&it))
    })
}

/// In comments, in the list of other posts, or in the text of a banner.
fn is_elsewhere(node: &NodeRef<'_>) -> bool {
    node.ancestors_it(Some(12)).any(|it| {
        if matches!(it.node_name().as_deref(), Some("nav" | "aside" | "footer")) {
            return true;
        }
        if matches!(it.node_name().as_deref(), Some("html" | "body" | "main")) {
            return false;
        }
        let class = it.class().unwrap_or_default().to_lowercase();
        ["comment", "related", "sidebar", "recent", "widget", "recommend"]
            .iter()
            .any(|word| class.split_whitespace().any(|it| it.contains(word) && !it.contains("no-")))
    })
}

/// The one `<time>` of a page that has no other, wherever it stands.
fn only_time(document: &Document) -> Option<Timestamp> {
    let found = document.select("time[datetime]");
    let [time] = found.nodes() else { return None };
    time_of(time)
}

/// A date with words around it: "Posted on May 5, 2021 by Ada".
fn dated(line: &str) -> Option<Timestamp> {
    let words: Vec<&str> = line.split_whitespace().take(40).collect();
    for start in 0..words.len() {
        for end in (start + 1..=words.len().min(start + 4)).rev() {
            let part = words[start..end].join(" ");
            let part = part.trim_matches(|it: char| !it.is_alphanumeric());
            if let Some(time) = Some(part).filter(|it| is_a_date(it)).and_then(moment) {
                return Some(time);
            }
        }
    }
    None
}

/// Whether it begins and ends as dates do, and has a year and more.
fn is_a_date(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let has_year = text
        .split(|it: char| !it.is_ascii_digit())
        .any(|it| it.len() == 4 && (it.starts_with("19") || it.starts_with("20")));
    let parts = text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty()).count();
    has_year && digits >= 5 && (parts >= 3 || text.contains('年')) && text.chars().count() <= 40
}

/// `/2024/05/17/` or `/2024-05-17-` in an address.
fn in_path(path: &str) -> Option<Timestamp> {
    let numbers: Vec<&str> = path.split(['/', '-', '_', '.']).collect();
    numbers.windows(3).find_map(|it| {
        let [year, month, day] = it else { return None };
        let is_date =
            year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len());
        let year: i16 = year.parse().ok().filter(|it| is_date && (1990..2100).contains(it))?;
        let date = civil::Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()?;
        Offset::UTC.to_timestamp(date.to_datetime(civil::Time::midnight())).ok()
    })
}
