-- The digest: who receives it, what was composed, and what came of sending it.

INSERT INTO counters (name, last) VALUES ('subscriber', 0), ('letter', 0);

CREATE TABLE subscribers (
    id INTEGER PRIMARY KEY,
    -- Whose list and journal the issues tell of; NULL for whoever subscribed with an address alone.
    reader_id BIGINT UNIQUE REFERENCES readers (id),
    -- NULL for whoever reads issues on pages only.
    address TEXT,
    address_key TEXT UNIQUE,
    state TEXT NOT NULL,
    preferences TEXT NOT NULL,
    -- What somebody asked for in the name of the subscriber: it counts once it is confirmed.
    asked TEXT,
    -- A random word that signed links carry: when it is replaced, all of them are void.
    stamp TEXT NOT NULL,
    made BIGINT NOT NULL,
    confirmed BIGINT,
    -- The number of the change sequence up to which issues have told what arrived.
    mark BIGINT NOT NULL,
    -- When the last issue was due.
    slot BIGINT,
    -- Permanent refusals since the last mail that was taken, and when the last of them was.
    refusals INTEGER NOT NULL,
    refused BIGINT
);

-- As they were composed: whatever is sent or shown is made of them.
CREATE TABLE issues (
    subscriber_id BIGINT NOT NULL REFERENCES subscribers (id),
    week TEXT NOT NULL,
    slot BIGINT NOT NULL,
    after BIGINT NOT NULL,
    upto BIGINT NOT NULL,
    made BIGINT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (subscriber_id, week)
);

-- Which stories an issue told of, so that none is told again.
CREATE TABLE issue_stories (
    subscriber_id BIGINT NOT NULL,
    story_id BIGINT NOT NULL,
    week TEXT NOT NULL,
    part TEXT NOT NULL,
    PRIMARY KEY (subscriber_id, story_id, week)
);
CREATE INDEX issue_stories_story ON issue_stories (story_id);
CREATE INDEX issue_stories_week ON issue_stories (week, part);

-- One row for an issue that is to be sent, written with the issue itself.
CREATE TABLE deliveries (
    subscriber_id BIGINT NOT NULL,
    week TEXT NOT NULL,
    state TEXT NOT NULL,
    -- Of the mail: the same however often it is sent.
    message_id TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt BIGINT NOT NULL,
    -- Who is sending it now, and until when nobody else may.
    claimed_by TEXT,
    claimed_until BIGINT,
    -- What the server said last.
    answer TEXT,
    changed BIGINT NOT NULL,
    PRIMARY KEY (subscriber_id, week)
);
CREATE INDEX deliveries_next ON deliveries (state, next_attempt);

-- Mails that are no issues: they ask to confirm an address, or answer whoever asked.
CREATE TABLE letters (
    id INTEGER PRIMARY KEY,
    subscriber_id BIGINT NOT NULL REFERENCES subscribers (id),
    purpose TEXT NOT NULL,
    to_address TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    html TEXT NOT NULL,
    message_id TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt BIGINT NOT NULL,
    claimed_by TEXT,
    claimed_until BIGINT,
    answer TEXT,
    made BIGINT NOT NULL
);
CREATE INDEX letters_next ON letters (state, next_attempt);
CREATE INDEX letters_subscriber ON letters (subscriber_id);
