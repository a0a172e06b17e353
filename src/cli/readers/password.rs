//! A password for a reader: typed twice without being seen, or from a file.

use std::io::{IsTerminal as _, stdin};

use anyhow::{Context as _, bail};

use crate::domain::{Password, ReaderName};

/// `file` may be `-`.
pub(super) fn wanted(name: &ReaderName, file: Option<&str>) -> anyhow::Result<Password> {
    let typed = match file {
        Some("-") => std::io::read_to_string(stdin()).context("could not read standard input")?,
        Some(file) => {
            std::fs::read_to_string(file).with_context(|| format!("could not read {file}"))?
        }
        None => typed_twice(name)?,
    };
    Ok(Password::new(one_line(&typed), name)?)
}

/// Editors end the last line of a file.
fn one_line(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

fn typed_twice(name: &ReaderName) -> anyhow::Result<String> {
    if !stdin().is_terminal() {
        bail!("nobody is here to type a password: name a file with --password-file, or `-`");
    }
    let ask = |prompt: String| {
        rpassword::prompt_password(prompt).context("could not read the password from the terminal")
    };
    let typed = ask(format!("Password for {name}: "))?;
    if ask("Once more: ".to_owned())? != typed {
        bail!("the two were not the same: nothing was done");
    }
    Ok(typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_the_line_is_not_part_of_a_password() {
        for (text, password) in
            [("a b\n", "a b"), ("a b\r\n", "a b"), (" a\n\n", " a\n"), ("a", "a")]
        {
            assert_eq!(one_line(text), password);
        }
    }
}
