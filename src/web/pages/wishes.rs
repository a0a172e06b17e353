//! The fields in which a subscriber says what to receive, and when.

use std::collections::BTreeSet;

use jiff::tz;

use super::{
    newest::Choice,
    tongue::Tongue,
    words::{Markup, rich},
};
use crate::{
    catalogue,
    domain::{
        Choosable, DAYS, FRAME_LANGUAGES, Following, MOST_MINUTES, MOST_READS, Preferences, Slug,
        WishError, Wishes,
    },
    web::params::Params,
};

/// What stands in the fields, and what is wrong with it.
pub(super) struct WishForm {
    pub(super) wishes: Wishes,
    pub(super) interests: String,
    pub(super) mute: String,
    pub(super) domains: Vec<Choice>,
    pub(super) topics: Vec<Choice>,
    pub(super) days: Vec<Choice>,
    pub(super) zones: Vec<ZoneGroup>,
    pub(super) languages: Vec<Choice>,
    /// Whether fields are shown that few change.
    pub(super) is_whole: bool,
    pub(super) most_reads: u32,
    pub(super) most_minutes: u32,
    pub(super) problems: Vec<Markup>,
}

/// Zones of one continent.
pub(super) struct ZoneGroup {
    pub(super) name: String,
    pub(super) zones: Vec<Choice>,
}

/// What can be chosen here, and what somebody has chosen already.
pub(super) fn choosable(following: &Following, chosen: Option<&Preferences>) -> Choosable {
    let peers = following.peers.iter().flat_map(|it| it.domains.clone());
    let domains = peers.chain(chosen.iter().flat_map(|it| it.domains.clone()));
    let domains: BTreeSet<Slug> = domains.collect();
    let mut topics: Vec<Slug> = following.topics.iter().map(|it| it.slug.clone()).collect();
    for topic in chosen.iter().flat_map(|it| &it.topics) {
        if !topics.contains(topic) {
            topics.push(topic.clone());
        }
    }
    Choosable { domains: domains.into_iter().collect(), topics, usual: following.digest.clone() }
}

/// More lines or ticks than anybody wants; the rest of a form is not read.
const MOST_LINES: usize = 200;

/// The fields of a form as they were sent.
pub(super) fn sent(form: &Params) -> Wishes {
    let text = |name: &str| form.text(name).unwrap_or_default().to_owned();
    let lines =
        |name: &str| form.as_typed(name).lines().take(MOST_LINES).map(str::to_owned).collect();
    let ticked =
        |name: &str| form.texts(name).into_iter().take(MOST_LINES).map(str::to_owned).collect();
    Wishes {
        language: text("language"),
        domains: ticked("domain"),
        interests: lines("interests"),
        topics: ticked("topic"),
        mute: lines("mute"),
        day: text("day"),
        at: text("at"),
        zone: text("zone"),
        reads: text("reads"),
        minutes: text("minutes"),
    }
}

/// What is wrong, in words.
pub(super) fn problem(words: &Tongue, wrong: &WishError) -> Markup {
    rich(&words.fill(&format!("digest.wrong.{}", wrong.field()), &[("found", wrong.found())]))
}

impl WishForm {
    pub(super) fn new(
        following: &Following,
        choosable: &Choosable,
        wishes: Wishes,
        words: &Tongue,
        is_whole: bool,
    ) -> Self {
        let choice = |slug: &str, name: &str, is_chosen| Choice {
            slug: slug.to_owned(),
            name: name.to_owned(),
            is_chosen,
        };
        let is_in = |chosen: &[String], slug: &Slug| chosen.iter().any(|it| it == slug.as_str());
        let domain = |it: &Slug| choice(it.as_str(), &domain_name(it), is_in(&wishes.domains, it));
        let topic = |it: &Slug| {
            let known = following.topics.iter().find(|topic| topic.slug == *it);
            let name = known.map_or(it.as_str(), |topic| topic.name.as_str());
            choice(it.as_str(), name, is_in(&wishes.topics, it))
        };
        let day = |(at, day): (usize, &str)| {
            let name = words.fill(&format!("web.weekday.{}", at + 1), &[]);
            choice(day, &name, wishes.day == day)
        };
        let language = |tag: &str| {
            let name = words.fill(&format!("digest.language.{tag}"), &[]);
            choice(tag, &name, wishes.language == tag)
        };
        Self {
            interests: wishes.interests.join("\n"),
            mute: wishes.mute.join("\n"),
            domains: choosable.domains.iter().map(domain).collect(),
            topics: choosable.topics.iter().map(topic).collect(),
            days: DAYS.into_iter().enumerate().map(day).collect(),
            zones: zone_groups(&wishes.zone),
            languages: FRAME_LANGUAGES.into_iter().map(language).collect(),
            is_whole,
            most_reads: MOST_READS,
            most_minutes: MOST_MINUTES,
            problems: Vec::new(),
            wishes,
        }
    }
}

fn domain_name(slug: &Slug) -> String {
    let known = catalogue::domains().iter().find(|it| it.0 == *slug);
    known.map_or_else(|| slug.to_string(), |it| it.1.clone())
}

/// In which people live; others are other names of these.
const CONTINENTS: [&str; 9] = [
    "Africa",
    "America",
    "Antarctica",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
];

/// Every zone that this machine knows, UTC and the chosen one first.
fn zone_groups(chosen: &str) -> Vec<ZoneGroup> {
    let choice = |zone: &str, name: &str| Choice {
        slug: zone.to_owned(),
        name: name.to_owned(),
        is_chosen: zone == chosen,
    };
    let known: BTreeSet<String> = tz::db().available().map(|it| it.to_string()).collect();
    let group = |continent: &str| {
        let zones = known.iter().filter_map(|zone| {
            let place = zone.strip_prefix(continent)?.strip_prefix('/')?;
            Some(choice(zone, &place.replace('_', " ")))
        });
        ZoneGroup { name: continent.to_owned(), zones: zones.collect() }
    };
    let groups: Vec<ZoneGroup> = CONTINENTS.into_iter().map(group).collect();
    let is_listed = groups.iter().any(|it| it.zones.iter().any(|it| it.is_chosen));
    let mut first = vec![choice("UTC", "UTC")];
    if !is_listed && chosen != "UTC" && !chosen.is_empty() {
        first.push(choice(chosen, chosen));
    }
    let first = ZoneGroup { name: String::new(), zones: first };
    let groups = groups.into_iter().filter(|it| !it.zones.is_empty());
    std::iter::once(first).chain(groups).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_can_be_chosen_by_its_place_and_stays_chosen_whatever_it_is() {
        let chosen = |zone: &str| -> Vec<String> {
            let groups = zone_groups(zone);
            let zones = groups.into_iter().flat_map(|it| it.zones);
            zones.filter(|it| it.is_chosen).map(|it| it.slug).collect()
        };
        assert_eq!(chosen("UTC"), ["UTC"]);
        assert_eq!(chosen("Etc/GMT+3"), ["Etc/GMT+3"]);
        if tz::db().available().count() > 1 {
            assert_eq!(chosen("Europe/Berlin"), ["Europe/Berlin"]);
        }
    }

    #[test]
    fn what_somebody_chose_can_be_kept_although_nobody_offers_it_any_more() {
        let chosen = Wishes { domains: vec!["a".into()], ..Wishes::default() };
        let was = Choosable { domains: vec!["a".parse().unwrap()], ..Choosable::default() };
        let chosen = chosen.checked(&was).unwrap();
        let choosable = choosable(&Following::default(), Some(&chosen));
        assert_eq!(choosable.domains, chosen.domains);
    }
}
