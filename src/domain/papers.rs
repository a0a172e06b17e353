//! arXiv as a source: ids of papers and their versions, and queries as a person writes them.

use std::time::Duration;

use jiff::Timestamp;

use super::Address;

/// What arXiv asks of programs: one connection, and three seconds between two requests.
pub const ARXIV_PAUSE: Duration = Duration::from_secs(3);
/// arXiv announces once a day, at midnight in New York.
pub const ARXIV_EVERY: Duration = Duration::from_hours(24);
/// When a batch that something is wrong with is asked for again.
pub const PAPERS_AGAIN: Duration = Duration::from_hours(3);
/// Longest time without an announcement: a weekend between two holidays.
const STALE_AFTER: Duration = Duration::from_hours(5 * 24);
/// A batch made within this is the one of the day.
const OF_THE_DAY: Duration = Duration::from_hours(36);
/// Papers that one answer to a query lists.
const PAPERS_ASKED: u32 = 100;
const API: &str = "https://export.arxiv.org/api/query";
const ORDER: &str = "&sortBy=submittedDate&sortOrder=descending";
/// What a term of a query may be looked for in.
const FIELDS: [&str; 10] =
    ["ti", "au", "abs", "co", "jr", "cat", "rn", "id", "all", "submittedDate"];

/// A paper on arXiv, by the id that all its versions share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperId {
    pub id: String,
    pub version: Option<u32>,
}

impl PaperId {
    /// From `2401.01234v2`, or `cs.IR/0101001` as ids were before 2007.
    pub fn parse(text: &str) -> Option<Self> {
        let (id, version) = match text.rsplit_once('v') {
            Some((id, version)) if is_digits(version) => (id, version.parse().ok()),
            _ => (text, None),
        };
        let is_new = id.split_once('.').is_some_and(|(month, number)| {
            month.len() == 4
                && is_digits(month)
                && (4..=5).contains(&number.len())
                && is_digits(number)
        });
        let is_old = || {
            id.split_once('/').is_some_and(|(archive, number)| {
                let letter = |it: char| it.is_ascii_alphabetic() || matches!(it, '-' | '.');
                !archive.is_empty()
                    && archive.chars().all(letter)
                    && number.len() == 7
                    && is_digits(number)
            })
        };
        (is_new || is_old()).then(|| Self { id: id.to_owned(), version })
    }

    /// From a guid: `oai:arXiv.org:2401.01234v2`, or the address of its page.
    pub fn of_guid(guid: &str) -> Option<Self> {
        let guid = guid.trim();
        if let Some(id) = guid.strip_prefix("oai:arXiv.org:") {
            return Self::parse(id);
        }
        guid.parse::<Address>().ok().and_then(|it| Self::of_address(&it))
    }

    /// From the address of its page or its PDF.
    pub fn of_address(address: &Address) -> Option<Self> {
        let path = address.path();
        let id = path.strip_prefix("/abs/").or_else(|| path.strip_prefix("/pdf/"))?;
        is_arxiv(address).then(|| Self::parse(id.trim_end_matches(".pdf")))?
    }

    /// The page of the latest version.
    pub fn page(&self) -> String {
        format!("https://arxiv.org/abs/{}", self.id)
    }

    pub fn pdf(&self) -> String {
        let version = self.version.map(|it| format!("v{it}")).unwrap_or_default();
        format!("https://arxiv.org/pdf/{}{version}", self.id)
    }

    /// The same for all versions, in feeds and in answers to queries.
    pub fn guid(&self) -> String {
        format!("arXiv:{}", self.id)
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit())
}

/// Whether an address is on one of arXiv's hosts.
pub fn is_arxiv(address: &Address) -> bool {
    let host = address.host();
    host == "arxiv.org" || host.ends_with(".arxiv.org")
}

/// Where the papers are that `papers = "…"` means: a query (`arxiv: cat:cs.IR`), a list of arXiv as
/// people read it, or any feed. `None` for an address that is left as it is.
pub fn paper_address(written: &str) -> Option<Result<Address, String>> {
    if let Some(query) = written.trim().strip_prefix("arxiv:") {
        return Some(query_address(query));
    }
    let address: Address = written.parse().ok().filter(is_arxiv)?;
    let category = address.path().strip_prefix("/list/")?.split('/').next()?;
    let feed = format!("https://rss.arxiv.org/rss/{category}").parse();
    feed.ok().map(Ok)
}

/// Where the API answers a query; an error says what was expected.
fn query_address(query: &str) -> Result<Address, String> {
    let query = query.split_whitespace().collect::<Vec<_>>().join(" ");
    check(&query)?;
    let written: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
    let address = format!("{API}?search_query={written}{ORDER}&max_results={PAPERS_ASKED}");
    address.parse().map_err(|_| EXPECTED.to_owned())
}

const EXPECTED: &str = "a query like 'arxiv: cat:cs.IR AND abs:\"dynamic pricing\"'";

fn check(query: &str) -> Result<(), String> {
    if query.is_empty() {
        return Err(EXPECTED.to_owned());
    }
    if !query.matches('"').count().is_multiple_of(2) {
        return Err("a second `\"` for each one".to_owned());
    }
    // Phrases may hold anything.
    let bare: String = query.split('"').step_by(2).collect::<Vec<_>>().join("phrase");
    let mut depth = 0_i32;
    for letter in bare.chars() {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        if depth < 0 {
            break;
        }
    }
    if depth != 0 {
        return Err("as many `)` as `(`".to_owned());
    }
    for word in bare.split([' ', '(', ')']) {
        if matches!(word, "and" | "or" | "not" | "andnot") {
            return Err(format!("`{}` in capitals", word.to_uppercase()));
        }
        let Some((field, term)) = word.split_once(':') else { continue };
        if !FIELDS.contains(&field) {
            return Err(format!("one of {} before the `:`, not `{field}`", FIELDS.join(", ")));
        }
        if term.is_empty() && !bare.contains(&format!("{word}(")) {
            return Err(format!("something to look for after `{word}`"));
        }
    }
    Ok(())
}

/// A query as a person writes it, where an address is what [`paper_address`] makes of one.
pub fn query_of(address: &Address) -> Option<String> {
    let (_, query) = address.url().query_pairs().find(|(name, _)| name == "search_query")?;
    let same = query_address(&query).is_ok_and(|it| it == *address);
    same.then(|| format!("arxiv: {query}"))
}

/// A list of papers, as far as it tells a quiet day from a fault.
#[derive(Clone, Copy, Debug)]
pub struct Batch {
    pub papers: usize,
    /// How many papers a query found in all.
    pub total: Option<u64>,
    pub made: Option<Timestamp>,
    /// Whether papers were listed on an earlier visit.
    pub had_papers: bool,
}

impl Batch {
    /// Why an empty list is a fault, and not a day without papers.
    pub fn fault(&self, now: Timestamp) -> Option<String> {
        let is_of_the_day =
            self.made.is_some_and(|it| now.duration_since(it).unsigned_abs() < OF_THE_DAY);
        match self.total {
            _ if self.papers > 0 => None,
            Some(total) if total > 0 => Some(format!("it speaks of {total} papers and lists none")),
            Some(_) if self.had_papers => Some("a query that found papers finds none".to_owned()),
            // Weekends and holidays have a batch too: a new one without papers.
            None if self.had_papers && !is_of_the_day => {
                Some("it lists no papers, and is not the batch of the day".to_owned())
            }
            _ => None,
        }
    }

    /// Since when nothing was announced, where that is too long ago.
    pub fn stale_since(&self, now: Timestamp) -> Option<Timestamp> {
        self.made.filter(|it| *it < now && now.duration_since(*it).unsigned_abs() > STALE_AFTER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_batch_is_told_from_a_quiet_day() {
        let now: Timestamp = "2026-03-02T10:00:00Z".parse().unwrap();
        let of = |papers, total, made: &str, had_papers| {
            let batch = Batch { papers, total, made: made.parse().ok(), had_papers };
            (batch.fault(now).is_some(), batch.stale_since(now).is_some())
        };
        let (fresh, old) = ("2026-03-02T05:00:00Z", "2026-02-20T05:00:00Z");
        assert_eq!(of(0, None, fresh, true), (false, false), "a holiday");
        assert_eq!(of(0, None, "2026-02-27T05:00:00Z", true), (true, false));
        assert_eq!(of(0, None, "", true), (true, false));
        assert_eq!(of(0, None, old, false), (false, true), "a category that never had papers");
        assert_eq!(of(0, Some(0), fresh, true), (true, false));
        assert_eq!(of(0, Some(0), fresh, false), (false, false));
        assert_eq!(of(0, Some(9), fresh, false), (true, false));
        assert_eq!(of(7, None, old, true), (false, true));
    }

    fn address_of(written: &str) -> String {
        paper_address(written).unwrap().unwrap().to_string()
    }

    #[test]
    fn all_versions_of_a_paper_share_its_id_wherever_they_are_named() {
        let id = |guid: &str| PaperId::of_guid(guid).map(|it| (it.id, it.version));
        for guid in [
            "oai:arXiv.org:2401.01234v2",
            "http://arxiv.org/abs/2401.01234v2",
            "https://export.arxiv.org/pdf/2401.01234v2.pdf",
        ] {
            assert_eq!(id(guid), Some(("2401.01234".to_owned(), Some(2))), "{guid}");
        }
        assert_eq!(id("oai:arXiv.org:cs.IR/0101001"), Some(("cs.IR/0101001".to_owned(), None)));
        assert_eq!(id("https://example.com/abs/2401.01234"), None);
        assert_eq!(id("https://arxiv.org/list/cs.IR/recent"), None);
    }

    #[test]
    fn a_query_becomes_an_address_of_the_api_and_is_written_back_as_a_query() {
        let written = "arxiv: cat:cs.IR AND abs:\"dynamic pricing\"";
        let address = address_of(written);
        assert_eq!(
            address,
            "https://export.arxiv.org/api/query?search_query=cat%3Acs.IR+AND+abs%3A%22dynamic+pricing%22\
             &sortBy=submittedDate&sortOrder=descending&max_results=100"
        );
        assert_eq!(query_of(&address.parse().unwrap()).as_deref(), Some(written));
        let other = "https://export.arxiv.org/api/query?search_query=cat:cs.IR".parse().unwrap();
        assert_eq!(query_of(&other), None);
    }

    #[test]
    fn a_list_that_people_read_becomes_its_feed() {
        let feed = "https://rss.arxiv.org/rss/cs.IR";
        assert_eq!(address_of("https://arxiv.org/list/cs.IR/recent"), feed);
        assert_eq!(paper_address(feed), None);
        assert_eq!(paper_address("https://example.com/list/cs.IR/recent"), None);
    }

    #[test]
    fn a_query_that_arxiv_would_refuse_is_refused_with_the_reason() {
        let refused = |query: &str| query_address(query).unwrap_err();
        assert!(refused("  ").starts_with("a query like"));
        assert_eq!(refused("abs:\"pricing"), "a second `\"` for each one");
        assert_eq!(refused("(cat:cs.IR OR cat:cs.LG"), "as many `)` as `(`");
        assert_eq!(refused("cat:cs.IR and ti:x"), "`AND` in capitals");
        assert!(refused("abstract:pricing").ends_with("not `abstract`"));
        assert_eq!(refused("cat: AND ti:x"), "something to look for after `cat:`");
        assert!(query_address("ti:(a OR b) ANDNOT abs:\"and so: on\"").is_ok());
    }
}
