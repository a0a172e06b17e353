//! What `peerscope search` tells beside the hits: why they stand where they stand, and how many there
//! are of what.

use super::output::{Output, harmless};
use crate::{
    messages,
    reading::{Found, PeerOnSubject},
    search::Explanation,
};

/// Values that are told of each list: room for every kind.
const MOST_VALUES: usize = 9;

pub(super) fn reason(explanation: &Explanation, output: &Output) {
    let Explanation { parts, recency, kind, score, missing, .. } = explanation;
    let age = kind.map_or_else(|| "age".to_owned(), |it| format!("age as {}", it.as_str()));
    output.line(&output.faint(&format!("  {score:8.3}  in all, by its {age} times {recency:.3}")));
    for part in parts {
        let key = format!("search.place.{}", part.place.as_str());
        let place = messages::text(&key);
        let text = format!("  {:8.3}  {place} {}", part.score, harmless(&part.words));
        output.line(&output.faint(text.trim_end()));
    }
    if !missing.is_empty() {
        let missing = harmless(&missing.join(", "));
        output.line(&output.faint(&format!("            lacks {missing}")));
    }
}

pub(super) fn counts(found: &Found, output: &Output) {
    let Some(counts) = &found.counts else { return };
    output.line("");
    let named = |values: &[(String, usize)]| listed(values.iter().map(|(it, n)| (it, *n)));
    for (name, text) in [
        ("peers", named(&counts.peers)),
        ("domains", named(&counts.domains)),
        ("topics", listed(counts.topics.iter().map(|(it, n)| (it, *n)))),
        ("kinds", listed(counts.kinds.iter().map(|(it, n)| (it.as_str(), *n)))),
        ("languages", named(&counts.languages)),
        ("years", listed(counts.years.iter().map(|(it, n)| (it, *n)))),
    ] {
        if !text.is_empty() {
            output.line(&format!("{} {}", output.faint(&format!("{name:<10}")), harmless(&text)));
        }
    }
    for PeerOnSubject { standing, best } in &found.peers {
        let newest = standing.newest.strftime("%Y-%m");
        let about = format!("{} · {} · {newest}", best.peer_name, standing.stories);
        output.line(&format!("{}  {}", output.strong(&harmless(&about)), harmless(&best.title)));
    }
}

fn listed(values: impl Iterator<Item = (impl ToString, usize)>) -> String {
    let told = values.take(MOST_VALUES).map(|(value, n)| format!("{} {n}", value.to_string()));
    told.collect::<Vec<_>>().join(" · ")
}
