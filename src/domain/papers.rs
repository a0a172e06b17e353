//! Papers of arXiv: the addresses of its lists, and what makes two versions one paper.
//!
//! After arXiv's own pages: "RSS Feeds" (info.arxiv.org/help/rss.html), "API User's Manual"
//! (info.arxiv.org/help/api/user-manual.html), "arXiv identifier" (info.arxiv.org/help/arxiv_identifier.html).

use std::time::Duration;

use url::form_urlencoded::byte_serialize;

use super::{Address, FeedEntry, Markup};

/// Between two requests, to all hosts of arXiv together ("Terms of Use for arXiv APIs").
pub const ARXIV_PAUSE: Duration = Duration::from_secs(3);
/// Papers that one query lists: a few days of a busy category.
const MOST_RESULTS: u32 = 100;
const QUERIES: &str = "https://export.arxiv.org/api/query";

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PapersError {
    #[error("the query behind `arxiv:` is empty")]
    Empty,
    #[error("the query has a quotation mark or parenthesis without its pair")]
    Unbalanced,
    #[error("\"{0}\" is no field of arXiv's search (ti, au, abs, co, jr, cat, rn, id, all)")]
    Field(String),
}

const FIELDS: [&str; 9] = ["ti", "au", "abs", "co", "jr", "cat", "rn", "id", "all"];

/// The address of what `papers` names: an address, or a query like `arxiv: cat:cs.IR AND
/// abs:"dynamic pricing"`, which lists the newest first. `None` if it is neither.
pub fn papers_address(written: &str) -> Option<Result<Address, PapersError>> {
    let trimmed = written.trim();
    let head = trimmed.get(..6).unwrap_or_default();
    if head.eq_ignore_ascii_case("arxiv:") {
        return Some(query_address(trimmed[6..].trim()));
    }
    let address: Address = trimmed.parse().ok()?;
    Some(Ok(listing_as_feed(&address).unwrap_or(address)))
}

fn query_address(query: &str) -> Result<Address, PapersError> {
    if query.is_empty() {
        return Err(PapersError::Empty);
    }
    let quotes = query.matches('"').count();
    if !quotes.is_multiple_of(2) || query.matches('(').count() != query.matches(')').count() {
        return Err(PapersError::Unbalanced);
    }
    let outside = query.split('"').step_by(2).collect::<Vec<_>>().join(" ");
    for word in outside.split([' ', '(', ')']) {
        match word.split_once(':') {
            Some((field, _)) if !FIELDS.contains(&field) => {
                return Err(PapersError::Field(field.to_owned()));
            }
            _ => {}
        }
    }
    let query: String = byte_serialize(query.as_bytes()).collect();
    let address = format!(
        "{QUERIES}?search_query={query}&sortBy=submittedDate&sortOrder=descending&max_results={MOST_RESULTS}"
    );
    address.parse().map_err(|_| PapersError::Empty)
}

/// The list of a category is for people; its feed says the same.
fn listing_as_feed(address: &Address) -> Option<Address> {
    let host = address.host().strip_prefix("www.").unwrap_or(address.host());
    let list = address.path().strip_prefix("/list/").filter(|_| host == "arxiv.org")?;
    let category = list.split('/').next().filter(|it| !it.is_empty())?;
    format!("https://rss.arxiv.org/rss/{category}").parse().ok()
}

/// A paper's number and version: `2401.01234` and 2, or `cs/0601001` and 1.
fn number_of(text: &str) -> Option<(String, u32)> {
    let text = text.trim();
    let at = ["oai:arXiv.org:", "/abs/", "arXiv:"]
        .into_iter()
        .find_map(|mark| text.find(mark).map(|at| at + mark.len()))?;
    let id = text[at..].split([' ', '?', '#']).next().unwrap_or_default();
    let (number, version) = match id.rsplit_once('v') {
        Some((number, version)) if !version.is_empty() => (number, version.parse().ok()?),
        _ => (id, 1),
    };
    let is_number = number.len() >= 9
        && number.bytes().any(|it| it.is_ascii_digit())
        && number.bytes().all(|it| it.is_ascii_alphanumeric() || b"./-".contains(&it));
    is_number.then(|| (number.to_owned(), version))
}

/// An entry of arXiv as a paper: known by its number whatever the version, so that a second version is an
/// edit; its abstract without what the feed writes before it; a link to its PDF. Other entries stay as
/// they are.
#[must_use]
pub fn as_paper(mut entry: FeedEntry) -> FeedEntry {
    let link = entry.link.as_ref().map(Address::to_string);
    let names = [entry.guid.as_deref(), link.as_deref()];
    let Some((number, version)) = names.into_iter().flatten().find_map(number_of) else {
        return entry;
    };
    entry.guid = Some(format!("arXiv:{number}"));
    entry.link = format!("https://arxiv.org/abs/{number}").parse().ok().or(entry.link);
    if let [all] = &entry.authors[..] {
        entry.authors = all.split(", ").map(|it| it.trim().to_owned()).collect();
    }
    let abstract_text = entry.content.take().or_else(|| entry.summary.take());
    let text = abstract_text.map(|it| without_preface(it.raw()).to_owned()).unwrap_or_default();
    entry.summary = None;
    entry.content = Some(Markup::Html(format!(
        "<p>{text}</p><p><a href=\"https://arxiv.org/pdf/{number}v{version}\">PDF, version {version}</a></p>"
    )));
    entry
}

/// The feed begins an abstract with "arXiv:2401.01234v1 Announce Type: new Abstract:".
fn without_preface(text: &str) -> &str {
    let text = text.trim();
    if !text.starts_with("arXiv:") {
        return text;
    }
    text.split_once("Abstract:").map_or(text, |(_, rest)| rest.trim())
}

/// Whether an entry is the API's way of telling of an error, with status 200.
pub fn tells_of_error(entry: &FeedEntry) -> bool {
    entry.guid.as_deref().is_some_and(|it| it.contains("arxiv.org/api/errors"))
}

/// Whether a source is a search of arXiv's API, which is never empty for long once it found something.
pub fn is_query(address: &Address) -> bool {
    address.path() == "/api/query"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(written: &str) -> String {
        papers_address(written).unwrap().unwrap().to_string()
    }

    #[test]
    fn a_query_becomes_the_address_of_its_newest_papers() {
        assert_eq!(
            address("arxiv: cat:cs.IR AND abs:\"dynamic pricing\""),
            "https://export.arxiv.org/api/query?search_query=cat%3Acs.IR+AND+abs%3A%22dynamic+pricing%22\
             &sortBy=submittedDate&sortOrder=descending&max_results=100"
        );
        assert_eq!(
            address("https://arxiv.org/list/cs.IR/recent"),
            "https://rss.arxiv.org/rss/cs.IR"
        );
        assert_eq!(
            address("https://research.example.com/feed"),
            "https://research.example.com/feed"
        );
        assert_eq!(papers_address("cs.IR"), None);
    }

    #[test]
    fn a_query_that_arxiv_would_misread_is_refused_with_its_reason() {
        let refused = |written| papers_address(written).unwrap().unwrap_err();
        assert_eq!(refused("arxiv:"), PapersError::Empty);
        assert_eq!(refused("arxiv: abs:\"dynamic"), PapersError::Unbalanced);
        assert_eq!(refused("arXiv: abstract:pricing"), PapersError::Field("abstract".into()));
        assert!(papers_address("arxiv: all:\"a:b\"").unwrap().is_ok());
    }

    fn listed(guid: &str, text: &str) -> FeedEntry {
        FeedEntry {
            guid: Some(guid.into()),
            link: "https://arxiv.org/abs/2401.01234".parse().ok(),
            authors: vec!["Ada Example, Bo Sample".into()],
            summary: Some(Markup::Text(text.into())),
            ..FeedEntry::default()
        }
    }

    #[test]
    fn versions_of_a_paper_share_their_identity_and_differ_in_their_text() {
        let text = "arXiv:2401.01234v1 Announce Type: new \nAbstract: We price things.";
        let first = as_paper(listed("oai:arXiv.org:2401.01234v1", text));
        let second = as_paper(listed("http://arxiv.org/abs/2401.01234v2", "We price things."));
        assert_eq!(first.guid.as_deref(), Some("arXiv:2401.01234"));
        assert_eq!(first.guid, second.guid);
        assert_eq!(first.link, second.link);
        assert_eq!(first.authors, ["Ada Example", "Bo Sample"]);
        let body = first.content.as_ref().unwrap().raw();
        assert!(
            body.starts_with("<p>We price things.</p>") && body.contains("/pdf/2401.01234v1"),
            "{body}"
        );
        assert!(second.content.unwrap().raw().contains("version 2"));
    }

    #[test]
    fn old_numbers_count_and_entries_of_others_stay_as_they_are() {
        let old = as_paper(listed("http://arxiv.org/abs/cs/0601001v3", "Text"));
        assert_eq!(old.guid.as_deref(), Some("arXiv:cs/0601001"));
        let other =
            FeedEntry { guid: Some("https://example.com/p".into()), ..FeedEntry::default() };
        assert_eq!(as_paper(other.clone()), other);
    }
}
