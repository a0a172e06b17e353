//! The text of a clean body: one line per block, for the index, for snippets and for counting.

use std::borrow::Cow;

use memchr::{memchr, memmem};

use super::{
    entities::decoded,
    tags::{Kind, Tag},
};

/// What clean HTML says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextOf {
    /// One line per block or line of code, blanks folded; pictures by their alternative text.
    pub text: String,
    pub headings: Vec<String>,
    /// CJK letters count as half a word each.
    pub words: u32,
    pub has_code: bool,
}

/// Reads the text out of HTML that has been sanitised here: linear, and without building a tree.
pub fn text_of(clean_html: &str) -> TextOf {
    let mut reader = Reader { text: String::with_capacity(clean_html.len()), ..Reader::default() };
    let mut rest = clean_html;
    while let Some(start) = memchr(b'<', rest.as_bytes()) {
        reader.run(&rest[..start]);
        rest = &rest[start + 1..];
        let end = memchr(b'>', rest.as_bytes()).unwrap_or(rest.len());
        reader.tag(&rest[..end]);
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    reader.run(rest);
    TextOf {
        text: reader.text,
        headings: reader.headings,
        words: reader.words + reader.cjk_letters.div_ceil(2),
        has_code: reader.has_code,
    }
}

/// The text of clean HTML without what only stands in for a picture: for reading, not for finding.
pub fn text_without_pictures(clean_html: &str) -> String {
    let mut without = String::with_capacity(clean_html.len());
    let mut rest = clean_html;
    while let Some(start) = memmem::find(rest.as_bytes(), b"<img ") {
        without.push_str(&rest[..start]);
        without.push(' ');
        let end = memchr(b'>', &rest.as_bytes()[start..]).map_or(rest.len(), |it| start + it + 1);
        rest = &rest[end..];
    }
    without.push_str(rest);
    text_of(&without).text
}

/// The addresses of the pictures in clean HTML, each once.
pub fn images_of(clean_html: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for start in memmem::find_iter(clean_html.as_bytes(), b"<img src=\"") {
        let value = &clean_html[start + 10..];
        let end = memchr(b'"', value.as_bytes()).unwrap_or(value.len());
        let address = decoded(&value[..end]).into_owned();
        if !found.contains(&address) {
            found.push(address);
        }
    }
    found
}

#[derive(Default)]
struct Reader {
    text: String,
    headings: Vec<String>,
    words: u32,
    cjk_letters: u32,
    has_code: bool,
    /// What separates the next word from the text so far.
    gap: Gap,
    /// How many `pre` are open: line breaks count inside.
    preformatted: u32,
    /// Where the open heading begins in the text.
    heading: Option<usize>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Blank,
    Line,
}

impl Reader {
    fn run(&mut self, run: &str) {
        if run.is_empty() {
            return;
        }
        let run = decoded(run);
        if self.preformatted == 0 {
            return self.words(&run);
        }
        for (number, line) in run.split('\n').enumerate() {
            if number > 0 {
                self.gap = Gap::Line;
            }
            self.words(line);
        }
    }

    fn words(&mut self, run: &str) {
        if !run.is_ascii() {
            return self.words_of_any_script(run);
        }
        if is_folded(run) {
            return self.folded_words(run);
        }
        for word in run.split(|it: char| it <= ' ') {
            self.folded_words(word);
            self.gap = self.gap.max(Gap::Blank);
        }
        if !run.ends_with(|it: char| it <= ' ') {
            self.gap = Gap::None;
        }
    }

    /// Takes a run as it is, whose words one blank each separates.
    fn folded_words(&mut self, run: &str) {
        let words = run.trim_matches(' ');
        if run.starts_with(' ') {
            self.gap = self.gap.max(Gap::Blank);
        }
        if !words.is_empty() {
            self.words += self.separate();
            self.text.push_str(words);
            let blanks = words.bytes().filter(|it| *it == b' ').count();
            self.words += u32::try_from(blanks).unwrap_or(u32::MAX);
            self.gap = if run.ends_with(' ') { Gap::Blank } else { Gap::None };
        }
    }

    fn words_of_any_script(&mut self, run: &str) {
        for (number, word) in run.split(char::is_whitespace).enumerate() {
            if number > 0 {
                self.gap = self.gap.max(Gap::Blank);
            }
            let word = visible(word);
            if word.is_empty() {
                continue;
            }
            let begins_word = self.separate();
            self.text.push_str(&word);
            let cjk = word.chars().filter(|it| is_cjk(*it)).count();
            self.cjk_letters += u32::try_from(cjk).unwrap_or(u32::MAX);
            if cjk == 0 || word.bytes().any(|it| it.is_ascii_alphanumeric()) {
                self.words += begins_word;
            }
        }
    }

    /// Writes the gap. Returns 1 if a new word begins behind it, else 0.
    fn separate(&mut self) -> u32 {
        let gap = std::mem::take(&mut self.gap);
        if self.text.is_empty() {
            return 1;
        }
        match gap {
            Gap::None => return 0,
            Gap::Blank => self.text.push(' '),
            Gap::Line => self.text.push('\n'),
        }
        1
    }

    /// A tag without its angle brackets.
    fn tag(&mut self, tag: &str) {
        let (is_end, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let end = memchr(b' ', tag.as_bytes()).unwrap_or(tag.len());
        let Some(known) = Tag::named(&tag[..end]) else { return };
        if known.kind.is_block() || known.name == "br" {
            self.gap = Gap::Line;
        }
        match known.kind {
            Kind::Cell => self.gap = self.gap.max(Gap::Blank),
            Kind::Image => self.picture(tag),
            Kind::Code => self.has_code |= known.name == "code" && !tag.contains("language-math"),
            Kind::Preformatted if is_end => {
                self.preformatted = self.preformatted.saturating_sub(1);
            }
            Kind::Preformatted => {
                self.has_code = true;
                self.preformatted += 1;
            }
            Kind::Heading if is_end => self.end_heading(),
            Kind::Heading => self.heading = Some(self.text.len()),
            _ => {}
        }
    }

    fn end_heading(&mut self) {
        let Some(start) = self.heading.take() else { return };
        let heading = self.text[start..].trim();
        if !heading.is_empty() {
            self.headings.push(heading.to_owned());
        }
    }

    fn picture(&mut self, tag: &str) {
        for attribute in [" alt=\"", " title=\""] {
            let Some(start) = memmem::find(tag.as_bytes(), attribute.as_bytes()) else { continue };
            let value = &tag[start + attribute.len()..];
            let value = &value[..memchr(b'"', value.as_bytes()).unwrap_or(value.len())];
            self.gap = self.gap.max(Gap::Blank);
            self.words(&decoded(value));
            self.gap = self.gap.max(Gap::Blank);
        }
    }
}

/// Whether ASCII text has single blanks only. Looks at everything without leaving early, so that the
/// compiler can look at many bytes at once.
fn is_folded(run: &str) -> bool {
    let bytes = run.as_bytes();
    let others = bytes.iter().fold(0, |found, it| found | u8::from(*it < b' '));
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    let is_blank = |it: &u8| u8::from(*it == b' ');
    let doubles = pairs.fold(0, |found, (one, next)| found | is_blank(one) & is_blank(next));
    others | doubles == 0
}

/// The word without letters that have no shape and only split words for the eye.
pub(super) fn visible(word: &str) -> Cow<'_, str> {
    let is_shapeless =
        |it: char| matches!(it, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{180e}');
    if word.contains(is_shapeless) {
        return Cow::Owned(word.replace(is_shapeless, ""));
    }
    Cow::Borrowed(word)
}

/// Letters of scripts that put no blanks between words.
fn is_cjk(letter: char) -> bool {
    matches!(letter,
        '\u{2e80}'..='\u{2fdf}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_block_is_a_line_of_its_own() {
        let html = "<h2>Queues &amp; <em>back</em>pressure</h2>\n<p>One  two\nthree<br>four</p>\
                    <ul><li>a</li><li>b</li></ul><table><tbody><tr><td>1</td><td>2</td></tr>\
                    <tr><td>3</td></tr></tbody></table>";
        let read = text_of(html);
        assert_eq!(read.text, "Queues & backpressure\nOne two three\nfour\na\nb\n1 2\n3");
        assert_eq!(read.headings, ["Queues & backpressure"]);
        assert_eq!(read.words, 12);
        assert!(!read.has_code);
    }

    #[test]
    fn lines_of_code_stay_lines() {
        let read = text_of("<p>See</p><pre><code>let a = 1;\n  b(&lt;T&gt;);\n</code></pre>");
        assert_eq!(read.text, "See\nlet a = 1;\nb(<T>);");
        assert!(read.has_code);
    }

    #[test]
    fn pictures_are_found_by_their_alternative_text() {
        let read =
            text_of("<p>Now:<img src=\"x\" alt=\"A &quot;graph&quot;\" title=\"p99\">done</p>");
        assert_eq!(read.text, "Now: A \"graph\" p99 done");
    }

    #[test]
    fn letters_without_blanks_count_as_half_words() {
        assert_eq!(text_of("<p>分布式系统 at scale</p>").words, 5);
        assert_eq!(text_of("<p>dyna\u{ad}mic\u{a0}pri\u{200b}cing</p>").text, "dynamic pricing");
    }
}
