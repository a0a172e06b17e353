//! `peerscope show`: what an entry is about, at a glance.

use clap::Args;

use super::{
    Ending, named,
    output::{Output, harmless},
    start::Start,
};
use crate::{
    domain::{Entry, Insight, Role, reading_minutes},
    web::api,
};

#[derive(Debug, Args)]
pub(super) struct Show {
    /// Number or address of the entry
    entry: String,
    /// JSON instead of lines
    #[arg(long)]
    json: bool,
}

impl Show {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let store = start.store().await?;
        let entry = named::entry(&store, &self.entry).await?.entry;
        let insight = store.insights(&[entry.id]).await?.remove(&entry.id);
        store.close().await;
        if self.json {
            output.json(&api::InsightShape::of(entry.id, insight))?;
            return Ok(Ending::Well);
        }
        head(&entry, insight.as_ref(), output);
        match insight {
            Some(insight) => quotes(&insight, output),
            None => output.note(
                "nothing has read this entry yet: `serve` and `crawl` do, `peerscope reread` now",
            ),
        }
        Ok(Ending::Well)
    }
}

fn head(entry: &Entry, insight: Option<&Insight>, output: &Output) {
    output.line(&output.strong(&harmless(&entry.title)));
    let mut about = vec![harmless(&entry.peer_name)];
    about.extend(entry.published.map(|it| it.strftime("%Y-%m-%d").to_string()));
    if let Some(verdict) = insight.and_then(|it| it.verdict) {
        about.push(verdict.kind.as_str().to_owned());
        about.push(format!("worth {} of 3", verdict.worth.get()));
    }
    about.push(format!("{} min", reading_minutes(entry.words)));
    about.push(entry.id.to_string());
    output.line(&format!("  {}", output.faint(&about.join(" · "))));
    if let Some(link) = &entry.link {
        output.line(&format!("  {}", link.as_str()));
    }
}

/// By role, each in reading order.
fn quotes(insight: &Insight, output: &Output) {
    for role in Role::ALL {
        let mut of_role = insight.passages.iter().filter(|it| it.role == role).peekable();
        if of_role.peek().is_some() {
            output.line("");
            output.line(&output.strong(role.as_str()));
        }
        for passage in of_role {
            output.line(&format!("  “{}”", harmless(&passage.text)));
        }
    }
    let phrases: Vec<String> = insight.phrases.iter().map(|it| harmless(&it.text)).collect();
    let measures: Vec<String> = insight.measures.iter().map(|it| harmless(&it.text)).collect();
    for (name, parts) in [("measures", measures), ("about", phrases)] {
        if !parts.is_empty() {
            output.line("");
            output.line(&format!("{}  {}", output.strong(name), parts.join(" · ")));
        }
    }
}
