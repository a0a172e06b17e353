//! `/account/interests`: what a reader cares about, in place of what `feeds.toml` says for all.

use askama::Template;
use axum::{body::Bytes, extract::State, http::StatusCode};

use super::{
    Frame, Place,
    account::done,
    newest::Choice,
    private::{Told, private},
    tongue::Tongue,
    wishes::{WishForm, choosable, problem, sent},
    words::Markup,
};
use crate::{
    digest::preferences_with,
    domain::{Language, Preferences, ReaderProfile, Wishes},
    web::{Web, identity, params::Params, problem::Problem, say, viewer::Viewer},
};

#[derive(Template)]
#[template(path = "interests.html")]
struct InterestsPage {
    frame: Frame,
    problems: Vec<Markup>,
    interests: String,
    mute: String,
    domains: Vec<Choice>,
    /// Whether the reader has a profile of their own.
    is_own: bool,
}

pub(in crate::web) async fn interests(State(web): State<Web>) -> Told {
    let present = present(&web);
    page(&web, StatusCode::OK, Wishes::of(&present), &[])
}

/// What the reader cares about now, as a subscriber would.
fn present(web: &Web) -> Preferences {
    preferences_with(&web.following(), web.asker().profile(), Language::english())
}

fn page(web: &Web, status: StatusCode, wishes: Wishes, problems: &[Markup]) -> Told {
    let following = web.following();
    let words = Tongue::of(Viewer::language());
    let form = WishForm::new(
        &following,
        &choosable(&following, Some(&present(web))),
        wishes,
        &words,
        true,
    );
    let interests_page = InterestsPage {
        frame: Frame::new(web, say::text("web.account.interests"), Place::Account),
        problems: problems.to_vec(),
        interests: form.interests,
        mute: form.mute,
        domains: form.domains,
        is_own: identity::current().is_some_and(|it| it.profile.is_some()),
    };
    private(status, &interests_page)
}

pub(in crate::web) async fn post_interests(State(web): State<Web>, sent_form: Bytes) -> Told {
    let reader = identity::person()?;
    let form = Params::lenient(Some(&String::from_utf8_lossy(&sent_form)));
    let store = &web.library().store;
    if form.text("usual").is_some() {
        store.set_profile(reader.id, None).await?;
        return Ok(done("interests"));
    }
    // Of the rest of a subscriber's wishes a reader here has none, which is what is usual.
    let wishes = sent(&form);
    match wishes.checked(&choosable(&web.following(), Some(&present(&web)))) {
        Ok(Preferences { domains, interests, mute, .. }) => {
            let profile = ReaderProfile { domains, interests, mute };
            store.set_profile(reader.id, Some(&profile)).await?;
            Ok(done("interests"))
        }
        Err(wrong) => {
            let words = Tongue::of(Viewer::language());
            let problems: Vec<Markup> = wrong.iter().map(|it| problem(&words, it)).collect();
            page(&web, StatusCode::BAD_REQUEST, wishes, &problems)
        }
    }
}

impl std::convert::From<crate::digest::DeliverError> for Problem {
    fn from(failure: crate::digest::DeliverError) -> Self {
        tracing::error!("could not keep a subscriber: {}", crate::report::chain(&failure));
        Self::OurFault
    }
}
