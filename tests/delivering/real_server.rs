//! A mail server as people run them: OpenSMTPD, with STARTTLS and a login, passes an issue on.

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::Duration,
};

use super::*;
use crate::support::{program::Program, tls::Authority};

/// A running OpenSMTPD; killed when dropped.
struct OpenSmtpd(Child);

impl Drop for OpenSmtpd {
    fn drop(&mut self) {
        // Its children end with it.
        let id = self.0.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).status();
        let _ = self.0.wait();
    }
}

impl OpenSmtpd {
    /// Takes mails of `digest`, after TLS, and passes all on to another server.
    async fn start(folder: &std::path::Path, authority: &Authority, next: u16) -> (Self, u16) {
        let (certificate, key) = authority.pem_for(&["127.0.0.1"]);
        let file = |name: &str, text: &str| {
            let path = folder.join(name);
            std::fs::write(&path, text).unwrap();
            let mode = if name == "key.pem" { "600" } else { "644" };
            Command::new("chmod").arg(mode).arg(&path).status().unwrap();
            path.display().to_string()
        };
        Command::new("chmod").arg("755").arg(folder).status().unwrap();
        let encrypted = Command::new("smtpctl").args(["encrypt", "se:cr/et"]).output();
        let encrypted = encrypted.expect("OpenSMTPD is installed: `apt-get install opensmtpd`");
        let encrypted = String::from_utf8(encrypted.stdout).unwrap();
        let (certificate, key) = (file("cert.pem", &certificate), file("key.pem", &key));
        let users = file("users", &format!("digest {}\n", encrypted.trim()));
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let text = format!(
            "pki mail cert \"{certificate}\"\npki mail key \"{key}\"\n\
             table users file:{users}\n\
             listen on 127.0.0.1 port {port} tls-require pki mail auth <users>\n\
             action \"pass\" relay host \"smtp://127.0.0.1:{next}\"\n\
             match auth from any for any action \"pass\"\n"
        );
        let settings = file("smtpd.conf", &text);
        let mut command = Command::new("/usr/sbin/smtpd");
        command.args(["-d", "-f", &settings]).stdout(Stdio::null()).stderr(Stdio::null());
        let server = Self(command.spawn().expect("OpenSMTPD can be started"));
        // It says nowhere that it listens.
        for _ in 0..200 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return (server, port);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("OpenSMTPD does not listen: start it as root, and no other beside it");
    }
}

#[tokio::test]
#[ignore = "needs OpenSMTPD and root; .ci/run brings both"]
async fn an_issue_passes_a_real_mail_server_with_starttls_and_a_login() {
    let (web, sink) = (FakeWeb::start().await, FakeSmtp::start().await);
    let authority = Authority::named("Mail authority");
    let folder = tempfile::tempdir().unwrap();
    let (_server, port) = OpenSmtpd::start(folder.path(), &authority, sink.port()).await;
    web.serve_document("/feed", "application/rss+xml", &rss_of(&["Example-post of old"]));
    let mut program = Program::following(&[web.address("/feed")]);
    program.write("ca.pem", &String::from_utf8(authority.pem()).unwrap());
    let url = |password: &str| format!("smtp://digest:{password}@127.0.0.1:{port}\n");
    program.write("smtp-url", &url("se%3Acr%2Fet"));
    for (name, value) in [
        ("PEERSCOPE_DIGEST_TO", "owner@example.com"),
        ("PEERSCOPE_MAIL_FROM", "Peerscope <digest@peers.example>"),
        ("PEERSCOPE_BASE_URL", "https://peers.example"),
        ("PEERSCOPE_SMTP_URL_FILE", "smtp-url"),
    ] {
        program.set(name, value);
    }
    let start = "2026-03-02T10:00:00Z";
    program.run(&["--now", start, "crawl"]).await.well();
    program.run(&["--now", start, "digest", "send"]).await.well();
    let distrust = program.run(&["--now", MONDAY, "digest", "send"]).await;
    assert_eq!(distrust.code, Some(1), "{}", distrust.err);
    assert!(distrust.err.contains("certificate"), "{}", distrust.err);
    program.set("PEERSCOPE_CA_CERTIFICATE", "ca.pem");
    program.write("smtp-url", &url("wrong"));
    let wrong = program.run(&["--now", "2026-03-09T08:10:00Z", "digest", "send"]).await;
    assert_eq!(wrong.code, Some(1), "{}", wrong.err);
    assert!(wrong.err.contains("logging in"), "{}", wrong.err);
    program.write("smtp-url", &url("se%3Acr%2Fet"));
    let sent = program.run(&["--now", "2026-03-09T08:20:00Z", "digest", "send"]).await.well();
    assert!(sent.contains("sent 1 mail to 127.0.0.1:"), "{sent}");
    sink.wait_for(1).await;
    let received = sink.received();
    let mail = MessageParser::default().parse(&received[0].bytes).unwrap();
    assert_eq!(received[0].to, "owner@example.com");
    assert_eq!(mail.from().unwrap().first().unwrap().address(), Some("digest@peers.example"));
    let one_click = mail.header_raw("List-Unsubscribe-Post").unwrap().trim().to_owned();
    assert_eq!(one_click, "List-Unsubscribe=One-Click");
    assert!(mail.body_text(0).is_some() && mail.body_html(0).is_some());
}
