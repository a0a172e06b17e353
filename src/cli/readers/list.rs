//! `peerscope readers list`.

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;

use crate::{
    cli::{
        Ending,
        output::{Output, count, harmless},
        start::Start,
    },
    domain::ReaderRole,
    store::ReaderReport,
};

#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// JSON instead of lines
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Row {
    name: String,
    display_name: String,
    role: ReaderRole,
    has_password: bool,
    /// Whether what they care about is their own word, and not that of feeds.toml.
    has_profile: bool,
    made: Timestamp,
    sessions: u32,
    tokens: u32,
    /// When a session of theirs was used last.
    seen: Option<Timestamp>,
}

impl From<ReaderReport> for Row {
    fn from(report: ReaderReport) -> Self {
        let ReaderReport { reader, profile, has_password, made, sessions, tokens, seen } = report;
        Self {
            name: reader.name.to_string(),
            display_name: reader.display,
            role: reader.role,
            has_password,
            has_profile: profile.is_some(),
            made,
            sessions,
            tokens,
            seen,
        }
    }
}

impl List {
    pub(super) async fn run(&self, start: &Start, output: &Output) -> anyhow::Result<Ending> {
        let reports = start.store().await?.readers().await?;
        let rows: Vec<Row> = reports.into_iter().map(Into::into).collect();
        if self.json {
            output.json(&rows)?;
            return Ok(Ending::Well);
        }
        if rows.is_empty() {
            output.note("nobody has a login; `peerscope readers add NAME --admin` makes the first");
            return Ok(Ending::Well);
        }
        output.note(&count(rows.len() as u64, "reader", "readers"));
        let width = rows.iter().map(|it| it.name.chars().count()).max().unwrap_or_default();
        for row in &rows {
            let role = row.role.as_str();
            output.line(&format!("{:width$}  {role:6}  {}", row.name, about(row)));
        }
        Ok(Ending::Well)
    }
}

fn about(row: &Row) -> String {
    let mut parts = vec![harmless(&row.display_name)];
    if !row.has_password {
        parts.push("no password".to_owned());
    }
    parts.push(count(u64::from(row.sessions), "session", "sessions"));
    parts.push(count(u64::from(row.tokens), "token", "tokens"));
    if let Some(seen) = row.seen {
        parts.push(format!("seen {}", seen.strftime("%Y-%m-%d")));
    }
    parts.join(", ")
}
