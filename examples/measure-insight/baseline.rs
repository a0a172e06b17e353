//! What can be told without learning: roles by cue phrases, kinds by words of the title, worth by length.

use peerscope::{
    domain::{Kind, Role},
    insight::Post,
};

const CHALLENGE: &[&str] = &[
    "problem",
    "challenge",
    "issue",
    "difficult",
    "bottleneck",
    "unfortunately",
    "struggle",
    "too slow",
    "pain",
    "failed",
    "failure",
    "however,",
    "hard to",
    "we needed",
    "wanted to",
];
const APPROACH: &[&str] = &[
    "we built",
    "we decided",
    "we use",
    "we implemented",
    "we introduced",
    "we added",
    "we designed",
    "we created",
    "we chose",
    "we developed",
    "our solution",
    "our approach",
    "this release",
];
const RESULT: &[&str] = &[
    "as a result",
    "reduced",
    "improved",
    "faster",
    "increase",
    "decrease",
    "saved",
    "% ",
    "times faster",
    "resulted in",
    "dropped",
    "benchmark",
];
const LIMITATION: &[&str] = &[
    "limitation",
    "trade-off",
    "tradeoff",
    "future work",
    "not yet",
    "still",
    "does not support",
    "drawback",
    "downside",
    "caveat",
    "in the future",
    "we plan",
];

pub(crate) fn role(sentence: &str) -> Option<Role> {
    let text = sentence.to_lowercase();
    let cues = [
        (Role::Limitation, LIMITATION),
        (Role::Result, RESULT),
        (Role::Challenge, CHALLENGE),
        (Role::Approach, APPROACH),
    ];
    cues.into_iter().find(|it| it.1.iter().any(|cue| text.contains(cue))).map(|it| it.0)
}

pub(crate) fn kind(post: &Post<'_>) -> Kind {
    let title = post.title.to_lowercase();
    let cues: &[(Kind, &[&str])] = &[
        (
            Kind::Postmortem,
            &["postmortem", "post-mortem", "incident", "outage", "cve-", "vulnerab"],
        ),
        (
            Kind::Release,
            &["release", "announcing", "introducing", "what's new", "changelog", "v1", ".0"],
        ),
        (Kind::Tutorial, &["how to", "guide", "getting started", "tutorial", "using"]),
        (Kind::People, &["hiring", "meet ", "interview", "career", "joins", "team"]),
        (Kind::CaseStudy, &["how we", "migrat", "case study", "lessons", "our journey"]),
        (
            Kind::DeepDive,
            &["deep dive", "inside", "internals", "under the hood", "performance", "design"],
        ),
        (Kind::Promotion, &["webinar", "partner", "customer", "pricing"]),
        (Kind::Opinion, &["why ", "should", "thoughts", "the future of"]),
    ];
    let found = cues.iter().find(|it| it.1.iter().any(|cue| title.contains(cue)));
    found.map_or(Kind::News, |it| it.0)
}

/// In words.
pub(crate) fn length(post: &Post<'_>) -> usize {
    post.blocks.iter().map(|it| it.text.split(' ').count()).sum()
}
