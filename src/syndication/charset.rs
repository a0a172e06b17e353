//! Decides which character set a document is written in, and decodes it.

use std::{borrow::Cow, fmt::Write as _};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use memchr::memmem;

pub(super) struct Decoded<'a> {
    /// Without a byte order mark and without characters that XML forbids.
    pub(super) text: Cow<'a, str>,
    /// In one sentence, where bytes and declarations do not agree.
    pub(super) disagreement: Option<String>,
}

/// How much of the beginning is searched for a declaration, in bytes.
const PROLOG_BYTES: usize = 1024;

/// Asks, in this order: byte order mark, valid UTF-8 (unless ISO-2022 escapes are in it), HTTP
/// charset, declaration, detection.
pub(super) fn decode<'a>(bytes: &'a [u8], http: Option<&str>) -> Decoded<'a> {
    if let Some(text) = utf_32(bytes) {
        return clean(Cow::Owned(text), None);
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, damaged) = encoding.decode_without_bom_handling(&bytes[mark..]);
        let complaint = damaged.then(|| {
            format!("some bytes are not {}, which its first bytes promise", encoding.name())
        });
        return clean(text, complaint);
    }
    if let Some(encoding) = utf_16_by_its_zeros(bytes) {
        return clean(encoding.decode_without_bom_handling(bytes).0, None);
    }
    let declared = declared_label(bytes);
    if !has_iso_2022_escapes(bytes)
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        let complaint = (!text.is_ascii()).then(|| utf_8_despite(http, declared)).flatten();
        return clean(Cow::Borrowed(text), complaint);
    }
    not_utf_8(bytes, http, declared)
}

fn utf_8_despite(http: Option<&str>, declared: Option<&str>) -> Option<String> {
    let label = [declared, http].into_iter().flatten().find(|label| {
        Encoding::for_label(label.as_bytes()).is_some_and(|encoding| encoding != UTF_8)
    })?;
    Some(format!("it declares {} and is written in UTF-8", shown(label)))
}

fn not_utf_8<'a>(bytes: &'a [u8], http: Option<&str>, declared: Option<&str>) -> Decoded<'a> {
    let labels = [http, declared];
    let named = || labels.into_iter().flatten().filter_map(|it| Encoding::for_label(it.as_bytes()));
    for encoding in named().filter(|encoding| *encoding != UTF_8 && !is_utf_16(encoding)) {
        let (text, damaged) = encoding.decode_without_bom_handling(bytes);
        if !damaged {
            let complaint = match (http, declared) {
                (Some(http), Some(declared)) if !same_encoding(http, declared) => {
                    let (http, declared) = (shown(http), shown(declared));
                    Some(format!("the server says {http}, the document says {declared}"))
                }
                _ => None,
            };
            return clean(text, complaint);
        }
    }
    if has_iso_2022_escapes(bytes) {
        return clean(ISO_2022_JP.decode_without_bom_handling(bytes).0, None);
    }
    let says = labels.into_iter().flatten().next().map_or("nothing", |label| label);
    let says_utf_8 = named().any(|encoding| encoding == UTF_8);
    if mostly_utf_8(bytes, if says_utf_8 { 1 } else { 3 }) {
        let complaint = "some bytes are not UTF-8, though most of it is".to_owned();
        return clean(Cow::Owned(utf_8_with_strays(bytes)), Some(complaint));
    }
    let encoding = detected(bytes);
    let mut complaint = format!("it declares {}", shown(says));
    let _ = write!(complaint, " and seems to be written in {}", encoding.name());
    clean(encoding.decode_without_bom_handling(bytes).0, Some(complaint))
}

fn same_encoding(one: &str, other: &str) -> bool {
    Encoding::for_label(one.as_bytes()) == Encoding::for_label(other.as_bytes())
}

/// A document whose declaration could be read as bytes is not UTF-16, whatever it declares.
fn is_utf_16(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

fn shown(label: &str) -> String {
    label.chars().filter(|letter| !letter.is_control()).take(40).collect()
}

fn detected(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Allow)
}

fn has_iso_2022_escapes(bytes: &[u8]) -> bool {
    memchr::memchr_iter(0x1b, bytes)
        .any(|at| matches!(bytes.get(at + 1), Some(b'$' | b'(')) && bytes.len() > at + 2)
}

/// Whether for each stray byte there are more than `times` letters outside ASCII in UTF-8.
fn mostly_utf_8(bytes: &[u8], times: usize) -> bool {
    let (mut whole, mut strays) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        strays += usize::from(!chunk.invalid().is_empty());
    }
    whole > strays * times
}

/// UTF-8 in which single bytes come from Windows-1252, as pasted texts bring them in.
fn utf_8_with_strays(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
        }
    }
    text
}

/// The `encoding` of the XML declaration.
fn declared_label(bytes: &[u8]) -> Option<&str> {
    let prolog = &bytes[..bytes.len().min(PROLOG_BYTES)];
    let start = memmem::find(prolog, b"<?xml")?;
    let end = start + memmem::find(&prolog[start..], b"?>")?;
    let declaration = &prolog[start..end];
    let value = &declaration[memmem::find(declaration, b"encoding")? + "encoding".len()..];
    let value = value.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let quote = *value.first().filter(|it| matches!(it, b'"' | b'\''))?;
    let label = &value[1..];
    let label = &label[..memchr::memchr(quote, label)?];
    std::str::from_utf8(label).ok().map(str::trim)
}

fn utf_16_by_its_zeros(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [b'<' | b'{', 0, second, 0, ..] if *second != 0 => Some(UTF_16LE),
        [0, b'<' | b'{', 0, second, ..] if *second != 0 => Some(UTF_16BE),
        _ => None,
    }
}

fn utf_32(bytes: &[u8]) -> Option<String> {
    let from: fn([u8; 4]) -> u32 = match bytes {
        [0, 0, 0xfe, 0xff, ..] | [0, 0, 0, b'<', ..] => u32::from_be_bytes,
        [0xff, 0xfe, 0, 0, ..] | [b'<', 0, 0, 0, ..] => u32::from_le_bytes,
        _ => return None,
    };
    let letters = bytes.chunks_exact(4).map(|four| from([four[0], four[1], four[2], four[3]]));
    let text = letters.map(|it| char::from_u32(it).unwrap_or(char::REPLACEMENT_CHARACTER));
    Some(text.skip_while(|letter| *letter == '\u{feff}').collect())
}

fn clean(text: Cow<'_, str>, disagreement: Option<String>) -> Decoded<'_> {
    let text = match text {
        Cow::Borrowed(text) => {
            let text = text.trim_start_matches('\u{feff}');
            if has_illegal(text) { Cow::Owned(without_illegal(text)) } else { Cow::Borrowed(text) }
        }
        Cow::Owned(text) if has_illegal(&text) || text.starts_with('\u{feff}') => {
            Cow::Owned(without_illegal(text.trim_start_matches('\u{feff}')))
        }
        owned @ Cow::Owned(_) => owned,
    };
    Decoded { text, disagreement }
}

/// XML 1.0 §2.2.
pub(super) fn is_legal(letter: char) -> bool {
    !matches!(letter, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

fn has_illegal(text: &str) -> bool {
    // Without an early end, so that it can be done many bytes at a time.
    let control = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    text.bytes().fold(false, |found, byte| found | control(byte))
        || memmem::find(text.as_bytes(), b"\xef\xbf\xbe").is_some()
        || memmem::find(text.as_bytes(), b"\xef\xbf\xbf").is_some()
}

fn without_illegal(text: &str) -> String {
    text.chars().filter(|letter| is_legal(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], http: Option<&str>) -> String {
        decode(bytes, http).text.into_owned()
    }

    #[test]
    fn the_byte_order_mark_wins() {
        assert_eq!(text(b"\xef\xbb\xbf<a>\xc3\xa9</a>", Some("iso-8859-1")), "<a>é</a>");
        assert_eq!(text(b"\xff\xfe<\0a\0>\0", None), "<a>");
        assert_eq!(text(b"\0\0\xfe\xff\0\0\0<\0\0\0a", None), "<a");
    }

    #[test]
    fn valid_utf_8_wins_over_declarations_and_is_complained_about() {
        let decoded = decode("<?xml version='1.0' encoding='latin1'?>é".as_bytes(), None);
        assert!(decoded.text.ends_with('é'));
        assert_eq!(decoded.disagreement.unwrap(), "it declares latin1 and is written in UTF-8");
    }

    #[test]
    fn the_servers_charset_wins_over_the_declaration() {
        let bytes = b"<?xml version='1.0' encoding='iso-8859-1'?>\xe1";
        assert!(text(bytes, Some("windows-1251")).ends_with('б'));
        assert!(text(bytes, None).ends_with('á'));
    }

    #[test]
    fn what_declares_nothing_is_detected() {
        assert_eq!(text(b"<t>na\xefve caf\xe9</t>", None), "<t>naïve café</t>");
        assert_eq!(text(b"<t>na\xefve caf\xe9</t>", Some("utf-8")), "<t>naïve café</t>");
        assert_eq!(text(b"<t>\x1b$B%F%9%H\x1b(B</t>", None), "<t>テスト</t>");
    }

    #[test]
    fn stray_bytes_do_not_spoil_the_rest() {
        let bytes = "<t>größer als ärmer, öfter: ".bytes().chain(*b"\x96").collect::<Vec<_>>();
        assert_eq!(text(&bytes, Some("utf-8")), "<t>größer als ärmer, öfter: –");
    }

    #[test]
    fn characters_that_xml_forbids_are_taken_out() {
        assert_eq!(text(b"a\x00b\x0bc\td\xef\xbf\xbf", None), "abc\td");
    }
}
