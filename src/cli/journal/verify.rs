//! `peerscope journal verify`: whether the journal is what its ledger says.

use anyhow::bail;
use clap::Args;
use serde::Serialize;

use crate::{
    cli::{
        Ending,
        output::{Output, count},
        start::Start,
    },
    domain::{
        FEWEST_HEAD_DIGITS, LedgerBreak, LedgerCheck, LedgerLine, head_digits, line_with_head,
    },
    messages,
};

#[derive(Debug, Args)]
pub(in crate::cli) struct Verify {
    /// A head as an issue of the digest printed it: says whether it is in the ledger, and where
    #[arg(long, value_name = "HASH")]
    head: Option<String>,
    /// JSON instead of lines
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    check: &'a LedgerCheck,
    /// The line of the head that was asked for.
    line: Option<&'a LedgerLine>,
}

impl Verify {
    pub(in crate::cli) async fn run(
        &self,
        start: Start,
        output: &Output,
    ) -> anyhow::Result<Ending> {
        let store = start.store().await?;
        let reader = start.reader(&store).await?;
        let check = store.check_ledger(reader).await?;
        let lines = store.ledger(reader).await?;
        let line = match &self.head {
            Some(written) => line_with_head(&lines, &digits(written)?),
            None => None,
        };
        if self.json {
            output.json(&Told { check: &check, line })?;
        } else {
            tell(&check, output);
            self.tell_head(line, output);
        }
        let is_known = self.head.is_none() || line.is_some();
        Ok(if check.is_sound() && is_known { Ending::Well } else { Ending::Failed })
    }

    fn tell_head(&self, line: Option<&LedgerLine>, output: &Output) {
        match (&self.head, line) {
            (None, _) => {}
            (Some(_), Some(line)) => {
                let day = line.at.strftime("%Y-%m-%d %H:%M:%S UTC");
                output.line(&format!("that head is line {}, of {day}", line.number));
            }
            (Some(written), None) => output.error(&format!(
                "no line has the head {}: this is another ledger than the one it was printed of",
                written.trim()
            )),
        }
    }
}

fn digits(written: &str) -> anyhow::Result<String> {
    match head_digits(written) {
        Some(digits) => Ok(digits),
        None => bail!(
            "`{written}` is no head of a ledger: write {FEWEST_HEAD_DIGITS} to 64 hexadecimal \
             digits, as the digest prints them"
        ),
    }
}

fn tell(check: &LedgerCheck, output: &Output) {
    let Some(head) = check.head else {
        if check.is_sound() {
            output.line("nothing was written yet, so that the ledger is empty");
            return;
        }
        tell_break(check.first_break.as_ref(), output);
        return;
    };
    let lines = count(check.lines, "line", "lines");
    let revisions = count(check.revisions, "revision", "revisions");
    let deleted = match check.deleted {
        0 => String::new(),
        some => format!(", and of {} the hashes", count(some, "deleted note", "deleted notes")),
    };
    if check.is_sound() {
        output.line(&format!("the journal is what its ledger says: {lines}, {revisions}{deleted}"));
    } else {
        tell_break(check.first_break.as_ref(), output);
    }
    output.line(&format!("head {}", head.hash));
}

fn tell_break(found: Option<&LedgerBreak>, output: &Output) {
    let Some(it) = found else { return };
    let what = messages::text(&format!("journal.break.{}", it.what.as_str())).to_owned();
    let number = it.number.map_or(String::new(), |it| format!("line {it}, "));
    let time =
        it.at.map_or(String::new(), |it| it.strftime(", of %Y-%m-%d %H:%M:%S UTC").to_string());
    let place = format!("{number}note {}, revision {}{time}", it.note, it.revision);
    output.error(&format!("the journal is not what its ledger says, first at {place}: {what}"));
}
