//! What choosing promises, of any offers.

use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;
use crate::domain::{Acquaintance, Kind, StoryId};

const BUDGET: Budget = Budget { reads: 10, minutes: 60, has_subjects: false };

fn slot() -> Timestamp {
    "2026-11-23T08:00:00Z".parse().unwrap()
}

/// A case study of a peer of its own, worth reading.
fn offer(story: i64) -> Offer<'static> {
    Offer {
        story: StoryId(story),
        peer: u32::try_from(story).unwrap(),
        is_paper: false,
        kind: Some(Kind::CaseStudy),
        expected: Some(2.0),
        minutes: 5,
        ordered: slot() - SignedDuration::from_hours(24),
        tellers: 1,
        is_measured: false,
        phrases: &[],
        fit: 0.0,
        subject: None,
        lately: 0.0,
        standing: Acquaintance::None,
    }
}

fn stories(offers: &[Offer<'_>], chosen: &[Chosen]) -> Vec<i64> {
    chosen.iter().map(|it| offers[it.offer].story.0).collect()
}

/// Reads and papers, by story.
fn chosen(offers: &[Offer<'_>], budget: Budget) -> (Vec<i64>, Vec<i64>) {
    let choice = choose(offers, budget, slot());
    (stories(offers, &choice.reads), stories(offers, &choice.papers))
}

fn reads(offers: &[Offer<'_>]) -> Vec<i64> {
    chosen(offers, BUDGET).0
}

const PHRASES: [u32; 12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

fn kinds() -> impl Strategy<Value = Option<Kind>> {
    proptest::option::of((0..Kind::ALL.len()).prop_map(|it| Kind::ALL[it]))
}

fn acquaintances() -> impl Strategy<Value = Acquaintance> {
    use Acquaintance::{Known, None, Shown};
    prop::sample::select(vec![None, None, Shown, Known])
}

prop_compose! {
    fn any_offer()(
        peer in 0_u32..6,
        (is_paper, is_measured) in any::<(bool, bool)>(),
        standing in acquaintances(),
        kind in kinds(),
        expected in proptest::option::of(0.0_f32..3.0),
        minutes in 1_u32..50,
        hours in 0_i64..400,
        tellers in 1_u32..9,
        (from, count) in (0_usize..10, 0_usize..3),
        (fit, lately) in (0.0_f32..1.0, 0.0_f32..1.0),
        subject in proptest::option::of(0_u32..3),
    ) -> Offer<'static> {
        Offer {
            story: StoryId(0),
            peer,
            is_paper,
            kind,
            expected,
            minutes,
            ordered: slot() - SignedDuration::from_hours(hours),
            tellers,
            is_measured,
            phrases: &PHRASES[from..from + count],
            fit: if subject.is_some() { fit } else { 0.0 },
            subject,
            lately,
            standing,
        }
    }
}

prop_compose! {
    fn any_offers()(offers in proptest::collection::vec(any_offer(), 0..60)) -> Vec<Offer<'static>> {
        let numbered = (0..).zip(offers).map(|(at, it)| Offer { story: StoryId(at), ..it });
        numbered.collect()
    }
}

prop_compose! {
    fn any_budget()(reads in 0_u32..12, minutes in 5_u32..90, has_subjects: bool) -> Budget {
        Budget { reads, minutes, has_subjects }
    }
}

proptest! {
    #[test]
    fn the_budget_is_kept_but_for_one_read_where_none_fits(
        offers in any_offers(),
        budget in any_budget(),
    ) {
        let choice = choose(&offers, budget, slot());
        let minutes = |chosen: &[Chosen]| chosen.iter().map(|it| offers[it.offer].minutes).sum::<u32>();
        let (of_reads, of_papers) = (minutes(&choice.reads), minutes(&choice.papers));
        prop_assert!(choice.reads.len() <= budget.reads as usize);
        prop_assert!(choice.papers.len() <= 3 && of_papers * 4 <= budget.minutes);
        let is_only_one = choice.reads.len() == 1 && choice.papers.is_empty();
        prop_assert!(of_reads + of_papers <= budget.minutes || is_only_one);
        let is_one_there = offers.iter().any(|it| !it.is_paper && !it.is_known());
        prop_assert_eq!(choice.reads.is_empty(), budget.reads == 0 || !is_one_there);
    }

    #[test]
    fn every_story_is_told_once_and_what_is_known_never_as_a_read(
        offers in any_offers(),
        budget in any_budget(),
    ) {
        let choice = choose(&offers, budget, slot());
        let chosen = choice.reads.iter().chain(&choice.papers);
        for it in chosen.clone() {
            prop_assert!(!offers[it.offer].is_known());
        }
        let mut told: Vec<usize> = chosen.chain(&choice.rest).map(|it| it.offer).collect();
        told.sort_unstable();
        prop_assert_eq!(told, (0..offers.len()).collect::<Vec<_>>());
    }

    #[test]
    fn the_order_in_which_offers_come_changes_nothing(
        (offers, mixed) in any_offers().prop_flat_map(|it| (Just(it.clone()), Just(it).prop_shuffle())),
        budget in any_budget(),
    ) {
        let told = |offers: &[Offer<'_>]| {
            let Choice { reads, papers, rest, pace } = choose(offers, budget, slot());
            let [reads, papers, rest] = [reads, papers, rest].map(|it| {
                it.iter().map(|it| (offers[it.offer].story, it.parts)).collect::<Vec<_>>()
            });
            (reads, papers, rest, pace)
        };
        prop_assert_eq!(told(&offers), told(&mixed));
        prop_assert_eq!(told(&offers), told(&offers));
    }

    #[test]
    fn the_parts_that_are_told_add_up_to_the_score(offers in any_offers(), budget in any_budget()) {
        let choice = choose(&offers, budget, slot());
        for it in choice.reads.iter().chain(&choice.papers).chain(&choice.rest) {
            let sum: f32 = it.parts.told().map(|(_, value)| value).sum();
            prop_assert!((sum - it.parts.total()).abs() < 1e-5);
        }
    }

    #[test]
    fn reads_come_the_best_first(offers in any_offers(), budget in any_budget()) {
        let choice = choose(&offers, budget, slot());
        prop_assert!(choice.reads.is_sorted_by(|a, b| a.parts.total() >= b.parts.total()));
    }
}

#[test]
fn worth_carries_most_and_a_match_decides_between_good_posts() {
    let best = Offer { expected: Some(2.9), ..offer(1) };
    let fitting = Offer { fit: 0.6, subject: Some(0), expected: Some(2.3), ..offer(2) };
    let good = Offer { expected: Some(2.3), ..offer(3) };
    let poor = Offer { expected: Some(0.4), kind: Some(Kind::News), fit: 0.6, ..offer(4) };
    assert_eq!(reads(&[poor, good, best, fitting]), [2, 1, 3]);
    let news = Offer { fit: 1.0, ..poor };
    assert_eq!(reads(&[news, good]), [3], "the news of a subject are news");
}

#[test]
fn a_long_piece_is_no_week_and_what_fits_comes_instead() {
    let long = Offer { expected: Some(3.0), minutes: 50, ..offer(1) };
    let offers = [long, offer(2), offer(3)];
    assert_eq!(reads(&offers), [3, 2]);
    assert_eq!(reads(&[Offer { minutes: 90, ..offer(1) }]), [1], "one read there always is");
    let half = Offer { expected: Some(2.9), minutes: 30, ..offer(1) };
    assert_eq!(reads(&[half, offer(2)]), [1, 2]);
}

#[test]
fn one_peer_does_not_fill_an_issue_however_much_it_publishes() {
    let flood = (0..40).map(|it| Offer { peer: 1, expected: Some(2.5), ..offer(it) });
    let others = (100..104).map(|it| Offer { expected: Some(2.1), ..offer(it) });
    let offers: Vec<_> = flood.chain(others).collect();
    let reads = reads(&offers);
    assert_eq!(reads.len(), 10);
    assert!((100..104).all(|it| reads.contains(&it)), "{reads:?}");
}

#[test]
fn the_same_in_other_words_comes_later_than_something_else() {
    let first = Offer { expected: Some(2.5), phrases: &PHRASES[..6], ..offer(1) };
    let again = Offer { expected: Some(2.4), phrases: &PHRASES[..6], ..offer(2) };
    let other = Offer { expected: Some(2.2), phrases: &PHRASES[6..], ..offer(3) };
    assert_eq!(reads(&[first, again, other]), [1, 3, 2]);
    let late = Offer { lately: 1.0, ..again };
    assert_eq!(reads(&[late, other]), [3, 2]);
}

#[test]
fn papers_have_a_share_and_are_chosen_by_what_is_asked_for() {
    let paper =
        |it: i64| Offer { is_paper: true, minutes: 4, expected: None, kind: None, ..offer(it) };
    let offers: Vec<_> = (0..6).map(paper).chain([offer(10)]).collect();
    let (reads, papers) = chosen(&offers, BUDGET);
    assert_eq!((reads, papers.len()), (vec![10], 3));
    let asking = Budget { has_subjects: true, ..BUDGET };
    assert!(chosen(&offers, asking).1.is_empty());
    let fitting = Offer { fit: 0.5, subject: Some(1), ..paper(7) };
    assert_eq!(chosen(&[fitting, paper(8), offer(10)], asking).1, [7]);
}

#[test]
fn weeks_are_told_by_what_is_worth_reading_and_not_by_how_much_there_is() {
    let pace = |offers: &[Offer<'_>]| choose(offers, BUDGET, slot()).pace;
    let news = |it: i64| Offer { expected: Some(0.5), kind: Some(Kind::News), ..offer(it) };
    assert_eq!(pace(&[]), Pace::Quiet);
    assert_eq!(pace(&(0..90).map(news).collect::<Vec<_>>()), Pace::Quiet);
    assert_eq!(pace(&(0..8).map(offer).collect::<Vec<_>>()), Pace::Usual);
    assert_eq!(pace(&(0..60).map(offer).collect::<Vec<_>>()), Pace::Flooded);
}
