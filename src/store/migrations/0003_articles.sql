-- Copies of robots.txt files. `text` is empty where there is no file, and NULL where none was ever
-- reached.
CREATE TABLE robots (
    origin TEXT PRIMARY KEY,
    text TEXT,
    etag TEXT,
    last_modified TEXT,
    asked BIGINT NOT NULL,
    until BIGINT NOT NULL,
    unreachable_since BIGINT
);

-- The article behind each entry: what asking for it came to, and its text where it is taken in place
-- of what the source carries. An entry without a row was not looked at yet.
CREATE TABLE articles (
    entry_id INTEGER PRIMARY KEY REFERENCES entries (id),
    state TEXT NOT NULL,
    -- Why it is in this state, for a person: a line of robots.txt, what a server said.
    reason TEXT,
    -- When to ask for the page; NULL when it is not to be asked for.
    due BIGINT,
    -- Tries in a row that ended in this state.
    attempts INTEGER NOT NULL,
    -- Host gate of the page.
    gate TEXT NOT NULL,
    -- Of what the source said of the entry, and of the rules for its pages, when it was last looked at:
    -- another edition asks for the page again, other rules read it anew.
    edition TEXT NOT NULL,
    rules TEXT NOT NULL,
    asked BIGINT,
    etag TEXT,
    last_modified TEXT,
    -- Length of the page, which a conditional request saves.
    page_bytes BIGINT NOT NULL,
    -- Where the page is by its own word, else where it was found.
    canonical TEXT,
    canonical_key TEXT,
    translations TEXT NOT NULL,
    image TEXT,
    -- The text, where it is the better one; the source's own stays in `bodies`.
    html TEXT,
    html_bytes BIGINT NOT NULL,
    words INTEGER NOT NULL,
    fingerprint BIGINT,
    -- What the page gives to an entry whose source does not say it.
    title TEXT,
    authors TEXT,
    published BIGINT,
    language TEXT,
    summary TEXT
);
CREATE INDEX articles_due ON articles (due);
CREATE INDEX articles_canonical ON articles (canonical_key);

-- How each host was treated on each day (days since 1970).
CREATE TABLE politeness (
    gate TEXT NOT NULL,
    day INTEGER NOT NULL,
    requests BIGINT NOT NULL,
    conditional BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    saved_bytes BIGINT NOT NULL,
    waits_obeyed BIGINT NOT NULL,
    robots_obeyed BIGINT NOT NULL,
    paused_ms BIGINT NOT NULL,
    most_at_once INTEGER NOT NULL,
    PRIMARY KEY (gate, day)
);

-- Hosts that asked to be left alone until a time.
CREATE TABLE waits (
    gate TEXT PRIMARY KEY,
    until BIGINT NOT NULL
);
