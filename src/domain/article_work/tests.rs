//! What the article work decides.

use std::time::Duration;

use jiff::Timestamp;

use super::*;
use crate::domain::{
    Address, ArticleRule, Change, Digest, EntryDraft, EntryId, Failure, FailureKind, Keys,
    KnownEntry, PageRules, PageStanding, SourceId, SourceType, Validators,
};

fn now() -> Timestamp {
    Timestamp::from_second(1_700_000_000).unwrap()
}

fn hours(count: u64) -> Duration {
    Duration::from_hours(count)
}

fn entry(link: Option<&str>, article: ArticleRule) -> EntryToPlan {
    EntryToPlan {
        entry: EntryId(1),
        source: SourceId(1),
        kind: SourceType::Feed,
        link: link.map(|it| it.parse().unwrap()),
        keep: Vec::new(),
        drop: vec!["/jobs/".to_owned()],
        pages: PageRules { article, ..PageRules::default() },
        is_whole: None,
        html: String::new(),
        edition: "1".to_owned(),
        rules: "{}".to_owned(),
        known: None,
    }
}

const POST: Option<&str> = Some("https://blog.example.com/posts/queues");

#[test]
fn a_page_is_asked_for_where_the_source_carries_less_or_wants_it_so() {
    use ArticleRule::{Always, Auto, Never};
    use ArticleState::{LeftOut, NotNeeded, Wanted};
    let select = ArticleRule::Select("main".to_owned());
    for (link, rule, carries_whole, expected) in [
        (POST, Auto, false, Wanted),
        (POST, Auto, true, NotNeeded),
        (POST, Always, true, Wanted),
        (POST, select, true, Wanted),
        (POST, Never, false, NotNeeded),
        (None, Always, false, NotNeeded),
        (Some("https://blog.example.com/jobs/1"), Always, false, LeftOut),
    ] {
        let plan = plan_article(entry(link, rule.clone()), carries_whole, 100, now());
        assert_eq!(plan.state, expected, "{link:?} {rule:?} {carries_whole}");
        assert_eq!(plan.due, (expected == Wanted).then_some(now()));
    }
    let paper = EntryToPlan { kind: SourceType::Papers, ..entry(POST, Auto) };
    assert_eq!(plan_article(paper, false, 100, now()).state, NotNeeded);
}

#[test]
fn what_is_known_of_a_page_stays_until_it_is_asked_again_an_hour_later_at_the_earliest() {
    let known = KnownArticle {
        state: ArticleState::Taken,
        rules: "{}".to_owned(),
        asked: Some(now() - hours(1) / 2),
        has_text: true,
    };
    let edited = EntryToPlan { known: Some(known.clone()), ..entry(POST, ArticleRule::Auto) };
    // The feed carries it all now; the page is asked, and the better of the two is taken then.
    let plan = plan_article(edited.clone(), true, 900, now());
    assert_eq!((plan.state, plan.due), (ArticleState::Taken, Some(now() + hours(1) / 2)));
    assert!(!plan.forgets_validators && plan.drops_text.is_none());
    let other_rules = EntryToPlan { rules: "other".to_owned(), ..edited };
    assert!(plan_article(other_rules, true, 900, now()).forgets_validators);
    let never = EntryToPlan { known: Some(known), ..entry(POST, ArticleRule::Never) };
    let plan = plan_article(never, false, 20, now());
    assert_eq!((plan.state, plan.drops_text), (ArticleState::NotNeeded, Some(20)));
}

fn page(state: ArticleState, attempts: u32) -> PageToAsk {
    PageToAsk {
        entry: EntryId(1),
        source: SourceId(1),
        peer_name: "Peer".to_owned(),
        link: POST.unwrap().parse().unwrap(),
        keep: Vec::new(),
        drop: Vec::new(),
        user_agent: None,
        pages: PageRules::default(),
        state,
        attempts,
        validators: Validators::default(),
        page_bytes: 0,
    }
}

fn failed(kind: FailureKind, status: Option<u16>, retry_after: Option<Duration>) -> Finding {
    Finding::Failed(Failure { kind, detail: "it said no".to_owned(), status, retry_after })
}

#[test]
fn every_finding_has_a_state_and_an_end() {
    let findings = FailureKind::ALL.map(|kind| failed(kind, None, None)).into_iter();
    let standings = PageStanding::ALL.map(Finding::Standing);
    let others = [
        Finding::Read { is_better: true, reason: None },
        Finding::Read { is_better: false, reason: None },
        Finding::LeftOut,
        Finding::Elsewhere { reason: String::new() },
        Finding::OtherType { content_type: String::new() },
        Finding::BadRules { reason: String::new() },
    ];
    for finding in findings.chain(standings).chain(others) {
        let mut at = page(ArticleState::Wanted, 0);
        let mut asked = 0;
        let mut time = now();
        loop {
            let after = at.after(&finding, time);
            asked += 1;
            let Some(due) = after.due else { break };
            assert!(due >= time + hours(1), "{finding:?} is asked again too soon");
            (time, at.state, at.attempts) = (due, after.state, after.attempts);
            if asked == 20 {
                // Being asked to slow down speaks against nobody.
                assert!(matches!(&finding, Finding::Failed(it) if !it.kind.is_fault()));
                break;
            }
        }
    }
}

#[test]
fn a_wait_that_a_host_asks_for_is_for_all_of_it_and_counts_against_no_page() {
    let asked = Some(hours(5));
    for finding in [
        failed(FailureKind::TooManyRequests, Some(429), asked),
        failed(FailureKind::Server, Some(503), asked),
    ] {
        let after = page(ArticleState::Wanted, 2).after(&finding, now());
        assert_eq!(after.host_waits_until, Some(now() + hours(5)));
        assert_eq!((after.due, after.attempts), (Some(now() + hours(5)), 2));
        assert_eq!(after.state, ArticleState::Wanted);
    }
    let soon = failed(FailureKind::TooManyRequests, Some(429), None);
    let after = page(ArticleState::Wanted, 0).after(&soon, now());
    assert_eq!(after.host_waits_until, Some(now() + hours(1)));
    let for_ever = failed(FailureKind::Server, Some(503), Some(hours(24 * 400)));
    let after = page(ArticleState::Wanted, 0).after(&for_ever, now());
    assert_eq!(after.due, Some(now() + hours(24 * 31)));
}

#[test]
fn a_state_that_changes_is_counted_anew() {
    let server = failed(FailureKind::Server, Some(500), None);
    assert_eq!(page(ArticleState::Failed, 2).after(&server, now()).attempts, 3);
    assert_eq!(page(ArticleState::BotWall, 2).after(&server, now()).attempts, 1);
    let unchanged = page(ArticleState::Taken, 1).after(&Finding::Unchanged, now());
    assert_eq!((unchanged.state, unchanged.due), (ArticleState::Taken, None));
}

#[test]
fn a_link_that_leads_to_a_front_page_or_a_login_leads_elsewhere() {
    for (link, found, elsewhere) in [
        ("https://a.example/p/1", "https://a.example/p/1", false),
        ("https://a.example/p/1", "https://a.example/", true),
        ("https://a.example/p/1", "https://www.b.example/", true),
        ("https://a.example/p/1", "https://b.example/posts/1", false),
        ("https://a.example/p/1", "https://a.example/user/Login?to=1", true),
        ("https://a.example/p/1", "https://a.example/sso/start", true),
        ("https://a.example/p/1", "https://a.example/blog/single-sign-on-login-flows", false),
        ("https://a.example/", "https://b.example/", false),
        ("https://a.example/auth/oauth", "https://a.example/auth/oauth/", false),
    ] {
        let (link, found): (Address, Address) = (link.parse().unwrap(), found.parse().unwrap());
        assert_eq!(leads_elsewhere(&link, &found).is_some(), elsewhere, "{link} {found}");
    }
}

fn facts(kind: SourceType, title: &str) -> FactsNow {
    FactsNow {
        kind,
        link: Some("https://a.example/2024/scaling-our-queues.html".parse().unwrap()),
        title: title.to_owned(),
        authors: vec!["Ada".to_owned()],
        published: Some(now()),
        summary: "In short".to_owned(),
        given: Given::default(),
    }
}

fn told() -> PageFacts {
    PageFacts {
        title: Some("Scaling our queues to ten billion".to_owned()),
        authors: vec!["Grace".to_owned()],
        published: Some(now() - hours(48)),
        language: Some("de".parse().unwrap()),
        summary: "A summary".to_owned(),
    }
}

#[test]
fn a_page_gives_only_what_the_source_does_not_say() {
    let given = facts(SourceType::Feed, "Scaling our queues").given_by(told(), true);
    assert_eq!(given, Given { language: told().language, ..Given::default() });
    let bare = FactsNow {
        authors: Vec::new(),
        published: None,
        summary: String::new(),
        ..facts(SourceType::Sitemap, "Scaling our queues")
    };
    let given = bare.given_by(told(), false);
    assert_eq!(given.title, told().title);
    assert_eq!(given.authors, Some(told().authors));
    assert_eq!(given.published, told().published);
    assert_eq!((given.language, given.summary), (None, Some("A summary".to_owned())));
}

#[test]
fn a_title_that_only_says_the_address_gives_way() {
    for (kind, title, gives_way) in [
        (SourceType::Sitemap, "Scaling our queues", true),
        (SourceType::Listing, "Scaling our queues", true),
        (SourceType::Listing, "How we scaled", false),
        (SourceType::Feed, "Scaling our queues", false),
        (SourceType::Feed, "https://a.example/2024/scaling-our-queues.html", true),
    ] {
        let given = facts(kind, title).given_by(told(), false);
        assert_eq!(given.title.is_some(), gives_way, "{kind:?} {title}");
    }
}

#[test]
fn what_a_page_gave_it_may_correct_and_never_takes_back() {
    let bare = FactsNow { authors: Vec::new(), ..facts(SourceType::Feed, "Queues") };
    let first = bare.given_by(told(), true);
    let now_known = FactsNow { authors: vec!["Grace".to_owned()], given: first.clone(), ..bare };
    let corrected = PageFacts { authors: vec!["Grace Hopper".to_owned()], ..told() };
    let given = now_known.given_by(corrected, true);
    assert_eq!(given.authors, Some(vec!["Grace Hopper".to_owned()]));
    assert_eq!(now_known.given_by(PageFacts::default(), false), first);
}

fn listed(count: usize, moved: usize) -> Touched {
    let keys = |at: usize| {
        let key = || Digest(at.to_string());
        Keys { identity: key(), link: None, title: key(), content: key() }
    };
    let known: Vec<KnownEntry> = (0..count)
        .map(|at| KnownEntry {
            id: Some(EntryId(i64::try_from(at).unwrap())),
            keys: keys(at),
            published: None,
            updated: Some(now()),
            fingerprint: None,
            quiet_edits: 0,
        })
        .collect();
    let drafts: Vec<EntryDraft> = (0..count)
        .map(|at| EntryDraft {
            guid: None,
            link: None,
            title: at.to_string(),
            authors: Vec::new(),
            categories: Vec::new(),
            language: None,
            published: None,
            updated: Some(if at < moved { now() + hours(1) } else { now() }),
            summary: String::new(),
            html: String::new(),
            words: 0,
            fingerprint: None,
            is_whole: false,
        })
        .collect();
    let changes: Vec<Change> = known
        .iter()
        .map(|it| Change::Known { id: it.id.unwrap(), rekeyed: false, edit: None })
        .collect();
    touched(&drafts, &changes, &known)
}

#[test]
fn an_entry_whose_date_moved_on_is_touched_unless_the_whole_site_was_built_anew() {
    let some = listed(40, 3);
    assert_eq!((some.entries.len(), some.is_rebuild), (3, false));
    assert_eq!(some.entries[0], (EntryId(0), now() + hours(1)));
    assert!(listed(40, 0).entries.is_empty());
    assert!(listed(40, 30).is_rebuild && listed(12, 12).is_rebuild);
    // A site of few pages may well have changed most of them.
    assert!(!listed(4, 4).is_rebuild);
}
