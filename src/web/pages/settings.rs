//! `/settings`: how pages look, and what `feeds.toml` says of the reader and the digest.

use askama::Template;
use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::{HeaderMap, header},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use jiff::tz::TimeZone;

use super::{Answer, Frame, Place, html, newest::Choice};
use crate::{
    catalogue,
    config::Amendment,
    domain::{DigestPlan, Following, Slug, plan_day, plan_time, plan_zone},
    messages::LANGUAGES,
    report::chain,
    web::{
        Hands, Web,
        cookies::kept_cookie,
        params::Params,
        problem::Problem,
        say,
        viewer::{LANGUAGE_COOKIE, PictureChoice, Size, Theme, Viewer, Width, ZONE_COOKIE, cookie},
    },
};

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage {
    frame: Frame,
    /// What was just kept.
    done: Option<&'static str>,
    /// Why nothing was.
    problem: Option<String>,
    choices: Vec<ChoiceRow>,
    languages: Vec<Choice>,
    zone: String,
    /// The one that counts where nothing is written.
    usual_zone: String,
    file: Option<FileForm>,
}

/// One of a few.
struct ChoiceRow {
    name: &'static str,
    legend: String,
    choices: Vec<Choice>,
}

/// What the file says, and for exactly which edition of it.
struct FileForm {
    revision: String,
    domains: Vec<Choice>,
    interests: String,
    mute: String,
    days: Vec<Choice>,
    at: String,
    zone: String,
    /// The whole file, for who wants to see what else it says.
    path: String,
}

const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
/// What a form may hold of each list.
const MOST_LINES: usize = 100;

pub(in crate::web) async fn settings(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let asked = Params::lenient(query.as_deref());
    html(&page(&web, &asked, &headers).await?)
}

async fn page(web: &Web, asked: &Params, headers: &HeaderMap) -> Result<SettingsPage, Problem> {
    let viewer = Viewer::present();
    let file = match web.hands() {
        Ok(hands) => Some(FileForm::of(hands).await?),
        Err(_) => None,
    };
    let (file, problem) = match file {
        Some(Ok(file)) => (Some(file), None),
        Some(Err(said)) => (None, Some(said)),
        None => (None, None),
    };
    let chosen = cookie(headers, LANGUAGE_COOKIE);
    let language = |tag: &str| Choice {
        slug: tag.to_owned(),
        name: say::text(&format!("web.settings.language.{tag}")).to_owned(),
        is_chosen: chosen == Some(tag),
    };
    Ok(SettingsPage {
        frame: Frame::new(web, say::text("web.settings.heading"), Place::Settings),
        done: asked.text("kept").map(|_| say::text("web.settings.kept")),
        problem,
        choices: vec![
            row("theme", Theme::ALL.iter().map(|it| (it.as_str(), *it == viewer.theme))),
            row("size", Size::ALL.iter().map(|it| (it.as_str(), *it == viewer.size))),
            row("width", Width::ALL.iter().map(|it| (it.as_str(), *it == viewer.width))),
            row("pictures", pictures(&viewer)),
        ],
        languages: LANGUAGES.into_iter().map(language).collect(),
        zone: cookie(headers, ZONE_COOKIE).unwrap_or_default().to_owned(),
        usual_zone: web.following().digest.zone.clone(),
        file,
    })
}

fn pictures(viewer: &Viewer) -> impl Iterator<Item = (&'static str, bool)> {
    let chosen = viewer.pictures;
    PictureChoice::ALL.iter().map(move |it| (it.as_str(), *it == chosen))
}

fn row(name: &'static str, words: impl Iterator<Item = (&'static str, bool)>) -> ChoiceRow {
    let text = |word: &str| say::text(&format!("web.settings.{name}.{word}")).to_owned();
    let choice = |(word, is_chosen): (&str, bool)| Choice {
        slug: word.to_owned(),
        name: text(word),
        is_chosen,
    };
    ChoiceRow { name, legend: text("legend"), choices: words.map(choice).collect() }
}

/// `POST /settings`: how pages look, kept in the browser.
pub(in crate::web) async fn post_settings(sent: Bytes) -> Result<Response, Problem> {
    let form = Params::lenient(Some(&String::from_utf8_lossy(&sent)));
    let zone = form.text("zone").unwrap_or_default();
    if !zone.is_empty() && TimeZone::get(zone).is_err() {
        return Err(Problem::Content(say::fill("web.settings.no-zone", &[("value", zone)])));
    }
    let known = |name: &str, is_known: fn(&str) -> bool| {
        form.text(name).filter(|it| is_known(it)).unwrap_or_default().to_owned()
    };
    let cookies = [
        (Theme::COOKIE, known("theme", |it| Theme::from_word(it).is_some())),
        (Size::COOKIE, known("size", |it| Size::from_word(it).is_some())),
        (Width::COOKIE, known("width", |it| Width::from_word(it).is_some())),
        (PictureChoice::COOKIE, known("pictures", |it| PictureChoice::from_word(it).is_some())),
        (LANGUAGE_COOKIE, known("language", |it| LANGUAGES.contains(&it))),
        (ZONE_COOKIE, zone.to_owned()),
    ];
    let kept = cookies.map(|(name, value)| (header::SET_COOKIE, kept_cookie(name, &value)));
    Ok((AppendHeaders(kept), Redirect::to("/settings?kept=looks")).into_response())
}

/// `POST /settings/feeds`: what `feeds.toml` says, if it still says what the form was made of.
pub(in crate::web) async fn post_feeds(
    State(web): State<Web>,
    sent: Bytes,
) -> Result<Redirect, Problem> {
    let form = Params::lenient(Some(&String::from_utf8_lossy(&sent)));
    let revision = form.text("revision").unwrap_or_default().to_owned();
    let feeds = &web.hands()?.feeds;
    let digest = feeds.following().await?.digest;
    feeds.amend(revision, amendment(&form, &digest)?).await?;
    Ok(Redirect::to("/settings?kept=feeds#feeds"))
}

/// What is said already is not said again.
fn amendment(form: &Params, present: &DigestPlan) -> Result<Amendment, Problem> {
    let wrong = |key: &str, value: &str| Problem::Content(say::fill(key, &[("value", value)]));
    let read = |name: &str, key: &str, plan: &dyn Fn(&str) -> Option<String>| {
        let read = |it: &str| plan(it).ok_or_else(|| wrong(key, it));
        form.text(name).map(read).transpose()
    };
    let domains = form.texts("domain").into_iter().filter_map(Slug::of).collect();
    let day = |it: &str| plan_day(it).map(str::to_owned);
    let day = read("day", "web.settings.no-day", &day)?;
    let at = read("at", "web.settings.no-time", &plan_time)?;
    let zone = read("digest-zone", "web.settings.no-zone", &plan_zone)?;
    Ok(Amendment {
        domains: Some(domains),
        interests: Some(lines(form.as_typed("interests"))),
        mute: Some(lines(form.as_typed("mute"))),
        day: day.filter(|it| plan_day(&present.day) != Some(it.as_str())),
        at: at.filter(|it| plan_time(&present.at).as_ref() != Some(it)),
        zone: zone.filter(|it| plan_zone(&present.zone).as_ref() != Some(it)),
    })
}

fn lines(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).filter(|it| !it.is_empty()).take(MOST_LINES);
    lines.map(str::to_owned).collect()
}

impl FileForm {
    /// `Err` with what is wrong with the file.
    async fn of(hands: &Hands) -> Result<Result<Self, String>, Problem> {
        let edition = hands.feeds.edition().await?;
        let following = match hands.feeds.following().await {
            Ok(following) => following,
            Err(mistakes) => return Ok(Err(chain(&mistakes))),
        };
        let path = hands.feeds.path().display().to_string();
        Ok(Ok(Self::with(following, edition.revision, path)))
    }

    fn with(following: Following, revision: String, path: String) -> Self {
        let Following { reader, digest, .. } = following;
        let day = |it: &str| Choice {
            slug: it.to_owned(),
            name: say::text(&format!("web.weekday.{}", place_of(it))).to_owned(),
            is_chosen: plan_day(it).is_some() && plan_day(it) == plan_day(&digest.day),
        };
        let known = catalogue::domain_slugs();
        let unknown = reader.domains.iter().filter(|it| !known.contains(it)).cloned();
        let domain = |slug: Slug| Choice {
            name: slug.to_string(),
            is_chosen: reader.domains.contains(&slug),
            slug: slug.into(),
        };
        Self {
            revision,
            domains: known.iter().cloned().chain(unknown).map(domain).collect(),
            interests: reader.interests.join("\n"),
            mute: reader.mute.join("\n"),
            days: DAYS.into_iter().map(day).collect(),
            at: digest.at,
            zone: digest.zone,
            path,
        }
    }
}

/// From 1 for Monday.
fn place_of(day: &str) -> usize {
    DAYS.iter().position(|it| *it == day).unwrap_or_default() + 1
}
