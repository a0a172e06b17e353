//! A mail is what its standards ask for, as another library reads it.

use std::path::Path;

use mail_parser::{HeaderName, Message, MessageParser, MimeHeaders};
use peerscope::mail::{Letter, MailList, Mailer};

fn letter() -> Letter {
    Letter {
        from: "Peerscope <digest@peers.example>".parse().unwrap(),
        to: "ada@example.com".parse().unwrap(),
        subject: "Ten reads for your hour: queues, caches, prices · 2026-W48".to_owned(),
        text: "The week in one line.\n\n1. Queues\n.hidden\nFrom here on\n-- \nPeerscope\n"
            .to_owned(),
        html: "<p>The <b>week</b> in one line.</p>".to_owned(),
        message_id: "2026-W48.0123456789abcdef@peers.example".to_owned(),
        list: Some(MailList {
            id: "digest.peers.example".to_owned(),
            one_click: Some("https://peers.example/unsubscribe/abc.def-123".to_owned()),
        }),
        date: "2026-11-23T08:00:00Z".parse().unwrap(),
    }
}

/// The bytes of a letter, by way of the folder that takes them where there is no server.
async fn bytes_of(letter: &Letter) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    Mailer::Folder(folder.path().to_owned()).hand_over(letter).await.unwrap();
    let files = files_in(folder.path());
    assert_eq!(files.len(), 1, "{files:?}");
    std::fs::read(&files[0]).unwrap()
}

fn files_in(folder: &Path) -> Vec<std::path::PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect()
}

fn read(bytes: &[u8]) -> Message<'_> {
    MessageParser::default().parse(bytes).unwrap()
}

fn raw(message: &Message<'_>, name: &str) -> Vec<String> {
    let all = message.headers_raw().filter(|(known, _)| known.eq_ignore_ascii_case(name));
    all.map(|(_, value)| value.trim().to_owned()).collect()
}

#[tokio::test]
async fn every_header_is_there_once_and_says_what_it_is_for() {
    let bytes = bytes_of(&letter()).await;
    let mail = read(&bytes);
    let one = |name: &str| {
        let values = raw(&mail, name);
        assert_eq!(values.len(), 1, "{name}: {values:?}");
        values[0].clone()
    };
    assert_eq!(one("Message-ID"), "<2026-W48.0123456789abcdef@peers.example>");
    assert_eq!(one("List-Id"), "<digest.peers.example>");
    assert_eq!(one("List-Unsubscribe"), "<https://peers.example/unsubscribe/abc.def-123>");
    assert_eq!(one("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    assert_eq!(one("Auto-Submitted"), "auto-generated");
    assert_eq!(one("MIME-Version"), "1.0");
    assert_eq!(one("To"), "ada@example.com");
    for name in ["From", "Subject", "Date", "Content-Type"] {
        one(name);
    }
    let from = mail.from().unwrap().first().unwrap();
    assert_eq!((from.name(), from.address()), (Some("Peerscope"), Some("digest@peers.example")));
    assert_eq!(mail.subject(), Some(letter().subject.as_str()));
    assert_eq!(mail.date().unwrap().to_timestamp(), letter().date.as_second());
}

#[tokio::test]
async fn the_text_comes_first_and_both_parts_come_through_unharmed() {
    let long = "word ".repeat(400) + &"x".repeat(2_000);
    let texts = [
        letter().text,
        "Grüße aus Zürich, 你好，世界 · “quotes” – dash\n".to_owned(),
        long,
        ".\n..\n.dots at the beginning\n".to_owned(),
        "trailing spaces   \nand tabs\t\t\n= and =3D and =_ signs\n".to_owned(),
    ];
    for text in texts {
        let html = format!("<pre>{text}</pre>");
        let sent = Letter { text: text.clone(), html: html.clone(), ..letter() };
        let bytes = bytes_of(&sent).await;
        assert!(bytes.is_ascii());
        for line in bytes.split(|it| *it == b'\n') {
            assert!(line.len() <= 78, "{}", String::from_utf8_lossy(line));
            assert!(line.is_empty() || line.ends_with(b"\r"), "a line does not end as mails do");
        }
        let mail = read(&bytes);
        assert!(raw(&mail, "Content-Type")[0].starts_with("multipart/alternative"));
        let parts: Vec<_> = mail.parts.iter().skip(1).collect();
        let kind = |at: usize| parts[at].content_type().unwrap().subtype().unwrap().to_owned();
        assert_eq!((kind(0).as_str(), kind(1).as_str()), ("plain", "html"));
        for part in parts {
            let charset = part.content_type().unwrap().attribute("charset").unwrap();
            assert_eq!(charset.to_lowercase(), "utf-8");
            let coding = part.content_transfer_encoding().unwrap();
            assert_eq!(coding.to_lowercase(), "quoted-printable");
        }
        let unix = |text: &str| text.replace("\r\n", "\n");
        assert_eq!(unix(&mail.body_text(0).unwrap()), text);
        assert_eq!(unix(&mail.body_html(0).unwrap()), html);
    }
}

#[tokio::test]
async fn no_word_of_a_subject_or_a_name_can_add_a_header() {
    let evil = "Hello\r\nBcc: eve@example.com\r\n\r\nBody";
    let sent = Letter {
        subject: evil.to_owned(),
        from: format!("{evil} <digest@peers.example>").parse().unwrap(),
        message_id: "a\r\nBcc: eve@example.com".to_owned(),
        list: Some(MailList {
            id: "x>\r\nBcc: eve@example.com".to_owned(),
            one_click: Some("https://peers.example/a\r\nBcc: eve@example.com".to_owned()),
        }),
        ..letter()
    };
    let bytes = bytes_of(&sent).await;
    let mail = read(&bytes);
    assert!(mail.header(HeaderName::Bcc).is_none());
    assert_eq!(mail.subject(), Some("Hello Bcc: eve@example.com Body"));
    assert_eq!(mail.body_text(0).unwrap().replace("\r\n", "\n"), sent.text);
}

#[tokio::test]
async fn subjects_and_names_of_any_language_are_read_as_they_were_written() {
    for subject in [
        "每周文摘：十篇值得一读的文章",
        "Zehn Texte für Ihre Stunde – Größe zählt",
        "=?utf-8?q?not_encoded?= by us",
        &"a very long subject ".repeat(20),
    ] {
        let from = "Überblick, \"wöchentlich\" <digest@peers.example>".parse().unwrap();
        let bytes = bytes_of(&Letter { subject: subject.to_owned(), from, ..letter() }).await;
        assert!(bytes.is_ascii());
        let mail = read(&bytes);
        let told = mail.subject().unwrap().replace("= ?", "=?");
        assert!(subject.starts_with(told.trim()) && told.chars().count() > 10, "{told}");
        assert_eq!(mail.from().unwrap().first().unwrap().name(), Some("Überblick, \"wöchentlich"));
    }
}

#[tokio::test]
async fn a_host_of_any_script_is_written_as_mail_servers_know_it() {
    let to = "zoe@bücher.example".parse().unwrap();
    let bytes = bytes_of(&Letter { to, ..letter() }).await;
    assert_eq!(raw(&read(&bytes), "To"), ["zoe@xn--bcher-kva.example"]);
}

#[tokio::test]
async fn a_repeat_is_the_same_to_the_byte_and_takes_the_place_of_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let mailer = Mailer::Folder(folder.path().join("outbox"));
    mailer.hand_over(&letter()).await.unwrap();
    let first = std::fs::read(&files_in(&folder.path().join("outbox"))[0]).unwrap();
    mailer.hand_over(&letter()).await.unwrap();
    let files = files_in(&folder.path().join("outbox"));
    assert_eq!(files.len(), 1);
    assert_eq!(std::fs::read(&files[0]).unwrap(), first);
    assert_eq!(files[0].extension().unwrap(), "eml");
}

#[tokio::test]
async fn a_mail_without_a_list_offers_no_way_to_leave_one() {
    let bytes = bytes_of(&Letter { list: None, ..letter() }).await;
    let mail = read(&bytes);
    for name in ["List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"] {
        assert!(raw(&mail, name).is_empty(), "{name}");
    }
    assert_eq!(raw(&mail, "Auto-Submitted"), ["auto-generated"]);
}
