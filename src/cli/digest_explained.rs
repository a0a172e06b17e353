//! Why an issue holds what it holds: the parts of each score, and what was left out.

use super::output::{Output, harmless};
use crate::digest::{Composed, LeftOut};

/// Left-out stories that are told.
const MOST_LEFT_OUT: usize = 40;

pub(super) fn explain(composed: &Composed, output: &Output) {
    output.line("");
    output.line(&output.strong("Chosen"));
    for read in composed.issue.reads.iter().chain(&composed.issue.papers) {
        let parts = composed.chosen.iter().find(|it| it.0 == read.story);
        let parts = parts.map(|it| it.1.as_slice()).unwrap_or_default();
        told(read.score, &read.title, &read.peer_name, parts, output);
    }
    output.line("");
    output.line(&output.strong("Left out"));
    for LeftOut { title, peer_name, score, parts, .. } in
        composed.left_out.iter().take(MOST_LEFT_OUT)
    {
        told(*score, title, peer_name, parts, output);
    }
    let more = composed.left_out.len().saturating_sub(MOST_LEFT_OUT);
    if more > 0 {
        output.line(&output.faint(&format!("        and {more} more")));
    }
}

fn told(score: f32, title: &str, peer: &str, parts: &[(&str, f32)], output: &Output) {
    let about = output.faint(&harmless(peer));
    output.line(&format!("{score:6.2}  {}  {about}", harmless(title)));
    let parts: Vec<String> =
        parts.iter().map(|(name, part)| format!("{name} {part:+.2}")).collect();
    if !parts.is_empty() {
        output.line(&output.faint(&format!("        {}", parts.join(" · "))));
    }
}
