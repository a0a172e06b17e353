-- What notes are evidence of, when it happened, where they lead, and the path of ideas.

-- Of the day on which it happened: days since 1970-01-01.
ALTER TABLE notes ADD COLUMN day BIGINT NOT NULL DEFAULT 0;
UPDATE notes SET day = made / 86400000;
-- As JSON, in their order.
ALTER TABLE notes ADD COLUMN links TEXT NOT NULL DEFAULT '[]';
CREATE INDEX notes_day ON notes (reader_id, day, id);

CREATE TABLE note_competencies (
    note_id BIGINT NOT NULL REFERENCES notes (id),
    competency TEXT NOT NULL,
    PRIMARY KEY (note_id, competency)
);
CREATE INDEX note_competencies_competency ON note_competencies (competency, note_id);

-- Which notes a note names, in its text or its links. The other may be gone.
CREATE TABLE note_links (
    note_id BIGINT NOT NULL REFERENCES notes (id),
    to_note BIGINT NOT NULL,
    PRIMARY KEY (note_id, to_note)
);
CREATE INDEX note_links_to ON note_links (to_note);

-- Of notes of the type idea; it stays while a note is of another type.
CREATE TABLE ideas (
    note_id BIGINT NOT NULL PRIMARY KEY REFERENCES notes (id),
    state TEXT NOT NULL,
    owner TEXT NOT NULL,
    hypothesis TEXT NOT NULL,
    effort TEXT NOT NULL,
    outcome TEXT NOT NULL
);
INSERT INTO ideas (note_id, state, owner, hypothesis, effort, outcome)
    SELECT id, 'noted', '', '', '', '' FROM notes WHERE type = 'idea';

-- Where ideas have been; `place` counts from 0.
CREATE TABLE idea_moves (
    note_id BIGINT NOT NULL REFERENCES notes (id),
    place INTEGER NOT NULL,
    state TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (note_id, place)
);
INSERT INTO idea_moves (note_id, place, state, at)
    SELECT id, 0, 'noted', made FROM notes WHERE type = 'idea';

ALTER TABLE note_revisions ADD COLUMN day BIGINT NOT NULL DEFAULT 0;
UPDATE note_revisions SET day = (SELECT n.day FROM notes AS n WHERE n.id = note_revisions.note_id);
-- As JSON, the idea only where there was one.
ALTER TABLE note_revisions ADD COLUMN competencies TEXT NOT NULL DEFAULT '[]';
ALTER TABLE note_revisions ADD COLUMN links TEXT NOT NULL DEFAULT '[]';
ALTER TABLE note_revisions ADD COLUMN idea TEXT;

-- When what is cited was published; it stays when the entry goes.
ALTER TABLE note_citations ADD COLUMN published BIGINT;
UPDATE note_citations SET published =
    (SELECT e.published FROM entries AS e WHERE e.id = note_citations.entry_id);
ALTER TABLE highlights ADD COLUMN published BIGINT;
UPDATE highlights SET published =
    (SELECT e.published FROM entries AS e WHERE e.id = highlights.entry_id);

-- What stands in an editor and was not kept yet: one row for each tab of a browser. A note of 0 is
-- new; the fields are JSON.
CREATE TABLE note_drafts (
    reader_id BIGINT NOT NULL REFERENCES readers (id),
    tab TEXT NOT NULL,
    note_id BIGINT NOT NULL,
    revision INTEGER NOT NULL,
    fields TEXT NOT NULL,
    typed BIGINT NOT NULL,
    PRIMARY KEY (reader_id, tab)
);
CREATE INDEX note_drafts_typed ON note_drafts (reader_id, typed);
