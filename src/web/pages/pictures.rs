//! A sanitised body as it stands on a page. Pictures of publishers are shown as links: a page must not tell a
//! publisher's server who reads what, so nothing is loaded from there until a reader asks for it. What may be wider
//! than the screen can be reached and scrolled by keyboard.

use super::words::Markup;
use crate::web::escape::push_escaped;
use crate::web::say;

/// Elements that scroll by themselves where they are too wide.
const SCROLLING: [&str; 2] = ["<pre", "<table"];

/// Replaces each `<img>` of a sanitised body by its words and a link to the picture. Inside a link
/// there is no second link: the words alone stand in. What scrolls by itself takes the focus.
pub(super) fn without_pictures(html: &str) -> Markup {
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
            stand_in(tag, inside_link, &mut page);
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
