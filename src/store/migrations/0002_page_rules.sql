-- What `feeds.toml` says about reading the pages of a source, as JSON.
ALTER TABLE sources ADD COLUMN page_rules TEXT NOT NULL DEFAULT '{}';
