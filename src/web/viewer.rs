//! Who looks at a page, and how they want it: language, zone, colours, size of text. Told by cookies that the
//! settings set, by the browser where they say nothing, and by `feeds.toml` for the zone.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::Response,
};
use jiff::tz::TimeZone;

use super::{Web, pages::asked_language};
use crate::messages::LANGUAGES;

tokio::task_local! {
    static VIEWER: Viewer;
}

/// How one request's page is to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Viewer {
    /// One of [`LANGUAGES`].
    pub(super) language: &'static str,
    pub(super) zone: TimeZone,
    pub(super) theme: Theme,
    pub(super) size: Size,
    pub(super) width: Width,
    pub(super) pictures: PictureChoice,
}

/// Choices of the settings: each has its word in cookies, in forms and on the page.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident, $cookie:literal, $($variant:ident = $word:literal),+) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum $name { $($variant),+ }

        impl $name {
            /// Of its cookie.
            pub(super) const COOKIE: &'static str = $cookie;
            /// The first is what holds where nothing was chosen.
            pub(super) const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub(super) fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            pub(super) fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.as_str() == word)
            }

            pub(super) fn of(headers: &HeaderMap) -> Self {
                let chosen = cookie(headers, Self::COOKIE).and_then(Self::from_word);
                chosen.unwrap_or(Self::ALL[0])
            }
        }
    };
}

choice!(
    /// Colours.
    Theme, "peerscope-theme", System = "system", Light = "light", Dark = "dark"
);
choice!(
    /// Of the text.
    Size, "peerscope-size", Normal = "normal", Small = "small", Large = "large", Larger = "larger"
);
choice!(
    /// Of the column that one reads.
    Width, "peerscope-width", Normal = "normal", Narrow = "narrow", Wide = "wide"
);

choice!(
    /// What stands for the pictures of articles: links, or the pictures themselves, fetched by us.
    PictureChoice, "peerscope-pictures", Links = "links", Shown = "shown"
);
choice!(
    /// How what is new is grouped.
    Grouping, "peerscope-by", Day = "day", Peer = "peer", Topic = "topic", Kind = "kind"
);

/// Holds a tag of [`LANGUAGES`].
pub(super) const LANGUAGE_COOKIE: &str = "peerscope-language";
/// Holds a name of the IANA time zone database; a script tells the browser's.
pub(super) const ZONE_COOKIE: &str = "peerscope-zone";

impl Viewer {
    fn of(web: &Web, headers: &HeaderMap) -> Self {
        let chosen = cookie(headers, LANGUAGE_COOKIE);
        let chosen = chosen.and_then(|it| LANGUAGES.into_iter().find(|known| *known == it));
        let zone = cookie(headers, ZONE_COOKIE).and_then(|it| TimeZone::get(it).ok());
        let planned = || TimeZone::get(&web.following().digest.zone).unwrap_or(TimeZone::UTC);
        Self {
            language: chosen.unwrap_or_else(|| asked_language(headers)),
            zone: zone.unwrap_or_else(planned),
            theme: Theme::of(headers),
            size: Size::of(headers),
            width: Width::of(headers),
            pictures: PictureChoice::of(headers),
        }
    }

    /// Has some work be done for who this is.
    pub(super) async fn scope<T>(self, work: impl Future<Output = T>) -> T {
        VIEWER.scope(self, work).await
    }

    /// Of the request that is being answered; where there is none, English and UTC.
    pub(super) fn present() -> Self {
        VIEWER.try_with(Self::clone).unwrap_or(Self {
            language: LANGUAGES[0],
            zone: TimeZone::UTC,
            theme: Theme::System,
            size: Size::Normal,
            width: Width::Normal,
            pictures: PictureChoice::Links,
        })
    }

    pub(super) fn language() -> &'static str {
        VIEWER.try_with(|it| it.language).unwrap_or(LANGUAGES[0])
    }
}

/// A layer: all that is made of a request is made for who sent it.
pub(super) async fn viewed(State(web): State<Web>, request: Request, next: Next) -> Response {
    let viewer = Viewer::of(&web, request.headers());
    viewer.scope(next.run(request)).await
}

/// The value of a cookie (RFC 6265, section 5.4), the first of its name.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|it| it.to_str().ok());
    let mut pairs = lines.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
    pairs.find(|(it, _)| *it == name).map(|(_, value)| value.trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_by_their_whole_name_and_odd_values_count_as_none() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "a=1; peerscope-theme=dark".parse().unwrap());
        headers
            .append(header::COOKIE, "peerscope-size=huge;x-peerscope-width=wide".parse().unwrap());
        assert_eq!(cookie(&headers, "a"), Some("1"));
        assert_eq!(cookie(&headers, "theme"), None);
        assert_eq!(Theme::of(&headers), Theme::Dark);
        assert_eq!(Size::of(&headers), Size::Normal);
        assert_eq!(Width::of(&headers), Width::Normal);
    }

    #[test]
    fn outside_of_requests_pages_are_english() {
        assert_eq!(Viewer::present().language, "en");
        assert_eq!(Viewer::language(), "en");
    }
}
