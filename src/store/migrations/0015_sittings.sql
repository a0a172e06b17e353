-- The sitting of each reader, and where the one before it ended.
CREATE TABLE sittings (
    reader_id BIGINT PRIMARY KEY REFERENCES readers (id),
    began BIGINT NOT NULL,
    last BIGINT NOT NULL,
    -- When the sitting before ended.
    left_at BIGINT,
    -- Numbers of the change sequence: up to which earlier sittings, and this one, were shown what arrived.
    shown_before BIGINT,
    shown BIGINT
);

-- What arrived since.
CREATE INDEX stories_arrived ON stories (arrived);
