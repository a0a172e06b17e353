//! Tells from an error of the client what happened, by type and not by text.

use std::{error::Error, io};

use jiff::Timestamp;
use rustls::{CertificateError, pki_types::UnixTime};

use super::{
    error::{Cause, FetchError},
    guard::LeadsToPrivate,
    settings::FetchSettings,
};
use crate::domain::{Address, FailureKind};

/// Names an error that came instead of a whole answer from `address`.
pub(super) fn explain(
    error: reqwest::Error,
    address: &Address,
    through_proxy: bool,
    settings: &FetchSettings,
) -> FetchError {
    if let Some(LeadsToPrivate(ip)) = find(&error) {
        return FetchError::Forbidden { address: address.clone(), ip: Some(*ip) };
    }
    let host = address.host();
    let unanswered = |kind, what| FetchError::Unanswered { kind, what, source: None };
    if let Some(what) = find(&error).and_then(|it| bad_certificate(it, host)) {
        return unanswered(FailureKind::Tls, what);
    }
    if error.is_timeout() {
        return unanswered(FailureKind::Timeout, silence(&error, address, settings));
    }
    let (kind, what) = if let Some(tls) = find::<rustls::Error>(&error) {
        (FailureKind::Tls, tls_trouble(tls, host))
    } else if through_proxy && error.is_connect() {
        (FailureKind::Proxy, format!("the proxy did not connect to {host}"))
    } else if error.is_dns() {
        (FailureKind::Dns, format!("the name {host} leads to no address"))
    } else {
        broken(&error, address)
    };
    FetchError::Unanswered { kind, what, source: Some(Cause::new(error.without_url())) }
}

/// What is wrong with a certificate, where one sentence tells it all.
fn bad_certificate(error: &rustls::Error, host: &str) -> Option<String> {
    let rustls::Error::InvalidCertificate(error) = error else { return None };
    let what = match error {
        CertificateError::Expired => "has expired".to_owned(),
        CertificateError::ExpiredContext { not_after, .. } => {
            format!("has expired{}", day(" on ", *not_after))
        }
        CertificateError::NotValidYet => "is not valid yet".to_owned(),
        CertificateError::NotValidYetContext { not_before, .. } => {
            format!("is not valid{}", day(" before ", *not_before))
        }
        CertificateError::NotValidForName => "is for another name".to_owned(),
        CertificateError::NotValidForNameContext { presented, .. } => {
            format!("is for another name{}", names(presented))
        }
        CertificateError::UnknownIssuer => "is from an issuer unknown to this machine".to_owned(),
        CertificateError::Revoked => "was revoked".to_owned(),
        _ => return None,
    };
    Some(format!("the certificate of {host} {what}"))
}

fn day(before: &str, time: UnixTime) -> String {
    let time = i64::try_from(time.as_secs()).ok().and_then(|it| Timestamp::from_second(it).ok());
    time.map_or_else(String::new, |it| format!("{before}{}", it.strftime("%Y-%m-%d")))
}

/// The first names of a certificate, out of their `DnsName("example.com")`.
fn names(presented: &[String]) -> String {
    let bare = |it: &String| it.split('"').nth(1).unwrap_or(it).to_owned();
    match presented.iter().take(3).map(bare).collect::<Vec<_>>() {
        names if names.is_empty() => String::new(),
        names => format!(" ({})", names.join(", ")),
    }
}

fn tls_trouble(error: &rustls::Error, host: &str) -> String {
    match error {
        rustls::Error::InvalidCertificate(_) => format!("the certificate of {host} is not valid"),
        rustls::Error::InvalidMessage(_) => format!("{host} does not speak TLS at this port"),
        _ => format!("no secure connection to {host} came about"),
    }
}

fn silence(error: &reqwest::Error, address: &Address, settings: &FetchSettings) -> String {
    if error.is_connect() {
        let limit = settings.connect_timeout.as_secs_f32();
        format!("no connection to {} within {limit} s", address.host())
    } else {
        let limit = settings.read_timeout.as_secs_f32();
        format!("{address} was silent for {limit} s")
    }
}

fn broken(error: &reqwest::Error, address: &Address) -> (FailureKind, String) {
    let (host, port) = (address.host(), address.port());
    let mut input_output = causes(error).filter_map(|it| it.downcast_ref::<io::Error>());
    let telling = input_output.find_map(|it| match it.kind() {
        io::ErrorKind::ConnectionRefused => {
            Some((FailureKind::Refused, format!("nobody listens at {host}:{port}")))
        }
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::UnexpectedEof => {
            let what = format!("the connection broke before {address} had answered");
            Some((FailureKind::Reset, what))
        }
        _ => None,
    });
    telling.unwrap_or_else(|| {
        if error.is_connect() {
            (FailureKind::Refused, format!("could not connect to {host}"))
        } else if error.is_decode() {
            (FailureKind::Broken, format!("what {address} sent could not be decompressed"))
        } else {
            (FailureKind::Reset, format!("{address} did not answer properly"))
        }
    })
}

/// The outermost error of a type among the causes.
fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    causes(error).find_map(|it| it.downcast_ref())
}

/// An error and all that is behind it. An `io::Error` hides what it wraps from `source`, so it is
/// opened by hand.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::clients::Clients;

    #[test]
    fn a_cause_is_found_inside_wrapped_input_and_output_errors() {
        let refused = io::Error::new(io::ErrorKind::ConnectionRefused, "no");
        let wrapped = io::Error::other(io::Error::other(rustls::Error::DecryptError));
        assert!(find::<rustls::Error>(&refused).is_none());
        assert_eq!(find::<rustls::Error>(&wrapped), Some(&rustls::Error::DecryptError));
    }

    #[test]
    fn troubles_with_certificates_are_told_apart() {
        let told = |error| {
            bad_certificate(&rustls::Error::InvalidCertificate(error), "example.com").unwrap()
        };
        let expired = told(CertificateError::Expired);
        let other_name = told(CertificateError::NotValidForName);
        let unknown = told(CertificateError::UnknownIssuer);
        assert_eq!(expired, "the certificate of example.com has expired");
        assert!(other_name != unknown && other_name != expired && unknown != expired);
    }

    #[tokio::test]
    async fn a_name_that_leads_into_a_private_network_is_forbidden() {
        let settings = FetchSettings::default();
        let clients = Clients::new(&settings).unwrap();
        let address: Address = "http://localhost:1/".parse().unwrap();
        let sent = clients.route(&address, true).client.get(address.url().clone()).send().await;
        let error = explain(sent.unwrap_err(), &address, false, &settings);
        assert!(matches!(error, FetchError::Forbidden { ip: Some(_), .. }), "{error}");
    }
}
