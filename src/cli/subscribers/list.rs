//! `peerscope subscribers list`.

use clap::Args;
use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;

use super::name_of;
use crate::{
    cli::{
        Ending,
        output::{Output, count, harmless},
        start::Start,
    },
    domain::{Due, MailAddress, Preferences, Schedule, Subscriber, SubscriberState},
    store::SubscriberReport,
};

#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// JSON instead of lines
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Row {
    address: Option<MailAddress>,
    /// When the next issue is due.
    next: Option<Timestamp>,
    /// Whether the issues tell of the list and journal of this installation's reader.
    is_reader: bool,
    state: SubscriberState,
    preferences: Preferences,
    made: Timestamp,
    confirmed: Option<Timestamp>,
    issues: u32,
    last: Option<Last>,
}

#[derive(Serialize)]
struct Last {
    week: String,
    delivery: Option<String>,
}

impl Row {
    fn of(report: SubscriberReport, now: Timestamp) -> Self {
        let SubscriberReport { subscriber, issues, last } = report;
        Self {
            next: next(&subscriber, now),
            address: subscriber.address,
            is_reader: subscriber.reader.is_some(),
            state: subscriber.state,
            preferences: subscriber.preferences,
            made: subscriber.made,
            confirmed: subscriber.confirmed,
            issues,
            last: last.map(|it| Last { week: it.week.to_string(), delivery: it.delivery }),
        }
    }
}

impl List {
    pub(super) async fn run(&self, start: &Start, output: &Output) -> anyhow::Result<Ending> {
        let (now, reports) = (start.clock.now(), start.store().await?.subscriber_reports().await?);
        if self.json {
            let rows: Vec<Row> = reports.into_iter().map(|it| Row::of(it, now)).collect();
            output.json(&rows)?;
            return Ok(Ending::Well);
        }
        output.note(&count(reports.len() as u64, "subscriber", "subscribers"));
        let names: Vec<String> =
            reports.iter().map(|it| harmless(&name_of(&it.subscriber))).collect();
        let width = names.iter().map(|it| it.chars().count()).max().unwrap_or_default();
        for (report, name) in reports.iter().zip(&names) {
            let state = report.subscriber.state.as_str();
            output.line(&format!("{name:width$}  {state:9}  {}", last(report)));
            if let Some(next) = next(&report.subscriber, now) {
                let next = local(&report.subscriber, next);
                output.line(&format!("{:width$}  {}", "", output.faint(&next)));
            }
        }
        Ok(Ending::Well)
    }
}

/// When the next issue is due; `None` where none is.
fn next(subscriber: &Subscriber, now: Timestamp) -> Option<Timestamp> {
    if subscriber.state != SubscriberState::Active {
        return None;
    }
    let schedule = Schedule::of(&subscriber.preferences.plan).ok()?;
    let since = subscriber.confirmed.unwrap_or(subscriber.made);
    Some(match schedule.due(since, subscriber.slot, now) {
        Due::At(next) => next,
        Due::Now(slot) => slot.at,
        Due::TooLate(_) => schedule.next(now).at,
    })
}

/// `next on Monday 2026-11-30 at 08:00 (Europe/Berlin)`.
fn local(subscriber: &Subscriber, time: Timestamp) -> String {
    let zone = &subscriber.preferences.plan.zone;
    let local = time.to_zoned(TimeZone::get(zone).unwrap_or(TimeZone::UTC));
    format!("next on {} ({zone})", local.strftime("%A %Y-%m-%d at %H:%M"))
}

/// `2026-W48 sent`.
fn last(report: &SubscriberReport) -> String {
    let Some(last) = &report.last else { return "no issue yet".to_owned() };
    let delivery = last.delivery.as_deref().unwrap_or("not by mail");
    format!("{} {delivery}", last.week)
}
