//! Links and images of a body: resolved, without tracking, and only of schemes that cannot run code.

use std::borrow::Cow;

use url::{ParseError, Url};

use crate::domain::Address;

/// Where a link leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target<'a> {
    Web(Cow<'a, str>),
    Mail(String),
    /// A place in the same body; with the `#`.
    Place(String),
}

/// Put before every id of a body, so that none is mistaken for one of the page around it.
const ID_PREFIX: &str = "in-";
/// In bytes.
const LONGEST_ID: usize = 128;
/// In bytes, as written and as resolved.
const LONGEST_LINK: usize = 4096;

/// Hosts (and paths) of pictures that only count readers.
const PIXELS: &[&str] = &[
    "feeds.feedburner.com/~",
    "feeds.feedblitz.com/",
    "feeds.wordpress.com/",
    "feedsportal.com/",
    "stats.wordpress.com/",
    "pixel.wp.com/",
    "stats.wp.com/",
    "medium.com/_/stat",
    "google-analytics.com/",
    "pagead2.googlesyndication.com/",
    "b.scorecardresearch.com/",
    "facebook.com/tr",
    "px.ads.linkedin.com/",
    "analytics.twitter.com/",
    "t.co/i/adsct",
    "bat.bing.com/",
    "track.hubspot.com/",
    "pixel.quantserve.com/",
    "feedpress.me/",
    "ads.pheedo.com/",
    "blogger.googleusercontent.com/tracker/",
];
/// Links under a post that share, rate or advertise it, but say nothing of it.
const FLARES: &[&str] = &[
    "feeds.feedburner.com/~ff/",
    "feeds.feedburner.com/~a/",
    "feeds.wordpress.com/1.0/",
    "feedads.g.doubleclick.net/",
    "da.feedsportal.com/",
    "res.feedsportal.com/",
    "share.feedsportal.com/",
    "twitter.com/intent/tweet",
    "twitter.com/share",
    "x.com/intent/",
    "facebook.com/sharer",
    "facebook.com/share.php",
    "linkedin.com/sharearticle",
    "linkedin.com/sharing/",
    "reddit.com/submit",
    "news.ycombinator.com/submitlink",
    "addtoany.com/",
    "addthis.com/",
    "pinterest.com/pin/create",
    "api.whatsapp.com/send",
    "t.me/share",
    "getpocket.com/save",
];

/// Where a link's `href` leads; `None` if nowhere that a reader may be sent.
pub(super) fn target<'a>(written: &'a str, base: &Address) -> Option<Target<'a>> {
    let written = written.trim_ascii();
    if is_plain_address(written) {
        return Some(Target::Web(Cow::Borrowed(written)));
    }
    if let Some(id) = written.strip_prefix('#').and_then(anchor) {
        return Some(Target::Place(format!("#{id}")));
    }
    let url = resolved(written, base)?;
    match url.scheme() {
        "mailto" => Some(Target::Mail(url.into())),
        _ => web(url).map(Target::Web),
    }
}

/// The address of a picture, a film or a frame; `None` for anything but the web.
pub(super) fn media<'a>(written: &'a str, base: &Address) -> Option<Cow<'a, str>> {
    let written = written.trim_ascii();
    if written.is_empty() || written.starts_with('#') {
        return None;
    }
    if is_plain_address(written) {
        return Some(Cow::Borrowed(written));
    }
    web(resolved(written, base)?)
}

/// The `srcset` of a picture with every candidate resolved, and those that cannot be left out;
/// empty if none can. Splits as browsers do (WHATWG HTML §4.8.4.2.3).
pub(super) fn candidates(srcset: &str, base: &Address) -> String {
    let mut clean = String::new();
    let mut rest = srcset;
    loop {
        rest = rest.trim_start_matches(|it: char| it.is_ascii_whitespace() || it == ',');
        if rest.is_empty() {
            return clean;
        }
        let end = rest.find(|it: char| it.is_ascii_whitespace()).unwrap_or(rest.len());
        let (url, after) = rest.split_at(end);
        let (descriptor, after) = match url.strip_suffix(',') {
            Some(_) => ("", after),
            None => after.split_once(',').unwrap_or((after, "")),
        };
        rest = after;
        let url = media(url.trim_end_matches(','), base).filter(|it| !it.ends_with(','));
        let descriptor = descriptor.trim_ascii();
        let (Some(url), true) = (url, is_descriptor(descriptor)) else { continue };
        if !clean.is_empty() {
            clean.push_str(", ");
        }
        clean.push_str(&url);
        if !descriptor.is_empty() {
            clean.push(' ');
            clean.push_str(descriptor);
        }
    }
}

/// `2x`, `640w`, or nothing.
fn is_descriptor(text: &str) -> bool {
    let number = text.strip_suffix(['x', 'w']).unwrap_or(text);
    text.is_empty()
        || number.len() < text.len()
            && number.len() <= 8
            && number.starts_with(|it: char| it.is_ascii_digit())
            && number.bytes().all(|it| it.is_ascii_digit() || it == b'.')
}

/// An id that is safe in any page; `None` for one that no link could name.
pub(super) fn anchor(written: &str) -> Option<String> {
    let is_usual = |it: char| it.is_alphanumeric() || matches!(it, '-' | '_' | ':' | '.');
    if written.is_empty() || written.len() > LONGEST_ID || !written.chars().all(is_usual) {
        return None;
    }
    let prefix = if written.starts_with(ID_PREFIX) { "" } else { ID_PREFIX };
    Some(format!("{prefix}{written}"))
}

pub(super) fn counts_readers(url: &str) -> bool {
    let place = host_and_path(url);
    PIXELS.iter().any(|it| place.starts_with(it))
        || place.split('/').next().is_some_and(|host| host.ends_with("doubleclick.net"))
}

pub(super) fn only_shares(url: &str) -> bool {
    let place = host_and_path(url);
    FLARES.iter().any(|flare| {
        place.get(..flare.len()).is_some_and(|start| start.eq_ignore_ascii_case(flare))
    })
}

/// The address as a reader would name it.
pub(super) fn host_and_path(url: &str) -> &str {
    let place = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let place = place.unwrap_or(url);
    place.strip_prefix("www.").unwrap_or(place)
}

pub(super) fn host_of(url: &str) -> &str {
    host_and_path(url).split(['/', '?', '#']).next().unwrap_or_default()
}

fn resolved(written: &str, base: &Address) -> Option<Url> {
    if written.len() > LONGEST_LINK {
        return None;
    }
    match Url::parse(written) {
        Ok(url) => Some(url),
        Err(ParseError::RelativeUrlWithoutBase) => base.url().join(written).ok(),
        Err(_) => None,
    }
    .filter(|url| url.as_str().len() <= LONGEST_LINK)
}

fn web(mut url: Url) -> Option<Cow<'static, str>> {
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    if !url.username().is_empty() || url.password().is_some() {
        url.set_username("").ok()?;
        url.set_password(None).ok()?;
    }
    if url.query().is_none() {
        return Some(Cow::Owned(url.into()));
    }
    let mut clean = String::from(url.as_str().parse::<Address>().ok()?.without_tracking());
    if let Some(fragment) = url.fragment() {
        clean.push('#');
        clean.push_str(fragment);
    }
    Some(Cow::Owned(clean))
}

/// Whether parsing this address would only give it back: the common case, told from its bytes.
fn is_plain_address(text: &str) -> bool {
    let after = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let Some(after) = after.filter(|_| text.len() <= LONGEST_LINK) else { return false };
    let Some(slash) = memchr::memchr(b'/', after.as_bytes()) else { return false };
    let (host, path) = after.split_at(slash);
    is_plain_host(host) && is_plain_path(path.as_bytes())
}

/// A name of several labels in ASCII whose last one is letters, so that it is no number in disguise.
fn is_plain_host(host: &str) -> bool {
    let Some((labels, last)) = host.rsplit_once('.') else { return false };
    host.len() <= 200
        && last.len() >= 2
        && last.bytes().all(|it| it.is_ascii_lowercase())
        && labels.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with(['-', 'x'])
                && !label.ends_with('-')
                && label.bytes().all(|it| matches!(it, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        })
}

/// No query, nothing to encode, and no segment that begins with a dot.
fn is_plain_path(path: &[u8]) -> bool {
    let mut before = 0;
    let mut in_fragment = false;
    for &byte in path {
        match byte {
            byte if byte.is_ascii_alphanumeric() || b"/-_@~+,:=".contains(&byte) => {}
            b'.' if before != b'/' => {}
            b'#' if !in_fragment => in_fragment = true,
            _ => return false,
        }
        before = byte;
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn base() -> Address {
        "https://blog.example.com/posts/one/".parse().unwrap()
    }

    fn web_target(written: &str) -> Option<String> {
        match target(written, &base()) {
            Some(Target::Web(url)) => Some(url.into_owned()),
            _ => None,
        }
    }

    #[test]
    fn links_are_resolved_against_the_post_and_lose_their_tracking() {
        for (written, resolved) in [
            ("../two", "https://blog.example.com/posts/two"),
            ("/a?utm_source=feed&id=1#part", "https://blog.example.com/a?id=1#part"),
            ("//cdn.example.com/x", "https://cdn.example.com/x"),
            ("HTTPS://Example.COM", "https://example.com/"),
            ("https://user:secret@example.com/", "https://example.com/"),
            (" https://example.com/a b ", "https://example.com/a%20b"),
        ] {
            assert_eq!(web_target(written).as_deref(), Some(resolved));
        }
    }

    #[test]
    fn no_link_runs_code() {
        for written in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\nscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "data:text/html,<script>alert(1)</script>",
            "vbscript:x",
            "file:///etc/passwd",
            "blob:https://example.com/x",
            "http://[",
        ] {
            assert_eq!(target(written, &base()), None, "{written:?}");
            assert_eq!(media(written, &base()), None, "{written:?}");
        }
    }

    #[test]
    fn places_in_a_body_keep_their_names_apart_from_the_page() {
        assert_eq!(target("#fn:1", &base()), Some(Target::Place("#in-fn:1".to_owned())));
        assert_eq!(anchor("fn:1").as_deref(), Some("in-fn:1"));
        assert_eq!(anchor("in-fn:1").as_deref(), Some("in-fn:1"));
        assert_eq!(anchor("a b"), None);
        let mail = target("mailto:a@example.com", &base());
        assert_eq!(mail, Some(Target::Mail("mailto:a@example.com".to_owned())));
    }

    #[test]
    fn a_srcset_keeps_only_candidates_from_the_web() {
        let written = "a.png 1x, data:image/png;base64,AAAA 2x, https://cdn.example.com/b,c.png 640w, x.png bad";
        let clean = candidates(written, &base());
        assert_eq!(
            clean,
            "https://blog.example.com/posts/one/a.png 1x, https://cdn.example.com/b,c.png 640w"
        );
        assert_eq!(candidates(&clean, &base()), clean);
        assert_eq!(candidates("javascript:alert(1), , ,", &base()), "");
    }

    #[test]
    fn pixels_and_share_links_are_known_by_their_hosts() {
        assert!(counts_readers("https://medium.com/_/stat?event=x"));
        assert!(counts_readers("http://ad.doubleclick.net/x.gif"));
        assert!(!counts_readers("https://miro.medium.com/max/a.png"));
        assert!(only_shares("https://www.linkedin.com/shareArticle?url=x"));
        assert!(!only_shares("https://twitter.com/someone/status/1"));
    }

    proptest! {
        #[test]
        fn a_plain_address_is_what_parsing_would_give(
            text in "https?://[a-z0-9.x-]{1,12}\\.[a-z]{2,4}/[a-zA-Z0-9/._~@+,:=#%?-]{0,24}"
        ) {
            if is_plain_address(&text) {
                prop_assert_eq!(String::from(Url::parse(&text).unwrap()), text);
            }
        }

        #[test]
        fn a_resolved_link_resolves_to_itself(text in "(https?:/{0,3})?[a-z0-9.:@/%?#&= ,\\[\\]\\\\-]{0,40}|\\PC{0,30}") {
            if let Some(Target::Web(once)) = target(&text, &base()) {
                prop_assert_eq!(web_target(&once), Some(once.to_string()));
            }
        }
    }
}
