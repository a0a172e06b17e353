//! `/account`: who one is here, from where one is logged in, and which programs come in one's name.

use askama::Template;
use axum::{
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use jiff::Timestamp;

use super::{
    Frame, Place,
    account_digest::OwnDigest,
    login::{agent, retry_after, wait_in_words},
    newest::Choice,
    private::{Told, on_to, private},
    time::Moment,
    words::{Markup, rich},
};
use crate::{
    access::{self, Changed, From},
    domain::{
        ApiToken, ApiTokenDraft, ApiTokenId, Auth, Reader, SHORTEST_PASSWORD, Scope, Scopes,
        Session, SessionId, display_name,
    },
    web::{
        Web,
        client::Client,
        identity::{self, Via},
        params::Params,
        problem::{Problem, Thing},
        say,
    },
};

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    frame: Frame,
    name: String,
    display: String,
    role: String,
    /// Whether there are passwords and sessions; a proxy has its own.
    has_password: bool,
    password_hint: String,
    sessions: Vec<SessionRow>,
    tokens: Vec<TokenRow>,
    tokens_meaning: Markup,
    scopes: Vec<ScopeChoice>,
    days: Vec<Choice>,
    digest: OwnDigest,
    /// What was just done.
    done: Option<String>,
    /// Why something was not.
    problem: Option<String>,
    /// A token that is shown this once.
    fresh: Option<String>,
}

struct SessionRow {
    id: i64,
    agent: String,
    client: String,
    seen: Moment,
    made: Moment,
    is_this: bool,
}

struct TokenRow {
    id: i64,
    name: String,
    scopes: String,
    made: Moment,
    used: Option<Moment>,
    until: Option<Moment>,
    is_over: bool,
}

struct ScopeChoice {
    word: &'static str,
    name: String,
    meaning: String,
    is_chosen: bool,
}

/// What a page tells beside what there is.
#[derive(Default)]
pub(super) struct Beside {
    pub(super) done: Option<String>,
    pub(super) problem: Option<String>,
    pub(super) fresh: Option<String>,
}

/// What can have been done, as the address says it.
const DONE: [&str; 7] = ["name", "password", "session", "sessions", "revoked", "interests", "mail"];
/// How long a token can count; 0 until it is revoked.
const DAYS: [u32; 4] = [30, 90, 365, 0];

pub(in crate::web) async fn account(State(web): State<Web>, RawQuery(query): RawQuery) -> Told {
    let asked = Params::lenient(query.as_deref());
    let done = DONE.into_iter().find(|it| asked.text("done") == Some(*it));
    let done = done.map(|it| say::text(&format!("web.account.done.{it}")).to_owned());
    page(&web, StatusCode::OK, Beside { done, ..Beside::default() }).await
}

/// Who is in person here, and by which session.
fn present() -> Result<(Reader, Option<SessionId>), Problem> {
    let session = identity::current().and_then(|it| match it.via {
        Via::Session(session) => Some(session),
        _ => None,
    });
    Ok((identity::person()?, session))
}

pub(super) async fn page(web: &Web, status: StatusCode, told: Beside) -> Told {
    let ((reader, session), store) = (present()?, &web.library().store);
    let now = web.clock().now();
    let sessions = store.sessions(reader.id).await?;
    let sessions = sessions.into_iter().filter(|it| it.counts(now));
    let tokens = store.api_tokens(reader.id).await?;
    let Beside { done, problem, fresh } = told;
    let account_page = AccountPage {
        frame: Frame::new(web, say::text("web.account.heading"), Place::Account),
        role: say::text(&format!("web.account.role.{}", reader.role.as_str())).to_owned(),
        has_password: *web.auth() == Auth::Password,
        password_hint: say::fill(
            "web.account.password-hint",
            &[("least", &SHORTEST_PASSWORD.to_string())],
        ),
        sessions: sessions.map(|it| SessionRow::of(it, session, now)).collect(),
        tokens: tokens.into_iter().map(|it| TokenRow::of(it, now)).collect(),
        tokens_meaning: rich(say::text("web.account.tokens-meaning")),
        scopes: Scope::ALL.map(ScopeChoice::of).into(),
        days: DAYS.map(days_choice).into(),
        digest: OwnDigest::of(web, &reader).await?,
        name: reader.name.to_string(),
        display: reader.display,
        done,
        problem,
        fresh,
    };
    private(status, &account_page)
}

impl SessionRow {
    fn of(session: Session, this: Option<SessionId>, now: Timestamp) -> Self {
        let nameless = || say::text("web.account.no-agent").to_owned();
        Self {
            id: session.id.0,
            agent: if session.agent.is_empty() { nameless() } else { session.agent },
            client: session.client,
            seen: Moment::past(session.seen, now),
            made: Moment::past(session.made, now),
            is_this: Some(session.id) == this,
        }
    }
}

impl TokenRow {
    fn of(token: ApiToken, now: Timestamp) -> Self {
        let names = token.scopes.iter().map(scope_name);
        Self {
            id: token.id.0,
            scopes: names.collect::<Vec<_>>().join(say::text("web.list-separator")),
            is_over: !token.counts(now),
            made: Moment::day(token.made),
            used: token.used.map(|it| Moment::past(it, now)),
            until: token.until.map(Moment::day),
            name: token.name,
        }
    }
}

fn scope_name(scope: Scope) -> String {
    say::text(&format!("web.account.scope.{}.name", scope.as_str())).to_owned()
}

impl ScopeChoice {
    fn of(scope: Scope) -> Self {
        let meaning = format!("web.account.scope.{}.meaning", scope.as_str());
        Self {
            word: scope.as_str(),
            name: scope_name(scope),
            meaning: say::text(&meaning).to_owned(),
            is_chosen: scope == Scope::Read,
        }
    }
}

fn days_choice(days: u32) -> Choice {
    let name = match days {
        0 => say::text("web.account.for-good").to_owned(),
        _ => say::counted("web.account.days", u64::from(days)),
    };
    Choice { slug: days.to_string(), name, is_chosen: days == 90 }
}

/// The page again, with why nothing was done.
pub(super) async fn refused(web: &Web, problem: String) -> Told {
    page(web, StatusCode::BAD_REQUEST, Beside { problem: Some(problem), ..Beside::default() }).await
}

pub(super) fn done(what: &str) -> Response {
    on_to(&format!("/account?done={what}"))
}

pub(in crate::web) async fn post_name(State(web): State<Web>, sent: Bytes) -> Told {
    let (reader, _) = present()?;
    let form = Params::lenient(Some(&String::from_utf8_lossy(&sent)));
    match display_name(form.as_typed("display"), &reader.name) {
        Ok(name) => web.library().store.set_display_name(reader.id, &name).await?,
        Err(refusal) => return refused(&web, refusal.to_string()).await,
    }
    Ok(done("name"))
}

/// Every other session ends, and this one goes on under a new key.
pub(in crate::web) async fn post_password(
    State(web): State<Web>,
    client: Client,
    headers: HeaderMap,
    sent: Bytes,
) -> Told {
    let (reader, _) = present()?;
    if *web.auth() != Auth::Password {
        return Err(Problem::NoLogins);
    }
    let form = Params::lenient(Some(&String::from_utf8_lossy(&sent)));
    let (present, wanted) = (form.as_typed("present"), form.as_typed("wanted"));
    if wanted != form.as_typed("again") {
        return refused(&web, say::text("web.account.wrong.again").to_owned()).await;
    }
    let from = From { client: &client.0, agent: agent(&headers) };
    let (store, now) = (&web.library().store, web.clock().now());
    let doorkeeper = &web.0.doorkeeper;
    match doorkeeper.change_password(store, &reader, (present, wanted), from, now).await? {
        Changed::Done(key) => {
            let mut response = on_to("/account?done=password");
            let cookie = web.cookie_with(&key).ok_or(Problem::OurFault)?;
            response.headers_mut().insert(header::SET_COOKIE, cookie);
            Ok(response)
        }
        Changed::Wrong => refused(&web, say::text("web.account.wrong.present").to_owned()).await,
        Changed::Refused(why) => refused(&web, why.to_string()).await,
        Changed::Wait(wait) => {
            let problem = Some(wait_in_words(wait));
            let told = Beside { problem, ..Beside::default() };
            let told = page(&web, StatusCode::TOO_MANY_REQUESTS, told).await;
            told.map(|it| retry_after(it, wait))
        }
    }
}

/// Ends all sessions but this one.
pub(in crate::web) async fn post_end_others(State(web): State<Web>) -> Told {
    let (reader, session) = present()?;
    web.library().store.end_sessions(reader.id, session).await?;
    Ok(done("sessions"))
}

pub(in crate::web) async fn post_end_session(
    State(web): State<Web>,
    Path(id): Path<String>,
) -> Told {
    let (reader, _) = present()?;
    let missing = || Problem::Missing(Thing::Session, id.chars().take(80).collect());
    let number = id.parse().map_err(|_| missing())?;
    if !web.library().store.end_session(reader.id, SessionId(number)).await? {
        return Err(missing());
    }
    Ok(done("session"))
}

/// The token is in the answer, and in no other one.
pub(in crate::web) async fn post_token(State(web): State<Web>, sent: Bytes) -> Told {
    let (reader, _) = present()?;
    let form = Params::lenient(Some(&String::from_utf8_lossy(&sent)));
    let now = web.clock().now();
    let Some(scopes) = Scopes::new(form.texts("scope").into_iter().filter_map(Scope::from_word))
    else {
        return refused(&web, say::text("web.account.wrong.scopes").to_owned()).await;
    };
    let days = form.number("days", 0, 0, 3_650)?;
    let days = u32::try_from(days).ok().filter(|it| *it > 0);
    let draft = match ApiTokenDraft::new(form.as_typed("name"), scopes, days, now) {
        Ok(draft) => draft,
        Err(refusal) => return refused(&web, refusal.to_string()).await,
    };
    let (key, _) = access::make_token(&web.library().store, reader.id, &draft, now).await?;
    let fresh = Some(key.to_token());
    page(&web, StatusCode::OK, Beside { fresh, ..Beside::default() }).await
}

pub(in crate::web) async fn post_revoke(State(web): State<Web>, Path(id): Path<String>) -> Told {
    let (reader, _) = present()?;
    let missing = || Problem::Missing(Thing::Token, id.chars().take(80).collect());
    let number = id.parse().map_err(|_| missing())?;
    if !web.library().store.revoke_api_token(reader.id, ApiTokenId(number)).await? {
        return Err(missing());
    }
    Ok(done("revoked"))
}
