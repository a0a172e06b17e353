//! Signed links: they let whoever holds one do one thing, without a login.

use std::{fmt, str::FromStr};

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha2::Sha256;

use crate::domain::{Subscriber, SubscriberId};

/// What a signed link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkPurpose {
    /// That whoever reads an address wants issues.
    Confirm,
    /// That whoever reads another address is the subscriber.
    Readdress,
    Preferences,
    Unsubscribe,
}

impl LinkPurpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Readdress => "readdress",
            Self::Preferences => "preferences",
            Self::Unsubscribe => "unsubscribe",
        }
    }
}

/// What signs the links of one installation. It is shown to nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey([u8; SigningKey::BYTES]);

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a key that signs links")]
pub struct SigningKeyError;

/// In bytes: half of what HMAC-SHA256 gives, as RFC 2104 allows, so that links stay short.
const PROOF_BYTES: usize = 16;
const BLOCK_BYTES: usize = 64;

/// What stands in a link: whose it is, until when it counts, and the proof that we wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub subscriber: SubscriberId,
    until: Option<Timestamp>,
    proof: [u8; PROOF_BYTES],
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not what stands in a signed link")]
pub struct TokenError;

impl SigningKey {
    pub const BYTES: usize = 32;

    /// Of bytes that nobody can guess.
    pub fn new(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// For the library to keep.
    pub fn to_text(&self) -> String {
        hex(&self.0)
    }

    /// `address` is the one that the link goes to, for a link that proves who reads it.
    pub fn sign(
        &self,
        purpose: LinkPurpose,
        subscriber: &Subscriber,
        address: &str,
        until: Option<Timestamp>,
    ) -> Token {
        let until = until.and_then(|it| Timestamp::from_second(it.as_second()).ok());
        let whole = self.mac(purpose, subscriber, address, until).finalize().into_bytes();
        let mut proof = [0; PROOF_BYTES];
        proof.copy_from_slice(&whole[..PROOF_BYTES]);
        Token { subscriber: subscriber.id, until, proof }
    }

    /// Whether we wrote a token for this purpose and subscriber, and it still counts. Takes as long for a
    /// forged one as for a genuine one.
    pub fn is_genuine(
        &self,
        token: &Token,
        purpose: LinkPurpose,
        subscriber: &Subscriber,
        address: &str,
        now: Timestamp,
    ) -> bool {
        let mac = self.mac(purpose, subscriber, address, token.until);
        let is_ours = mac.verify_truncated_left(&token.proof).is_ok();
        is_ours && token.subscriber == subscriber.id && token.until.is_none_or(|it| now <= it)
    }

    fn mac(
        &self,
        purpose: LinkPurpose,
        subscriber: &Subscriber,
        address: &str,
        until: Option<Timestamp>,
    ) -> Hmac<Sha256> {
        // HMAC fills a short key up with zeros itself.
        let mut block = [0; BLOCK_BYTES];
        block[..Self::BYTES].copy_from_slice(&self.0);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        let until = until.map_or_else(String::new, |it| it.as_second().to_string());
        let signed = [purpose.as_str(), &subscriber.id.to_string(), &subscriber.stamp, &until];
        // None of these holds a line break, so that no two lists of them make the same text.
        mac.update(signed.join("\n").as_bytes());
        mac.update(b"\n");
        mac.update(address.as_bytes());
        mac
    }
}

impl FromStr for SigningKey {
    type Err = SigningKeyError;

    fn from_str(text: &str) -> Result<Self, SigningKeyError> {
        bytes(text).map(Self).ok_or(SigningKeyError)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

/// `12-9f…` or, with an end, `12-68f0a1b2-9f…`: nothing in it has to be escaped in an address.
impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-", self.subscriber)?;
        if let Some(until) = self.until {
            write!(f, "{:x}-", until.as_second())?;
        }
        f.write_str(&hex(&self.proof))
    }
}

impl FromStr for Token {
    type Err = TokenError;

    fn from_str(text: &str) -> Result<Self, TokenError> {
        let parsed = || {
            let (id, rest) = text.split_once('-')?;
            let (until, proof) = match rest.split_once('-') {
                Some((until, proof)) => {
                    let seconds = i64::from_str_radix(until, 16).ok()?;
                    (Some(Timestamp::from_second(seconds).ok()?), proof)
                }
                None => (None, rest),
            };
            let is_number = !id.is_empty() && id.bytes().all(|it| it.is_ascii_digit());
            let id = is_number.then(|| id.parse().ok())??;
            Some(Self { subscriber: SubscriberId(id), until, proof: bytes(proof)? })
        };
        parsed().ok_or(TokenError)
    }
}

fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn bytes<const N: usize>(hex: &str) -> Option<[u8; N]> {
    let is_hex = hex.bytes().all(|it| it.is_ascii_digit() || (b'a'..=b'f').contains(&it));
    if hex.len() != N * 2 || !is_hex {
        return None;
    }
    let mut bytes = [0; N];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).ok()?;
    }
    Some(bytes)
}

/// A random word for links to carry, from bytes that nobody can guess.
pub fn stamp_of(random: [u8; 16]) -> String {
    hex(&random)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{DigestPlan, Preferences, SubscriberState};

    fn subscriber(id: i64, stamp: &str) -> Subscriber {
        Subscriber {
            id: SubscriberId(id),
            reader: None,
            address: Some("ada@example.com".parse().unwrap()),
            state: SubscriberState::Active,
            preferences: Preferences {
                language: "en".parse().unwrap(),
                domains: Vec::new(),
                interests: Vec::new(),
                topics: Vec::new(),
                mute: Vec::new(),
                plan: DigestPlan::default(),
            },
            stamp: stamp.to_owned(),
            made: at(0),
            confirmed: None,
            mark: 0,
            slot: None,
            refusals: 0,
            refused: None,
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    #[test]
    fn a_token_survives_the_way_through_a_link() {
        let key = SigningKey::new([7; 32]);
        for until in [None, Some(at(60))] {
            let token = key.sign(LinkPurpose::Confirm, &subscriber(12, "aa"), "x", until);
            let text = token.to_string();
            assert!(text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-'), "{text}");
            let read: Token = text.parse().unwrap();
            assert!(key.is_genuine(&read, LinkPurpose::Confirm, &subscriber(12, "aa"), "x", at(0)));
        }
        assert_eq!(key.to_text().parse::<SigningKey>(), Ok(key));
    }

    #[test]
    fn a_token_counts_for_one_purpose_one_subscriber_one_stamp_and_its_time() {
        let key = SigningKey::new([7; 32]);
        let ada = subscriber(1, "aa");
        let token = key.sign(LinkPurpose::Confirm, &ada, "ada@example.com", Some(at(60)));
        let counts = |purpose, whose: &Subscriber, address: &str, second| {
            key.is_genuine(&token, purpose, whose, address, at(second))
        };
        assert!(counts(LinkPurpose::Confirm, &ada, "ada@example.com", 60));
        assert!(!counts(LinkPurpose::Confirm, &ada, "ada@example.com", 61));
        assert!(!counts(LinkPurpose::Unsubscribe, &ada, "ada@example.com", 0));
        assert!(!counts(LinkPurpose::Confirm, &subscriber(2, "aa"), "ada@example.com", 0));
        assert!(!counts(LinkPurpose::Confirm, &subscriber(1, "bb"), "ada@example.com", 0));
        assert!(!counts(LinkPurpose::Confirm, &ada, "eve@example.com", 0));
        let other = SigningKey::new([8; 32]);
        assert!(!other.is_genuine(&token, LinkPurpose::Confirm, &ada, "ada@example.com", at(0)));
        let later = Token { until: Some(at(3600)), ..token.clone() };
        assert!(!key.is_genuine(&later, LinkPurpose::Confirm, &ada, "ada@example.com", at(61)));
        let endless = Token { until: None, ..token.clone() };
        assert!(!key.is_genuine(&endless, LinkPurpose::Confirm, &ada, "ada@example.com", at(0)));
    }

    /// RFC 4231, test case 2, whose key is short: it pins how keys are filled up.
    #[test]
    fn proofs_are_hmac_sha256() {
        let mut block = [0; BLOCK_BYTES];
        block[..4].copy_from_slice(b"Jefe");
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(b"what do ya want for nothing?");
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hex(&mac.finalize().into_bytes()), expected);
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let proof = "0".repeat(32);
        for text in [
            "",
            "1",
            "-",
            "1-",
            "1-abc",
            &format!("+1-{proof}"),
            &format!("1-{proof}0"),
            &format!("1-zz-{proof}"),
            &format!("1--{proof}"),
            &format!("1-0-0-{proof}"),
            &format!("1-{}", "é".repeat(16)),
            &format!("1-{}", "A".repeat(32)),
            &format!("99999999999999999999-{proof}"),
        ] {
            assert_eq!(text.parse::<Token>(), Err(TokenError), "{text}");
        }
    }
}
