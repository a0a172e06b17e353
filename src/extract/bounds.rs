//! Tells, in one linear look, whether a body can be parsed in bounded time.
//!
//! Parsing by the standard is quadratic in the depth of nesting, in the unclosed formatting elements,
//! in the attributes of one tag, in what stands wrongly inside a table; and writing down is, in the
//! ampersands of one text. So the look is a simplified tokenizer and stack that may count too much
//! but never too little.

use memchr::{memchr, memchr2_iter, memmem};

/// Elements inside each other, or left unclosed.
const DEEPEST: usize = 512;
/// Blanks, slashes and values in one tag: no attribute without one of them.
const MOST_SEPARATORS: usize = 2_000;
/// Of `<` in one body.
const MOST_MARKUP: usize = 100_000;
/// Tags and bytes of text inside a table but outside its cells: the parser moves each in front of the
/// table, and looks through all that was moved before.
const MOST_MISPLACED: usize = 5_000;
/// Elements left open in a table that ends. A browser closes them with it; so few do no harm if one
/// did not.
const MOST_FORGIVEN: usize = 300;
/// In bytes; a longer name is no element of HTML, and is never taken as closed.
const LONGEST_NAME: usize = 32;

/// Elements that end by themselves when the next one begins, so that leaving them open is usual.
/// None of them nests without one that is counted.
const SELF_ENDING: &[&[u8]] = &[b"p", b"li", b"dd", b"dt"];
/// Elements without content, even inside `svg` and `math` (which they end).
const VOID: &[&[u8]] = &[b"br", b"img", b"hr", b"meta", b"embed"];
/// Elements without content, or ignored outside a table: in HTML only.
const VOID_IN_HTML: &[&[u8]] = &[
    b"input",
    b"wbr",
    b"link",
    b"source",
    b"col",
    b"area",
    b"base",
    b"param",
    b"track",
    b"td",
    b"th",
    b"tr",
    b"thead",
    b"tbody",
    b"tfoot",
    b"colgroup",
];
/// References and characters of U+0080–U+00BF, times the length of the text that each is in: for
/// each, the writer looks through what is left of its text.
const MOST_ESCAPING: usize = 4_000_000_000;

/// Elements that surely begin a new text, wherever they stand.
const TEXT_ENDING: &[&[u8]] = &[
    b"p",
    b"br",
    b"div",
    b"li",
    b"ul",
    b"a",
    b"code",
    b"pre",
    b"span",
    b"b",
    b"i",
    b"em",
    b"strong",
    b"img",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"blockquote",
    b"font",
];
/// Inside a table but not inside one of these, everything but [`ROWS`] is misplaced.
const CELLS: &[&[u8]] = &[b"td", b"th", b"caption"];
const ROWS: &[&[u8]] = &[b"tr", b"thead", b"tbody", b"tfoot", b"col", b"colgroup", b"table"];
/// Elements whose content is text, unless one of [`OTHER_RULES`] is around.
const RAW: &[&[u8]] = &[
    b"script",
    b"style",
    b"textarea",
    b"title",
    b"xmp",
    b"iframe",
    b"noembed",
    b"noframes",
    b"noscript",
    b"plaintext",
];
/// Elements that switch the rules by which their content is read.
const OTHER_RULES: &[&[u8]] = &[b"svg", b"math", b"select", b"template", b"frameset"];

pub(super) fn can_be_parsed(html: &str) -> bool {
    let look = Look { html: html.as_bytes(), heaviest: usize::MAX, ..Look::default() };
    look.finds_bounds().unwrap_or(false)
}

/// Looking for an article counts the text of every element, and so each letter once for each element
/// around it. An ordinary page comes to a tenth of this.
const HEAVIEST: usize = 64 * 1024 * 1024;

/// Whether a page can be parsed, and looked through for its article, in bounded time.
pub(super) fn can_be_looked_through(html: &str) -> bool {
    let look = Look { html: html.as_bytes(), heaviest: HEAVIEST, ..Look::default() };
    look.finds_bounds().unwrap_or(false)
}

#[derive(Default)]
struct Look<'a> {
    html: &'a [u8],
    at: usize,
    open: Vec<&'a [u8]>,
    markup: usize,
    /// Since the first of [`OTHER_RULES`]: from there on, less is taken for granted.
    is_wary: bool,
    /// Up to here may be raw text or not: start tags count, end tags do not.
    unclear_until: usize,
    /// How many of the open elements are tables.
    tables: usize,
    is_in_cell: bool,
    misplaced: usize,
    forgiven: usize,
    /// Where the text began that may still go on, and what will be escaped in it.
    text_start: usize,
    escapes: usize,
    escaping: usize,
    /// Bytes of text and tags, each times the depth at which it stands.
    weight: usize,
    heaviest: usize,
}

impl<'a> Look<'a> {
    /// `None` for an element that defies the look.
    fn finds_bounds(mut self) -> Option<bool> {
        while let Some(length) = memchr(b'<', &self.html[self.at..]) {
            self.text(length);
            let belongs_in_table = self.markup()?;
            self.markup += 1;
            self.misplaced += usize::from(!belongs_in_table && self.is_misplaced());
            if self.is_too_much() {
                return Some(false);
            }
        }
        self.text(self.html.len() - self.at);
        self.end_text();
        Some(!self.is_too_much())
    }

    fn is_too_much(&self) -> bool {
        self.open.len() > DEEPEST
            || self.markup > MOST_MARKUP
            || self.misplaced > MOST_MISPLACED
            || self.escaping > MOST_ESCAPING
            || self.weight > self.heaviest
    }

    fn text(&mut self, length: usize) {
        let text = &self.html[self.at..self.at + length];
        self.escapes += memchr2_iter(b'&', 0xc2, text).count();
        if self.is_misplaced() {
            self.misplaced += text.iter().filter(|it| !it.is_ascii_whitespace()).count();
        }
        self.weight = self.weight.saturating_add(length * self.open.len());
        self.at += length;
    }

    fn end_text(&mut self) {
        self.escaping = self.escaping.saturating_add(self.escapes * (self.at - self.text_start));
        (self.text_start, self.escapes) = (self.at, 0);
    }

    fn is_misplaced(&self) -> bool {
        self.tables > 0 && (self.is_wary || !self.is_in_cell)
    }

    /// Steps over what begins with the `<` here. Whether it may stand directly in a table.
    fn markup(&mut self) -> Option<bool> {
        let rest = &self.html[self.at..];
        let is_clear = self.at >= self.unclear_until;
        match (rest.get(1).unwrap_or(&b' '), is_clear) {
            (b'/', true) if rest.get(2).is_some_and(u8::is_ascii_alphabetic) => {
                let name = name_of(&rest[2..]);
                self.at += Tag::read(rest, 2 + name.len())?.length;
                Some(self.close(name))
            }
            (b'!' | b'?' | b'/', true) => {
                if rest.starts_with(b"<![CDATA[") {
                    let end = memmem::find(rest, b"]]>").unwrap_or(rest.len());
                    self.unclear_until = self.at + end;
                }
                self.at += comment_length(rest);
                Some(false)
            }
            (letter, true) if letter.is_ascii_alphabetic() => self.start_tag(rest),
            (letter, false) if letter.is_ascii_alphabetic() => {
                self.at += 1;
                self.open(name_of(&rest[1..]), false);
                Some(false)
            }
            _ => {
                self.at += 1;
                Some(false)
            }
        }
    }

    fn start_tag(&mut self, rest: &'a [u8]) -> Option<bool> {
        let name = name_of(&rest[1..]);
        let tag = Tag::read(rest, 1 + name.len())?;
        let escapes = memchr2_iter(b'&', 0xc2, &rest[..tag.length]).count();
        self.escaping = self.escaping.saturating_add(escapes * tag.length);
        if !self.is_wary && is_one_of(name, TEXT_ENDING) {
            self.end_text();
        }
        self.weight = self.weight.saturating_add(tag.length * self.open.len());
        self.at += tag.length;
        let belongs_in_table = self.open(name, tag.is_closed);
        if is_one_of(name, RAW) {
            let length = raw_length(&self.html[self.at..], name)?;
            self.unclear_until = self.at + length;
            if !self.is_wary {
                self.at += length;
            }
        }
        Some(belongs_in_table)
    }

    /// Whether the start tag may stand directly in a table.
    fn open(&mut self, name: &'a [u8], is_closed: bool) -> bool {
        self.is_wary |= is_one_of(name, OTHER_RULES);
        let ends_by_itself = is_one_of(name, SELF_ENDING)
            || is_one_of(name, VOID)
            || if self.is_wary { is_closed } else { is_one_of(name, VOID_IN_HTML) };
        if !ends_by_itself {
            self.open.push(name);
        }
        self.tables += usize::from(name.eq_ignore_ascii_case(b"table"));
        self.turn_at(name, is_one_of(name, CELLS))
    }

    /// Whether the end tag may stand directly in a table. Only one that matches the innermost open
    /// element surely closes it.
    fn close(&mut self, name: &[u8]) -> bool {
        let is_whole = name.len() < LONGEST_NAME;
        let closed = self.open.pop_if(|open| is_whole && open.eq_ignore_ascii_case(name));
        let is_table = |it: &&[u8]| it.eq_ignore_ascii_case(b"table");
        let ends_table = closed.is_some_and(|it| is_table(&it))
            || closed.is_none() && is_table(&name) && self.forgive();
        self.tables -= usize::from(ends_table);
        // A table stands inside another one only in a cell.
        self.turn_at(name, ends_table)
    }

    /// Closes the innermost table with all that was left open in it. Whether that may be done.
    fn forgive(&mut self) -> bool {
        let table = self.open.iter().rposition(|it| it.eq_ignore_ascii_case(b"table"));
        let Some(table) = table.filter(|_| !self.is_wary) else { return false };
        self.forgiven += self.open.len() - table;
        let may_be = self.forgiven <= MOST_FORGIVEN;
        if may_be {
            self.open.truncate(table);
        }
        may_be
    }

    /// Notes whether a cell is open behind a tag of a table's structure; other tags change nothing.
    fn turn_at(&mut self, name: &[u8], is_in_cell: bool) -> bool {
        let is_structure = is_one_of(name, CELLS) || is_one_of(name, ROWS);
        if is_structure {
            self.is_in_cell = is_in_cell;
        }
        is_structure
    }
}

/// How long a tag is, up to and including its `>`; `None` if it has too many attributes.
pub(super) fn tag_length(tag: &[u8], name_end: usize) -> Option<usize> {
    Tag::read(tag, name_end).map(|it| it.length)
}

struct Tag {
    length: usize,
    is_closed: bool,
}

impl Tag {
    /// Reads over the attributes as the standard's tokenizer does: a quote counts only behind `=`.
    /// `None` if there are too many.
    fn read(tag: &[u8], from: usize) -> Option<Self> {
        let mut at = from;
        let mut separators = 0;
        while at < tag.len() {
            match tag[at] {
                b'>' => return Some(Self { length: at + 1, is_closed: tag[at - 1] == b'/' }),
                b'=' => {
                    separators += 1;
                    at = value_end(tag, at + 1);
                }
                byte => {
                    separators += usize::from(byte.is_ascii_whitespace() || byte == b'/');
                    at += 1;
                }
            }
            if separators > MOST_SEPARATORS {
                return None;
            }
        }
        Some(Self { length: tag.len(), is_closed: false })
    }
}

fn value_end(tag: &[u8], mut at: usize) -> usize {
    while tag.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    match tag.get(at) {
        Some(quote @ (b'"' | b'\'')) => {
            memchr(*quote, &tag[at + 1..]).map_or(tag.len(), |length| at + length + 2)
        }
        _ => at,
    }
}

/// Of a comment, a doctype or a CDATA section outside of SVG.
pub(super) fn comment_length(rest: &[u8]) -> usize {
    if !rest.starts_with(b"<!--") {
        return memchr(b'>', rest).map_or(rest.len(), |at| at + 1);
    }
    let inner = &rest[4..];
    if inner.starts_with(b">") || inner.starts_with(b"->") {
        return 5;
    }
    let end = memmem::find(inner, b"-->").map_or(inner.len(), |at| at + 3);
    4 + memmem::find(&inner[..end], b"--!>").map_or(end, |at| at + 4)
}

/// Of the content of an element that holds text only; `None` where even that is unclear: a script
/// that writes a script inside a comment has rules of its own.
pub(super) fn raw_length(rest: &[u8], name: &[u8]) -> Option<usize> {
    if name.eq_ignore_ascii_case(b"plaintext") {
        return Some(rest.len());
    }
    let mut at = 0;
    while let Some(next) = memmem::find(&rest[at..], b"</") {
        at += next;
        if name_of(&rest[at + 2..]).eq_ignore_ascii_case(name) {
            break;
        }
        at += 2;
        if at >= rest.len() {
            break;
        }
    }
    let length = if at < rest.len() && rest[at..].starts_with(b"</") { at } else { rest.len() };
    let text = &rest[..length];
    let is_nested = || text.windows(7).any(|it| it.eq_ignore_ascii_case(b"<script"));
    let is_odd = memmem::find(text, b"<!--").is_some() && is_nested();
    (!is_odd).then_some(length)
}

/// The name that a tag begins with, cut at [`LONGEST_NAME`].
pub(super) fn name_of(text: &[u8]) -> &[u8] {
    let text = &text[..text.len().min(LONGEST_NAME)];
    let end = text.iter().position(|it| it.is_ascii_whitespace() || matches!(it, b'/' | b'>'));
    &text[..end.unwrap_or(text.len())]
}

fn is_one_of(name: &[u8], names: &[&[u8]]) -> bool {
    names.iter().any(|it| name.eq_ignore_ascii_case(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_html_can_be_parsed_even_when_sloppy() {
        let sloppy = "<p>one<p>two<ul><li>a<li>b</ul><br><img src=x><table><tr><td>1<td>2</table>";
        assert!(can_be_parsed(&sloppy.repeat(1_000)));
        assert!(can_be_parsed(
            &"<div><p>a</div><script>'<div>'</script><!-- <div> -->".repeat(9_000)
        ));
        let rows = "<tr>\n<td>one</td> <th>two</th>\n</tr>\n".repeat(9_000);
        assert!(can_be_parsed(&format!("<table>\n{rows}</table> and words ")));
        let open_in_cell =
            format!("<table><tr><td><b>x<tr><td>y</table>{}", "words ".repeat(9_000));
        assert!(can_be_parsed(&open_in_cell));
        assert!(can_be_parsed(&"<svg><path d='x'/><g></g></svg>".repeat(9_000)));
    }

    #[test]
    fn what_would_take_too_long_is_refused() {
        for tower in [
            "<div>",
            "<b id=1>",
            "<DIV >",
            "<font/>",
            "<span><div></span></div>",
            "<div><object></div></object>",
            "<div><!--></div>-->",
            "<div title='</div>'>",
            "<div a\"='</div>'>",
            "<svg><td><input>",
            "<rt>",
            "<select><iframe></select><div>",
            "<div><script><!--<script></script></div>--></script>",
            "<svg><div><![CDATA[></div>]]>",
            "<math><style><g>",
            "<table><b></b></table>",
            "<table><table></table><div></table>",
            "<table><i></table>",
            "<table></p></td>",
            "<table>&amp;",
            "<table><form>x",
            "<p a='</p>'></p a='<div>'></b a='<!--'><div>",
            "&</x>",
            "<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab></aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac>",
        ] {
            assert!(!can_be_parsed(&tower.repeat(70_000)), "{tower}");
        }
        assert!(!can_be_parsed(&"&".repeat(100_000)));
        assert!(!can_be_parsed(&format!("<a {}>", "b=c ".repeat(50_000))));
        assert!(!can_be_parsed(&format!("<a {}>", "b=\"c\"".repeat(50_000))));
    }

    #[test]
    fn the_look_itself_is_linear() {
        for hard in
            ["<!--", "</a", "<a<", "<style><svg><style><a", "<script></", "<![CDATA[", "<a '="]
        {
            can_be_parsed(&hard.repeat(300_000));
        }
    }
}
