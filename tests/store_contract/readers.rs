//! What a reader keeps outlives what becomes of stories and entries.

use std::collections::BTreeSet;

use peerscope::{
    crawl,
    domain::{
        HighlightDraft, Kept, Note, NoteDraft, NoteId, NoteType, ReaderId, Reading, ReadingChange,
        ReadingState, Seen, StoryId, Tag, TagChange,
    },
    store::{HighlightsAsk, NoteWrite, Step},
};

use super::*;

pub(super) const READER: ReaderId = ReaderId::ONLY;

pub(super) fn tags(words: &[&str]) -> BTreeSet<Tag> {
    words.iter().map(|it| it.parse().unwrap()).collect()
}

pub(super) fn at_hour(hour: i64) -> Timestamp {
    now() + hours(hour)
}

pub(super) fn note_draft(text: &str, cites: &[EntryId]) -> NoteDraft {
    NoteDraft::new(NoteType::Insight, "", text, tags(&["towers"]), cites.to_vec()).unwrap()
}

impl Library {
    pub(super) async fn put(
        &self,
        story: StoryId,
        state: ReadingState,
        words: &[&str],
        hour: i64,
    ) -> Reading {
        let tags = TagChange::Add(tags(words));
        let change = ReadingChange { tags, ..ReadingChange::to(state) };
        let changed = self.store.change_reading(READER, story, change, at_hour(hour)).await;
        changed.unwrap().unwrap().reading
    }

    pub(super) async fn reading(&self, story: StoryId) -> Option<Reading> {
        self.store.reading(READER, story).await.unwrap().map(|it| it.reading)
    }

    pub(super) async fn kept(&self, kept: Kept) -> Vec<StoryId> {
        self.store.stories_kept(READER, &kept).await.unwrap()
    }

    pub(super) async fn write(&self, draft: &NoteDraft, hour: i64) -> Note {
        match self.store.add_note(READER, draft, at_hour(hour)).await.unwrap() {
            NoteWrite::Written(note) => note,
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn rewrite(&self, id: NoteId, revision: u32, draft: &NoteDraft) -> NoteWrite {
        self.store.change_note((READER, id), revision, draft, at_hour(9)).await.unwrap()
    }

    async fn highlight(&self, entry: EntryId, quote: &str) {
        let draft = HighlightDraft::new(entry, quote, ("before", "behind"), 7).unwrap();
        self.store.add_highlight(READER, &draft, now()).await.unwrap().unwrap();
    }

    pub(super) async fn entry_called(&self, title: &str) -> Entry {
        self.entries().await.into_iter().find(|it| it.title == title).unwrap()
    }
}

/// Two peers; the second one's feed lists the post of the first one's when the second visit comes.
async fn about_to_be_cross_posted() -> (Library, Entry) {
    let peers = vec![
        peer("Etsy", &["https://etsy.example/feed"]),
        peer("Digest", &["https://digest.example/feed"]),
    ];
    let library = Library::following(peers).await;
    list(&library, 0, vec![post(1), post(2)]).await;
    crawl::stories_follow(&library.store).await.unwrap();
    let entry = library.entry_called("Post 1").await;
    (library, entry)
}

async fn list(library: &Library, source: usize, posts: Vec<EntryDraft>) {
    let mut sources = library.store.sources_to_visit(&Pick::All).await.unwrap();
    sources.sort_by_key(|it| it.id);
    let visit = read(&sources[source], now(), posts);
    library.store.record(vec![visit]).await.unwrap();
}

async fn second_of(library: &Library, first: &Entry) -> Entry {
    let entries = library.entries().await;
    entries.into_iter().find(|it| it.title == first.title && it.id != first.id).unwrap()
}

#[tokio::test]
async fn states_survive_a_merge_a_split_and_another_merge() {
    let (library, first) = about_to_be_cross_posted().await;
    library.put(first.story, ReadingState::Queued, &["ads"], 1).await;
    library.store.open_story(READER, first.story, at_hour(1)).await.unwrap().unwrap();
    list(&library, 1, vec![post(1), post(3)]).await;
    let second = second_of(&library, &first).await;
    library.put(second.story, ReadingState::Studied, &["ranking"], 2).await;
    library.store.show_stories(READER, &[second.story], at_hour(2)).await.unwrap();
    library.write(&note_draft("Two towers", &[second.id]), 2).await;
    library.highlight(second.id, "word31").await;

    crawl::stories_follow(&library.store).await.unwrap();
    let united = library.reading(first.story).await.unwrap();
    assert_eq!((united.state, united.added), (ReadingState::Studied, at_hour(1)));
    assert_eq!((united.tags, united.finished), (tags(&["ads", "ranking"]), Some(at_hour(2))));
    assert_eq!(library.reading(second.story).await, None, "its story is gone");
    let seen = library.store.seen(READER, first.story).await.unwrap();
    assert_eq!(seen, Some(Seen { shown: at_hour(1), opened: Some(at_hour(1)) }));
    for kept in [Kept::AnyReading, Kept::Noted(None), Kept::Highlighted, Kept::Shown] {
        assert_eq!(library.kept(kept.clone()).await, [first.story], "{kept:?}");
    }
    library.assert_sound().await;

    library.store.split_story(second.id).await.unwrap();
    let other = second_of(&library, &first).await.story;
    assert_ne!(other, first.story);
    let copy = library.reading(other).await.unwrap();
    assert_eq!((copy.state, copy.tags), (ReadingState::Studied, tags(&["ads", "ranking"])));
    assert_eq!(library.kept(Kept::AnyReading).await, [first.story, other]);
    assert_eq!(library.kept(Kept::Opened).await, [first.story, other]);
    assert_eq!(library.kept(Kept::Noted(None)).await, [other], "where the cited entry is");
    assert_eq!(library.kept(Kept::Highlighted).await, [other]);
    library.assert_sound().await;

    library.put(other, ReadingState::Applied, &[], 3).await;
    library.store.merge_stories(first.id, second.id).await.unwrap();
    assert_eq!(library.kept(Kept::AnyReading).await, [first.story]);
    let united = library.reading(first.story).await.unwrap();
    assert_eq!((united.state, united.changed), (ReadingState::Applied, at_hour(3)));
    crawl::stories_follow(&library.store).await.unwrap();
    assert_eq!(library.kept(Kept::Reading(ReadingState::Applied)).await, [first.story]);
    library.assert_sound().await;
}

#[tokio::test]
async fn a_failure_while_stories_go_together_leaves_their_states_as_they_were() {
    for step in [Step::BeforeCommit, Step::AfterCommit] {
        let (library, first) = about_to_be_cross_posted().await;
        list(&library, 1, vec![post(1)]).await;
        crawl::stories_follow(&library.store).await.unwrap();
        let second = second_of(&library, &first).await;
        library.put(first.story, ReadingState::Reading, &[], 1).await;
        library.store.fail_at(step);
        library.store.split_story(second.id).await.unwrap_err();
        let copies = library.kept(Kept::AnyReading).await.len();
        assert_eq!(copies, if step == Step::AfterCommit { 2 } else { 1 });
        library.assert_sound().await;
    }
}

#[tokio::test]
async fn forgetting_a_peer_takes_what_was_to_be_read_and_leaves_what_was_made_of_it() {
    let library = Library::of_one_feed().await;
    library.read(now(), (1..=6).map(post).collect()).await;
    crawl::stories_follow(&library.store).await.unwrap();
    let mut by_number = Vec::new();
    for number in 1..=6 {
        by_number.push(library.entry_called(&format!("Post {number}")).await);
    }
    let [queued, studied, noted, marked, dropped, seen] = by_number.try_into().unwrap();
    library.put(queued.story, ReadingState::Queued, &["later"], 1).await;
    library.put(studied.story, ReadingState::Studied, &["ads"], 2).await;
    library.put(noted.story, ReadingState::Reading, &[], 3).await;
    library.put(marked.story, ReadingState::Queued, &[], 4).await;
    library.put(dropped.story, ReadingState::Dropped, &[], 5).await;
    library.store.open_story(READER, seen.story, now()).await.unwrap();
    let note = library.write(&note_draft("Two towers", &[noted.id]), 3).await;
    library.highlight(marked.id, "word31").await;

    let forgetting = library.store.forget_preview(&"etsy".parse().unwrap()).await.unwrap();
    assert_eq!(forgetting.unwrap().readings, 2);
    library.store.forget(&"etsy".parse().unwrap()).await.unwrap().unwrap();
    library.assert_sound().await;
    let left = [studied.story, noted.story, marked.story];
    assert_eq!(library.kept(Kept::AnyReading).await, left);
    assert_eq!(library.kept(Kept::Shown).await, []);
    assert_eq!(library.store.tags(READER).await.unwrap().len(), 2);
    let report = library.store.reading(READER, studied.story).await.unwrap().unwrap();
    assert_eq!((report.entry, report.title.as_str()), (None, "Post 2"));
    assert_eq!((report.address, report.peer_name), (studied.link.clone(), "Etsy".into()));

    let kept = library.store.note(READER, note.id).await.unwrap().unwrap();
    let cited = &kept.cites[0];
    assert!(cited.is_gone);
    assert_eq!((cited.entry, cited.title.as_str()), (noted.id, "Post 3"));
    assert_eq!((&cited.address, cited.peer_name.as_str()), (&noted.link, "Etsy"));
    let highlights = library.store.highlights(READER, &HighlightsAsk::default()).await.unwrap();
    assert_eq!(highlights.rows[0].cites.title, "Post 4");
    assert_eq!(
        library.put(studied.story, ReadingState::Applied, &[], 6).await.story,
        studied.story
    );
    let written = library.rewrite(note.id, 1, &note_draft("Three towers", &[noted.id])).await;
    assert!(matches!(written, NoteWrite::Written(note) if note.cites[0].title == "Post 3"));
}

#[tokio::test]
async fn a_story_that_loses_one_of_its_entries_keeps_its_states() {
    let (library, first) = about_to_be_cross_posted().await;
    list(&library, 1, vec![post(1), post(3)]).await;
    crawl::stories_follow(&library.store).await.unwrap();
    let second = second_of(&library, &first).await;
    library.put(first.story, ReadingState::Queued, &["ads"], 1).await;
    let note = library.write(&note_draft("Two towers", &[first.id]), 1).await;
    library.store.forget(&"etsy".parse().unwrap()).await.unwrap().unwrap();
    let report = library.store.reading(READER, first.story).await.unwrap().unwrap();
    assert_eq!((report.entry, report.peer_name.as_str()), (Some(second.id), "Digest"));
    assert_eq!(library.kept(Kept::Noted(None)).await, [first.story], "it is told elsewhere still");
    // The note goes along also where the entry that it cites is gone.
    let other = library.entry_called("Post 3").await;
    library.store.merge_stories(other.id, second.id).await.unwrap();
    let story = library.entry_called("Post 3").await.story;
    assert_eq!(library.kept(Kept::Noted(None)).await, [story]);
    assert_eq!(library.kept(Kept::AnyReading).await, [story]);
    assert!(library.store.note(READER, note.id).await.unwrap().unwrap().cites[0].is_gone);
    library.assert_sound().await;
    for entry in [second, other] {
        library.store.delete_entry(entry.id, now()).await.unwrap();
    }
    assert_eq!(library.kept(Kept::AnyReading).await, [story], "a note cites it");
    library.assert_sound().await;
}

#[tokio::test]
async fn what_an_entry_is_called_later_changes_no_citation() {
    let library = Library::of_one_feed().await;
    library.read(now(), vec![post(1)]).await;
    let entry = library.entry_called("Post 1").await;
    let note = library.write(&note_draft("Two towers", &[entry.id]), 1).await;
    let renamed = EntryDraft { title: "Post one, revisited".into(), ..post(1) };
    library.read(at_hour(1), vec![renamed]).await;
    let kept = library.store.note(READER, note.id).await.unwrap().unwrap();
    assert_eq!((kept.cites[0].title.as_str(), kept.cites[0].is_gone), ("Post 1", false));
    assert_eq!(kept, note);
}
