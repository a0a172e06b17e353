//! A reader's lists: readings, notes, highlights, searches; and what a write may not do.

use peerscope::{
    domain::{
        DraftError, HighlightDraft, HighlightId, Kept, Note, NoteDraft, NoteType, ReaderId,
        ReadingChange, ReadingState, SavedSearch, StoryId, TagChange,
    },
    store::{HighlightsAsk, NoteWrite, NotesAsk, ReadingsAsk, Step, TagReport},
};

use super::{
    readers::{READER, at_hour, note_draft, tags},
    *,
};

#[tokio::test]
async fn putting_a_story_on_the_list_twice_is_as_once() {
    let library = Library::of_one_feed().await;
    library.read(now(), vec![post(1)]).await;
    let story = library.entries().await[0].story;
    let once = library.put(story, ReadingState::Queued, &["ads"], 1).await;
    let twice = library.put(story, ReadingState::Queued, &["ads"], 2).await;
    assert_eq!(twice, once);
    let nothing = ReadingChange::default();
    let nowhere = library.store.change_reading(READER, StoryId(99), nothing, now()).await;
    assert_eq!(nowhere.unwrap(), None);
    let tags_of = TagChange::Replace(tags(&["b", "c"]));
    let replaced = ReadingChange { tags: tags_of, ..ReadingChange::default() };
    library.store.change_reading(READER, story, replaced, at_hour(3)).await.unwrap();
    let reading = library.reading(story).await.unwrap();
    assert_eq!((reading.tags, reading.changed), (tags(&["b", "c"]), at_hour(3)));
    assert!(library.store.remove_reading(READER, story).await.unwrap());
    assert!(!library.store.remove_reading(READER, story).await.unwrap());
    assert_eq!(library.store.tags(READER).await.unwrap(), []);
}

#[tokio::test]
async fn a_list_is_leafed_through_by_state_and_tag() {
    let library = Library::of_one_feed().await;
    library.read(now(), (0..9).map(post).collect()).await;
    for (at, entry) in library.entries().await.into_iter().enumerate() {
        let state = ReadingState::ALL[at % 2];
        let tag = if at % 3 == 0 { "ads" } else { "ranking" };
        // Several at the same time.
        library.put(entry.story, state, &[tag], i64::try_from(at / 4).unwrap()).await;
    }
    let leafed = async |ask: ReadingsAsk| {
        let (mut before, mut met) = (None, Vec::new());
        loop {
            let ask = ReadingsAsk { before, limit: 2, ..ask.clone() };
            let page = library.store.readings(READER, &ask).await.unwrap();
            assert!(!page.rows.is_empty());
            met.extend(page.rows);
            before = page.next;
            if before.is_none() {
                return met;
            }
        }
    };
    let all = leafed(ReadingsAsk::default()).await;
    let stories: std::collections::HashSet<_> = all.iter().map(|it| it.reading.story).collect();
    assert_eq!((all.len(), stories.len()), (9, 9));
    assert!(all.is_sorted_by_key(|it| std::cmp::Reverse(it.reading.added)));
    let queued = ReadingsAsk { state: Some(ReadingState::Queued), ..ReadingsAsk::default() };
    assert_eq!(leafed(queued.clone()).await.len(), 5);
    let tag = Some("ads".parse().unwrap());
    assert_eq!(leafed(ReadingsAsk { tag: tag.clone(), ..ReadingsAsk::default() }).await.len(), 3);
    assert_eq!(leafed(ReadingsAsk { tag, ..queued }).await.len(), 2);
}

#[tokio::test]
async fn a_note_keeps_all_that_it_said_and_refuses_a_change_of_what_was_not_read() {
    let library = Library::of_one_feed().await;
    library.read(now(), vec![post(1), post(2)]).await;
    let ids: Vec<EntryId> = library.entries().await.iter().map(|it| it.id).collect();
    let note = library.write(&note_draft("Two towers", &ids), 1).await;
    assert_eq!((note.revision, note.cites.len()), (1, 2));
    assert_eq!(note.cites.iter().map(|it| it.entry).collect::<Vec<_>>(), ids, "in their order");
    let three = note_draft("Three towers", &ids[..1]);
    let NoteWrite::Written(changed) = library.rewrite(note.id, 1, &three).await else { panic!() };
    assert_eq!((changed.revision, changed.text.as_str()), (2, "Three towers"));
    assert_eq!((changed.made, changed.changed), (at_hour(1), at_hour(9)));
    let again = library.rewrite(note.id, 1, &three).await;
    assert_eq!(again, NoteWrite::Written(changed.clone()), "as if sent once");
    let other = library.rewrite(note.id, 1, &note_draft("Four", &[])).await;
    assert_eq!(other, NoteWrite::ChangedMeanwhile(changed.clone()));
    let missing = library.rewrite(note.id, 2, &note_draft("Four", &[EntryId(99)])).await;
    assert_eq!(missing, NoteWrite::NoSuchEntry(EntryId(99)));
    assert_eq!(library.store.note(READER, note.id).await.unwrap(), Some(changed));
    let former = library.store.note_revisions(READER, note.id).await.unwrap().unwrap();
    assert_eq!((former.len(), former[0].text.as_str()), (1, "Two towers"));
    assert_eq!((former[0].until, former[0].cites.len()), (at_hour(9), 2));
    library.store.fail_at(Step::BeforeCommit);
    let five = note_draft("Five", &[]);
    library.store.change_note((READER, note.id), 2, &five, now()).await.unwrap_err();
    assert_eq!(library.store.note(READER, note.id).await.unwrap().unwrap().text, "Three towers");
    assert!(library.store.delete_note(READER, note.id, at_hour(9)).await.unwrap());
    assert!(!library.store.delete_note(READER, note.id, at_hour(9)).await.unwrap());
    assert_eq!(library.rewrite(note.id, 2, &three).await, NoteWrite::NoSuchNote(note.id));
    assert_eq!(library.store.note_revisions(READER, note.id).await.unwrap(), None);
    let next = library.write(&three, 2).await;
    assert_ne!(next.id, note.id, "a number is never given twice");
    library.assert_sound().await;
}

#[tokio::test]
async fn notes_are_found_by_every_word_in_any_case_by_type_tag_and_entry() {
    let library = Library::of_one_feed().await;
    library.read(now(), vec![post(1)]).await;
    let entry = library.entries().await[0].id;
    let write = async |note_type, title: &str, text: &str, tag: &str, cites: &[EntryId], hour| {
        let draft = NoteDraft::new(note_type, title, text, tags(&[tag]), cites.to_vec());
        library.write(&draft.unwrap(), hour).await;
    };
    write(NoteType::Idea, "Zwei TÜRME", "for our search", "ranking", &[entry], 1).await;
    write(NoteType::Insight, "", "100% of towers_x", "ranking", &[], 2).await;
    write(NoteType::Insight, "", "1000 towers", "ads", &[], 3).await;
    let found = async |ask: NotesAsk| {
        let page = library.store.notes(READER, &ask).await.unwrap();
        page.rows.iter().map(Note::heading).collect::<Vec<_>>()
    };
    let words = |text: &str| {
        let words = text.split(' ').map(str::to_owned).collect();
        NotesAsk { words, ..NotesAsk::default() }
    };
    assert_eq!(found(words("türme SEARCH")).await, ["Zwei TÜRME"]);
    assert_eq!(found(words("türme ranking")).await, [""; 0]);
    assert_eq!(found(words("100%")).await, ["100% of towers_x"], "no wildcard");
    assert_eq!(found(words("s_x")).await, ["100% of towers_x"]);
    assert_eq!(found(words("towers")).await, ["1000 towers", "100% of towers_x"]);
    let insights = NotesAsk { note_type: Some(NoteType::Insight), ..words("100") };
    assert_eq!(found(insights).await.len(), 2);
    let tagged = NotesAsk { tag: "ranking".parse().ok(), ..NotesAsk::default() };
    assert_eq!(found(tagged).await.len(), 2);
    let citing = NotesAsk { entry: Some(entry), ..NotesAsk::default() };
    assert_eq!(found(citing).await, ["Zwei TÜRME"]);
    let ask = NotesAsk { limit: 2, ..NotesAsk::default() };
    let page = library.store.notes(READER, &ask).await.unwrap();
    let rest = library.store.notes(READER, &NotesAsk { before: page.next, ..ask }).await.unwrap();
    assert_eq!((page.rows.len(), rest.rows.len(), rest.next), (2, 1, None));
    let many = NotesAsk { words: vec!["towers".into(); 500], ..NotesAsk::default() };
    assert_eq!(found(many).await.len(), 2);
}

#[tokio::test]
async fn a_highlight_is_kept_once() {
    let library = Library::of_one_feed().await;
    library.read(now(), vec![post(1), post(2)]).await;
    let entries = library.entries().await;
    let draft = |entry, quote| HighlightDraft::new(entry, quote, ("before ", " behind"), 12);
    let add = async |draft: Result<HighlightDraft, DraftError>, hour| {
        library.store.add_highlight(READER, &draft.unwrap(), at_hour(hour)).await.unwrap()
    };
    let first = add(draft(entries[0].id, "queues"), 1).await.unwrap();
    assert_eq!(
        (first.prefix.as_str(), first.suffix.as_str(), first.start),
        ("before ", " behind", 12)
    );
    assert_eq!(add(draft(entries[0].id, "queues"), 2).await.unwrap(), first);
    assert_eq!(add(draft(EntryId(99), "queues"), 2).await, None);
    add(draft(entries[1].id, "queues"), 3).await.unwrap();
    let all = library.store.highlights(READER, &HighlightsAsk::default()).await.unwrap();
    assert_eq!((all.rows.len(), all.rows[1].id), (2, first.id));
    let of_one = HighlightsAsk { entry: Some(entries[0].id), ..HighlightsAsk::default() };
    let of_one = library.store.highlights(READER, &of_one).await.unwrap();
    assert_eq!(of_one.rows, std::slice::from_ref(&first));
    assert!(library.store.delete_highlight(READER, first.id).await.unwrap());
    assert!(!library.store.delete_highlight(READER, first.id).await.unwrap());
    assert!(!library.store.delete_highlight(READER, HighlightId(99)).await.unwrap());
}

#[tokio::test]
async fn past_searches_are_kept_latest_first_and_saved_ones_by_name() {
    let library = Library::empty().await;
    let remember = async |text: &str, second| {
        let at = now() + SignedDuration::from_secs(second);
        library.store.remember_search(READER, text, at).await.unwrap();
    };
    for number in 0..1_005 {
        remember(&format!("query {number}"), number).await;
    }
    remember("  query   500 ", 2_000).await;
    remember(" ", 2_001).await;
    let past = library.store.past_searches(READER, 2_000).await.unwrap();
    assert_eq!(
        (past.len(), past[0].as_str(), past[1].as_str()),
        (1_000, "query 500", "query 1004")
    );
    assert_eq!(library.store.past_searches(READER, 3).await.unwrap().len(), 3);
    let save = async |name: &str, query: &str, hour| {
        let search = SavedSearch::new(None, name, query, at_hour(hour)).unwrap();
        library.store.save_search(READER, &search).await.unwrap()
    };
    let first = save("Pricing", "pricing", 1).await;
    save("Ads", "ads", 2).await;
    let again = save("Pricing", "pricing OR surge", 3).await;
    assert_eq!((again.made, again.query.as_str()), (first.made, "pricing OR surge"));
    let saved = library.store.saved_searches(READER).await.unwrap();
    assert_eq!(saved.iter().map(|it| it.slug.as_str()).collect::<Vec<_>>(), ["ads", "pricing"]);
    assert_eq!(saved[1], again);
    assert!(library.store.remove_search(READER, &first.slug).await.unwrap());
    assert!(!library.store.remove_search(READER, &first.slug).await.unwrap());
}

#[tokio::test]
async fn searches_learn_what_a_reader_keeps_and_nothing_of_another_reader() {
    let library = Library::of_one_feed().await;
    library.read(now(), (1..=5).map(post).collect()).await;
    let entries = library.entries().await;
    let story = |at: usize| entries[at].story;
    library.put(story(0), ReadingState::Queued, &["ads"], 1).await;
    library.put(story(1), ReadingState::Applied, &["ads"], 1).await;
    let cited = [entries[1].id, entries[2].id];
    library.write(&note_draft("Two towers", &cited), 1).await;
    library.write(&note_draft("Three towers", &cited), 1).await;
    library.store.show_stories(READER, &[story(3), StoryId(99)], now()).await.unwrap();
    library.store.open_story(READER, story(4), now()).await.unwrap();
    assert_eq!(library.store.open_story(READER, StoryId(99), now()).await.unwrap(), None);
    let draft = HighlightDraft::new(entries[3].id, "word31", ("", ""), 0).unwrap();
    library.store.add_highlight(READER, &draft, now()).await.unwrap().unwrap();
    let expected: [(Kept, &[usize]); 10] = [
        (Kept::Shown, &[3, 4]),
        (Kept::Opened, &[4]),
        (Kept::Reading(ReadingState::Queued), &[0]),
        (Kept::Reading(ReadingState::Dropped), &[]),
        (Kept::AnyReading, &[0, 1]),
        (Kept::Noted(None), &[1, 2]),
        (Kept::Noted(Some(NoteType::Insight)), &[1, 2]),
        (Kept::Noted(Some(NoteType::Result)), &[]),
        (Kept::Highlighted, &[3]),
        (Kept::Tagged("towers".parse().unwrap()), &[1, 2]),
    ];
    add_reader(&library.location, 2).await;
    for (kept, places) in expected {
        let mut stories: Vec<StoryId> = places.iter().map(|at| story(*at)).collect();
        stories.sort();
        assert_eq!(library.kept(kept.clone()).await, stories, "{kept:?}");
        let others = library.store.stories_kept(ReaderId(2), &kept).await.unwrap();
        assert_eq!(others, [], "{kept:?}");
    }
    assert_eq!(library.kept(Kept::Tagged("ads".parse().unwrap())).await.len(), 2);
    let used = library.store.tags(READER).await.unwrap();
    let report =
        |tag: &str, readings, notes| TagReport { tag: tag.parse().unwrap(), readings, notes };
    assert_eq!(used, [report("ads", 2, 0), report("towers", 0, 2)]);
    let notes = library.store.notes(ReaderId(2), &NotesAsk::default()).await.unwrap();
    assert_eq!(notes.rows, []);
    let mine = TagChange::Add(tags(&["mine"]));
    let change = ReadingChange { tags: mine, ..ReadingChange::default() };
    library.store.change_reading(ReaderId(2), story(0), change, now()).await.unwrap().unwrap();
    assert_eq!(library.reading(story(0)).await.unwrap().tags, tags(&["ads"]));
    library.assert_sound().await;
}

async fn add_reader(location: &Location, id: i64) {
    let sql = format!("INSERT INTO readers (id, name, created) VALUES ({id}, 'another', 0)");
    let sql = sqlx::AssertSqlSafe(sql);
    match location {
        Location::File(path) => {
            let url = format!("sqlite://{}", path.display());
            sqlx::SqliteConnection::connect(&url).await.unwrap().execute(sql).await.unwrap();
        }
        Location::Url(url) => {
            sqlx::PgConnection::connect(url).await.unwrap().execute(sql).await.unwrap();
        }
    }
}
