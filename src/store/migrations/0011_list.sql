-- The reading list as a reader orders it: ranks (see `domain/reader/rank.rs`), what is out of sight until a
-- time, how far each is read.
ALTER TABLE readings ADD COLUMN rank TEXT NOT NULL DEFAULT '500000000000';
ALTER TABLE readings ADD COLUMN snoozed_until BIGINT;
-- As JSON.
ALTER TABLE readings ADD COLUMN position TEXT;

-- What was added first stands first.
UPDATE readings SET rank = (SELECT CAST(500000000000 + COUNT(*) AS TEXT) FROM readings AS o
    WHERE o.reader_id = readings.reader_id
    AND (o.added < readings.added OR (o.added = readings.added AND o.story_id < readings.story_id)));
CREATE INDEX readings_rank ON readings (reader_id, rank, story_id);

-- What readings were before they were changed on a page, as JSON: for whoever takes that back at once.
INSERT INTO counters (name, last) VALUES ('undo', 0);
CREATE TABLE reading_undos (
    id INTEGER PRIMARY KEY,
    reader_id BIGINT NOT NULL REFERENCES readers (id),
    made BIGINT NOT NULL,
    before TEXT NOT NULL
);
CREATE INDEX reading_undos_reader ON reading_undos (reader_id, id);

-- Addresses from outside are looked for among all entries.
CREATE INDEX entries_link_key ON entries (link_key);
