//! Where else a story is told, as a line under it.

use crate::web::say;
use crate::{
    domain::{Address, Language, story::place_name},
    messages,
    store::{AlsoAt, Elsewhere},
};

/// Other places of one story, and its translations.
#[derive(Default)]
pub(super) struct Places {
    pub(super) also_at: Vec<Told>,
    pub(super) also_in: Vec<Told>,
}

/// A place or a language, and where it leads.
pub(super) struct Told {
    pub(super) name: String,
    /// Of our page of that entry.
    pub(super) id: i64,
    pub(super) title: String,
    /// Why it is the same story.
    pub(super) reason: &'static str,
}

impl Places {
    /// Where a feed and a sitemap list one page, nobody wants to be led there a second time.
    pub(super) fn of(elsewhere: Elsewhere, shown: Option<&Address>) -> Self {
        let Elsewhere { also_at, also_in } = elsewhere;
        let shown = shown.map(Address::key);
        let is_shown =
            |it: &AlsoAt| it.link.is_some() && it.link.as_ref().map(Address::key) == shown;
        let mut places: Vec<Told> = Vec::new();
        for place in also_at.into_iter().filter(|it| !is_shown(it)) {
            let name = place_name(place.link.as_ref(), &place.peer_name);
            if places.iter().all(|it| it.name != name) {
                let reason = say::text(reason_key(&place));
                places.push(Told { name, id: place.entry.0, title: place.title, reason });
            }
        }
        let languages = also_in.into_iter().map(|it| Told {
            name: language_name(&it.language),
            id: it.entry.0,
            title: it.title,
            reason: "",
        });
        Self { also_at: places, also_in: languages.collect() }
    }
}

fn reason_key(place: &AlsoAt) -> &'static str {
    use crate::domain::story::Reason;
    match place.reason {
        Reason::SameSummary => "story.same-summary.meaning",
        Reason::Excerpt => "story.excerpt.meaning",
        Reason::SameText => "story.same-text.meaning",
        Reason::Canonical => "story.canonical.meaning",
        Reason::SameAddress => "story.same-address.meaning",
        Reason::ByHand => "story.by-hand.meaning",
    }
}

/// `Japanese`; its tag where the catalogue has no name.
fn language_name(language: &Language) -> String {
    let key = format!("language.{}", language.primary());
    if messages::has(&key) { say::text(&key).to_owned() } else { language.to_string() }
}
