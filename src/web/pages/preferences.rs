//! `/preferences/…`: everything that a subscriber can see, change, take along or have erased.

use askama::Template;
use axum::{
    Json,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};
use jiff::Timestamp;
use serde::Serialize;

use super::{
    Frame,
    private::{TextPage, Told, frame, holder_of, on_to, private, void},
    subscribe::rhythm,
    tongue::Tongue,
    wishes::{WishForm, choosable, problem, sent},
    words::{Markup, rich},
};
use crate::{
    digest::{self, Signer},
    domain::{
        Admission, Asked, Issue, LinkPurpose, MailAddress, Preferences, ReaderId, ReaderProfile,
        Subscriber, SubscriberState, Wishes,
    },
    store::{DeliveryRecord, LetterReport, SubscriberRecord},
    web::{Web, client::Client, params::Params, problem::Problem},
};

#[derive(Template)]
#[template(path = "preferences.html")]
struct PreferencesPage {
    frame: Frame,
    words: Tongue,
    path: String,
    /// That something was done.
    done: Option<String>,
    standing: Markup,
    /// That another address waits for being confirmed.
    waiting: Option<Markup>,
    /// What was typed as another address.
    address: String,
    /// `None` for the owner of this installation, whose habits stand in `feeds.toml`.
    form: Option<WishForm>,
    is_left: bool,
    unsubscribe: String,
}

/// What was sent, and what is wrong with it.
#[derive(Default)]
struct Draft {
    wishes: Option<Wishes>,
    address: String,
    problems: Vec<Markup>,
}

/// What can have been done, as the address says it.
const DONE: [&str; 3] = ["saved", "links", "moved"];

pub(in crate::web) async fn preferences(
    State(web): State<Web>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Told {
    let Some(holder) = holder_of(&web, LinkPurpose::Preferences, &token).await? else {
        return void(&headers);
    };
    let asked = Params::lenient(query.as_deref());
    let done = DONE.into_iter().find(|it| asked.text("done") == Some(*it));
    let page = page(&web, &holder.subscriber, done, Draft::default()).await?;
    private(StatusCode::OK, &page)
}

async fn page(
    web: &Web,
    subscriber: &Subscriber,
    done: Option<&str>,
    draft: Draft,
) -> Result<PreferencesPage, Problem> {
    let store = &web.library().store;
    let words = Tongue::of(subscriber.preferences.language.as_str());
    let signer = Signer::of(store, None).await?;
    let following = web.following();
    let choosable = choosable(&following, Some(&subscriber.preferences));
    let wishes = draft.wishes.unwrap_or_else(|| Wishes::of(&subscriber.preferences));
    let waiting = store.asked(subscriber.id).await?.address;
    let waiting = waiting
        .map(|it| rich(&words.fill("digest.preferences.waiting", &[("address", it.as_str())])));
    let form = WishForm {
        problems: draft.problems,
        ..WishForm::new(&following, &choosable, wishes, &words, true)
    };
    Ok(PreferencesPage {
        frame: frame(words.text("digest.preferences.heading")),
        path: signer.preferences_path(subscriber),
        done: done.map(|it| words.fill(&format!("digest.done.{it}"), &[])),
        standing: standing(&words, subscriber),
        waiting,
        address: draft.address,
        form: (subscriber.reader != Some(ReaderId::ONLY)).then_some(form),
        is_left: subscriber.state == SubscriberState::Left,
        unsubscribe: signer.unsubscribe_path(subscriber),
        words,
    })
}

/// Whether issues come, where and when.
fn standing(words: &Tongue, subscriber: &Subscriber) -> Markup {
    let address = subscriber.address.as_ref().map(ToString::to_string).unwrap_or_default();
    let rhythm = rhythm(words, subscriber);
    let [day, at, zone] = rhythm.each();
    let key = format!("digest.standing.{}", subscriber.state.as_str());
    rich(&words.fill(&key, &[("address", address.as_str()), day, at, zone]))
}

pub(in crate::web) async fn post_preferences(
    State(web): State<Web>,
    Path(token): Path<String>,
    headers: HeaderMap,
    sent_form: Bytes,
) -> Told {
    let Some(holder) = holder_of(&web, LinkPurpose::Preferences, &token).await? else {
        return void(&headers);
    };
    let subscriber = holder.subscriber;
    if subscriber.reader == Some(ReaderId::ONLY) {
        return Ok(on_to(&format!("/preferences/{token}")));
    }
    let text = String::from_utf8_lossy(&sent_form);
    let wishes = sent(&Params::lenient(Some(&text)));
    let choosable = choosable(&web.following(), Some(&subscriber.preferences));
    match wishes.checked(&choosable) {
        Ok(preferences) => {
            let store = &web.library().store;
            store.set_preferences(subscriber.id, &preferences).await?;
            if let Some(reader) = subscriber.reader {
                let Preferences { domains, interests, mute, .. } = preferences;
                let profile = ReaderProfile { domains, interests, mute };
                store.set_profile(reader, Some(&profile)).await?;
            }
            Ok(on_to(&format!("/preferences/{token}?done=saved")))
        }
        Err(wrong) => {
            let words = Tongue::of(subscriber.preferences.language.as_str());
            let problems = wrong.iter().map(|it| problem(&words, it)).collect();
            let draft = Draft { wishes: Some(wishes), problems, ..Draft::default() };
            private(StatusCode::BAD_REQUEST, &page(&web, &subscriber, None, draft).await?)
        }
    }
}

/// Another address counts once whoever reads it says so; what is said here does not depend on whether
/// somebody has it.
pub(in crate::web) async fn post_address(
    State(web): State<Web>,
    Path(token): Path<String>,
    client: Client,
    headers: HeaderMap,
    sent_form: Bytes,
) -> Told {
    let Some(holder) = holder_of(&web, LinkPurpose::Preferences, &token).await? else {
        return void(&headers);
    };
    let subscriber = holder.subscriber;
    let words = Tongue::of(subscriber.preferences.language.as_str());
    let text = String::from_utf8_lossy(&sent_form);
    let typed = Params::lenient(Some(&text)).as_typed("address").trim().to_owned();
    let (Ok(address), Some(base)) = (typed.parse::<MailAddress>(), web.base_url()) else {
        let problems = vec![rich(words.text("digest.wrong.address"))];
        let draft = Draft { address: typed, problems, ..Draft::default() };
        return private(StatusCode::BAD_REQUEST, &page(&web, &subscriber, None, draft).await?);
    };
    match web.admit(&client.0, &address) {
        Admission::TooMany { wait } => {
            return Err(Problem::TooOften { wait_seconds: wait.as_secs() + 1 });
        }
        Admission::Enough => {}
        Admission::Admitted => {
            let store = &web.library().store;
            let signer = Signer::of(store, Some(base.clone())).await?;
            digest::ask_to_move(store, &signer, &subscriber, address, web.clock().now()).await?;
        }
    }
    Ok(on_to(&format!("/preferences/{token}")))
}

/// Whoever holds an older link holds nothing any more.
pub(in crate::web) async fn post_links(
    State(web): State<Web>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Told {
    let Some(holder) = holder_of(&web, LinkPurpose::Preferences, &token).await? else {
        return void(&headers);
    };
    let store = &web.library().store;
    digest::void_links(store, holder.subscriber.id).await?;
    let Some(subscriber) = store.subscriber(holder.subscriber.id).await? else {
        return void(&headers);
    };
    let signer = Signer::of(store, None).await?;
    Ok(on_to(&format!("{}?done=links", signer.preferences_path(&subscriber))))
}

pub(in crate::web) async fn confirm_address(
    State(web): State<Web>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Told {
    let Some(holder) = holder_of(&web, LinkPurpose::Readdress, &token).await? else {
        return void(&headers);
    };
    let words = Tongue::of(holder.subscriber.preferences.language.as_str());
    let address = holder.address_text();
    let meaning = words.fill("digest.move.meaning", &[("address", address.as_str())]);
    TextPage::new(&words, words.text("digest.move.heading"), vec![rich(&meaning)])
        .with_button(&format!("/confirm-address/{token}"), words.text("digest.move.button"), false)
        .told()
}

pub(in crate::web) async fn post_confirm_address(
    State(web): State<Web>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Told {
    let Some(holder) = holder_of(&web, LinkPurpose::Readdress, &token).await? else {
        return void(&headers);
    };
    let store = &web.library().store;
    if !digest::confirm_move(store, &holder).await? {
        // Whoever is told so reads the address: it is their own subscription.
        let words = Tongue::of(holder.subscriber.preferences.language.as_str());
        let why = rich(words.text("digest.move.taken"));
        let heading = words.text("digest.move.heading").to_owned();
        return private(StatusCode::CONFLICT, &TextPage::new(&words, &heading, vec![why]));
    }
    let Some(subscriber) = store.subscriber(holder.subscriber.id).await? else {
        return void(&headers);
    };
    let signer = Signer::of(store, None).await?;
    Ok(on_to(&format!("{}?done=moved", signer.preferences_path(&subscriber))))
}

/// All that is kept of a subscriber, for the subscriber.
#[derive(Serialize)]
struct Export {
    address: Option<MailAddress>,
    state: SubscriberState,
    preferences: Preferences,
    /// Waits for being confirmed.
    asked: Asked,
    made: Timestamp,
    confirmed: Option<Timestamp>,
    refusals: u32,
    refused: Option<Timestamp>,
    issues: Vec<Issue>,
    told: Vec<ToldStory>,
    deliveries: Vec<DeliveryRecord>,
    letters: Vec<LetterReport>,
}

/// That an issue told of a story.
#[derive(Serialize)]
struct ToldStory {
    story: i64,
    part: &'static str,
    week: String,
}

impl Export {
    fn of(record: SubscriberRecord) -> Self {
        let SubscriberRecord { subscriber, asked, issues, told, deliveries, letters } = record;
        let told = told.into_iter().map(|(story, part, week)| ToldStory {
            story: story.0,
            part: part.as_str(),
            week: week.to_string(),
        });
        Self {
            address: subscriber.address,
            state: subscriber.state,
            preferences: subscriber.preferences,
            asked,
            made: subscriber.made,
            confirmed: subscriber.confirmed,
            refusals: subscriber.refusals,
            refused: subscriber.refused,
            issues,
            told: told.collect(),
            deliveries,
            letters,
        }
    }
}

pub(in crate::web) async fn export(
    State(web): State<Web>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Told {
    let Some(holder) = holder_of(&web, LinkPurpose::Preferences, &token).await? else {
        return void(&headers);
    };
    let record = web.library().store.subscriber_record(holder.subscriber.id).await?;
    let Some(record) = record else { return void(&headers) };
    let about = [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"peerscope-subscription.json\""),
    ];
    Ok((about, Json(Export::of(record))).into_response())
}

pub(in crate::web) async fn erase(
    State(web): State<Web>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Told {
    let Some(holder) = holder_of(&web, LinkPurpose::Preferences, &token).await? else {
        return void(&headers);
    };
    let words = Tongue::of(holder.subscriber.preferences.language.as_str());
    let (back, heading) = (format!("/preferences/{token}"), words.text("digest.erase.heading"));
    let page = |key: &str| {
        let meaning = words.fill(key, &[("address", holder.address_text().as_str())]);
        TextPage::new(&words, heading, vec![rich(&meaning)])
            .with_link(&back, words.text("digest.erase.back"))
    };
    if holder.subscriber.reader == Some(ReaderId::ONLY) {
        return page("digest.erase.owner").told();
    }
    let button = words.text("digest.erase.button");
    page("digest.erase.meaning").with_button(&format!("{back}/erase"), button, true).told()
}

pub(in crate::web) async fn post_erase(
    State(web): State<Web>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Told {
    let Some(holder) = holder_of(&web, LinkPurpose::Preferences, &token).await? else {
        return void(&headers);
    };
    if holder.subscriber.reader == Some(ReaderId::ONLY) {
        return Ok(on_to(&format!("/preferences/{token}/erase")));
    }
    web.library().store.erase_subscriber(holder.subscriber.id).await?;
    let words = Tongue::of(holder.subscriber.preferences.language.as_str());
    let meaning = rich(words.text("digest.erased.meaning"));
    TextPage::new(&words, words.text("digest.erased.heading"), vec![meaning]).told()
}
