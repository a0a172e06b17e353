//! Takes out of a page, before it is parsed, what is never shown: scripts, styles, drawings, comments.
//!
//! One linear look over the text. What it gets wrong costs words, never safety: the sanitiser comes last.

use memchr::{memchr, memmem};

use super::super::{bounds, entities::push_text};

/// A page without what is never shown, and what was learned on the way.
#[derive(Debug, Default)]
pub(super) struct Light {
    pub(super) html: String,
    /// The scripts of JSON-LD, as written.
    pub(super) linked: Vec<String>,
    /// Of all scripts, in bytes.
    pub(super) script_bytes: usize,
    /// What is shown to those without JavaScript, and is no picture.
    pub(super) without_script: String,
    /// Names of elements of which no end tag follows.
    unclosed: Vec<&'static str>,
}

/// The element that stands around a picture for readers without JavaScript.
pub(super) const PICTURE_WITHOUT_SCRIPT: &str = "shown-without-script";
const MOST_LINKED: usize = 20;
/// In bytes, of one script of JSON-LD.
const LONGEST_LINKED: usize = 512 * 1024;
/// In bytes.
const LONGEST_WITHOUT_SCRIPT: usize = 2_000;
/// Elements whose content is text: kept, but stepped over as one.
const TEXT_ONLY: &[&str] = &["textarea", "title", "xmp", "iframe", "noembed", "noframes"];
const DROPPED: &[&str] = &["script", "style", "svg", "template", "noscript"];

pub(super) fn lighten(html: &str) -> Light {
    let mut light = Light { html: String::with_capacity(html.len()), ..Light::default() };
    let mut rest = html;
    while let Some(at) = memchr(b'<', rest.as_bytes()) {
        light.html.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = light.markup(rest);
        rest = rest.get(length..).unwrap_or_default();
    }
    light.html.push_str(rest);
    light
}

impl Light {
    /// Keeps or drops what begins with the `<` here; says how long it is.
    fn markup(&mut self, rest: &str) -> usize {
        let bytes = rest.as_bytes();
        match bytes.get(1) {
            Some(b'!') if bytes.starts_with(b"<!--") => bounds::comment_length(bytes),
            Some(letter) if letter.is_ascii_alphabetic() => self.start_tag(rest),
            _ => {
                self.html.push('<');
                1
            }
        }
    }

    fn start_tag(&mut self, rest: &str) -> usize {
        let bytes = rest.as_bytes();
        let name = bounds::name_of(&bytes[1..]);
        let one_of = |names: &[&'static str]| {
            names.iter().copied().find(|it| name.eq_ignore_ascii_case(it.as_bytes()))
        };
        let Some(tag_length) = bounds::tag_length(bytes, 1 + name.len()) else {
            // Left for the look at the bounds, which refuses the page.
            self.html.push_str(rest);
            return rest.len();
        };
        let (dropped, text_only) = (one_of(DROPPED), one_of(TEXT_ONLY));
        let Some(name) = dropped.or(text_only) else {
            self.html.push_str(&rest[..tag_length]);
            return tag_length;
        };
        let (inside_end, end) = self.end_of(rest, tag_length, name);
        if text_only.is_some() {
            self.html.push_str(&rest[..end]);
        } else {
            self.drop(&rest[..tag_length], &rest[tag_length..inside_end]);
        }
        end
    }

    /// Where the content of an element ends, and where the element does. One that is never closed is a
    /// stray tag, save where browsers take all that follows for its content.
    fn end_of(&mut self, rest: &str, tag_length: usize, name: &'static str) -> (usize, usize) {
        let bytes = rest.as_bytes();
        let mut at = if self.unclosed.contains(&name) { bytes.len() } else { tag_length };
        while let Some(next) = memmem::find(&bytes[at..], b"</") {
            at += next;
            if bounds::name_of(&bytes[at + 2..]).eq_ignore_ascii_case(name.as_bytes()) {
                let end = memchr(b'>', &bytes[at..]).map_or(bytes.len(), |length| at + length + 1);
                return (at, end);
            }
            at += 2;
        }
        if !self.unclosed.contains(&name) {
            self.unclosed.push(name);
        }
        match name {
            "script" | "style" => (bytes.len(), bytes.len()),
            _ => (tag_length, tag_length),
        }
    }

    fn drop(&mut self, tag: &str, inside: &str) {
        let lower = tag.to_ascii_lowercase();
        if lower.starts_with("<noscript") {
            return self.no_script(inside);
        }
        if !lower.starts_with("<script") {
            return;
        }
        self.script_bytes += inside.len();
        if lower.contains("ld+json") {
            if self.linked.len() < MOST_LINKED && inside.len() <= LONGEST_LINKED {
                self.linked.push(inside.to_owned());
            }
        } else if lower.contains("math/tex") {
            self.html.push_str("<code class=\"language-math\">");
            push_text(inside.trim(), &mut self.html);
            self.html.push_str("</code>");
        }
    }

    /// A picture that stands for one loaded late is kept; a request to turn JavaScript on is not.
    fn no_script(&mut self, inside: &str) {
        let text = super::super::plain::without_tags(inside);
        if inside.to_ascii_lowercase().contains("<img") && text.trim().len() < 20 {
            self.html.push_str("<span class=\"");
            self.html.push_str(PICTURE_WITHOUT_SCRIPT);
            self.html.push_str("\">");
            self.html.push_str(inside);
            self.html.push_str("</span>");
        } else if self.without_script.len() < LONGEST_WITHOUT_SCRIPT {
            self.without_script.push_str(text.trim());
            self.without_script.push(' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_never_shown_goes() {
        let page = "<p>a<!-- <script> --><script>if (a<b) '</p>'</script>b</P><style>p{}</style>\
                    <svg><path d=\"x\"/></svg><p title=\"<script>\">c</p>";
        assert_eq!(lighten(page).html, "<p>ab</P><p title=\"<script>\">c</p>");
        assert_eq!(lighten("a<script>b").html, "a");
    }

    #[test]
    fn what_scripts_say_of_the_article_is_kept() {
        let light = lighten(
            "<script type=\"application/ld+json\">{\"a\":1}</script>\
             <script type=\"math/tex\">a < b</script><noscript>Turn JavaScript on.</noscript>",
        );
        assert_eq!(light.linked, ["{\"a\":1}"]);
        assert_eq!(light.html, "<code class=\"language-math\">a &lt; b</code>");
        assert_eq!(light.without_script, "Turn JavaScript on. ");
    }

    #[test]
    fn pictures_for_readers_without_javascript_stay() {
        let html = lighten("<img data-src=a><noscript><img src=\"a.png\"></noscript>").html;
        assert!(html.contains("<img src=\"a.png\">"));
    }

    #[test]
    fn the_look_is_linear_in_what_is_never_closed() {
        for hard in ["<svg>", "<svg></p>", "<noscript>", "<!--", "<title></a>", "<a '="] {
            lighten(&hard.repeat(100_000));
        }
    }
}
