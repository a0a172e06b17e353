//! Tells an error with its causes in one line, for logs and terminals.

use std::error::Error;

/// The message of an error and of each cause behind it, joined by `: `. A cause that only repeats
/// what was already said is left out.
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !line.contains(&text) {
            line.push_str(": ");
            line.push_str(&text);
        }
        cause = error.source();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("could not open the library")]
    struct Outer(#[source] Inner);

    #[derive(Debug, thiserror::Error)]
    #[error("the disk is full")]
    struct Inner;

    #[test]
    fn an_error_is_told_with_its_cause_on_one_line() {
        assert_eq!(chain(&Outer(Inner)), "could not open the library: the disk is full");
    }
}
