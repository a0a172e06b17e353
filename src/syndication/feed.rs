//! Reads a feed in XML: what it says of itself, and its entries.

use std::{
    collections::{HashSet, VecDeque},
    time::Duration,
};

use jiff::civil::Weekday;

use crate::domain::{Address, ComplaintKind, Feed, FeedFormat, Language, Markup};

use super::{
    MOST_ENTRIES, SyndicationError, authors,
    entry::{Context, person, read_entry},
    links::resolve,
    markup::{atom_markup, rss_markup},
    notes::Notes,
    outline::{Damage, Field, Outline, Root, outline},
    scope::Scope,
    sound::{self, Refusal},
    spaces::Space,
    tags::attribute,
    text::{unescape, words},
};

/// `text[root_at..]` begins with the root's tag.
pub(super) fn read_xml(
    text: &str,
    root_at: usize,
    address: &Address,
    mut notes: Notes,
) -> Result<Feed, SyndicationError> {
    let body = &text[root_at..];
    let Some(outline) = outline(body) else {
        return Err(broken(address, "it has no root"));
    };
    note_damage(&outline.damage, text, root_at, &mut notes);
    if outline.entries.is_empty() && holds_entries(body, &outline) {
        return Err(broken(address, "all of its entries are cut off or garbled"));
    }
    let mut texts = match sound::read_texts(body, &outline) {
        Ok(texts) => texts,
        Err(refusal) => {
            note_refusal(&refusal, &outline, &mut notes);
            VecDeque::new()
        }
    };
    let about = About { outline: &outline, address };
    let context = about.context();
    let entries: Vec<_> = outline
        .entries
        .iter()
        .map(|entry| read_entry(entry, texts.pop_front(), &context, &mut notes))
        .collect();
    let guids: Vec<_> = entries.iter().map(|entry| entry.guid.as_deref()).collect();
    note_guids(&guids, wants_guids(outline.root), &mut notes);
    let (skip_hours, skip_days) = about.skips();
    Ok(Feed {
        format: about.format(),
        title: about.title(),
        site: context.site,
        language: context.scope.language,
        ttl: about.ttl(),
        skip_hours,
        skip_days,
        complaints: notes.into_complaints(entries.len()),
        entries,
    })
}

fn broken(address: &Address, damage: &str) -> SyndicationError {
    SyndicationError::Broken { address: address.clone(), damage: damage.to_owned() }
}

/// Whether there are entries, though none could be outlined; or an end that came before them.
fn holds_entries(body: &str, outline: &Outline<'_>) -> bool {
    outline.damage.is_cut_early || ["<item", "<entry"].iter().any(|tag| body.contains(tag))
}

fn note_damage(damage: &Damage, text: &str, root_at: usize, notes: &mut Notes) {
    if damage.cut_off {
        let lost = match damage.cut_entries {
            0 => "it ends before its last tag is closed",
            _ => "it ends in the middle of an entry, which is left out",
        };
        notes.add(ComplaintKind::CutOff, lost);
    }
    if let Some(at) = damage.first_mismatch {
        let line = memchr::memchr_iter(b'\n', &text.as_bytes()[..root_at + at]).count() + 1;
        let detail = format!("opening and closing tags do not match, first in line {line}");
        notes.add(ComplaintKind::Malformed, detail);
    }
    if damage.surplus > 0 {
        let all = MOST_ENTRIES + damage.surplus;
        let detail = format!("it lists {all} entries, of which the first {MOST_ENTRIES} are read");
        notes.add(ComplaintKind::EntriesLost, detail);
    }
}

fn note_refusal(refusal: &Refusal, outline: &Outline<'_>, notes: &mut Notes) {
    let is_told = outline.damage.cut_off || outline.damage.first_mismatch.is_some();
    match (refusal, outline.root) {
        (_, Root::Rss { version }) if !version.is_some_and(is_rss_version) => {
            let version = version.map_or("none".to_owned(), |it| format!("`{it:.20}`"));
            let detail = format!("its RSS version is {version}, which is no version of RSS");
            notes.add(ComplaintKind::Format, detail);
        }
        (Refusal::Overlooked { .. }, Root::Atom03) => {
            notes.add(ComplaintKind::Format, "it is Atom 0.3, which Atom 1.0 replaced in 2005");
        }
        (Refusal::Damaged(reason), _) if !is_told => {
            notes.add(ComplaintKind::Malformed, format!("it is not well-formed: {reason}"));
        }
        // RSS 1.0 entries without a link are overlooked for that alone.
        (Refusal::Overlooked { seen: 0 }, _) if has_links(outline) => {
            let detail = "its elements are not in the namespace of their format";
            notes.add(ComplaintKind::Format, detail);
        }
        _ => {}
    }
}

fn has_links(outline: &Outline<'_>) -> bool {
    let mut fields = outline.entries.iter().flat_map(|entry| &entry.fields);
    outline.root != Root::Rdf && !outline.entries.is_empty() || fields.any(|it| it.name == "link")
}

fn is_rss_version(version: &str) -> bool {
    matches!(version, "2.0" | "0.90" | "0.91" | "0.92" | "0.93" | "0.94")
}

/// RSS has ids from version 2.0 on, RDF names its entries by their address.
fn wants_guids(root: Root<'_>) -> bool {
    match root {
        Root::Rss { version } => !version.is_some_and(|it| it.starts_with('0')),
        Root::Rdf => false,
        Root::Atom | Root::Atom03 => true,
    }
}

/// Counts entries without an id, where the format wants one, and ids that more than one entry has.
pub(super) fn note_guids(guids: &[Option<&str>], wanted: bool, notes: &mut Notes) {
    let mut seen = HashSet::new();
    for guid in guids {
        match guid {
            None => notes.without_guid += usize::from(wanted),
            Some(guid) => notes.repeated_guids += usize::from(!seen.insert(guid)),
        }
    }
}

/// What a feed says of itself.
struct About<'o, 'a> {
    outline: &'o Outline<'a>,
    address: &'o Address,
}

impl<'o, 'a> About<'o, 'a> {
    fn all(&self, space: Space, name: &'static str) -> impl Iterator<Item = &'o Field<'a>> {
        let fields = self.outline.fields.iter();
        fields.filter(move |field| field.space == space && field.name == name)
    }

    fn first(&self, space: Space, name: &'static str) -> Option<String> {
        self.all(space, name).map(|field| words(field.inside)).find(|text| !text.is_empty())
    }

    fn is_atom(&self) -> bool {
        matches!(self.outline.root, Root::Atom | Root::Atom03)
    }

    fn format(&self) -> FeedFormat {
        match self.outline.root {
            Root::Rss { .. } => FeedFormat::Rss,
            Root::Rdf => FeedFormat::Rdf,
            Root::Atom | Root::Atom03 => FeedFormat::Atom,
        }
    }

    fn context(&self) -> Context<'o> {
        let mut scope = Scope::default();
        for attributes in &self.outline.containers {
            scope = scope.within(attributes, self.address);
        }
        let site = self.site(&scope);
        scope.language = self.language().or(scope.language);
        let mut authors = Vec::new();
        for field in self.all(Space::Main, "author").filter(|_| self.is_atom()) {
            authors::add(&mut authors, &person(field));
        }
        Context { is_atom: self.is_atom(), document: self.address, site, scope, authors }
    }

    fn language(&self) -> Option<Language> {
        let named =
            self.all(Space::Main, "language").chain(self.all(Space::DublinCore, "language"));
        named.map(|field| words(field.inside)).find_map(|text| text.parse().ok())
    }

    fn site(&self, scope: &Scope) -> Option<Address> {
        let links = self.all(Space::Main, "link").chain(self.all(Space::Atom, "link"));
        let pages = links.filter(|field| {
            attribute(field.attributes, "rel").is_none_or(|rel| rel.trim() == "alternate")
        });
        let mut sites = pages.filter_map(|field| {
            let base = scope.within(field.attributes, self.address).base;
            let text = words(field.inside);
            let href = attribute(field.attributes, "href").unwrap_or_default();
            let written = if text.is_empty() { unescape(href).into_owned() } else { text };
            resolve(base.as_ref().unwrap_or(self.address), &written)
        });
        let by_attribute = || {
            let containers = self.outline.containers.iter();
            let mut written = containers.filter_map(|it| attribute(it, "href"));
            written.find_map(|href| resolve(self.address, &unescape(href)))
        };
        sites.next().or_else(by_attribute)
    }

    fn title(&self) -> Option<Markup> {
        let fields = self.all(Space::Main, "title");
        let mut fields = fields.chain(self.all(Space::DublinCore, "title"));
        fields.find_map(|field| {
            if self.is_atom() { atom_markup(field, None) } else { rss_markup(field, None) }
        })
    }

    /// `<ttl>` in minutes, else the period of the syndication module over its frequency.
    fn ttl(&self) -> Option<Duration> {
        const HOUR: u64 = 60 * 60;
        let minutes = self.first(Space::Main, "ttl").and_then(|text| text.parse::<u32>().ok());
        if let Some(minutes) = minutes.filter(|minutes| *minutes > 0) {
            return Some(Duration::from_secs(u64::from(minutes) * 60));
        }
        let period = self.first(Space::Syndication, "updateperiod");
        let frequency = self.first(Space::Syndication, "updatefrequency");
        if period.is_none() && frequency.is_none() {
            return None;
        }
        let seconds = match period.as_deref().unwrap_or("daily") {
            "hourly" => HOUR,
            "daily" => 24 * HOUR,
            "weekly" => 7 * 24 * HOUR,
            "monthly" => 30 * 24 * HOUR,
            "yearly" => 365 * 24 * HOUR,
            _ => return None,
        };
        let times: u64 = frequency.and_then(|text| text.parse().ok()).unwrap_or(1);
        Some(Duration::from_secs(seconds / times.max(1)))
    }

    fn skips(&self) -> (Vec<i8>, Vec<Weekday>) {
        let each = |name: &'static str| {
            let fields = self.all(Space::Main, name);
            fields.flat_map(|field| {
                words(field.inside).split(' ').map(str::to_lowercase).collect::<Vec<_>>()
            })
        };
        let mut hours: Vec<i8> = each("skiphours")
            .filter_map(|text| text.parse::<i8>().ok())
            .filter(|hour| (0..=24).contains(hour))
            .map(|hour| hour % 24)
            .collect();
        hours.sort_unstable();
        hours.dedup();
        let mut days = Vec::new();
        for day in each("skipdays").filter_map(|text| weekday(&text)) {
            if !days.contains(&day) {
                days.push(day);
            }
        }
        (hours, days)
    }
}

fn weekday(name: &str) -> Option<Weekday> {
    Some(match name {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return None,
    })
}
