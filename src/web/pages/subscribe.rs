//! `/subscribe`: asking for issues at an address; `/confirm/…`: saying that one's own address was meant.

use askama::Template;
use axum::{
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode},
};

use super::{
    Frame,
    private::{TextPage, Told, frame, holder_of, private, void},
    tongue::Tongue,
    wishes::{WishForm, choosable, problem, sent},
    words::{Markup, rich},
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
    words: Tongue,
    address: String,
    form: WishForm,
}

pub(in crate::web) async fn subscribe(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Told {
    let asked = Params::lenient(query.as_deref());
    let words = asked.text("language").map_or_else(|| Tongue::asked_for(&headers), Tongue::of);
    if web.base_url().is_none() {
        return closed(&words);
    }
    let wishes = Wishes { language: words.language.to_owned(), ..Wishes::default() };
    let usual = wishes.checked(&choosable(&web.following(), None));
    let wishes = usual.map_or(wishes, |it| Wishes::of(&it));
    private(StatusCode::OK, &page(&web, &words, "", wishes, Vec::new()))
}

fn page(
    web: &Web,
    words: &Tongue,
    address: &str,
    wishes: Wishes,
    problems: Vec<Markup>,
) -> SubscribePage {
    let following = web.following();
    let choosable = choosable(&following, None);
    SubscribePage {
        frame: frame(words.text("digest.subscribe.heading")),
        words: words.clone(),
        address: address.to_owned(),
        form: WishForm { problems, ..WishForm::new(&following, &choosable, wishes, words, false) },
    }
}

/// Mails carry links, and there is nowhere for them to lead.
fn closed(words: &Tongue) -> Told {
    let heading = words.text("digest.subscribe.heading");
    let paragraphs = ["digest.closed.meaning", "digest.closed.step"];
    let paragraphs = paragraphs.iter().map(|key| rich(words.text(key))).collect();
    private(StatusCode::OK, &TextPage::new(words, heading, paragraphs))
}

/// The answer to whoever asks is the same whatever the address, and as soon.
pub(in crate::web) async fn post_subscribe(
    State(web): State<Web>,
    client: Client,
    sent_form: Bytes,
) -> Told {
    let text = String::from_utf8_lossy(&sent_form);
    let form = Params::lenient(Some(&text));
    let words = Tongue::of(form.text("language").unwrap_or_default());
    let Some(base) = web.base_url().cloned() else { return closed(&words) };
    let (typed, wishes) = (form.as_typed("address").trim(), sent(&form));
    let (address, preferences) = match read(&web, &words, typed, &wishes) {
        Ok(read) => read,
        Err(problems) => {
            let again = page(&web, &words, typed, wishes, problems);
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
    let heading = words.text("digest.asked.heading");
    let on_its_way = words.fill("digest.asked.meaning", &[("address", address.as_str())]);
    let paragraphs = vec![rich(&on_its_way), rich(words.text("digest.asked.step"))];
    TextPage::new(&words, heading, paragraphs).told()
}

fn read(
    web: &Web,
    words: &Tongue,
    typed: &str,
    wishes: &Wishes,
) -> Result<(MailAddress, Preferences), Vec<Markup>> {
    let address: Result<MailAddress, _> = typed.parse();
    let checked = wishes.checked(&choosable(&web.following(), None));
    match (address, checked) {
        (Ok(address), Ok(preferences)) => Ok((address, preferences)),
        (address, checked) => {
            let no_address = address.err().map(|_| rich(words.text("digest.wrong.address")));
            let wrong = checked.err().into_iter().flatten();
            let wrong = wrong.map(|it| problem(words, &it));
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
    let words = Tongue::of(holder.subscriber.preferences.language.as_str());
    let meaning = [("address", holder.address_text())];
    let meaning =
        words.fill("digest.confirm.meaning", &meaning.each_ref().map(|(a, b)| (*a, b.as_str())));
    TextPage::new(&words, words.text("digest.confirm.heading"), vec![rich(&meaning)])
        .with_button(&format!("/confirm/{token}"), words.text("digest.confirm.button"), false)
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
    let words = Tongue::of(subscriber.preferences.language.as_str());
    let signer = Signer::of(&web.library().store, None).await?;
    let when = rich(&words.fill("digest.confirmed.meaning", &rhythm(&words, subscriber).each()));
    TextPage::new(&words, words.text("digest.confirmed.heading"), vec![when])
        .with_link(&signer.preferences_path(subscriber), words.text("digest.confirmed.preferences"))
        .told()
}

/// When issues come, in words.
pub(super) struct Rhythm {
    day: String,
    at: String,
    zone: String,
}

pub(super) fn rhythm(words: &Tongue, subscriber: &Subscriber) -> Rhythm {
    let plan = &subscriber.preferences.plan;
    let number = crate::domain::DAYS.iter().position(|it| *it == plan.day).unwrap_or_default() + 1;
    Rhythm {
        day: words.fill(&format!("web.weekday.{number}"), &[]),
        at: plan.at.clone(),
        zone: plan.zone.replace('_', " "),
    }
}

impl Rhythm {
    pub(super) fn each(&self) -> [(&'static str, &str); 3] {
        [("day", &self.day), ("at", &self.at), ("zone", &self.zone)]
    }
}
