//! The one way to the terminal: results to standard output, everything else to standard error.

use std::{
    cell::RefCell,
    io::{self, IsTerminal, Write},
    ops::Range,
};

use serde::Serialize;

/// Where a command writes. Colours only where a person looks on and has not declined them
/// (<https://no-color.org>).
pub(super) struct Output {
    out: RefCell<Box<dyn Write>>,
    coloured: bool,
    interactive: bool,
}

impl Output {
    pub(super) fn standard() -> Self {
        let declined = std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty());
        let terminal = io::stdout().is_terminal();
        Self {
            out: RefCell::new(Box::new(io::BufWriter::new(io::stdout()))),
            coloured: terminal && !declined,
            interactive: terminal && io::stderr().is_terminal(),
        }
    }

    /// Whether a person looks on, so that a moving progress bar makes sense.
    pub(super) fn is_interactive(&self) -> bool {
        self.interactive
    }

    /// Columns that a line may take up: of the terminal, where a person looks on, and never so many that
    /// the eye loses its way back.
    pub(super) fn columns(&self) -> usize {
        const READABLE: usize = 88;
        const USUAL: usize = 80;
        if self.interactive { terminal_columns().unwrap_or(USUAL).min(READABLE) } else { USUAL }
    }

    /// One line of the result. A reader that went away (`| head`) ends the program quietly.
    pub(super) fn line(&self, text: &str) {
        let mut out = self.out.borrow_mut();
        if writeln!(out, "{text}").and_then(|()| out.flush()).is_err() {
            std::process::exit(0);
        }
    }

    /// The result as indented JSON.
    pub(super) fn json(&self, value: &impl Serialize) -> anyhow::Result<()> {
        self.line(&serde_json::to_string_pretty(value)?);
        Ok(())
    }

    /// Something to know that is not the result.
    #[expect(clippy::unused_self, reason = "all that is said goes through an Output")]
    pub(super) fn note(&self, text: &str) {
        // Nobody is left to tell when standard error is closed.
        let _ = writeln!(io::stderr(), "{text}");
    }

    pub(super) fn warning(&self, text: &str) {
        self.note(&format!("{} {text}", self.paint("33", "warning:")));
    }

    pub(super) fn error(&self, text: &str) {
        self.note(&format!("{} {text}", self.paint("31;1", "error:")));
    }

    pub(super) fn strong(&self, text: &str) -> String {
        self.paint("1", text)
    }

    pub(super) fn faint(&self, text: &str) -> String {
        self.paint("2", text)
    }

    /// The text with what matched standing out; without colours between `**`, as in Markdown, if
    /// `plain_marks` is wanted.
    pub(super) fn marked(&self, text: &str, ranges: &[Range<usize>]) -> String {
        if !self.coloured {
            return text.to_owned();
        }
        let mut marked = String::with_capacity(text.len() + ranges.len() * 10);
        let mut from = 0;
        for range in ranges {
            marked.push_str(&text[from..range.start]);
            marked.push_str(&self.paint("1;33", &text[range.clone()]));
            from = range.end;
        }
        marked.push_str(&text[from..]);
        marked
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.coloured { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

#[cfg(unix)]
fn terminal_columns() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    Some(usize::from(size.ws_col)).filter(|it| *it > 0)
}

#[cfg(not(unix))]
fn terminal_columns() -> Option<usize> {
    None
}

/// Text from the web for a terminal: control characters, which could move the cursor or worse, are
/// left out.
pub(super) fn harmless(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control() && !is_direction(*letter)).collect()
}

/// Characters that turn the direction of what follows (Unicode TR 36 §3.1).
fn is_direction(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A number of bytes as people read it.
pub(super) fn bytes(count: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if count < 1000 {
        return format!("{count} bytes");
    }
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    let mut value = count as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.5 && unit < UNITS.len() - 1 {
        value /= 1000.0;
        unit += 1;
    }
    if value < 9.95 {
        format!("{value:.1} {}", UNITS[unit])
    } else {
        format!("{value:.0} {}", UNITS[unit])
    }
}

/// `1 source`, `2 sources`.
pub(super) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_told_with_two_or_three_digits() {
        for (count, told) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1_234, "1.2 kB"),
            (96_800, "97 kB"),
            (8_400_000_000, "8.4 GB"),
        ] {
            assert_eq!(bytes(count), told);
        }
    }

    #[test]
    fn titles_cannot_command_the_terminal() {
        assert_eq!(harmless("a\u{1b}]0;owned\u{7}b\u{202e}c"), "a]0;ownedbc");
    }
}
