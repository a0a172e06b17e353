//! An issue as a Markdown file (`CommonMark`), for notes and wikis.

use std::fmt::Write as _;

use super::{
    reads::{Said, SpokenRead},
    spoken::{PageAt, Spoken, SpokenGroup, SpokenOwn},
};
use crate::domain::Issue;

pub fn markdown(issue: &Issue, page: PageAt<'_>) -> String {
    let spoken = Spoken::of(issue, page);
    let mut file = File { text: String::new(), spoken: &spoken };
    file.block(&format!("# {}", escaped(&spoken.title)));
    file.block(&format!("*{}*", escaped(&spoken.day)));
    file.block(&escaped(&spoken.line));
    for note in &spoken.notes {
        file.block(&escaped(note));
    }
    file.rising();
    file.reads("issue.heading.reads", &spoken.reads);
    file.rest();
    file.reads("issue.heading.papers", &spoken.papers);
    if let Some(archive) = &spoken.archive {
        file.heading("issue.heading.archive");
        file.read(None, archive);
    }
    if let Some(own) = &spoken.own {
        file.own(own);
    }
    file.care();
    file.text
}

struct File<'a> {
    text: String,
    spoken: &'a Spoken<'a>,
}

impl File<'_> {
    fn block(&mut self, text: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// One after the other without a gap.
    fn list(&mut self, rows: &[String]) {
        self.block(&rows.join("\n"));
    }

    fn heading(&mut self, key: &str) {
        self.block(&format!("## {}", escaped(self.spoken.words.text(key))));
    }

    fn rising(&mut self) {
        let rows =
            self.spoken.rising.iter().map(|it| {
                format!("{} ({})", link(&it.name, it.link.as_deref()), escaped(&it.times))
            });
        let names = self.spoken.words.listed(&rows.collect::<Vec<_>>());
        if !names.is_empty() {
            self.block(&self.spoken.words.fill("issue.line.rising", &[("names", &names)]));
        }
    }

    fn reads(&mut self, heading: &str, reads: &[SpokenRead]) {
        if reads.is_empty() {
            return;
        }
        self.heading(heading);
        for (at, read) in reads.iter().enumerate() {
            self.read(Some(at + 1), read);
        }
    }

    fn read(&mut self, number: Option<usize>, read: &SpokenRead) {
        let words = &self.spoken.words;
        let number = number.map(|it| format!("{it}\\. ")).unwrap_or_default();
        self.block(&format!("### {number}{}", link(&read.title, read.link.as_deref())));
        let peer = link(&read.peer, read.peer_link.as_deref());
        let facts = std::iter::once(peer).chain(read.facts.iter().map(|it| escaped(it)));
        self.block(&facts.collect::<Vec<_>>().join(" · "));
        if !read.why.is_empty() {
            let label = escaped(words.text("issue.why.label"));
            self.block(&format!("{label}: {}", read.why.iter().map(said).collect::<String>()));
        }
        let quotes = read.quotes.iter();
        let quotes = quotes.map(|it| format!("> **{}** {}", escaped(&it.label), escaped(&it.text)));
        let quotes: Vec<String> = quotes.collect();
        if !quotes.is_empty() {
            self.block(&quotes.join("\n>\n"));
        }
        if !read.summary.is_empty() {
            self.block(&escaped(&read.summary));
        }
        let links = [
            ("issue.link.original", &read.original),
            ("issue.link.queue", &read.queue),
            ("issue.link.note", &read.note),
        ];
        let links = links
            .iter()
            .filter_map(|(key, address)| Some(link(words.text(key), Some(address.as_deref()?))));
        let links: Vec<String> = links.collect();
        if !links.is_empty() {
            self.block(&links.join(" · "));
        }
    }

    fn rest(&mut self) {
        if self.spoken.rest.is_empty() {
            return;
        }
        self.heading("issue.heading.rest");
        for SpokenGroup { heading, link: address, titles, more, .. } in &self.spoken.rest {
            self.block(&format!("### {}", link(heading, address.as_deref())));
            let row = |it: &super::spoken::SpokenTitle| {
                let facts: Vec<String> =
                    it.facts.iter().map(|it| format!(" · {}", escaped(it))).collect();
                format!("- {}{}", link(&it.title, it.link.as_deref()), facts.concat())
            };
            let more = more.iter().map(|it| format!("- {}", escaped(it)));
            self.list(&titles.iter().map(row).chain(more).collect::<Vec<_>>());
        }
    }

    fn own(&mut self, own: &SpokenOwn) {
        self.heading("issue.heading.own");
        self.block(&escaped(&own.line));
        if let Some(ledger) = &own.ledger {
            self.block(&escaped(ledger));
        }
        if own.again.is_empty() {
            return;
        }
        self.block(&format!("### {}", escaped(self.spoken.words.text("issue.heading.again"))));
        let rows = own.again.iter().map(|it| {
            let said: Vec<String> = [&it.title, &it.excerpt]
                .into_iter()
                .filter(|it| !it.is_empty())
                .map(|it| escaped(it))
                .collect();
            format!("- {} ({})", said.join(": "), escaped(&it.facts.join(" · ")))
        });
        self.list(&rows.collect::<Vec<_>>());
    }

    fn care(&mut self) {
        if self.spoken.care.is_empty() {
            return;
        }
        self.heading("issue.heading.care");
        let rows = self.spoken.care.iter().map(|it| {
            let facts = escaped(&it.facts.join(" · "));
            format!("- {}: {facts}", link(&it.peer, Some(&it.address)))
        });
        let more = self.spoken.more_care.iter().map(|it| format!("- {}", escaped(it)));
        self.list(&rows.chain(more).collect::<Vec<_>>());
    }
}

fn said(said: &Said) -> String {
    let text = escaped(&said.text);
    if said.is_name { format!("*{text}*") } else { text }
}

fn link(text: &str, address: Option<&str>) -> String {
    match address {
        Some(address) => format!("[{}](<{}>)", escaped(text), address.replace('&', "\\&")),
        None => escaped(text),
    }
}

/// Text that means nothing in Markdown, wherever in a line it stands.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    for (at, letter) in text.char_indices() {
        // What is markup only at the beginning of a line may stand as it is elsewhere.
        let begins = text[..at].chars().all(|it| it.is_ascii_digit());
        let is_markup = match letter {
            // The last four: formulas, indices and attributes, for programs that know more than CommonMark.
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~' | '|' | '$' | '^' | '{'
            | '}' => true,
            // At the end of a heading it closes that.
            '#' => at == 0 || text[at..].chars().all(|it| it == '#'),
            '+' | '-' | '=' | ':' => at == 0,
            '.' | ')' => begins && at > 0,
            _ => false,
        };
        if is_markup {
            let _ = write!(safe, "\\{letter}");
        } else {
            safe.push(letter);
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    use super::{super::words::plain, *};

    /// What a reader of Markdown sees, and whether anything but text is there.
    fn read(markdown: &str) -> (String, bool) {
        let (mut text, mut is_text_only) = (String::new(), true);
        for event in Parser::new_ext(markdown, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
            match event {
                Event::Text(it) => text.push_str(&it),
                Event::Start(Tag::Paragraph) | Event::End(_) => {}
                _ => is_text_only = false,
            }
        }
        (text, is_text_only)
    }

    #[test]
    fn ordinary_titles_are_left_alone() {
        assert_eq!(escaped("Queues (at scale) - part 2.0, #3"), "Queues (at scale) - part 2.0, #3");
        assert_eq!(escaped("1. First"), "1\\. First");
        assert_eq!(escaped("# a `b` <script>"), "\\# a \\`b\\` \\<script\\>");
    }

    proptest! {
        #[test]
        fn text_is_text_wherever_it_stands(
            text in "[a-z]?([ -~é推]|&amp;|<b>|https://a.b|\\$\\$| ##|[#=*_`~$^{}:.)+-]){1,12}",
        ) {
            let text = plain(&text);
            prop_assume!(!text.is_empty());
            for before in ["- ", "### ", "> "] {
                prop_assert_eq!(&read(&format!("{before}{}", escaped(&text))).0, &text);
            }
            prop_assert_eq!(read(&escaped(&text)), (text.clone(), true));
            let (linked, _) = read(&format!("a {}", link(&text, Some("https://a.b/c?d=1&copy;=(2)"))));
            prop_assert_eq!(linked, format!("a {text}"));
        }
    }
}
