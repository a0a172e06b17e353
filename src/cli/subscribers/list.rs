//! `peerscope subscribers list`.

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;

use super::name_of;
use crate::{
    cli::{
        Ending,
        output::{Output, count, harmless},
        start::Start,
    },
    domain::{MailAddress, Preferences, SubscriberState},
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
    fn of(report: SubscriberReport) -> Self {
        let SubscriberReport { subscriber, issues, last } = report;
        Self {
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
        let reports = start.store().await?.subscriber_reports().await?;
        if self.json {
            let rows: Vec<Row> = reports.into_iter().map(Row::of).collect();
            output.json(&rows)?;
            return Ok(Ending::Well);
        }
        output.note(&count(reports.len() as u64, "subscriber", "subscribers"));
        let names: Vec<String> =
            reports.iter().map(|it| harmless(&name_of(&it.subscriber))).collect();
        let width = names.iter().map(|it| it.chars().count()).max().unwrap_or_default();
        for (report, name) in reports.iter().zip(&names) {
            let state = report.subscriber.state.as_str();
            let line = format!("{name:width$}  {state:9}  {}", last(report));
            output.line(line.trim_end());
        }
        Ok(Ending::Well)
    }
}

/// `2026-W48 sent`.
fn last(report: &SubscriberReport) -> String {
    let Some(last) = &report.last else { return "no issue yet".to_owned() };
    let delivery = last.delivery.as_deref().unwrap_or("not by mail");
    format!("{} {delivery}", last.week)
}
