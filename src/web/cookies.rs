//! Cookies that keep how somebody wants pages to look. They say nothing of who it is.

use axum::http::HeaderValue;

/// In seconds: a year.
const KEPT_FOR: u32 = 31_536_000;

/// `value` is one of our words, or a name of a language or a zone; anything else is kept as nothing.
pub(super) fn kept_cookie(name: &str, value: &str) -> HeaderValue {
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || b"/_+-".contains(&it);
    let value = if value.bytes().all(is_plain) { value } else { "" };
    let age = if value.is_empty() { 0 } else { KEPT_FOR };
    let cookie = format!("{name}={value}; Path=/; Max-Age={age}; SameSite=Lax");
    HeaderValue::from_str(&cookie).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_holds_a_plain_word_or_is_taken_back() {
        let zone = kept_cookie("peerscope-zone", "America/Port-au-Prince");
        assert!(
            zone.to_str().unwrap().starts_with("peerscope-zone=America/Port-au-Prince; Path=/")
        );
        for odd in ["", "a;b", "a\r\nb", "é"] {
            let cookie = kept_cookie("x", odd);
            assert!(cookie.to_str().unwrap().starts_with("x=; Path=/; Max-Age=0"), "{odd}");
        }
    }
}
