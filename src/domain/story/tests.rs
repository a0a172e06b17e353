//! What the decisions about stories promise.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn facts(entry: i64, title: &str, link: &str) -> StoryFacts {
    StoryFacts {
        entry: EntryId(entry),
        source: SourceId(entry),
        peer: PeerId(1),
        link: link.parse().ok(),
        canonical: None,
        title: title.to_owned(),
        language: "en".parse().ok(),
        published: "2026-02-01T10:00:00Z".parse().ok(),
        first_seen: "2026-02-02T10:00:00Z".parse().unwrap(),
        authors: Vec::new(),
        summary: String::new(),
        words: 400,
        fingerprint: None,
        translations: Vec::new(),
    }
}

fn link(a: i64, b: i64, reason: Reason) -> StoryLink {
    StoryLink::new(EntryId(a), EntryId(b), reason, 1000)
}

#[test]
fn pages_for_telephones_have_the_address_of_the_page_itself() {
    let plain = keys::folded_key(&"https://example.com/posts/queues".parse().unwrap());
    for same in [
        "https://example.com/posts/queues/amp",
        "https://example.com/posts/queues/amp/",
        "https://example.com/posts/queues?amp=1&utm_source=x",
        "https://amp.example.com/posts/queues",
        "http://m.example.com/posts/queues/",
        "https://www.example.com/posts/queues.amp",
    ] {
        assert_eq!(keys::folded_key(&same.parse().unwrap()), plain, "{same}");
    }
    for other in ["https://example.com/posts/amp-queues", "https://example.com/posts/queues?p=2"] {
        assert_ne!(keys::folded_key(&other.parse().unwrap()), plain, "{other}");
    }
    assert_eq!(keys::folded_key(&"https://m.co/posts".parse().unwrap()), "m.co/posts");
}

#[test]
fn a_front_page_is_no_address_of_a_post() {
    for home in ["https://example.com/", "https://example.com", "https://www.example.com/#top"] {
        assert_eq!(keys::address_keys(&home.parse().unwrap()), Vec::<String>::new());
    }
}

#[test]
fn parts_of_a_series_are_told_apart_by_their_numbers() {
    let text = Shingles::of(&"the very same words are in both of these parts ".repeat(30));
    let link = |at: i64| format!("https://example.com/{at}/post-about-queues");
    for (one, other) in [("Queues, part 1", "Queues, part 2"), ("Queues II", "Queues III")] {
        let (a, b) = (facts(1, one, &link(1)), facts(2, other, &link(2)));
        assert_eq!(compared((&a, &text), (&b, &text), false), None);
    }
}

#[test]
fn letters_of_chinese_and_japanese_are_compared_as_words_are() {
    let text = "我们把搜索服务迁移到了新的平台，这里是我们的经验和教训，希望对大家有所帮助。";
    let edited = text.replace("希望", "但愿");
    let (one, other) = (Shingles::of(text), Shingles::of(&edited));
    assert!(one.likeness(&other) > 0.6, "{}", one.likeness(&other));
    assert!(
        one.likeness(&Shingles::of("注文の待ち行列が長くなりすぎて、誰にも分かりませんでした。"))
            < 0.1
    );
    assert!(crate::domain::Fingerprint::of(&text.repeat(2)).is_some());
}

#[test]
fn a_site_of_its_own_stands_for_a_story_before_medium_and_a_whole_text_before_a_summary() {
    let medium = facts(1, "Queues", "https://medium.com/p/queues");
    let summary = StoryFacts { words: 20, ..facts(2, "Queues", "https://example.com/a") };
    let whole = facts(3, "Queues", "https://example.com/b");
    let order = in_standing(&[&medium, &summary, &whole]);
    let order: Vec<i64> = order.iter().map(|it| it.entry.0).collect();
    assert_eq!(order, [3, 2, 1]);
}

#[test]
fn one_announcement_of_two_events_is_not_one_story() {
    let text = Shingles::of(&(0..80).map(|it| format!("word{it}")).collect::<Vec<_>>().join(" "));
    let at =
        |entry, link| StoryFacts { source: SourceId(1), ..facts(entry, "Idiomatic storage", link) };
    let haifa = at(1, "https://example.com/talks/2019-haifa-event");
    let oslo = at(2, "https://example.com/talks/2019-meetup-in-oslo");
    let again = at(3, "https://example.com/talks/2019-haifa-event-2");
    assert_eq!(compared((&haifa, &text), (&oslo, &text), false), None);
    assert!(compared((&haifa, &text), (&again, &text), false).is_some());
}

#[test]
fn entries_told_apart_stay_apart_also_where_others_link_both() {
    let entries: Vec<EntryId> = (1..=3).map(EntryId).collect();
    let links = [link(1, 2, Reason::SameText), link(2, 3, Reason::SameAddress)];
    let splits = BTreeSet::from([(EntryId(1), EntryId(3))]);
    let stories = stories_of(&entries, &links, &splits);
    assert_eq!(stories, [vec![EntryId(1)], vec![EntryId(2), EntryId(3)]]);
}

#[test]
fn one_post_in_two_languages_is_linked_by_what_one_names() {
    let mut english = facts(1, "Queues", "https://example.com/en/queues");
    let german = StoryFacts {
        language: "de".parse().ok(),
        ..facts(2, "Warteschlangen", "https://example.com/de/warteschlangen")
    };
    assert!(!is_translation(&english, &german));
    let address = "https://example.com/de/warteschlangen/".parse().unwrap();
    english.translations = vec![("de".parse().unwrap(), address)];
    assert!(is_translation(&english, &german) && is_translation(&german, &english));
}

fn reasons() -> impl Strategy<Value = Reason> {
    prop::sample::select(Reason::ALL.to_vec())
}

proptest! {
    #[test]
    fn the_order_of_links_and_entries_is_of_no_matter(
        raw in prop::collection::vec((1_i64..12, 1_i64..12, reasons(), 0_u32..1000), 0..24),
        splits in prop::collection::hash_set((1_i64..12, 1_i64..12), 0..4),
        turn in 0_usize..24,
    ) {
        let links: Vec<StoryLink> = raw.iter().filter(|it| it.0 != it.1)
            .map(|(a, b, reason, similarity)| StoryLink::new(EntryId(*a), EntryId(*b), *reason, *similarity))
            .collect();
        let splits: BTreeSet<_> =
            splits.into_iter().filter(|(a, b)| a < b).map(|(a, b)| (EntryId(a), EntryId(b))).collect();
        let entries: Vec<EntryId> = (1..12).map(EntryId).collect();
        let mut turned = links.clone();
        turned.rotate_left(turn.min(links.len()));
        let backwards: Vec<EntryId> = entries.iter().rev().copied().collect();
        let stories = stories_of(&entries, &links, &splits);
        prop_assert_eq!(&stories, &stories_of(&backwards, &turned, &splits));
        for story in &stories {
            for (at, a) in story.iter().enumerate() {
                prop_assert!(story[at + 1..].iter().all(|b| !splits.contains(&(*a, *b))));
            }
        }
    }

    #[test]
    fn comparing_is_the_same_from_both_sides(one in "[a-d ]{0,200}", other in "[a-d ]{0,200}", same in any::<bool>()) {
        let (text, other_text) = (Shingles::of(&one), Shingles::of(&other));
        let a = facts(1, "Cutting queues in half", "https://example.com/cutting-queues");
        let title = if same { "Cutting queues in half" } else { "Something else at all" };
        let b = facts(2, title, "https://example.org/cutting-queues");
        prop_assert_eq!(
            compared((&a, &text), (&b, &other_text), false),
            compared((&b, &other_text), (&a, &text), false)
        );
        prop_assert_eq!(suspicion(&a, &b, false), suspicion(&b, &a, false));
    }
}
