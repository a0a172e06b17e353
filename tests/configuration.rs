//! What `feeds.toml`, flags and variables promise to those who write them.
#![allow(clippy::unwrap_used, reason = "a test may panic, and so may what only tests use")]

use std::{fs, path::Path};

use proptest::prelude::*;

use peerscope::{
    catalogue,
    config::{
        ConfigError, Environment, Flags, LogFormat, Mistakes, Read, Start, add_peer, export_opml,
        import_opml, init_text, merge_opml, read_following, read_following_file, remove_peer,
    },
    domain::{Lane, SourceType},
};

const FEEDS: &str = "feeds.toml";

fn read(text: &str) -> Result<Read, Mistakes> {
    read_following(text, Path::new(FEEDS), &catalogue::domain_slugs())
}

fn mistakes(text: &str) -> Vec<String> {
    read(text).unwrap_err().0.iter().map(ToString::to_string).collect()
}

fn warnings(text: &str) -> Vec<String> {
    read(text).unwrap().warnings.iter().map(ToString::to_string).collect()
}

fn environment<'v>(variables: impl IntoIterator<Item = (&'v str, &'v str)>) -> Environment {
    variables.into_iter().collect()
}

#[test]
fn a_feeds_file_says_who_is_followed_and_how() {
    let following = read(
        r#"
        [reader]
        domains = "ecommerce, food-delivery,"
        interests = ["dynamic pricing"]
        [crawl]
        every = "2h"
        pause = "2s"
        [digest]
        day = "tuesday"
        at = "8:30"
        zone = "europe/berlin"
        [topics]
        "Dynamic pricing" = '"dynamic pricing" OR "surge pricing"'
        [[peer]]
        name = "Example Shop"
        domains = ["ecommerce"]
        feed = "https://shop.example/feed"
        lane = "mixed"
        [[peer]]
        name = "Other"
        [[peer.source]]
        site = "https://other.example/engineering"
        keep = "/engineering/"
        drop = ["/engineering/jobs/"]
        every = "1d"
        [[peer.source]]
        sitemap = "https://other.example/sitemap.xml"
        "#,
    )
    .unwrap()
    .following;
    assert_eq!(following.reader.domains.len(), 2);
    assert_eq!(following.crawl.every.as_secs(), 7200);
    assert_eq!(following.digest.day, "Tuesday");
    assert_eq!(following.digest.at, "08:30");
    assert_eq!(following.digest.zone, "Europe/Berlin");
    assert_eq!(following.topics[0].slug.as_str(), "dynamic-pricing");
    let [shop, other] = following.peers.as_slice() else { panic!("two peers") };
    assert_eq!(shop.slug.as_str(), "example-shop");
    assert_eq!(shop.sources[0].lane, Lane::Mixed);
    assert_eq!(other.sources[0].kind, SourceType::Site);
    assert_eq!(other.sources[0].keep, ["/engineering/"]);
    assert_eq!(other.sources[0].every.unwrap().as_secs(), 86_400);
    assert_eq!(other.sources[1].kind, SourceType::Sitemap);
}

#[test]
fn every_mistake_is_told_at_once_with_line_key_found_and_expected() {
    let text = r#"[crawl]
every = "soon"
pause = 5
[digest]
day = "Someday"
at = "25:00"
zone = "Europe/Berln"
reads = 0
minutes = "many"
[[peer]]
domains = ["Food Delivery"]
feed = "shop.example/feed"
"#;
    let expected = r#"
feeds.toml:2: crawl.every: found "soon", expected a duration like "1h" or "30m"
feeds.toml:3: crawl.pause: found `5`, expected a duration like "1h" or "30m"
feeds.toml:5: digest.day: found "Someday", expected a day of the week like "Monday"
feeds.toml:6: digest.at: found "25:00", expected a time of day like "08:00"
feeds.toml:7: digest.zone: found "Europe/Berln", expected a time zone like "Europe/Berlin"; did you mean `Europe/Berlin`?
feeds.toml:8: digest.reads: found `0`, expected a whole number from 1 to 100
feeds.toml:9: digest.minutes: found "many", expected a whole number from 1 to 600
feeds.toml:10: peer[0].name: found nothing, expected the peer's name
feeds.toml:11: peer[0].domains: found "Food Delivery", expected a slug like "food-delivery"
feeds.toml:12: peer[0].feed: found "shop.example/feed", expected an absolute address, perhaps "https://shop.example/feed"
"#;
    assert_eq!(mistakes(text).join("\n"), expected.trim());
}

#[test]
fn a_mistake_in_one_source_does_not_hide_those_in_others() {
    let text = r#"[[peer]]
name = "Two"
[[peer.source]]
feed = "ftp://two.example/feed"
every = "10s"
keep = ["blog/"]
lane = "enginering"
user_agent = "Söme"
[[peer.source]]
keep = ["/x/"]
[[peer.source]]
feed = "https://two.example/a"
site = "https://two.example/b"
[[peer]]
name = "!"
[[peer]]
name = "Three"
feed = "https://three.example/feed"
source = []
"#;
    let expected = r#"
feeds.toml:4: peer[0].source[0].feed: found "ftp://two.example/feed", expected an http or https address like "https://example.com/feed.xml"
feeds.toml:5: peer[0].source[0].every: found "10s", expected a time from "1m" to "365d"
feeds.toml:6: peer[0].source[0].keep: found "blog/", expected the beginning of a path like "/blog/"
feeds.toml:7: peer[0].source[0].lane: found "enginering", expected `engineering`, `research`, `mixed` or `product`; did you mean `engineering`?
feeds.toml:8: peer[0].source[0].user_agent: found "Söme", expected one line of plain ASCII
feeds.toml:9: peer[0].source[1]: found nothing, expected one of `feed`, `site`, `sitemap`, `listing`, `papers`
feeds.toml:13: peer[0].source[2].site: found "https://two.example/b", expected only one of `feed`, `site`, `sitemap`, `listing`, `papers`; `feed` is there already
feeds.toml:14: peer[1].source: found nothing, expected a source: `feed = "https://…"`, or a `[[peer.source]]` table
feeds.toml:15: peer[1].name: found "!", expected a name with letters or digits
feeds.toml:18: peer[2].feed: found "https://three.example/feed", expected either a short form or `[[peer.source]]` tables, not both
"#;
    assert_eq!(mistakes(text).join("\n"), expected.trim());
}

#[test]
fn what_stands_twice_is_told_with_both_lines() {
    let text = r#"[[peer]]
name = "Example"
feed = "https://example.com/feed"
[[peer]]
name = "EXAMPLE"
feed = "http://www.example.com/feed/"
"#;
    assert_eq!(
        mistakes(text),
        [
            r#"feeds.toml:5: peer[1].name: found "EXAMPLE", expected a name of its own: line 2 has the same one"#,
            r#"feeds.toml:6: peer[1].feed: found "http://www.example.com/feed/", expected an address of its own: line 3 has the same one"#,
        ]
    );
}

#[test]
fn a_broken_line_does_not_hide_the_mistakes_behind_it() {
    let told = mistakes(
        "[[peer]]\nname = \"Zalando\nfeed = \"https://a.example/\"\n[crawl]\nevery = \"soon\"\nevery = \"1h\"\n",
    );
    assert_eq!(told.len(), 3, "{told:#?}");
    assert!(told[0].starts_with("feeds.toml:2: found `name = \"Zalando`, expected "), "{told:?}");
    assert!(told[1].starts_with("feeds.toml:5: crawl.every: found \"soon\""), "{told:?}");
    assert!(
        told[2].starts_with(
            "feeds.toml:6: found `every = \"1h\"`, expected valid TOML (duplicate key)"
        ),
        "{told:?}"
    );
}

#[test]
fn unknown_keys_and_domains_warn_with_the_nearest_known_one() {
    let text = r#"colour = "blue"
[reader]
intrests = ["pricing"]
domains = ["ecomerce"]
[[peer]]
name = "One"
domains = ["ecomerce"]
fead = "https://x.example/"
every = "5m"
feed = "https://one.example/feed"
[[peer]]
name = "Two"
keep = ["/a/"]
[[peer.source]]
feed = "https://two.example/feed"
"#;
    assert_eq!(
        warnings(text),
        [
            "feeds.toml:1: colour: nothing reads this key",
            "feeds.toml:3: reader.intrests: nothing reads this key; did you mean `interests`?",
            "feeds.toml:4: reader.domains: the catalogue knows no domain \"ecomerce\"; did you mean `ecommerce`?",
            "feeds.toml:8: peer[0].fead: nothing reads this key; did you mean `feed`?",
            "feeds.toml:9: peer[0].every: visits more often than every \"15m\" are hard on a publisher",
            "feeds.toml:13: peer[1].keep: belongs below a `[[peer.source]]`; here nothing reads it",
        ]
    );
}

#[test]
fn an_impolite_pause_warns_unless_everything_is_on_this_machine() {
    let file = |address: &str| {
        format!("[crawl]\npause = \"0s\"\n[[peer]]\nname = \"A\"\nfeed = \"{address}\"\n")
    };
    assert_eq!(warnings(&file("http://127.0.0.2:8000/feed")), [""; 0]);
    assert_eq!(warnings(&file("https://a.example/feed")).len(), 1);
}

#[test]
fn a_file_that_is_not_there_leads_to_the_command_that_writes_one() {
    let folder = tempfile::tempdir().unwrap();
    let error = read_following_file(&folder.path().join(FEEDS), &[], |_| None).unwrap_err();
    assert!(matches!(error, ConfigError::Missing { .. }));
    assert!(error.to_string().contains("peerscope init"), "{error}");
}

#[test]
fn the_shipped_file_follows_about_forty_peers_without_a_warning() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(FEEDS);
    let read = read_following_file(&file, &catalogue::domain_slugs(), |_| None).unwrap();
    assert_eq!(read.warnings, []);
    let peers = &read.following.peers;
    assert!((38..=46).contains(&peers.len()), "{} peers", peers.len());
    let sources: Vec<_> = peers.iter().flat_map(|it| &it.sources).collect();
    let unread = sources.iter().filter(|it| it.kind == SourceType::Site).count();
    assert!(unread <= 1, "{unread} sources cannot be read yet");
    for peer in peers {
        assert!(catalogue::by_name(&peer.name).is_some(), "{} is in the catalogue", peer.name);
    }
}

#[test]
fn a_file_begun_from_the_whole_catalogue_can_be_used() {
    let start = Start {
        domains: catalogue::domain_slugs(),
        interests: vec!["dynamic pricing".into()],
        peers: catalogue::peers().iter().map(catalogue::CataloguePeer::as_peer).collect(),
    };
    let read = read(&init_text(&start)).unwrap();
    assert_eq!(read.warnings, []);
    assert_eq!(read.following.peers, start.peers);
}

#[test]
fn a_list_of_feeds_comes_back_out_as_it_went_in() {
    let (text, report) =
        merge_opml("", &import_opml(LIST.as_bytes()), &catalogue::domain_slugs()).unwrap();
    assert_eq!(report.added, ["One & Co", "Two", "Two (two.example)", "three.example"]);
    let following = read(&text).unwrap().following;
    assert_eq!(following.peers[0].domains[0].as_str(), "ecommerce");
    let list = export_opml(&following, "2026-11-25T16:00:00Z".parse().unwrap());
    let again = import_opml(list.as_bytes());
    assert_eq!(again.complaints, [""; 0]);
    let addresses = |opml: &peerscope::config::Opml| {
        opml.subscriptions.iter().map(|it| it.feed.clone()).collect::<Vec<_>>()
    };
    assert_eq!(addresses(&again).len(), 4);
    let (same, report) = merge_opml(&text, &again, &[]).unwrap();
    assert_eq!(same, text);
    assert_eq!(report.already.len(), 4);
}

const LIST: &str = r#"<?xml version="1.0"?>
<opml version="1.0"><head><title>A & B</title></head><body>
<outline text="Ecommerce" colour="red">
  <outline TEXT="One & Co" XMLURL="https://one.example/feed?a=1&b=2" type=rss/>
  <outline text="Deeper"><outline title="Two" xmlUrl="feed://two.example/rss" htmlUrl="nowhere"/></outline>
</outline>
<outline text="Two" xmlUrl="https://two.example/other"/>
<outline text="" xmlUrl="https://www.three.example/feed"/>
<outline text="Two again" xmlUrl="http://www.two.example/rss/"/>
</body></opml>"#;

#[test]
fn settings_come_from_flags_then_from_variables_then_as_usual() {
    let usual = Flags::default().settings(&environment([])).unwrap();
    assert_eq!(usual.home, Path::new("."));
    assert_eq!(usual.bind.to_string(), "127.0.0.1:8787");
    assert!(!usual.allow_private);
    assert_eq!(usual.now, None);
    let flags = Flags { bind: Some("0.0.0.0:80".into()), ..Flags::default() };
    let settings = flags
        .settings(&environment([
            ("PEERSCOPE_BIND", "127.0.0.1:1"),
            ("PEERSCOPE_HOME", "/srv/peerscope"),
            ("PEERSCOPE_ALLOW_PRIVATE", "1"),
            ("PEERSCOPE_LOG_FORMAT", "json"),
            ("PEERSCOPE_NOW", "2026-11-25"),
            ("PEERSCOPE_CONCURRENCY", ""),
        ]))
        .unwrap();
    assert_eq!(settings.bind.to_string(), "0.0.0.0:80");
    assert_eq!(settings.home, Path::new("/srv/peerscope"));
    assert!(settings.allow_private);
    assert_eq!(settings.log.format, LogFormat::Json);
    assert_eq!(settings.now.unwrap().to_string(), "2026-11-25T00:00:00Z");
    assert_eq!(settings.warnings, []);
}

#[test]
fn wrong_settings_are_refused_all_at_once() {
    let flags = Flags { bind: Some("nowhere".into()), ..Flags::default() };
    let told = flags
        .settings(&environment([
            ("PEERSCOPE_CONCURRENCY", "0"),
            ("PEERSCOPE_LOG", "chatty"),
            ("PEERSCOPE_ALLOW_PRIVATE", "perhaps"),
            ("PEERSCOPE_NOW", "yesterday"),
            ("PEERSCOPE_PROXY", "gopher://user:hunter2@proxy.example"),
            ("PEERSCOPE_CA_CERTIFICATE", "/nowhere/ca.pem"),
            ("PEERSCOPE_BASE_URL", "peerscope.example"),
        ]))
        .unwrap_err()
        .to_string();
    assert_eq!(told.lines().count(), 8, "{told}");
    assert!(told.contains("--bind: found \"nowhere\", expected an address and a port"), "{told}");
    assert!(told.contains("PEERSCOPE_CONCURRENCY: found \"0\""), "{told}");
    assert!(!told.contains("hunter2"), "{told}");
}

#[test]
fn a_secret_may_lie_in_a_file_but_not_in_two_places() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    fs::write(&file, "postgres://me:hunter2@db.example/peerscope\n").unwrap();
    let file = file.to_str().unwrap();
    let from_file = environment([("PEERSCOPE_DATABASE_URL_FILE", file)]);
    let settings = Flags::default().settings(&from_file).unwrap();
    let secret = settings.database_url.clone().unwrap();
    assert_eq!(secret.reveal(), "postgres://me:hunter2@db.example/peerscope");
    assert!(!format!("{settings:?}").contains("hunter2"));
    let both = environment([
        ("PEERSCOPE_DATABASE_URL_FILE", file),
        ("PEERSCOPE_DATABASE_URL", "sqlite:library.db"),
    ]);
    let told = Flags::default().settings(&both).unwrap_err().to_string();
    assert!(told.contains("expected only one of"), "{told}");
}

#[test]
fn the_usual_proxy_variables_are_obeyed_unless_ours_says_otherwise() {
    let usual = [
        ("HTTP_PROXY", "proxy.example:3128"),
        ("https_proxy", "http://secure.example:3128"),
        ("NO_PROXY", "localhost, .Internal.example,"),
    ];
    let settings = Flags::default().settings(&environment(usual)).unwrap();
    assert_eq!(settings.proxy.http.unwrap().reveal(), "http://proxy.example:3128/");
    assert_eq!(settings.proxy.https.unwrap().reveal(), "http://secure.example:3128/");
    assert_eq!(settings.proxy.except, ["localhost", ".internal.example"]);
    let flags = Flags { proxy: Some("none".into()), ..Flags::default() };
    assert_eq!(flags.settings(&environment(usual)).unwrap().proxy.http, None);
    let flags = Flags { proxy: Some("socks5://own.example:1080".into()), ..Flags::default() };
    let proxy = flags.settings(&environment(usual)).unwrap().proxy;
    assert_eq!(proxy.http, proxy.https);
}

#[derive(clap::Parser)]
struct Program {
    #[command(flatten)]
    flags: Flags,
}

#[test]
fn every_flag_names_its_variable_in_the_help() {
    use clap::CommandFactory as _;
    let mut command = Program::command();
    command.clone().debug_assert();
    let help = command.render_long_help().to_string();
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for flag in command.get_arguments().filter_map(|it| it.get_long()).filter(|it| *it != "help") {
        let variable = format!("[env: PEERSCOPE_{}", flag.replace('-', "_").to_uppercase());
        assert!(help.contains(&variable), "{flag}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_read_or_refused_without_panic(text in "\\PC{0,80}|([a-z\\[\\]={}\"'.#\\\\, \\n]{0,80})") {
        let _ = read(&text);
        let _ = remove_peer(&text, "a");
    }

    /// One slip anywhere in a real file: refused with lines that exist, or read.
    #[test]
    fn a_slip_in_a_file_is_told_where_it_is(at in 0_usize..9000, written in "[\\PC\\n]?") {
        let mut text = shipped();
        let mut at = at % text.len();
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        text.remove(at);
        text.insert_str(at, &written);
        if let Err(mistakes) = read(&text) {
            for mistake in mistakes.0 {
                let place = mistake.place.unwrap();
                prop_assert!((1..=text.lines().count() + 1).contains(&place.line));
            }
        }
    }
}

#[test]
fn a_removed_peer_leaves_all_others_as_they_were() {
    let text = shipped();
    let all = read(&text).unwrap().following.peers;
    for which in (0..all.len()).step_by(4) {
        let mut peers = all.clone();
        let gone = peers.remove(which);
        let (rest, removed) = remove_peer(&text, gone.slug.as_str()).unwrap();
        assert_eq!(removed.name, gone.name);
        assert_eq!(read(&rest).unwrap().following.peers, peers);
        let back = add_peer(&rest, &gone).unwrap();
        peers.push(gone);
        assert_eq!(read(&back).unwrap().following.peers, peers);
    }
}

fn shipped() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(FEEDS)).unwrap()
}

#[test]
fn tables_of_the_wrong_form_are_mistakes_and_other_forms_of_the_same_are_not() {
    assert_eq!(
        mistakes("reader = 3\n[[topics]]\n[peer]\nname = \"A\"\n"),
        [
            "feeds.toml:1: reader: found `3`, expected a table `[reader]`",
            "feeds.toml:2: topics: found an array of tables, expected a table `[topics]`",
            "feeds.toml:3: peer: found a table, expected tables `[[peer]]`",
        ]
    );
    assert_eq!(
        mistakes("[[peer]]\nname = \"A\"\n[peer.source]\nfeed = \"https://a.example/\"\n"),
        ["feeds.toml:3: peer[0].source: found a table, expected tables `[[peer.source]]`"]
    );
    let inline = r#"reader.domains = ["ecommerce"]
        peer = [{ name = "A", source = [{ feed = "https://a.example/" }] }]"#;
    assert_eq!(read(inline).unwrap().following.peers[0].sources.len(), 1);
}

#[test]
fn a_muted_kind_that_there_is_not_is_told_with_its_place_and_those_there_are() {
    let told = mistakes("[reader]\nmute = [\"kind:release\", \"worth:<1 kind:talk\"]\n");
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].starts_with("feeds.toml:2: ") && told[0].contains("mute"), "{told:?}");
    assert!(told[0].contains("`kind:` cannot be `talk`") && told[0].contains("case-study"));
}

#[test]
fn broken_lines_next_to_each_other_are_both_told() {
    let told = mistakes("[reader\ndomains = [\"a\" \"b\"]\n");
    assert_eq!(told.len(), 2, "{told:#?}");
    assert_eq!(told[0], "feeds.toml:1: found `[reader`, expected `]` (unclosed table)");
}

#[test]
fn an_array_that_never_ends_is_one_mistake() {
    let told = mistakes(
        "[reader]\ninterests = [\n  \"a\",\n\n[[peer]]\nname = \"A\"\nfeed = \"https://a.example/\"\n",
    );
    assert_eq!(told.len(), 1, "{told:#?}");
}

#[test]
fn an_unknown_variable_warns_with_the_nearest_known_one() {
    let settings = Flags::default().settings(&environment([("PEERSCOPE_HOEM", "x")])).unwrap();
    assert_eq!(
        settings.warnings[0].to_string(),
        "PEERSCOPE_HOEM: nothing reads this variable; did you mean `PEERSCOPE_HOME`?"
    );
}

#[test]
fn a_selector_that_is_none_is_told_with_file_line_and_key() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(FEEDS);
    let text = "[[peer]]\nname = \"Acme\"\nfeed = \"https://acme.example/feed\"\n\
                article = \"div..post\"\nremove = [\n  \".share\",\n  \"p[\",\n]\n";
    std::fs::write(&file, text).unwrap();
    let error = read_following_file(&file, &[], peerscope::extract::selector_mistake).unwrap_err();
    let told = error.to_string();
    assert!(told.contains("feeds.toml:4"), "{told}");
    assert!(told.contains("peer[0].article"), "{told}");
    assert!(told.contains("`div..post`, which is not a CSS selector"), "{told}");
    assert!(told.contains("feeds.toml:7"), "{told}");
    assert!(!told.contains(".share"), "{told}");
}

#[test]
fn mail_is_sent_as_variables_say_and_never_in_the_open() {
    let settings = |variables: &[(&str, &str)]| {
        Flags::default().settings(&environment(variables.iter().copied()))
    };
    let folder = settings(&[("PEERSCOPE_DIGEST_TO", "ada@example.com")]).unwrap().mail;
    assert_eq!(folder.smtp, None);
    assert_eq!(folder.digest_to.unwrap().as_str(), "ada@example.com");
    let url = "smtps://digest%40example.com:se%3Acret@mail.example.com";
    let mail = settings(&[("PEERSCOPE_SMTP_URL", url)]).unwrap().mail;
    // Most servers take mails of those only who have logged in.
    assert_eq!(mail.from.unwrap().to_string(), "digest@example.com");
    assert_eq!(mail.smtp.unwrap().port, 465);
    let told = |variables: &[(&str, &str)]| settings(variables).unwrap_err().to_string();
    let nobody = told(&[("PEERSCOPE_SMTP_URL", "smtp://mail.example.com")]);
    assert!(nobody.contains("PEERSCOPE_MAIL_FROM: found nothing"), "{nobody}");
    let open = told(&[("PEERSCOPE_SMTP_URL", "smtp://a:secret@mail.example.com?tls=none")]);
    assert!(open.contains("PEERSCOPE_SMTP_URL") && !open.contains("secret"), "{open}");
    let address = told(&[("PEERSCOPE_DIGEST_TO", "ada"), ("PEERSCOPE_MAIL_FROM", "x <y>")]);
    assert!(address.contains("PEERSCOPE_DIGEST_TO") && address.contains("PEERSCOPE_MAIL_FROM"));
}
