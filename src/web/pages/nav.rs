//! The navigation of every page: what one opens each day, and behind "More" the rest.

use super::{Frame, Place};
use crate::web::{routes, say, viewer::Theme};

pub(super) struct NavItem {
    pub(super) path: &'static str,
    pub(super) name: String,
    pub(super) is_here: bool,
    /// Stands behind "More" where there is little room.
    pub(super) is_wide: bool,
}

/// Each with its word in the catalogue. A place that has no page yet is left out.
const MAIN: [(Place, &str, &str); 6] = [
    (Place::Today, "/", "today"),
    (Place::Search, "/search", "search"),
    (Place::List, "/list", "list"),
    (Place::Journal, "/journal", "journal"),
    (Place::Landscape, "/landscape", "landscape"),
    (Place::Digests, "/digests", "digests"),
];
/// Where there are logins.
const WITH_LOGINS: [(Place, &str, &str); 2] =
    [(Place::Shelf, "/shelf", "shelf"), (Place::Account, "/account", "account")];
const MORE: [(Place, &str, &str); 7] = [
    (Place::Topics, "/topics", "topics"),
    (Place::Limits, "/limits", "limits"),
    (Place::Trends, "/trends", "trends"),
    (Place::Ideas, "/ideas", "ideas"),
    (Place::Peers, "/peers", "peers"),
    (Place::Sources, "/sources", "sources"),
    (Place::Settings, "/settings", "settings"),
];

/// As the paper of `base.css`.
const LIGHT: &str = "#fcfbf8";
const DARK: &str = "#16191d";

impl Frame {
    pub(super) fn main_nav(&self) -> Vec<NavItem> {
        self.items(&MAIN)
    }

    pub(super) fn more_nav(&self) -> Vec<NavItem> {
        let with_logins = self.account.iter().flat_map(|_| self.items(&WITH_LOGINS));
        self.items(&MORE).into_iter().chain(with_logins).collect()
    }

    pub(super) fn is_in_more(&self) -> bool {
        MORE.iter().chain(&WITH_LOGINS).any(|it| it.0 == self.place)
    }

    fn items(&self, places: &[(Place, &'static str, &'static str)]) -> Vec<NavItem> {
        let there = places.iter().filter(|it| routes::has_page(it.1));
        let item = |(place, path, word): &(Place, &'static str, &'static str)| NavItem {
            path,
            name: say::text(&format!("web.nav.{word}")).to_owned(),
            is_here: *place == self.place,
            is_wide: matches!(place, Place::Landscape | Place::Digests),
        };
        there.map(item).collect()
    }

    /// What the browser paints around the page: a colour, and for which of its own themes.
    pub(super) fn theme_colours(&self) -> Vec<(&'static str, &'static str)> {
        match self.viewer.theme {
            Theme::Light => vec![(LIGHT, "")],
            Theme::Dark => vec![(DARK, "")],
            Theme::System => vec![
                (LIGHT, "(prefers-color-scheme: light)"),
                (DARK, "(prefers-color-scheme: dark)"),
            ],
        }
    }
}
