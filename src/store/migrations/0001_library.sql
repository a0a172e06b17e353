-- What is published. A person's state has tables of its own, which come with later migrations.
-- Times are milliseconds since 1970 (UTC); lists are JSON; yes and no are 1 and 0.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- The last number given out. `change` numbers all changes of entries in one sequence.
CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    last BIGINT NOT NULL
);
INSERT INTO counters (name, last) VALUES ('change', 0), ('peer', 0), ('source', 0);

CREATE TABLE readers (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    created BIGINT NOT NULL
);
INSERT INTO readers (id, name, created) VALUES (1, 'reader', 0);

CREATE TABLE peers (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    domains TEXT NOT NULL,
    followed INTEGER NOT NULL
);

CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    peer_id BIGINT NOT NULL REFERENCES peers (id),
    address TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    lane TEXT NOT NULL,
    keep_paths TEXT NOT NULL,
    drop_paths TEXT NOT NULL,
    every_ms BIGINT NOT NULL,
    user_agent TEXT,
    followed INTEGER NOT NULL,
    -- When the address was last replaced: earlier visits say nothing about this one.
    since BIGINT NOT NULL,
    in_use TEXT NOT NULL,
    moving_to TEXT,
    moving_confirmations INTEGER NOT NULL,
    etag TEXT,
    last_modified TEXT,
    body TEXT,
    body_bytes BIGINT NOT NULL DEFAULT 0,
    guid_policy TEXT NOT NULL,
    next_visit BIGINT NOT NULL,
    not_before BIGINT,
    visited BIGINT,
    succeeded BIGINT,
    failures INTEGER NOT NULL,
    failing_since BIGINT,
    failure TEXT,
    muted INTEGER NOT NULL,
    rhythm_ms BIGINT,
    newest BIGINT,
    title TEXT,
    site TEXT,
    complaints TEXT NOT NULL,
    asked TEXT NOT NULL
);
CREATE INDEX sources_peer ON sources (peer_id);
CREATE INDEX sources_next_visit ON sources (next_visit);

CREATE TABLE visits (
    source_id BIGINT NOT NULL REFERENCES sources (id),
    at BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    status INTEGER,
    conditional INTEGER NOT NULL,
    wire_bytes BIGINT NOT NULL,
    took_ms BIGINT NOT NULL,
    new INTEGER NOT NULL,
    edited INTEGER NOT NULL
);
CREATE INDEX visits_source ON visits (source_id, at);
CREATE INDEX visits_at ON visits (at);

CREATE TABLE stories (
    id INTEGER PRIMARY KEY,
    arrived BIGINT NOT NULL
);

CREATE TABLE entries (
    id INTEGER PRIMARY KEY,
    story_id BIGINT NOT NULL REFERENCES stories (id),
    source_id BIGINT NOT NULL REFERENCES sources (id),
    peer_id BIGINT NOT NULL REFERENCES peers (id),
    identity_key TEXT NOT NULL,
    link_key TEXT,
    title_key TEXT NOT NULL,
    content TEXT NOT NULL,
    link TEXT,
    title TEXT NOT NULL,
    authors TEXT NOT NULL,
    categories TEXT NOT NULL,
    language TEXT,
    published BIGINT,
    updated BIGINT,
    first_seen BIGINT NOT NULL,
    ordered BIGINT NOT NULL,
    backlog INTEGER NOT NULL,
    summary TEXT NOT NULL,
    words INTEGER NOT NULL,
    -- Of its body, so that pages can be cut by size without reading bodies.
    html_bytes BIGINT NOT NULL,
    fingerprint BIGINT,
    quiet_edits INTEGER NOT NULL,
    arrived BIGINT NOT NULL,
    changed BIGINT NOT NULL
);
CREATE UNIQUE INDEX entries_identity ON entries (source_id, identity_key);
CREATE INDEX entries_link ON entries (source_id, link_key);
CREATE INDEX entries_title ON entries (source_id, title_key);
CREATE INDEX entries_story ON entries (story_id);
CREATE INDEX entries_changed ON entries (changed);
CREATE INDEX entries_ordered ON entries (ordered, id);
CREATE INDEX entries_peer ON entries (peer_id, ordered, id);

CREATE TABLE bodies (
    entry_id INTEGER PRIMARY KEY REFERENCES entries (id),
    html TEXT NOT NULL
);

-- What an entry said before an edit.
CREATE TABLE revisions (
    entry_id BIGINT NOT NULL REFERENCES entries (id),
    at BIGINT NOT NULL,
    title TEXT NOT NULL,
    html TEXT NOT NULL
);
CREATE INDEX revisions_entry ON revisions (entry_id, at);

-- Deleted entries, by which a source that still lists them is recognised.
CREATE TABLE tombstones (
    source_id BIGINT NOT NULL REFERENCES sources (id),
    identity_key TEXT NOT NULL,
    link_key TEXT,
    title_key TEXT NOT NULL,
    content TEXT NOT NULL,
    published BIGINT,
    updated BIGINT,
    fingerprint BIGINT,
    deleted BIGINT NOT NULL
);
CREATE UNIQUE INDEX tombstones_identity ON tombstones (source_id, identity_key);

-- Entries that went, in the same sequence as `entries.changed`, for the index to follow.
CREATE TABLE removals (
    changed INTEGER PRIMARY KEY,
    entry_id BIGINT NOT NULL
);
