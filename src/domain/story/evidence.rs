//! Decides whether two entries tell the same thing. A wrong merge hides a post, a missed one shows it
//! twice: in doubt they stay apart. A title alone never decides.

use jiff::SignedDuration;

use super::{
    Reason, Shingles, StoryFacts, StoryLink,
    keys::{address_keys, folded_key, folded_title, slug_of},
};
use crate::domain::{Address, Language};

/// What is known before texts are read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Suspicion {
    /// They are two stories, or nothing says otherwise.
    None,
    /// They are one story, whatever their texts say.
    Sure(StoryLink),
    /// Their texts decide.
    Read,
}

/// Fewer words than this are a summary.
const FEWEST_WORDS: u32 = 48;
const LONG: usize = 150;
/// Bits in which fingerprints of texts may differ that are worth reading.
const NEAR_BITS: u32 = 14;
/// A post and its summary elsewhere come out within this time.
const SUMMARIES_WITHIN: SignedDuration = SignedDuration::from_hours(72);
const TRANSLATED_WITHIN: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Whether texts are to be read, or need not be. `contested` says that an address that both have
/// stands for several posts (a page of changes, a home of all).
pub fn suspicion(one: &StoryFacts, other: &StoryFacts, contested: bool) -> Suspicion {
    let same_title = titles_agree(one, other);
    if let Some(reason) = same_place(one, other).filter(|_| !contested) {
        let both_have_texts = one.words.min(other.words) >= FEWEST_WORDS;
        if same_title || !both_have_texts {
            return Suspicion::Sure(StoryLink::new(one.entry, other.entry, reason, 1000));
        }
        return Suspicion::Read;
    }
    let near = match (one.fingerprint, other.fingerprint) {
        (Some(one), Some(other)) => one.distance(other) <= NEAR_BITS,
        _ => false,
    };
    if (same_title && is_telling(&one.title)) || near { Suspicion::Read } else { Suspicion::None }
}

/// The verdict of the texts.
pub fn compared(
    one: (&StoryFacts, &Shingles),
    other: (&StoryFacts, &Shingles),
    contested: bool,
) -> Option<StoryLink> {
    let ((a, text), (b, other_text)) = (one, other);
    let link =
        |reason, likeness| Some(StoryLink::new(a.entry, b.entry, reason, thousandths(likeness)));
    let (likeness, containment) = (text.likeness(other_text), text.containment(other_text));
    if let Some(reason) = same_place(a, b).filter(|_| !contested) {
        let disagree = text.words().min(other_text.words()) >= FEWEST_WORDS as usize
            && containment < 0.3
            && !titles_agree(a, b)
            && !are_other_languages(a, b);
        return if disagree { None } else { link(reason, likeness) };
    }
    if numbers_of(&a.title) != numbers_of(&b.title) {
        return None;
    }
    let numbers = text.agreement_of_numbers(other_text);
    let enough = if a.source == b.source { 0.7 } else { 0.5 };
    let shortest = text.words().min(other_text.words());
    if shortest >= FEWEST_WORDS as usize && numbers >= enough {
        let needed = needed_likeness(a, b, shortest);
        let needed = if are_other_languages(a, b) { needed.max(0.9) } else { needed };
        if likeness >= needed {
            return link(Reason::SameText, likeness);
        }
    }
    if a.source == b.source || !titles_agree(a, b) || are_other_languages(a, b) {
        return None;
    }
    if text.runs().min(other_text.runs()) >= 30 && containment >= 0.85 {
        return link(Reason::Excerpt, containment);
    }
    summaries_agree((a, text), (b, other_text), containment)
        .then(|| StoryLink::new(a.entry, b.entry, Reason::SameSummary, thousandths(containment)))
}

/// How alike texts have to be. Posts of one source are made from one template more often than they
/// are repeated, and a talk is announced in the same words for each place; short texts are alike by chance more often than long ones.
fn needed_likeness(a: &StoryFacts, b: &StoryFacts, shortest: usize) -> f64 {
    let never = 2.0;
    let is_long = shortest >= LONG;
    let same_title = titles_agree(a, b) && is_telling(&a.title);
    match (a.source == b.source, a.peer == b.peer, same_title) {
        (true, _, true) if is_long || slugs_are_kin(a, b) => 0.9,
        (true, _, true) => never,
        (true, _, false) => {
            if is_long {
                0.985
            } else {
                never
            }
        }
        (false, true, true) => {
            if is_long {
                0.5
            } else {
                0.7
            }
        }
        (false, true, false) if slugs_agree(a, b) => 0.9,
        (false, true, false) => 0.98,
        (false, false, true) => 0.7,
        (false, false, false) => {
            if is_long {
                0.9
            } else {
                never
            }
        }
    }
}

/// Summaries say little: title and path have to be equal as well, and nothing may speak against it.
fn summaries_agree(
    (a, text): (&StoryFacts, &Shingles),
    (b, other_text): (&StoryFacts, &Shingles),
    containment: f64,
) -> bool {
    let is_short = a.words.min(b.words) < FEWEST_WORDS * 2;
    let apart = |a: &StoryFacts, b: &StoryFacts| {
        let (Some(one), Some(other)) = (a.published, b.published) else { return None };
        Some(one.duration_since(other).abs())
    };
    let is_close = apart(a, b).is_none_or(|it| it <= SUMMARIES_WITHIN);
    let is_bare = text.words() == 0 || other_text.words() == 0;
    let share_an_author = a.authors.iter().any(|it| b.authors.contains(it));
    let speaks_for_it = containment >= 0.5
        || (a.peer == b.peer && (is_bare || share_an_author))
        || Shingles::of(&a.summary).containment(&Shingles::of(&b.summary)) >= 0.5;
    is_short && slugs_agree(a, b) && is_close && is_telling(&a.title) && speaks_for_it
}

/// Whether one post is told in two languages: one names the other, or a peer gave both one name and
/// one time.
pub fn is_translation(one: &StoryFacts, other: &StoryFacts) -> bool {
    are_other_languages(one, other)
        && (names(one, other) || names(other, one) || are_twins(one, other))
}

fn names(one: &StoryFacts, other: &StoryFacts) -> bool {
    let targets = || one.translations.iter().map(|(_, at)| folded_key(at));
    [&other.link, &other.canonical].into_iter().flatten().any(|at| {
        let key = folded_key(at);
        targets().any(|it| it == key)
    })
}

fn are_twins(one: &StoryFacts, other: &StoryFacts) -> bool {
    let (Some(first), Some(second)) = (one.published, other.published) else { return false };
    one.peer == other.peer
        && slugs_agree(one, other)
        && first.duration_since(second).abs() <= TRANSLATED_WITHIN
}

/// Whether among entries that have one address a source has two with different titles: then the
/// address says nothing of any of them.
pub fn is_contested(entries: &[&StoryFacts]) -> bool {
    entries.iter().enumerate().any(|(at, one)| {
        entries[at + 1..].iter().any(|it| it.source == one.source && !titles_agree(it, one))
    })
}

fn same_place(one: &StoryFacts, other: &StoryFacts) -> Option<Reason> {
    let keys = |at: &Option<Address>| at.iter().flat_map(address_keys).collect::<Vec<_>>();
    let meet = |one: &[String], other: &[String]| one.iter().any(|it| other.contains(it));
    let (links, other_links) = (keys(&one.link), keys(&other.link));
    if meet(&links, &other_links) {
        return Some(Reason::SameAddress);
    }
    let (own, other_own) = (keys(&one.canonical), keys(&other.canonical));
    let is_canonical =
        meet(&own, &other_links) || meet(&links, &other_own) || meet(&own, &other_own);
    is_canonical.then_some(Reason::Canonical)
}

fn titles_agree(one: &StoryFacts, other: &StoryFacts) -> bool {
    folded_title(&one.title) == folded_title(&other.title)
}

fn slugs_agree(one: &StoryFacts, other: &StoryFacts) -> bool {
    let slug = |it: &StoryFacts| it.link.as_ref().and_then(slug_of);
    slug(one).is_some_and(|it| Some(it) == slug(other))
}

/// One begins as the other does: `queues` and `queues-2`.
fn slugs_are_kin(one: &StoryFacts, other: &StoryFacts) -> bool {
    let slug = |it: &StoryFacts| it.link.as_ref().and_then(slug_of);
    let (Some(one), Some(other)) = (slug(one), slug(other)) else { return false };
    one.starts_with(&other) || other.starts_with(&one)
}

fn are_other_languages(one: &StoryFacts, other: &StoryFacts) -> bool {
    let primary = |it: &Option<Language>| it.as_ref().map(|it| it.primary().to_owned());
    match (primary(&one.language), primary(&other.language)) {
        (Some(one), Some(other)) => one != other,
        _ => false,
    }
}

/// Of three words, or of as many letters as three words have.
fn is_telling(title: &str) -> bool {
    folded_title(title).split(' ').count() >= 3 || title.chars().count() >= 16
}

/// What tells parts of a series, versions and weeks apart.
fn numbers_of(title: &str) -> Vec<String> {
    const WORDS: [&str; 8] = ["two", "three", "four", "five", "ii", "iii", "iv", "v"];
    let folded = folded_title(title);
    let words = folded.split(' ');
    let is_number = |it: &&str| it.bytes().any(|it| it.is_ascii_digit()) || WORDS.contains(it);
    words.filter(is_number).map(str::to_owned).collect()
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
fn thousandths(share: f64) -> u32 {
    (share * 1000.0).round() as u32
}
