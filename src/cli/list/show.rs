//! The reading list as lines or JSON.

use super::Show;
use crate::{
    cli::{
        Ending,
        output::{Output, count, harmless},
        queue::tags_text,
        start::Start,
    },
    domain::ListOrder,
    reading::{self, ListAsk},
    store::{KeptPage, ListView, ReadingReport, ReadingsAsk},
    web::api,
};

impl Show {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        if self.by.is_none() && self.minutes.is_none() && !self.snoozed {
            return self.by_time(start, output).await;
        }
        let view = match self.state {
            _ if self.snoozed => ListView::Snoozed,
            Some(state) => ListView::State(state),
            None => ListView::Waiting,
        };
        let usual = if self.minutes.is_some() { ListOrder::Fit } else { ListOrder::Hand };
        let ask = ListAsk {
            tag: self.tag.clone(),
            order: self.by.unwrap_or(usual),
            minutes: self.minutes,
            limit: self.limit as usize,
            ..ListAsk::of(view)
        };
        let library = start.library().await?;
        let asker = start.asker(&library.store, output).await?;
        let list_part = reading::list_part(&library, &asker, &ask, start.clock.now()).await?;
        if self.json {
            output.json(&api::ReadingList::from(KeptPage { rows: list_part.rows, next: None }))?;
            return Ok(Ending::Well);
        }
        let stories = count(list_part.total as u64, "story", "stories");
        let minutes = count(u64::from(list_part.minutes), "minute", "minutes");
        output.note(&format!("{stories}, {minutes}"));
        if list_part.unknown > 0 {
            let unknown = count(list_part.unknown as u64, "story", "stories");
            output.note(&format!("nobody knows how long {unknown} of them takes"));
        }
        list_part.rows.iter().for_each(|it| show(it, output));
        Ok(Ending::Well)
    }

    async fn by_time(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let store = start.store().await?;
        let (state, tag, limit) = (self.state, self.tag.clone(), self.limit);
        let ask = ReadingsAsk { state, tag, before: None, limit };
        let page = store.readings(start.reader(&store).await?, &ask).await?;
        if self.json {
            output.json(&api::ReadingList::from(page))?;
            return Ok(Ending::Well);
        }
        match page.rows.len() as u64 {
            0 => output.note("nothing is on the list; `peerscope queue ENTRY` puts it there"),
            many if page.next.is_some() => {
                output.note(&format!("the latest {}", count(many, "story", "stories")));
            }
            all => output.note(&count(all, "story", "stories")),
        }
        page.rows.iter().for_each(|it| show(it, output));
        Ok(Ending::Well)
    }
}

pub(super) fn show(report: &ReadingReport, output: &Output) {
    let reading = &report.reading;
    output.line("");
    output.line(&output.strong(&harmless(&report.title)));
    let number = report.entry.map_or_else(|| "forgotten".to_owned(), |it| it.to_string());
    let day = reading.added.strftime("%Y-%m-%d");
    let peer = harmless(&report.peer_name);
    let about = format!("{} · {day} · {peer} · {number}", reading.state.as_str());
    output.line(&format!("  {}", output.faint(&(about + &tags_text(&reading.tags)))));
    if let Some(until) = reading.snoozed_until {
        output.line(&format!("  {}", output.faint(&format!("out of sight until {until}"))));
    }
    if let Some((state, Some(reason))) = report.article.as_ref().filter(|it| it.0.has_news()) {
        let told = format!("{}: {}", state.as_str(), harmless(reason));
        output.line(&format!("  {}", output.faint(&told)));
    }
    if let Some(address) = &report.address {
        output.line(&format!("  {}", address.as_str()));
    }
}
