//! `peerscope landscape`: which peers wrote about what, and what each says on one subject.

use clap::Args;

use super::{
    Ending,
    output::{Output, count, harmless},
    start::{Start, slug_of},
};
use crate::{
    domain::{Cell, Role},
    messages,
    reading::{self, Counting, OnSubject, Part, Quoted, Scope, Subject, Surveyed},
    web::api,
};

#[derive(Debug, Args)]
pub(super) struct Landscape {
    /// What the peers say on one topic, by name, or on any query
    #[arg(long, value_name = "TOPIC|QUERY")]
    topic: Option<String>,
    /// Instead of the domains of feeds.toml
    #[arg(long)]
    domain: Option<String>,
    #[arg(long)]
    peer: Option<String>,
    #[arg(long, value_parser = clap::value_parser!(i16).range(1..))]
    year: Option<i16>,
    /// Count all posts, not only those that tell of challenges
    #[arg(long)]
    everything: bool,
    /// Posts on a topic that are shown
    #[arg(long, default_value_t = 20, requires = "topic")]
    limit: usize,
    /// JSON instead of lines
    #[arg(long)]
    json: bool,
}

impl Landscape {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let library = start.library().await?;
        let asker = start.asker(&library.store, output).await?;
        let scope = Scope {
            domain: self.domain.as_deref().map(slug_of).transpose()?,
            peer: self.peer.as_deref().map(slug_of).transpose()?,
            year: self.year,
            since: None,
        };
        let counting = if self.everything { Counting::Everything } else { Counting::Substance };
        let now = start.clock.now();
        if let Some(written) = &self.topic {
            let subject = reading::subject_called(&library, &asker, written).await?;
            let part = Part { offset: 0, limit: self.limit, oldest_first: false };
            let scope = (&scope, counting);
            let found = reading::on_subject(&library, &asker, &subject, scope, part, now).await?;
            return self.tell_subject(&subject, &found, output);
        }
        let surveyed = reading::landscape(&library, &asker, &scope, counting, now).await?;
        if self.json {
            output.json(&api::LandscapeShape::of(&surveyed))?;
        } else {
            tell(&surveyed, output);
        }
        Ok(Ending::Well)
    }

    fn tell_subject(
        &self,
        subject: &Subject,
        found: &OnSubject,
        output: &Output,
    ) -> anyhow::Result<Ending> {
        if self.json {
            output.json(&api::SubjectShape::of(subject, found))?;
            return Ok(Ending::Well);
        }
        for post in &found.posts {
            tell_post(post, &Role::ALL, output);
        }
        let stories = count(found.total as u64, "story", "stories");
        let peers = count(found.with_posts as u64, "peer", "peers");
        output.note(&format!("{stories} by {peers}"));
        Ok(Ending::Well)
    }
}

/// A subject a paragraph, a peer a line.
fn tell(surveyed: &Surveyed, output: &Output) {
    let Surveyed { subjects, landscape, peer_names, entries, .. } = surveyed;
    for (subject, row) in subjects.iter().zip(&landscape.rows) {
        let stories = row.all.as_ref().map_or(0, |it| it.stories);
        let about = count(stories as u64, "story", "stories");
        let name = output.strong(&harmless(&subject.name));
        output.line(&format!("{name}  {}", output.faint(&about)));
        let cells = landscape.peers.iter().zip(&row.cells);
        let mut cells: Vec<(&String, &Cell)> =
            cells.filter_map(|(peer, cell)| Some((peer, cell.as_ref()?))).collect();
        cells.sort_by_key(|(_, cell)| std::cmp::Reverse(cell.stories));
        for (peer, cell) in cells {
            let name = peer_names.get(peer).unwrap_or(peer);
            let best = entries.get(&cell.best).map_or("", |it| it.title.as_str());
            let line = format!("{:>4}  {name}: {best} ({})", cell.stories, cell.best);
            output.line(&harmless(&line));
        }
    }
    if subjects.is_empty() {
        output.note("there is nothing to show yet; write topics or interests into feeds.toml");
    } else if surveyed.is_by_phrases() {
        output.note("these are phrases of the posts; topics and interests of feeds.toml go before");
    }
}

/// A post with its quotes.
pub(super) fn tell_post(Quoted { entry, insight, .. }: &Quoted, roles: &[Role], output: &Output) {
    let day = entry.published.unwrap_or(entry.ordered).strftime("%Y-%m-%d");
    let kind = insight.verdict.map_or(String::new(), |it| format!(" · {}", it.kind.as_str()));
    let about = format!("{} · {day}{kind} · {}", entry.peer_name, entry.id);
    output.line(&output.strong(&harmless(&entry.title)));
    output.line(&format!("  {}", output.faint(&harmless(&about))));
    for role in roles {
        let name = messages::text(&format!("role.{}", role.as_str())).to_lowercase();
        for passage in insight.passages.iter().filter(|it| it.role == *role) {
            let name = output.faint(&format!("{name:>10}:"));
            output.line(&format!("  {name} {}", harmless(&passage.text)));
        }
    }
}
