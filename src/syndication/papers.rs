//! Reads lists of papers: what arXiv's feed and its API say beside the entries, and what is theirs in
//! each entry. The feed of anyone else is left as it is.

use jiff::Timestamp;

use crate::domain::{Feed, FeedEntry, Markup, PaperId, dates::read_date};

use super::{Hints, SyndicationError, read_feed};

/// A list of papers.
#[derive(Clone, Debug, PartialEq)]
pub struct Papers {
    pub feed: Feed,
    /// When the list was made, as it says.
    pub made: Option<Timestamp>,
    /// How many papers a query found in all.
    pub total: Option<u64>,
}

/// Where arXiv's API puts what is wrong with a query: as the one entry of a feed, with status 200.
const ERRORS: &str = "arxiv.org/api/errors";
/// So much of a document is looked through for what stands before its entries.
const HEAD_BYTES: usize = 16 * 1024;

/// Reads a list of papers. Their versions are one entry each: `2401.01234v2` edits `2401.01234`.
pub fn read_papers(bytes: &[u8], hints: &Hints<'_>) -> Result<Papers, SyndicationError> {
    let mut feed = read_feed(bytes, hints)?;
    if let Some(error) = feed.entries.iter().find(|it| is_error(it)) {
        let reason = error.summary.as_ref().or(error.content.as_ref()).or(error.title.as_ref());
        let reason = reason.map(|it| it.raw().trim().to_owned()).unwrap_or_default();
        return Err(SyndicationError::Refused { address: hints.address.clone(), reason });
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD_BYTES)]);
    let head = ["<item", "<entry"]
        .iter()
        .filter_map(|it| head.find(it))
        .min()
        .map_or(&*head, |it| &head[..it]);
    let made =
        ["lastBuildDate", "pubDate", "updated"].iter().find_map(|it| read_date(element(head, it)?));
    let total = element(head, "opensearch:totalResults")
        .or_else(|| element(head, "openSearch:totalResults"))
        .and_then(|it| it.parse().ok());
    feed.entries = feed.entries.into_iter().map(as_paper).collect();
    Ok(Papers { feed, made, total })
}

fn is_error(entry: &FeedEntry) -> bool {
    entry.guid.as_ref().is_some_and(|it| it.contains(ERRORS))
}

/// The text of the first element of this name.
fn element<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let opens = text.find(&format!("<{name}"))? + 1 + name.len();
    let (attributes, rest) = text[opens..].split_once('>')?;
    let inside = rest.split('<').next()?.trim();
    (!attributes.ends_with('/') && !inside.is_empty()).then_some(inside)
}

fn as_paper(mut entry: FeedEntry) -> FeedEntry {
    let by_guid = entry.guid.as_deref().and_then(PaperId::of_guid);
    let by_link =
        || entry.link.as_ref().filter(|_| entry.guid.is_none()).and_then(PaperId::of_address);
    let Some(mut paper) = by_guid.or_else(by_link) else { return entry };
    let written = entry.content.take().or(entry.summary.take());
    let written = written.as_ref().map(Markup::raw).unwrap_or_default();
    let Announced { version, kind, text } = Announced::of(written);
    paper.version = paper.version.or(version);
    if kind.is_some_and(|it| it.starts_with("replace")) {
        // The day of the new version; the paper came out on an earlier one.
        entry.updated = entry.updated.or(entry.published.take());
    }
    if kind.is_some() {
        entry.authors = entry.authors.iter().flat_map(|it| names(it)).collect();
    }
    entry.title = entry.title.map(|it| Markup::Text(without_id(it.raw()).to_owned()));
    entry.guid = Some(paper.guid());
    entry.link = paper.page().parse().ok();
    entry.content = Some(Markup::Html(body(&paper, text)));
    entry.summary = Some(Markup::Html(paragraph(text)));
    entry
}

/// What arXiv's feed puts before an abstract: `arXiv:2401.01234v2 Announce Type: replace`.
struct Announced<'t> {
    version: Option<u32>,
    /// `new`, `cross`, `replace`, `replace-cross`.
    kind: Option<&'t str>,
    text: &'t str,
}

impl<'t> Announced<'t> {
    fn of(written: &'t str) -> Self {
        let written = written.trim();
        let bare = Self { version: None, kind: None, text: written };
        let Some(rest) = written.strip_prefix("arXiv:") else { return bare };
        let Some((id, rest)) = rest.split_once("Announce Type:") else { return bare };
        let Some((kind, text)) = rest.split_once("Abstract:") else { return bare };
        let version = PaperId::parse(id.trim()).and_then(|it| it.version);
        Self { version, kind: Some(kind.trim()), text: text.trim() }
    }
}

/// The persons of a list; commas in brackets part institutes, and no persons.
fn names(list: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let parts = list.split(|letter: char| {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == ',' && depth == 0
    });
    parts.map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

/// Feeds of old put the id behind the title: `Queues (arXiv:2401.01234v1 [cs.IR])`.
fn without_id(title: &str) -> &str {
    let title = title.trim();
    match title.rfind(" (arXiv:") {
        Some(at) if title.ends_with(')') => title[..at].trim_end(),
        _ => title,
    }
}

/// The abstract is text in which `<` is a sign of mathematics; below it, where the whole paper is.
fn body(paper: &PaperId, text: &str) -> String {
    let version = paper.version.map(|it| format!("Version {it}: ")).unwrap_or_default();
    format!("{}<p>{version}<a href=\"{}\">PDF</a></p>", paragraph(text), paper.pdf())
}

fn paragraph(text: &str) -> String {
    if text.starts_with("<p") { text.to_owned() } else { format!("<p>{}</p>", escaped(text)) }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Address;

    fn read(text: &str) -> Result<Papers, SyndicationError> {
        let address: Address = "https://rss.arxiv.org/rss/cs.IR".parse().unwrap();
        read_papers(
            text.as_bytes(),
            &Hints { address: &address, charset: None, content_type: None },
        )
    }

    fn rss(item: &str) -> String {
        format!(
            "<rss version=\"2.0\" xmlns:arxiv=\"http://arxiv.org/schemas/atom\" \
             xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>cs.IR updates</title>\
             <lastBuildDate>Mon, 02 Mar 2026 05:00:07 +0000</lastBuildDate>\
             <skipDays><day>Sunday</day><day>Saturday</day></skipDays>{item}</channel></rss>"
        )
    }

    const REPLACED: &str = "<item><title>Prices in $a &lt; b$ markets</title>\
        <link>https://arxiv.org/abs/2401.01234</link>\
        <description>arXiv:2401.01234v2 Announce Type: replace \nAbstract: Where $a &lt;b$ holds, \
        prices &amp; queues meet.</description>\
        <guid isPermaLink=\"false\">oai:arXiv.org:2401.01234v2</guid><category>cs.IR</category>\
        <category>cs.GT</category><pubDate>Mon, 02 Mar 2026 00:00:00 -0500</pubDate>\
        <arxiv:announce_type>replace</arxiv:announce_type>\
        <dc:creator>Mononym, Ada Example (Institute of Queues, Berlin)</dc:creator></item>";

    #[test]
    fn a_replaced_paper_of_the_feed_is_an_edit_of_the_paper_with_its_abstract_alone() {
        let papers = read(&rss(REPLACED)).unwrap();
        let entry = &papers.feed.entries[0];
        assert_eq!(entry.guid.as_deref(), Some("arXiv:2401.01234"));
        assert_eq!(entry.link.as_ref().unwrap().as_str(), "https://arxiv.org/abs/2401.01234");
        assert_eq!(entry.authors, ["Mononym", "Ada Example (Institute of Queues, Berlin)"]);
        assert_eq!(entry.categories, ["cs.IR", "cs.GT"]);
        assert_eq!((entry.published, entry.updated.is_some()), (None, true));
        assert_eq!(
            entry.content.as_ref().unwrap().raw(),
            "<p>Where $a &lt;b$ holds, prices &amp; queues meet.</p>\
             <p>Version 2: <a href=\"https://arxiv.org/pdf/2401.01234v2\">PDF</a></p>"
        );
        assert_eq!(papers.made.unwrap().to_string(), "2026-03-02T05:00:07Z");
    }

    #[test]
    fn new_and_cross_listed_papers_keep_the_day_they_came_out() {
        for kind in ["new", "cross"] {
            let item = REPLACED.replace("replace", kind).replace("01234v2", "01234v1");
            let papers = read(&rss(&item)).unwrap();
            let entry = &papers.feed.entries[0];
            assert!(entry.published.is_some() && entry.updated.is_none(), "{kind}");
        }
    }

    const ANSWER: &str = "<feed xmlns=\"http://www.w3.org/2005/Atom\" \
        xmlns:opensearch=\"http://a9.com/-/spec/opensearch/1.1/\"><id>http://arxiv.org/api/x</id>\
        <title>arXiv Query</title><updated>2026-03-02T00:00:00-05:00</updated>\
        <opensearch:totalResults>1234</opensearch:totalResults>ENTRY</feed>";

    #[test]
    fn a_paper_that_a_query_found_has_each_author_and_the_same_identity() {
        let entry = "<entry><id>http://arxiv.org/abs/2401.01234v1</id><title>Prices\n  of queues</title>\
            <updated>2024-01-02T10:00:00Z</updated><published>2024-01-02T10:00:00Z</published>\
            <summary>  Queues have\n  prices.</summary><author><name>Ada Example</name></author>\
            <author><name>Example, Jr.</name></author><category term=\"cs.IR\"/>\
            <link href=\"http://arxiv.org/abs/2401.01234v1\" rel=\"alternate\"/>\
            <link title=\"pdf\" href=\"http://arxiv.org/pdf/2401.01234v1\" rel=\"related\"/></entry>";
        let papers = read(&ANSWER.replace("ENTRY", entry)).unwrap();
        let entry = &papers.feed.entries[0];
        assert_eq!(entry.guid.as_deref(), Some("arXiv:2401.01234"));
        assert_eq!(entry.authors.len(), 2);
        assert_eq!(entry.published.unwrap().to_string(), "2024-01-02T10:00:00Z");
        assert!(entry.content.as_ref().unwrap().raw().contains("/pdf/2401.01234v1"));
        assert_eq!(papers.total, Some(1234));
    }

    #[test]
    fn a_query_that_arxiv_refuses_with_status_200_is_a_failure_with_its_reason() {
        let entry = "<entry><id>https://arxiv.org/api/errors#bad_field</id><title>Error</title>\
            <summary>bad field: abz</summary></entry>";
        let refused = read(&ANSWER.replace("ENTRY", entry)).unwrap_err();
        assert!(refused.to_string().ends_with("bad field: abz"), "{refused}");
    }

    #[test]
    fn the_feed_of_a_companys_research_is_left_as_it_is() {
        let item = "<item><title>Our paper (arXiv:x)</title><guid>https://example.com/p/1</guid>\
            <link>https://arxiv.org/abs/2401.01234</link><description>A, b</description></item>";
        let address: Address = "https://example.com/feed".parse().unwrap();
        let hints = Hints { address: &address, charset: None, content_type: None };
        let text = rss(item);
        let papers = read_papers(text.as_bytes(), &hints).unwrap();
        assert_eq!(papers.feed, read_feed(text.as_bytes(), &hints).unwrap());
    }
}
