//! `peerscope correct`: a reader's word against what was read of an entry.

use anyhow::bail;
use clap::{ArgGroup, Args};

use super::{
    Ending, named,
    output::{Output, harmless},
    start::Start,
};
use crate::{
    domain::{Correction, Kind, Role},
    reading,
};

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).args(["kind", "quote"]))]
pub(super) struct Correct {
    /// Number or address of the entry
    entry: String,
    /// deep-dive, case-study, postmortem, tutorial, release, news, people, promotion or opinion
    #[arg(long, value_parser = kind)]
    kind: Option<Kind>,
    /// A sentence of the article, or some words that only this one holds
    #[arg(long, requires = "role", conflicts_with = "kind")]
    quote: Option<String>,
    /// What the sentence is: challenge, approach, result, limitation or none
    #[arg(long, requires = "quote", value_parser = role)]
    role: Option<SentenceRole>,
}

/// `None` inside: no passage at all.
#[derive(Clone, Copy, Debug)]
struct SentenceRole(Option<Role>);

fn kind(word: &str) -> Result<Kind, String> {
    let kinds = Kind::ALL.map(Kind::as_str).join(", ");
    Kind::from_word(word).ok_or_else(|| format!("it is one of {kinds}"))
}

fn role(word: &str) -> Result<SentenceRole, String> {
    if word == "none" {
        return Ok(SentenceRole(None));
    }
    let roles = Role::ALL.map(Role::as_str).join(", ");
    let role = Role::from_word(word).ok_or_else(|| format!("it is one of {roles}, none"))?;
    Ok(SentenceRole(Some(role)))
}

impl Correct {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let store = start.store().await?;
        let entry = named::entry(&store, &self.entry).await?.entry.id;
        let (whose, now) = ((start.reader(&store).await?, entry), start.clock.now());
        let kept = match (self.kind, &self.quote, self.role) {
            (Some(kind), ..) => reading::correct_kind(&store, whose, kind, now).await?,
            (None, Some(quote), Some(SentenceRole(role))) => {
                reading::correct_role(&store, whose, quote, role, now).await?
            }
            _ => bail!("say the kind, or a quote and its role"),
        };
        store.close().await;
        start.index_follows().await?;
        tell(&kept, output);
        Ok(Ending::Well)
    }
}

/// One line, as lists show it too.
pub(super) fn tell(correction: &Correction, output: &Output) {
    let Correction { id, title, judgement, .. } = correction;
    let (said, should_be) = judgement.words();
    let title = output.strong(&harmless(title));
    output.line(&format!("{title}: {should_be}, not {said}  {}", output.faint(&id.to_string())));
    if let Some(quote) = judgement.quote() {
        output.line(&format!("  “{}”", harmless(quote)));
    }
}
