//! What was just done to the reading list: told on the next page, where it can be taken back.

use axum::http::{HeaderMap, HeaderValue};

use super::{deeds::push_back, escape::push_escaped, here, say, viewer::cookie};
use crate::{domain::ReadingState, store::ReadingsDo};

/// Told in the catalogue: `web.list.done.WORD`, counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    State(ReadingState),
    /// Taken off the list.
    None,
    Tagged,
    Snoozed,
    Woken,
    Moved,
    /// What was done before was taken back.
    Undone,
    /// What was done before cannot be taken back any more.
    TooLate,
}

impl Deed {
    const OTHERS: [(Self, &'static str); 7] = [
        (Self::None, "none"),
        (Self::Tagged, "tagged"),
        (Self::Snoozed, "snoozed"),
        (Self::Woken, "woken"),
        (Self::Moved, "moved"),
        (Self::Undone, "undone"),
        (Self::TooLate, "too-late"),
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::State(state) => state.as_str(),
            other => Self::OTHERS.iter().find(|it| it.0 == other).map_or("none", |it| it.1),
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        let other = Self::OTHERS.iter().find(|it| it.1 == word).map(|it| it.0);
        other.or_else(|| ReadingState::from_word(word).map(Self::State))
    }

    /// What a change comes to, in one word.
    pub(super) fn of(what: &ReadingsDo) -> Self {
        use crate::domain::SnoozeChange::{Keep, Until, Wake};
        let ReadingsDo::Change(change) = what else { return Self::None };
        match (change.state, change.snooze, change.place) {
            (Some(state), ..) => Self::State(state),
            (None, Until(_), _) => Self::Snoozed,
            (None, Wake, _) => Self::Woken,
            (None, Keep, Some(_)) => Self::Moved,
            (None, Keep, None) => Self::Tagged,
        }
    }
}

/// What was done, to how many stories, and the number by which it is taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Done {
    pub(super) deed: Deed,
    pub(super) stories: u32,
    /// `None` for what cannot be taken back.
    pub(super) undo: Option<i64>,
}

const COOKIE: &str = "peerscope-done";
/// In seconds: the next page comes at once.
const KEPT_FOR: u32 = 60;

impl Done {
    pub(super) fn new(deed: Deed, stories: usize, undo: i64) -> Self {
        let stories = u32::try_from(stories).unwrap_or(u32::MAX);
        Self { deed, stories, undo: Some(undo).filter(|_| stories > 0) }
    }

    pub(super) fn told(deed: Deed) -> Self {
        Self { deed, stories: 1, undo: None }
    }

    /// What a request brings along; `None` for anything that we would not have written.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let mut parts = cookie(headers, COOKIE)?.split('.');
        let deed = Deed::from_word(parts.next()?)?;
        let stories = number(parts.next()?)?;
        let undo = number(parts.next()?)?;
        let is_whole = parts.next().is_none();
        let stories = u32::try_from(stories).ok()?;
        is_whole.then_some(Self { deed, stories, undo: Some(undo).filter(|it| *it > 0) })
    }

    pub(super) fn cookie(&self) -> HeaderValue {
        let (deed, undo) = (self.deed.as_str(), self.undo.unwrap_or_default());
        let stories = self.stories;
        set(&format!("{deed}.{stories}.{undo}"), KEPT_FOR)
    }

    /// So that no other page tells it.
    pub(super) fn taken_back() -> HeaderValue {
        set("", 0)
    }

    /// What it says, and a form that takes it back and comes back to this page.
    pub(super) fn html(&self) -> String {
        self.html_back(&here::path())
    }

    pub(super) fn html_back(&self, path: &str) -> String {
        let key = format!("web.list.done.{}", self.deed.as_str());
        let mut html = "<p>".to_owned();
        push_escaped(&say::counted(&key, u64::from(self.stories)), &mut html);
        html.push_str("</p>");
        if let Some(undo) = self.undo {
            html.push_str("<form method=\"post\" action=\"/list/undo\">");
            push_back(path, &mut html);
            html.push_str("<input type=\"hidden\" name=\"undo\" value=\"");
            html.push_str(&undo.to_string());
            html.push_str("\"><button class=\"quiet\">");
            push_escaped(say::text("web.list.undo"), &mut html);
            html.push_str("</button></form>");
        }
        html
    }
}

/// Digits alone: no sign, no blank.
fn number(text: &str) -> Option<i64> {
    let is_plain = !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    is_plain.then(|| text.parse().ok()).flatten()
}

fn set(value: &str, seconds: u32) -> HeaderValue {
    let cookie = format!("{COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict");
    HeaderValue::from_str(&cookie).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use axum::http::header;

    use super::*;
    use crate::messages;

    fn sent(value: &str) -> Option<Done> {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, format!("{COOKIE}={value}").parse().unwrap());
        Done::of(&headers)
    }

    #[test]
    fn what_was_done_survives_the_way_to_the_next_page() {
        let states = ReadingState::ALL.map(Deed::State);
        for deed in states.into_iter().chain(Deed::OTHERS.map(|it| it.0)) {
            let done = Done::new(deed, 3, 17);
            let cookie = done.cookie();
            let value = cookie.to_str().unwrap().split(';').next().unwrap();
            assert_eq!(sent(value.split_once('=').unwrap().1), Some(done));
            for form in ["one", "other"] {
                assert!(messages::has(&format!("web.list.done.{}.{form}", deed.as_str())));
            }
        }
    }

    #[test]
    fn what_nobody_here_wrote_counts_as_nothing() {
        for odd in [
            "",
            "queued",
            "queued.1",
            "queued.1.2.3",
            "read.1.2",
            "queued.-1.2",
            "queued.1.+2",
            "queued.1.99999999999999999999",
            "queued.5000000000.1",
            "queued.1.<b>",
        ] {
            assert_eq!(sent(odd), None, "{odd}");
        }
    }
}
