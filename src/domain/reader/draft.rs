//! Why something that a person wants to keep is refused.

/// Nothing of what is refused is kept, and what was kept before stays.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    #[error("`{0}` is not a tag: use 1 to 40 characters and no comma, like `feature-store`")]
    NotATag(String),
    #[error("`{0}` is not a competency: use 1 to 60 characters and no comma, like `system design`")]
    NotACompetency(String),
    #[error("{0} is not a day on which something happened: write one like 2026-03-14")]
    NotADay(String),
    #[error("`{0}` is no link: write words and an address, or [[12]] for note 12")]
    NotALink(String),
    #[error("`{0}` does not name a tab: use 8 to 64 letters and digits")]
    NotATab(String),
    #[error("{0} is empty: write something")]
    Empty(&'static str),
    #[error("{what} has {found} characters, and may have {most}: shorten it")]
    TooLong { what: &'static str, found: usize, most: usize },
    #[error("there are {found} {what}, and may be {most}: leave some out")]
    TooMany { what: &'static str, found: usize, most: usize },
    #[error("`{0}` is no name for a search: it needs a letter or a digit")]
    NotAName(String),
    #[error("`{0}` is no day: write one like 2026-03-09, or `tomorrow`, or `monday`")]
    NoSuchDay(String),
    #[error("{0} is not later than today, or more than ten years away")]
    NotLater(String),
    #[error("that is no place in an article")]
    NoPlace,
}

/// With lines that end as they do here, and without NUL. What went through once stays as it is, however
/// its lines had ended.
pub(super) fn plain_lines(text: &str) -> String {
    let mut lines: Vec<&str> = text.split('\n').collect();
    let last = lines.pop().unwrap_or_default();
    let mut plain = String::with_capacity(text.len());
    for line in lines {
        plain.push_str(line.trim_end_matches('\r'));
        plain.push('\n');
    }
    plain.push_str(last);
    plain.replace('\0', "")
}

impl DraftError {
    pub(in crate::domain) fn if_longer(
        what: &'static str,
        text: &str,
        most: usize,
    ) -> Result<(), Self> {
        // No text has more characters than bytes.
        let found = if text.len() > most { text.chars().count() } else { 0 };
        if found > most { Err(Self::TooLong { what, found, most }) } else { Ok(()) }
    }

    pub(super) fn if_more(what: &'static str, found: usize, most: usize) -> Result<(), Self> {
        if found > most { Err(Self::TooMany { what, found, most }) } else { Ok(()) }
    }

    pub(in crate::domain) fn if_empty(what: &'static str, text: &str) -> Result<(), Self> {
        if text.trim().is_empty() { Err(Self::Empty(what)) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::plain_lines;

    #[test]
    fn lines_that_were_ended_once_stay() {
        for (text, plain) in [("a\r\nb\n", "a\nb\n"), ("a\r\r\n\rb\r", "a\n\rb\r"), ("\0", "")] {
            assert_eq!(plain_lines(text), plain);
            assert_eq!(plain_lines(plain), plain);
        }
    }
}
