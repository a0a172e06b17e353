//! `/keys`: what the keyboard can do, as a page and in the dialog that `?` opens on every page.

use askama::Template;
use axum::extract::State;

use super::{Answer, Frame, Place, html};
use crate::web::{Web, routes, say};

#[derive(Template)]
#[template(path = "keys.html")]
struct KeysPage {
    frame: Frame,
    groups: Vec<KeyGroup>,
}

struct KeyGroup {
    heading: &'static str,
    keys: Vec<Key>,
}

struct Key {
    /// Pressed one after the other.
    strokes: Vec<&'static str>,
    meaning: String,
}

/// Behind `g`: the letter, the word of the place in the catalogue, and where it leads.
const PLACES: [(&str, &str, &str); 10] = [
    ("t", "today", "/"),
    ("s", "search", "/search"),
    ("l", "list", "/list"),
    ("j", "journal", "/journal"),
    ("a", "landscape", "/landscape"),
    ("d", "digests", "/digests"),
    ("i", "ideas", "/ideas"),
    ("p", "peers", "/peers"),
    ("o", "sources", "/sources"),
    ("e", "settings", "/settings"),
];

pub(in crate::web) async fn keys(State(web): State<Web>) -> Answer {
    let frame = Frame::new(&web, say::text("web.keys.heading"), Place::Elsewhere);
    html(&KeysPage { frame, groups: vec![on_cards(), on_pages(), to_places()] })
}

fn key(strokes: &[&'static str], meaning: &str) -> Key {
    Key { strokes: strokes.to_vec(), meaning: say::text(meaning).to_owned() }
}

fn on_cards() -> KeyGroup {
    let keys = vec![
        key(&["j"], "web.keys.next"),
        key(&["k"], "web.keys.previous"),
        key(&["o"], "web.keys.open"),
        key(&["m"], "web.keys.queue"),
        key(&["s"], "web.keys.studied"),
        key(&["n"], "web.keys.note"),
    ];
    KeyGroup { heading: say::text("web.keys.on-cards"), keys }
}

fn on_pages() -> KeyGroup {
    let keys = vec![
        key(&["/"], "web.keys.search"),
        key(&["?"], "web.keys.help"),
        key(&["Esc"], "web.keys.close"),
    ];
    KeyGroup { heading: say::text("web.keys.on-pages"), keys }
}

fn to_places() -> KeyGroup {
    let there = PLACES.iter().filter(|it| routes::has_page(it.2));
    let keys = there.map(|(letter, word, _)| Key {
        strokes: vec!["g", letter],
        meaning: say::text(&format!("web.nav.{word}")).to_owned(),
    });
    KeyGroup { heading: say::text("web.keys.to-places"), keys: keys.collect() }
}
