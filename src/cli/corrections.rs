//! `peerscope corrections`: what a reader corrected: listed, exported for training, taken back.

use std::collections::BTreeMap;

use anyhow::bail;
use clap::Args;
use serde::Serialize;

use super::{
    Ending, correct, named,
    output::{Output, count},
    start::Start,
};
use crate::{
    domain::{Address, Correction, CorrectionId, Digest, EntryId, Judgement, ReaderId, counting},
    extract,
    insight::sentences_of,
    reading,
    store::{CorrectionsAsk, Store},
    web::api,
};

#[derive(Debug, Args)]
pub(super) struct Corrections {
    /// Only those of this entry (number or address)
    #[arg(long)]
    entry: Option<String>,
    /// Everything as JSON lines, in the layout in which the model is trained
    #[arg(long, conflicts_with_all = ["entry", "json", "limit"])]
    export: bool,
    /// Take the correction with this number back: what was said before counts again
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["entry", "export", "json", "limit"])]
    undo: Option<i64>,
    /// JSON instead of lines
    #[arg(long)]
    json: bool,
    /// Corrections to show at most
    #[arg(short = 'n', long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
}

impl Corrections {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let store = start.store().await?;
        let reader = start.reader(&store).await?;
        if let Some(number) = self.undo {
            undo(&store, reader, number, output).await?;
        } else if self.export {
            export(&store, reader, output).await?;
        } else {
            self.list(&store, reader, output).await?;
        }
        store.close().await;
        if self.undo.is_some() {
            start.index_follows().await?;
        }
        Ok(Ending::Well)
    }

    async fn list(&self, store: &Store, reader: ReaderId, output: &Output) -> anyhow::Result<()> {
        let entry = match &self.entry {
            None => None,
            // A number may be that of an entry which is gone.
            Some(written) => match written.parse() {
                Ok(number) => Some(EntryId(number)),
                Err(_) => Some(named::entry(store, written).await?.entry.id),
            },
        };
        let ask = CorrectionsAsk { entry, before: None, limit: self.limit };
        let page = store.corrections(reader, &ask).await?;
        if self.json {
            return output.json(&api::CorrectionList::from(page));
        }
        let number = count(page.rows.len() as u64, "correction", "corrections");
        output.note(&if page.next.is_some() { format!("the latest {number}") } else { number });
        for correction in &page.rows {
            correct::tell(correction, output);
        }
        Ok(())
    }
}

async fn undo(store: &Store, reader: ReaderId, number: i64, output: &Output) -> anyhow::Result<()> {
    if !reading::take_back(store, reader, CorrectionId(number)).await? {
        bail!("there is no correction {number}; `peerscope corrections` shows their numbers");
    }
    output.line(&format!("took correction {number} back"));
    Ok(())
}

/// A line of the labels that a model is trained on.
#[derive(Serialize)]
struct Label {
    /// The same for the same address, in any installation.
    id: String,
    url: Option<Address>,
    org: String,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sentences: Vec<SentenceLabel>,
}

#[derive(Serialize)]
struct SentenceLabel {
    /// Among the sentences of the article, from 0 on, where it still holds this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<usize>,
    text: String,
    role: &'static str,
}

async fn export(store: &Store, reader: ReaderId, output: &Output) -> anyhow::Result<()> {
    let mut entries: BTreeMap<EntryId, Vec<Correction>> = BTreeMap::new();
    for correction in counting(all(store, reader).await?) {
        entries.entry(correction.entry).or_default().push(correction);
    }
    for corrections in entries.into_values() {
        let label = label(store, corrections).await?;
        output.line(&serde_json::to_string(&label)?);
    }
    Ok(())
}

/// Oldest first.
async fn all(store: &Store, reader: ReaderId) -> anyhow::Result<Vec<Correction>> {
    let ask = CorrectionsAsk { limit: u32::MAX, ..CorrectionsAsk::default() };
    let mut rows = store.corrections(reader, &ask).await?.rows;
    rows.reverse();
    Ok(rows)
}

/// All that is said of one entry.
async fn label(store: &Store, corrections: Vec<Correction>) -> anyhow::Result<Label> {
    let last = &corrections[corrections.len() - 1];
    let known = last.address.as_ref().map_or(last.title.as_str(), Address::as_str);
    let id = Digest::of([known.as_bytes()]).0.chars().take(16).collect();
    let (url, org) = (last.address.clone(), last.peer_name.clone());
    let title = last.title.clone();
    let html = store.entry(last.entry).await?.map(|it| it.html).unwrap_or_default();
    let blocks = extract::blocks_of(&html);
    let of_article = sentences_of(&blocks);
    let mut label = Label { id, url, org, title, kind: None, sentences: Vec::new() };
    for Correction { judgement, .. } in corrections {
        let (_, should_be) = judgement.words();
        match judgement {
            Judgement::Kind { .. } => label.kind = Some(should_be),
            Judgement::Role { quote: text, .. } => {
                let index = of_article.iter().position(|it| it.text == text);
                label.sentences.push(SentenceLabel { index, text, role: should_be });
            }
        }
    }
    Ok(label)
}
