//! Whom mails come from.

use std::{fmt, str::FromStr};

use super::{MailAddress, MailAddressError};

/// An address, with the name that mail programs show beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// Empty for none.
    pub name: String,
    pub address: MailAddress,
}

impl FromStr for Sender {
    type Err = MailAddressError;

    /// `Peerscope <digest@example.com>`, or the address alone.
    fn from_str(text: &str) -> Result<Self, MailAddressError> {
        let text = text.trim();
        let Some((name, address)) = text.strip_suffix('>').and_then(|it| it.rsplit_once('<'))
        else {
            return Ok(Self { name: String::new(), address: text.parse()? });
        };
        let name = name.trim().trim_matches('"').replace(|it: char| it.is_control(), " ");
        Ok(Self { name: name.trim().to_owned(), address: address.parse()? })
    }
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.as_str() {
            "" => self.address.fmt(f),
            name => write!(f, "{name} <{}>", self.address),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_an_address_with_or_without_a_name() {
        for (text, name, address) in [
            ("digest@example.com", "", "digest@example.com"),
            ("Peerscope <digest@example.com>", "Peerscope", "digest@example.com"),
            ("\"Peers, weekly\" <digest@example.com>", "Peers, weekly", "digest@example.com"),
            ("<digest@example.com>", "", "digest@example.com"),
        ] {
            let sender: Sender = text.parse().unwrap();
            assert_eq!((sender.name.as_str(), sender.address.as_str()), (name, address));
        }
        for text in ["", "Peerscope", "Peerscope <digest>", "a@b.example, c@d.example"] {
            assert!(text.parse::<Sender>().is_err(), "{text}");
        }
    }
}
