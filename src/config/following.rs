//! Turns the text of `feeds.toml` into what a reader follows, or into all that is wrong with it.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use toml_edit::TableLike;

use super::{
    ConfigError, Mistakes, Warning,
    document::{Findings, parse},
    error::suggestion,
    peers::{read_every, read_peers},
    private::is_private,
    section::{Section, Text},
    spelling::nearest,
};
use crate::domain::{
    CrawlRhythm, DigestPlan, Following, MOST_MINUTES, MOST_READS, ReaderProfile, Slug, Topic,
    plan_day, plan_time, plan_zone,
    query::{Query, QueryError},
};

/// A file that can be used.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    pub following: Following,
    pub warnings: Vec<Warning>,
}

const KEYS: &[&str] = &["reader", "crawl", "digest", "topics", "peer"];
/// Between two requests to one host; a longer one is a slip of the unit.
const LONGEST_PAUSE: Duration = Duration::from_mins(10);
const USUAL_PAUSE: Duration = Duration::from_secs(1);

/// Says what is wrong with a CSS selector, as the end of a sentence that begins with it.
pub type SelectorCheck = fn(&str) -> Option<String>;

/// Reads a file; see [`read_following`]. The selectors in it are checked by `selector_mistake`, because
/// only the reader of pages knows which ones it can use.
pub fn read_following_file(
    file: &Path,
    known_domains: &[Slug],
    selector_mistake: SelectorCheck,
) -> Result<Read, ConfigError> {
    let text = read_text(file)?;
    Ok(read_following_text(&text, file, known_domains, selector_mistake)?)
}

/// The same of a text that is not in a file yet.
pub fn read_following_text(
    text: &str,
    file: &Path,
    known_domains: &[Slug],
    selector_mistake: SelectorCheck,
) -> Result<Read, Mistakes> {
    let mut findings = Findings::new(text, file);
    findings.selector_mistake = selector_mistake;
    read(findings, known_domains)
}

/// The text of a file, for reading and editing.
pub fn read_text(file: &Path) -> Result<String, ConfigError> {
    let text = fs::read_to_string(file).map_err(|source| {
        let file = PathBuf::from(file);
        match source.kind() {
            io::ErrorKind::NotFound => ConfigError::Missing { file },
            _ => ConfigError::Unreadable { file, source },
        }
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Reads the text of a feeds file; `file` is only its name in messages. A domain that is not among
/// the known ones is a warning, unless none are known.
pub fn read_following(text: &str, file: &Path, known_domains: &[Slug]) -> Result<Read, Mistakes> {
    read(Findings::new(text, file), known_domains)
}

fn read(mut findings: Findings<'_>, known_domains: &[Slug]) -> Result<Read, Mistakes> {
    let following = match parse(&mut findings) {
        Some(document) => {
            let mut domains = Domains { known: known_domains, told: Vec::new() };
            read_document(document.as_table(), &mut domains, &mut findings)
        }
        None => Following::default(),
    };
    findings.into_result().map(|warnings| Read { following, warnings })
}

fn read_document(
    root: &dyn TableLike,
    domains: &mut Domains<'_>,
    findings: &mut Findings<'_>,
) -> Following {
    let root = Section::new(root, String::new(), 0);
    root.warn_of_unknown_keys(KEYS, findings);
    let reader = root.table("reader", findings);
    let reader = reader.map(|it| read_reader(&it, domains, findings)).unwrap_or_default();
    let digest = root.table("digest", findings);
    let digest = digest.map(|it| read_digest(&it, findings)).unwrap_or_default();
    let topics = root.table("topics", findings);
    let topics = topics.map(|it| read_topics(&it, findings)).unwrap_or_default();
    let peers = read_peers(&root, domains, findings);
    let rhythm = root.table("crawl", findings);
    let crawl = rhythm.as_ref().map(|it| read_rhythm(it, findings)).unwrap_or_default();
    if let Some(section) = rhythm
        && crawl.pause < USUAL_PAUSE
        && peers.iter().flat_map(|it| &it.sources).any(|it| !is_private(&it.address))
    {
        let message = "a pause under \"1s\" is hard on the hosts of your peers".into();
        findings.warn(section.offset_of("pause"), section.key("pause"), message);
    }
    Following { reader, crawl, digest, topics, peers }
}

fn read_reader(
    section: &Section<'_>,
    domains: &mut Domains<'_>,
    findings: &mut Findings<'_>,
) -> ReaderProfile {
    section.warn_of_unknown_keys(&["domains", "interests", "mute"], findings);
    ReaderProfile {
        domains: domains.read(section, findings),
        interests: section.list("interests", findings).iter().map(|it| it.text.into()).collect(),
        mute: section
            .list("mute", findings)
            .iter()
            .map(|it| {
                check_query(it, section.key("mute"), findings);
                it.text.to_owned()
            })
            .collect(),
    }
}

/// The domains that the catalogue knows, and the others that were told already.
pub(super) struct Domains<'k> {
    known: &'k [Slug],
    told: Vec<Slug>,
}

impl Domains<'_> {
    /// The `domains` of a reader or a peer. An unknown one is told where it stands first.
    pub(super) fn read(&mut self, section: &Section<'_>, findings: &mut Findings<'_>) -> Vec<Slug> {
        let domains = section.slugs("domains", findings);
        for (domain, offset) in &domains {
            let is_known = self.known.is_empty() || self.known.contains(domain);
            if is_known || self.told.contains(domain) {
                continue;
            }
            self.told.push(domain.clone());
            let hint = suggestion(nearest(domain.as_str(), self.known.iter().map(Slug::as_str)));
            let message = format!("the catalogue knows no domain \"{domain}\"{hint}");
            findings.warn(*offset, section.key("domains"), message);
        }
        domains.into_iter().map(|(domain, _)| domain).collect()
    }
}

fn read_rhythm(section: &Section<'_>, findings: &mut Findings<'_>) -> CrawlRhythm {
    section.warn_of_unknown_keys(&["every", "pause"], findings);
    let usual = CrawlRhythm::default();
    let every = read_every(section, false, findings).unwrap_or(usual.every);
    let pause = section.duration("pause", findings).unwrap_or(usual.pause);
    if pause > LONGEST_PAUSE {
        section.refuse("pause", "at most \"10m\"", findings);
    }
    CrawlRhythm { every, pause }
}

fn read_digest(section: &Section<'_>, findings: &mut Findings<'_>) -> DigestPlan {
    section.warn_of_unknown_keys(&["day", "at", "zone", "reads", "minutes"], findings);
    let usual = DigestPlan::default();
    DigestPlan {
        day: read_day(section, findings).unwrap_or(usual.day),
        at: read_time_of_day(section, findings).unwrap_or(usual.at),
        zone: read_zone(section, findings).unwrap_or(usual.zone),
        reads: section.count("reads", MOST_READS, findings).unwrap_or(usual.reads),
        minutes: section.count("minutes", MOST_MINUTES, findings).unwrap_or(usual.minutes),
    }
}

fn read_day(section: &Section<'_>, findings: &mut Findings<'_>) -> Option<String> {
    let day = plan_day(section.text("day", findings)?.text);
    if day.is_none() {
        section.refuse("day", "a day of the week like \"Monday\"", findings);
    }
    day.map(str::to_owned)
}

fn read_time_of_day(section: &Section<'_>, findings: &mut Findings<'_>) -> Option<String> {
    let time = plan_time(section.text("at", findings)?.text);
    if time.is_none() {
        section.refuse("at", "a time of day like \"08:00\"", findings);
    }
    time
}

fn read_zone(section: &Section<'_>, findings: &mut Findings<'_>) -> Option<String> {
    let written = section.text("zone", findings)?;
    if let Some(zone) = plan_zone(written.text) {
        return Some(zone);
    }
    let known: Vec<String> = jiff::tz::db().available().map(|it| it.to_string()).collect();
    if known.len() < 2 {
        let message = "this machine has no list of time zones, so the zone was not checked".into();
        findings.warn(written.offset, section.key("zone"), message);
        return Some(written.text.to_owned());
    }
    let hint = suggestion(nearest(written.text, known.iter().map(String::as_str)));
    section.refuse("zone", &format!("a time zone like \"Europe/Berlin\"{hint}"), findings);
    None
}

fn read_topics(section: &Section<'_>, findings: &mut Findings<'_>) -> Vec<Topic> {
    let mut topics: Vec<Topic> = Vec::new();
    for (name, _) in section.entries() {
        let Some(query) = section.text(name, findings) else { continue };
        let Some(slug) = Slug::of(name) else {
            let expected = "a topic name with letters or digits";
            findings.mistake(query.offset, section.key(name), format!("\"{name}\""), expected);
            continue;
        };
        if let Some(twin) = topics.iter().find(|it| it.slug == slug) {
            let expected = format!("a name that differs more from topic \"{}\"", twin.name);
            findings.mistake(query.offset, section.key(name), format!("\"{name}\""), &expected);
        }
        check_query(&query, section.key(name), findings);
        topics.push(Topic { name: name.to_owned(), slug, query: query.text.to_owned() });
    }
    topics
}

/// Whatever is odd in a query that is kept would be read as words at every search.
fn check_query(query: &Text<'_>, key: String, findings: &mut Findings<'_>) {
    let Err(QueryError { at, notice }) = Query::parse_strictly(query.text) else { return };
    // Behind the quotation mark, and as far as the text stands in the file as it is meant.
    let start = query.offset + 1;
    let rest = findings.text.get(start..).unwrap_or_default();
    let is_as_written = rest.starts_with(&query.text[..at]);
    let offset = if is_as_written { start + at } else { query.offset };
    let found = format!("\"{}\": {notice}", query.text);
    findings.mistake(offset, key, found, "a search in which nothing is odd");
}
