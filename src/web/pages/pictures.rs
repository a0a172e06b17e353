//! A sanitised body as it stands on a page. Pictures of publishers are links, or come from a copy of ours: a page must
//! not tell a publisher's server who reads what, so nothing is loaded from there until a reader asks for it. What may be
//! wider than the screen can be reached and scrolled by keyboard.

use super::words::Markup;
use crate::{
    domain::{Address, EntryId, picture_name},
    extract,
    web::{
        escape::push_escaped,
        say,
        viewer::{PictureChoice, Viewer},
    },
};

/// A sanitised body as whoever looks has chosen.
pub(super) fn with_pictures_as_chosen(html: &str, entry: EntryId) -> Markup {
    match Viewer::present().pictures {
        PictureChoice::Links => without_pictures(html),
        PictureChoice::Shown => with_pictures(html, |tag, inside_link, page| {
            if !show(tag, entry, page) {
                stand_in(tag, inside_link, page);
            }
        }),
    }
}

/// Elements that scroll by themselves where they are too wide.
const SCROLLING: [&str; 2] = ["<pre", "<table"];

/// Replaces each `<img>` of a sanitised body by its words and a link to the picture. Inside a link
/// there is no second link: the words alone stand in. What scrolls by itself takes the focus.
pub(super) fn without_pictures(html: &str) -> Markup {
    with_pictures(html, stand_in)
}

fn with_pictures(html: &str, picture: impl Fn(&str, bool, &mut String)) -> Markup {
    let mut page = String::with_capacity(html.len() + html.len() / 8);
    let mut rest = html;
    let mut inside_link = false;
    // A sanitised body writes `<` only where a tag begins.
    while let Some(open) = rest.find('<') {
        let (before, tag_on) = rest.split_at(open);
        page.push_str(before);
        let end = tag_on.find('>').map_or(tag_on.len(), |at| at + 1);
        let (tag, after) = tag_on.split_at(end);
        if tag.starts_with("<img ") {
            picture(tag, inside_link, &mut page);
        } else {
            if tag.starts_with("<a ") {
                inside_link = true;
            } else if tag == "</a>" {
                inside_link = false;
            }
            push_focusable(tag, &mut page);
        }
        rest = after;
    }
    page.push_str(rest);
    Markup::sanitised(page)
}

/// Our copy of the picture; says whether there can be one.
fn show(tag: &str, entry: EntryId, page: &mut String) -> bool {
    let address = extract::images_of(tag).pop().and_then(|it| it.parse::<Address>().ok());
    let Some(address) = address else { return false };
    let (name, alt) = (picture_name(&address), attribute(tag, "alt"));
    let source = format!("/images/{entry}/{name}");
    page.push_str("<img class=\"shown\" loading=\"lazy\" decoding=\"async\" src=\"");
    page.push_str(&source);
    page.push_str("\" alt=\"");
    page.push_str(alt);
    page.push_str("\">");
    true
}

fn push_focusable(tag: &str, page: &mut String) {
    let is = |name: &&str| tag.strip_prefix(*name).is_some_and(|it| it.starts_with([' ', '>']));
    let name = SCROLLING.into_iter().find(is).unwrap_or_default();
    page.push_str(name);
    if !name.is_empty() {
        page.push_str(" tabindex=\"0\"");
    }
    page.push_str(&tag[name.len()..]);
}

fn stand_in(tag: &str, inside_link: bool, page: &mut String) {
    // Both are written escaped, and stay so.
    let (src, alt) = (attribute(tag, "src"), attribute(tag, "alt"));
    let element = if inside_link || src.is_empty() { "span" } else { "a" };
    page.push('<');
    page.push_str(element);
    page.push_str(" class=\"picture\"");
    if element == "a" {
        page.push_str(" rel=\"noopener noreferrer\" referrerpolicy=\"no-referrer\" href=\"");
        page.push_str(src);
        page.push('"');
    }
    page.push_str("><span class=\"picture-label\">");
    push_escaped(say::text("web.picture.label"), page);
    page.push_str("</span> <span class=\"picture-alt\">");
    if alt.is_empty() {
        push_escaped(say::text("web.picture.untold"), page);
    } else {
        page.push_str(alt);
    }
    page.push_str("</span> <span class=\"picture-host\">");
    page.push_str(host(src));
    page.push_str("</span></");
    page.push_str(element);
    page.push('>');
}

/// The value as written, in double quotes as the sanitiser writes them.
fn attribute<'a>(tag: &'a str, name: &str) -> &'a str {
    let start = format!(" {name}=\"");
    let Some(at) = tag.find(&start) else { return "" };
    tag[at + start.len()..].split('"').next().unwrap_or_default()
}

fn host(src: &str) -> &str {
    let rest = src.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_becomes_a_link_with_its_words() {
        let html = "<p>See <img src=\"https://cdn.example.com/a.png?x=1&amp;y\" alt=\"p99 &lt; 3\" \
                    width=\"10\" loading=\"lazy\"> here.</p>";
        let page = without_pictures(html).to_string();
        assert!(!page.contains("<img"), "{page}");
        assert!(page.contains("href=\"https://cdn.example.com/a.png?x=1&amp;y\""), "{page}");
        assert!(page.contains("p99 &lt; 3") && page.contains(">cdn.example.com<"), "{page}");
        assert!(page.starts_with("<p>See <a ") && page.ends_with(" here.</p>"), "{page}");
    }

    #[test]
    fn a_picture_inside_a_link_makes_no_second_link() {
        let html =
            "<a href=\"https://example.com/\"><img src=\"https://e.com/a\" alt=\"\"></a><p>x</p>";
        let page = without_pictures(html).to_string();
        assert_eq!(page.matches("<a ").count(), 1, "{page}");
        assert!(page.contains("<span class=\"picture\">"), "{page}");
    }

    #[test]
    fn a_picture_that_is_shown_comes_from_us() {
        let html =
            "<p><img src=\"https://cdn.example.com/a.png?x=1&amp;y\" alt=\"p99 &lt; 3\"></p>";
        let mut page = String::new();
        assert!(show(&html[3..html.len() - 4], EntryId(7), &mut page));
        let address = "https://cdn.example.com/a.png?x=1&y".parse().unwrap();
        let source = format!("src=\"/images/7/{}\"", picture_name(&address));
        assert!(page.contains(&source) && page.contains("alt=\"p99 &lt; 3\""), "{page}");
        assert!(!page.contains("cdn.example.com"), "{page}");
    }

    #[test]
    fn whatever_is_not_a_picture_stays_as_it_is() {
        let html = "<p>1 &lt; 2 <em>x</em></p><prefix>a</prefix>";
        assert_eq!(without_pictures(html).to_string(), html);
    }

    #[test]
    fn what_scrolls_by_itself_takes_the_focus() {
        let html = "<pre class=\"language-rust\"><code>a</code></pre><table><tr></tr></table>";
        let page = "<pre tabindex=\"0\" class=\"language-rust\"><code>a</code></pre>\
                    <table tabindex=\"0\"><tr></tr></table>";
        assert_eq!(without_pictures(html).to_string(), page);
    }
}
