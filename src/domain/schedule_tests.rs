//! The promises of the schedule.

use super::*;

const EVERY: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

fn now() -> Timestamp {
    "2026-03-02T10:00:00Z".parse().unwrap()
}

fn source() -> SourceState {
    SourceState::new("https://example.com/feed".parse().unwrap(), now())
}

fn failing(kind: FailureKind, retry_after: Option<Duration>) -> Failure {
    Failure { kind, detail: String::new(), status: None, retry_after }
}

fn wait(state: &SourceState) -> Duration {
    state.next_visit.duration_since(now()).unsigned_abs()
}

fn unchanged(state: &SourceState) -> SourceState {
    state.after_unchanged(&Answered::default(), EVERY, now())
}

#[test]
fn a_busy_source_is_visited_at_the_usual_interval() {
    let busy =
        SourceState { rhythm: Some(Duration::from_hours(1)), newest: Some(now()), ..source() };
    let wait = wait(&unchanged(&busy));
    assert!(wait >= EVERY && wait <= EVERY * 11 / 10, "{wait:?}");
}

#[test]
fn a_source_that_rarely_publishes_or_fell_silent_is_visited_less_often_within_bounds() {
    let weekly = SourceState { rhythm: Some(DAY * 2), newest: Some(now()), ..source() };
    assert!(wait(&unchanged(&weekly)) >= EVERY * 6);
    let silent = SourceState { rhythm: Some(DAY), newest: Some(now() - DAY * 400), ..source() };
    let longest = wait(&unchanged(&silent));
    assert!(longest >= EVERY * 12 && longest <= LONGEST_WAIT, "{longest:?}");
}

#[test]
fn no_source_is_visited_earlier_than_its_cache_lifetime_or_ttl_asks_nor_later_than_a_day() {
    let answered = |lifetime| Answered { lifetime, ..Answered::default() };
    let asked = source().after_unchanged(&answered(Some(EVERY * 5)), EVERY, now());
    assert!(wait(&asked) >= EVERY * 5);
    let asked = source().after_unchanged(&answered(Some(DAY * 300)), EVERY, now());
    assert_eq!(wait(&asked), LONGEST_WAIT);
    let mut with_ttl = source();
    with_ttl.asked.ttl = Some(EVERY * 3);
    assert!(wait(&unchanged(&with_ttl)) >= EVERY * 3);
}

#[test]
fn hours_and_days_that_the_publisher_skips_are_skipped() {
    let mut quiet = source();
    quiet.asked.skip_hours = vec![10, 11, 12];
    assert_eq!(
        unchanged(&quiet).next_visit.to_string(),
        skip(unchanged(&quiet).next_visit, &quiet.asked).to_string()
    );
    let hour = unchanged(&quiet).next_visit.to_zoned(TimeZone::UTC).hour();
    assert_eq!(hour, 13);
    quiet.asked.skip_hours = (0..24).collect();
    assert!(wait(&unchanged(&quiet)) <= EVERY * 2);
    quiet.asked = PublisherRhythm { skip_days: vec![1], ..PublisherRhythm::default() };
    assert_eq!(
        unchanged(&quiet).next_visit.to_zoned(TimeZone::UTC).date().to_string(),
        "2026-03-03"
    );
}

#[test]
fn back_off_grows_with_each_failure_and_never_gives_up() {
    let mut state = source();
    let mut longest = Duration::ZERO;
    for _ in 0..60 {
        state = state.after_failing(failing(FailureKind::NotFound, None), EVERY, now());
        assert!(!state.muted && wait(&state) <= LONGEST_BACK_OFF * 11 / 10);
        longest = longest.max(wait(&state));
    }
    assert!(longest >= LONGEST_BACK_OFF);
    assert_eq!(state.failures, 60);
    assert_eq!(unchanged(&state).failures, 0);
}

#[test]
fn retry_after_and_back_off_are_obeyed_even_when_someone_asks_for_a_visit_now() {
    let asked = Some(EVERY * 30);
    for kind in [FailureKind::TooManyRequests, FailureKind::Server, FailureKind::Dns] {
        let state = source().after_failing(failing(kind, asked), EVERY, now());
        assert!(wait(&state) >= EVERY * 30);
        assert_eq!(state.not_before, Some(state.next_visit));
    }
}

#[test]
fn being_asked_to_slow_down_does_not_count_against_a_source() {
    let state = source().after_failing(failing(FailureKind::TooManyRequests, None), EVERY, now());
    assert_eq!(state.failures, 0);
    assert!(wait(&state) >= EVERY);
}

#[test]
fn a_source_that_is_gone_is_muted() {
    let state = source().after_failing(failing(FailureKind::Gone, None), EVERY, now());
    assert!(state.muted);
    assert!(!unchanged(&state).muted);
}

#[test]
fn an_outage_of_our_own_counts_against_nobody() {
    let state = source().after_outage(now());
    assert_eq!((state.failures, state.failure.clone(), wait(&state)), (0, None, AFTER_OUTAGE));
}

#[test]
fn a_permanent_redirect_is_kept_after_three_confirmations_and_never_to_a_front_page() {
    let redirected = |state: &SourceState, to: &str| {
        let permanent = Some(to.parse().unwrap());
        state.after_unchanged(&Answered { permanent, ..Answered::default() }, EVERY, now())
    };
    let new = "https://example.com/new-feed";
    let twice = redirected(&redirected(&source(), new), new);
    assert_eq!(twice.in_use, source().in_use);
    assert_eq!(twice.moving.as_ref().unwrap().confirmations, 2);
    assert_eq!(redirected(&twice, new).in_use.as_str(), new);
    assert_eq!(redirected(&twice, "https://example.com/other").moving.unwrap().confirmations, 1);
    assert_eq!(unchanged(&twice).moving, None);
    let mut home = source();
    for _ in 0..5 {
        home = redirected(&home, "https://example.com/");
    }
    assert_eq!(home.in_use, source().in_use);
}

#[test]
fn sources_visited_together_drift_apart() {
    let waits: Vec<_> = (0..50)
        .map(|number| {
            let address = format!("https://example.com/{number}").parse().unwrap();
            wait(&unchanged(&SourceState::new(address, now())))
        })
        .collect();
    let distinct: std::collections::HashSet<_> = waits.iter().collect();
    assert!(distinct.len() > 20);
}

#[test]
fn rhythm_is_the_mean_gap_between_posts_and_ignores_dates_to_come() {
    let draft = |published: Timestamp| EntryDraft {
        guid: None,
        link: None,
        title: "t".into(),
        authors: Vec::new(),
        categories: Vec::new(),
        language: None,
        published: Some(published),
        updated: None,
        summary: String::new(),
        html: String::new(),
        words: 0,
        fingerprint: None,
        is_whole: false,
    };
    let drafts = [draft(now() + DAY * 9), draft(now() - DAY), draft(now() - DAY * 5)];
    assert_eq!(rhythm_of(&drafts, now()), (Some(DAY * 4), Some(now() - DAY)));
    assert_eq!(rhythm_of(&drafts[..1], now()), (None, None));
}
