//! Says of an element's text whether it is HTML, and brings it into one form.

use crate::domain::Markup;

use super::{
    outline::Field,
    tags::attribute,
    text::{base64, escaped, unescape, without_c1, xhtml},
};

/// Longest text kept of one element, in bytes.
const LONGEST_TEXT_BYTES: usize = 2 * 1024 * 1024;

/// Longest text that is shown although its type promises something else, in bytes.
const LONGEST_MISLABELLED: usize = 80;

/// The text of an RSS element: HTML in escaped form, unless it says otherwise. `read` is what
/// feed-rs made of it.
pub(super) fn rss_markup(field: &Field<'_>, read: Option<String>) -> Option<Markup> {
    let kind = kind_of(field);
    let html = match kind {
        Kind::Base64 { .. } => return atom_markup(field, read),
        Kind::Xhtml if field.nested => xhtml(field.inside),
        _ => read.filter(|_| !field.nested).unwrap_or_else(|| escaped(field.inside)),
    };
    kept(html, Markup::Html)
}

/// A text construct of Atom, 1.0 (RFC 4287 §3.1) or 0.3.
pub(super) fn atom_markup(field: &Field<'_>, read: Option<String>) -> Option<Markup> {
    // feed-rs leaves HTML's entities as they are, which is right in HTML only.
    let text = || escaped(field.inside);
    match kind_of(field) {
        Kind::Xhtml => kept(xhtml(field.inside), Markup::Html),
        Kind::Html => kept(read.filter(|_| !field.nested).unwrap_or_else(text), Markup::Html),
        Kind::Text | Kind::Unsaid if field.nested => kept(xhtml(field.inside), Markup::Html),
        Kind::Text => kept(text(), Markup::Text),
        Kind::Unsaid => {
            let text = text();
            let is_html = field.name != "title" && looks_like_html(&text);
            kept(text, if is_html { Markup::Html } else { Markup::Text })
        }
        Kind::Base64 { html } => {
            let decoded = base64(&unescape(field.inside)).and_then(|it| String::from_utf8(it).ok());
            // A long one that is no text is a picture or the like; a short one a mislabelled word.
            let is_word = field.inside.len() < LONGEST_MISLABELLED;
            let decoded = decoded.or_else(|| is_word.then(text))?;
            kept(decoded, if html { Markup::Html } else { Markup::Text })
        }
    }
}

enum Kind {
    Unsaid,
    Text,
    Html,
    Xhtml,
    Base64 { html: bool },
}

fn kind_of(field: &Field<'_>) -> Kind {
    if field.attributes.is_empty() {
        return Kind::Unsaid;
    }
    let written = attribute(field.attributes, "type").map(|it| it.trim().to_ascii_lowercase());
    let mode = attribute(field.attributes, "mode").unwrap_or_default();
    let media_type = written.as_deref().map(|it| it.split(';').next().unwrap_or_default().trim());
    let html = media_type.is_some_and(|it| it.contains("html"));
    if mode.eq_ignore_ascii_case("base64") {
        return Kind::Base64 { html };
    }
    let escaped = mode.eq_ignore_ascii_case("escaped");
    match media_type {
        None if escaped => Kind::Html,
        None => Kind::Unsaid,
        Some("xhtml" | "application/xhtml+xml" | "application/xhtml") if !escaped => Kind::Xhtml,
        Some("text/html") if mode.eq_ignore_ascii_case("xml") => Kind::Xhtml,
        // Told to be HTML, and there stand tags, not escaped ones: read as what it is.
        Some("html" | "text/html") if field.nested && !escaped => Kind::Xhtml,
        Some(it) if it.contains("html") => Kind::Html,
        Some(it) if it.ends_with("/xml") || it.ends_with("+xml") => Kind::Xhtml,
        Some(it) if is_binary(it) => Kind::Base64 { html: false },
        Some(_) => Kind::Text,
    }
}

/// What Atom wants in Base64: neither text nor XML (RFC 4287 §4.1.3.3).
fn is_binary(media_type: &str) -> bool {
    media_type.contains('/') && !media_type.starts_with("text/")
}

/// Whether text that does not say what it is has tags that only HTML has.
fn looks_like_html(text: &str) -> bool {
    ["</p>", "<p>", "</a>", "<br", "</li>", "</div>", "<img "].iter().any(|tag| text.contains(tag))
}

pub(super) fn kept(text: String, of: fn(String) -> Markup) -> Option<Markup> {
    let text = without_c1(text);
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return None;
    }
    let short = shortened(trimmed);
    Some(of(if short.len() == text.len() { text } else { short.to_owned() }))
}

fn shortened(text: &str) -> &str {
    if text.len() <= LONGEST_TEXT_BYTES {
        return text;
    }
    let mut end = LONGEST_TEXT_BYTES;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syndication::spaces::Space;

    fn field<'a>(attributes: &'a str, inside: &'a str) -> Field<'a> {
        let nested = inside.contains("</");
        Field { space: Space::Main, name: "summary".into(), attributes, inside, nested }
    }

    fn text(text: &str) -> Markup {
        Markup::Text(text.to_owned())
    }

    fn html(html: &str) -> Markup {
        Markup::Html(html.to_owned())
    }

    #[test]
    fn atom_texts_are_what_their_type_says() {
        for (attributes, inside, meant) in [
            ("", " a &lt; b ", Some(text("a < b"))),
            (" type='html'", "&lt;b&gt;a&lt;/b&gt;", Some(html("<b>a</b>"))),
            (" type='xhtml'", "<div><b>a</b> &lt;</div>", Some(html("<b>a</b> &lt;"))),
            (" type='text/plain'", "a", Some(text("a"))),
            (" type='markdown'", "*a*", Some(text("*a*"))),
            (" type='application/xhtml+xml'", "<p>a</p>", Some(html("<p>a</p>"))),
            (" type='text/html' mode='escaped'", "&lt;b&gt;a", Some(html("<b>a"))),
            (" type='text/html' mode='base64'", "PGI+YTwvYj4=", Some(html("<b>a</b>"))),
            (" type='text'", "a <b>c</b>", Some(html("a <b>c</b>"))),
            ("", "&lt;p&gt;a&lt;/p&gt;", Some(html("<p>a</p>"))),
            ("", " ", None),
        ] {
            assert_eq!(
                atom_markup(&field(attributes, inside), None),
                meant,
                "{attributes} {inside}"
            );
        }
    }

    #[test]
    fn rss_texts_are_html() {
        assert_eq!(rss_markup(&field("", "1 &lt; 2"), None), Some(html("1 < 2")));
        assert_eq!(rss_markup(&field("", "a <b>c</b> d"), None), Some(html("a <b>c</b> d")));
    }
}
