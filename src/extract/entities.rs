//! Character references: reading the usual ones, writing the few that are needed.

use std::borrow::Cow;

use memchr::memchr;

/// Of HTML's 2,231 names, those that feeds use. The parser knows the rest.
#[rustfmt::skip]
const NAMED: &[(&str, &str)] = &[
    ("AElig", "Æ"), ("Aacute", "Á"), ("Acirc", "Â"), ("Agrave", "À"), ("Alpha", "Α"),
    ("Aring", "Å"), ("Atilde", "Ã"), ("Auml", "Ä"), ("Beta", "Β"), ("Ccedil", "Ç"),
    ("Chi", "Χ"), ("Dagger", "‡"), ("Delta", "Δ"), ("ETH", "Ð"), ("Eacute", "É"),
    ("Ecirc", "Ê"), ("Egrave", "È"), ("Epsilon", "Ε"), ("Euml", "Ë"), ("Gamma", "Γ"),
    ("Iacute", "Í"), ("Icirc", "Î"), ("Iuml", "Ï"), ("Lambda", "Λ"), ("Ntilde", "Ñ"),
    ("OElig", "Œ"), ("Oacute", "Ó"), ("Ocirc", "Ô"), ("Omega", "Ω"), ("Oslash", "Ø"),
    ("Otilde", "Õ"), ("Ouml", "Ö"), ("Phi", "Φ"), ("Pi", "Π"), ("Prime", "″"),
    ("Psi", "Ψ"), ("Scaron", "Š"), ("Sigma", "Σ"), ("THORN", "Þ"), ("Theta", "Θ"),
    ("Uacute", "Ú"), ("Uuml", "Ü"), ("aacute", "á"), ("acirc", "â"), ("acute", "´"),
    ("aelig", "æ"), ("agrave", "à"), ("alpha", "α"), ("amp", "&"), ("ang", "∠"),
    ("apos", "'"), ("aring", "å"), ("asymp", "≈"), ("atilde", "ã"), ("auml", "ä"),
    ("bdquo", "„"), ("beta", "β"), ("brvbar", "¦"), ("bull", "•"), ("cap", "∩"),
    ("ccedil", "ç"), ("cent", "¢"), ("check", "✓"), ("chi", "χ"), ("copy", "©"),
    ("crarr", "↵"), ("cup", "∪"), ("curren", "¤"), ("dArr", "⇓"), ("dagger", "†"),
    ("darr", "↓"), ("deg", "°"), ("delta", "δ"), ("divide", "÷"), ("eacute", "é"),
    ("ecirc", "ê"), ("egrave", "è"), ("emsp", "\u{2003}"), ("ensp", "\u{2002}"),
    ("epsilon", "ε"), ("equiv", "≡"), ("eta", "η"), ("eth", "ð"), ("euml", "ë"),
    ("euro", "€"), ("exist", "∃"), ("forall", "∀"), ("frac12", "½"), ("frac14", "¼"),
    ("frac34", "¾"), ("frasl", "⁄"), ("gamma", "γ"), ("ge", "≥"), ("gt", ">"),
    ("hArr", "⇔"), ("harr", "↔"), ("hearts", "♥"), ("hellip", "…"), ("iacute", "í"),
    ("icirc", "î"), ("iexcl", "¡"), ("igrave", "ì"), ("infin", "∞"), ("int", "∫"),
    ("iota", "ι"), ("iquest", "¿"), ("isin", "∈"), ("iuml", "ï"), ("kappa", "κ"),
    ("lArr", "⇐"), ("lambda", "λ"), ("laquo", "«"), ("larr", "←"), ("lceil", "⌈"),
    ("ldquo", "“"), ("le", "≤"), ("lfloor", "⌊"), ("lsaquo", "‹"), ("lsquo", "‘"),
    ("lt", "<"), ("macr", "¯"), ("mdash", "—"), ("micro", "µ"), ("middot", "·"),
    ("minus", "−"), ("mu", "μ"), ("nabla", "∇"), ("nbsp", "\u{a0}"), ("ndash", "–"),
    ("ne", "≠"), ("not", "¬"), ("notin", "∉"), ("ntilde", "ñ"), ("nu", "ν"),
    ("oacute", "ó"), ("ocirc", "ô"), ("oelig", "œ"), ("ograve", "ò"), ("omega", "ω"),
    ("ordf", "ª"), ("ordm", "º"), ("oslash", "ø"), ("otilde", "õ"), ("ouml", "ö"),
    ("para", "¶"), ("part", "∂"), ("permil", "‰"), ("phi", "φ"), ("pi", "π"),
    ("plusmn", "±"), ("pound", "£"), ("prime", "′"), ("prod", "∏"), ("prop", "∝"),
    ("psi", "ψ"), ("quot", "\""), ("rArr", "⇒"), ("radic", "√"), ("raquo", "»"),
    ("rarr", "→"), ("rceil", "⌉"), ("rdquo", "”"), ("reg", "®"), ("rfloor", "⌋"),
    ("rho", "ρ"), ("rsaquo", "›"), ("rsquo", "’"), ("sbquo", "‚"), ("scaron", "š"),
    ("sect", "§"), ("shy", "\u{ad}"), ("sigma", "σ"), ("sub", "⊂"), ("sum", "∑"),
    ("sup", "⊃"), ("sup1", "¹"), ("sup2", "²"), ("sup3", "³"), ("szlig", "ß"),
    ("tau", "τ"), ("theta", "θ"), ("thinsp", "\u{2009}"), ("thorn", "þ"), ("tilde", "˜"),
    ("times", "×"), ("trade", "™"), ("uArr", "⇑"), ("uacute", "ú"), ("uarr", "↑"),
    ("ucirc", "û"), ("ugrave", "ù"), ("uml", "¨"), ("uuml", "ü"), ("xi", "ξ"),
    ("yacute", "ý"), ("yen", "¥"), ("yuml", "ÿ"), ("zeta", "ζ"), ("zwj", "\u{200d}"),
    ("zwnj", "\u{200c}"),
];

/// What HTML reads for `&#128;` to `&#159;`, which Windows once wrote; blank where nothing is.
#[rustfmt::skip]
const WINDOWS_1252: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0',
    '\0', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

/// What stands behind an `&`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reference {
    /// A character, and the length of the reference with `&` and `;`.
    Named(&'static str, usize),
    Numbered(char, usize),
    /// A plain ampersand in anyone's reading.
    Ampersand,
    /// Only a whole parser knows: an unknown name, a missing `;`, a number that HTML remaps.
    Unclear,
}

/// Longest name looked for, in bytes.
const LONGEST_NAME: usize = 10;

/// Reads the reference that `text` begins with; its first byte is the `&`.
pub(super) fn reference_at(text: &str) -> Reference {
    let rest = &text.as_bytes()[1..];
    match rest.first() {
        Some(b'#') => numbered(&rest[1..]),
        Some(first) if first.is_ascii_alphanumeric() => {
            let name = rest.iter().take(LONGEST_NAME).take_while(|it| it.is_ascii_alphanumeric());
            let end = name.count();
            if rest.get(end) != Some(&b';') {
                return Reference::Unclear;
            }
            let name = &text[1..=end];
            NAMED
                .binary_search_by(|(known, _)| known.cmp(&name))
                .map_or(Reference::Unclear, |at| Reference::Named(NAMED[at].1, end + 2))
        }
        _ => Reference::Ampersand,
    }
}

fn numbered(rest: &[u8]) -> Reference {
    let (digits, radix, start) = match rest.first() {
        Some(b'x' | b'X') => (&rest[1..], 16, 3),
        _ => (rest, 10, 2),
    };
    let end = digits.iter().take(7).take_while(|it| it.is_ascii_hexdigit()).count();
    if digits.get(end) != Some(&b';') {
        return Reference::Unclear;
    }
    std::str::from_utf8(&digits[..end])
        .ok()
        .and_then(|digits| u32::from_str_radix(digits, radix).ok())
        .map(|number| match number {
            0x80..=0x9f => u32::from(WINDOWS_1252[number as usize - 0x80]),
            _ => number,
        })
        .and_then(char::from_u32)
        .filter(|it| (*it >= ' ' && *it < '\u{7f}') || (*it >= '\u{a0}' && *it != '\u{feff}'))
        .filter(|it| u32::from(*it) & 0xfffe != 0xfffe && !('\u{fdd0}'..='\u{fdef}').contains(it))
        .map_or(Reference::Unclear, |it| Reference::Numbered(it, start + end + 1))
}

/// The text with its references resolved once; unclear ones stay as they are written.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    let Some(first) = memchr(b'&', text.as_bytes()) else { return Cow::Borrowed(text) };
    let mut plain = String::with_capacity(text.len());
    plain.push_str(&text[..first]);
    let mut rest = &text[first..];
    loop {
        let length = match reference_at(rest) {
            Reference::Named(letters, length) => {
                plain.push_str(letters);
                length
            }
            Reference::Numbered(letter, length) => {
                plain.push(letter);
                length
            }
            Reference::Ampersand | Reference::Unclear => {
                plain.push('&');
                1
            }
        };
        rest = &rest[length..];
        let Some(next) = memchr(b'&', rest.as_bytes()) else {
            plain.push_str(rest);
            return Cow::Owned(plain);
        };
        plain.push_str(&rest[..next]);
        rest = &rest[next..];
    }
}

/// Writes text so that any parser reads it back as the same text.
pub(super) fn push_text(text: &str, html: &mut String) {
    push_escaped(text, html, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        _ => None,
    });
}

/// Writes ` name="value"` so that any parser reads the value back as it is.
pub(super) fn push_attribute(name: &str, value: &str, html: &mut String) {
    html.push(' ');
    html.push_str(name);
    html.push_str("=\"");
    push_escaped(value, html, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        _ => None,
    });
    html.push('"');
}

fn push_escaped(text: &str, html: &mut String, escape: impl Fn(u8) -> Option<&'static str>) {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let Some(written) = escape(byte) else { continue };
        html.push_str(&text[from..at]);
        html.push_str(written);
        from = at + 1;
    }
    html.push_str(&text[from..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_sorted_so_that_they_can_be_found() {
        assert!(NAMED.is_sorted());
        assert!(NAMED.iter().all(|(name, _)| name.len() <= LONGEST_NAME));
    }

    #[test]
    fn usual_references_are_read_and_unclear_ones_left_alone() {
        for (written, read) in [
            ("a &amp; b", "a & b"),
            ("&lt;T&gt;", "<T>"),
            ("it&#8217;s&nbsp;&#x1F600;", "it’s\u{a0}😀"),
            ("AT&T & co", "AT&T & co"),
            ("&unknown; &#0; &#129; &copy", "&unknown; &#0; &#129; &copy"),
            ("It&#146;s", "It’s"),
            ("&", "&"),
        ] {
            assert_eq!(decoded(written), read);
        }
    }

    #[test]
    fn escaped_text_reads_back_as_it_was() {
        let mut html = String::new();
        push_text("a<b> & \"c\" 'd'", &mut html);
        assert_eq!(html, "a&lt;b&gt; &amp; \"c\" 'd'");
        push_attribute("title", "\"<&", &mut html);
        assert!(html.ends_with(" title=\"&quot;&lt;&amp;\""));
        assert_eq!(decoded("a&lt;b&gt; &amp; \"c\" 'd'"), "a<b> & \"c\" 'd'");
    }
}
