-- What a person keeps and writes. No crawl changes it, and it may outlive the stories and entries it
-- names, whose numbers are never given twice.

-- When a story was first shown to a reader, and first opened.
CREATE TABLE seen (
    reader_id BIGINT NOT NULL REFERENCES readers (id),
    story_id BIGINT NOT NULL,
    shown BIGINT NOT NULL,
    opened BIGINT,
    PRIMARY KEY (reader_id, story_id)
);
CREATE INDEX seen_story ON seen (story_id);

CREATE TABLE readings (
    reader_id BIGINT NOT NULL REFERENCES readers (id),
    story_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    added BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    finished BIGINT,
    -- What the story was called when its last entry went.
    title TEXT,
    address TEXT,
    peer_name TEXT,
    PRIMARY KEY (reader_id, story_id)
);
CREATE INDEX readings_story ON readings (story_id);
CREATE INDEX readings_added ON readings (reader_id, added, story_id);

CREATE TABLE reading_tags (
    reader_id BIGINT NOT NULL,
    story_id BIGINT NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (reader_id, story_id, tag)
);
CREATE INDEX reading_tags_story ON reading_tags (story_id);
CREATE INDEX reading_tags_tag ON reading_tags (reader_id, tag, story_id);

INSERT INTO counters (name, last) VALUES ('note', 0), ('highlight', 0);

CREATE TABLE notes (
    id INTEGER PRIMARY KEY,
    reader_id BIGINT NOT NULL REFERENCES readers (id),
    type TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    -- Title and text in lower case, in which words are looked for.
    folded TEXT NOT NULL,
    revision INTEGER NOT NULL,
    made BIGINT NOT NULL,
    changed BIGINT NOT NULL
);
CREATE INDEX notes_made ON notes (reader_id, made, id);

CREATE TABLE note_tags (
    note_id BIGINT NOT NULL REFERENCES notes (id),
    tag TEXT NOT NULL,
    PRIMARY KEY (note_id, tag)
);
CREATE INDEX note_tags_tag ON note_tags (tag, note_id);

-- Entries as they were when they were cited. `story_id` follows the entry, and stays when it goes.
CREATE TABLE note_citations (
    note_id BIGINT NOT NULL REFERENCES notes (id),
    entry_id BIGINT NOT NULL,
    place INTEGER NOT NULL,
    story_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    address TEXT,
    peer_name TEXT NOT NULL,
    PRIMARY KEY (note_id, entry_id)
);
CREATE INDEX note_citations_entry ON note_citations (entry_id);
CREATE INDEX note_citations_story ON note_citations (story_id);

-- What a note said before each change; tags and citations as JSON.
CREATE TABLE note_revisions (
    note_id BIGINT NOT NULL REFERENCES notes (id),
    revision INTEGER NOT NULL,
    until BIGINT NOT NULL,
    type TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    tags TEXT NOT NULL,
    cites TEXT NOT NULL,
    PRIMARY KEY (note_id, revision)
);

-- With the entry as it was then, as in `note_citations`.
CREATE TABLE highlights (
    id INTEGER PRIMARY KEY,
    reader_id BIGINT NOT NULL REFERENCES readers (id),
    entry_id BIGINT NOT NULL,
    story_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    address TEXT,
    peer_name TEXT NOT NULL,
    quote TEXT NOT NULL,
    prefix TEXT NOT NULL,
    suffix TEXT NOT NULL,
    start BIGINT NOT NULL,
    made BIGINT NOT NULL
);
CREATE INDEX highlights_made ON highlights (reader_id, made, id);
CREATE INDEX highlights_entry ON highlights (entry_id);
CREATE INDEX highlights_story ON highlights (story_id);

CREATE TABLE saved_searches (
    reader_id BIGINT NOT NULL REFERENCES readers (id),
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    made BIGINT NOT NULL,
    PRIMARY KEY (reader_id, slug)
);

-- What a reader has searched for.
CREATE TABLE searches (
    reader_id BIGINT NOT NULL REFERENCES readers (id),
    text TEXT NOT NULL,
    times BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (reader_id, text)
);
CREATE INDEX searches_last ON searches (reader_id, last);
