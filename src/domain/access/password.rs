//! Passwords: long, of anything, and none that everybody tries first.

use std::fmt;

use super::ReaderName;

/// In characters (NIST SP 800-63B: length is what counts, rules of composition are not).
pub const SHORTEST_PASSWORD: usize = 10;
/// In bytes: whoever sends more wants to keep us busy.
pub const LONGEST_PASSWORD: usize = 1_000;

/// The commonest of those that are long enough, one a line, in lower case.
const COMMON: &str = include_str!("common-passwords.txt");

/// A password that somebody may use from now on. Logs and errors do not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    #[error("the password has {0} characters, and needs {SHORTEST_PASSWORD}: make it longer")]
    TooShort(usize),
    #[error("the password is longer than {LONGEST_PASSWORD} bytes: shorten it")]
    TooLong,
    #[error("the password is one of those that are tried first: choose another")]
    Common,
    #[error("the password is the name: choose another")]
    Name,
}

impl Password {
    /// As it is typed, blanks included.
    pub fn new(typed: &str, name: &ReaderName) -> Result<Self, PasswordError> {
        let length = typed.chars().count();
        if length < SHORTEST_PASSWORD {
            return Err(PasswordError::TooShort(length));
        }
        if typed.len() > LONGEST_PASSWORD {
            return Err(PasswordError::TooLong);
        }
        let lower = typed.to_lowercase();
        if is_common(&lower) {
            return Err(PasswordError::Common);
        }
        if is_name(&lower, name.as_str()) {
            return Err(PasswordError::Name);
        }
        Ok(Self(typed.to_owned()))
    }

    /// For whoever hashes it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Those of the list, and one letter over and over.
fn is_common(lower: &str) -> bool {
    let first = lower.chars().next();
    lower.chars().all(|it| Some(it) == first) || COMMON.lines().any(|it| it == lower)
}

/// Whether nothing but the name is in it, with what people put around it.
fn is_name(lower: &str, name: &str) -> bool {
    let around = |it: char| !it.is_alphabetic();
    let core = lower.trim_matches(around);
    let local = name.split('@').next().unwrap_or(name);
    [name, local].iter().any(|it| {
        let part = it.trim_matches(around);
        let is_core = !part.is_empty() && !core.is_empty() && core.replace(part, "").is_empty();
        is_core || *it == lower
    })
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(typed: &str) -> Result<Password, PasswordError> {
        Password::new(typed, &"ada.lovelace@example.com".parse().unwrap())
    }

    #[test]
    fn a_long_password_of_anything_is_good() {
        for good in
            ["correct horse", "ааааааааab", "  ten chars", "密码密码密码密码密码啊", "1029384756x"]
        {
            assert!(chosen(good).is_ok(), "{good}");
        }
        assert_eq!(chosen("  ten chars").unwrap().reveal(), "  ten chars", "as it is typed");
    }

    #[test]
    fn what_is_short_common_or_the_name_is_refused() {
        assert_eq!(chosen("ninechars"), Err(PasswordError::TooShort(9)));
        assert_eq!(chosen(&"x y".repeat(400)), Err(PasswordError::TooLong));
        for common in ["1234567890", "Password123", "QWERTYUIOP", "aaaaaaaaaaaa"] {
            assert_eq!(chosen(common), Err(PasswordError::Common), "{common}");
        }
        for name in ["ada.lovelace@example.com", "Ada.Lovelace", "ada.lovelace1815!"] {
            assert_eq!(chosen(name), Err(PasswordError::Name), "{name}");
        }
    }

    #[test]
    fn the_list_holds_a_hundred_that_length_alone_would_let_through() {
        let common: Vec<&str> = COMMON.lines().collect();
        let mut once = common.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!((common.len(), once.len()), (100, 100));
        for it in common {
            assert!(it.chars().count() >= SHORTEST_PASSWORD && it.to_lowercase() == it, "{it}");
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        assert_eq!(format!("{:?}", chosen("correct horse").unwrap()), "Password(…)");
    }
}
