//! The Markdown of a note as clean HTML, through the door that all HTML goes through.

use std::sync::LazyLock;

use pulldown_cmark::{
    CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream,
};

use super::clean_body;
use crate::domain::{Address, Markup, Mention, NoteId, mentions};

/// What a note is called to which a text leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteCalled {
    pub heading: String,
}

/// Paths of our own, while the door sees whole addresses only.
const OURS: &str = "https://this-installation.invalid/";
static BASE: LazyLock<Option<Address>> = LazyLock::new(|| OURS.parse().ok());

/// Renders a note. Its headings stand below the page's own; HTML in it is shown as it is written;
/// `[[12]]`, `[[12|label]]`, `note:12` and `[label](note:12)` lead to notes that `called` knows, and stay
/// text where it does not. Whatever it says, the HTML is safe and well-formed.
pub fn note_html(markdown: &str, called: &dyn Fn(NoteId) -> Option<NoteCalled>) -> String {
    let Some(base) = BASE.as_ref() else { return String::new() };
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let events = TextMergeStream::new(Parser::new_ext(markdown, options));
    let mut writer = Writer { called, out: Vec::new(), depth_of_code: 0, depth_of_link: 0 };
    for event in events {
        writer.event(event);
    }
    let mut html = String::with_capacity(markdown.len() * 2);
    pulldown_cmark::html::push_html(&mut html, writer.out.into_iter());
    clean_body(&Markup::Html(html), base).html.replace(&format!("\"{OURS}"), "\"/")
}

struct Writer<'a> {
    called: &'a dyn Fn(NoteId) -> Option<NoteCalled>,
    out: Vec<Event<'a>>,
    depth_of_code: u32,
    depth_of_link: u32,
}

impl<'a> Writer<'a> {
    fn event(&mut self, event: Event<'a>) {
        match event {
            Event::Html(text) | Event::InlineHtml(text) => self.out.push(Event::Text(text)),
            Event::Start(Tag::HtmlBlock) => self.out.push(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::HtmlBlock) => self.out.push(Event::End(TagEnd::Paragraph)),
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.depth_of_code + self.depth_of_link == 0 => self.text(&text),
            other => self.out.push(other),
        }
    }

    fn start(&mut self, tag: Tag<'a>) {
        let tag = match tag {
            Tag::Heading { level, .. } => {
                Tag::Heading { level: lower(level), id: None, classes: vec![], attrs: vec![] }
            }
            Tag::Link { link_type, dest_url, title, id } => {
                self.depth_of_link += 1;
                let dest_url = self.to_note(&dest_url).unwrap_or(dest_url);
                Tag::Link { link_type, dest_url, title, id }
            }
            Tag::CodeBlock(_) => {
                self.depth_of_code += 1;
                tag
            }
            other => other,
        };
        self.out.push(Event::Start(tag));
    }

    fn end(&mut self, tag: TagEnd) {
        let tag = match tag {
            TagEnd::Heading(level) => TagEnd::Heading(lower(level)),
            other => other,
        };
        match tag {
            TagEnd::Link => self.depth_of_link = self.depth_of_link.saturating_sub(1),
            TagEnd::CodeBlock => self.depth_of_code = self.depth_of_code.saturating_sub(1),
            _ => {}
        }
        self.out.push(Event::End(tag));
    }

    /// The address of a note that a link is written to.
    fn to_note(&self, address: &str) -> Option<CowStr<'a>> {
        let [mention] = mentions(address).try_into().ok()?;
        let is_all = mention.range == (0..address.len());
        (self.called)(mention.note).filter(|_| is_all).map(|_| path_of(mention.note))
    }

    fn text(&mut self, text: &str) {
        let mut from = 0;
        for mention in mentions(text) {
            let Some(called) = (self.called)(mention.note) else { continue };
            self.plain(&text[from..mention.range.start]);
            from = mention.range.end;
            self.link(mention, called);
        }
        self.plain(&text[from..]);
    }

    fn plain(&mut self, text: &str) {
        if !text.is_empty() {
            self.out.push(Event::Text(text.to_owned().into()));
        }
    }

    fn link(&mut self, mention: Mention, called: NoteCalled) {
        self.out.push(Event::Start(Tag::Link {
            link_type: LinkType::Inline,
            dest_url: path_of(mention.note),
            title: CowStr::Borrowed(""),
            id: CowStr::Borrowed(""),
        }));
        self.plain(&mention.label.unwrap_or(called.heading));
        self.out.push(Event::End(TagEnd::Link));
    }
}

fn path_of(note: NoteId) -> CowStr<'static> {
    format!("{OURS}journal/{note}").into()
}

/// One step, as the page has a heading of its own above.
fn lower(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H2,
        HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        HeadingLevel::H4 => HeadingLevel::H5,
        HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rendered(markdown: &str) -> String {
        let called =
            |it: NoteId| (it.0 < 10).then(|| NoteCalled { heading: format!("Note <{it}>") });
        note_html(markdown, &called)
    }

    #[test]
    fn markdown_becomes_html_below_the_heading_of_the_page() {
        assert_eq!(
            rendered("# Why\n\nTwo *towers*.").trim(),
            "<h2>Why</h2>\n<p>Two <em>towers</em>.</p>"
        );
        assert!(rendered("```rust\nlet a = 1;\n```").contains("language-rust"));
        assert!(rendered("|a|b|\n|-|-|\n|1|2|").contains("<td>1</td>"));
    }

    #[test]
    fn html_is_shown_as_it_is_written_and_does_nothing() {
        let html =
            rendered("a <b onclick=x>b</b>\n\n<script>alert(1)</script>\n\n[x](javascript:y)");
        assert!(html.contains("&lt;script&gt;") && html.contains("&lt;b onclick=x&gt;"), "{html}");
        assert!(!html.contains("<script") && !html.contains("javascript:"), "{html}");
    }

    #[test]
    fn notes_are_linked_by_their_numbers_and_called_by_their_headings() {
        let link = |text: &str| {
            format!(
                "<a href=\"/journal/2\" rel=\"noopener noreferrer\" referrerpolicy=\"no-referrer\">{text}</a>"
            )
        };
        assert_eq!(
            rendered("See [[2]].").trim(),
            format!("<p>See {}.</p>", link("Note &lt;2&gt;"))
        );
        assert_eq!(rendered("[[2|towers]]").trim(), format!("<p>{}</p>", link("towers")));
        assert_eq!(rendered("[towers](note:2)").trim(), format!("<p>{}</p>", link("towers")));
        assert_eq!(rendered("`[[2]]` [[12]]").trim(), "<p><code>[[2]]</code> [[12]]</p>");
    }

    #[test]
    fn a_path_of_ours_stays_one() {
        assert!(rendered("[post](/entries/4)").contains("href=\"/entries/4\""));
    }

    /// Every element is closed in the order in which it was opened.
    fn is_balanced(html: &str) -> bool {
        let mut open: Vec<&str> = Vec::new();
        for part in html.split('<').skip(1) {
            let Some((tag, _)) = part.split_once('>') else { return false };
            let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default();
            match (tag.starts_with('/'), name) {
                (_, "br" | "hr" | "img" | "wbr" | "col") => {}
                (false, _) => open.push(name),
                (true, _) if open.pop() == Some(name) => {}
                (true, _) => return false,
            }
        }
        open.is_empty()
    }

    fn is_safe(html: &str) -> bool {
        let lower = html.to_lowercase();
        let tags = lower.split('<').skip(1).filter_map(|it| it.split('>').next());
        !tags.into_iter().any(|tag| {
            ["script", "style", "iframe", "object", "svg", "form", "input"]
                .iter()
                .any(|it| tag.starts_with(it))
                || tag.contains(" on")
                || tag.contains("=\"javascript:")
                || tag.contains("=\"data:")
        })
    }

    proptest! {
        #[test]
        fn any_markdown_is_safe_and_balanced(
            text in "(\\[|\\]|\\(|\\)|[*_#>`|~ \\n\"'=:!\\\\é漢ab1-]|<b>|</p>|<script>|<!--|]]>\
                     |javascript:|note:2|\\[\\[2|data:|&lt;|&#106;|onclick=|```| {4}){0,60}",
        ) {
            let html = rendered(&text);
            prop_assert!(is_balanced(&html), "{html}");
            prop_assert!(is_safe(&html), "{html}");
        }

        #[test]
        fn any_text_is_rendered(text in ".{0,200}") {
            prop_assert!(is_balanced(&rendered(&text)));
        }
    }
}
