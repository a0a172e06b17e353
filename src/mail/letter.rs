//! A letter, and its text as mail servers take it (RFC 5322).

use std::time::SystemTime;

use jiff::Timestamp;
use lettre::{
    Address, Message,
    address::AddressError,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};
use url::{Host, Url};

use crate::domain::{MailAddress, Sender};

/// A mail to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub from: Sender,
    pub to: MailAddress,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Without angle brackets.
    pub message_id: String,
    /// `None` for a mail that does not belong to a list.
    pub list: Option<MailList>,
    pub date: Timestamp,
}

/// The list that a mail belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailList {
    /// Like `digest.example.com` (RFC 2919), without angle brackets.
    pub id: String,
    /// Where a mail program leaves with one click (RFC 8058).
    pub one_click: Option<String>,
}

/// A header line holds no more (RFC 5322, 2.1.1), its name and folding left out.
const LONGEST_HEADER: usize = 900;

impl Letter {
    /// As it is handed over. The same letter always has the same bytes.
    pub(super) fn bytes(&self) -> Result<Vec<u8>, AddressError> {
        let mut headers = vec![("Auto-Submitted", "auto-generated".to_owned())];
        if let Some(list) = &self.list {
            headers.push(("List-Id", format!("<{}>", graphic(&list.id))));
            if let Some(address) = list.one_click.as_deref().and_then(one_address) {
                headers.push(("List-Unsubscribe", format!("<{address}>")));
                headers.push(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
            }
        }
        let named = |name: &str| Some(spaced(name)).filter(|it| !it.is_empty());
        let from = Mailbox::new(named(&self.from.name), address(&self.from.address)?);
        let builder = Message::builder()
            .from(from)
            .to(Mailbox::new(None, address(&self.to)?))
            .subject(self.subject_line())
            .message_id(Some(format!("<{}>", graphic(&self.message_id))))
            .date(SystemTime::from(self.date));
        let builder = headers.into_iter().fold(builder, |builder, (name, value)| {
            let name = HeaderName::new_from_ascii_str(name);
            builder.raw_header(HeaderValue::dangerous_new_pre_encoded(name, value.clone(), value))
        });
        // Only a letter without a sender is refused here.
        let message = builder.multipart(self.parts()).map_err(|_| AddressError::MissingParts)?;
        Ok(message.formatted())
    }

    /// One line, which cannot be mistaken for an encoded one (RFC 2047).
    fn subject_line(&self) -> String {
        let line = spaced(&self.subject).replace("=?", "= ?");
        line.chars().take(LONGEST_HEADER / 4).collect()
    }

    fn parts(&self) -> MultiPart {
        // Quoted-printable lines never hold `=_`.
        let tail: String = self.message_id.chars().filter(char::is_ascii_alphanumeric).collect();
        let boundary = format!("=_{}", &tail[..tail.len().min(60)]);
        MultiPart::alternative()
            .boundary(boundary)
            .singlepart(part(ContentType::TEXT_PLAIN, &self.text))
            .singlepart(part(ContentType::TEXT_HTML, &self.html))
    }
}

fn part(kind: ContentType, text: &str) -> SinglePart {
    SinglePart::builder()
        .header(kind)
        .header(ContentTransferEncoding::QuotedPrintable)
        .body(unix_lines(text))
}

/// The library ends lines as mails do where they end as texts do.
fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// With a host in ASCII, which every server understands.
pub(super) fn address(address: &MailAddress) -> Result<Address, AddressError> {
    let (name, _) = address.as_str().rsplit_once('@').ok_or(AddressError::MissingParts)?;
    let host = Host::parse(&address.host()).map_err(|_| AddressError::InvalidDomain)?;
    Address::new(name, host.to_string())
}

/// One line: control characters, with which a header could end, are spaces.
fn spaced(text: &str) -> String {
    let text = text.replace(|it: char| it.is_control(), " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What may stand between angle brackets.
fn graphic(text: &str) -> String {
    let is_plain = |it: &char| it.is_ascii_graphic() && !matches!(it, '<' | '>');
    text.chars().filter(is_plain).take(LONGEST_HEADER).collect()
}

/// An address for a header, in ASCII.
fn one_address(text: &str) -> Option<String> {
    let address = Url::parse(text).ok()?.to_string();
    let is_short = address.len() <= LONGEST_HEADER;
    (is_short && address == graphic(&address)).then_some(address)
}
