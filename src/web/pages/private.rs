//! Pages behind signed links: kept by nobody, and told to nobody.

use askama::Template;
use axum::{
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};

use super::{Frame, Place, tongue::Tongue, words::Markup};
use crate::{
    digest::{Holder, holder},
    domain::LinkPurpose,
    web::{Web, problem::Problem},
};

/// What may be answered to whoever holds a link.
pub(super) type Told = Result<Response, Problem>;

/// No cache keeps such a page, and no other site learns its address. Forms say that they come from
/// here: without any referrer browsers would not, and their changes were refused.
const PRIVATE: [(HeaderName, &str); 2] =
    [(header::CACHE_CONTROL, "no-store"), (header::REFERRER_POLICY, "same-origin")];

pub(super) fn private(status: StatusCode, page: &impl Template) -> Told {
    Ok((status, PRIVATE, Html(page.render()?)).into_response())
}

/// On to a page after a change, so that loading it again repeats nothing.
pub(super) fn on_to(path: &str) -> Response {
    (PRIVATE, Redirect::to(path)).into_response()
}

/// A page with a text, and perhaps a button or a link.
#[derive(Template)]
#[template(path = "alone-text.html")]
pub(super) struct TextPage {
    pub(super) frame: Frame,
    pub(super) words: Tongue,
    pub(super) heading: String,
    pub(super) paragraphs: Vec<Markup>,
    pub(super) button: Option<Button>,
    pub(super) links: Vec<Link>,
}

/// Posts a form that holds nothing.
pub(super) struct Button {
    pub(super) path: String,
    pub(super) label: String,
    /// Whether it takes something away.
    pub(super) is_grave: bool,
}

pub(super) struct Link {
    pub(super) path: String,
    pub(super) label: String,
}

impl TextPage {
    pub(super) fn new(words: &Tongue, heading: &str, paragraphs: Vec<Markup>) -> Self {
        Self {
            frame: frame(heading),
            words: words.clone(),
            heading: heading.to_owned(),
            paragraphs,
            button: None,
            links: Vec::new(),
        }
    }

    pub(super) fn with_button(mut self, path: &str, label: &str, is_grave: bool) -> Self {
        self.button = Some(Button { path: path.to_owned(), label: label.to_owned(), is_grave });
        self
    }

    pub(super) fn with_link(mut self, path: &str, label: &str) -> Self {
        self.links.push(Link { path: path.to_owned(), label: label.to_owned() });
        self
    }

    pub(super) fn told(&self) -> Told {
        private(StatusCode::OK, self)
    }
}

/// Says nothing of the library: whoever sees it may be a stranger.
pub(super) fn frame(title: &str) -> Frame {
    Frame::around(title, Place::Elsewhere, Vec::new())
}

/// Whoever a link was signed for.
pub(super) async fn holder_of(
    web: &Web,
    purpose: LinkPurpose,
    token: &str,
) -> Result<Option<Holder>, Problem> {
    Ok(holder(&web.library().store, purpose, token, web.clock().now()).await?)
}

/// What is said of any link that does not count: it tells nothing of who exists.
pub(super) fn void(headers: &HeaderMap) -> Told {
    let words = Tongue::asked_for(headers);
    let paragraph = super::words::rich(words.text("digest.void.meaning"));
    let heading = words.text("digest.void.heading").to_owned();
    let text_page = TextPage::new(&words, &heading, vec![paragraph])
        .with_link("/subscribe", words.text("digest.void.subscribe"));
    private(StatusCode::NOT_FOUND, &text_page)
}

impl Holder {
    pub(in crate::web) fn address_text(&self) -> String {
        let address = self.address.as_ref().or(self.subscriber.address.as_ref());
        address.map(ToString::to_string).unwrap_or_default()
    }
}
