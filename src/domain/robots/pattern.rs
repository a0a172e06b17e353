//! Paths in rules, with `*` and `$`, compared with paths of addresses in time linear in both.

use memchr::memmem;

/// A path in a rule: `/private/*.pdf$`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    written: String,
    /// Escapes in one form, `*` only where any letters may stand, without a closing `$`.
    octets: Vec<u8>,
    /// Closed by `$`: nothing may follow.
    is_closed: bool,
}

impl Pattern {
    /// `None` for an empty one, which is no rule. One that begins with neither `/` nor `*` is taken
    /// from the root, as it was meant.
    pub(super) fn of(written: &[u8]) -> Option<Self> {
        if written.is_empty() {
            return None;
        }
        let (path, is_closed) = match written.strip_suffix(b"$") {
            Some(path) => (path, true),
            None => (written, false),
        };
        let mut octets = normal(path, Stars::Wild);
        if !matches!(octets.first(), Some(b'/' | b'*')) {
            octets.insert(0, b'/');
        }
        let written = String::from_utf8_lossy(written).into_owned();
        Some(Self { written, octets, is_closed })
    }

    pub(super) fn written(&self) -> &str {
        &self.written
    }

    /// By which the more specific one of two rules is told.
    pub(super) fn octets(&self) -> usize {
        self.octets.len() + usize::from(self.is_closed)
    }

    /// Whether a path, in normal form, begins with this; with `$`, whether it is this. Taking the first
    /// place where a part fits leaves the most room for those that follow, so that nothing is ever
    /// tried twice.
    pub(super) fn matches(&self, path: &[u8]) -> bool {
        let mut parts = self.octets.split(|octet| *octet == b'*').peekable();
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = path.strip_prefix(first) else { return false };
        while let Some(part) = parts.next() {
            if self.is_closed && parts.peek().is_none() {
                return rest.ends_with(part);
            }
            let Some(at) = memmem::find(rest, part) else { return false };
            rest = &rest[at + part.len()..];
        }
        !self.is_closed || rest.is_empty()
    }
}

/// A path with its query as patterns are compared with it.
pub(super) fn normal_path(path_and_query: &str) -> Vec<u8> {
    normal(path_and_query.as_bytes(), Stars::Literal)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stars {
    /// Stand for any letters; a star itself is written `%2A`.
    Wild,
    Literal,
}

/// One spelling for all that means the same (RFC 9309 §2.2.2): letters that need no escape without,
/// all others with one. In a query `:`, `/`, `?` and `@` need none.
fn normal(written: &[u8], stars: Stars) -> Vec<u8> {
    let mut octets = Vec::with_capacity(written.len());
    let mut in_query = false;
    let mut rest = written;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if let Some((octet, after)) = escape(byte, rest) {
            rest = after;
            if is_unreserved(octet) || in_query && matches!(octet, b':' | b'/' | b'?' | b'@') {
                octets.push(octet);
            } else {
                push_escaped(octet, &mut octets);
            }
            continue;
        }
        in_query |= byte == b'?';
        match byte {
            b'*' if stars == Stars::Wild => octets.push(byte),
            b'*' | b'$' => push_escaped(byte, &mut octets),
            b'%' => octets.push(byte),
            _ if is_unreserved(byte) || b":/?#[]@!&'()+,;=".contains(&byte) => octets.push(byte),
            _ => push_escaped(byte, &mut octets),
        }
    }
    octets
}

/// The octet that `%` and two digits stand for, and what follows them.
fn escape(byte: u8, rest: &[u8]) -> Option<(u8, &[u8])> {
    let (&[high, low], after) = rest.split_first_chunk::<2>()?;
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|it| u8::try_from(it).ok());
    (byte == b'%').then_some(())?;
    Some((digit(high)? << 4 | digit(low)?, after))
}

fn push_escaped(octet: u8, octets: &mut Vec<u8>) {
    let digit = |half: u8| b"0123456789ABCDEF"[usize::from(half)];
    octets.extend([b'%', digit(octet >> 4), digit(octet & 15)]);
}

fn is_unreserved(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.' | b'_' | b'~')
}
