//! Reads the `[[peer]]` tables with their sources.

use std::{collections::HashMap, time::Duration};

use super::{
    document::{Findings, shown},
    error::suggestion,
    following::Domains,
    private::is_private,
    section::Section,
    spelling::nearest,
};
use crate::domain::{
    Address, ArticleRule, Lane, ListingRules, PageRules, Peer, SAVED_PEER, Slug, Source,
    SourceType, paper_address,
};

/// Keys that say where a source is; a source has exactly one of them.
const PLACES: [&str; 5] = ["feed", "site", "sitemap", "listing", "papers"];
/// Further keys of a source.
#[rustfmt::skip]
const OPTIONS: [&str; 11] = [
    "keep", "drop", "every", "lane", "user_agent", "article", "remove",
    "entry", "link", "title", "date",
];
/// Those that say where a listing has its posts.
const LISTING_OPTIONS: [&str; 4] = ["entry", "link", "title", "date"];

const ONE_PLACE: &str = "one of `feed`, `site`, `sitemap`, `listing`, `papers`";
const NO_SOURCE: &str = "a source: `feed = \"https://…\"`, or a `[[peer.source]]` table";
/// A publisher would take more visits for an attack.
const SHORTEST_EVERY: Duration = Duration::from_mins(1);
/// Publishers ask readers for no more visits than that.
const POLITE_EVERY: Duration = Duration::from_mins(15);
const LONGEST_EVERY: Duration = Duration::from_hours(365 * 24);

/// Names and addresses that were read so far, with their lines.
#[derive(Default)]
struct Seen {
    slugs: HashMap<Slug, usize>,
    /// By [`Address::key`].
    addresses: HashMap<String, usize>,
}

pub(super) fn read_peers(
    root: &Section<'_>,
    domains: &mut Domains<'_>,
    findings: &mut Findings<'_>,
) -> Vec<Peer> {
    let mut seen = Seen::default();
    let sections = root.tables("peer", findings);
    let peers = sections.iter();
    peers.filter_map(|it| read_peer(it, domains, &mut seen, findings)).collect()
}

fn read_peer(
    section: &Section<'_>,
    domains: &mut Domains<'_>,
    seen: &mut Seen,
    findings: &mut Findings<'_>,
) -> Option<Peer> {
    let is_short = PLACES.iter().any(|it| section.has(it));
    let known: Vec<&str> = [&["name", "domains", "source"], &PLACES[..], &OPTIONS].concat();
    section.warn_of_unknown_keys(&known, findings);
    if !is_short {
        warn_of_lost_options(section, findings);
    }
    let name = read_name(section, seen, findings);
    let domains = domains.read(section, findings);
    let sources = read_sources(section, is_short, seen, findings);
    let (name, slug) = name?;
    Some(Peer { name, slug, domains, sources })
}

/// Options beside `[[peer.source]]` tables belong into one of them.
fn warn_of_lost_options(section: &Section<'_>, findings: &mut Findings<'_>) {
    for option in OPTIONS.into_iter().filter(|it| section.has(it)) {
        let message = "belongs below a `[[peer.source]]`; here nothing reads it".to_owned();
        findings.warn(section.offset_of(option), section.key(option), message);
    }
}

fn read_name(
    section: &Section<'_>,
    seen: &mut Seen,
    findings: &mut Findings<'_>,
) -> Option<(String, Slug)> {
    if !section.has("name") {
        section.refuse("name", "the peer's name", findings);
    }
    let name = section.text("name", findings)?;
    let name_on_one_line = name.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some(slug) = Slug::of(&name_on_one_line) else {
        section.refuse("name", "a name with letters or digits", findings);
        return None;
    };
    if slug.as_str() == SAVED_PEER {
        section.refuse(
            "name",
            "another name: pages that readers save stand under this one",
            findings,
        );
    } else if let Some(line) = seen.slugs.get(&slug) {
        let expected = format!("a name of its own: line {line} has the same one");
        section.refuse("name", &expected, findings);
    } else {
        seen.slugs.insert(slug.clone(), findings.line(name.offset));
    }
    Some((name_on_one_line, slug))
}

fn read_sources(
    section: &Section<'_>,
    is_short: bool,
    seen: &mut Seen,
    findings: &mut Findings<'_>,
) -> Vec<Source> {
    let has_tables = section.has("source");
    if is_short && has_tables {
        let place = PLACES.into_iter().find(|it| section.has(it)).unwrap_or("feed");
        let expected = "either a short form or `[[peer.source]]` tables, not both";
        section.refuse(place, expected, findings);
    }
    let tables = section.tables("source", findings);
    if !is_short && !has_tables {
        findings.missing(section.offset, section.key("source"), NO_SOURCE);
    } else if !is_short && section.is_empty_array("source") {
        section.refuse("source", NO_SOURCE, findings);
    }
    let mut sources = Vec::with_capacity(tables.len().max(1));
    for table in &tables {
        table.warn_of_unknown_keys(&[&PLACES[..], &OPTIONS].concat(), findings);
        sources.extend(read_source(table, seen, findings));
    }
    if is_short {
        sources.extend(read_source(section, seen, findings));
    }
    sources
}

fn read_source(
    section: &Section<'_>,
    seen: &mut Seen,
    findings: &mut Findings<'_>,
) -> Option<Source> {
    let place = read_place(section, findings);
    if let Some((address, kind)) = &place {
        refuse_twin(section, address, *kind, seen, findings);
    }
    let near = place.as_ref().is_some_and(|(address, _)| is_private(address));
    let keep = read_prefixes(section, "keep", findings);
    let drop = read_prefixes(section, "drop", findings);
    let every = read_every(section, near, findings);
    let lane = read_lane(section, findings);
    let user_agent = read_user_agent(section, findings);
    let pages = read_page_rules(section, findings);
    let (address, kind) = place?;
    let lane = lane.unwrap_or(kind.usual_lane());
    if !matches!(kind, SourceType::Listing | SourceType::Site) {
        for option in LISTING_OPTIONS.into_iter().filter(|it| section.has(it)) {
            let message = format!("only a `listing` or `site` has posts to be found by `{option}`");
            findings.warn(section.offset_of(option), section.key(option), message);
        }
    }
    Some(Source { address, kind, lane, keep, drop, every, user_agent, pages })
}

fn read_page_rules(section: &Section<'_>, findings: &mut Findings<'_>) -> PageRules {
    let mut selector = |key| {
        let text = section.text(key, findings)?.text;
        refuse_selector(section, key, text, section.offset_of(key), findings);
        Some(text.to_owned())
    };
    let listing = ListingRules {
        entry: selector("entry"),
        link: selector("link"),
        title: selector("title"),
        date: selector("date"),
    };
    let written = section.text("article", findings).map(|it| it.text);
    let article = written.map(ArticleRule::from_written).unwrap_or_default();
    if let ArticleRule::Select(selector) = &article {
        let offset = section.offset_of("article");
        refuse_selector(section, "article", selector, offset, findings);
    }
    let remove = section.texts("remove", findings);
    for it in &remove {
        refuse_selector(section, "remove", it.text, it.offset, findings);
    }
    PageRules { article, remove: remove.iter().map(|it| it.text.into()).collect(), listing }
}

fn refuse_selector(
    section: &Section<'_>,
    key: &str,
    selector: &str,
    offset: usize,
    findings: &mut Findings<'_>,
) {
    if let Some(mistake) = (findings.selector_mistake)(selector) {
        let found = format!("{}, which {mistake}", shown(selector));
        let expected = "a CSS selector like \"article .post-body\"";
        findings.mistake(offset, section.key(key), found, expected);
    }
}

/// Where the source is, and how it is read there.
fn read_place(section: &Section<'_>, findings: &mut Findings<'_>) -> Option<(Address, SourceType)> {
    let mut places = PLACES.into_iter().filter(|it| section.has(it));
    let Some(key) = places.next() else {
        findings.missing(section.offset, section.path.clone(), ONE_PLACE);
        return None;
    };
    for other in places {
        section.refuse(other, &format!("only {ONE_PLACE}; `{key}` is there already"), findings);
    }
    let written = section.text(key, findings)?.text;
    match paper_address(written).filter(|_| key == "papers") {
        Some(Ok(address)) => return Some((address, SourceType::Papers)),
        Some(Err(expected)) => {
            section.refuse(key, &expected, findings);
            return None;
        }
        None => {}
    }
    if let Ok(address) = written.parse() {
        return Some((address, SourceType::from_word(key)?));
    }
    let expected = match guess_address(written) {
        Some(guess) => format!("an absolute address, perhaps \"{guess}\""),
        None => "an http or https address like \"https://example.com/feed.xml\"".to_owned(),
    };
    section.refuse(key, &expected, findings);
    None
}

/// What was probably meant by an address without a scheme.
fn guess_address(written: &str) -> Option<Address> {
    let guess = format!("https://{}", written.trim_start_matches('/')).parse::<Address>().ok()?;
    (!written.contains(':') && guess.host().contains('.')).then_some(guess)
}

fn refuse_twin(
    section: &Section<'_>,
    address: &Address,
    kind: SourceType,
    seen: &mut Seen,
    findings: &mut Findings<'_>,
) {
    let key = address.key();
    if let Some(line) = seen.addresses.get(&key) {
        let expected = format!("an address of its own: line {line} has the same one");
        section.refuse(kind.as_str(), &expected, findings);
    } else {
        seen.addresses.insert(key, findings.line(section.offset_of(kind.as_str())));
    }
}

/// Time between two visits, for one source or for all. `near` sources are on this machine or in
/// its network, and bear more.
pub(super) fn read_every(
    section: &Section<'_>,
    near: bool,
    findings: &mut Findings<'_>,
) -> Option<Duration> {
    let every = section.duration("every", findings)?;
    if every < SHORTEST_EVERY || every > LONGEST_EVERY {
        section.refuse("every", "a time from \"1m\" to \"365d\"", findings);
    } else if every < POLITE_EVERY && !near {
        let message = "visits more often than every \"15m\" are hard on a publisher".to_owned();
        findings.warn(section.offset_of("every"), section.key("every"), message);
    }
    Some(every)
}

fn read_prefixes(section: &Section<'_>, key: &str, findings: &mut Findings<'_>) -> Vec<String> {
    let mut prefixes = Vec::new();
    for text in section.list(key, findings) {
        if text.text.starts_with('/') {
            prefixes.push(text.text.to_owned());
        } else {
            let found = format!("\"{}\"", text.text);
            let expected = "the beginning of a path like \"/blog/\"";
            findings.mistake(text.offset, section.key(key), found, expected);
        }
    }
    prefixes
}

fn read_lane(section: &Section<'_>, findings: &mut Findings<'_>) -> Option<Lane> {
    let written = section.text("lane", findings)?;
    let lane = Lane::from_word(&written.text.to_lowercase());
    if lane.is_none() {
        let hint = suggestion(nearest(written.text, Lane::ALL.map(Lane::as_str)));
        let expected = format!("`engineering`, `research`, `mixed` or `product`{hint}");
        section.refuse("lane", &expected, findings);
    }
    lane
}

/// Goes into a header, so it has to be one line of ASCII (RFC 9110 §5.5).
fn read_user_agent(section: &Section<'_>, findings: &mut Findings<'_>) -> Option<String> {
    let written = section.text("user_agent", findings)?;
    if !written.text.bytes().all(|it| matches!(it, b' '..=b'~')) {
        section.refuse("user_agent", "one line of plain ASCII", findings);
        return None;
    }
    Some(written.text.to_owned())
}
