-- What was read out of each entry. All of it can be made anew, save what readers corrected.

CREATE TABLE insights (
    entry_id BIGINT PRIMARY KEY REFERENCES entries (id),
    -- Of the model that read it, and what it read: a post is read again when either is another.
    model INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    -- NULL for a post in a language that the model does not read.
    kind TEXT,
    worth INTEGER,
    expected DOUBLE PRECISION
);
CREATE INDEX insights_model ON insights (model);
CREATE INDEX insights_kind ON insights (kind, entry_id);

CREATE TABLE passages (
    entry_id BIGINT NOT NULL REFERENCES entries (id),
    -- In reading order, from 0 on.
    ordinal INTEGER NOT NULL,
    role TEXT NOT NULL,
    text TEXT NOT NULL,
    -- Where it begins: a block of the article, and bytes into it.
    block INTEGER NOT NULL,
    start INTEGER NOT NULL,
    confidence DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (entry_id, ordinal)
);
CREATE INDEX passages_role ON passages (role, entry_id);

CREATE TABLE phrases (
    entry_id BIGINT NOT NULL REFERENCES entries (id),
    phrase TEXT NOT NULL,
    weight DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (entry_id, phrase)
);
CREATE INDEX phrases_phrase ON phrases (phrase, entry_id);

CREATE TABLE measures (
    entry_id BIGINT NOT NULL REFERENCES entries (id),
    ordinal INTEGER NOT NULL,
    text TEXT NOT NULL,
    block INTEGER NOT NULL,
    start INTEGER NOT NULL,
    PRIMARY KEY (entry_id, ordinal)
);

INSERT INTO counters (name, last) VALUES ('correction', 0);

-- What a reader says an entry or a passage is. A person's word: no crawl and no model changes it,
-- and it outlives the entry, whose names are those of that day.
CREATE TABLE corrections (
    id INTEGER PRIMARY KEY,
    reader_id BIGINT NOT NULL REFERENCES readers (id),
    entry_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    address TEXT,
    peer_name TEXT NOT NULL,
    -- The passage, word for word; NULL where the kind of the whole entry is meant.
    quote TEXT,
    -- Where the article holds it now; NULL where it does not.
    block INTEGER,
    start INTEGER,
    -- A kind or a role, or 'none'.
    said TEXT NOT NULL,
    should_be TEXT NOT NULL,
    made BIGINT NOT NULL
);
CREATE INDEX corrections_entry ON corrections (entry_id);
