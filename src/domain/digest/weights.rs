//! Every number by which stories are chosen for an issue, with its reason.
//!
//! The parts of a score are added up. The scale is that of worth: a post of which the most is expected has
//! 1 for it, one of which nothing is has 0.

use crate::domain::Kind;

/// What can be learned from a post carries most: an hour is spent once.
pub(super) const WORTH: f32 = 1.0;
/// Of what nobody could judge, as it is in another language: that of a usual post. Neither the language nor
/// the model that lacks it is to decide.
pub(super) const UNJUDGED_WORTH: f32 = 1.2;
/// What a post gains that is as much on a subject of the subscriber as the ten best of the library: about half
/// of what lies between the best and the worst, so that it lifts a good post over a better one on nothing
/// that was asked for, and a poor one over none.
pub(super) const MATCH: f32 = 0.5;
/// Share of its fit by which each further subject adds to the best one.
pub(super) const ALSO_MATCHES: f32 = 0.2;
/// What is new as of now, over what is old: enough to decide between equals.
pub(super) const FRESH: f32 = 0.05;
/// Days in which that falls to 37 %.
pub(super) const FRESH_DAYS: f32 = 14.0;
/// For each doubling of the peers that tell a story: what several pass on is rarely of no importance …
pub(super) const TOLD_BY: f32 = 0.05;
/// … and what very many pass on is known anyhow.
pub(super) const MOST_TOLD_BY: f32 = 0.15;
/// A result with numbers can be compared with one's own.
pub(super) const MEASURED: f32 = 0.05;
/// For each doubling of what a peer published in the window over [`USUAL_STORIES`]: who floods counts less each.
pub(super) const FLOOD: f32 = 0.05;
pub(super) const USUAL_STORIES: f32 = 4.0;
/// For each time that a read takes the share of one read of the budget, beyond the first: it keeps out
/// another one, and is worth it if it is better by so much …
pub(super) const LENGTH: f32 = 0.05;
/// … where nothing is longer than so many shares: long posts are where the most is learned.
pub(super) const MOST_LENGTHS: f32 = 4.0;
/// What speaks only of what was read in the last weeks.
pub(super) const LATELY: f32 = 0.15;
/// What was shown in a list, and passed over.
pub(super) const SHOWN: f32 = 0.1;

/// For each read of the same peer that is chosen already.
pub(super) const SAME_PEER: f32 = 0.15;
/// For a read with the same key phrases as one that is chosen.
pub(super) const SAME_PHRASES: f32 = 0.2;
/// For each read on the same subject that is chosen already.
pub(super) const SAME_SUBJECT: f32 = 0.03;
/// For each read of the same kind that is chosen already: variety of kinds, where it costs nothing.
pub(super) const SAME_KIND: f32 = 0.01;

/// What has less is told by title: news that nobody asked for, posts with nothing in them, and those that nobody
/// could judge unless they match. One read there is always.
pub(super) const LEAST_OF_A_READ: f32 = 0.5;
/// The same for papers. Nobody can judge those by their abstracts, and all of them count as what nobody could judge.
pub(super) const LEAST_OF_A_PAPER: f32 = 0.35;
/// Share of what a match adds that counts towards that: the news of a subject are news.
pub(super) const MATCH_IN_LEAST: f32 = 0.5;
/// Share of the budget that one read takes at most, where another one fits: a piece of fifty minutes is
/// no week.
pub(super) const MOST_OF_BUDGET: f32 = 0.5;
/// Share of the minutes for papers, and how many at most.
pub(super) const PAPERS_SHARE: f32 = 0.25;
pub(super) const MOST_PAPERS: usize = 3;

/// A week is quiet in which less than this share of the budget is worth reading …
pub(super) const QUIET_SHARE: f32 = 0.5;
/// … and flooded where it is so many times the budget.
pub(super) const FLOODED_TIMES: f32 = 4.0;

/// What the archive offers has to be worth it without being new: of the 0 to 3 of worth.
pub(super) const LEAST_WORTH_OF_ARCHIVE: f32 = 1.8;
/// In days: what is younger was in the last issues.
pub(super) const LEAST_AGE_OF_ARCHIVE: i64 = 60;

/// By kind: who reads for challenges and how they were met finds them in three kinds; the rest is seldom
/// worth the hour, however well it is written.
pub(super) const fn of_kind(kind: Option<Kind>) -> f32 {
    match kind {
        Some(Kind::DeepDive | Kind::CaseStudy | Kind::Postmortem) => 0.15,
        Some(Kind::Tutorial | Kind::Opinion) | None => 0.0,
        Some(Kind::Release) => -0.15,
        Some(Kind::News | Kind::People) => -0.2,
        Some(Kind::Promotion) => -0.4,
    }
}
