//! `peerscope politeness`: how each host was treated.

use std::fmt::Write as _;

use clap::Args;
use serde::Serialize;

use super::{
    Ending,
    output::{Output, bytes, count},
    start::Start,
};
use crate::{
    domain::{HostTally, day_of},
    store::HostReport,
};

#[derive(Debug, Args)]
pub(super) struct Politeness {
    /// Days to look back, today included
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=400))]
    days: u16,
    /// JSON instead of a table
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Outcome<'a> {
    days: u16,
    total: HostTally,
    hosts: Vec<HostOutcome<'a>>,
}

#[derive(Serialize)]
struct HostOutcome<'a> {
    host: &'a str,
    #[serde(flatten)]
    tally: HostTally,
}

impl<'a> HostOutcome<'a> {
    fn of(HostReport { host, tally }: &'a HostReport) -> Self {
        Self { host, tally: *tally }
    }
}

impl Politeness {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let library = start.library().await?;
        let first_day = day_of(start.clock.now()) - i64::from(self.days) + 1;
        let hosts = library.store.politeness_since(first_day).await?;
        let total = hosts.iter().fold(HostTally::default(), |mut sum, host| {
            sum += host.tally;
            sum
        });
        if self.json {
            let hosts = hosts.iter().map(HostOutcome::of).collect();
            output.json(&Outcome { days: self.days, total, hosts })?;
        } else {
            show(&hosts, &total, output);
        }
        Ok(Ending::Well)
    }
}

const HEAD: [&str; 9] = [
    "host",
    "requests",
    "conditional",
    "unchanged",
    "received",
    "saved",
    "waited",
    "robots.txt",
    "at once",
];

fn show(hosts: &[HostReport], total: &HostTally, output: &Output) {
    if hosts.is_empty() {
        output.note("nobody was asked for anything in these days");
        return;
    }
    let rows: Vec<[String; 9]> =
        hosts.iter().map(|it| cells(&it.host, &it.tally)).chain([cells("all", total)]).collect();
    let widths: Vec<usize> = (0..HEAD.len())
        .map(|at| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or_default())
        .zip(HEAD)
        .map(|(widest, head)| widest.max(head.chars().count()))
        .collect();
    output.line(&output.strong(&line(&HEAD.map(str::to_owned), &widths)));
    for row in &rows {
        output.line(&line(row, &widths));
    }
    output.note(&count(hosts.len() as u64, "host", "hosts"));
}

fn cells(host: &str, tally: &HostTally) -> [String; 9] {
    [
        host.to_owned(),
        tally.requests.to_string(),
        tally.conditional.to_string(),
        tally.unchanged.to_string(),
        bytes(tally.bytes),
        bytes(tally.saved_bytes),
        tally.waits_obeyed.to_string(),
        tally.robots_obeyed.to_string(),
        tally.most_at_once.to_string(),
    ]
}

/// The first cell to the left, numbers to the right.
fn line(cells: &[String; 9], widths: &[usize]) -> String {
    let mut line = format!("{:<width$}", cells[0], width = widths[0]);
    for (cell, width) in cells.iter().zip(widths).skip(1) {
        let _ = write!(line, "  {cell:>width$}");
    }
    line
}
