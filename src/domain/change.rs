//! Which listed entries are new, which were edited, which are the same: the rules of identity.
//!
//! An entry is known by a key made of its guid, else its link, else its text. A key depends on the
//! set of entries that a document lists, never on their order. Where the key of a known entry
//! changes (a site migration, guids that prove bad), the entry is recognised by what else stayed.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Address, Digest, EntryDraft, EntryId, Fingerprint};

/// What a source's entries are known by. It weakens itself when guids prove bad, and stays so.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum GuidPolicy {
    #[default]
    Guid,
    Link,
    LinkAndTitle,
}

impl GuidPolicy {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Guid => "guid",
            Self::Link => "link",
            Self::LinkAndTitle => "link-and-title",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Guid, Self::Link, Self::LinkAndTitle].into_iter().find(|it| it.as_str() == word)
    }
}

/// Share of entries in a document whose guid (or link) is not their own, in percent, above which
/// the policy weakens. From FreshRSS, which met the same feeds.
const TOLERATED_REPEATS_PERCENT: usize = 5;
/// Rekeyed entries in one visit, and their share of the known ones, from which guids count as
/// changing.
const REKEYED_AT_LEAST: usize = 3;
/// Edits of one entry that its publisher did not announce (`updated` stayed): after so many the
/// entry counts as churning and is left as it is. From lemon24/reader.
pub const QUIET_EDITS_AT_MOST: u32 = 24;
/// Bits in which the fingerprints of near-equal texts differ at most.
const NEAR_BITS: u32 = 8;

/// The keys of one draft, by which the library looks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// Of the entry, unique within its source.
    pub identity: Digest,
    /// Of [`Address::key`]; absent for links to a front page, which say nothing.
    pub link: Option<Digest>,
    /// Of the title, letter case and punctuation left out.
    pub title: Digest,
    /// Of all that an edit may change; dates are left out because they churn.
    pub content: Digest,
}

/// What the library knows of one entry, as far as identity needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownEntry {
    /// `None` for an entry that was deleted and stays deleted.
    pub id: Option<EntryId>,
    pub keys: Keys,
    pub published: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    pub fingerprint: Option<Fingerprint>,
    pub quiet_edits: u32,
}

/// What has become of one listed entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    New,
    Known {
        id: EntryId,
        /// Recognised although its key changed: the new key is to be kept.
        rekeyed: bool,
        edit: Option<Edit>,
    },
    /// Deleted here before.
    Deleted,
    /// The document lists it twice, and an earlier one stands for it.
    Repeated,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// The publisher moved `updated` on.
    Announced,
    /// Only the content differs.
    Quiet,
}

/// The keys of all entries of one document, in its order, and the policy they were made by, which
/// is `policy` or a weaker one.
pub fn keys_of(drafts: &[EntryDraft], policy: GuidPolicy) -> (Vec<Keys>, GuidPolicy) {
    let policy = policy.max(policy_for(drafts));
    let mut bases: Vec<Vec<String>> = drafts.iter().map(|draft| base_key(draft, policy)).collect();
    for refine in [link_of, |draft: &EntryDraft| Some(folded(&draft.title))] {
        let mut seen: HashMap<&[String], Vec<usize>> = HashMap::new();
        for (at, base) in bases.iter().enumerate() {
            seen.entry(base).or_default().push(at);
        }
        let shared: Vec<usize> = seen.into_values().filter(|it| it.len() > 1).flatten().collect();
        for at in shared {
            let more = refine(&drafts[at]).unwrap_or_default();
            bases[at].push(more);
        }
    }
    let keys = drafts.iter().zip(bases).map(|(draft, base)| Keys {
        identity: Digest::of(base.iter().map(String::as_bytes)),
        link: link_of(draft).map(|link| Digest::of([link.as_bytes()])),
        title: Digest::of([folded(&draft.title).as_bytes()]),
        content: content_of(draft),
    });
    (keys.collect(), policy)
}

/// What has become of each draft, in document order. `known` holds at least every entry of the
/// source that shares a key with one of `keys`.
pub fn changes(drafts: &[EntryDraft], keys: &[Keys], known: &[KnownEntry]) -> Vec<Change> {
    let mut matches = Matches::new(drafts.len(), known.len());
    let by_identity: HashMap<&Digest, usize> =
        known.iter().enumerate().map(|(at, it)| (&it.keys.identity, at)).collect();
    let mut repeated = vec![false; drafts.len()];
    let mut first: HashMap<&Digest, usize> = HashMap::new();
    for (at, key) in keys.iter().enumerate() {
        repeated[at] = first.insert(&key.identity, at).is_some();
        if let Some(&it) = by_identity.get(&key.identity).filter(|_| !repeated[at]) {
            matches.pair(at, it);
        }
    }
    matches.pair_unique(
        keys,
        known,
        &repeated,
        |keys| keys.link.as_ref(),
        |draft, it| {
            let (draft_keys, draft) = (&keys[draft], &drafts[draft]);
            draft_keys.title == it.keys.title
                || (draft.published.is_some() && draft.published == it.published)
                || near(draft, it)
        },
    );
    matches.pair_unique(
        keys,
        known,
        &repeated,
        |keys| Some(&keys.title),
        |draft, it| keys[draft].content == it.keys.content || near(&drafts[draft], it),
    );
    (0..drafts.len())
        .map(|at| match matches.known_of[at] {
            _ if repeated[at] => Change::Repeated,
            None => Change::New,
            Some(it) => change_of(&drafts[at], &keys[at], &known[it]),
        })
        .collect()
}

/// The policy for the next visit: weaker when most known entries came with a new guid and were only
/// recognised by their links.
pub fn policy_after(policy: GuidPolicy, changes: &[Change]) -> GuidPolicy {
    let known = changes.iter().filter(|it| matches!(it, Change::Known { .. })).count();
    let rekeyed =
        changes.iter().filter(|it| matches!(it, Change::Known { rekeyed: true, .. })).count();
    if rekeyed >= REKEYED_AT_LEAST && rekeyed * 2 > known {
        return policy.max(GuidPolicy::Link);
    }
    policy
}

/// Which draft stands for which known entry; each at most once.
struct Matches {
    known_of: Vec<Option<usize>>,
    taken: Vec<bool>,
}

impl Matches {
    fn new(drafts: usize, known: usize) -> Self {
        Self { known_of: vec![None; drafts], taken: vec![false; known] }
    }

    fn pair(&mut self, draft: usize, known: usize) {
        self.known_of[draft] = Some(known);
        self.taken[known] = true;
    }

    /// Pairs drafts and known entries that alone on their side have the same secondary key, where
    /// `agree` finds more that they have in common.
    fn pair_unique<'a>(
        &mut self,
        keys: &'a [Keys],
        known: &'a [KnownEntry],
        skip: &[bool],
        key: impl Fn(&'a Keys) -> Option<&'a Digest>,
        agree: impl Fn(usize, &KnownEntry) -> bool,
    ) {
        let drafts = unique((0..keys.len()).filter(|at| !skip[*at]), |at| key(&keys[at]));
        let others = unique(0..known.len(), |at| key(&known[at].keys));
        for (key, draft) in drafts {
            let Some(&it) = others.get(key) else { continue };
            if self.known_of[draft].is_none() && !self.taken[it] && agree(draft, &known[it]) {
                self.pair(draft, it);
            }
        }
    }
}

/// The places whose key no other place has.
fn unique<'a>(
    places: impl Iterator<Item = usize>,
    key: impl Fn(usize) -> Option<&'a Digest>,
) -> HashMap<&'a Digest, usize> {
    let mut found: HashMap<&Digest, Option<usize>> = HashMap::new();
    for at in places {
        if let Some(key) = key(at) {
            found.entry(key).and_modify(|it| *it = None).or_insert(Some(at));
        }
    }
    found.into_iter().filter_map(|(key, at)| Some((key, at?))).collect()
}

fn change_of(draft: &EntryDraft, keys: &Keys, known: &KnownEntry) -> Change {
    let Some(id) = known.id else { return Change::Deleted };
    let edit = if keys.content == known.keys.content {
        None
    } else if draft.updated.is_some() && draft.updated != known.updated {
        Some(Edit::Announced)
    } else {
        (known.quiet_edits < QUIET_EDITS_AT_MOST).then_some(Edit::Quiet)
    };
    Change::Known { id, rekeyed: keys.identity != known.keys.identity, edit }
}

fn near(draft: &EntryDraft, known: &KnownEntry) -> bool {
    match (draft.fingerprint, known.fingerprint) {
        (Some(one), Some(other)) => one.distance(other) <= NEAR_BITS,
        _ => false,
    }
}

/// The strongest policy that a document's own entries allow.
fn policy_for(drafts: &[EntryDraft]) -> GuidPolicy {
    let too_many = |repeats: usize| repeats * 100 > TOLERATED_REPEATS_PERCENT * drafts.len();
    let rest = |it: &EntryDraft| (link_of(it), folded(&it.title));
    let guids = drafts.iter().filter_map(|it| Some((it.guid.clone()?, rest(it))));
    if !too_many(borrowed(guids)) {
        return GuidPolicy::Guid;
    }
    let links = drafts.iter().filter_map(|it| Some((link_of(it)?, rest(it))));
    if too_many(borrowed(links)) { GuidPolicy::LinkAndTitle } else { GuidPolicy::Link }
}

/// How many entries have a key that another entry, different in `rest`, had before them.
fn borrowed<T: PartialEq>(entries: impl Iterator<Item = (String, T)>) -> usize {
    let mut rests: HashMap<String, Vec<T>> = HashMap::new();
    for (key, rest) in entries {
        let rests = rests.entry(key).or_default();
        if !rests.contains(&rest) {
            rests.push(rest);
        }
    }
    rests.into_values().map(|it| it.len() - 1).sum()
}

fn base_key(draft: &EntryDraft, policy: GuidPolicy) -> Vec<String> {
    let guid = draft.guid.as_deref().map(str::trim).filter(|guid| !guid.is_empty());
    if let (GuidPolicy::Guid, Some(guid)) = (policy, guid) {
        return vec!["guid".into(), guid.to_owned()];
    }
    match (link_of(draft), policy) {
        (Some(link), GuidPolicy::LinkAndTitle) => {
            vec!["link-and-title".into(), link, folded(&draft.title)]
        }
        (Some(link), _) => vec!["link".into(), link],
        (None, _) => {
            let text = if draft.html.is_empty() { &draft.summary } else { &draft.html };
            vec!["content".into(), draft.title.clone(), text.clone()]
        }
    }
}

fn link_of(draft: &EntryDraft) -> Option<String> {
    draft.link.as_ref().filter(|link| !link.is_home_page()).map(Address::key)
}

/// What entries that link to an address are found by; nothing for a front page.
pub fn link_key(address: &Address) -> Option<Digest> {
    (!address.is_home_page()).then(|| Digest::of([address.key().as_bytes()]))
}

fn folded(title: &str) -> String {
    title.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn content_of(draft: &EntryDraft) -> Digest {
    let link = draft.link.as_ref().map(Address::key).unwrap_or_default();
    let lists = [&draft.authors, &draft.categories].map(|list| list.join("\u{1f}"));
    let parts = [&draft.title, &draft.html, &draft.summary, &link, &lists[0], &lists[1]];
    Digest::of(parts.map(String::as_bytes))
}

#[cfg(test)]
#[path = "change_tests.rs"]
mod tests;
