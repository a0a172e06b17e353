-- The journal's ledger: one chain of hashes a reader, over all that their notes ever said. A deleted note
-- leaves its lines. The present notes are entered when this is applied, see `store/reader/ledger.rs`.

INSERT INTO counters (name, last) VALUES ('ledger', 0);

CREATE TABLE ledger (
    reader_id BIGINT NOT NULL REFERENCES readers (id),
    number BIGINT NOT NULL,
    note_id BIGINT NOT NULL,
    revision INTEGER NOT NULL,
    happened BIGINT NOT NULL,
    event TEXT NOT NULL,
    -- Of what the revision says; NULL for a deletion.
    content TEXT,
    hash TEXT NOT NULL,
    PRIMARY KEY (reader_id, number)
);
