-- What entries can be found by when others are compared with them: hashes of addresses, titles, last
-- parts of paths and bands of fingerprints. `id` is 32 times the entry's id plus a slot.
CREATE TABLE story_marks (
    id INTEGER PRIMARY KEY,
    value BIGINT NOT NULL
);
CREATE INDEX story_marks_value ON story_marks (value);

-- Why two entries (the lesser id first) tell the same thing. Found again whenever one of them changes,
-- save those that a person gave.
CREATE TABLE story_links (
    a BIGINT NOT NULL,
    b BIGINT NOT NULL,
    reason TEXT NOT NULL,
    -- Of their texts, in thousandths.
    similarity INTEGER NOT NULL,
    by_hand INTEGER NOT NULL,
    PRIMARY KEY (a, b, by_hand)
);
CREATE INDEX story_links_b ON story_links (b);

-- Entries that a person told apart: never in one story again.
CREATE TABLE story_splits (
    a BIGINT NOT NULL,
    b BIGINT NOT NULL,
    PRIMARY KEY (a, b)
);
CREATE INDEX story_splits_b ON story_splits (b);

-- One post in two languages.
CREATE TABLE translations (
    a BIGINT NOT NULL,
    b BIGINT NOT NULL,
    PRIMARY KEY (a, b)
);
CREATE INDEX translations_b ON translations (b);

-- Place of an entry in its story: 0 represents it.
ALTER TABLE entries ADD COLUMN standing INTEGER NOT NULL DEFAULT 0;
