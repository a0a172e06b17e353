//! The promises of identity, with feeds as bad as they come.

use proptest::prelude::*;

use super::*;

fn draft(guid: Option<&str>, link: Option<&str>, title: &str, text: &str) -> EntryDraft {
    EntryDraft {
        guid: guid.map(str::to_owned),
        link: link.map(|link| link.parse().unwrap()),
        title: title.into(),
        authors: Vec::new(),
        categories: Vec::new(),
        language: None,
        published: None,
        updated: None,
        summary: String::new(),
        html: text.into(),
        words: 0,
        fingerprint: Fingerprint::of(text),
        is_whole: false,
    }
}

fn post(number: usize) -> EntryDraft {
    let link = format!("https://example.com/posts/{number}");
    draft(Some(&format!("id-{number}")), Some(&link), &format!("Post {number}"), &essay(number))
}

fn essay(seed: usize) -> String {
    (0..200).map(|it| format!("w{}", (it * 31 + seed * 977) % 1009)).collect::<Vec<_>>().join(" ")
}

/// What the library would know after storing the drafts under these keys.
fn stored(drafts: &[EntryDraft], keys: &[Keys]) -> Vec<KnownEntry> {
    let of = |(at, (draft, keys)): (usize, (&EntryDraft, &Keys))| KnownEntry {
        id: Some(EntryId(i64::try_from(at).unwrap())),
        keys: keys.clone(),
        published: draft.published,
        updated: draft.updated,
        fingerprint: draft.fingerprint,
        quiet_edits: 0,
    };
    drafts.iter().zip(keys).enumerate().map(of).collect()
}

/// Stores `before`, then says what becomes of `after`.
fn second_visit(before: &[EntryDraft], after: &[EntryDraft]) -> Vec<Change> {
    let (keys, policy) = keys_of(before, GuidPolicy::Guid);
    let known = stored(before, &keys);
    let (keys, _) = keys_of(after, policy);
    changes(after, &keys, &known)
}

fn same(id: i64) -> Change {
    Change::Known { id: EntryId(id), rekeyed: false, edit: None }
}

#[test]
fn an_entry_listed_again_is_the_same() {
    let posts = [post(1), post(2)];
    assert_eq!(second_visit(&posts, &posts), [same(0), same(1)]);
}

#[test]
fn a_new_entry_among_known_ones_is_new() {
    assert_eq!(second_visit(&[post(1)], &[post(2), post(1)]), [Change::New, same(0)]);
}

#[test]
fn without_a_guid_the_link_identifies_and_without_a_link_the_text() {
    let by_link = draft(None, Some("https://example.com/a"), "A", "text");
    let by_text = draft(None, None, "A", "other text");
    let posts = [by_link.clone(), by_text.clone()];
    assert_eq!(second_visit(&posts, &posts), [same(0), same(1)]);
    let mut edited = by_link;
    edited.html = "text, improved".into();
    let changes = second_visit(&posts, &[edited, by_text]);
    assert!(matches!(changes[0], Change::Known { edit: Some(Edit::Quiet), rekeyed: false, .. }));
}

#[test]
fn an_edit_is_seen_by_content_and_not_by_dates() {
    let before = post(1);
    let mut dated = before.clone();
    dated.updated = Some(Timestamp::from_second(5).unwrap());
    assert_eq!(second_visit(std::slice::from_ref(&before), &[dated.clone()]), [same(0)]);
    dated.title = "Post 1, corrected".into();
    let changes = second_visit(&[before], &[dated]);
    assert!(matches!(changes[0], Change::Known { edit: Some(Edit::Announced), .. }));
}

#[test]
fn an_entry_that_churns_is_left_alone_after_24_quiet_edits() {
    let before = post(1);
    let (keys, _) = keys_of(std::slice::from_ref(&before), GuidPolicy::Guid);
    let mut known = stored(std::slice::from_ref(&before), &keys);
    known[0].quiet_edits = QUIET_EDITS_AT_MOST;
    let mut after = before;
    after.html.push_str("advertisement 25");
    let (keys, _) = keys_of(std::slice::from_ref(&after), GuidPolicy::Guid);
    assert_eq!(changes(&[after], &keys, &known), [same(0)]);
}

#[test]
fn one_guid_for_all_posts_does_not_melt_them_into_one() {
    let posts: Vec<_> =
        (0..6).map(|number| EntryDraft { guid: Some("feed".into()), ..post(number) }).collect();
    let (keys, policy) = keys_of(&posts, GuidPolicy::Guid);
    assert_eq!(policy, GuidPolicy::Link);
    let known = stored(&posts, &keys);
    assert!(changes(&posts, &keys, &[]).iter().all(|it| *it == Change::New));
    assert!(
        changes(&posts, &keys, &known)
            .iter()
            .all(|it| matches!(it, Change::Known { edit: None, .. }))
    );
}

#[test]
fn one_link_for_all_posts_does_not_melt_them_into_one() {
    let posts: Vec<_> = (0..6)
        .map(|number| EntryDraft {
            guid: Some("feed".into()),
            link: Some("https://example.com/status".parse().unwrap()),
            ..post(number)
        })
        .collect();
    let (keys, policy) = keys_of(&posts, GuidPolicy::Guid);
    assert_eq!(policy, GuidPolicy::LinkAndTitle);
    assert!(changes(&posts, &keys, &[]).iter().all(|it| *it == Change::New));
    assert!(changes(&posts, &keys, &stored(&posts, &keys)).iter().all(|it| *it != Change::New));
}

#[test]
fn a_guid_that_turns_out_to_be_shared_keeps_the_entry_that_had_it_first() {
    let first = post(1);
    let second = EntryDraft { guid: Some("id-1".into()), ..post(2) };
    let changes = second_visit(std::slice::from_ref(&first), &[second, first.clone()]);
    assert_eq!(changes[0], Change::New);
    assert!(matches!(changes[1], Change::Known { id: EntryId(0), rekeyed: true, edit: None }));
}

#[test]
fn a_post_listed_twice_is_stored_once() {
    assert_eq!(second_visit(&[], &[post(1), post(1)]), [Change::New, Change::Repeated]);
}

#[test]
fn a_site_migration_with_new_guids_and_addresses_brings_no_duplicates() {
    let before: Vec<_> = (0..5).map(post).collect();
    let after: Vec<_> = (0..5)
        .map(|number| EntryDraft {
            guid: Some(format!("https://new.example.net/?p={number}")),
            link: Some(format!("https://new.example.net/blog/{number}").parse().unwrap()),
            ..post(number)
        })
        .collect();
    let changes = second_visit(&before, &after);
    assert!(
        changes.iter().all(|it| matches!(it, Change::Known { rekeyed: true, .. })),
        "{changes:?}"
    );
    assert_eq!(policy_after(GuidPolicy::Guid, &changes), GuidPolicy::Link);
}

#[test]
fn guids_that_change_at_every_visit_weaken_the_policy() {
    let with = |visit: usize| -> Vec<_> {
        let guid = |number| Some(format!("{visit}-{number}"));
        (0..4).map(|number| EntryDraft { guid: guid(number), ..post(number) }).collect()
    };
    let changes = second_visit(&with(1), &with(2));
    assert!(changes.iter().all(|it| matches!(it, Change::Known { rekeyed: true, edit: None, .. })));
    assert_eq!(policy_after(GuidPolicy::Guid, &changes), GuidPolicy::Link);
}

#[test]
fn two_posts_of_one_title_with_different_texts_stay_two() {
    let before = draft(Some("1"), Some("https://example.com/w/1"), "Weekly update", &essay(1));
    let after = draft(Some("2"), Some("https://example.com/w/2"), "Weekly update", &essay(2));
    assert_eq!(second_visit(&[before], &[after]), [Change::New]);
}

#[test]
fn a_new_post_at_a_reused_address_stays_a_new_post() {
    let before = draft(Some("1"), Some("https://example.com/today"), "Monday", &essay(1));
    let after = draft(Some("2"), Some("https://example.com/today"), "Tuesday", &essay(2));
    assert_eq!(second_visit(&[before], &[after]), [Change::New]);
}

#[test]
fn what_was_deleted_stays_deleted() {
    let posts = [post(1)];
    let (keys, _) = keys_of(&posts, GuidPolicy::Guid);
    let mut known = stored(&posts, &keys);
    known[0].id = None;
    assert_eq!(changes(&posts, &keys, &known), [Change::Deleted]);
}

proptest! {
    #[test]
    fn identity_is_stable_under_reordering_of_a_feed(
        feed in proptest::collection::vec((0..4_usize, 0..4_usize, 0..3_usize), 1..12),
        turn in 0..12_usize,
    ) {
        let posts: Vec<EntryDraft> = feed
            .iter()
            .map(|(guid, link, title)| {
                let guid = (*guid > 0).then(|| format!("g{guid}"));
                let link = (*link > 0).then(|| format!("https://example.com/{link}"));
                draft(guid.as_deref(), link.as_deref(), &format!("T{title}"), "text")
            })
            .collect();
        let (keys, policy) = keys_of(&posts, GuidPolicy::Guid);
        let mut turned = posts.clone();
        turned.rotate_left(turn % posts.len());
        let (mut turned_keys, turned_policy) = keys_of(&turned, GuidPolicy::Guid);
        turned_keys.rotate_right(turn % posts.len());
        prop_assert_eq!(policy, turned_policy);
        prop_assert_eq!(&keys, &turned_keys);
        let first: Vec<usize> = (0..posts.len())
            .filter(|at| keys[..*at].iter().all(|it| it.identity != keys[*at].identity))
            .collect();
        let kept: Vec<_> = first.iter().map(|at| posts[*at].clone()).collect();
        let kept_keys: Vec<_> = first.iter().map(|at| keys[*at].clone()).collect();
        let (turned_keys, _) = keys_of(&turned, policy);
        let again = changes(&turned, &turned_keys, &stored(&kept, &kept_keys));
        prop_assert!(again.iter().all(|it| !matches!(it, Change::New)), "{:?}", again);
    }
}
