-- How far the back-catalogue of a source was walked. `next` is the page of its feed to go on with, NULL
-- before the first one and after the last.
CREATE TABLE backfills (
    source_id INTEGER PRIMARY KEY REFERENCES sources (id),
    next TEXT,
    pages INTEGER NOT NULL,
    ended BIGINT
);
