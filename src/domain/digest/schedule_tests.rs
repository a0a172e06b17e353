//! What a schedule promises, in every zone and around every change of its clocks.

use jiff::{SignedDuration, Timestamp, ToSpan as _, tz};
use proptest::prelude::*;

use super::*;

fn schedule(day: &str, at: &str, zone: &str) -> Schedule {
    let plan = DigestPlan { day: day.into(), at: at.into(), ..DigestPlan::default() };
    Schedule::new(&plan, TimeZone::get(zone).unwrap()).unwrap()
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn at(schedule: &Schedule, week: &str) -> String {
    schedule.slot_of(week.parse().unwrap()).at.to_string()
}

#[test]
fn an_issue_is_due_once_a_week_at_the_hour_of_its_zone() {
    let berlin = schedule("Monday", "08:00", "Europe/Berlin");
    assert_eq!(at(&berlin, "2026-W48"), "2026-11-23T07:00:00Z");
    assert_eq!(at(&berlin, "2026-W27"), "2026-06-29T06:00:00Z");
    let now = time("2026-11-23T06:59:59Z");
    assert_eq!(berlin.latest(now).week.to_string(), "2026-W47");
    assert_eq!(berlin.next(now).week.to_string(), "2026-W48");
    assert_eq!(berlin.latest(time("2026-11-23T07:00:00Z")).week.to_string(), "2026-W48");
    // In Auckland Monday begins while it is Sunday in UTC.
    let auckland = schedule("Monday", "07:00", "Pacific/Auckland");
    assert_eq!(at(&auckland, "2026-W48"), "2026-11-22T18:00:00Z");
    assert_eq!(auckland.latest(time("2026-11-22T18:00:00Z")).week.to_string(), "2026-W48");
}

#[test]
fn a_time_that_the_clocks_leap_over_is_at_the_first_minute_thereafter() {
    // 2:00 to 3:00 did not exist there on 2026-03-29.
    let berlin = schedule("Sunday", "02:30", "Europe/Berlin");
    assert_eq!(at(&berlin, "2026-W13"), "2026-03-29T01:00:00Z");
    let sharp = schedule("Sunday", "02:00", "Europe/Berlin");
    assert_eq!(at(&sharp, "2026-W13"), "2026-03-29T01:00:00Z");
    // A leap by half an hour, and a day that was left out as a whole.
    let lord_howe = schedule("Sunday", "02:15", "Australia/Lord_Howe");
    assert_eq!(at(&lord_howe, "2026-W40"), "2026-10-03T15:30:00Z");
    let apia = schedule("Friday", "08:00", "Pacific/Apia");
    assert_eq!(at(&apia, "2011-W52"), "2011-12-30T10:00:00Z");
}

#[test]
fn a_time_that_comes_twice_is_due_once_at_the_first() {
    let berlin = schedule("Sunday", "02:30", "Europe/Berlin");
    assert_eq!(at(&berlin, "2026-W43"), "2026-10-25T00:30:00Z");
    let slot = berlin.slot_of("2026-W43".parse().unwrap());
    let second = slot.at + SignedDuration::from_hours(1);
    let due = berlin.due(time("2026-01-01T00:00:00Z"), Some(slot.at), second);
    assert_eq!(due, Due::At(time("2026-11-01T01:30:00Z")));
}

#[test]
fn whoever_was_down_at_the_hour_sends_once_and_leaves_out_what_is_too_old() {
    let monday = schedule("Monday", "08:00", "UTC");
    let joined = time("2026-11-01T00:00:00Z");
    let last = Some(time("2026-11-16T08:00:00Z"));
    let due = |now: &str, last| monday.due(joined, last, time(now));
    let slot = monday.slot_of("2026-W48".parse().unwrap());
    assert_eq!(due("2026-11-23T07:59:59Z", last), Due::At(slot.at));
    assert_eq!(due("2026-11-23T08:00:00Z", last), Due::Now(slot));
    assert_eq!(due("2026-11-26T08:00:00Z", last), Due::Now(slot));
    assert_eq!(due("2026-11-26T08:00:01Z", last), Due::TooLate(slot));
    // Down for months: the latest one counts, and those before are no issues.
    assert_eq!(due("2027-02-02T00:00:00Z", last), {
        Due::Now(monday.slot_of("2027-W05".parse().unwrap()))
    });
    assert_eq!(due("2026-11-24T00:00:00Z", Some(slot.at)), Due::At(time("2026-11-30T08:00:00Z")));
}

#[test]
fn nothing_is_due_of_the_time_before_someone_subscribed() {
    let monday = schedule("Monday", "08:00", "UTC");
    let due = |joined: &str| monday.due(time(joined), None, time("2026-11-24T00:00:00Z"));
    assert_eq!(due("2026-11-23T08:00:01Z"), Due::At(time("2026-11-30T08:00:00Z")));
    assert!(matches!(due("2026-11-23T08:00:00Z"), Due::Now(_)));
}

#[test]
fn a_plan_that_moves_within_the_week_brings_no_second_issue_of_it() {
    let told = Some(time("2026-11-23T08:00:00Z"));
    let joined = time("2026-11-01T00:00:00Z");
    let friday = schedule("Friday", "08:00", "UTC");
    let due = friday.due(joined, told, time("2026-11-27T09:00:00Z"));
    assert_eq!(due, Due::At(time("2026-12-04T08:00:00Z")));
}

#[test]
fn a_plan_that_cannot_be_read_is_refused_by_name() {
    let plan = |day: &str, at: &str| DigestPlan {
        day: day.into(),
        at: at.into(),
        ..DigestPlan::default()
    };
    let told = |plan| Schedule::new(&plan, TimeZone::UTC).unwrap_err().to_string();
    assert!(told(plan("Someday", "08:00")).contains("`Someday`"));
    assert!(told(plan("Monday", "25:00")).contains("`25:00`"));
}

/// All zones that this machine knows.
fn zones() -> Vec<TimeZone> {
    let zones: Vec<TimeZone> =
        tz::db().available().filter_map(|it| TimeZone::get(it.as_str()).ok()).collect();
    assert!(zones.len() > 300, "the list of zones is missing");
    zones
}

/// In the years for which people plan, every change of the clocks of every zone.
#[test]
fn around_every_change_of_the_clocks_each_week_has_one_slot_in_order() {
    for zone in zones() {
        let from = time("2000-01-01T00:00:00Z");
        let leaps = zone.following(from).map(|it| it.timestamp());
        for leap in leaps.take_while(|it| *it < time("2040-01-01T00:00:00Z")) {
            // The minutes around what the clocks show before and after.
            for minutes in [-61, -31, -1, 0, 1, 29, 59, 60, 61] {
                let local = zone.to_datetime(leap.checked_add(minutes.minutes()).unwrap());
                for local in [local, local.checked_add(minutes.minutes()).unwrap()] {
                    let time = Time::new(local.hour(), local.minute(), 0, 0).unwrap();
                    let schedule = Schedule { day: local.weekday(), at: time, zone: zone.clone() };
                    holds_around(&schedule, leap);
                }
            }
        }
    }
}

/// No slot is lost or doubled while a minute hand passes the weeks around a time.
fn holds_around(schedule: &Schedule, time: Timestamp) {
    let week = schedule.week_of(time);
    let weeks = [week.previous(), week, week.next()];
    let slots = weeks.map(|week| schedule.slot_of(week));
    for slot in slots {
        let shown = schedule.zone.to_datetime(slot.at);
        let wanted =
            slot.week.monday().checked_add(i64::from(schedule.day.to_monday_zero_offset()).days());
        let wanted = wanted.unwrap().to_datetime(schedule.at);
        // Exact, or the first minute behind a gap that the wanted time lies in.
        let gap = matches!(
            schedule.zone.to_ambiguous_timestamp(wanted).offset(),
            AmbiguousOffset::Gap { .. }
        );
        assert!(shown == wanted || (gap && shown > wanted), "{schedule:?}: {shown} for {wanted}");
        let before = slot.at - SignedDuration::from_nanos(1);
        assert_eq!(schedule.latest(slot.at), slot, "{schedule:?}");
        assert_eq!(schedule.next(before), slot, "{schedule:?}");
    }
    assert!(slots[0].at < slots[1].at && slots[1].at < slots[2].at, "{schedule:?}");
}

proptest! {
    #[test]
    fn looking_every_so_often_brings_each_weeks_issue_once(
        zone in 0..10_000usize,
        day in 0..7i8,
        hour in 0..24i8,
        minute in 0..60i8,
        begin in 946_684_800i64..2_200_000_000,
        steps in prop::collection::vec(1..200i64, 1..40),
    ) {
        let zones = zones();
        let zone = zones[zone % zones.len()].clone();
        let at = Time::new(hour, minute, 0, 0).unwrap();
        let schedule = Schedule { day: Weekday::from_monday_zero_offset(day).unwrap(), at, zone };
        let joined = Timestamp::from_second(begin).unwrap();
        let (mut now, mut last, mut told) = (joined, None, Vec::new());
        for hours in steps {
            now += SignedDuration::from_hours(hours);
            match schedule.due(joined, last, now) {
                Due::At(next) => prop_assert!(next > now),
                Due::Now(slot) => {
                    prop_assert!(slot.at <= now && slot.at >= joined);
                    prop_assert!(now.duration_since(slot.at) <= OLDEST_SLOT);
                    told.push(slot.week);
                    last = Some(slot.at);
                }
                Due::TooLate(slot) => last = Some(slot.at),
            }
            let again = schedule.due(joined, last, now);
            prop_assert!(matches!(again, Due::At(next) if next > now));
        }
        prop_assert!(told.windows(2).all(|it| it[0] < it[1]));
    }
}
