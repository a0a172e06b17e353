//! A mail server as people run them: Postfix, with STARTTLS and a login, passes an issue on.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use super::*;
use crate::support::{program::Program, tls::Authority};

/// A running Postfix with a folder of its own; stopped when dropped.
struct Postfix {
    settings: PathBuf,
    _folder: tempfile::TempDir,
    port: u16,
}

/// After TLS it takes mails of whoever has logged in, and passes all on to another server.
fn settings(folder: &Path, next: u16) -> String {
    let folder = folder.display();
    format!(
        "compatibility_level = 3.6\n\
         queue_directory = {folder}/queue\n\
         data_directory = {folder}/data\n\
         maillog_file = {folder}/log\n\
         maillog_file_prefixes = {folder}\n\
         myhostname = mail.example\n\
         inet_interfaces = 127.0.0.1\n\
         inet_protocols = ipv4\n\
         mydestination =\n\
         local_recipient_maps =\n\
         alias_maps =\n\
         alias_database =\n\
         relayhost = [127.0.0.1]:{next}\n\
         smtp_tls_security_level = none\n\
         smtpd_tls_security_level = encrypt\n\
         smtpd_tls_auth_only = yes\n\
         smtpd_tls_cert_file = {folder}/etc/cert.pem\n\
         smtpd_tls_key_file = {folder}/etc/key.pem\n\
         smtpd_sasl_auth_enable = yes\n\
         smtpd_sasl_local_domain = mail.example\n\
         cyrus_sasl_config_path = {folder}/etc/sasl\n\
         smtpd_relay_restrictions = permit_sasl_authenticated, reject\n\
         smtpd_recipient_restrictions = permit_sasl_authenticated, reject\n"
    )
}

/// The services that a mail passes.
fn services(port: u16) -> String {
    format!("127.0.0.1:{port} inet n - n - - smtpd\n")
        + "pickup unix n - n 60 1 pickup\n\
           cleanup unix n - n - 0 cleanup\n\
           qmgr unix n - n 300 1 qmgr\n\
           tlsmgr unix - - n 1000? 1 tlsmgr\n\
           rewrite unix - - n - - trivial-rewrite\n\
           bounce unix - - n - 0 bounce\n\
           defer unix - - n - 0 bounce\n\
           trace unix - - n - 0 bounce\n\
           smtp unix - - n - - smtp\n\
           error unix - - n - - error\n\
           retry unix - - n - - error\n\
           postlog unix-dgram n - n - 1 postlogd\n"
}

/// The output of a program that must be there and do well.
fn run(program: &str, arguments: &[&str]) -> Output {
    let ended = Command::new(program).args(arguments).output();
    let ended = ended.unwrap_or_else(|error| {
        panic!("{program} cannot be started ({error}): apt-get install postfix sasl2-bin")
    });
    assert!(ended.status.success(), "{program} {arguments:?}: {ended:?}");
    ended
}

impl Postfix {
    fn start(authority: &Authority, next: u16) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name).display().to_string();
        for name in ["etc/sasl", "queue", "data"] {
            fs::create_dir_all(place(name)).unwrap();
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (certificate, key) = authority.pem_for(&["127.0.0.1"]);
        let sasl = format!(
            "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN LOGIN\n\
             sasldb_path: {}\n",
            place("etc/sasldb2")
        );
        for (name, text) in [
            ("etc/main.cf", settings(folder.path(), next)),
            ("etc/master.cf", services(port)),
            ("etc/sasl/smtpd.conf", sasl),
            ("etc/cert.pem", certificate),
            ("etc/key.pem", key),
            ("password", "se:cr/et\n".to_owned()),
        ] {
            fs::write(place(name), text).unwrap();
        }
        let log_in = format!(
            "saslpasswd2 -p -c -f {} -u mail.example digest < {}",
            place("etc/sasldb2"),
            place("password")
        );
        run("sh", &["-c", &log_in]);
        run("chmod", &["755", &folder.path().display().to_string()]);
        run("chmod", &["600", &place("etc/key.pem")]);
        run("chown", &["postfix", &place("etc/sasldb2"), &place("data")]);
        // It returns when it listens.
        run("postfix", &["-c", &place("etc"), "start"]);
        Self { settings: folder.path().join("etc"), _folder: folder, port }
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let _ = Command::new("postfix").arg("-c").arg(&self.settings).arg("stop").status();
    }
}

#[tokio::test]
#[ignore = "needs Postfix and root; .ci/run brings both"]
async fn an_issue_passes_a_real_mail_server_with_starttls_and_a_login() {
    let (web, sink) = (FakeWeb::start().await, FakeSmtp::start().await);
    let authority = Authority::named("Mail authority");
    let server = Postfix::start(&authority, sink.port());
    web.serve_document("/feed", "application/rss+xml", &rss_of(&["Example-post of old"]));
    let mut program = Program::following(&[web.address("/feed")]);
    program.write("ca.pem", &String::from_utf8(authority.pem()).unwrap());
    let url = |password: &str| format!("smtp://digest:{password}@127.0.0.1:{}\n", server.port);
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
