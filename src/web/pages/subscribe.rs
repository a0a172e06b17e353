//! `/subscribe`: asking for issues at an address; `/confirm/…`: saying that one's own address was meant.

use askama::Template;
use axum::{
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode},
};

use super::{
    Frame,
    private::{Note, Told, frame, holder_of, private, void},
    spoken::Spoken,
    wishes::{WishForm, offer, problem, sent},
    words::rich,
};
use crate::{
    digest::{self, Holder, Signer},
    domain::{
        Admission, LinkPurpose, MailAddress, Preferences, Subscriber, SubscriberState, Wishes,
    },
    web::{Web, client::Client, params::Params, problem::Problem},
};

#[derive(Template)]
#[template(path = "subscribe.html")]
struct SubscribePage {
    frame: Frame,
    spoken: Spoken,
    address: String,
    form: WishForm,
}

pub(in crate::web) async fn subscribe(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Told {
    let asked = Params::lenient(query.as_deref());
    let spoken = asked.text("language").map_or_else(|| Spoken::asked_for(&headers), Spoken::of);
    if web.base_url().is_none() {
        return closed(&spoken);
    }
    let wishes = Wishes { language: spoken.language.to_owned(), ..Wishes::default() };
    let usual = wishes.checked(&offer(&web.following(), None));
    let wishes = usual.map_or(wishes, |it| Wishes::of(&it));
    private(StatusCode::OK, &page(&web, &spoken, "", wishes, Vec::new()))
}

fn page(
    web: &Web,
    spoken: &Spoken,
    address: &str,
    wishes: Wishes,
    problems: Vec<String>,
) -> SubscribePage {
    let following = web.following();
    let offer = offer(&following, None);
    SubscribePage {
        frame: frame(spoken.text("digest.subscribe.heading")),
        spoken: spoken.clone(),
        address: address.to_owned(),
        form: WishForm { problems, ..WishForm::new(&following, &offer, wishes, spoken, false) },
    }
}

/// Mails carry links, and there is nowhere for them to lead.
fn closed(spoken: &Spoken) -> Told {
    let heading = spoken.text("digest.subscribe.heading");
    let paragraphs = ["digest.closed.meaning", "digest.closed.step"];
    let paragraphs = paragraphs.iter().map(|key| rich(spoken.text(key))).collect();
    private(StatusCode::OK, &Note::new(spoken, heading, paragraphs))
}

/// The answer to whoever asks is the same whatever the address, and as soon.
pub(in crate::web) async fn post_subscribe(
    State(web): State<Web>,
    client: Client,
    sent_form: Bytes,
) -> Told {
    let text = String::from_utf8_lossy(&sent_form);
    let form = Params::lenient(Some(&text));
    let spoken = Spoken::of(form.text("language").unwrap_or_default());
    let Some(base) = web.base_url().cloned() else { return closed(&spoken) };
    let (typed, wishes) = (form.as_typed("address").trim(), sent(&form));
    let (address, preferences) = match read(&web, &spoken, typed, &wishes) {
        Ok(read) => read,
        Err(problems) => {
            let again = page(&web, &spoken, typed, wishes, problems);
            return private(StatusCode::BAD_REQUEST, &again);
        }
    };
    match web.admit(&client.0, &address) {
        Admission::TooMany { wait } => {
            return Err(Problem::TooOften { wait_seconds: wait.as_secs() + 1 });
        }
        Admission::Enough => {}
        Admission::Admitted => {
            let store = &web.library().store;
            let signer = Signer::of(store, Some(base)).await?;
            digest::ask(store, &signer, address.clone(), preferences, web.clock().now()).await?;
        }
    }
    let heading = spoken.text("digest.asked.heading");
    let on_its_way = spoken.fill("digest.asked.meaning", &[("address", address.as_str())]);
    let paragraphs = vec![rich(&on_its_way), rich(spoken.text("digest.asked.step"))];
    Note::new(&spoken, heading, paragraphs).told()
}

fn read(
    web: &Web,
    spoken: &Spoken,
    typed: &str,
    wishes: &Wishes,
) -> Result<(MailAddress, Preferences), Vec<String>> {
    let address: Result<MailAddress, _> = typed.parse();
    let checked = wishes.checked(&offer(&web.following(), None));
    match (address, checked) {
        (Ok(address), Ok(preferences)) => Ok((address, preferences)),
        (address, checked) => {
            let no_address = address.err().map(|_| spoken.fill("digest.wrong.address", &[]));
            let wrong = checked.err().into_iter().flatten();
            let wrong = wrong.map(|it| problem(spoken, &it));
            Err(no_address.into_iter().chain(wrong).collect())
        }
    }
}

/// Shows a button and changes nothing: programs that look for harm follow every link in a mail.
pub(in crate::web) async fn confirm(
    State(web): State<Web>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Told {
    let Some(holder) = holder_of(&web, LinkPurpose::Confirm, &token).await? else {
        return void(&headers);
    };
    if holder.subscriber.state == SubscriberState::Active {
        return confirmed(&web, &holder.subscriber).await;
    }
    let spoken = Spoken::of(holder.subscriber.preferences.language.as_str());
    let meaning = [("address", holder.address_text())];
    let meaning =
        spoken.fill("digest.confirm.meaning", &meaning.each_ref().map(|(a, b)| (*a, b.as_str())));
    Note::new(&spoken, spoken.text("digest.confirm.heading"), vec![rich(&meaning)])
        .with_button(&format!("/confirm/{token}"), spoken.text("digest.confirm.button"), false)
        .told()
}

pub(in crate::web) async fn post_confirm(
    State(web): State<Web>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Told {
    let Some(holder) = holder_of(&web, LinkPurpose::Confirm, &token).await? else {
        return void(&headers);
    };
    let store = &web.library().store;
    if holder.subscriber.state != SubscriberState::Active {
        digest::confirm(store, &holder, web.clock().now()).await?;
    }
    let Some(Holder { subscriber, .. }) = holder_of(&web, LinkPurpose::Confirm, &token).await?
    else {
        return void(&headers);
    };
    confirmed(&web, &subscriber).await
}

async fn confirmed(web: &Web, subscriber: &Subscriber) -> Told {
    let spoken = Spoken::of(subscriber.preferences.language.as_str());
    let signer = Signer::of(&web.library().store, None).await?;
    let when = rich(&spoken.fill("digest.confirmed.meaning", &rhythm(&spoken, subscriber).each()));
    Note::new(&spoken, spoken.text("digest.confirmed.heading"), vec![when])
        .with_link(
            &signer.preferences_path(subscriber),
            spoken.text("digest.confirmed.preferences"),
        )
        .told()
}

/// When issues come, in words.
pub(super) struct Rhythm {
    day: String,
    at: String,
    zone: String,
}

pub(super) fn rhythm(spoken: &Spoken, subscriber: &Subscriber) -> Rhythm {
    let plan = &subscriber.preferences.plan;
    let number = crate::domain::DAYS.iter().position(|it| *it == plan.day).unwrap_or_default() + 1;
    Rhythm {
        day: spoken.fill(&format!("digest.day.{number}"), &[]),
        at: plan.at.clone(),
        zone: plan.zone.replace('_', " "),
    }
}

impl Rhythm {
    pub(super) fn each(&self) -> [(&'static str, &str); 3] {
        [("day", &self.day), ("at", &self.at), ("zone", &self.zone)]
    }
}
