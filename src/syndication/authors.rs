//! Names of persons, out of the many ways in which feeds write them.

use super::text::collapsed;

/// Most persons kept of one entry.
const MOST_AUTHORS: usize = 50;
/// Longest name, in characters.
const LONGEST_NAME: usize = 200;

/// Adds the persons that a text names, each once.
pub(super) fn add(authors: &mut Vec<String>, written: &str) {
    let name = name(written);
    for part in persons(&name) {
        let part: String = part.chars().take(LONGEST_NAME).collect();
        let is_known = authors.iter().any(|it| it.eq_ignore_ascii_case(&part));
        if !part.is_empty() && !is_known && authors.len() < MOST_AUTHORS {
            authors.push(part);
        }
    }
}

/// The name in `name <mail>`, `mail (name)` and the like; the address where there is no name.
pub(super) fn name(written: &str) -> String {
    let text = collapsed(written);
    let text = text.strip_prefix("mailto:").unwrap_or(&text);
    let Some(address) = text.split([' ', '<', '>', '(', ')', '[', ']', ',', '"']).find(|word| {
        word.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'))
    }) else {
        return bare(text);
    };
    let rest = text.replacen(address, " ", 1);
    let rest = rest.replace("mailto:", " ");
    let name = bare(&collapsed(&rest));
    if name.chars().any(char::is_alphanumeric) {
        name
    } else {
        address.trim_start_matches("mailto:").to_owned()
    }
}

/// Without brackets and quotes that are all around, or empty.
fn bare(text: &str) -> String {
    let mut text = text.trim();
    for empty in ["<>", "()", "< >", "( )", "[]", "[ ]"] {
        text = text.trim_end_matches(empty).trim();
        text = text.trim_start_matches(empty).trim();
    }
    for (open, close) in [('(', ')'), ('<', '>'), ('"', '"'), ('[', ']')] {
        let inner = text.strip_prefix(open).and_then(|it| it.strip_suffix(close));
        if let Some(inner) = inner.filter(|it| !it.contains([open, close])) {
            text = inner.trim();
        }
    }
    text.trim_matches([',', ';']).trim().to_owned()
}

/// The persons of a list. A comma parts persons only where each part is a whole name, since
/// "Hopper, Grace" is one person.
fn persons(text: &str) -> Vec<&str> {
    if text.contains(';') {
        return text.split(';').map(str::trim).collect();
    }
    let parts: Vec<&str> = text.split(',').flat_map(|part| part.split(" and ")).collect();
    let parts: Vec<&str> =
        parts.into_iter().map(|it| it.trim().trim_start_matches("and ")).collect();
    if parts.len() > 1 && parts.iter().all(|part| is_whole_name(part)) { parts } else { vec![text] }
}

fn is_whole_name(text: &str) -> bool {
    let words = text.split(' ').count();
    (2..=4).contains(&words)
        && text.split(' ').all(|word| word.chars().next().is_some_and(char::is_uppercase))
        && !text.contains(['(', '@', '&'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_beside_an_address() {
        for (written, meant) in [
            ("Ada Lovelace", "Ada Lovelace"),
            ("ada@example.com (Ada Lovelace)", "Ada Lovelace"),
            ("Ada Lovelace <ada@example.com>", "Ada Lovelace"),
            ("Ada Lovelace (ada@example.com)", "Ada Lovelace"),
            ("mailto:ada@example.com", "ada@example.com"),
            ("ada@example.com", "ada@example.com"),
            ("<ada@example.com>", "ada@example.com"),
            ("ada@example.com Ada Lovelace", "Ada Lovelace"),
            ("Ada (the first) Lovelace", "Ada (the first) Lovelace"),
        ] {
            assert_eq!(name(written), meant, "{written}");
        }
    }

    #[test]
    fn lists_of_persons_are_parted_and_each_is_named_once() {
        let mut authors = Vec::new();
        for written in
            ["Ada Lovelace, Grace Hopper and Alan Turing", "Grace Hopper", "Hopper, Grace"]
        {
            add(&mut authors, written);
        }
        assert_eq!(authors, ["Ada Lovelace", "Grace Hopper", "Alan Turing", "Hopper, Grace"]);
    }
}
