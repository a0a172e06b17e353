-- Several readers: who they are, how they come in, and what they recommend to each other.

-- What they log in with. NULL for the reader of an installation without logins, until the first who
-- gets a login takes that place, with all that is kept there.
ALTER TABLE readers ADD COLUMN login TEXT;
ALTER TABLE readers ADD COLUMN role TEXT NOT NULL DEFAULT 'reader';
-- As a PHC string; NULL for whoever comes in by a proxy only.
ALTER TABLE readers ADD COLUMN password TEXT;
-- Domains, interests and what is muted, as JSON; NULL for whoever has what `feeds.toml` says.
ALTER TABLE readers ADD COLUMN profile TEXT;
CREATE UNIQUE INDEX readers_login ON readers (login);

INSERT INTO counters (name, last) VALUES
    ('reader', 1), ('session', 0), ('api-token', 0), ('recommendation', 0);

CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    reader_id BIGINT NOT NULL REFERENCES readers (id),
    -- SHA-256 of what the browser holds, which is kept nowhere.
    digest TEXT NOT NULL UNIQUE,
    made BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    client TEXT NOT NULL,
    agent TEXT NOT NULL
);
CREATE INDEX sessions_reader ON sessions (reader_id);

CREATE TABLE api_tokens (
    id INTEGER PRIMARY KEY,
    reader_id BIGINT NOT NULL REFERENCES readers (id),
    digest TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    made BIGINT NOT NULL,
    used BIGINT,
    until BIGINT
);
CREATE INDEX api_tokens_reader ON api_tokens (reader_id);

-- With the entry as it was then, as in `note_citations`.
CREATE TABLE shelf (
    id INTEGER PRIMARY KEY,
    reader_id BIGINT NOT NULL REFERENCES readers (id),
    entry_id BIGINT NOT NULL,
    story_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    address TEXT,
    peer_name TEXT NOT NULL,
    published BIGINT,
    comment TEXT NOT NULL,
    made BIGINT NOT NULL,
    UNIQUE (reader_id, entry_id)
);
CREATE INDEX shelf_made ON shelf (made, id);
CREATE INDEX shelf_entry ON shelf (entry_id);
CREATE INDEX shelf_story ON shelf (story_id);
