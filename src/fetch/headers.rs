//! Headers as they go out and come in, byte for byte where bytes matter.

use reqwest::header::{
    ACCEPT, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE,
    IF_NONE_MATCH, LAST_MODIFIED, USER_AGENT,
};

use super::{Accept, Request};
use crate::domain::Validators;

const FEEDS: &str = "application/atom+xml, application/rss+xml, application/feed+json, \
                     application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, \
                     application/json;q=0.8, */*;q=0.5";
const ROBOTS: &str = "text/plain, */*;q=0.5";
const PICTURES: &str = "image/avif, image/webp, image/png, image/jpeg, image/gif";
const PAGES: &str = "text/html, application/xhtml+xml, */*;q=0.8";

/// Longest validator that is kept; a server that sends more would refuse it in a request.
const LONGEST_VALIDATOR: usize = 4096;

/// Headers of a request, beside those that the client adds for connection and encodings.
pub(super) fn of_request(request: &Request, user_agent: &str) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(4);
    let accept = match request.accept {
        Accept::Feed => FEEDS,
        Accept::Page => PAGES,
        Accept::Picture => PICTURES,
        Accept::Robots => ROBOTS,
    };
    headers.insert(ACCEPT, HeaderValue::from_static(accept));
    let user_agent = request.user_agent.as_deref().unwrap_or(user_agent);
    if let Some(name) = printable(user_agent) {
        headers.insert(USER_AGENT, name);
    }
    let Validators { etag, last_modified } = &request.validators;
    if let Some(value) = etag.as_deref().and_then(bytes_of) {
        headers.insert(IF_NONE_MATCH, value);
    }
    if let Some(value) = last_modified.as_deref().and_then(bytes_of) {
        headers.insert(IF_MODIFIED_SINCE, value);
    }
    headers
}

/// What an answer says of itself, its bytes as Latin-1 letters.
pub(super) fn validators(headers: &HeaderMap) -> Validators {
    let of = |name| {
        let value = headers.get(name).map(HeaderValue::as_bytes)?;
        let kept = !value.is_empty() && value.len() <= LONGEST_VALIDATOR;
        kept.then(|| value.iter().copied().map(char::from).collect())
    };
    Validators { etag: of(ETAG), last_modified: of(LAST_MODIFIED) }
}

/// Media type and charset of a body, both lower-case.
pub(super) fn content_type(headers: &HeaderMap) -> (Option<String>, Option<String>) {
    let Some(text) = text_of(headers, &CONTENT_TYPE) else { return (None, None) };
    let mut parts = text.split(';').map(|it| it.trim().to_ascii_lowercase());
    let media_type = parts.next().filter(|it| !it.is_empty());
    let charset = parts.find_map(|it| {
        let value = it.strip_prefix("charset")?.trim_start().strip_prefix('=')?;
        let value = value.trim().trim_matches(['"', '\'']).trim();
        (!value.is_empty()).then(|| value.to_owned())
    });
    (media_type, charset)
}

/// The first value of a header as text.
pub(super) fn text_of(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
}

/// The bytes that stand as Latin-1 letters; `None` for what never came from a header.
fn bytes_of(letters: &str) -> Option<HeaderValue> {
    let bytes: Option<Vec<u8>> = letters.chars().map(|it| u8::try_from(it).ok()).collect();
    HeaderValue::from_bytes(&bytes?).ok()
}

/// A header value from text a person wrote: letters that no header may hold are left out.
fn printable(text: &str) -> Option<HeaderValue> {
    let kept: String = text.chars().filter(|it| matches!(it, ' '..='~')).collect();
    HeaderValue::from_str(kept.trim()).ok().filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(validators: Validators) -> Request {
        let address = "https://example.com/feed".parse().unwrap();
        Request { validators, ..Request::new(address, jiff::Timestamp::UNIX_EPOCH) }
    }

    #[test]
    fn validators_go_back_byte_for_byte() {
        let bytes: Vec<u8> = b"W/\"caf\xe9 \xc3\xa9\"".to_vec();
        let mut headers = HeaderMap::new();
        headers.insert(ETAG, HeaderValue::from_bytes(&bytes).unwrap());
        headers.insert(LAST_MODIFIED, HeaderValue::from_static("yesterday, about noon"));
        let sent = of_request(&request(validators(&headers)), "");
        assert_eq!(sent[IF_NONE_MATCH].as_bytes(), bytes);
        assert_eq!(sent[IF_MODIFIED_SINCE], "yesterday, about noon");
    }

    #[test]
    fn a_request_without_validators_is_unconditional() {
        let sent = of_request(&request(Validators::default()), "Peerscope/1\r\nX: y");
        assert!(!sent.contains_key(IF_NONE_MATCH) && !sent.contains_key(IF_MODIFIED_SINCE));
        assert_eq!(sent[USER_AGENT], "Peerscope/1X: y");
        assert!(sent[ACCEPT].to_str().unwrap().contains("application/rss+xml"));
    }

    #[test]
    fn media_type_and_charset_are_read_from_any_spelling() {
        for (value, media_type, charset) in [
            ("Text/XML; Charset=\"UTF-8\"", Some("text/xml"), Some("utf-8")),
            ("text/html;charset = 'latin1' ; x=y", Some("text/html"), Some("latin1")),
            ("application/rss+xml", Some("application/rss+xml"), None),
            ("; charset=", None, None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, value.parse().unwrap());
            let expected = (media_type.map(str::to_owned), charset.map(str::to_owned));
            assert_eq!(content_type(&headers), expected, "{value}");
        }
    }
}
