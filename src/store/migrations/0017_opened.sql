-- What a reader opened, told without a look at all that was shown to them.
CREATE INDEX seen_opened ON seen (reader_id, story_id) WHERE opened IS NOT NULL;
