//! What can go wrong with a request: one mapping of every error to a status and to words, told in
//! the form that the route speaks: a page, problem details (RFC 9457), or a line.

use axum::{
    body::Body,
    extract::{Request, rejection::JsonRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use tracing::{debug, error};

use super::{
    BadParameter, pages,
    routes::{self, Face},
};
use crate::web::say;
use crate::{
    access::AccessError,
    digest::SubscribeError,
    domain::{DraftError, EntryId},
    feeds::FeedsError,
    reading::{FindError, KeepError, PictureError},
    report::chain,
    search::SearchError,
    store::StoreError,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    NotFound,
    /// No entry has this number.
    NoEntry(String),
    /// No topic has this slug.
    NoTopic(String),
    /// The entry is not among what a search finds.
    NoMatch(EntryId),
    /// Nothing of the kind is kept under this name.
    Missing(Thing, String),
    /// `feeds.toml` was to be changed, and was not.
    Feeds(String),
    /// This service only looks.
    NoHands,
    /// What was to be changed says something else by now.
    Conflict(String),
    /// What was sent is readable, and not what can be kept; or not readable.
    Content(String),
    NotJson,
    TooLarge,
    WrongMethod,
    Parameter(BadParameter),
    UnknownHost,
    ForeignChange,
    /// The route is for others, or nobody can be told apart.
    NotForYou,
    /// For readers with another role, or by tokens made for more.
    NotAllowed,
    /// Nobody has logged in.
    LogIn,
    /// No token that counts.
    BadToken,
    /// The proxy names nobody.
    Nameless,
    /// What the proxy calls somebody cannot be a name.
    BadName,
    /// Past the proxy that tells who asks.
    Bypassed,
    /// There is nothing of the kind where there are no logins.
    NoLogins,
    TooLong,
    TooSlow,
    /// More was asked for than one may; after so long it is possible again.
    TooOften {
        wait_seconds: u64,
    },
    /// Library or index cannot answer now, and may later.
    Busy(String),
    /// Library or index cannot answer until someone acts.
    Unusable(String),
    OurFault,
}

/// What a reader keeps, by what it is kept for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Thing {
    Story,
    Reading,
    Note,
    Draft,
    Highlight,
    Search,
    Correction,
    Issue,
    Peer,
    Source,
    Picture,
    Session,
    Token,
    Recommendation,
}

#[derive(Serialize)]
struct ProblemDetails<'a> {
    r#type: &'a str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(flatten)]
    parameter: Option<ParameterDetails<'a>>,
}

#[derive(Serialize)]
struct ParameterDetails<'a> {
    parameter: &'a str,
    found: &'a str,
    expected: &'a str,
}

impl Problem {
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::NotFound
            | Self::NoEntry(_)
            | Self::NoTopic(_)
            | Self::NoMatch(_)
            | Self::NoLogins
            | Self::Missing(..) => StatusCode::NOT_FOUND,
            Self::Conflict(_) | Self::Feeds(_) | Self::NoHands => StatusCode::CONFLICT,
            Self::LogIn | Self::BadToken | Self::Nameless => StatusCode::UNAUTHORIZED,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::Parameter(_) | Self::Content(_) => StatusCode::BAD_REQUEST,
            Self::UnknownHost => StatusCode::MISDIRECTED_REQUEST,
            Self::ForeignChange
            | Self::NotForYou
            | Self::NotAllowed
            | Self::BadName
            | Self::Bypassed => StatusCode::FORBIDDEN,
            Self::TooLong => StatusCode::URI_TOO_LONG,
            Self::TooOften { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::TooSlow | Self::Busy(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Unusable(_) | Self::OurFault => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The word in the message catalogue, which has a title and a detail for each.
    fn word(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::NoEntry(_) => "no-entry",
            Self::NoTopic(_) => "no-topic",
            Self::NoMatch(_) => "no-match",
            Self::Missing(Thing::Story, _) => "no-story",
            Self::Missing(Thing::Reading, _) => "no-reading",
            Self::Missing(Thing::Note, _) => "no-note",
            Self::Missing(Thing::Draft, _) => "no-draft",
            Self::Missing(Thing::Highlight, _) => "no-highlight",
            Self::Missing(Thing::Search, _) => "no-search",
            Self::Missing(Thing::Correction, _) => "no-correction",
            Self::Missing(Thing::Issue, _) => "no-issue",
            Self::Missing(Thing::Peer, _) => "no-peer",
            Self::Missing(Thing::Source, _) => "no-source",
            Self::Missing(Thing::Picture, _) => "no-picture",
            Self::Feeds(_) => "feeds",
            Self::NoHands => "no-hands",
            Self::Missing(Thing::Session, _) => "no-session",
            Self::Missing(Thing::Token, _) => "no-token",
            Self::Missing(Thing::Recommendation, _) => "no-recommendation",
            Self::Conflict(_) => "conflict",
            Self::Content(_) => "content",
            Self::NotJson => "not-json",
            Self::TooLarge => "too-large",
            Self::WrongMethod => "method",
            Self::Parameter(_) => "parameter",
            Self::UnknownHost => "unknown-host",
            Self::ForeignChange => "foreign-change",
            Self::NotForYou => "not-for-you",
            Self::NotAllowed => "not-allowed",
            Self::LogIn => "log-in",
            Self::BadToken => "bad-token",
            Self::Nameless => "nameless",
            Self::BadName => "bad-name",
            Self::Bypassed => "bypassed",
            Self::NoLogins => "no-logins",
            Self::TooLong => "too-long",
            Self::TooSlow => "too-slow",
            Self::TooOften { .. } => "too-often",
            Self::Busy(_) => "busy",
            Self::Unusable(_) => "unusable",
            Self::OurFault => "our-fault",
        }
    }

    pub(super) fn title(&self) -> String {
        say::text(&format!("web.problem.{}.title", self.word())).to_owned()
    }

    /// What happened, and what to do.
    pub(super) fn detail(&self) -> String {
        let key = format!("web.problem.{}.detail", self.word());
        match self {
            Self::NoTopic(slug) => say::fill(&key, &[("slug", slug)]),
            Self::NoMatch(entry) => say::fill(&key, &[("id", &entry.to_string())]),
            Self::NoEntry(id) | Self::Missing(_, id) => say::fill(&key, &[("id", id)]),
            Self::Parameter(BadParameter { name, found, expected }) => say::fill(
                &key,
                &[("name", name.as_str()), ("found", found), ("expected", expected)],
            ),
            Self::Busy(said)
            | Self::Unusable(said)
            | Self::Conflict(said)
            | Self::Feeds(said)
            | Self::Content(said) => say::fill(&key, &[("said", said)]),
            _ => say::text(&key).to_owned(),
        }
    }

    fn details(&self) -> String {
        let parameter = match self {
            Self::Parameter(BadParameter { name, found, expected }) => {
                Some(ParameterDetails { parameter: name, found, expected })
            }
            _ => None,
        };
        let details = ProblemDetails {
            r#type: "about:blank",
            title: &self.title(),
            status: self.status().as_u16(),
            detail: &self.detail(),
            parameter,
        };
        serde_json::to_string(&details).unwrap_or_default()
    }
}

impl IntoResponse for Problem {
    /// Only marks the answer: [`told`] gives it words, where it is known for whom.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if self.status() == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        if let Self::TooOften { wait_seconds } = self {
            response.headers_mut().insert(header::RETRY_AFTER, wait_seconds.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Tells a problem in the form of the route that was asked.
pub(super) async fn told(request: Request, next: Next) -> Response {
    let face = routes::face_of(&request);
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    let (kind, text) = match face {
        Face::Page => ("text/html; charset=utf-8", pages::problem_page(&problem)),
        Face::Json => ("application/problem+json", problem.details()),
        Face::Text => ("text/plain; charset=utf-8", format!("{}\n", problem.detail())),
    };
    if response.status() == StatusCode::UNAUTHORIZED {
        challenge(response.headers_mut(), face, &problem);
    }
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = Body::from(text);
    response
}

/// How to come in (RFC 9110 §11.6.1). Browsers ask for a password where they are told `Basic`, so that
/// only addresses for programs say so: feed readers know nothing else.
fn challenge(headers: &mut HeaderMap, face: Face, problem: &Problem) {
    let bearer = match problem {
        Problem::BadToken => "Bearer realm=\"peerscope\", error=\"invalid_token\"",
        _ => "Bearer realm=\"peerscope\"",
    };
    headers.append(header::WWW_AUTHENTICATE, HeaderValue::from_static(bearer));
    if face == Face::Text {
        let basic = HeaderValue::from_static("Basic realm=\"peerscope\", charset=\"UTF-8\"");
        headers.append(header::WWW_AUTHENTICATE, basic);
    }
}

impl From<AccessError> for Problem {
    fn from(failure: AccessError) -> Self {
        match failure {
            AccessError::Library(failure) => failure.into(),
            AccessError::Refused(_) | AccessError::Taken(_) | AccessError::FirstIsAdmin => {
                Self::Content(failure.to_string())
            }
            AccessError::Randomness(_)
            | AccessError::Hash(_)
            | AccessError::Damaged(_)
            | AccessError::Thread => {
                error!("could not let a reader in: {}", chain(&failure));
                Self::OurFault
            }
        }
    }
}

impl From<BadParameter> for Problem {
    fn from(bad: BadParameter) -> Self {
        Self::Parameter(bad)
    }
}

impl From<StoreError> for Problem {
    fn from(failure: StoreError) -> Self {
        error!("could not answer from the library: {}", chain(&failure));
        let said = failure.to_string();
        match failure {
            StoreError::Busy { .. } | StoreError::Unreachable { .. } => Self::Busy(said),
            StoreError::Newer { .. }
            | StoreError::Damaged { .. }
            | StoreError::Foreign { .. }
            | StoreError::Full { .. }
            | StoreError::Exists(_)
            | StoreError::NotAFile
            | StoreError::File { .. }
            | StoreError::Other { .. } => Self::Unusable(said),
        }
    }
}

impl From<SearchError> for Problem {
    fn from(failure: SearchError) -> Self {
        error!("could not answer from the index: {}", chain(&failure));
        let said = failure.to_string();
        match failure {
            SearchError::Busy | SearchError::Missing(_) => Self::Busy(said),
            SearchError::Damaged { .. } | SearchError::Failed { .. } => Self::Unusable(said),
        }
    }
}

impl From<FindError> for Problem {
    fn from(failure: FindError) -> Self {
        match failure {
            FindError::Index(failure) => failure.into(),
            FindError::Library(failure) => failure.into(),
            FindError::Thread => Self::OurFault,
        }
    }
}

impl From<KeepError> for Problem {
    fn from(failure: KeepError) -> Self {
        match failure {
            KeepError::NoStory(id) => Self::Missing(Thing::Story, id.to_string()),
            KeepError::NotListed(id) => Self::Missing(Thing::Reading, id.to_string()),
            KeepError::NoEntry(_)
            | KeepError::NoAddress
            | KeepError::TooMany { .. }
            | KeepError::NotAnIdea(_)
            | KeepError::NoWords { .. }
            | KeepError::NoSentence { .. }
            | KeepError::ManySentences { .. } => Self::Content(failure.to_string()),
            KeepError::NoNote(id) => Self::Missing(Thing::Note, id.to_string()),
            KeepError::Conflict(_) => Self::Conflict(failure.to_string()),
            KeepError::Draft(failure) => failure.into(),
            KeepError::Library(failure) => failure.into(),
        }
    }
}

impl From<DraftError> for Problem {
    fn from(refused: DraftError) -> Self {
        Self::Content(refused.to_string())
    }
}

impl From<FeedsError> for Problem {
    fn from(refused: FeedsError) -> Self {
        Self::Feeds(chain(&refused))
    }
}

impl From<PictureError> for Problem {
    fn from(failure: PictureError) -> Self {
        match failure {
            PictureError::Library(failure) => failure.into(),
            PictureError::Busy => Self::Busy(failure.to_string()),
            PictureError::Missing(name) | PictureError::Refused(name) => {
                Self::Missing(Thing::Picture, name)
            }
            PictureError::NotPixels(_) | PictureError::Fetch(_) => {
                debug!("no picture: {}", chain(&failure));
                Self::Missing(Thing::Picture, String::new())
            }
            PictureError::Folder(..) | PictureError::Task => {
                error!("could not show a picture: {}", chain(&failure));
                Self::OurFault
            }
        }
    }
}

impl From<JsonRejection> for Problem {
    fn from(refused: JsonRejection) -> Self {
        match refused.status() {
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::NotJson,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            _ => Self::Content(innermost(&refused)),
        }
    }
}

/// What was wrong at the bottom: what stands above it names types of ours.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    error.source().map_or_else(|| error.to_string(), innermost)
}

impl From<SubscribeError> for Problem {
    fn from(failure: SubscribeError) -> Self {
        match failure {
            SubscribeError::Library(failure) => failure.into(),
            SubscribeError::Key(_) | SubscribeError::Randomness(_) | SubscribeError::NoBase => {
                error!("could not answer a subscriber: {}", chain(&failure));
                Self::OurFault
            }
        }
    }
}

impl From<askama::Error> for Problem {
    fn from(failure: askama::Error) -> Self {
        error!("could not write a page: {}", chain(&failure));
        Self::OurFault
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::too_many_lines, reason = "one line a problem")]
    fn every_problem_has_a_title_and_says_what_to_do() {
        let parameter =
            BadParameter { name: "limit".into(), found: "x".into(), expected: "a number".into() };
        let all = [
            Problem::NotFound,
            Problem::NoEntry("7".into()),
            Problem::NoTopic("pricing".into()),
            Problem::Missing(Thing::Story, "7".into()),
            Problem::Missing(Thing::Reading, "7".into()),
            Problem::Missing(Thing::Note, "7".into()),
            Problem::Missing(Thing::Draft, "tab-0001".into()),
            Problem::Missing(Thing::Highlight, "7".into()),
            Problem::Missing(Thing::Search, "pricing".into()),
            Problem::Missing(Thing::Correction, "7".into()),
            Problem::Missing(Thing::Issue, "2026-W48".into()),
            Problem::Missing(Thing::Peer, "etsy".into()),
            Problem::Missing(Thing::Source, "7".into()),
            Problem::Missing(Thing::Picture, "7".into()),
            Problem::Feeds("said".into()),
            Problem::NoHands,
            Problem::Conflict("said".into()),
            Problem::Content("said".into()),
            Problem::NotJson,
            Problem::TooLarge,
            Problem::WrongMethod,
            Problem::Parameter(parameter),
            Problem::UnknownHost,
            Problem::ForeignChange,
            Problem::NotForYou,
            Problem::NotAllowed,
            Problem::LogIn,
            Problem::BadToken,
            Problem::Nameless,
            Problem::BadName,
            Problem::Bypassed,
            Problem::NoLogins,
            Problem::Missing(Thing::Session, "7".into()),
            Problem::Missing(Thing::Token, "7".into()),
            Problem::Missing(Thing::Recommendation, "7".into()),
            Problem::TooLong,
            Problem::TooSlow,
            Problem::TooOften { wait_seconds: 60 },
            Problem::Busy("said".into()),
            Problem::Unusable("said".into()),
            Problem::OurFault,
        ];
        for problem in all {
            for part in ["title", "detail"] {
                let key = format!("web.problem.{}.{part}", problem.word());
                assert!(crate::messages::has(&key), "{key} has no text");
            }
            assert!(!problem.detail().contains('{'), "{}", problem.detail());
        }
    }
}
