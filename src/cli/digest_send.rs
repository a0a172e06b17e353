//! `peerscope digest send`: sends what is due and what waits, says what would be sent, or sends an issue
//! once more.

use clap::Args;
use jiff::{Timestamp, tz::TimeZone};
use tokio::sync::watch;

use super::{
    Ending,
    output::{Output, count},
    start::Start,
};
use crate::{
    digest::{
        Composition, PostOffice, Sending, compose_due, keep_owner, keep_readers, send_once,
        send_waiting, whats_due,
    },
    domain::{Delivery, DeliveryState, Due, MailAddress, Subscriber},
    report::chain,
    store::Store,
};

#[derive(Debug, Args)]
pub(super) struct DigestSend {
    /// Say what would be sent to whom, and send nothing
    #[arg(long, conflicts_with = "to")]
    dry_run: bool,
    /// Send this week's issue to this address alone: once more, or as a trial
    #[arg(long, value_name = "ADDRESS")]
    to: Option<MailAddress>,
}

impl DigestSend {
    pub(super) async fn run(&self, start: Start, output: &Output) -> anyhow::Result<Ending> {
        let following = start.following(output)?.following;
        let post = start.post_office()?;
        let library = start.library().await?;
        let now = start.clock.now();
        let owner = start.settings.mail.digest_to.as_ref();
        if self.dry_run {
            return foresee(&library.store, &post, owner, now, output).await;
        }
        keep_owner(&library.store, &following, owner, now).await?;
        keep_readers(&library.store, &following, now).await?;
        if let Some(to) = &self.to {
            let trial = send_once(&library, &following, &post, to, now).await?;
            let how = if trial.is_fresh { " as a trial, which is kept nowhere" } else { "" };
            output.line(&format!("sent issue {} to {to}{how}: {}", trial.week, trial.answer));
            return Ok(Ending::Well);
        }
        let composition = compose_due(&library, &following, &post, now).await?;
        let stop = stop_at_interrupt();
        let sending = send_waiting(&library.store, &post, &start.clock, &stop).await?;
        tell(&composition, &sending, &post, output);
        Ok(if sending.trouble.is_none() { Ending::Well } else { Ending::Failed })
    }
}

/// Turns true at Ctrl-C: the mail under way is handed over, and the rest waits.
fn stop_at_interrupt() -> watch::Receiver<bool> {
    let (stopping, stop) = watch::channel(false);
    tokio::spawn(async move {
        let _ = tokio::signal::ctrl_c().await;
        stopping.send_replace(true);
    });
    stop
}

fn tell(composition: &Composition, sending: &Sending, post: &PostOffice, output: &Output) {
    let issues = |number: usize| count(number as u64, "issue", "issues");
    output.line(&format!("composed {}", issues(composition.composed.len())));
    if !composition.skipped.is_empty() {
        let skipped = issues(composition.skipped.len());
        output.line(&format!("left out {skipped} that were due too long ago"));
    }
    let sent = count(sending.sent, "mail", "mails");
    output.line(&format!("sent {sent} to {}", post.mailer.place()));
    for (number, what) in [
        (sending.refused, "refused for good"),
        (sending.later, "to be tried again"),
        (sending.given_up, "given up after days"),
        (sending.withdrawn, "not sent, since their receivers have left"),
    ] {
        if number > 0 {
            output.line(&format!("{} {what}", count(number, "mail", "mails")));
        }
    }
    if let Some(trouble) = &sending.trouble {
        output.error(&chain(trouble));
    }
}

/// One line a subscriber.
async fn foresee(
    store: &Store,
    post: &PostOffice,
    owner: Option<&MailAddress>,
    now: Timestamp,
    output: &Output,
) -> anyhow::Result<Ending> {
    let subscribers = store.subscribers().await?;
    output.note(&format!("mails go to {}; nothing is sent now", post.mailer.place()));
    if subscribers.iter().all(|it| it.reader.is_none()) {
        let owner = owner.map_or("the owner, on pages".to_owned(), ToString::to_string);
        output.line(&format!("{owner}: subscribed from the next start on"));
    }
    for subscriber in subscribers {
        let address = subscriber.address.as_ref().map(ToString::to_string);
        let address = address.unwrap_or_else(|| "the owner, on pages".to_owned());
        for delivery in store.deliveries(subscriber.id).await?.iter().filter(|it| is_open(it.state))
        {
            output.line(&format!("{address}: {}", waiting(delivery, &subscriber)));
        }
        output.line(&format!("{address}: {}", expected(&subscriber, now)));
    }
    Ok(Ending::Well)
}

fn is_open(state: DeliveryState) -> bool {
    matches!(state, DeliveryState::Waiting | DeliveryState::Sending)
}

fn waiting(delivery: &Delivery, subscriber: &Subscriber) -> String {
    let at = local(delivery.next_attempt, subscriber);
    let answer = delivery.answer.as_deref().map(|it| format!(" ({it})")).unwrap_or_default();
    match delivery.state {
        DeliveryState::Sending => format!("issue {} is being sent", delivery.week),
        _ if delivery.attempts == 0 => format!("issue {} waits to be sent", delivery.week),
        _ => format!("issue {} is tried again at {at}{answer}", delivery.week),
    }
}

fn expected(subscriber: &Subscriber, now: Timestamp) -> String {
    match whats_due(subscriber, now) {
        None => format!("receives nothing ({})", subscriber.state.as_str()),
        Some(Due::Now(slot)) => format!("issue {} would be composed now", slot.week),
        Some(Due::TooLate(slot)) => {
            format!("issue {} would be left out: it was due too long ago", slot.week)
        }
        Some(Due::At(next)) => format!("the next issue is due at {}", local(next, subscriber)),
    }
}

/// As the subscriber's clock shows it.
fn local(time: Timestamp, subscriber: &Subscriber) -> String {
    let zone = TimeZone::get(&subscriber.preferences.plan.zone).unwrap_or(TimeZone::UTC);
    time.to_zoned(zone).strftime("%Y-%m-%d %H:%M %Z").to_string()
}
