//! Takes single settings from a flag or its variable and collects what is wrong with them.

use std::{fs, net::SocketAddr, path::PathBuf};

use jiff::{Timestamp, civil, tz::TimeZone};
use url::Url;

use super::{
    Environment, LogFormat, Mail, Mistake, Mistakes, Proxy, Secret, Settings, Smtp,
    error::suggestion, smtp, spelling::nearest,
};
use crate::domain::{Address, Auth, Networks, ReaderName};

pub(super) struct Gather<'e> {
    environment: &'e Environment,
    mistakes: Vec<Mistake>,
}

/// A setting as someone wrote it.
#[derive(Clone, Copy)]
pub(super) struct Written<'w> {
    /// The flag or variable.
    key: &'w str,
    pub(super) text: &'w str,
}

const PROXY_SCHEMES: [&str; 4] = ["http", "https", "socks5", "socks5h"];
/// Headers that mean something else already, and that browsers can send.
const TAKEN_HEADERS: [&str; 8] = [
    "authorization",
    "cookie",
    "forwarded",
    "host",
    "origin",
    "referer",
    "user-agent",
    "x-forwarded-for",
];
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

impl<'e> Gather<'e> {
    pub(super) fn new(environment: &'e Environment) -> Self {
        Self { environment, mistakes: Vec::new() }
    }

    pub(super) fn into_result(self, settings: Settings) -> Result<Settings, Mistakes> {
        if self.mistakes.is_empty() { Ok(settings) } else { Err(Mistakes(self.mistakes)) }
    }

    /// The flag if it is there, else the variable.
    pub(super) fn value<'w>(
        &self,
        flag: &'w str,
        given: Option<&'w str>,
        variable: &'w str,
    ) -> Option<Written<'w>>
    where
        'e: 'w,
    {
        let given = given.map(|text| Written { key: flag, text: text.trim() });
        let set = || {
            let text = self.environment.get(variable)?.trim();
            Some(Written { key: variable, text })
        };
        given.or_else(set)
    }

    pub(super) fn bind(&mut self, given: Option<&str>) -> Option<SocketAddr> {
        let written = self.value("--bind", given, "PEERSCOPE_BIND")?;
        let text = written.text.replace("localhost:", "127.0.0.1:");
        let text = if text.starts_with(':') { format!("127.0.0.1{text}") } else { text };
        let address = text.parse().ok();
        self.expect(address, &written, "an address and a port like \"127.0.0.1:8787\"")
    }

    pub(super) fn base_url(&mut self, given: Option<&str>) -> Option<Address> {
        let written = self.value("--base-url", given, "PEERSCOPE_BASE_URL")?;
        let address = written.text.parse::<Address>().ok();
        let address = address.filter(|it| it.url().query().is_none());
        self.expect(address, &written, "an address like \"https://peerscope.example.com\"")
    }

    pub(super) fn proxy(&mut self, given: Option<&str>) -> Proxy {
        let own = self.value("--proxy", given, "PEERSCOPE_PROXY");
        if own.is_some_and(|it| it.text.eq_ignore_ascii_case("none")) {
            return Proxy::default();
        }
        let own = own.and_then(|it| self.proxy_address(&it));
        let (http, https) = match own {
            Some(proxy) => (Some(proxy.clone()), Some(proxy)),
            None => (
                self.common_proxy(&["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]),
                self.common_proxy(&["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]),
            ),
        };
        let except = self.environment.first(&["no_proxy", "NO_PROXY"]).map_or("", |(_, it)| it);
        let except = except.split(',').map(|it| it.trim().to_lowercase());
        Proxy { http, https, except: except.filter(|it| !it.is_empty()).collect() }
    }

    fn common_proxy(&mut self, names: &[&'static str]) -> Option<Secret> {
        let (key, text) = self.environment.first(names)?;
        self.proxy_address(&Written { key, text: text.trim() })
    }

    /// A proxy without a scheme is one that speaks HTTP, as curl reads it.
    fn proxy_address(&mut self, written: &Written<'_>) -> Option<Secret> {
        let scheme = if written.text.contains("://") { "" } else { "http://" };
        let text = format!("{scheme}{}", written.text);
        let url = Url::parse(&text).ok();
        let url = url.filter(|it| PROXY_SCHEMES.contains(&it.scheme()) && it.has_host());
        let expected = "the address of a proxy like \"http://proxy.example.com:3128\"";
        let is_told = self.mistakes.iter().any(|it| it.key == written.key);
        if url.is_none() && !is_told {
            // Not the text itself: it may hold a password.
            self.refuse(written.key, "something else".into(), expected);
        }
        url.map(|url| Secret::new(url.as_str()))
    }

    pub(super) fn ca_certificate(&mut self, given: Option<&str>) -> Option<PathBuf> {
        let written = self.value("--ca-certificate", given, "PEERSCOPE_CA_CERTIFICATE")?;
        let expected = "a readable file with certificates as PEM";
        match fs::read_to_string(written.text) {
            Ok(text) if text.contains("-----BEGIN CERTIFICATE-----") => Some(written.text.into()),
            Ok(_) => {
                let found = format!("\"{}\" without a certificate in it", written.text);
                self.refuse(written.key, found, expected);
                None
            }
            Err(error) => {
                let found = format!("\"{}\" ({error})", written.text);
                self.refuse(written.key, found, expected);
                None
            }
        }
    }

    pub(super) fn count(&mut self, flag: &str, given: Option<&str>, most: usize) -> Option<usize> {
        let variable = format!("PEERSCOPE{}", flag[1..].replace('-', "_").to_uppercase());
        let text = given.or_else(|| self.environment.get(&variable))?.trim();
        let key = if given.is_some() { flag } else { &variable };
        let count = text.parse().ok().filter(|it| (1..=most).contains(it));
        self.expect(count, &Written { key, text }, &format!("a whole number from 1 to {most}"))
    }

    pub(super) fn log_format(&mut self, given: Option<&str>) -> Option<LogFormat> {
        let written = self.value("--log-format", given, "PEERSCOPE_LOG_FORMAT")?;
        let format = match written.text.to_ascii_lowercase().as_str() {
            "text" => Some(LogFormat::Text),
            "json" => Some(LogFormat::Json),
            _ => None,
        };
        self.expect(format, &written, "`text` or `json`")
    }

    pub(super) fn log_filter(&mut self, given: Option<&str>) -> Option<String> {
        let written = self.value("--log", given, "PEERSCOPE_LOG")?;
        let level = |part: &str| {
            let level = part.rsplit('=').next().unwrap_or(part).trim().to_ascii_lowercase();
            LEVELS.contains(&level.as_str())
        };
        let filter = written.text.split(',').all(level).then(|| written.text.to_owned());
        let hint = suggestion(nearest(written.text, LEVELS));
        self.expect(filter, &written, &format!("a level like \"info\"{hint}"))
    }

    /// On or off by a variable.
    pub(super) fn switch(&mut self, variable: &str) -> bool {
        let Some(text) = self.environment.get(variable).map(str::trim) else { return false };
        let position = match text.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => Some(true),
            "0" | "false" | "no" | "off" => Some(false),
            _ => None,
        };
        self.expect(position, &Written { key: variable, text }, "1 or 0").unwrap_or_default()
    }

    pub(super) fn database_url(&mut self) -> Option<Secret> {
        let secret = self.secret("PEERSCOPE_DATABASE_URL")?;
        let known = ["postgres://", "postgresql://", "sqlite:"];
        if !known.iter().any(|it| secret.reveal().starts_with(it)) {
            let expected = "an address that begins with \"postgres://\" or \"sqlite:\"";
            self.refuse("PEERSCOPE_DATABASE_URL", "something else".into(), expected);
        }
        Some(secret)
    }

    pub(super) fn mail(&mut self) -> Mail {
        let smtp = self.smtp();
        let from = self.parsed("PEERSCOPE_MAIL_FROM", "\"Peerscope <digest@example.com>\"");
        let digest_to = self.parsed("PEERSCOPE_DIGEST_TO", "a mail address");
        // Most servers take mails of those only who have logged in.
        let user = smtp.as_ref().and_then(|it| it.login.as_ref()?.0.parse().ok());
        let from = from.or(user);
        let is_told = self.mistakes.iter().any(|it| it.key == "PEERSCOPE_MAIL_FROM");
        if smtp.is_some() && from.is_none() && !is_told {
            let expected = "whom mails come from, like \"Peerscope <digest@example.com>\"";
            self.refuse("PEERSCOPE_MAIL_FROM", "nothing".into(), expected);
        }
        Mail { smtp, from, digest_to }
    }

    fn smtp(&mut self) -> Option<Smtp> {
        let secret = self.secret("PEERSCOPE_SMTP_URL")?;
        let smtp = smtp::parse(secret.reveal());
        if smtp.is_none() {
            // Not the text itself: it may hold a password.
            self.refuse("PEERSCOPE_SMTP_URL", "something else".into(), smtp::EXPECTED);
        }
        smtp
    }

    /// How readers are told apart.
    pub(super) fn auth(&mut self) -> Auth {
        let header = self.auth_header();
        let Some(text) = self.environment.get("PEERSCOPE_AUTH").map(str::trim) else {
            return Auth::None;
        };
        let auth = match text.to_ascii_lowercase().as_str() {
            "none" => Some(Auth::None),
            "password" => Some(Auth::Password),
            "proxy" => Some(Auth::Proxy { header }),
            _ => None,
        };
        let written = Written { key: "PEERSCOPE_AUTH", text };
        self.expect(auth, &written, "`none`, `password` or `proxy`").unwrap_or_default()
    }

    /// The header in which a proxy names readers, in lower case.
    fn auth_header(&mut self) -> String {
        let text = self.environment.get("PEERSCOPE_AUTH_HEADER").unwrap_or("Remote-User").trim();
        let name = text.to_ascii_lowercase();
        let is_token = |it: u8| it.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&it);
        let is_free = !TAKEN_HEADERS.contains(&name.as_str());
        let name = (name.bytes().all(is_token) && is_free).then_some(name);
        let written = Written { key: "PEERSCOPE_AUTH_HEADER", text };
        self.expect(name, &written, "the name of a header like \"Remote-User\"").unwrap_or_default()
    }

    pub(super) fn auth_proxies(&mut self) -> Networks {
        let expected = "addresses or networks like \"10.0.0.5, 10.1.0.0/16\"";
        self.parsed("PEERSCOPE_AUTH_PROXIES", expected).unwrap_or_default()
    }

    fn parsed<T: std::str::FromStr>(&mut self, variable: &str, expected: &str) -> Option<T> {
        let text = self.environment.get(variable)?.trim();
        let value = text.parse().ok();
        self.expect(value, &Written { key: variable, text }, expected)
    }

    /// From a variable, or from the file that the variable with `_FILE` names.
    fn secret(&mut self, variable: &str) -> Option<Secret> {
        let file_variable = format!("{variable}_FILE");
        let direct = self.environment.get(variable);
        let Some(file) = self.environment.get(&file_variable) else {
            return direct.map(|it| Secret::new(it.trim()));
        };
        if direct.is_some() {
            let expected = format!("only one of {variable} and {file_variable}");
            self.refuse(&file_variable, "both".into(), &expected);
        }
        match fs::read_to_string(file.trim()) {
            Ok(text) if !text.trim().is_empty() => Some(Secret::new(text.trim())),
            Ok(_) => {
                self.refuse(
                    &file_variable,
                    format!("\"{file}\", which is empty"),
                    "a secret in it",
                );
                None
            }
            Err(error) => {
                self.refuse(&file_variable, format!("\"{file}\" ({error})"), "a readable file");
                None
            }
        }
    }

    /// A value that goes into a header: one line of ASCII (RFC 9110 §5.5).
    pub(super) fn header(&mut self, written: &Written<'_>) -> Option<String> {
        let is_plain = written.text.bytes().all(|it| matches!(it, b' '..=b'~'));
        let is_closed = !written.text.contains(['(', ')']);
        let text = (is_plain && is_closed).then(|| written.text.to_owned());
        self.expect(text, written, "one line of plain ASCII without brackets")
    }

    /// A timestamp, or a date with or without a time of day, which is UTC then.
    pub(super) fn now(&mut self, given: Option<&str>) -> Option<Timestamp> {
        let written = self.value("--now", given, "PEERSCOPE_NOW")?;
        let utc = |time: civil::DateTime| time.to_zoned(TimeZone::UTC).ok();
        let now = written
            .text
            .parse::<Timestamp>()
            .ok()
            .or_else(|| Some(utc(written.text.parse::<civil::DateTime>().ok()?)?.timestamp()));
        self.expect(now, &written, "a time like \"2026-11-25T08:00:00Z\" or \"2026-11-25\"")
    }

    pub(super) fn reader(&mut self, given: Option<&str>) -> Option<ReaderName> {
        let written = self.value("--reader", given, "PEERSCOPE_READER")?;
        let expected = "the name of a login, as `peerscope readers list` shows it";
        self.expect(written.text.parse().ok(), &written, expected)
    }

    fn expect<T>(&mut self, value: Option<T>, written: &Written<'_>, expected: &str) -> Option<T> {
        if value.is_none() {
            self.refuse(written.key, format!("\"{}\"", written.text), expected);
        }
        value
    }

    fn refuse(&mut self, key: &str, found: String, expected: &str) {
        let expected = expected.to_owned();
        self.mistakes.push(Mistake { place: None, key: key.to_owned(), found, expected });
    }
}
