//! `peerscope list snooze`: puts stories out of sight until a day.

use clap::Args;

use crate::{
    cli::{
        Ending, named,
        output::{Output, harmless},
        start::Start,
    },
    domain::{Entry, ReadingChange, Snooze as Until, SnoozeChange},
    reading,
};

#[derive(Debug, Args)]
pub(super) struct Snooze {
    /// Numbers or addresses of entries
    #[arg(required = true)]
    entries: Vec<String>,
    /// `tomorrow`, `monday` (the next one) or a day like 2026-03-09, in the zone of the digest
    #[arg(long, value_name = "DAY", required_unless_present = "wake")]
    until: Option<String>,
    /// Back in sight at once
    #[arg(long, conflicts_with = "until")]
    wake: bool,
}

impl Snooze {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let now = start.clock.now();
        let zone = start.zone(output);
        let snooze = match &self.until {
            Some(day) => SnoozeChange::Until(day.parse::<Until>()?.until(now, &zone)?),
            None => SnoozeChange::Wake,
        };
        let change = ReadingChange { snooze, ..ReadingChange::default() };
        let library = start.store().await?;
        let reader = start.reader(&library).await?;
        for found in named::entries(&library, &self.entries).await? {
            let Entry { story, title, .. } = found.entry;
            let put = reading::put(&library, reader, story, change.clone(), now).await?;
            let title = output.strong(&harmless(&title));
            match put.reading.snoozed_until {
                Some(until) => {
                    let day = until.to_zoned(zone.clone()).date();
                    output.line(&format!("out of sight until {day}: {title}"));
                }
                None => output.line(&format!("in sight: {title}")),
            }
        }
        library.close().await;
        Ok(Ending::Well)
    }
}
