//! The order of a reader's list, what is taken back, and pages from outside, whichever database is behind it.

use peerscope::{
    crawl,
    domain::{
        ListedReading, Neighbour, Position, Reading, ReadingChange, ReadingState, SnoozeChange,
        StoryId,
    },
    store::{Arrival, ImportOutcome, ReadingsDo, Step},
};

use super::{
    readers::{READER, at_hour, tags},
    *,
};

impl Library {
    async fn queued(&self, posts: usize) -> Vec<StoryId> {
        self.read(now(), (0..posts).map(post).collect()).await;
        let stories: Vec<StoryId> = self.entries().await.iter().map(|it| it.story).collect();
        for story in &stories {
            self.put(*story, ReadingState::Queued, &[], 1).await;
        }
        stories
    }

    async fn order(&self) -> Vec<StoryId> {
        let all = self.store.all_readings(READER).await.unwrap();
        all.into_iter().map(|it| it.reading.story).collect()
    }

    async fn move_to(&self, story: StoryId, place: Neighbour) {
        let change = ReadingChange { place: Some(place), ..ReadingChange::default() };
        self.store.change_reading(READER, story, change, at_hour(2)).await.unwrap().unwrap();
    }
}

fn listed(address: &str) -> ListedReading {
    ListedReading::queued(address.parse().unwrap(), "A page", at_hour(1))
}

#[tokio::test]
async fn whatever_is_moved_the_list_stands_in_the_order_that_was_given() {
    let library = Library::of_one_feed().await;
    let stories = library.queued(6).await;
    let mut expected = stories.clone();
    assert_eq!(library.order().await, expected);
    for turn in 0..60_usize {
        let (from, to) = (turn * 7 % 6, turn * 5 % 5);
        let story = expected.remove(from);
        let place = match expected.get(to) {
            Some(other) if turn % 2 == 0 => Neighbour::Before(*other),
            _ if to == 0 => Neighbour::Top,
            _ => Neighbour::After(expected[to - 1]),
        };
        expected.insert(to, story);
        library.move_to(story, place).await;
        assert_eq!(library.order().await, expected, "turn {turn}");
    }
    library.move_to(stories[0], Neighbour::After(stories[0])).await;
    library.move_to(stories[0], Neighbour::Before(StoryId(999))).await;
    assert_eq!(library.order().await, expected, "nowhere is no place");
    library.assert_sound().await;
}

#[tokio::test]
async fn a_merge_keeps_the_earlier_place_and_what_was_read_further() {
    let peers = vec![
        peer("Etsy", &["https://etsy.example/feed"]),
        peer("Digest", &["https://digest.example/feed"]),
    ];
    let library = Library::following(peers).await;
    let mut sources = library.store.sources_to_visit(&Pick::All).await.unwrap();
    sources.sort_by_key(|it| it.id);
    library.store.record(vec![read(&sources[0], now(), vec![post(1), post(2)])]).await.unwrap();
    library.store.record(vec![read(&sources[1], now(), vec![post(1)])]).await.unwrap();
    let mut copies = library.entries().await;
    copies.retain(|it| it.title == "Post 1");
    copies.sort_by_key(|it| it.id);
    let [first, second] = [copies[0].story, copies[1].story];
    library.put(first, ReadingState::Queued, &[], 1).await;
    library.put(second, ReadingState::Queued, &[], 1).await;
    let snooze = SnoozeChange::Until(at_hour(99));
    let change = ReadingChange { snooze, ..ReadingChange::default() };
    library.store.change_reading(READER, second, change, at_hour(1)).await.unwrap();
    let position = Position::new(3, 9, 0, "word").unwrap();
    assert!(library.store.put_position(READER, second, &position).await.unwrap());
    let before = library.reading(first).await.unwrap();
    crawl::stories_follow(&library.store).await.unwrap();
    let united = library.reading(first).await.unwrap();
    assert_eq!((united.rank, united.snoozed_until), (before.rank, None));
    assert_eq!(united.position, Some(position.clone()));
    assert_eq!(library.order().await.len(), 1);
    library.store.split_story(copies[1].id).await.unwrap();
    let copies = library.order().await;
    assert_eq!(copies.len(), 2);
    for story in copies {
        assert_eq!(library.reading(story).await.unwrap().position, Some(position.clone()));
    }
}

#[tokio::test]
async fn a_change_is_taken_back_whole_also_of_a_story_that_is_gone() {
    let library = Library::of_one_feed().await;
    let stories = library.queued(3).await;
    library.put(stories[0], ReadingState::Studied, &["ads"], 2).await;
    let before: Vec<Option<Reading>> = vec![
        library.reading(stories[0]).await,
        library.reading(stories[1]).await,
        library.reading(stories[2]).await,
    ];
    let gone = library.entries().await.into_iter().find(|it| it.story == stories[0]).unwrap();
    library.store.delete_entry(gone.id, at_hour(3)).await.unwrap();
    let named = library.store.reading(READER, stories[0]).await.unwrap().unwrap();
    assert_eq!((named.entry, named.title.as_str()), (None, gone.title.as_str()));
    let all = [stories[0], stories[1], stories[2], StoryId(999)];
    library.store.fail_at(Step::BeforeCommit);
    let remove = ReadingsDo::Remove;
    library.store.change_readings(READER, &all, &remove, at_hour(4)).await.unwrap_err();
    assert_eq!(library.order().await.len(), 3);
    let changed = library.store.change_readings(READER, &all, &remove, at_hour(4)).await.unwrap();
    assert_eq!(changed.stories, stories);
    assert!(library.order().await.is_empty());
    let put_back = library.store.undo_readings(READER, changed.undo).await.unwrap();
    assert_eq!(put_back.map(|it| it.len()), Some(3));
    for (story, before) in stories.iter().zip(before) {
        assert_eq!(library.reading(*story).await, before);
    }
    assert_eq!(library.store.reading(READER, stories[0]).await.unwrap().unwrap(), named);
    assert_eq!(library.store.undo_readings(READER, changed.undo).await.unwrap(), None, "once");
    let change = ReadingsDo::Change(ReadingChange::to(ReadingState::Dropped));
    let of_other = library.store.change_readings(READER, &stories, &change, at_hour(5)).await;
    let undo = of_other.unwrap().undo;
    let stranger = peerscope::domain::ReaderId(2);
    assert_eq!(library.store.undo_readings(stranger, undo).await.unwrap(), None);
    library.assert_sound().await;
}

#[tokio::test]
async fn an_address_is_found_by_what_it_leads_to_and_added_only_once() {
    let library = Library::of_one_feed().await;
    library.read(now(), vec![post(1)]).await;
    let story = library.entries().await[0].story;
    let mut known = listed("http://www.etsy.example/posts/1/?utm_source=mail");
    known.tags = tags(&["ads"]);
    let listed = vec![
        known,
        listed("https://elsewhere.example/essay"),
        listed("https://elsewhere.example/essay#part"),
        listed("https://elsewhere.example/"),
    ];
    let import = async |hour| {
        let (listed, now) = (listed.clone(), at_hour(hour));
        library.store.import_readings(READER, listed, Arrival::Before, now).await.unwrap()
    };
    let came = import(3).await;
    assert_eq!((came[0].story, came[0].is_new_page), (story, false));
    assert_eq!((came[1].story, came[1].is_new_page), (came[2].story, true));
    assert!(!came[2].is_new_page && came[3].is_new_page);
    let outcomes: Vec<ImportOutcome> = came.iter().map(|it| it.outcome).collect();
    let [added, same] = [ImportOutcome::Added, ImportOutcome::Same];
    assert_eq!(outcomes, [added, added, same, added]);
    assert_eq!(library.order().await, [story, came[1].story, came[3].story]);
    let again = import(9).await;
    assert!(again.iter().all(|it| it.outcome == same && !it.is_new_page), "{again:?}");
    assert!(library.store.sources().await.unwrap().iter().all(|it| it.peer != "saved"));
    let followed = library.store.entries(&EntriesAsk::default()).await.unwrap();
    assert_eq!(followed.rows.len(), 1);
    // The file says nothing of it, and takes nothing of it away.
    let following = file(vec![peer("Etsy", &["https://etsy.example/feed"])]);
    library.store.follow(&following, at_hour(9)).await.unwrap();
    assert_eq!(library.order().await.len(), 3);
    let slug = "saved".parse().unwrap();
    library.store.forget(&slug).await.unwrap().unwrap();
    assert_eq!(library.order().await, [story]);
    assert_eq!(import(10).await[1].outcome, added);
    library.assert_sound().await;
}
