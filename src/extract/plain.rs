//! Text out of HTML that nobody has read yet: lines for titles and summaries, and whole bodies whose
//! HTML cannot be parsed.

use memchr::{memchr, memmem};

use crate::domain::{self, Markup};

use super::{entities, tags::Tag};

/// In bytes, as published. Longer titles are mistakes.
const LONGEST_LINE: usize = 8 * 1024;
/// In bytes, as published: enough for a summary under any markup.
const LONGEST_SUMMARY_SOURCE: usize = 64 * 1024;

/// Elements whose content is not for reading.
const UNREADABLE: &[&str] = &["script", "style", "noscript", "svg", "template", "textarea"];
/// Elements of HTML that a body may not contain, but that are tags all the same.
const OTHER_TAGS: &[&str] = &[
    "acronym", "applet", "audio", "base", "big", "body", "button", "canvas", "center", "data",
    "dialog", "embed", "fieldset", "font", "form", "frame", "frameset", "head", "hgroup", "html",
    "iframe", "input", "label", "legend", "link", "main", "map", "math", "menu", "meta", "nav",
    "nobr", "object", "option", "picture", "script", "search", "select", "source", "strike",
    "style", "svg", "template", "textarea", "title", "tt", "video",
];

/// Titles and other single lines: tags stripped, references decoded (twice, as some feeds escape
/// twice), characters without shape dropped, blanks folded. Only what is surely a tag goes: `Vec<T>`
/// and “the `<b>` tag” stay.
pub fn plain_line(markup: &Markup) -> String {
    let raw = cut_at_char(markup.raw(), LONGEST_LINE);
    if raw.bytes().all(|it| matches!(it, b'!'..=b'~') && it != b'<' && it != b'&' || it == b' ') {
        return folded(raw);
    }
    let once = entities::decoded(&without_paired_tags(raw)).into_owned();
    if !once.contains(['<', '&']) {
        return folded(&once);
    }
    folded(&entities::decoded(&without_paired_tags(&once)))
}

/// The short form of an entry: its own summary, else the beginning of its body's text. At most
/// [`domain::LONGEST_SUMMARY`] characters, cut after a word.
pub fn summary_of(summary: Option<&Markup>, body_text: &str) -> String {
    let own = summary.map(own_summary).unwrap_or_default();
    if own.is_empty() {
        // Blanks of every script are folded after the cut, so look a little further.
        let head = domain::cut_at_word(body_text, domain::LONGEST_SUMMARY * 2);
        return domain::cut_at_word(&folded(&head), domain::LONGEST_SUMMARY);
    }
    domain::cut_at_word(&own, domain::LONGEST_SUMMARY)
}

fn own_summary(summary: &Markup) -> String {
    let raw = cut_at_char(summary.raw(), LONGEST_SUMMARY_SOURCE);
    let text = match summary {
        Markup::Text(_) => without_paired_tags(raw),
        Markup::Html(_) => without_tags(raw),
    };
    let once = entities::decoded(&text);
    let line = folded(&entities::decoded(&once));
    // WordPress ends every summary with where it came from.
    match line.rfind("The post ").filter(|at| line[*at..].contains("appeared first on")) {
        Some(at) => line[..at].trim_end().to_owned(),
        None => line,
    }
}

/// The text of any HTML, tags dropped wherever something looks like one, a line per block. References
/// stay undecoded. Linear, and of no use for safety: the result is text, to be escaped.
pub(super) fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = memchr(b'<', rest.as_bytes()) {
        text.push_str(&rest[..start]);
        rest = &rest[start..];
        let Some(name) = name_in_tag(rest) else {
            let comment = rest.strip_prefix("<!--").map(|inner| {
                memmem::find(inner.as_bytes(), b"-->").map_or(rest.len(), |end| end + 7)
            });
            let length = comment.unwrap_or(1);
            if comment.is_none() {
                text.push('<');
            }
            rest = &rest[length..];
            continue;
        };
        let end = memchr(b'>', rest.as_bytes()).map_or(rest.len(), |end| end + 1);
        let is_start = !rest.starts_with("</");
        rest = &rest[end..];
        if is_start && UNREADABLE.contains(&&*name) {
            rest = after_element(rest, &name);
        } else if name == "br" || Tag::named(&name).is_some_and(|it| it.kind.is_block()) {
            text.push('\n');
        } else if Tag::named(&name).is_none() || matches!(&*name, "td" | "th" | "img") {
            text.push(' ');
        }
    }
    text.push_str(rest);
    text
}

/// A body that is text, as HTML: paragraphs at blank lines, line breaks kept.
pub(super) fn html_of(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8);
    let mut is_open = false;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            if std::mem::take(&mut is_open) {
                html.push_str("</p>\n");
            }
            continue;
        }
        html.push_str(if is_open { "<br>" } else { "<p>" });
        is_open = true;
        entities::push_text(line, &mut html);
    }
    if is_open {
        html.push_str("</p>");
    }
    html
}

/// The text up to `longest` bytes, whole characters only.
pub(super) fn cut_at_char(text: &str, longest: usize) -> &str {
    &text[..text.floor_char_boundary(longest)]
}

/// A tag found in a line.
struct Found {
    start: usize,
    end: usize,
    name: String,
    is_end: bool,
    is_surely_tag: bool,
}

/// Drops the tags that a text means as tags: those that come in pairs, have attributes, or cannot
/// come in pairs.
fn without_paired_tags(text: &str) -> String {
    let mut found = tags_in(text);
    for end in 0..found.len() {
        if !found[end].is_end {
            continue;
        }
        let fits = |it: &Found| !it.is_end && it.name == found[end].name && !it.is_surely_tag;
        if let Some(start) = found[..end].iter().rposition(fits) {
            found[start].is_surely_tag = true;
            found[end].is_surely_tag = true;
        }
    }
    let mut line = String::with_capacity(text.len());
    let mut from = 0;
    for tag in found.iter().filter(|it| it.is_surely_tag) {
        if tag.start < from {
            continue;
        }
        line.push_str(&text[from..tag.start]);
        from = tag.end;
        if !tag.is_end && matches!(&*tag.name, "script" | "style") {
            from = text.len() - after_element(&text[from..], &tag.name).len();
        }
        if tag.name == "br" || Tag::named(&tag.name).is_some_and(|it| it.kind.is_block()) {
            line.push(' ');
        }
    }
    line.push_str(&text[from..]);
    line
}

/// Most tags looked at in one line, so that pairing stays cheap.
const MOST_TAGS: usize = 200;

fn tags_in(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = memchr(b'<', &text.as_bytes()[at..]) {
        let start = at + next;
        at = start + 1;
        let Some(name) = name_in_tag(&text[start..]).filter(|it| is_html(it)) else { continue };
        let Some(length) = memchr(b'>', &text.as_bytes()[start..]) else { break };
        let inside = &text[start + 1..start + length];
        if inside.contains('<') || found.len() == MOST_TAGS {
            continue;
        }
        let is_void = Tag::named(&name).is_some_and(Tag::is_void);
        at = start + length + 1;
        found.push(Found {
            start,
            end: at,
            is_end: inside.starts_with('/'),
            is_surely_tag: is_void || inside.contains("=\"") || inside.contains("='"),
            name,
        });
    }
    found
}

/// The name, in small letters, of the tag that `rest` begins with, if it does.
fn name_in_tag(rest: &str) -> Option<String> {
    let inside = rest.strip_prefix('<')?;
    let inside = inside.strip_prefix('/').unwrap_or(inside);
    let end = inside.bytes().take(16).take_while(u8::is_ascii_alphanumeric).count();
    let name = &inside[..end];
    name.starts_with(|it: char| it.is_ascii_alphabetic()).then(|| name.to_ascii_lowercase())
}

fn is_html(name: &str) -> bool {
    Tag::named(name).is_some() || OTHER_TAGS.binary_search(&name).is_ok()
}

/// What follows the element whose start tag stands before `rest`; nothing if it never ends.
fn after_element<'a>(rest: &'a str, name: &str) -> &'a str {
    for (at, _) in rest.match_indices("</") {
        if name_in_tag(&rest[at..]).is_some_and(|it| it == name) {
            let end = memchr(b'>', &rest.as_bytes()[at..]).map_or(rest.len(), |end| at + end + 1);
            return &rest[end..];
        }
    }
    ""
}

/// One line: blanks folded, characters dropped that only disturb (control characters, marks of width
/// zero or of direction). Joiners stay inside scripts and emoji that need them.
fn folded(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut gap = false;
    for letter in text.chars() {
        match letter {
            ' ' | '\n' | '\t' => gap = true,
            '!'..='~' => push_after(&mut line, &mut gap, letter),
            '\u{200c}' | '\u{200d}' => {
                if !gap && !line.is_empty() && !line.ends_with(|it: char| it.is_ascii()) {
                    line.push(letter);
                }
            }
            '\u{ad}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' => {}
            _ if letter.is_whitespace() => gap = true,
            _ if letter.is_control() => {}
            _ => push_after(&mut line, &mut gap, letter),
        }
    }
    line
}

fn push_after(line: &mut String, gap: &mut bool, letter: char) {
    if std::mem::take(gap) && !line.is_empty() {
        line.push(' ');
    }
    line.push(letter);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        plain_line(&Markup::Html(text.to_owned()))
    }

    fn text(text: &str) -> String {
        plain_line(&Markup::Text(text.to_owned()))
    }

    #[test]
    fn the_names_are_sorted_so_that_they_can_be_found() {
        assert!(OTHER_TAGS.is_sorted());
    }

    #[test]
    fn a_title_loses_its_tags_and_keeps_its_words() {
        for (written, read) in [
            ("<b>Fast</b> queues", "Fast queues"),
            ("<a href=\"x\">Linked", "Linked"),
            ("One<br/>two <img src=\"x\">", "One two"),
            ("<p>Paragraph</p><p>Next</p>", "Paragraph Next"),
            ("<SCRIPT>alert(1)</script>Hello", "Hello"),
            ("<em>A</em> &amp; <code>b</code>", "A & b"),
        ] {
            assert_eq!(html(written), read);
            assert_eq!(text(written), read);
        }
    }

    #[test]
    fn a_title_about_tags_and_types_loses_nothing() {
        for (written, read) in [
            ("Vec<T> and &lt;b&gt;", "Vec<T> and <b>"),
            ("How to center a <div>", "How to center a <div>"),
            ("a < b and c > d", "a < b and c > d"),
            ("HashMap<String, Vec<u8>>", "HashMap<String, Vec<u8>>"),
            ("I <3 Rust", "I <3 Rust"),
            ("AT&T", "AT&T"),
        ] {
            assert_eq!(html(written), read);
            assert_eq!(text(written), read);
        }
    }

    #[test]
    fn what_was_escaped_twice_is_decoded_twice() {
        assert_eq!(html("Q&amp;amp;A"), "Q&A");
        assert_eq!(html("it&amp;#8217;s &lt;b&gt;bold&lt;/b&gt;"), "it’s bold");
    }

    #[test]
    fn characters_without_shape_are_dropped_and_blanks_folded() {
        assert_eq!(text(" a\u{200b}b\u{feff}\n\tc\u{a0}\u{a0}d\u{0}\u{202e} "), "ab c d");
        assert_eq!(text("👩\u{200d}💻 at work"), "👩\u{200d}💻 at work");
    }

    #[test]
    fn a_summary_is_short_plain_and_one_paragraph() {
        let own = Markup::Html(
            "<p>We moved.</p>\n<p>The post <a href=\"x\">We moved</a> appeared first on <a>Us</a>.</p>"
                .to_owned(),
        );
        assert_eq!(summary_of(Some(&own), "body"), "We moved.");
        assert_eq!(summary_of(None, "One\ntwo"), "One two");
        assert_eq!(summary_of(Some(&Markup::Text(" ".to_owned())), "body"), "body");
        let long = summary_of(None, &"word ".repeat(500));
        assert!(long.chars().count() <= domain::LONGEST_SUMMARY + 1 && long.ends_with("word…"));
    }

    #[test]
    fn plain_text_becomes_paragraphs() {
        assert_eq!(html_of("a <b>\nc\n\n d & e"), "<p>a &lt;b&gt;<br>c</p>\n<p>d &amp; e</p>");
        assert_eq!(html_of(" \n"), "");
    }
}
