//! `peerscope journal import`: what was exported, and pages that were written or changed elsewhere.

use std::path::PathBuf;

use clap::Args;

use super::folder::read_arrival;
use crate::{
    cli::{
        Ending,
        output::{Output, count, harmless},
        start::Start,
    },
    domain::{Arrival, ConflictKind},
    reading,
    store::{ImportConflict, JournalImported, LedgerTaken, LeftOut},
};

#[derive(Debug, Args)]
pub(in crate::cli) struct Import {
    /// A folder or file of `peerscope journal export`, a folder of Markdown, or a page of it
    place: PathBuf,
    /// JSON instead of lines
    #[arg(long)]
    json: bool,
}

impl Import {
    pub(in crate::cli) async fn run(
        &self,
        start: Start,
        output: &Output,
    ) -> anyhow::Result<Ending> {
        let now = start.clock.now();
        let today = now.to_zoned(start.zone(output)).date();
        let arrival = read_arrival(&self.place, (now, today))?;
        let store = start.store().await?;
        let reader = start.reader(&store).await?;
        let report = reading::import_journal(&store, reader, &arrival, now).await?;
        store.close().await;
        if self.json {
            output.json(&report)?;
        } else {
            tell(&arrival, &report, output);
        }
        Ok(if report.conflicts.is_empty() { Ending::Well } else { Ending::Failed })
    }
}

fn tell(arrival: &Arrival, report: &JournalImported, output: &Output) {
    let told = [
        format!("{} new", count(report.new, "note", "notes")),
        format!("{} changed", report.changed),
        format!("{} as they were", report.known),
        count(report.highlights, "highlight", "highlights"),
        format!("{} on the list", count(report.readings, "story", "stories")),
    ];
    output.line(&told.join(", "));
    match report.ledger {
        LedgerTaken::None => {}
        LedgerTaken::Whole => output.note("the ledger goes on as it was"),
        LedgerTaken::Entered => output.note("what came was entered into the ledger here"),
        LedgerTaken::Broken => output.warning(
            "the ledger that came does not hold for the notes that came with it, so that they were \
             entered into a new one",
        ),
    }
    for (page, note) in &report.begun {
        output.note(&format!(
            "{} is note {note} now: export the folder anew, and remove that page",
            harmless(page)
        ));
    }
    for (page, keys) in &arrival.foreign {
        let keys = harmless(&keys.join(", "));
        output.warning(&format!("{}: nothing is kept of {keys}", harmless(page)));
    }
    if !arrival.without_page.is_empty() {
        let many = arrival.without_page.len() as u64;
        output.note(&format!(
            "{} without a page stay: `peerscope note --delete NUMBER` deletes one",
            count(many, "note", "notes")
        ));
    }
    for conflict in &report.conflicts {
        output.error(&told_conflict(conflict));
    }
}

fn told_conflict(ImportConflict { page, note, why }: &ImportConflict) -> String {
    let note = note.map(|it| format!("note {it}"));
    let page = page.as_ref().map(|it| harmless(it));
    let place = match (page, note) {
        (Some(page), Some(note)) => format!("{page} ({note})"),
        (one, other) => one.or(other).unwrap_or_default(),
    };
    let why = match why {
        LeftOut::Conflict(ConflictKind::OtherNote) => {
            "its number belongs to another note here; without `id` it is imported as a new note"
                .to_owned()
        }
        LeftOut::Conflict(ConflictKind::Apart { revision }) => format!(
            "it says something else here from revision {revision} on; without `id` it is imported \
             as a new note"
        ),
        LeftOut::Conflict(ConflictKind::ChangedMeanwhile { here, page }) => format!(
            "it was changed here meanwhile, and is at revision {here}; the page is of revision \
             {page}: bring what both say together, and write `revision: {here}` into the page"
        ),
        LeftOut::Refused { refused } => refused.to_string(),
    };
    format!("{place} was left out: {why}")
}
