//! `peerscope limits` and `peerscope trends`: what peers admit, and what they turn to.

use clap::Args;

use super::{
    Ending,
    landscape::tell_post,
    output::{Output, count, harmless},
    start::{Start, slug_of},
};
use crate::{
    domain::{Role, Trend, last_quarter},
    reading::{self, KnownRising, Scope, Subject},
    web::{self, api},
};

#[derive(Debug, Args)]
pub(super) struct Limits {
    /// On one topic, by name, or on any query
    #[arg(long, value_name = "TOPIC|QUERY")]
    topic: Option<String>,
    #[arg(long)]
    peer: Option<String>,
    /// Instead of the domains of feeds.toml
    #[arg(long)]
    domain: Option<String>,
    /// Published since this year, month or day: 2025, 2025-03, 2025-03-01
    #[arg(long)]
    since: Option<String>,
    #[arg(long, default_value_t = 20)]
    limit: usize,
    /// JSON instead of lines
    #[arg(long)]
    json: bool,
}

impl Limits {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let scope = Scope {
            domain: self.domain.as_deref().map(slug_of).transpose()?,
            peer: self.peer.as_deref().map(slug_of).transpose()?,
            year: None,
            since: self.since.as_deref().map(web::since).transpose()?,
        };
        let library = start.library().await?;
        let asker = start.asker(&library.store, output).await?;
        let subject = match &self.topic {
            Some(written) => Some(reading::subject_called(&library, &asker, written).await?),
            None => None,
        };
        let (part, now) = ((0, self.limit), start.clock.now());
        let found = reading::limits(&library, &asker, subject.as_ref(), &scope, part, now).await?;
        if self.json {
            output.json(&api::LimitList::of(&found))?;
            return Ok(Ending::Well);
        }
        for post in &found.posts {
            tell_post(post, &[Role::Limitation], output);
        }
        output.note(&count(found.total as u64, "story admits limits", "stories admit limits"));
        Ok(Ending::Well)
    }
}

#[derive(Debug, Args)]
pub(super) struct Trends {
    /// Instead of the domains of feeds.toml
    #[arg(long)]
    domain: Option<String>,
    /// JSON instead of lines
    #[arg(long)]
    json: bool,
}

impl Trends {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let domain = self.domain.as_deref().map(slug_of).transpose()?;
        let scope = Scope { domain, ..Scope::default() };
        let library = start.library().await?;
        let asker = start.asker(&library.store, output).await?;
        let now = start.clock.now();
        let trends =
            reading::trends(&library, &asker, &scope, &KnownRising::default(), now).await?;
        if self.json {
            output.json(&api::TrendList::of(&trends, now))?;
            return Ok(Ending::Well);
        }
        for row in trends.subjects.iter().chain(&trends.phrases) {
            tell_trend(row, output);
        }
        if !trends.has_year_before {
            output.note("the library holds nothing of the year before to compare with");
        }
        let since = last_quarter(now).strftime("%Y-%m-%d");
        let stories = count(trends.stories as u64, "story", "stories");
        output.note(&format!("{stories} since {since}, set against the year before"));
        Ok(Ending::Well)
    }
}

fn tell_trend((subject, trend): &(Subject, Trend), output: &Output) {
    let stories = count(trend.stories as u64, "story", "stories");
    let peers = count(trend.peers as u64, "peer", "peers");
    let usual = format!("usual: {:.1} by {:.1}", trend.usual_stories, trend.usual_peers);
    let name = harmless(&subject.name);
    let name = if trend.is_rising() { output.strong(&name) } else { name };
    let about = output.faint(&format!("{stories} by {peers}; {usual}"));
    output.line(&format!("×{:.1}  {name}  {about}", trend.rise));
}
