//! A reading as a card of the list.

use jiff::Timestamp;

use super::{time::Moment, words::counted};
use crate::{
    domain::{Address, Position, ReadingState, SAVED_PEER, minutes_left, reading_minutes},
    store::ReadingReport,
    web::{base::slug_in_address, here, say},
};

pub(super) struct ReadingRow {
    pub(super) story: i64,
    /// Our page of it, else where it was published; `None` where nobody knows that any more.
    pub(super) link: Option<String>,
    pub(super) title: String,
    pub(super) language: String,
    pub(super) peer_name: String,
    pub(super) peer_link: Option<String>,
    /// Where it was published, where the link leads elsewhere.
    pub(super) original: Option<String>,
    pub(super) minutes: Option<String>,
    pub(super) added: Moment,
    pub(super) finished: Option<Moment>,
    pub(super) snoozed: Option<Moment>,
    /// How far it is read, and where that goes on.
    pub(super) position: Option<(String, String)>,
    pub(super) tags: Vec<(String, String)>,
    /// As they are edited.
    pub(super) tags_text: String,
    /// Why there is no text of it.
    pub(super) reason: Option<String>,
    /// Whether it can be put off.
    pub(super) is_open: bool,
    pub(super) has_before: bool,
    pub(super) has_after: bool,
    pub(super) deeds: String,
}

impl ReadingRow {
    pub(super) fn of(
        report: &ReadingReport,
        has_before: bool,
        has_after: bool,
        now: Timestamp,
    ) -> Self {
        let reading = &report.reading;
        let page = report.entry.map(|it| format!("/entries/{it}"));
        let original = report.address.as_ref().map(Address::to_string);
        let tags: Vec<&str> = reading.tags.iter().map(crate::domain::Tag::as_str).collect();
        let tag = |it: &&str| (format!("#{it}"), format!("/list?tag={}", slug_in_address(it)));
        let is_finished = reading.state.is_finished();
        Self {
            story: reading.story.0,
            title: report.title.clone(),
            language: report.language.as_ref().map(ToString::to_string).unwrap_or_default(),
            peer_name: peer_name(report),
            peer_link: peer_link(report),
            original: original.clone().filter(|_| page.is_some()),
            minutes: minutes(report),
            added: Moment::past(reading.added, now),
            finished: reading.finished.map(|it| Moment::past(it, now)),
            snoozed: reading.snoozed_until.filter(|it| *it > now).map(Moment::day),
            position: position(report).filter(|_| !is_finished),
            tags: tags.iter().map(tag).collect(),
            tags_text: tags.join(" "),
            reason: reason(report),
            is_open: matches!(reading.state, ReadingState::Queued | ReadingState::Reading),
            has_before,
            has_after,
            deeds: here::deeds_of(reading.story),
            link: page.or(original),
        }
    }
}

/// Pages from outside are told by where they are.
fn peer_name(report: &ReadingReport) -> String {
    let is_saved = report.peer.as_deref() == Some(SAVED_PEER);
    let host = report.address.as_ref().filter(|_| is_saved || report.peer_name.is_empty());
    let host = host.map(|it| it.host().trim_start_matches("www.").to_owned());
    host.unwrap_or_else(|| report.peer_name.clone())
}

fn peer_link(report: &ReadingReport) -> Option<String> {
    let peer = report.peer.as_ref()?;
    Some(format!("/?peer={}", slug_in_address(peer)))
}

fn minutes(report: &ReadingReport) -> Option<String> {
    let share = report.reading.position.as_ref().map_or(0, Position::share);
    let minutes = minutes_left(reading_minutes(report.words), share);
    (minutes > 0).then(|| counted("web.reading-time", u64::from(minutes)))
}

fn position(report: &ReadingReport) -> Option<(String, String)> {
    let (entry, position) = (report.entry?, report.reading.position.as_ref()?);
    let percent = position.share() / 10;
    let told = say::fill("web.list.position", &[("n", &percent.to_string())]);
    (percent > 0).then(|| (told, format!("/entries/{entry}/continue")))
}

/// Only where there is nothing to read.
fn reason(report: &ReadingReport) -> Option<String> {
    let is_saved = report.peer.as_deref() == Some(SAVED_PEER);
    if report.words > 0 || !is_saved {
        return None;
    }
    let Some((state, reason)) = &report.article else {
        return Some(say::text("web.list.waits").to_owned());
    };
    if !state.has_news() {
        return Some(say::text("web.list.waits").to_owned());
    }
    let name = say::text(&format!("article.{}.name", state.as_str())).to_owned();
    match reason {
        Some(reason) => {
            Some(say::fill("web.list.not-fetched", &[("name", &name), ("reason", reason)]))
        }
        None => Some(name),
    }
}
