//! The cookie that holds the key of a session.

use axum::http::{HeaderMap, HeaderValue};

use super::{Web, viewer::cookie};
use crate::domain::{AccessKey, Session};

impl Web {
    /// By HTTPS its name keeps neighbours of our host from setting it (RFC 6265bis, `__Host-`).
    fn cookie_name(&self) -> &'static str {
        if self.is_secure() { "__Host-peerscope" } else { "peerscope" }
    }

    /// What a browser holds, if that can be a key.
    pub(super) fn key_in(&self, headers: &HeaderMap) -> Option<AccessKey> {
        cookie(headers, self.cookie_name())?.parse().ok()
    }

    /// Has the browser hold a key. When it counts no more is for the library to say.
    pub(super) fn cookie_with(&self, key: &AccessKey) -> Option<HeaderValue> {
        self.cookie(&key.to_text(), Session::LONGEST.as_secs())
    }

    pub(super) fn no_cookie(&self) -> Option<HeaderValue> {
        self.cookie("", 0)
    }

    fn cookie(&self, value: &str, seconds: i64) -> Option<HeaderValue> {
        let (name, secure) = (self.cookie_name(), if self.is_secure() { "; Secure" } else { "" });
        let text =
            format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::from_str(&text).ok()
    }
}
