//! Decides which character set a page is written in, and decodes it.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use memchr::memmem;

/// Where browsers look for `<meta charset>` is the first KiB; many pages put it later.
const PROLOG_BYTES: usize = 8 * 1024;

/// Asks, in this order: byte order mark, valid UTF-8, HTTP charset, `<meta>`, detection. Bytes that
/// have no meaning become U+FFFD.
pub(in crate::extract) fn decode<'a>(bytes: &'a [u8], http: Option<&str>) -> Cow<'a, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0;
    }
    if let Some(text) = valid_utf_8(bytes) {
        return Cow::Borrowed(text);
    }
    let prolog = &bytes[..bytes.len().min(PROLOG_BYTES)];
    let labels = [http.map(str::as_bytes), declared_label(prolog)];
    let named = labels.into_iter().flatten().filter_map(Encoding::for_label);
    for encoding in named.filter(|it| *it != UTF_8 && *it != UTF_16BE && *it != UTF_16LE) {
        let (text, is_damaged) = encoding.decode_without_bom_handling(bytes);
        if !is_damaged {
            return text;
        }
    }
    detected(bytes).decode_without_bom_handling(bytes).0
}

/// Also where the last character was cut in two.
fn valid_utf_8(bytes: &[u8]) -> Option<&str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    }
}

/// The label of `<meta charset=…>` or `<meta http-equiv … content="…; charset=…">`.
fn declared_label(prolog: &[u8]) -> Option<&[u8]> {
    for at in memmem::find_iter(prolog, b"charset") {
        let rest = prolog[at + b"charset".len()..].trim_ascii_start();
        let Some(rest) = rest.strip_prefix(b"=") else { continue };
        let rest = rest.trim_ascii_start();
        let rest = rest.strip_prefix(b"\"").or(rest.strip_prefix(b"'")).unwrap_or(rest);
        let is_usual = |it: &u8| it.is_ascii_alphanumeric() || b"-_:.".contains(it);
        let length = rest.iter().take_while(|it| is_usual(it)).count();
        if length > 0 {
            return Some(&rest[..length]);
        }
    }
    None
}

fn detected(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Allow);
    // A page that is UTF-8 but for a few broken bytes is read as UTF-8.
    let (text, _) = UTF_8.decode_without_bom_handling(bytes);
    let broken = text.matches('\u{fffd}').count();
    let others = text.chars().filter(|it| !it.is_ascii() && *it != '\u{fffd}').count();
    if broken * 20 < others { UTF_8 } else { guess }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_decide_before_any_declaration() {
        assert_eq!(decode("naïve".as_bytes(), Some("iso-8859-1")), "naïve");
        assert_eq!(decode(b"\xef\xbb\xbfna\xc3\xafve", Some("iso-8859-1")), "naïve");
        assert_eq!(decode(b"\xff\xfeh\0i\0", None), "hi");
    }

    #[test]
    fn a_declared_charset_is_used_where_the_bytes_are_not_utf_8() {
        assert_eq!(decode(b"na\xefve", Some("iso-8859-1")), "naïve");
        let sjis = b"<meta charset=\"Shift_JIS\"><p>\x93\xfa\x96\x7b\x8c\xea</p>";
        assert!(decode(sjis, None).contains("日本語"));
        let old = b"<meta http-equiv=Content-Type content='text/html; charset=gbk'><p>\xd6\xd0\xce\xc4</p>";
        assert!(decode(old, None).contains("中文"));
    }

    #[test]
    fn nothing_declared_is_detected() {
        let russian = b"<p>\xcf\xf0\xe8\xe2\xe5\xf2, \xea\xe0\xea \xe4\xe5\xeb\xe0? \xd1\xe5\xe3\xee\xe4\xed\xff \xec\xfb</p>";
        assert!(decode(russian, None).contains("Привет"));
    }

    #[test]
    fn a_few_broken_bytes_do_not_change_the_charset() {
        let mut page =
            "<p>Überflüssige Grüße größerer Mäuse, überall Öl</p>".repeat(9).into_bytes();
        page.push(0xe9);
        page.extend(b"</p>");
        assert!(decode(&page, None).contains("größerer"));
    }
}
