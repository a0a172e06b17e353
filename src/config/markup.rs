//! Letters and entities of lists that were written carelessly.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

/// Longest name of an entity, `&` and `;` not counted.
const LONGEST_ENTITY: usize = 10;
/// How far into a document its declaration is looked for, in bytes.
const DECLARATION: usize = 200;

/// Entities of HTML that turn up in titles.
#[rustfmt::skip]
const ENTITIES: &[(&str, &str)] = &[
    ("amp", "&"), ("lt", "<"), ("gt", ">"), ("quot", "\""), ("apos", "'"), ("nbsp", " "),
    ("ndash", "–"), ("mdash", "—"), ("hellip", "…"), ("middot", "·"), ("bull", "•"),
    ("laquo", "«"), ("raquo", "»"), ("lsquo", "‘"), ("rsquo", "’"), ("ldquo", "“"),
    ("rdquo", "”"), ("copy", "©"), ("reg", "®"), ("trade", "™"), ("auml", "ä"), ("ouml", "ö"),
    ("uuml", "ü"), ("Auml", "Ä"), ("Ouml", "Ö"), ("Uuml", "Ü"), ("szlig", "ß"), ("aacute", "á"),
    ("eacute", "é"), ("iacute", "í"), ("oacute", "ó"), ("uacute", "ú"), ("agrave", "à"),
    ("egrave", "è"), ("ccedil", "ç"), ("ntilde", "ñ"), ("aring", "å"), ("aelig", "æ"),
    ("oslash", "ø"), ("ecirc", "ê"), ("acirc", "â"), ("ocirc", "ô"),
];

/// Text of a document: by its byte order mark, as UTF-8 if it is valid, as declared, as it looks.
pub(super) fn decode(bytes: &[u8]) -> String {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned();
    }
    let wide = match bytes {
        [b'<', 0, ..] => Some(UTF_16LE),
        [0, b'<', ..] => Some(UTF_16BE),
        _ => None,
    };
    if let Some(encoding) = wide {
        return encoding.decode_without_bom_handling(bytes).0.into_owned();
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let encoding = declared(bytes).unwrap_or_else(|| {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
        detector.feed(bytes, true);
        detector.guess(None, Utf8Detection::Allow)
    });
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// What `<?xml … encoding="…"?>` says; that it is UTF-8 was just disproved.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARATION)]);
    let declaration = head.split("?>").next()?;
    let label = declaration.split("encoding=").nth(1)?.get(1..)?.split(['"', '\'']).next()?;
    Encoding::for_label(label.as_bytes())
        .filter(|it| *it != encoding_rs::UTF_8 && it.is_ascii_compatible())
}

/// Resolves entities; an `&` that begins none stays.
pub(super) fn unescape(text: &str) -> String {
    let mut rest = text;
    let mut plain = String::with_capacity(text.len());
    while let Some(start) = rest.find('&') {
        let (before, entity) = rest.split_at(start);
        plain.push_str(before);
        let end = entity.bytes().take(LONGEST_ENTITY + 2).position(|it| it == b';');
        let letter = end.and_then(|end| resolve(&entity[1..end]));
        if let (Some(letter), Some(end)) = (letter, end) {
            plain.push_str(&letter);
            rest = &entity[end + 1..];
        } else {
            plain.push('&');
            rest = &entity[1..];
        }
    }
    plain + rest
}

fn resolve(name: &str) -> Option<String> {
    let Some(number) = name.strip_prefix('#') else {
        return ENTITIES.iter().find(|it| it.0 == name).map(|it| it.1.to_owned());
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code).map(String::from)
}

/// Words with one space between, without letters that only steer or hide.
pub(super) fn one_line(text: &str) -> String {
    let is_hidden = |letter: char| matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fffd}');
    let words = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    let words = words.map(|word| word.replace(is_hidden, "")).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_resolved_and_a_bare_ampersand_stays() {
        for (written, plain) in [
            ("R&amp;D", "R&D"),
            ("R&D; more", "R&D; more"),
            ("a & b", "a & b"),
            ("&#8217;&#x2019;", "’’"),
            ("&#xD83D;", "&#xD83D;"),
            ("caf&eacute;&", "café&"),
            ("&é;", "&é;"),
        ] {
            assert_eq!(unescape(written), plain);
        }
    }

    #[test]
    fn letters_are_read_whatever_the_declaration_says() {
        assert_eq!(decode("é".as_bytes()), "é");
        assert_eq!(
            decode(b"<?xml version='1.0' encoding='iso-8859-1'?>\xe9").chars().last(),
            Some('é')
        );
        let careless = b"<?xml version='1.0' encoding='utf-8'?> caf\xe9 au lait";
        assert!(decode(careless).contains("café"));
        assert_eq!(decode(b"\xff\xfea\0"), "a");
        assert_eq!(decode(b"<\0a\0"), "<a");
    }
}
