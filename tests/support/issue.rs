//! Issues of the digest with all that may stand in one. Every text is our own.

use jiff::Timestamp;
use peerscope::domain::{
    Address, Care, EntryId, Group, Heading, Issue, Kind, LedgerHash, LedgerHead, NoteAgain, NoteId,
    NoteType, Numbers, OwnWeek, Pace, Quoted, Read, Rising, Role, Slug, StoryId, Title, Why, Worth,
};

fn slug(name: &str) -> Slug {
    Slug::of(name).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn address(path: &str) -> Address {
    format!("https://engineering.example/{path}").parse().unwrap()
}

fn name(name: &str) -> String {
    name.to_owned()
}

/// A chosen story without anything special.
pub(crate) fn read(number: i64, title: &str, peer: &str) -> Read {
    Read {
        story: StoryId(number),
        entry: EntryId(number),
        title: name(title),
        language: Some("en".parse().unwrap()),
        address: Some(address(&format!("posts/{number}"))),
        peer: slug(peer),
        peer_name: name(peer),
        authors: vec![name("Ada Lovelace")],
        published: Some(at("2026-11-19T09:00:00Z")),
        minutes: 9,
        kind: Some(Kind::CaseStudy),
        worth: Worth::new(3),
        quotes: Vec::new(),
        summary: String::new(),
        why: vec![Why::New],
        score: 3.1,
    }
}

pub(crate) fn quoted(role: Role, text: &str) -> Quoted {
    Quoted { role, text: name(text) }
}

pub(crate) fn by_title(number: i64, title: &str, peer: &str) -> Title {
    Title {
        story: StoryId(number),
        entry: EntryId(number),
        title: name(title),
        address: Some(address(&format!("posts/{number}"))),
        peer_name: name(peer),
        minutes: 6,
        kind: Some(Kind::DeepDive),
        is_paper: false,
    }
}

/// In which nothing happened.
pub(crate) fn empty(language: &str) -> Issue {
    Issue {
        week: "2026-W48".parse().unwrap(),
        slot: at("2026-11-23T07:00:00Z"),
        made: at("2026-11-23T07:00:02Z"),
        after: 100,
        upto: 100,
        language: language.parse().unwrap(),
        zone: name("Europe/Berlin"),
        pace: Pace::Quiet,
        numbers: Numbers::default(),
        rising: Vec::new(),
        reads: Vec::new(),
        papers: Vec::new(),
        rest: Vec::new(),
        archive: None,
        own: None,
        care: Vec::new(),
    }
}

/// With one older piece, and little else.
pub(crate) fn quiet(language: &str) -> Issue {
    let why = vec![Why::NeverRead, Why::Matches { name: name("search ranking") }];
    let archive = Read {
        published: Some(at("2024-02-08T09:00:00Z")),
        why,
        ..read(61, "Why our second ranking model lost to a spreadsheet", "Larder")
    };
    Issue {
        numbers: Numbers { stories: 1, peers: 1, minutes: 9, ..Numbers::default() },
        archive: Some(archive),
        rest: vec![Group {
            heading: Heading::Peer { name: name("Larder"), slug: slug("larder") },
            titles: vec![by_title(62, "Meet us at the harbour in spring", "Larder")],
            more: 0,
        }],
        own: Some(OwnWeek::default()),
        ..empty(language)
    }
}

/// With everything.
pub(crate) fn rich(language: &str) -> Issue {
    Issue {
        upto: 412,
        pace: Pace::Flooded,
        numbers: Numbers { stories: 1_047, peers: 23, papers: 2, backlog: 312, minutes: 57 },
        rising: vec![
            Rising {
                name: name("feature store"),
                query: name("\"feature store\" kind:case-study"),
                stories: 14,
                rise: 2.43,
            },
            Rising {
                name: name("动态定价"), query: name("动态定价"), stories: 6, rise: 1.8
            },
        ],
        reads: reads(),
        papers: papers(),
        rest: rest(),
        archive: Some(archive()),
        own: Some(own()),
        care: care(),
        ..empty(language)
    }
}

#[expect(clippy::too_many_lines, reason = "each read holds what one of them could go wrong with")]
fn reads() -> Vec<Read> {
    vec![
        Read {
            quotes: vec![
                quoted(
                    Role::Challenge,
                    "A basket of forty things cannot be priced one thing at a time while somebody \
                     waits at the till, and our nightly batch was wrong by noon.",
                ),
                quoted(
                    Role::Approach,
                    "We keep one small model for each aisle, ask only those whose aisle is in the \
                     basket, and let the answers bid against a budget of eighty milliseconds.",
                ),
                quoted(
                    Role::Result,
                    "The 99th percentile fell from 640 ms to 71 ms, and margin rose by 1.9 %.",
                ),
            ],
            why: vec![
                Why::Matches { name: name("dynamic pricing") },
                Why::FirstOfPeer { name: name("dynamic pricing"), months: Some(12) },
                Why::Measured,
            ],
            minutes: 12,
            ..read(12, "Pricing a whole basket while the customer waits", "Larder Technology")
        },
        Read {
            authors: vec![
                name("Zoë Okonkwo"),
                name("B. <b>Bold</b>"),
                name("C. Sharp"),
                name("D. Flat"),
            ],
            quotes: vec![
                quoted(
                    Role::Challenge,
                    "Someone wrote <script>alert(\"1 & 2\")</script> into a title, and 3 > 2 of our pages ran it.",
                ),
                quoted(
                    Role::Limitation,
                    "It does not help against `*`, _ or [brackets](https://evil.example) yet.",
                ),
            ],
            why: vec![Why::Substance { kind: Kind::Postmortem }, Why::ToldBy { peers: 3 }],
            kind: Some(Kind::Postmortem),
            ..read(
                13,
                "<script>alert('title')</script> & other things that our templates let through: an unusually long title that has to be broken over several lines wherever it is shown",
                "Tür & Tor <GmbH>",
            )
        },
        Read {
            authors: Vec::new(),
            quotes: vec![
                quoted(
                    Role::Challenge,
                    "每天有三千万次搜索没有任何结果，而其中一半只是写错了一个字。",
                ),
                quoted(Role::Result, "无结果的搜索减少了 41%，而且没有增加任何机器。"),
            ],
            why: vec![Why::Rising { name: name("搜索纠错") }, Why::Worth],
            language: Some("zh".parse().unwrap()),
            published: None,
            kind: None,
            ..read(
                14,
                "一个字的距离：搜索纠错系统如何在二十毫秒之内完成三千万次请求，又怎样在没有标注数据的情况下学会方言",
                "果核科技",
            )
        },
        Read {
            quotes: vec![quoted(
                Role::Approach,
                "كل طلب يحمل رقمه معه، فلا يُحسب مرتين مهما أُعيد إرساله.",
            )],
            why: vec![Why::Peer, Why::New],
            language: Some("ar".parse().unwrap()),
            published: Some(at("2025-12-30T23:30:00Z")),
            ..read(15, "كيف نحسب الأجرة مرة واحدة فقط", "مرسى")
        },
        Read {
            address: None,
            minutes: 0,
            authors: vec![name("\u{202e}reversed\u{202c}")],
            summary: name(
                "A summary stands where nothing can be quoted. It is the beginning of the text, and ends where the room for it ends, in the middle of a",
            ),
            why: vec![
                Why::Matches { name: name("search ranking") },
                Why::Matches { name: name("feature store") },
                Why::FirstOfPeer { name: name("feature store"), months: None },
            ],
            ..read(16, "1. Notes without an address, a length or a date worth telling", "Quayside")
        },
    ]
}

fn papers() -> Vec<Read> {
    vec![Read {
        quotes: vec![quoted(
            Role::Result,
            "On three public sets the estimate is within 2 % of the truth at a tenth of the cost.",
        )],
        authors: vec![name("Mina Sørensen"), name("Li Wei")],
        why: vec![Why::Matches { name: name("dynamic pricing") }],
        minutes: 21,
        kind: None,
        ..read(
            21,
            "Elasticity from sparse baskets: an estimator that admits what it cannot know",
            "arXiv",
        )
    }]
}

fn archive() -> Read {
    Read {
        published: Some(at("2024-02-08T09:00:00Z")),
        why: vec![Why::NeverRead, Why::Matches { name: name("search ranking") }],
        quotes: vec![quoted(
            Role::Limitation,
            "The spreadsheet still wins on Sundays, and we do not know why.",
        )],
        ..read(31, "Why our second ranking model lost to a spreadsheet", "Larder Technology")
    }
}

fn rest() -> Vec<Group> {
    let topic = Heading::Topic { name: name("Queues & logs"), slug: slug("queues-logs") };
    let peer = Heading::Peer { name: name("果核科技"), slug: slug("果核科技") };
    vec![
        Group {
            heading: topic,
            titles: vec![
                by_title(41, "Backpressure, told with buckets", "Quayside"),
                by_title(
                    42,
                    "Nine ways to lose a message, and the one that we had not thought of until a forklift drove over it",
                    "Tür & Tor <GmbH>",
                ),
                Title {
                    is_paper: true,
                    minutes: 0,
                    address: None,
                    ..by_title(43, "On the price of ordering", "arXiv")
                },
            ],
            more: 38,
        },
        Group {
            heading: peer,
            titles: vec![
                by_title(44, "如何在不停机的情况下更换索引", "果核科技"),
                by_title(45, "\u{1b}[31mRed\u{7} alert\nin two lines", "果核科技"),
            ],
            more: 0,
        },
    ]
}

fn own() -> OwnWeek {
    OwnWeek {
        queued: 3,
        read: 2,
        notes: 4,
        ideas: 1,
        waiting: 17,
        again: vec![
            NoteAgain {
                note: NoteId(7),
                kind: NoteType::Idea,
                title: name("Let aisles bid"),
                excerpt: name(
                    "If each aisle had a budget, the slow ones would drop out by themselves.",
                ),
                made: at("2026-08-03T10:00:00Z"),
            },
            NoteAgain {
                note: NoteId(9),
                kind: NoteType::Challenge,
                title: String::new(),
                excerpt: name("We cannot say why a price changed <yesterday>."),
                made: at("2025-05-20T10:00:00Z"),
            },
        ],
        ledger: Some(LedgerHead { number: 42, hash: LedgerHash::of(b"head") }),
    }
}

fn care() -> Vec<Care> {
    let source = |peer: &str, path: &str, what: &str, since: Option<&str>| Care {
        peer_name: name(peer),
        address: address(path),
        what: name(what),
        since: since.map(at),
    };
    vec![
        source("Quayside", "feed.xml?a=1&b=2", "too-many-requests", Some("2026-11-12T10:00:00Z")),
        source("Larder Technology", "atom", "stale", Some("2025-10-02T10:00:00Z")),
        source("Tür & Tor <GmbH>", "rss", "not yet a known name", None),
    ]
}
