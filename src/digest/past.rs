//! What the library held before: when peers wrote last, what rises, and what the archive offers.

use jiff::Timestamp;

use super::{
    DigestError,
    window::{Window, is_paper},
};
use crate::{
    domain::{EntryId, JudgedPost, Roles, StoryId, archive_score, is_archived, trends_since},
    home::Library,
    store::PostInShort,
};

pub(super) struct Past {
    /// In the order of their numbers.
    posts: Vec<PostInShort>,
    /// Posts that trends are counted from, in the same order.
    pub(super) recent: Vec<JudgedPost>,
    /// Whose they are.
    pub(super) recent_peers: Vec<u32>,
    /// Of each peer, how many stories it told before the window.
    pub(super) stories_of_peers: Vec<usize>,
    now: Timestamp,
}

/// A post that the archive may offer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Old {
    pub(super) entry: EntryId,
    pub(super) story: StoryId,
    pub(super) peer: u32,
    pub(super) words: u32,
    pub(super) score: f32,
}

impl Past {
    pub(super) async fn load(
        library: &Library,
        window: &Window,
        now: Timestamp,
    ) -> Result<Self, DigestError> {
        let posts = library.store.posts_in_short().await?;
        let since = trends_since(now);
        let recent = posts.iter().filter(|it| it.ordered >= since && it.ordered <= now);
        let (recent, recent_peers) = recent.filter_map(|it| judged(it, window)).unzip();
        let mut stories_of_peers = vec![0; window.peers.len()];
        for post in posts.iter().filter(|it| window.place_of(it.entry).is_none()) {
            if let Some(peer) = window.number_of(post.peer) {
                stories_of_peers[peer as usize] += 1;
            }
        }
        Ok(Self { posts, recent, recent_peers, stories_of_peers, now })
    }

    pub(super) fn post(&self, entry: EntryId) -> Option<&PostInShort> {
        let place = self.posts.binary_search_by_key(&entry, |it| it.entry).ok()?;
        self.posts.get(place)
    }

    /// The place of a post among the recent ones.
    pub(super) fn recent_place(&self, entry: EntryId) -> Option<u32> {
        let place = self.recent.binary_search_by_key(&entry, |it| it.entry).ok()?;
        u32::try_from(place).ok()
    }

    /// The post as the archive may offer it; `None` where it does not.
    pub(super) fn old(&self, post: &PostInShort, fit: f32, window: &Window) -> Option<Old> {
        if is_paper(post.lane) || !is_archived(post.ordered, self.now) {
            return None;
        }
        let score = archive_score(fit, post.expected, post.kind)?;
        let peer = window.number_of(post.peer)?;
        let PostInShort { entry, story, words, .. } = *post;
        Some(Old { entry, story, peer, words, score })
    }

    /// What the archive offers of peers in reach, whatever it is about.
    pub(super) fn best_of(&self, reach: &[bool], window: &Window, most: usize) -> Vec<Old> {
        let old = self.posts.iter().filter_map(|it| self.old(it, 0.0, window));
        best(old.filter(|it| reach[it.peer as usize]).collect(), most)
    }
}

/// The best, of each story one.
pub(super) fn best(mut old: Vec<Old>, most: usize) -> Vec<Old> {
    old.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| b.entry.cmp(&a.entry)));
    let mut kept: Vec<Old> = Vec::new();
    for it in old {
        if kept.len() == most {
            break;
        }
        if kept.iter().all(|other| other.story != it.story) {
            kept.push(it);
        }
    }
    kept
}

fn judged(post: &PostInShort, window: &Window) -> Option<(JudgedPost, u32)> {
    let number = window.number_of(post.peer)?;
    let judged = JudgedPost {
        entry: post.entry,
        story: post.story,
        peer: window.peers[number as usize].slug.as_str().into(),
        ordered: post.ordered,
        kind: post.kind,
        expected: post.expected.unwrap_or_default(),
        roles: Roles::default(),
    };
    Some((judged, number))
}
