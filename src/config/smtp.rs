//! The mail server as one address: `smtp://user:password@mail.example.com:587`.

use std::net::IpAddr;

use url::{Host, Url};

use super::Secret;

/// Where mails are handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub security: SmtpSecurity,
    /// Name and password.
    pub login: Option<(String, Secret)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// TLS after `STARTTLS`, without which nothing is said.
    StartTls,
    /// Only to this machine itself.
    None,
}

/// RFC 6409 and RFC 8314.
const SUBMISSION: u16 = 587;
const SUBMISSIONS: u16 = 465;

pub(super) const EXPECTED: &str = "an address like \"smtp://user:password@mail.example.com:587\" \
                                   (STARTTLS) or \"smtps://user:password@mail.example.com\" (TLS); \
                                   in name and password write what is not a letter or digit as \
                                   %XX; \"?tls=none\" is for a server on this machine only";

/// `None` for what is no such address.
pub(super) fn parse(text: &str) -> Option<Smtp> {
    let url = Url::parse(text.trim()).ok()?;
    let (usual_port, security) = match url.scheme() {
        "smtp" => (SUBMISSION, SmtpSecurity::StartTls),
        "smtps" => (SUBMISSIONS, SmtpSecurity::Tls),
        _ => return None,
    };
    let host = host_of(&url)?;
    let security = match url.query() {
        None => security,
        Some("tls=none") if url.scheme() == "smtp" && is_this_machine(&host) => SmtpSecurity::None,
        Some(_) => return None,
    };
    let is_plain = matches!(url.path(), "" | "/") && url.fragment().is_none();
    let login = match (url.username(), url.password()) {
        ("", None) => None,
        (name, password) => {
            Some((decoded(name)?, Secret::new(decoded(password.unwrap_or_default())?)))
        }
    };
    let port = url.port().unwrap_or(usual_port);
    is_plain.then_some(Smtp { host, port, security, login })
}

/// Other schemes than those of the web keep hosts as written.
fn host_of(url: &Url) -> Option<String> {
    let host = Host::parse(url.host_str()?).ok()?;
    Some(match host {
        Host::Domain(name) => name,
        Host::Ipv4(ip) => ip.to_string(),
        Host::Ipv6(ip) => ip.to_string(),
    })
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|it| it.is_loopback())
}

/// Text with `%XX` for bytes.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        let (high, low) = (digit()?, digit()?);
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_told_in_one_address() {
        let smtp = parse("smtp://ada%40example.com:p%3A%2Fss@mail.example.com:2525").unwrap();
        assert_eq!((smtp.host.as_str(), smtp.port), ("mail.example.com", 2525));
        assert_eq!(smtp.security, SmtpSecurity::StartTls);
        assert_eq!(smtp.login, Some(("ada@example.com".into(), Secret::new("p:/ss"))));
        let usual = parse("smtp://mail.example.com").unwrap();
        assert_eq!((usual.port, usual.login), (587, None));
        let tls = parse("smtps://mail.example.com/").unwrap();
        assert_eq!((tls.port, tls.security), (465, SmtpSecurity::Tls));
        let local = parse("smtp://127.0.0.1:25?tls=none").unwrap();
        assert_eq!(local.security, SmtpSecurity::None);
        assert_eq!(parse("smtp://[::1]:25?tls=none").unwrap().host, "::1");
    }

    #[test]
    fn what_would_send_a_password_in_the_open_or_is_no_server_is_refused() {
        for text in [
            "",
            "mail.example.com",
            "http://mail.example.com",
            "smtp://",
            "smtp://mail.example.com?tls=none",
            "smtp://mail.example.com?tls=maybe",
            "smtps://localhost?tls=none",
            "smtp://mail.example.com/path",
            "smtp://a%4@mail.example.com",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
