//! `/list/add`: puts a page from outside on the list; a bookmark in the browser leads here. Only the form that is
//! sent changes anything.

use askama::Template;
use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    response::Response,
};

use super::{Answer, Frame, Place, html, list_change::back_with};
use crate::{
    domain::{Address, tags_of},
    reading,
    web::{
        Web,
        base::Base,
        done::{Deed, Done},
        params::{BadParameter, Params},
        problem::Problem,
        say,
    },
};

#[derive(Template)]
#[template(path = "list-add.html")]
struct AddPage {
    frame: Frame,
    address: String,
    title: String,
    /// The program that a bookmark runs on any page.
    bookmarklet: String,
}

/// Characters of a title that a page hands over.
const LONGEST_TITLE: usize = 300;

/// `GET /list/add`
pub(in crate::web) async fn add(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
    base: Base,
) -> Answer {
    let asked = Params::lenient(query.as_deref());
    html(&AddPage {
        frame: Frame::new(&web, say::text("web.list.add.heading"), Place::List),
        address: asked.text("address").unwrap_or_default().to_owned(),
        title: asked.text("title").unwrap_or_default().chars().take(LONGEST_TITLE).collect(),
        bookmarklet: bookmarklet(&base.at("/list/add")),
    })
}

/// Leads to the form with address and title of the page that is open.
fn bookmarklet(form: &str) -> String {
    // The address was asked for by its host, which is one of ours; in a text of the program all else is data.
    let form: String = form.chars().filter(|it| !matches!(it, '\'' | '\\' | '\n')).collect();
    format!(
        "javascript:location.href='{form}?address='+encodeURIComponent(location.href)\
         +'&title='+encodeURIComponent(document.title)"
    )
}

/// `POST /list/add`
pub(in crate::web) async fn post_add(
    State(web): State<Web>,
    sent: Bytes,
) -> Result<Response, Problem> {
    let form = Params::lenient(Some(&String::from_utf8_lossy(&sent)));
    let address = address_in(form.text("address").unwrap_or_default())?;
    let words = form.as_typed("tags").split(|it: char| it == ',' || it.is_whitespace());
    let words: Vec<String> = words.filter(|it| !it.is_empty()).map(str::to_owned).collect();
    let tags = tags_of(&words)?.into_iter().collect();
    let (store, now) = (&web.library().store, web.clock().now());
    let title = form.text("title").unwrap_or_default();
    let saved = reading::save_page(store, web.reader(), address, (title, tags), now).await?;
    let deed = Deed::State(saved.report.reading.state);
    let done = saved.undo.map_or_else(|| Done::told(deed), |undo| Done::new(deed, 1, undo));
    Ok(back_with(&form, Some(done.cookie())))
}

/// As people paste them: a name alone stands for its page.
pub(in crate::web) fn address_in(written: &str) -> Result<Address, BadParameter> {
    let written = written.trim();
    let with_scheme = || format!("https://{written}");
    let is_bare = !written.contains("://") && written.contains('.') && !written.contains(' ');
    let parsed =
        written.parse().or_else(|error| if is_bare { with_scheme().parse() } else { Err(error) });
    parsed.map_err(|_| BadParameter {
        name: "address".to_owned(),
        found: written.chars().take(80).collect(),
        expected: say::text("web.expected.address").to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_as_people_paste_it() {
        for (written, address) in [
            (" https://example.com/a ", "https://example.com/a"),
            ("example.com/a?b=1", "https://example.com/a?b=1"),
            ("http://example.com", "http://example.com/"),
        ] {
            assert_eq!(address_in(written).unwrap().as_str(), address);
        }
        for wrong in ["", "queues", "javascript:alert(1)", "ftp://example.com/", "two words.de"] {
            assert_eq!(address_in(wrong).unwrap_err().name, "address", "{wrong}");
        }
    }

    #[test]
    fn the_bookmark_leads_to_the_form_of_this_service() {
        let program = bookmarklet("http://localhost:8787/list/add");
        assert!(program.starts_with("javascript:location.href='http://localhost:8787/list/add?"));
    }
}
