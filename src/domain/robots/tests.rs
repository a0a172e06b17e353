//! What a `robots.txt` allows: the examples of RFC 9309, what sites write, and what attackers would.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::domain::Validators;

fn allows(robots: &str, path: &str) -> bool {
    allows_to("peerscope", robots, path)
}

fn allows_to(product: &str, robots: &str, path: &str) -> bool {
    Robots::parse(robots.as_bytes()).permission(product, path) == Permission::Allowed
}

#[test]
fn the_group_that_names_us_counts_and_only_else_the_one_for_anyone() {
    let robots = "User-agent: *\nDisallow: /\n\nUser-agent: PeerScope/2.0 (bot)\nDisallow: /private/\n\n\
                  User-agent: foobot\nUser-Agent: barbot\nAllow: /x\nDisallow: /\n";
    for (product, path, expected) in [
        ("peerscope", "/posts", true),
        ("PEERSCOPE", "/private/a", false),
        ("quxbot", "/posts", false),
        ("foobot", "/x/y", true),
        ("barbot", "/posts", false),
        // A token is a whole word and no beginning of one.
        ("peer", "/posts", false),
        ("foobot-news", "/x", false),
    ] {
        assert_eq!(allows_to(product, robots, path), expected, "{product} {path}");
    }
}

#[test]
fn groups_that_name_us_twice_count_as_one() {
    let robots = "user-agent: peerscope\ndisallow: /a\nuser-agent: other\ndisallow: /\n\
                  user-agent: peerscope\nuser-agent: *\ndisallow: /b\n";
    for (path, expected) in [("/a1", false), ("/b1", false), ("/c1", true)] {
        assert_eq!(allows(robots, path), expected, "{path}");
    }
    assert!(!allows_to("nobody", robots, "/b1") && allows_to("nobody", robots, "/a1"));
}

#[test]
fn the_longest_rule_decides_and_of_equal_ones_the_one_that_allows() {
    // RFC 9309 §5.2.
    let longest = "User-Agent: *\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n";
    assert!(allows(longest, "/example/page/") && !allows(longest, "/example/page/disallowed.gif"));
    for (rules, path, expected) in [
        ("allow: /p\ndisallow: /", "/page", true),
        ("allow: /folder\ndisallow: /folder", "/folder/page", true),
        ("disallow: /folder\nallow: /folder", "/folder/page", true),
        ("allow: /page\ndisallow: /*.htm", "/page.htm", false),
        ("allow: /page\ndisallow: /*.ph", "/page.php5", true),
        ("allow: /$\ndisallow: /", "/", true),
        ("allow: /$\ndisallow: /", "/page.htm", false),
        ("disallow: /x/\nallow: /x/page.html\ndisallow: /x/page.", "/x/page.html", true),
    ] {
        assert_eq!(allows(&format!("user-agent: *\n{rules}"), path), expected, "{rules} {path}");
    }
}

#[test]
fn stars_stand_for_any_letters_and_a_closing_dollar_for_the_end() {
    for (pattern, matching, others) in [
        ("/", "/ /fish /?a=b", ""),
        (
            "/fish",
            "/fish /fish.html /fish/salmon.html /fishheads /fish.php?id=2",
            "/Fish.asp /catfish /?id=fish",
        ),
        ("/fish*", "/fish /fishheads/yummy.html", "/Fish /catfish"),
        ("/fish/", "/fish/ /fish/salmon.htm", "/fish /fish.html /animals/fish/"),
        ("/*.php", "/index.php /folder/any.php?x=/ /filename.php5 //.php", "/ /windows.PHP"),
        ("/*.php$", "/filename.php /a.php.php", "/filename.php?x /filename.php/ /filename.php5"),
        ("/fish*.php", "/fish.php /fishheads/catfish.php?x", "/Fish.PHP"),
        ("*", "/ /anything", ""),
        ("*/feed$", "/feed /a/feed", "/feeds /feed/"),
        ("/a**b", "/ab /axxb", "/a"),
        ("/a*a$", "/aa /aba /aaa", "/a /ab"),
        ("/$", "/", "/a /?"),
        ("private/", "/private/x", "/my/private/"),
        ("/a$b", "/a$b/c /a%24b", "/a"),
    ] {
        let robots = format!("user-agent: *\ndisallow: {pattern}");
        for path in matching.split_whitespace() {
            assert!(!allows(&robots, path), "{pattern} is to match {path}");
        }
        for path in others.split_whitespace() {
            assert!(allows(&robots, path), "{pattern} is not to match {path}");
        }
    }
}

#[test]
fn escapes_compare_by_what_they_mean() {
    // The first five from RFC 9309 §2.2.2, the next two from §2.2.3.
    for (pattern, path, expected) in [
        ("/foo/bar?baz=quz", "/foo/bar?baz=quz", true),
        ("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar", true),
        ("/foo/bar/ツ", "/foo/bar/%E3%83%84", true),
        ("/foo/bar/%E3%83%84", "/foo/bar/%e3%83%84", true),
        ("/foo/bar/%62%61%7A", "/foo/bar/baz", true),
        ("/path/file-with-a-%2A.html", "/path/file-with-a-*.html", true),
        ("/path/foo-%24", "/path/foo-$", true),
        ("/path/file-with-a-%2A.html", "/path/file-with-a-b.html", false),
        ("/a%2Fb", "/a/b", false),
        ("/a%2fb", "/a%2Fb", true),
        ("/a b", "/a%20b", true),
        ("/100%", "/100%", true),
        ("/a%zz", "/a%zz", true),
        ("/{id}|", "/%7Bid%7D%7C", true),
    ] {
        let robots = format!("user-agent: *\ndisallow: {pattern}");
        assert_eq!(!allows(&robots, path), expected, "{pattern} {path}");
    }
}

#[test]
fn lines_are_read_however_they_are_written() {
    for robots in [
        "User-agent: *\r\nDisallow: /x\r\n",
        "User-agent: *\rDisallow: /x\r",
        "\u{feff}User-agent: *\nDisallow: /x",
        "  USER-AGENT :  *  # all\n\n\n\tdisallow\t:\t/x   # why",
        "user-agent *\ndisallow /x",
        "Useragent: *\ndissallow: /x",
        "user-agent: *\nunknown: line\nsitemap: https://a.example/s.xml\ndisallow: /x",
        "user-agent: *\nno meaning here\n: :\n=\ndisallow: /x",
    ] {
        assert!(!allows(robots, "/x/y") && allows(robots, "/y"), "{robots:?}");
    }
}

#[test]
fn what_is_no_rule_forbids_nothing() {
    for robots in [
        "",
        "disallow: /",
        "user-agent: *\ndisallow:",
        "user-agent: *\ndisallow: # nothing",
        "<!doctype html><html><title>Not found</title><body>user-agent disallow</body></html>",
        "user-agent: somebot\ndisallow: /",
    ] {
        assert!(allows(robots, "/x"), "{robots:?}");
    }
    assert!(allows("user-agent: *\ndisallow: /", "/robots.txt"));
}

#[test]
fn other_records_do_not_end_a_list_of_names() {
    let robots =
        "user-agent: peerscope\nsitemap: /s.xml\ncrawl-delay: 3\nuser-agent: b\ndisallow: /";
    assert!(!allows(robots, "/x") && !allows_to("b", robots, "/x"));
}

#[test]
fn a_delay_is_read_where_it_is_one() {
    let delay = |written: &str| {
        let robots = format!("user-agent: *\ncrawl-delay: {written}\ndisallow: /x");
        Robots::parse(robots.as_bytes()).delay("peerscope")
    };
    assert_eq!(delay("10"), Some(Duration::from_secs(10)));
    assert_eq!(delay("0.5"), Some(Duration::from_millis(500)));
    assert_eq!(delay("1e300"), None);
    assert_eq!(delay("864000"), Some(Duration::from_hours(24)));
    for nonsense in ["-1", "nan", "inf", "ten", ""] {
        assert_eq!(delay(nonsense), None, "{nonsense}");
    }
}

#[test]
fn sitemaps_are_for_everyone_wherever_they_stand() {
    let robots =
        "Sitemap: https://a.example/1.xml\nuser-agent: x\ndisallow: /\nSITEMAP:/2.xml\nsitemap:";
    let robots = Robots::parse(robots.as_bytes());
    assert_eq!(robots.sitemaps(), ["https://a.example/1.xml", "/2.xml"]);
}

#[test]
fn what_comes_after_500_kib_is_ignored_and_a_line_cut_there_too() {
    let mut robots = b"user-agent: *\ndisallow: /a\n".to_vec();
    robots.resize(MOST_ROBOTS_BYTES - 14, b'#');
    robots.extend_from_slice(b"\ndisallow: /private\ndisallow: /b\n");
    let robots = Robots::parse(&robots);
    let allowed = |path| robots.permission("peerscope", path) == Permission::Allowed;
    assert!(!allowed("/a") && allowed("/b") && allowed("/p"));
}

#[test]
fn hostile_files_are_read_and_matched_in_bounded_time() {
    let stars = "a*".repeat(240_000);
    let names = "user-agent: *\n".repeat(35_000);
    let rules = format!("user-agent: *\n{}", "disallow: /*a*a*a*a*b$\n".repeat(21_000));
    let path = format!("/{}", "a".repeat(4_000));
    let began = Instant::now();
    for robots in [format!("user-agent: *\ndisallow: /{stars}"), names, rules] {
        assert!(allows(&robots, &path));
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[test]
fn the_token_is_the_beginning_of_a_user_agent() {
    for (user_agent, token) in [
        ("Peerscope/0.1 (+https://example.com)", "Peerscope"),
        (" my-own_bot (x)", "my-own_bot"),
        ("Mozilla/5.0 (compatible)", "Mozilla"),
        ("*", ""),
    ] {
        assert_eq!(product_token(user_agent), token);
    }
}

fn at(hour: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + hour * 3600).unwrap()
}

fn read(body: &str) -> RobotsAnswer {
    RobotsAnswer::Read { body: body.as_bytes().to_vec(), validators: Validators::default() }
}

const NOBODY: RobotsAnswer =
    RobotsAnswer::Unreachable { retry_after: None, was_server_reached: true };

fn may(copy: &RobotsCopy, now: Timestamp) -> Option<bool> {
    let rules = copy.rules(now)?;
    Some(rules.permission("peerscope", "/x") == Permission::Allowed)
}

#[test]
fn a_copy_holds_for_a_day_and_longer_only_while_nobody_answers() {
    let copy = RobotsCopy::after(None, read("user-agent: *\ndisallow: /x"), at(0));
    assert!(copy.holds(at(23)) && !copy.holds(at(24)) && !copy.holds(at(-1)));
    let later = RobotsCopy::after(Some(copy), NOBODY, at(24));
    assert_eq!(may(&later, at(24)), Some(false));
    assert!(later.holds(at(24)) && !later.holds(at(25)));
    let much_later = RobotsCopy::after(Some(later), NOBODY, at(24 * 60));
    assert_eq!(may(&much_later, at(24 * 60)), Some(false));
    let back = RobotsCopy::after(Some(much_later), RobotsAnswer::Absent, at(24 * 61));
    assert_eq!((may(&back, at(24 * 61)), back.unreachable_since), (Some(true), None));
}

#[test]
fn a_file_that_was_never_reached_forbids_everything_for_thirty_days() {
    let mut copy = RobotsCopy::after(None, NOBODY, at(0));
    assert_eq!(may(&copy, at(1)), None);
    copy = RobotsCopy::after(Some(copy), NOBODY, at(29 * 24));
    assert_eq!(may(&copy, at(29 * 24)), None);
    assert_eq!(may(&copy, at(30 * 24)), Some(true));
}

#[test]
fn a_server_that_asks_to_wait_is_asked_no_earlier() {
    let retry_after = Some(Duration::from_hours(5));
    let busy = RobotsAnswer::Unreachable { retry_after, was_server_reached: true };
    let copy = RobotsCopy::after(None, busy, at(0));
    assert!(copy.holds(at(4)) && !copy.holds(at(5)));
}

#[test]
fn a_kept_copy_says_what_the_bytes_said() {
    let body = b"\xef\xbb\xbfuser-agent: *\ndisallow: /caf\xe9\ndisallow: /\xe3\x83\x84\n".to_vec();
    let answer = RobotsAnswer::Read { body, validators: Validators::default() };
    let rules = RobotsCopy::after(None, answer, at(0)).rules(at(0)).unwrap();
    for (path, allowed) in [("/caf%E9", false), ("/%E3%83%84", false), ("/caf", true)] {
        assert_eq!(rules.permission("peerscope", path) == Permission::Allowed, allowed, "{path}");
    }
}

#[test]
fn of_two_permissions_the_stricter_one_counts() {
    let forbidden = Permission::Forbidden { rule: "Disallow: /".to_owned() };
    assert_eq!(Permission::Unknown.and(forbidden.clone()), forbidden);
    assert_eq!(Permission::Allowed.and(Permission::Unknown), Permission::Unknown);
    assert_eq!(Permission::Allowed.and(Permission::Allowed), Permission::Allowed);
}

proptest! {
    #[test]
    fn no_file_and_no_path_makes_the_reader_fail(body in any::<Vec<u8>>(), path in ".*") {
        let robots = Robots::parse(&body);
        robots.permission("peerscope", &path);
        robots.delay("peerscope");
    }

    #[test]
    fn any_rules_and_paths_can_be_compared(rules in "(( |\n|allow|disallow|user-agent|:|/|\\*|\\$|%|2|A|é)*)", path in "/[a%2$*?/é]*") {
        let robots = format!("user-agent: *\n{rules}");
        let first = Robots::parse(robots.as_bytes()).permission("peerscope", &path);
        let copy = RobotsCopy::after(None, read(&robots), at(0));
        let kept = copy.rules(at(0)).unwrap().permission("peerscope", &path);
        // The rule that is named may be written with escapes; what it says is the same.
        prop_assert_eq!(first == Permission::Allowed, kept == Permission::Allowed);
    }
}
