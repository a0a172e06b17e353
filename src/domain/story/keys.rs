//! By what entries are found that may tell the same thing: addresses in one form, titles, fingerprints.

use super::StoryFacts;
use crate::domain::{
    Address, Fingerprint,
    entry::{mix, words_in},
};

/// What a mark was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkKind {
    /// Where it is, also by its own word.
    Address,
    /// Where it says that its translations are.
    Translation,
    Title,
    /// Last part of the path, at one peer.
    Slug,
    /// A quarter of the fingerprint.
    Band,
}

/// Something that an entry can be found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    pub kind: MarkKind,
    pub value: i64,
}

/// Marks of one entry at most; the library numbers them.
pub(super) const MOST_MARKS: usize = 32;
/// Translations that are marked at most.
const MOST_TRANSLATIONS: usize = 20;
/// Shorter parts of paths (`post`, `2024`) name nothing.
const SHORTEST_SLUG: usize = 8;
/// Hexadecimal digits that close the path of a post on Medium, wherever it is published.
const MEDIUM_ID_DIGITS: std::ops::RangeInclusive<usize> = 10..=12;

/// What an entry is found by.
pub fn marks_of(facts: &StoryFacts) -> Vec<Mark> {
    let mut marks = own_addresses(facts);
    let title = folded_title(&facts.title);
    if !title.is_empty() {
        marks.push(mark(MarkKind::Title, &title));
    }
    if let Some(slug) = facts.link.as_ref().and_then(slug_of) {
        marks.push(mark(MarkKind::Slug, &format!("{}/{slug}", facts.peer)));
    }
    marks.extend(facts.fingerprint.into_iter().flat_map(bands));
    let targets = facts.translations.iter().take(MOST_TRANSLATIONS);
    marks.extend(targets.map(|(_, at)| mark(MarkKind::Translation, &folded_key(at))));
    marks.sort_unstable();
    marks.dedup();
    marks.truncate(MOST_MARKS);
    marks
}

/// Marks of others by which they are found from here: those that are alike, those that translate
/// this one, and those that this one names as its translations.
pub fn sought_by(marks: &[Mark]) -> impl Iterator<Item = Mark> {
    let swapped = marks.iter().filter_map(|it| match it.kind {
        MarkKind::Address => Some(resalted(*it, MarkKind::Translation)),
        MarkKind::Translation => Some(resalted(*it, MarkKind::Address)),
        _ => None,
    });
    let alike = marks.iter().copied().filter(|it| it.kind != MarkKind::Translation);
    alike.chain(swapped)
}

fn own_addresses(facts: &StoryFacts) -> Vec<Mark> {
    let keys = [facts.link.as_ref(), facts.canonical.as_ref()];
    keys.into_iter()
        .flatten()
        .flat_map(address_keys)
        .map(|key| mark(MarkKind::Address, &key))
        .collect()
}

/// The forms in which a document's address is compared; none for front pages, which are no posts.
pub(super) fn address_keys(address: &Address) -> Vec<String> {
    if address.path().trim_matches('/').is_empty() && address.url().query().is_none() {
        return Vec::new();
    }
    let medium = medium_id(address).map(|id| format!("medium:{id}"));
    [Some(folded_key(address)), medium].into_iter().flatten().collect()
}

/// [`Address::key`], without what only says that a page is made for telephones.
pub(super) fn folded_key(address: &Address) -> String {
    let key = address.key();
    let (before, query) = key.split_once('?').map_or((key.as_str(), None), |(a, b)| (a, Some(b)));
    let bare = ["amp.", "m.", "mobile."].iter().find_map(|it| before.strip_prefix(it));
    let before = bare.filter(|it| it.split('/').next().is_some_and(|host| host.contains('.')));
    let before = before.unwrap_or_else(|| key.split('?').next().unwrap_or_default());
    let mut folded = before.trim_end_matches('/').to_owned();
    for ending in ["/amp", ".amp.html", ".amp"] {
        if let Some(rest) = folded.strip_suffix(ending) {
            folded.truncate(rest.len());
        }
    }
    let is_kept = |pair: &&str| !matches!(*pair, "amp" | "amp=1" | "amp=true" | "outputType=amp");
    let kept: Vec<&str> = query.into_iter().flat_map(|it| it.split('&')).filter(is_kept).collect();
    if !kept.is_empty() {
        folded.push('?');
        folded.push_str(&kept.join("&"));
    }
    folded
}

/// What Medium appends to the path of every post, which stays when it is shown elsewhere.
fn medium_id(address: &Address) -> Option<&str> {
    let last = address.path().trim_end_matches('/').rsplit('/').next()?;
    let (name, id) = last.rsplit_once('-')?;
    let is_hexadecimal = id.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'));
    let is_mixed = id.bytes().any(|it| it.is_ascii_digit()) && id.bytes().any(|it| it >= b'a');
    (!name.is_empty() && MEDIUM_ID_DIGITS.contains(&id.len()) && is_hexadecimal && is_mixed)
        .then_some(id)
}

/// The last part of a path, where it names a post.
pub(super) fn slug_of(address: &Address) -> Option<String> {
    let path = address.path().trim_end_matches('/');
    let path = path.strip_suffix("/index.html").unwrap_or(path);
    let path = path.strip_suffix("/amp").unwrap_or(path);
    let last = path.rsplit('/').next()?;
    let last = medium_id(address).map_or(last, |id| last.trim_end_matches(id));
    let last = last.strip_suffix(".html").unwrap_or(last).trim_end_matches('-');
    let has_letters = last.chars().filter(|it| it.is_alphabetic()).count() >= SHORTEST_SLUG / 2;
    (last.len() >= SHORTEST_SLUG && has_letters).then(|| last.to_lowercase())
}

/// Words of a title, in lower case, without what stands between them.
pub(super) fn folded_title(title: &str) -> String {
    words_in(title).map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// How a person calls the place of an address that belongs to a peer.
pub fn place_name(address: Option<&Address>, peer_name: &str) -> String {
    match address.map(Address::gate) {
        Some(gate) if gate.as_str() == "medium.com" => "Medium".to_owned(),
        _ => peer_name.to_owned(),
    }
}

/// Near fingerprints have at least one quarter in common, as a rule.
fn bands(Fingerprint(bits): Fingerprint) -> impl Iterator<Item = Mark> {
    let bits = bits.cast_unsigned();
    (0..4_u64).map(move |band| {
        let part = (bits >> (band * 16)) & 0xffff;
        Mark { kind: MarkKind::Band, value: salted(MarkKind::Band, mix(part | ((band + 1) << 16))) }
    })
}

fn mark(kind: MarkKind, text: &str) -> Mark {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    Mark { kind, value: salted(kind, mix(hash)) }
}

/// Values of one kind never meet those of another.
fn salted(kind: MarkKind, hash: u64) -> i64 {
    ((hash << 3) | kind as u64).cast_signed()
}

fn resalted(mark: Mark, kind: MarkKind) -> Mark {
    let value = (mark.value & !7) | kind as i64;
    Mark { kind, value }
}
