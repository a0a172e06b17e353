//! `peerscope search`: ranked hits with marked snippets, or JSON.

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::{
    Ending,
    output::{Output, count, harmless},
    search_told,
    start::{self, Start},
};
use crate::{
    domain::{Address, Entry, query::Query, story::place_name},
    reading::{self, Found, Hit, Wanted},
    search::{Snippet, Sort},
    store::Elsewhere,
    web::{self, api},
};

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Search {
    /// Words (all must match), "phrases", -without, one OR other, peer:NAME, title:WORD, kind:case-study, after:2025;
    /// quoted as a whole where the shell would take it apart
    #[arg(required = true, num_args = 1..)]
    query: Vec<String>,
    /// Only this peer (name or slug)
    #[arg(long, value_name = "PEER")]
    peer: Option<String>,
    /// Only peers of this domain
    #[arg(long)]
    domain: Option<String>,
    /// Only what came out since a year, month or day: 2025, 2025-03, 2025-03-01
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// Newest first instead of best first
    #[arg(long, conflicts_with = "sort")]
    newest: bool,
    /// In which order
    #[arg(long, value_enum, default_value_t)]
    sort: Order,
    /// Take misspelled words as they are
    #[arg(long)]
    verbatim: bool,
    /// Count what is found by peer, topic, year and language, and tell who wrote most about it
    #[arg(long)]
    counts: bool,
    /// Say of each hit why it stands where it stands
    #[arg(long)]
    explain: bool,
    /// JSON instead of lines
    #[arg(long)]
    json: bool,
    /// Hits to show at most
    #[arg(short = 'n', long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=100))]
    limit: u16,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Order {
    #[default]
    Relevance,
    Newest,
    Oldest,
}

impl Search {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let text = self.query.join(" ");
        let query = Query::parse(&text);
        let wanted = self.wanted(&start)?;
        let library = start.library().await?;
        let asker = start.asker(&library.store, output).await?;
        let found = reading::find(&library, &asker, query.clone(), &wanted).await?;
        let answered = found.corrected.clone().unwrap_or(query);
        let mut reasons = Vec::new();
        if self.explain {
            for hit in &found.hits {
                let id = hit.entry.id;
                let reason = reading::explain(&library, &asker, &answered, &wanted, id).await?;
                reasons.extend(reason.map(|it| (id, it)));
            }
        }
        if self.json {
            let reasons = reasons
                .iter()
                .map(|(id, reason)| api::ExplanationShape::of(&answered.to_string(), id.0, reason));
            let answer = api::SearchAnswer::of(&text, &found);
            output.json(&Explained { answer, explanations: reasons.collect() })?;
            return Ok(Ending::Well);
        }
        summarise(&text, &found, output);
        for hit in &found.hits {
            show(hit, output);
            for (_, reason) in reasons.iter().filter(|(id, _)| *id == hit.entry.id) {
                search_told::reason(reason, output);
            }
        }
        search_told::counts(&found, output);
        Ok(Ending::Well)
    }

    fn wanted(&self, start: &Start) -> anyhow::Result<Wanted> {
        let sort = match self.sort {
            _ if self.newest => Sort::Newest,
            Order::Relevance => Sort::Relevance,
            Order::Newest => Sort::Newest,
            Order::Oldest => Sort::Oldest,
        };
        Ok(Wanted {
            peer: self.peer.as_deref().map(start::slug_of).transpose()?,
            domain: self.domain.as_deref().map(start::slug_of).transpose()?,
            since: self.since.as_deref().map(web::since).transpose()?,
            sort,
            verbatim: self.verbatim,
            counts: self.counts,
            ..Wanted::best(usize::from(self.limit), start.clock.now())
        })
    }
}

/// An answer with the reasons for its order, where they were asked for.
#[derive(Serialize)]
struct Explained {
    #[serde(flatten)]
    answer: api::SearchAnswer,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    explanations: Vec<api::ExplanationShape>,
}

fn summarise(text: &str, found: &Found, output: &Output) {
    for notice in &found.notices {
        output.note(&notice.to_string());
    }
    let total = found.total as u64;
    let entries = count(total, "entry", "entries");
    if let Some(corrected) = &found.corrected {
        let instead = "`--verbatim` searches for what was written";
        output.note(&format!("nothing holds {text}; showing {corrected} ({instead})"));
    }
    if total == 0 {
        output.note(&format!("nothing found for {text}"));
    } else if found.relaxed {
        output.note(&format!("few entries match all words; {entries} with most of them"));
    } else {
        output.note(&entries);
    }
}

fn show(hit: &Hit, output: &Output) {
    let Hit { entry, title, snippet, elsewhere, verdict, quotes, .. } = hit;
    let day = entry.published.unwrap_or(entry.first_seen).strftime("%Y-%m-%d");
    output.line("");
    output.line(&output.strong(&marked(title, output)));
    let about = format!("{} · {day} · {}", harmless(&entry.peer_name), entry.id);
    let kind = verdict.map(|it| format!(" · {}, worth {}", it.kind.as_str(), it.worth.get()));
    output.line(&format!("  {}", output.faint(&(about + &kind.unwrap_or_default()))));
    let places = place_names(entry, elsewhere);
    if !places.is_empty() {
        output.line(&format!("  also at {}", harmless(&places.join(" · "))));
    }
    for quote in quotes {
        let role = output.faint(quote.role.as_str());
        output.line(&format!("  {role} {}", marked(&quote.text, output)));
    }
    if !snippet.text.is_empty() {
        output.line(&format!("  {}", marked(snippet, output)));
    }
    if let Some(link) = &entry.link {
        output.line(&format!("  {}", link.as_str()));
    }
}

/// Each place once, save the one that is shown.
fn place_names(entry: &Entry, elsewhere: &Elsewhere) -> Vec<String> {
    let shown = entry.link.as_ref().map(Address::key);
    let others = elsewhere.also_at.iter().filter(|it| it.link.as_ref().map(Address::key) != shown);
    let mut names: Vec<String> = Vec::new();
    for name in others.map(|it| place_name(it.link.as_ref(), &it.peer_name)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Marks survive only where cleaning took nothing away, so that no range points amiss.
fn marked(Snippet { text, marks }: &Snippet, output: &Output) -> String {
    let clean = harmless(text);
    if clean.len() == text.len() { output.marked(text, marks) } else { clean }
}
