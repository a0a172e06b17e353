//! Turns the inside of an XML element into text or HTML.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};

use super::{
    charset::is_legal,
    entities,
    tags::{Found, Tag, Tags},
};

/// Longest entity name with its digits, in bytes.
const LONGEST_ENTITY: usize = 40;
/// What browsers read for the numbers 128 to 159 (WHATWG HTML §13.2.5.80): Windows-1252.
const WINDOWS_1252: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

/// Resolves entities, HTML's among them; what is none stays as it is.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    let Some(first) = memchr(b'&', text.as_bytes()) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    loop {
        rest = &rest[push_reference(&mut out, rest)..];
        let Some(next) = memchr(b'&', rest.as_bytes()) else { break };
        out.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Writes what the reference at the beginning of `text` stands for; how many bytes it takes.
fn push_reference(out: &mut String, text: &str) -> usize {
    let bytes = &text.as_bytes()[..text.len().min(LONGEST_ENTITY)];
    if let Some(end) = memchr(b';', bytes) {
        let name = &text[1..end];
        if let Some(number) = name.strip_prefix('#') {
            if let Some(length) = push_number(out, number, &text[end + 1..]) {
                return end + 1 + length;
            }
        } else if let Some(letter) = entities::letter(name) {
            out.push(letter);
            return end + 1;
        }
    }
    out.push('&');
    1
}

/// Writes the letter of a number; how much of `behind` belongs to it, `None` if it is no number.
/// The halves of a surrogate pair, which some programs write one by one, are joined.
fn push_number(out: &mut String, number: &str, behind: &str) -> Option<usize> {
    let code = code_of(number)?;
    match code {
        0x80..=0x9f => out.extend(WINDOWS_1252.chars().nth((code - 0x80) as usize)),
        0xd800..=0xdbff => {
            let Some((low, length)) = low_surrogate(behind) else { return Some(0) };
            out.extend(char::from_u32(0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00)));
            return Some(length);
        }
        _ => out.extend(char::from_u32(code).filter(|letter| is_legal(*letter))),
    }
    Some(0)
}

fn code_of(number: &str) -> Option<u32> {
    match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => number.parse().ok(),
    }
}

fn low_surrogate(text: &str) -> Option<(u32, usize)> {
    let number = text.strip_prefix("&#")?;
    let end = memchr(b';', &number.as_bytes()[..number.len().min(LONGEST_ENTITY)])?;
    let code = code_of(&number[..end]).filter(|code| (0xdc00..0xe000).contains(code))?;
    Some((code, "&#".len() + end + 1))
}

/// Letters where single bytes of Windows-1252 were taken for control characters.
pub(super) fn without_c1(text: String) -> String {
    let is_c1 = |letter: char| ('\u{80}'..='\u{9f}').contains(&letter);
    let bytes = text.as_bytes();
    let has_c1 = memchr_iter(0xc2, bytes).any(|at| bytes.get(at + 1).is_some_and(|it| *it < 0xa0));
    if !has_c1 {
        return text;
    }
    let letter = |it: char| WINDOWS_1252.chars().nth(it as usize - 0x80).unwrap_or(it);
    text.chars().map(|it| if is_c1(it) { letter(it) } else { it }).collect()
}

/// What an element says in escaped form: text with its entities resolved, CDATA as it is, and tags
/// that stand there unescaped kept, as they were certainly meant to be HTML.
pub(super) fn escaped(inside: &str) -> String {
    if memchr(b'<', inside.as_bytes()).is_none() {
        return unescape(inside).into_owned();
    }
    rebuilt(inside, |out, text| out.push_str(&unescape(text)), String::push_str, None)
}

/// The same without any tags, blanks collapsed: for names and labels.
pub(super) fn words(inside: &str) -> String {
    let mut text = String::new();
    if memchr(b'<', inside.as_bytes()).is_none() {
        text.push_str(&unescape(inside));
    } else {
        let mut at = 0;
        for found in Tags::new(inside) {
            text.push_str(&unescape(&inside[at..found.start]));
            text.push_str(if let Tag::CData(data) = found.tag { data } else { " " });
            at = found.end;
        }
        text.push_str(&unescape(&inside[at..]));
    }
    collapsed(&text)
}

pub(super) fn collapsed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// XHTML as HTML: prefixes go, empty elements get a closing tag, CDATA becomes text. The `div` that
/// Atom demands around it (RFC 4287 §3.1.1.3) is taken off.
pub(super) fn xhtml(inside: &str) -> String {
    let inside = without_division(inside.trim());
    let plain = !inside.contains("/>") && !inside.contains("<![") && !inside.contains("<!--");
    let prefix = inside.strip_prefix('<').and_then(|it| {
        let name = &it[..it.find(|c: char| !c.is_alphanumeric() && c != ':').unwrap_or(it.len())];
        name.split_once(':').map(|(prefix, _)| prefix)
    });
    if plain && prefix.is_none() {
        return inside.to_owned();
    }
    let as_text = |out: &mut String, data: &str| {
        out.push_str(&data.replace('&', "&amp;").replace('<', "&lt;"));
    };
    rebuilt(inside, String::push_str, as_text, Some(prefix.unwrap_or_default()))
}

/// Writes the inside of an element anew. `prefix`: as HTML, without that prefix.
fn rebuilt(
    inside: &str,
    push_text: impl Fn(&mut String, &str),
    push_data: impl Fn(&mut String, &str),
    prefix: Option<&str>,
) -> String {
    let mut out = String::with_capacity(inside.len());
    let mut at = 0;
    let mut tags = Tags::new(inside);
    for found in tags.by_ref() {
        push_between(&mut out, &inside[at..found.start], &push_text);
        match (found.tag, prefix) {
            (Tag::CData(data), _) => push_data(&mut out, data),
            (_, None) => out.push_str(&inside[found.start..found.end]),
            (_, Some(prefix)) => push_as_html(&mut out, inside, found, prefix),
        }
        at = found.end;
    }
    if !tags.cut {
        push_between(&mut out, &inside[at..], &push_text);
    } else if let Some(end) = inside[at..].rfind('<') {
        push_between(&mut out, &inside[at..at + end], &push_text);
    }
    out
}

/// Between two tags: text, and comments, which nobody reads.
fn push_between(out: &mut String, mut text: &str, push_text: &impl Fn(&mut String, &str)) {
    while let Some(start) = text.find("<!--") {
        push_text(out, &text[..start]);
        let Some(length) = text[start..].find("-->") else {
            return;
        };
        text = &text[start + length + "-->".len()..];
    }
    push_text(out, text);
}

fn push_as_html(out: &mut String, inside: &str, found: Found<'_>, prefix: &str) {
    let bare = |name: &str| -> String {
        let stripped = name.strip_prefix(prefix).and_then(|name| name.strip_prefix(':'));
        stripped.unwrap_or(name).to_owned()
    };
    match found.tag {
        Tag::Close { name } => {
            out.push_str("</");
            out.push_str(&bare(name));
            out.push('>');
        }
        Tag::Open { name, attributes } | Tag::Empty { name, attributes } => {
            let name = bare(name);
            out.push('<');
            out.push_str(&name);
            out.push_str(attributes.trim_end());
            out.push('>');
            if matches!(found.tag, Tag::Empty { .. }) && !is_void(&name) {
                out.push_str("</");
                out.push_str(&name);
                out.push('>');
            }
        }
        Tag::CData(_) => out.push_str(&inside[found.start..found.end]),
    }
}

fn is_void(name: &str) -> bool {
    [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param",
        "source", "track", "wbr",
    ]
    .iter()
    .any(|it| it.eq_ignore_ascii_case(name))
}

fn without_division(inside: &str) -> &str {
    let mut tags = Tags::new(inside);
    let Some(Found { tag: Tag::Open { name, .. }, start: 0, end }) = tags.next() else {
        return inside;
    };
    let is_division = name.rsplit(':').next().is_some_and(|it| it.eq_ignore_ascii_case("div"));
    if !is_division {
        return inside;
    }
    let mut depth = 1_usize;
    for found in tags {
        match found.tag {
            Tag::Open { name: inner, .. } if inner == name => depth += 1,
            Tag::Close { name: inner } if inner == name => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let is_last = found.end == inside.len();
            return if is_last { &inside[end..found.start] } else { inside };
        }
    }
    inside
}

/// Base64 (RFC 4648 §4) with blanks in it; `None` if it is none.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for letter in text.bytes().filter(|it| !it.is_ascii_whitespace() && *it != b'=') {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(((bits >> held) & 0xff) as u8);
        }
    }
    Some(bytes)
}

/// The inside of the first element of that name, at any depth; its name without prefix.
pub(super) fn child<'a>(inside: &'a str, name: &str) -> Option<&'a str> {
    let mut start = None;
    for found in Tags::new(inside) {
        let is_it =
            |it: &str| it.rsplit(':').next().is_some_and(|it| it.eq_ignore_ascii_case(name));
        match (found.tag, start) {
            (Tag::Open { name, .. }, None) if is_it(name) => start = Some(found.end),
            (Tag::Close { name }, Some(start)) if is_it(name) => {
                return Some(&inside[start..found.start]);
            }
            _ => {}
        }
    }
    start.map(|start| &inside[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_resolved_and_other_ampersands_stay() {
        for (written, meant) in [
            ("a &amp;&lt; b", "a &< b"),
            ("R&D; &nosuch; &", "R&D; &nosuch; &"),
            ("caf&eacute;&nbsp;&hellip;", "café\u{a0}…"),
            ("&#8217;&#x2019;&#X2019;&#146;", "’’’’"),
            ("&#xD83D;&#xDE00;&#xD83D;.", "😀."),
            ("&#0;&#11;x", "x"),
        ] {
            assert_eq!(unescape(written), meant);
        }
    }

    #[test]
    fn cdata_and_bare_tags_are_kept_comments_are_not() {
        let inside = "a &amp; <!-- no --><b>c</b><![CDATA[<i>&amp;</i>]]>";
        assert_eq!(escaped(inside), "a & <b>c</b><i>&amp;</i>");
        assert_eq!(words("  a <b>b</b>\n<![CDATA[c]]> "), "a b c");
    }

    #[test]
    fn xhtml_becomes_html() {
        let inside =
            "\n<h:div xmlns:h='x'><h:p>a<h:br/><h:a name='n'/></h:p><![CDATA[<b>]]></h:div>";
        assert_eq!(xhtml(inside), "<p>a<br><a name='n'></a></p>&lt;b>");
        assert_eq!(xhtml("<div>a</div><div>b</div>"), "<div>a</div><div>b</div>");
    }

    #[test]
    fn base64_is_decoded() {
        assert_eq!(base64("PHA+\n SGk8L3A+").as_deref(), Some(b"<p>Hi</p>".as_slice()));
        assert_eq!(base64("no base64!"), None);
    }
}
